-- The tables that a nightly copy of the lists is kept in: those of the service's own lists.db, under the same
-- names, with days as dates, yes and no as booleans and instants with their zone. Made once, by who may:
--
--   psql -d DATABASE -v ON_ERROR_STOP=1 --single-transaction -f docs/examples/nightly_copy/schema.sql
--
-- Every edition that ever held is in them. A row holds in the editions from_ordinal <= ordinal < to_ordinal of its
-- list; to_ordinal is NULL while it holds in the last one. The views at the end, which are those of lists.db, know
-- the days:
--
--   SELECT varenr, name, list, group_code FROM blaliste.product_in_force
--   WHERE '2026-10-15' BETWEEN first_day AND coalesce(last_day, 'infinity');
--
-- Who only reads needs `GRANT USAGE ON SCHEMA blaliste` and `GRANT SELECT ON ALL TABLES IN SCHEMA blaliste`.
-- PostgreSQL 14 or later.

CREATE SCHEMA blaliste;
COMMENT ON SCHEMA blaliste IS 'What is reimbursed, on which list, on which day: a copy, made anew every night.';

CREATE TABLE blaliste.copied (
  release integer PRIMARY KEY,
  published_at timestamptz NOT NULL,
  manifest_sha256 text NOT NULL,
  how text NOT NULL CHECK (how IN ('whole', 'changes')),
  copied_at timestamptz NOT NULL DEFAULT now(),
  as_of date NOT NULL
);
COMMENT ON TABLE blaliste.copied IS 'Releases that were copied; the last one is what the other tables hold.';
COMMENT ON COLUMN blaliste.copied.release IS 'Number of the release.';
COMMENT ON COLUMN blaliste.copied.published_at IS 'When it became public.';
COMMENT ON COLUMN blaliste.copied.manifest_sha256 IS 'Hash of its manifest: another service has others.';
COMMENT ON COLUMN blaliste.copied.how IS 'Whether it was fetched whole or reached by changes.';
COMMENT ON COLUMN blaliste.copied.copied_at IS 'When the copy was made.';
COMMENT ON COLUMN blaliste.copied.as_of IS 'The last day on which it was signed that this release is the newest.';

CREATE TABLE blaliste.release (
  release integer NOT NULL,
  published_at timestamptz NOT NULL,
  note text,
  withdraws integer,
  backfilled boolean NOT NULL,
  PRIMARY KEY (release)
);
COMMENT ON TABLE blaliste.release IS 'Releases: acts of publishing, by number.';
COMMENT ON COLUMN blaliste.release.release IS 'Number of the release: 1, 2, 3 …';
COMMENT ON COLUMN blaliste.release.published_at IS 'When it became public, RFC 3339 in UTC.';
COMMENT ON COLUMN blaliste.release.note IS 'What the publisher says of it.';
COMMENT ON COLUMN blaliste.release.withdraws IS 'The release it takes back, if it is a withdrawal.';
COMMENT ON COLUMN blaliste.release.backfilled IS
  'Whether it was published later and dated back to fill in history.';

CREATE TABLE blaliste.edition (
  list text NOT NULL,
  ordinal integer NOT NULL,
  edition text NOT NULL,
  valid_from date NOT NULL,
  release integer NOT NULL,
  title text NOT NULL,
  legal_basis text NOT NULL,
  legal_basis_system text NOT NULL,
  legal_basis_text text,
  requires_listed_product boolean NOT NULL,
  requires_decision boolean NOT NULL,
  number_kind text NOT NULL,
  closed boolean NOT NULL,
  corrects text,
  entries integer NOT NULL,
  groups integer NOT NULL,
  added integer NOT NULL,
  removed integer NOT NULL,
  changed integer NOT NULL,
  source text,
  content text NOT NULL,
  PRIMARY KEY (list, ordinal)
);
COMMENT ON TABLE blaliste.edition IS
  'Editions: the complete content of one list from a day on, until the next.';
COMMENT ON COLUMN blaliste.edition.list IS 'Code of the list: 505, 200, IXC.';
COMMENT ON COLUMN blaliste.edition.ordinal IS 'Place in the list''s publication order, from 1.';
COMMENT ON COLUMN blaliste.edition.edition IS 'Public name: list / first day / release.';
COMMENT ON COLUMN blaliste.edition.valid_from IS 'First day in force, a civil day in Norway.';
COMMENT ON COLUMN blaliste.edition.release IS 'The release it became public with.';
COMMENT ON COLUMN blaliste.edition.title IS 'What the list is called in this edition.';
COMMENT ON COLUMN blaliste.edition.legal_basis IS 'Code of the legal basis.';
COMMENT ON COLUMN blaliste.edition.legal_basis_system IS
  'Code system of the legal basis; kodeverk 7427 in Norway.';
COMMENT ON COLUMN blaliste.edition.legal_basis_text IS 'The legal basis in words.';
COMMENT ON COLUMN blaliste.edition.requires_listed_product IS
  'Whether only listed products are reimbursed (KreverVarekobling).';
COMMENT ON COLUMN blaliste.edition.requires_decision IS
  'Whether Helfo must have decided for the patient (KreverVedtak).';
COMMENT ON COLUMN blaliste.edition.number_kind IS
  'Kind of product number: varenr, snomed-pack or sas-company.';
COMMENT ON COLUMN blaliste.edition.closed IS 'Whether the list ends with this edition.';
COMMENT ON COLUMN blaliste.edition.corrects IS 'The edition it corrects, if it is a correction.';
COMMENT ON COLUMN blaliste.edition.entries IS 'How many products stand on the list.';
COMMENT ON COLUMN blaliste.edition.groups IS 'How many groups the list has.';
COMMENT ON COLUMN blaliste.edition.added IS
  'Products that the edition before, in publication order, did not have.';
COMMENT ON COLUMN blaliste.edition.removed IS 'Products that the edition before had and this one has not.';
COMMENT ON COLUMN blaliste.edition.changed IS 'Products of both that differ.';
COMMENT ON COLUMN blaliste.edition.source IS
  'sha256 of the source file it was read from; NULL for an act without a file.';
COMMENT ON COLUMN blaliste.edition.content IS 'sha256 of what the edition says; equal for equal content.';

CREATE TABLE blaliste.finding (
  list text NOT NULL,
  ordinal integer NOT NULL,
  rule text NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY (list, ordinal, rule)
);
COMMENT ON TABLE blaliste.finding IS
  'What the rules noted in the source of an edition; what blocks is never published.';
COMMENT ON COLUMN blaliste.finding.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.finding.ordinal IS 'Which edition of the list, in publication order.';
COMMENT ON COLUMN blaliste.finding.rule IS 'Name of the rule that found something.';
COMMENT ON COLUMN blaliste.finding.count IS 'How often, in this list or in its file as a whole.';

CREATE TABLE blaliste.finding_example (
  list text NOT NULL,
  ordinal integer NOT NULL,
  rule text NOT NULL,
  n integer NOT NULL,
  line integer NOT NULL,
  subject text NOT NULL,
  found text NOT NULL,
  PRIMARY KEY (list, ordinal, rule, n)
);
COMMENT ON TABLE blaliste.finding_example IS 'The first five examples of each finding.';
COMMENT ON COLUMN blaliste.finding_example.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.finding_example.ordinal IS 'Which edition of the list, in publication order.';
COMMENT ON COLUMN blaliste.finding_example.rule IS 'Name of the rule.';
COMMENT ON COLUMN blaliste.finding_example.n IS 'Which of the first five examples, from 0.';
COMMENT ON COLUMN blaliste.finding_example.line IS
  'Line or row of the source file; 0 where the file as a whole is meant.';
COMMENT ON COLUMN blaliste.finding_example.subject IS 'What it is about: a varenr, a group, a condition.';
COMMENT ON COLUMN blaliste.finding_example.found IS 'What stands there.';

CREATE TABLE blaliste.product_group (
  list text NOT NULL,
  code text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  system text,
  text text,
  parent text,
  source_id text,
  atc text,
  atc_system text,
  atc_text text,
  requires_refund_code boolean,
  reimbursed_use text,
  entry_id text,
  entry_time text,
  PRIMARY KEY (list, code, from_ordinal)
);
COMMENT ON TABLE blaliste.product_group IS
  'Groups of a list: nodes of its code tree, or a medicine''s reimbursed use.';
COMMENT ON COLUMN blaliste.product_group.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.product_group.code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.product_group.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.product_group.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.product_group.system IS
  'Code system: kodeverk 7403 for goods, 7451 for medicines.';
COMMENT ON COLUMN blaliste.product_group.text IS 'What the group is called.';
COMMENT ON COLUMN blaliste.product_group.parent IS
  'The group above, where the source says it; in kodeverk 7403 the code''s prefix does.';
COMMENT ON COLUMN blaliste.product_group.source_id IS 'The source''s id, the same when the group is renamed.';
COMMENT ON COLUMN blaliste.product_group.atc IS 'ATC code, medicines only.';
COMMENT ON COLUMN blaliste.product_group.atc_system IS 'Code system of the ATC code.';
COMMENT ON COLUMN blaliste.product_group.atc_text IS 'The ATC code in words.';
COMMENT ON COLUMN blaliste.product_group.requires_refund_code IS
  'Whether a prescription must name a diagnosis code.';
COMMENT ON COLUMN blaliste.product_group.reimbursed_use IS 'For what use the group is reimbursed, in words.';
COMMENT ON COLUMN blaliste.product_group.entry_id IS 'The source''s id of this version (Oppf*/Id).';
COMMENT ON COLUMN blaliste.product_group.entry_time IS
  'When the source made this version (Tidspunkt), as written.';

CREATE TABLE blaliste.group_condition (
  list text NOT NULL,
  code text NOT NULL,
  condition text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  PRIMARY KEY (list, code, condition, from_ordinal)
);
COMMENT ON TABLE blaliste.group_condition IS
  'Which conditions stand on which group; a product is bound by those of the groups above it too.';
COMMENT ON COLUMN blaliste.group_condition.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.group_condition.code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.group_condition.condition IS 'Id of the condition.';
COMMENT ON COLUMN blaliste.group_condition.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.group_condition.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';

CREATE TABLE blaliste.refund_code (
  list text NOT NULL,
  group_code text NOT NULL,
  system text NOT NULL,
  code text NOT NULL,
  n integer NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  text text,
  subterms text,
  valid_from date,
  prescribe_until date,
  dispense_until date,
  PRIMARY KEY (list, group_code, system, code, n, from_ordinal)
);
COMMENT ON TABLE blaliste.refund_code IS 'Diagnosis codes under which a group is reimbursed.';
COMMENT ON COLUMN blaliste.refund_code.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.refund_code.group_code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.refund_code.system IS
  'Code system: ICD-10 side 7110 and 7435, ICPC-2 side 7170 and 7434.';
COMMENT ON COLUMN blaliste.refund_code.code IS 'The diagnosis code.';
COMMENT ON COLUMN blaliste.refund_code.n IS 'Tells alternatives under one code apart, from 0.';
COMMENT ON COLUMN blaliste.refund_code.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.refund_code.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.refund_code.text IS 'The diagnosis in words.';
COMMENT ON COLUMN blaliste.refund_code.subterms IS 'Narrower terms, one a line.';
COMMENT ON COLUMN blaliste.refund_code.valid_from IS 'First day.';
COMMENT ON COLUMN blaliste.refund_code.prescribe_until IS 'Last day on which it may be prescribed.';
COMMENT ON COLUMN blaliste.refund_code.dispense_until IS 'Last day on which it may be handed out.';

CREATE TABLE blaliste.refund_code_condition (
  list text NOT NULL,
  group_code text NOT NULL,
  system text NOT NULL,
  code text NOT NULL,
  n integer NOT NULL,
  condition text NOT NULL,
  m integer NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  valid_from date,
  valid_to date,
  PRIMARY KEY (list, group_code, system, code, n, condition, m, from_ordinal)
);
COMMENT ON TABLE blaliste.refund_code_condition IS 'Which conditions bind which diagnosis code, and when.';
COMMENT ON COLUMN blaliste.refund_code_condition.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.refund_code_condition.group_code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.refund_code_condition.system IS 'Code system of the diagnosis code.';
COMMENT ON COLUMN blaliste.refund_code_condition.code IS 'The diagnosis code.';
COMMENT ON COLUMN blaliste.refund_code_condition.n IS 'Which of the alternatives under that code.';
COMMENT ON COLUMN blaliste.refund_code_condition.condition IS 'Id of the condition.';
COMMENT ON COLUMN blaliste.refund_code_condition.m IS 'Tells periods of one condition apart, from 0.';
COMMENT ON COLUMN blaliste.refund_code_condition.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.refund_code_condition.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.refund_code_condition.valid_from IS 'First day.';
COMMENT ON COLUMN blaliste.refund_code_condition.valid_to IS 'Last day.';

CREATE TABLE blaliste.condition (
  list text NOT NULL,
  id text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  number text,
  kind text,
  kind_system text,
  kind_text text,
  applies_to text,
  text text,
  valid_from date,
  valid_to date,
  expressed_by text,
  entry_id text,
  entry_time text,
  PRIMARY KEY (list, id, from_ordinal)
);
COMMENT ON TABLE blaliste.condition IS 'Conditions of reimbursement: the text that is always shown.';
COMMENT ON COLUMN blaliste.condition.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.condition.id IS 'Id of the condition.';
COMMENT ON COLUMN blaliste.condition.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.condition.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.condition.number IS 'The source''s own number of it.';
COMMENT ON COLUMN blaliste.condition.kind IS 'Kind of condition, kodeverk 7437.';
COMMENT ON COLUMN blaliste.condition.kind_system IS 'Code system of the kind.';
COMMENT ON COLUMN blaliste.condition.kind_text IS 'The kind in words.';
COMMENT ON COLUMN blaliste.condition.applies_to IS 'Whom it binds: prescriber, dispenser or both.';
COMMENT ON COLUMN blaliste.condition.text IS 'The condition itself.';
COMMENT ON COLUMN blaliste.condition.valid_from IS
  'First day as the source wrote it; not since when it is in force.';
COMMENT ON COLUMN blaliste.condition.valid_to IS 'Last day as the source wrote it.';
COMMENT ON COLUMN blaliste.condition.expressed_by IS
  'Id of the coded condition that says the same; an editor''s mark.';
COMMENT ON COLUMN blaliste.condition.entry_id IS 'The source''s id of this version (Oppf*/Id).';
COMMENT ON COLUMN blaliste.condition.entry_time IS
  'When the source made this version (Tidspunkt), as written.';

CREATE TABLE blaliste.coded_condition (
  list text NOT NULL,
  condition text NOT NULL,
  position integer NOT NULL,
  n integer NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  type text,
  type_system text,
  type_text text,
  value text,
  value_system text,
  value_text text,
  PRIMARY KEY (list, condition, position, n, from_ordinal)
);
COMMENT ON TABLE blaliste.coded_condition IS
  'The coded forms of conditions: limits, ages, specialists, own prescription.';
COMMENT ON COLUMN blaliste.coded_condition.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.coded_condition.condition IS 'Id of the condition.';
COMMENT ON COLUMN blaliste.coded_condition.position IS 'Which of the condition''s coded forms, from 0.';
COMMENT ON COLUMN blaliste.coded_condition.n IS 'Which of the form''s values, from 0; -1 where it has none.';
COMMENT ON COLUMN blaliste.coded_condition.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.coded_condition.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.coded_condition.type IS
  'Type of the form: kodeverk 7439, or a limit''s period in lists read from tables.';
COMMENT ON COLUMN blaliste.coded_condition.type_system IS 'Code system of the type.';
COMMENT ON COLUMN blaliste.coded_condition.type_text IS 'The type in words.';
COMMENT ON COLUMN blaliste.coded_condition.value IS 'The value: a number, or a code.';
COMMENT ON COLUMN blaliste.coded_condition.value_system IS
  'Code system of the value; NULL where it is a plain text or number.';
COMMENT ON COLUMN blaliste.coded_condition.value_text IS 'The value in words.';

CREATE TABLE blaliste.entry (
  list text NOT NULL,
  varenr text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  kind text,
  name text,
  supplier text,
  supplier_address text,
  supplier_phone text,
  supplier_item_number text,
  size text,
  unit text,
  unit_system text,
  unit_text text,
  pack text,
  units_per_pack integer,
  may_exceed_max_price boolean,
  entry_id text,
  entry_time text,
  PRIMARY KEY (list, varenr, from_ordinal)
);
COMMENT ON TABLE blaliste.entry IS 'Products on a list: one pack with one number.';
COMMENT ON COLUMN blaliste.entry.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.entry.varenr IS 'Product number, as text with its leading zeros.';
COMMENT ON COLUMN blaliste.entry.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.entry.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.entry.kind IS 'consumable, nutrition, prosthesis, medicine or other.';
COMMENT ON COLUMN blaliste.entry.name IS 'Name of the product.';
COMMENT ON COLUMN blaliste.entry.supplier IS 'Who supplies it.';
COMMENT ON COLUMN blaliste.entry.supplier_address IS 'The supplier''s address, as written.';
COMMENT ON COLUMN blaliste.entry.supplier_phone IS 'The supplier''s phone, as written.';
COMMENT ON COLUMN blaliste.entry.supplier_item_number IS 'The supplier''s own article number.';
COMMENT ON COLUMN blaliste.entry.size IS 'Amount or size of one unit, as written.';
COMMENT ON COLUMN blaliste.entry.unit IS 'Unit of the pack.';
COMMENT ON COLUMN blaliste.entry.unit_system IS 'Code system of the unit; kodeverk 7452 in Norway.';
COMMENT ON COLUMN blaliste.entry.unit_text IS 'The unit in words.';
COMMENT ON COLUMN blaliste.entry.pack IS 'The pack, as written.';
COMMENT ON COLUMN blaliste.entry.units_per_pack IS 'Units in a pack; NULL where it is no whole number.';
COMMENT ON COLUMN blaliste.entry.may_exceed_max_price IS 'Whether it may be sold above the maximum price.';
COMMENT ON COLUMN blaliste.entry.entry_id IS 'The source''s id of this version (Oppf*/Id).';
COMMENT ON COLUMN blaliste.entry.entry_time IS 'When the source made this version (Tidspunkt), as written.';

CREATE TABLE blaliste.placement (
  list text NOT NULL,
  varenr text NOT NULL,
  group_code text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  valid_from date,
  prescribe_until date,
  dispense_until date,
  PRIMARY KEY (list, varenr, group_code, from_ordinal)
);
COMMENT ON TABLE blaliste.placement IS 'In which groups a product stands, with its own last days there.';
COMMENT ON COLUMN blaliste.placement.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.placement.varenr IS 'Product number.';
COMMENT ON COLUMN blaliste.placement.group_code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.placement.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.placement.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.placement.valid_from IS 'First day.';
COMMENT ON COLUMN blaliste.placement.prescribe_until IS 'Last day on which it may be prescribed.';
COMMENT ON COLUMN blaliste.placement.dispense_until IS 'Last day on which it may be handed out.';

CREATE TABLE blaliste.price (
  list text NOT NULL,
  varenr text NOT NULL,
  position integer NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  kind text,
  kind_system text,
  kind_text text,
  amount bigint,
  currency text,
  valid_from date,
  valid_to date,
  PRIMARY KEY (list, varenr, position, from_ordinal)
);
COMMENT ON TABLE blaliste.price IS 'Prices of a product, one row for each kind and period.';
COMMENT ON COLUMN blaliste.price.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.price.varenr IS 'Product number.';
COMMENT ON COLUMN blaliste.price.position IS 'Place by kind and first day, from 0.';
COMMENT ON COLUMN blaliste.price.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.price.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.price.kind IS 'Code of the kind: N, E, P for goods; 2, 3, 4, 5 for medicines.';
COMMENT ON COLUMN blaliste.price.kind_system IS 'Code system of the kind: kodeverk 7423 or 7453.';
COMMENT ON COLUMN blaliste.price.kind_text IS 'The kind in words.';
COMMENT ON COLUMN blaliste.price.amount IS 'Ten-thousandths of the currency.';
COMMENT ON COLUMN blaliste.price.currency IS 'ISO 4217.';
COMMENT ON COLUMN blaliste.price.valid_from IS 'First day.';
COMMENT ON COLUMN blaliste.price.valid_to IS 'Last day as the source wrote it.';

CREATE TABLE blaliste.gtin (
  list text NOT NULL,
  varenr text NOT NULL,
  gtin text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  PRIMARY KEY (list, varenr, gtin, from_ordinal)
);
COMMENT ON TABLE blaliste.gtin IS 'Bar code numbers of a product; it may have several.';
COMMENT ON COLUMN blaliste.gtin.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.gtin.varenr IS 'Product number.';
COMMENT ON COLUMN blaliste.gtin.gtin IS 'GTIN of 8 to 14 digits, as text.';
COMMENT ON COLUMN blaliste.gtin.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.gtin.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';

CREATE TABLE blaliste.entry_condition (
  list text NOT NULL,
  varenr text NOT NULL,
  condition text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  PRIMARY KEY (list, varenr, condition, from_ordinal)
);
COMMENT ON TABLE blaliste.entry_condition IS 'Conditions of single products.';
COMMENT ON COLUMN blaliste.entry_condition.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.entry_condition.varenr IS 'Product number.';
COMMENT ON COLUMN blaliste.entry_condition.condition IS 'Id of the condition.';
COMMENT ON COLUMN blaliste.entry_condition.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.entry_condition.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';

CREATE TABLE blaliste.medicine (
  list text NOT NULL,
  varenr text NOT NULL,
  from_ordinal integer NOT NULL,
  to_ordinal integer,
  atc text,
  atc_system text,
  atc_text text,
  prescription_group text,
  prescription_group_system text,
  prescription_group_text text,
  form text,
  form_system text,
  form_text text,
  package_type text,
  package_type_system text,
  package_type_text text,
  multiple text,
  count text,
  amount text,
  brand text,
  package text,
  PRIMARY KEY (list, varenr, from_ordinal)
);
COMMENT ON TABLE blaliste.medicine IS 'What only medicine packages have.';
COMMENT ON COLUMN blaliste.medicine.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.medicine.varenr IS 'Product number.';
COMMENT ON COLUMN blaliste.medicine.from_ordinal IS
  'First edition of the list, by ordinal, in which the row holds.';
COMMENT ON COLUMN blaliste.medicine.to_ordinal IS
  'First edition, by ordinal, in which it no longer holds; NULL while it does.';
COMMENT ON COLUMN blaliste.medicine.atc IS 'ATC code.';
COMMENT ON COLUMN blaliste.medicine.atc_system IS 'Code system of the ATC code.';
COMMENT ON COLUMN blaliste.medicine.atc_text IS 'The ATC code in words.';
COMMENT ON COLUMN blaliste.medicine.prescription_group IS 'Prescription group: A, B, C, CF, F, K.';
COMMENT ON COLUMN blaliste.medicine.prescription_group_system IS
  'Code system of the prescription group, where written.';
COMMENT ON COLUMN blaliste.medicine.prescription_group_text IS 'The prescription group in words.';
COMMENT ON COLUMN blaliste.medicine.form IS 'Pharmaceutical form, kodeverk 7448.';
COMMENT ON COLUMN blaliste.medicine.form_system IS 'Code system of the form.';
COMMENT ON COLUMN blaliste.medicine.form_text IS 'The form in words.';
COMMENT ON COLUMN blaliste.medicine.package_type IS 'Type of package, kodeverk 7449.';
COMMENT ON COLUMN blaliste.medicine.package_type_system IS 'Code system of the package type.';
COMMENT ON COLUMN blaliste.medicine.package_type_text IS 'The package type in words.';
COMMENT ON COLUMN blaliste.medicine.multiple IS 'How many packs in one, as written (Multippel).';
COMMENT ON COLUMN blaliste.medicine.count IS 'How many containers, as written (Antall).';
COMMENT ON COLUMN blaliste.medicine.amount IS 'Amount in a container, as written (Mengde).';
COMMENT ON COLUMN blaliste.medicine.brand IS 'The source''s id of the brand (RefLegemiddelMerkevare).';
COMMENT ON COLUMN blaliste.medicine.package IS 'The source''s id of the package.';

CREATE FUNCTION blaliste.holds(from_ordinal integer, to_ordinal integer, ordinal integer) RETURNS boolean
  LANGUAGE sql IMMUTABLE
  RETURN from_ordinal <= ordinal AND (to_ordinal IS NULL OR to_ordinal > ordinal);
COMMENT ON FUNCTION blaliste.holds IS 'Whether a row holds in an edition of its list.';

CREATE INDEX ON blaliste.entry (varenr);
CREATE INDEX ON blaliste.placement (list, group_code);

CREATE VIEW blaliste.edition_in_force AS
SELECT list, ordinal, edition, title, closed, first_day, next_day - 1 AS last_day
FROM (
  SELECT list, ordinal, edition, title, closed, valid_from AS first_day,
    lead(valid_from) OVER (PARTITION BY list ORDER BY valid_from, release) AS next_day
  FROM blaliste.edition
) AS following
WHERE next_day IS NULL OR next_day > first_day;
COMMENT ON VIEW blaliste.edition_in_force IS
  'On which days each edition is in force, as far as is released; an edition replaced before its first day was over is not here.';
COMMENT ON COLUMN blaliste.edition_in_force.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.edition_in_force.ordinal IS 'Place in the list''s publication order, from 1.';
COMMENT ON COLUMN blaliste.edition_in_force.edition IS
  'Public name of the edition: list / first day / release.';
COMMENT ON COLUMN blaliste.edition_in_force.title IS 'What the list is called in this edition.';
COMMENT ON COLUMN blaliste.edition_in_force.closed IS 'Whether the list ends with this edition.';
COMMENT ON COLUMN blaliste.edition_in_force.first_day IS 'First day on which that edition is in force.';
COMMENT ON COLUMN blaliste.edition_in_force.last_day IS
  'Last day on which it is in force as far as is released; NULL while no end is known.';

CREATE VIEW blaliste.product_in_force AS
SELECT e.list, e.edition, e.first_day, e.last_day, n.varenr, n.name, n.supplier, n.kind,
  p.group_code, g.text AS group_text, p.prescribe_until, p.dispense_until
FROM blaliste.edition_in_force e
JOIN blaliste.placement p ON p.list = e.list AND blaliste.holds(p.from_ordinal, p.to_ordinal, e.ordinal)
JOIN blaliste.entry n ON n.list = e.list AND n.varenr = p.varenr
  AND blaliste.holds(n.from_ordinal, n.to_ordinal, e.ordinal)
JOIN blaliste.product_group g ON g.list = e.list AND g.code = p.group_code
  AND blaliste.holds(g.from_ordinal, g.to_ordinal, e.ordinal);
COMMENT ON VIEW blaliste.product_in_force IS
  'Products with their groups, and the days on which the edition that says so is in force.';
COMMENT ON COLUMN blaliste.product_in_force.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.product_in_force.edition IS
  'Public name of the edition: list / first day / release.';
COMMENT ON COLUMN blaliste.product_in_force.first_day IS 'First day on which that edition is in force.';
COMMENT ON COLUMN blaliste.product_in_force.last_day IS
  'Last day on which it is in force as far as is released; NULL while no end is known.';
COMMENT ON COLUMN blaliste.product_in_force.varenr IS 'Product number, as text with its leading zeros.';
COMMENT ON COLUMN blaliste.product_in_force.name IS 'Name of the product.';
COMMENT ON COLUMN blaliste.product_in_force.supplier IS 'Who supplies it.';
COMMENT ON COLUMN blaliste.product_in_force.kind IS 'consumable, nutrition, prosthesis, medicine or other.';
COMMENT ON COLUMN blaliste.product_in_force.group_code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.product_in_force.group_text IS 'What the group is called in that edition.';
COMMENT ON COLUMN blaliste.product_in_force.prescribe_until IS
  'The product''s own last day on which it may be prescribed.';
COMMENT ON COLUMN blaliste.product_in_force.dispense_until IS
  'The product''s own last day on which it may be handed out.';

CREATE VIEW blaliste.price_in_edition AS
SELECT DISTINCT ON (e.list, e.ordinal, p.varenr, p.kind)
  e.list, e.edition, p.varenr, p.kind, p.kind_text, p.valid_from, p.amount,
  (p.amount / 10000.0)::numeric(14, 4) AS price, p.currency
FROM blaliste.edition e
JOIN blaliste.price p ON p.list = e.list AND blaliste.holds(p.from_ordinal, p.to_ordinal, e.ordinal)
WHERE p.valid_from IS NULL OR p.valid_from <= e.valid_from
ORDER BY e.list, e.ordinal, p.varenr, p.kind, p.position DESC;
COMMENT ON VIEW blaliste.price_in_edition IS
  'The price of each kind that holds on an edition''s first day: of those begun, the one begun last.';
COMMENT ON COLUMN blaliste.price_in_edition.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.price_in_edition.edition IS
  'Public name of the edition: list / first day / release.';
COMMENT ON COLUMN blaliste.price_in_edition.varenr IS 'Product number, as text with its leading zeros.';
COMMENT ON COLUMN blaliste.price_in_edition.kind IS 'Code of the kind of price.';
COMMENT ON COLUMN blaliste.price_in_edition.kind_text IS 'The kind of price in words.';
COMMENT ON COLUMN blaliste.price_in_edition.valid_from IS 'First day of this price.';
COMMENT ON COLUMN blaliste.price_in_edition.amount IS 'Ten-thousandths of the currency.';
COMMENT ON COLUMN blaliste.price_in_edition.price IS 'The same as a decimal number.';
COMMENT ON COLUMN blaliste.price_in_edition.currency IS 'ISO 4217.';

CREATE VIEW blaliste.binding_condition AS
WITH tree AS (
  -- Levels mean something in kodeverk 7403 only; elsewhere the source says the group above.
  SELECT e.list, e.ordinal, e.edition, e.first_day, e.last_day, g.code, g.text,
    CASE WHEN g.system = '2.16.578.1.12.4.1.1.7403' THEN left(g.code, 5) ELSE g.parent END AS above,
    CASE WHEN g.system = '2.16.578.1.12.4.1.1.7403' THEN left(g.code, 3) ELSE u.parent END AS top
  FROM blaliste.edition_in_force e
  JOIN blaliste.product_group g ON g.list = e.list AND blaliste.holds(g.from_ordinal, g.to_ordinal, e.ordinal)
  LEFT JOIN blaliste.product_group u ON u.list = e.list AND u.code = g.parent
    AND blaliste.holds(u.from_ordinal, u.to_ordinal, e.ordinal)
  WHERE g.system <> '2.16.578.1.12.4.1.1.7403' OR length(g.code) = 7
)
SELECT t.list, t.edition, t.first_day, t.last_day, t.code AS group_code, t.text AS group_text,
  b.condition, b.code AS stands_on, c.applies_to, c.text AS condition_text
FROM tree t
JOIN blaliste.group_condition b ON b.list = t.list AND b.code IN (t.code, t.above, t.top)
  AND blaliste.holds(b.from_ordinal, b.to_ordinal, t.ordinal)
JOIN blaliste.condition c ON c.list = t.list AND c.id = b.condition
  AND blaliste.holds(c.from_ordinal, c.to_ordinal, t.ordinal)
-- A condition that is repeated down the tree is one condition: it is shown where it stands highest.
WHERE b.code IS NOT DISTINCT FROM t.top OR NOT EXISTS (
  SELECT FROM blaliste.group_condition h
  WHERE h.list = t.list AND h.condition = b.condition AND h.code <> b.code AND h.code IN (t.above, t.top)
    AND blaliste.holds(h.from_ordinal, h.to_ordinal, t.ordinal)
);
COMMENT ON VIEW blaliste.binding_condition IS
  'Every condition that binds the products of a group: its own and those of the groups above it.';
COMMENT ON COLUMN blaliste.binding_condition.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.binding_condition.edition IS
  'Public name of the edition: list / first day / release.';
COMMENT ON COLUMN blaliste.binding_condition.first_day IS 'First day on which that edition is in force.';
COMMENT ON COLUMN blaliste.binding_condition.last_day IS
  'Last day on which it is in force as far as is released; NULL while no end is known.';
COMMENT ON COLUMN blaliste.binding_condition.group_code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.binding_condition.group_text IS 'What the group is called in that edition.';
COMMENT ON COLUMN blaliste.binding_condition.condition IS 'Id of the condition.';
COMMENT ON COLUMN blaliste.binding_condition.stands_on IS
  'The group the condition stands on: this one or one above it.';
COMMENT ON COLUMN blaliste.binding_condition.applies_to IS 'Whom it binds: prescriber, dispenser or both.';
COMMENT ON COLUMN blaliste.binding_condition.condition_text IS 'The condition itself.';

CREATE VIEW blaliste.quantity_limit AS
SELECT b.list, b.edition, b.first_day, b.last_day, b.group_code, b.group_text, f.value::integer AS max,
  CASE WHEN f.type_system = 'limit-period' THEN f.type
    WHEN f.type = '15' THEN 'calendar_year' ELSE 'dispensing' END AS per,
  b.condition, b.stands_on, b.applies_to, b.condition_text
FROM blaliste.binding_condition b
JOIN blaliste.edition e ON e.list = b.list AND e.edition = b.edition
JOIN blaliste.coded_condition f ON f.list = e.list AND f.condition = b.condition
  AND blaliste.holds(f.from_ordinal, f.to_ordinal, e.ordinal)
WHERE f.type_system = 'limit-period'
  OR (f.type_system = '2.16.578.1.12.4.1.1.7439' AND f.type IN ('15', '16'));
COMMENT ON VIEW blaliste.quantity_limit IS
  'How much of a group is reimbursed at most; it counts units over all products of the group.';
COMMENT ON COLUMN blaliste.quantity_limit.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.quantity_limit.edition IS
  'Public name of the edition: list / first day / release.';
COMMENT ON COLUMN blaliste.quantity_limit.first_day IS 'First day on which that edition is in force.';
COMMENT ON COLUMN blaliste.quantity_limit.last_day IS
  'Last day on which it is in force as far as is released; NULL while no end is known.';
COMMENT ON COLUMN blaliste.quantity_limit.group_code IS 'Code of the group over whose products it counts.';
COMMENT ON COLUMN blaliste.quantity_limit.group_text IS 'What the group is called in that edition.';
COMMENT ON COLUMN blaliste.quantity_limit.max IS 'At most so many units, not packs.';
COMMENT ON COLUMN blaliste.quantity_limit.per IS 'calendar_year, dispensing or month.';
COMMENT ON COLUMN blaliste.quantity_limit.condition IS 'Id of the condition that says so.';
COMMENT ON COLUMN blaliste.quantity_limit.stands_on IS
  'The group the condition stands on: this one or one above it.';
COMMENT ON COLUMN blaliste.quantity_limit.applies_to IS 'Whom it binds: prescriber, dispenser or both.';
COMMENT ON COLUMN blaliste.quantity_limit.condition_text IS 'The condition itself.';

CREATE VIEW blaliste.requirement AS
SELECT b.list, b.edition, b.first_day, b.last_day, b.group_code, b.group_text,
  CASE WHEN f.type_system <> '2.16.578.1.12.4.1.1.7439' THEN 'other' ELSE CASE f.type
    WHEN '1' THEN 'age_from' WHEN '2' THEN 'age_below' WHEN '9' THEN 'hospital'
    WHEN '10' THEN 'specialist_or_hospital' WHEN '11' THEN 'own_prescription'
    WHEN '22' THEN 'strips_per_day_stated' ELSE 'other' END END AS kind,
  coalesce(f.value_text, f.value) AS value, f.value AS value_code, f.type, f.type_text,
  b.condition, b.stands_on, b.applies_to, b.condition_text
FROM blaliste.binding_condition b
JOIN blaliste.edition e ON e.list = b.list AND e.edition = b.edition
JOIN blaliste.coded_condition f ON f.list = e.list AND f.condition = b.condition
  AND blaliste.holds(f.from_ordinal, f.to_ordinal, e.ordinal)
WHERE f.type_system <> 'limit-period' AND NOT (
  f.type_system = '2.16.578.1.12.4.1.1.7439' AND (
    f.type IN ('15', '16') OR (f.type IN ('9', '11', '22') AND f.value IS DISTINCT FROM '1')
  )
);
COMMENT ON VIEW blaliste.requirement IS
  'What a prescription must fulfil for a group beside its code; one row for each value.';
COMMENT ON COLUMN blaliste.requirement.list IS 'Code of the list.';
COMMENT ON COLUMN blaliste.requirement.edition IS 'Public name of the edition: list / first day / release.';
COMMENT ON COLUMN blaliste.requirement.first_day IS 'First day on which that edition is in force.';
COMMENT ON COLUMN blaliste.requirement.last_day IS
  'Last day on which it is in force as far as is released; NULL while no end is known.';
COMMENT ON COLUMN blaliste.requirement.group_code IS 'Code of the group.';
COMMENT ON COLUMN blaliste.requirement.group_text IS 'What the group is called in that edition.';
COMMENT ON COLUMN blaliste.requirement.kind IS
  'own_prescription, specialist_or_hospital, hospital, age_from, age_below, strips_per_day_stated or other.';
COMMENT ON COLUMN blaliste.requirement.value IS 'Years, the specialty in words, or the value as received.';
COMMENT ON COLUMN blaliste.requirement.value_code IS 'The value as the source codes it.';
COMMENT ON COLUMN blaliste.requirement.type IS 'The source''s code of the type, kodeverk 7439.';
COMMENT ON COLUMN blaliste.requirement.type_text IS 'The type in words.';
COMMENT ON COLUMN blaliste.requirement.condition IS 'Id of the condition that says so.';
COMMENT ON COLUMN blaliste.requirement.stands_on IS
  'The group the condition stands on: this one or one above it.';
COMMENT ON COLUMN blaliste.requirement.applies_to IS 'Whom it binds: prescriber, dispenser or both.';
COMMENT ON COLUMN blaliste.requirement.condition_text IS 'The condition itself.';

CREATE FUNCTION blaliste.prices_on(day date)
  RETURNS TABLE (list text, edition text, varenr text, kind text, kind_text text, price numeric, currency text)
  LANGUAGE sql STABLE AS $$
SELECT list, edition, varenr, kind, kind_text, (amount / 10000.0)::numeric(14, 4), currency
FROM (
  -- Of several that have begun the latest holds; the last of all ends when the source says so.
  SELECT DISTINCT ON (e.list, p.varenr, p.kind_system, p.kind) e.edition, p.*
  FROM blaliste.edition_in_force e
  JOIN blaliste.price p ON p.list = e.list AND blaliste.holds(p.from_ordinal, p.to_ordinal, e.ordinal)
  WHERE prices_on.day BETWEEN e.first_day AND coalesce(e.last_day, 'infinity')
    AND (p.valid_from IS NULL OR p.valid_from <= prices_on.day)
  ORDER BY e.list, p.varenr, p.kind_system, p.kind, p.position DESC
) AS latest
WHERE valid_to IS NULL OR valid_to >= prices_on.day
$$;
COMMENT ON FUNCTION blaliste.prices_on IS 'The prices that hold on a day, one of each kind.';

"""The tables of lists.db, each column with its meaning: the public SQL contract."""

from ingest.tables import INTEGER, TEXT, Column, Table, key, number, text
from ingest.views import create_views_sql

_MARKS = (
    Column("entry_id", TEXT, "The source's id of this version (Oppf*/Id).", mark=True),
    Column("entry_time", TEXT, "When the source made this version (Tidspunkt), as written.", mark=True),
)

RELEASE = (
    key("release", "Number of the release: 1, 2, 3 …", INTEGER),
    key("published_at", "When it became public, RFC 3339 in UTC."),
    text("note", "What the publisher says of it."),
    number("withdraws", "The release it takes back, if it is a withdrawal."),
    key("backfilled", "1 where it was published later and dated back to fill in history.", INTEGER),
)

EDITION = (
    key("list", "Code of the list: 505, 200, IXC."),
    key("ordinal", "Place in the list's publication order, from 1.", INTEGER),
    key("edition", "Public name: list / first day / release."),
    key("valid_from", "First day in force, a civil day in Norway."),
    key("release", "The release it became public with.", INTEGER),
    key("title", "What the list is called in this edition."),
    key("legal_basis", "Code of the legal basis."),
    key("legal_basis_system", "Code system of the legal basis; kodeverk 7427 in Norway."),
    text("legal_basis_text", "The legal basis in words."),
    key(
        "requires_listed_product", "1 where only listed products are reimbursed (KreverVarekobling).", INTEGER
    ),
    key("requires_decision", "1 where Helfo must have decided for the patient (KreverVedtak).", INTEGER),
    key("number_kind", "Kind of product number: varenr, snomed-pack or sas-company."),
    key("closed", "1 where the list ends with this edition.", INTEGER),
    text("corrects", "The edition it corrects, if it is a correction."),
    key("entries", "How many products stand on the list.", INTEGER),
    key("groups", "How many groups the list has.", INTEGER),
    key("added", "Products that the edition before, in publication order, did not have.", INTEGER),
    key("removed", "Products that the edition before had and this one has not.", INTEGER),
    key("changed", "Products of both that differ.", INTEGER),
    text("source", "sha256 of the source file it was read from; NULL for an act without a file."),
    key("content", "sha256 of what the edition says; equal for equal content."),
)

FINDING = (
    key("list", "Code of the list."),
    key("ordinal", "Which edition of the list, in publication order.", INTEGER),
    key("rule", "Name of the rule that found something."),
    key("count", "How often, in this list or in its file as a whole.", INTEGER),
)

FINDING_EXAMPLE = (
    key("list", "Code of the list."),
    key("ordinal", "Which edition of the list, in publication order.", INTEGER),
    key("rule", "Name of the rule."),
    key("n", "Which of the first five examples, from 0.", INTEGER),
    key("line", "Line or row of the source file; 0 where the file as a whole is meant.", INTEGER),
    key("subject", "What it is about: a varenr, a group, a condition."),
    key("found", "What stands there."),
)

TABLES = (
    Table(
        "product_group",
        "Groups of a list: nodes of its code tree, or a medicine's reimbursed use.",
        (key("code", "Code of the group."),),
        (
            text("system", "Code system: kodeverk 7403 for goods, 7451 for medicines."),
            text("text", "What the group is called."),
            text(
                "parent",
                "The group above, where the source says it; in kodeverk 7403 the code's prefix does.",
            ),
            text("source_id", "The source's id, the same when the group is renamed."),
            text("atc", "ATC code, medicines only."),
            text("atc_system", "Code system of the ATC code."),
            text("atc_text", "The ATC code in words."),
            number("requires_refund_code", "1 where a prescription must name a diagnosis code."),
            text("reimbursed_use", "For what use the group is reimbursed, in words."),
            *_MARKS,
        ),
    ),
    Table(
        "group_condition",
        "Which conditions stand on which group; a product is bound by those of the groups above it too.",
        (key("code", "Code of the group."), key("condition", "Id of the condition.")),
        (),
    ),
    Table(
        "refund_code",
        "Diagnosis codes under which a group is reimbursed.",
        (
            key("group_code", "Code of the group."),
            key("system", "Code system: ICD-10 side 7110 and 7435, ICPC-2 side 7170 and 7434."),
            key("code", "The diagnosis code."),
            key("n", "Tells alternatives under one code apart, from 0.", INTEGER),
        ),
        (
            text("text", "The diagnosis in words."),
            text("subterms", "Narrower terms, one a line."),
            text("valid_from", "First day."),
            text("prescribe_until", "Last day on which it may be prescribed."),
            text("dispense_until", "Last day on which it may be handed out."),
        ),
    ),
    Table(
        "refund_code_condition",
        "Which conditions bind which diagnosis code, and when.",
        (
            key("group_code", "Code of the group."),
            key("system", "Code system of the diagnosis code."),
            key("code", "The diagnosis code."),
            key("n", "Which of the alternatives under that code.", INTEGER),
            key("condition", "Id of the condition."),
            key("m", "Tells periods of one condition apart, from 0.", INTEGER),
        ),
        (text("valid_from", "First day."), text("valid_to", "Last day.")),
    ),
    Table(
        "condition",
        "Conditions of reimbursement: the text that is always shown.",
        (key("id", "Id of the condition."),),
        (
            text("number", "The source's own number of it."),
            text("kind", "Kind of condition, kodeverk 7437."),
            text("kind_system", "Code system of the kind."),
            text("kind_text", "The kind in words."),
            text("applies_to", "Whom it binds: prescriber, dispenser or both."),
            text("text", "The condition itself."),
            text("valid_from", "First day as the source wrote it; not since when it is in force."),
            text("valid_to", "Last day as the source wrote it."),
            text("expressed_by", "Id of the coded condition that says the same; an editor's mark."),
            *_MARKS,
        ),
    ),
    Table(
        "coded_condition",
        "The coded forms of conditions: limits, ages, specialists, own prescription.",
        (
            key("condition", "Id of the condition."),
            key("position", "Which of the condition's coded forms, from 0.", INTEGER),
            key("n", "Which of the form's values, from 0; -1 where it has none.", INTEGER),
        ),
        (
            text("type", "Type of the form: kodeverk 7439, or a limit's period in lists read from tables."),
            text("type_system", "Code system of the type."),
            text("type_text", "The type in words."),
            text("value", "The value: a number, or a code."),
            text("value_system", "Code system of the value; NULL where it is a plain text or number."),
            text("value_text", "The value in words."),
        ),
    ),
    Table(
        "entry",
        "Products on a list: one pack with one number.",
        (key("varenr", "Product number, as text with its leading zeros."),),
        (
            text("kind", "consumable, nutrition, prosthesis, medicine or other."),
            text("name", "Name of the product."),
            text("supplier", "Who supplies it."),
            text("supplier_address", "The supplier's address, as written."),
            text("supplier_phone", "The supplier's phone, as written."),
            text("supplier_item_number", "The supplier's own article number."),
            text("size", "Amount or size of one unit, as written."),
            text("unit", "Unit of the pack."),
            text("unit_system", "Code system of the unit; kodeverk 7452 in Norway."),
            text("unit_text", "The unit in words."),
            text("pack", "The pack, as written."),
            number("units_per_pack", "Units in a pack; NULL where it is no whole number."),
            number("may_exceed_max_price", "1 where it may be sold above the maximum price."),
            *_MARKS,
        ),
    ),
    Table(
        "placement",
        "In which groups a product stands, with its own last days there.",
        (key("varenr", "Product number."), key("group_code", "Code of the group.")),
        (
            text("valid_from", "First day."),
            text("prescribe_until", "Last day on which it may be prescribed."),
            text("dispense_until", "Last day on which it may be handed out."),
        ),
    ),
    Table(
        "price",
        "Prices of a product, one row for each kind and period.",
        (
            key("varenr", "Product number."),
            key("position", "Place by kind and first day, from 0.", INTEGER),
        ),
        (
            text("kind", "Code of the kind: N, E, P for goods; 2, 3, 4, 5 for medicines."),
            text("kind_system", "Code system of the kind: kodeverk 7423 or 7453."),
            text("kind_text", "The kind in words."),
            number("amount", "Ten-thousandths of the currency."),
            text("currency", "ISO 4217."),
            text("valid_from", "First day."),
            text("valid_to", "Last day as the source wrote it."),
        ),
    ),
    Table(
        "gtin",
        "Bar code numbers of a product; it may have several.",
        (key("varenr", "Product number."), key("gtin", "GTIN of 8 to 14 digits, as text.")),
        (),
    ),
    Table(
        "entry_condition",
        "Conditions of single products.",
        (key("varenr", "Product number."), key("condition", "Id of the condition.")),
        (),
    ),
    Table(
        "medicine",
        "What only medicine packages have.",
        (key("varenr", "Product number."),),
        (
            text("atc", "ATC code."),
            text("atc_system", "Code system of the ATC code."),
            text("atc_text", "The ATC code in words."),
            text("prescription_group", "Prescription group: A, B, C, CF, F, K."),
            text("prescription_group_system", "Code system of the prescription group, where written."),
            text("prescription_group_text", "The prescription group in words."),
            text("form", "Pharmaceutical form, kodeverk 7448."),
            text("form_system", "Code system of the form."),
            text("form_text", "The form in words."),
            text("package_type", "Type of package, kodeverk 7449."),
            text("package_type_system", "Code system of the package type."),
            text("package_type_text", "The package type in words."),
            text("multiple", "How many packs in one, as written (Multippel)."),
            text("count", "How many containers, as written (Antall)."),
            text("amount", "Amount in a container, as written (Mengde)."),
            text("brand", "The source's id of the brand (RefLegemiddelMerkevare)."),
            text("package", "The source's id of the package."),
        ),
    ),
)

PRODUCT_TABLES = tuple(table for table in TABLES if table.key[0].name == "varenr")
TERMS_TABLES = tuple(table for table in TABLES if table not in PRODUCT_TABLES)
"""What an edition says of its products, and what it says besides."""

_VERSIONS = (
    key("from_ordinal", "First edition of the list, by ordinal, in which the row holds.", INTEGER),
    number("to_ordinal", "First edition, by ordinal, in which it no longer holds; NULL while it does."),
)

LIST = key("list", "Code of the list.")

PLAIN_TABLES = {
    "release": ("Releases: acts of publishing, by number.", RELEASE, ("release",)),
    "edition": (
        "Editions: the complete content of one list from a day on, until the next.",
        EDITION,
        ("list", "ordinal"),
    ),
    "finding": (
        "What the rules noted in the source of an edition; what blocks is never published.",
        FINDING,
        ("list", "ordinal", "rule"),
    ),
    "finding_example": (
        "The first five examples of each finding.",
        FINDING_EXAMPLE,
        ("list", "ordinal", "rule", "n"),
    ),
}
"""Tables without a range: their comment, columns and key."""

_INDEXES = """\
CREATE INDEX entry_by_varenr ON entry (varenr);
CREATE INDEX placement_by_group ON placement (list, group_code);
CREATE INDEX edition_by_release ON edition (release);
"""


def columns_of(table: Table) -> tuple[Column, ...]:
    """All columns of a versioned table in their order: list, key, range, values."""
    return (LIST, *table.key, *_VERSIONS, *table.values)


def create_sql() -> str:
    """The SQL that makes an empty lists.db: STRICT tables without row ids, commented columns, views."""
    plain = (_plain_sql(name, *definition) for name, definition in PLAIN_TABLES.items())
    return "\n".join((*plain, *(_table_sql(table) for table in TABLES), _INDEXES, create_views_sql()))


def _plain_sql(name: str, comment: str, columns: tuple[Column, ...], key: tuple[str, ...]) -> str:
    return _create(name, comment, columns, key)


def _table_sql(table: Table) -> str:
    key = ("list", *(column.name for column in table.key), "from_ordinal")
    return _create(table.name, table.comment, columns_of(table), key)


def _create(name: str, comment: str, columns: tuple[Column, ...], key: tuple[str, ...]) -> str:
    lines = "".join(
        f"  {column.name} {column.type}{'' if column.optional else ' NOT NULL'}, -- {column.comment}\n"
        for column in columns
    )
    columns_and_key = f"{lines}  PRIMARY KEY ({', '.join(key)})\n"
    return f"-- {comment}\nCREATE TABLE {name} (\n{columns_and_key}) STRICT, WITHOUT ROWID;\n"

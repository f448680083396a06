"""The tables of lists.db, each column with its meaning: the public SQL contract."""

import msgspec

from ingest.views import create_views_sql

TEXT, INTEGER = "TEXT", "INTEGER"


class Column(msgspec.Struct, frozen=True):
    """A column and what it says; `mark` where it is the source's mark on a version and no content."""

    name: str
    type: str
    comment: str
    optional: bool = True
    mark: bool = False


class Table(msgspec.Struct, frozen=True):
    """
    A table of rows that hold from one edition of a list to another.

    A row holds in the editions `from_ordinal <= ordinal < to_ordinal` of its list; `to_ordinal`
    is NULL while it holds in the last one. `list` and `key` name a subject, one row of which
    holds at a time.
    """

    name: str
    comment: str
    key: tuple[Column, ...]
    values: tuple[Column, ...]

    @property
    def content(self) -> int:
        """How many of the values, from the first, are content; marks come last."""
        return sum(not column.mark for column in self.values)


def _key(name: str, comment: str, kind: str = TEXT) -> Column:
    return Column(name, kind, comment, optional=False)


def _text(name: str, comment: str) -> Column:
    return Column(name, TEXT, comment)


def _number(name: str, comment: str) -> Column:
    return Column(name, INTEGER, comment)


_MARKS = (
    Column("entry_id", TEXT, "The source's id of this version (Oppf*/Id).", mark=True),
    Column("entry_time", TEXT, "When the source made this version (Tidspunkt), as written.", mark=True),
)

RELEASE = (
    _key("release", "Number of the release: 1, 2, 3 …", INTEGER),
    _key("published_at", "When it became public, RFC 3339 in UTC."),
    _text("note", "What the publisher says of it."),
    _number("withdraws", "The release it takes back, if it is a withdrawal."),
    _key("backfilled", "1 where it was published later and dated back to fill in history.", INTEGER),
)

EDITION = (
    _key("list", "Code of the list: 505, 200, IXC."),
    _key("ordinal", "Place in the list's publication order, from 1.", INTEGER),
    _key("edition", "Public name: list / first day / release."),
    _key("valid_from", "First day in force, a civil day in Norway."),
    _key("release", "The release it became public with.", INTEGER),
    _key("title", "What the list is called in this edition."),
    _key("legal_basis", "Code of the legal basis."),
    _key("legal_basis_system", "Code system of the legal basis; kodeverk 7427 in Norway."),
    _text("legal_basis_text", "The legal basis in words."),
    _key(
        "requires_listed_product", "1 where only listed products are reimbursed (KreverVarekobling).", INTEGER
    ),
    _key("requires_decision", "1 where Helfo must have decided for the patient (KreverVedtak).", INTEGER),
    _key("number_kind", "Kind of product number: varenr, snomed-pack or sas-company."),
    _key("closed", "1 where the list ends with this edition.", INTEGER),
    _text("corrects", "The edition it corrects, if it is a correction."),
    _key("entries", "How many products stand on the list.", INTEGER),
    _key("groups", "How many groups the list has.", INTEGER),
    _key("added", "Products that the edition before, in publication order, did not have.", INTEGER),
    _key("removed", "Products that the edition before had and this one has not.", INTEGER),
    _key("changed", "Products of both that differ.", INTEGER),
    _text("source", "sha256 of the source file it was read from; NULL for an act without a file."),
    _key("content", "sha256 of what the edition says; equal for equal content."),
)

TABLES = (
    Table(
        "product_group",
        "Groups of a list: nodes of its code tree, or a medicine's reimbursed use.",
        (_key("code", "Code of the group."),),
        (
            _text("system", "Code system: kodeverk 7403 for goods, 7451 for medicines."),
            _text("text", "What the group is called."),
            _text(
                "parent",
                "The group above, where the source says it; in kodeverk 7403 the code's prefix does.",
            ),
            _text("source_id", "The source's id, the same when the group is renamed."),
            _text("atc", "ATC code, medicines only."),
            _text("atc_system", "Code system of the ATC code."),
            _text("atc_text", "The ATC code in words."),
            _number("requires_refund_code", "1 where a prescription must name a diagnosis code."),
            _text("reimbursed_use", "For what use the group is reimbursed, in words."),
            *_MARKS,
        ),
    ),
    Table(
        "group_condition",
        "Which conditions stand on which group; a product is bound by those of the groups above it too.",
        (_key("code", "Code of the group."), _key("condition", "Id of the condition.")),
        (),
    ),
    Table(
        "refund_code",
        "Diagnosis codes under which a group is reimbursed.",
        (
            _key("group_code", "Code of the group."),
            _key("system", "Code system: ICD-10 side 7110 and 7435, ICPC-2 side 7170 and 7434."),
            _key("code", "The diagnosis code."),
            _key("n", "Tells alternatives under one code apart, from 0.", INTEGER),
        ),
        (
            _text("text", "The diagnosis in words."),
            _text("subterms", "Narrower terms, one a line."),
            _text("valid_from", "First day."),
            _text("prescribe_until", "Last day on which it may be prescribed."),
            _text("dispense_until", "Last day on which it may be handed out."),
        ),
    ),
    Table(
        "refund_code_condition",
        "Which conditions bind which diagnosis code, and when.",
        (
            _key("group_code", "Code of the group."),
            _key("system", "Code system of the diagnosis code."),
            _key("code", "The diagnosis code."),
            _key("n", "Which of the alternatives under that code.", INTEGER),
            _key("condition", "Id of the condition."),
            _key("m", "Tells periods of one condition apart, from 0.", INTEGER),
        ),
        (_text("valid_from", "First day."), _text("valid_to", "Last day.")),
    ),
    Table(
        "condition",
        "Conditions of reimbursement: the text that is always shown.",
        (_key("id", "Id of the condition."),),
        (
            _text("number", "The source's own number of it."),
            _text("kind", "Kind of condition, kodeverk 7437."),
            _text("kind_system", "Code system of the kind."),
            _text("kind_text", "The kind in words."),
            _text("applies_to", "Whom it binds: prescriber, dispenser or both."),
            _text("text", "The condition itself."),
            _text("valid_from", "First day as the source wrote it; not since when it is in force."),
            _text("valid_to", "Last day as the source wrote it."),
            *_MARKS,
        ),
    ),
    Table(
        "coded_condition",
        "The coded forms of conditions: limits, ages, specialists, own prescription.",
        (
            _key("condition", "Id of the condition."),
            _key("position", "Which of the condition's coded forms, from 0.", INTEGER),
            _key("n", "Which of the form's values, from 0; -1 where it has none.", INTEGER),
        ),
        (
            _text("type", "Type of the form: kodeverk 7439, or a limit's period in lists read from tables."),
            _text("type_system", "Code system of the type."),
            _text("type_text", "The type in words."),
            _text("value", "The value: a number, or a code."),
            _text("value_system", "Code system of the value; NULL where it is a plain text or number."),
            _text("value_text", "The value in words."),
        ),
    ),
    Table(
        "entry",
        "Products on a list: one pack with one number.",
        (_key("varenr", "Product number, as text with its leading zeros."),),
        (
            _text("kind", "consumable, nutrition, prosthesis, medicine or other."),
            _text("name", "Name of the product."),
            _text("supplier", "Who supplies it."),
            _text("supplier_address", "The supplier's address, as written."),
            _text("supplier_phone", "The supplier's phone, as written."),
            _text("supplier_item_number", "The supplier's own article number."),
            _text("size", "Amount or size of one unit, as written."),
            _text("unit", "Unit of the pack."),
            _text("unit_system", "Code system of the unit; kodeverk 7452 in Norway."),
            _text("unit_text", "The unit in words."),
            _text("pack", "The pack, as written."),
            _number("units_per_pack", "Units in a pack; NULL where it is no whole number."),
            _number("may_exceed_max_price", "1 where it may be sold above the maximum price."),
            *_MARKS,
        ),
    ),
    Table(
        "placement",
        "In which groups a product stands, with its own last days there.",
        (_key("varenr", "Product number."), _key("group_code", "Code of the group.")),
        (
            _text("valid_from", "First day."),
            _text("prescribe_until", "Last day on which it may be prescribed."),
            _text("dispense_until", "Last day on which it may be handed out."),
        ),
    ),
    Table(
        "price",
        "Prices of a product, one row for each kind and period.",
        (
            _key("varenr", "Product number."),
            _key("position", "Place by kind and first day, from 0.", INTEGER),
        ),
        (
            _text("kind", "Code of the kind: N, E, P for goods; 2, 3, 4, 5 for medicines."),
            _text("kind_system", "Code system of the kind: kodeverk 7423 or 7453."),
            _text("kind_text", "The kind in words."),
            _number("amount", "Ten-thousandths of the currency."),
            _text("currency", "ISO 4217."),
            _text("valid_from", "First day."),
            _text("valid_to", "Last day as the source wrote it."),
        ),
    ),
    Table(
        "gtin",
        "Bar code numbers of a product; it may have several.",
        (_key("varenr", "Product number."), _key("gtin", "GTIN of 8 to 14 digits, as text.")),
        (),
    ),
    Table(
        "entry_condition",
        "Conditions of single products.",
        (_key("varenr", "Product number."), _key("condition", "Id of the condition.")),
        (),
    ),
    Table(
        "medicine",
        "What only medicine packages have.",
        (_key("varenr", "Product number."),),
        (
            _text("atc", "ATC code."),
            _text("atc_system", "Code system of the ATC code."),
            _text("atc_text", "The ATC code in words."),
            _text("prescription_group", "Prescription group: A, B, C, CF, F, K."),
            _text("prescription_group_system", "Code system of the prescription group, where written."),
            _text("prescription_group_text", "The prescription group in words."),
            _text("form", "Pharmaceutical form, kodeverk 7448."),
            _text("form_system", "Code system of the form."),
            _text("form_text", "The form in words."),
            _text("package_type", "Type of package, kodeverk 7449."),
            _text("package_type_system", "Code system of the package type."),
            _text("package_type_text", "The package type in words."),
            _text("multiple", "How many packs in one, as written (Multippel)."),
            _text("count", "How many containers, as written (Antall)."),
            _text("amount", "Amount in a container, as written (Mengde)."),
            _text("brand", "The source's id of the brand (RefLegemiddelMerkevare)."),
            _text("package", "The source's id of the package."),
        ),
    ),
)

_VERSIONS = (
    _key("from_ordinal", "First edition of the list, by ordinal, in which the row holds.", INTEGER),
    _number("to_ordinal", "First edition, by ordinal, in which it no longer holds; NULL while it does."),
)

LIST = _key("list", "Code of the list.")

PLAIN_TABLES = {
    "release": ("Releases: acts of publishing, by number.", RELEASE, ("release",)),
    "edition": (
        "Editions: the complete content of one list from a day on, until the next.",
        EDITION,
        ("list", "ordinal"),
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

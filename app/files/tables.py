"""The tables that the lists are given as, each column with its type and meaning: CSV, Parquet, SQL loads."""

import msgspec

TEXT, WHOLE, AMOUNT, DAY, TRUTH = "string", "integer", "number", "date", "boolean"
"""Types by the names that a table schema has for them."""


class Field(msgspec.Struct, frozen=True):
    """A column; `required` where no row is without it."""

    name: str
    type: str
    meaning: str
    required: bool = False


class FlatTable(msgspec.Struct, frozen=True):
    """A table of rows; `key` names the columns that tell them apart."""

    name: str
    meaning: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]


def _key(name: str, meaning: str, kind: str = TEXT) -> Field:
    return Field(name, kind, meaning, required=True)


def _text(name: str, meaning: str) -> Field:
    return Field(name, TEXT, meaning)


def _day(name: str, meaning: str) -> Field:
    return Field(name, DAY, meaning)


_LIST = _key("list", "Code of the list.")
_GROUP = _key("group", "Code of the group.")
_VARENR = _key("varenr", "Product number, as text with its leading zeros.")
_CONDITION = _key("condition", "Id of the condition.")
_ENTRY = ("list", "varenr", "group")

LISTS = FlatTable(
    "lists",
    "The lists in force on the day.",
    ("list",),
    (
        _LIST,
        _key("title", "What the list is called."),
        _key("legal_basis", "Code of the legal basis; kodeverk 7427 in Norway."),
        _key("legal_basis_system", "Code system of the legal basis."),
        _text("legal_basis_text", "The legal basis in words."),
        _key("requires_decision", "Whether the patient needs a decision first.", TRUTH),
        _key("requires_listed_product", "Whether only listed products are reimbursed.", TRUTH),
        _key("closed", "Whether the list has ended.", TRUTH),
        _key("edition", "The edition in force: list / first day / release."),
        _key("edition_valid_from", "First day of that edition.", DAY),
        _key("edition_release", "The release it became public with.", WHOLE),
    ),
)
GROUPS = FlatTable(
    "groups",
    "Groups of the lists: nodes of a code tree, or a medicine's reimbursed use.",
    ("list", "group"),
    (
        _LIST,
        _GROUP,
        _key("system", "Code system: kodeverk 7403 for goods, 7451 for medicines."),
        _text("text", "What the group is called."),
        _text("parent", "Code of the group above."),
        _key("prescribable", "How it is prescribed: top, own or no."),
        _key("in_force_since", "First day of the first edition that has the group.", DAY),
        _text("reimbursed_use", "For what use the group is reimbursed, in words."),
    ),
)
PRODUCTS = FlatTable(
    "products",
    "Products: one pack with one number, each once.",
    ("varenr",),
    (
        _VARENR,
        _key("name", "Name of the product."),
        _key("kind", "consumable, nutrition, prosthesis, medicine or other."),
        _text("supplier", "Who supplies it."),
        _text("supplier_address", "The supplier's address, as written."),
        _text("supplier_phone", "The supplier's phone, as written."),
        _text("supplier_item_number", "The supplier's own article number."),
        _text("size", "Amount or size of one unit, as written."),
        _text("unit", "Code of the pack's unit."),
        _text("unit_text", "The unit in words."),
        _text("pack", "The pack, as written."),
        Field("units_per_pack", WHOLE, "Units in a pack, where that is a whole number."),
        _text("gtins", "Bar code numbers, one space between them."),
        _text("atc", "ATC code of a medicine."),
        _key("status", "listed, leaving, prescribing-ended or ended, as on the day."),
        _day("leaves_on", "The last day it stands on any list, where that is known."),
        _key("fingerprint", "Differs when what is said of the product does."),
    ),
)
ENTRIES = FlatTable(
    "entries",
    "Products on lists: one row for each group in which a product stands.",
    _ENTRY,
    (
        _LIST,
        _VARENR,
        _GROUP,
        _key("edition", "The edition that says so: list / first day / release."),
        _key("name", "Name of the product on this list."),
        _text("size", "Size on this list."),
        _text("pack", "Pack on this list."),
        Field("units_per_pack", WHOLE, "Units in a pack on this list."),
        _text("supplier", "Supplier on this list."),
        _day("valid_from", "First day in the group, as the source wrote it."),
        _day("prescribe_until", "Last day on which it may be prescribed."),
        _day("dispense_until", "Last day on which it may be handed out."),
        Field("may_exceed_max_price", TRUTH, "Whether it may be sold above the maximum price."),
    ),
)
PRICES = FlatTable(
    "prices",
    "Prices of products on lists, one row for each kind and period.",
    ("list", "varenr", "position"),
    (
        _LIST,
        _VARENR,
        _key("position", "Place by kind and first day, from 0.", WHOLE),
        _key("kind", "What kind of price it is, in one word."),
        _key("code", "The source's code of the kind: N, E, P for goods; 2, 3, 4, 5 for medicines."),
        _key("system", "Code system of that code: kodeverk 7423 or 7453."),
        _key("amount", "Two to four decimals, a point before them.", AMOUNT),
        _key("currency", "ISO 4217."),
        _day("valid_from", "First day."),
        _day("valid_to", "Last day; empty while no other price of the kind follows."),
    ),
)
LIMITS = FlatTable(
    "limits",
    "The most units of a product in a group per period; also what groups above say.",
    (*_ENTRY, "position"),
    (
        _LIST,
        _VARENR,
        _GROUP,
        _key("position", "Which of the limits of this product in this group, from 0.", WHOLE),
        _key("max", "At most so many units, not packs.", WHOLE),
        _key("unit", "What is counted."),
        _key("per", "The period: calendar_year, dispensing or month."),
        _key("scope", "Over what it counts: each group by itself, the groups together, or the product."),
        _text("scope_codes", "Codes of those groups, one space between them."),
        _CONDITION,
    ),
)
REQUIREMENTS = FlatTable(
    "requirements",
    "What a prescription of a product in a group must fulfil.",
    (*_ENTRY, "position"),
    (
        _LIST,
        _VARENR,
        _GROUP,
        _key("position", "Which of the requirements of this product in this group, from 0.", WHOLE),
        _key("kind", "own_prescription, age_from … or other."),
        Field("value", WHOLE, "The number it names, such as an age."),
        _text("values", "What else it names, one space between."),
        _key("applies_to", "Whom it binds: prescriber, dispenser or both."),
        _CONDITION,
        _text("code", "The source's code of its type; kodeverk 7439 in Norway."),
        _text("system", "Code system of that code."),
    ),
)
CONDITIONS = FlatTable(
    "conditions",
    "Conditions of reimbursement: the text that is always shown.",
    ("list", "condition"),
    (
        _LIST,
        _CONDITION,
        _text("number", "The source's own number of it."),
        _key("applies_to", "Whom it binds: prescriber, dispenser or both."),
        _key("text", "The condition itself."),
        _day("valid_from", "First day as the source wrote it."),
        _day("valid_to", "Last day as the source wrote it."),
        _key("coded", "Whether it also has a coded form, a limit or a requirement.", TRUTH),
        _text("expressed_by", "Id of the coded condition that says the same, where an editor marked one."),
    ),
)
ENTRY_CONDITIONS = FlatTable(
    "entry_conditions",
    "Which conditions bind a product in a group, those of the groups above it too.",
    (*_ENTRY, "condition"),
    (_LIST, _VARENR, _GROUP, _CONDITION),
)
GROUP_CONDITIONS = FlatTable(
    "group_conditions",
    "Which conditions stand on a group itself.",
    ("list", "group", "condition"),
    (_LIST, _GROUP, _CONDITION),
)
REFUND_CODES = FlatTable(
    "refund_codes",
    "Diagnosis codes under which a group is reimbursed.",
    ("list", "group", "position"),
    (
        _LIST,
        _GROUP,
        _key("position", "Which of the group's codes, from 0.", WHOLE),
        _key("code", "The diagnosis code."),
        _key("system", "Code system: ICD-10 side 7110 and 7435, ICPC-2 side 7170 and 7434."),
        _text("text", "The diagnosis in words."),
        _text("subterms", "Narrower terms, one a line."),
        _day("valid_from", "First day."),
        _day("prescribe_until", "Last day on which it may be prescribed."),
        _day("dispense_until", "Last day on which it may be handed out."),
        _text("conditions", "Ids of the conditions that bind under this code, one space between them."),
    ),
)

TABLES = (
    *(LISTS, GROUPS, PRODUCTS, ENTRIES, PRICES, LIMITS, REQUIREMENTS),
    *(CONDITIONS, ENTRY_CONDITIONS, GROUP_CONDITIONS, REFUND_CODES),
)

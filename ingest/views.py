"""The views of lists.db: the questions about time and conditions that every analyst asks, answered once."""

import msgspec

from lists.codes import CONDITION_TYPE, LIMIT_PERIOD, PRODUCT_GROUP


class View(msgspec.Struct, frozen=True):
    """A view: its comment, its columns in order with their meaning, and the SELECT behind it."""

    name: str
    comment: str
    columns: tuple[tuple[str, str], ...]
    select: str


_LIST = ("list", "Code of the list.")
_EDITION = ("edition", "Public name of the edition: list / first day / release.")
_FIRST = ("first_day", "First day on which that edition is in force.")
_LAST = ("last_day", "Last day on which it is in force as far as is released; NULL while no end is known.")
_GROUP = ("group_code", "Code of the group.")
_GROUP_TEXT = ("group_text", "What the group is called in that edition.")
_CONDITION = ("condition", "Id of the condition that says so.")
_APPLIES_TO = ("applies_to", "Whom it binds: prescriber, dispenser or both.")
_CONDITION_TEXT = ("condition_text", "The condition itself.")


def _holds(row: str, edition: str = "e") -> str:
    """That a versioned row belongs to an edition."""
    return (
        f"{row}.list = {edition}.list AND {row}.from_ordinal <= {edition}.ordinal"
        f" AND ({row}.to_ordinal IS NULL OR {row}.to_ordinal > {edition}.ordinal)"
    )


# Money is whole ten-thousandths; this writes it as `lists.money.format_amount` does.
_DECIMAL = """\
CAST(p.amount / 10000 AS TEXT) || '.' || substr('000' || CAST(p.amount % 10000 AS TEXT), -4, 2)
    || rtrim(substr('000' || CAST(p.amount % 10000 AS TEXT), -2), '0')"""

_EDITION_IN_FORCE = """\
SELECT list, ordinal, edition, title, closed, first_day, date(next_day, '-1 day') AS last_day
FROM (
  SELECT list, ordinal, edition, title, closed, valid_from AS first_day,
    lead(valid_from) OVER (PARTITION BY list ORDER BY valid_from, release) AS next_day
  FROM edition
)
WHERE next_day IS NULL OR next_day > first_day"""

_PRODUCT_IN_FORCE = f"""\
SELECT e.list, e.edition, e.first_day, e.last_day, n.varenr, n.name, n.supplier, n.kind,
  p.group_code, g.text AS group_text, p.prescribe_until, p.dispense_until
FROM edition_in_force e
CROSS JOIN placement p ON {_holds("p")}
CROSS JOIN entry n ON {_holds("n")} AND n.varenr = p.varenr
CROSS JOIN product_group g ON {_holds("g")} AND g.code = p.group_code"""  # noqa: S608 our names

_PRICE_IN_EDITION = f"""\
SELECT e.list, e.edition, p.varenr, p.kind, p.kind_text, p.valid_from, p.amount,
  {_DECIMAL} AS price,
  p.currency
FROM edition e
CROSS JOIN price p ON {_holds("p")}
WHERE (p.valid_from IS NULL OR p.valid_from <= e.valid_from)
  AND NOT EXISTS (
    SELECT 1 FROM price later
    WHERE later.varenr = p.varenr AND later.kind = p.kind AND later.position > p.position
      AND {_holds("later")} AND later.valid_from <= e.valid_from
  )"""  # noqa: S608 our names

# Levels mean something in kodeverk 7403 only (rule 5); elsewhere the source says the group above.
_ABOVE = f"CASE WHEN g.system = '{PRODUCT_GROUP}' THEN substr(g.code, 1, 5) ELSE g.parent END"
_TOP = f"""\
CASE WHEN g.system = '{PRODUCT_GROUP}' THEN substr(g.code, 1, 3) ELSE (
    SELECT parent FROM product_group above WHERE {_holds("above")} AND above.code = g.parent
  ) END"""  # noqa: S608 our names

# A condition that is repeated down the tree is one condition: it is shown where it stands highest.
_BINDING_CONDITION = f"""\
SELECT e.list, e.edition, e.first_day, e.last_day, g.code AS group_code, g.text AS group_text,
  b.condition, b.code AS stands_on, c.applies_to, c.text AS condition_text
FROM edition_in_force e
CROSS JOIN product_group g ON {_holds("g")}
CROSS JOIN group_condition b ON {_holds("b")} AND b.code IN (
  g.code,
  {_ABOVE},
  {_TOP}
)
CROSS JOIN condition c ON {_holds("c")} AND c.id = b.condition
WHERE (g.system <> '{PRODUCT_GROUP}' OR length(g.code) = 7)
  AND (b.code IS {_TOP} OR NOT EXISTS (
    SELECT 1 FROM group_condition higher
    WHERE {_holds("higher")} AND higher.condition = b.condition AND higher.code <> b.code AND higher.code IN (
      {_ABOVE},
      {_TOP}
    )
  ))"""  # noqa: S608 our names

_QUANTITY_LIMIT = f"""\
SELECT b.list, b.edition, b.first_day, b.last_day, b.group_code, b.group_text,
  CAST(f.value AS INTEGER) AS max,
  CASE WHEN f.type_system = '{LIMIT_PERIOD}' THEN f.type
    WHEN f.type = '15' THEN 'calendar_year' ELSE 'dispensing' END AS per,
  b.condition, b.stands_on, b.applies_to, b.condition_text
FROM binding_condition b
CROSS JOIN edition e ON e.list = b.list AND e.edition = b.edition
CROSS JOIN coded_condition f ON {_holds("f")} AND f.condition = b.condition
WHERE f.type_system = '{LIMIT_PERIOD}' OR (f.type_system = '{CONDITION_TYPE}' AND f.type IN ('15', '16'))"""  # noqa: S608 our names

_REQUIREMENT = f"""\
SELECT b.list, b.edition, b.first_day, b.last_day, b.group_code, b.group_text,
  CASE WHEN f.type_system <> '{CONDITION_TYPE}' THEN 'other' ELSE CASE f.type
    WHEN '1' THEN 'age_from' WHEN '2' THEN 'age_below' WHEN '9' THEN 'hospital'
    WHEN '10' THEN 'specialist_or_hospital' WHEN '11' THEN 'own_prescription'
    WHEN '22' THEN 'strips_per_day_stated' ELSE 'other' END END AS kind,
  coalesce(f.value_text, f.value) AS value, f.value AS value_code, f.type, f.type_text,
  b.condition, b.stands_on, b.applies_to, b.condition_text
FROM binding_condition b
CROSS JOIN edition e ON e.list = b.list AND e.edition = b.edition
CROSS JOIN coded_condition f ON {_holds("f")} AND f.condition = b.condition
WHERE f.type_system <> '{LIMIT_PERIOD}' AND NOT (
  f.type_system = '{CONDITION_TYPE}' AND (
    f.type IN ('15', '16') OR (f.type IN ('9', '11', '22') AND f.value IS NOT '1')
  )
)"""  # noqa: S608 our names

VIEWS = (
    View(
        "edition_in_force",
        "On which days each edition is in force, as far as is released; an edition replaced before its first"
        " day was over is not here.",
        (
            _LIST,
            ("ordinal", "Place in the list's publication order, from 1."),
            _EDITION,
            ("title", "What the list is called in this edition."),
            ("closed", "1 where the list ends with this edition."),
            _FIRST,
            _LAST,
        ),
        _EDITION_IN_FORCE,
    ),
    View(
        "product_in_force",
        "Products with their groups, and the days on which the edition that says so is in force.",
        (
            _LIST,
            _EDITION,
            _FIRST,
            _LAST,
            ("varenr", "Product number, as text with its leading zeros."),
            ("name", "Name of the product."),
            ("supplier", "Who supplies it."),
            ("kind", "consumable, nutrition, prosthesis, medicine or other."),
            _GROUP,
            _GROUP_TEXT,
            ("prescribe_until", "The product's own last day on which it may be prescribed."),
            ("dispense_until", "The product's own last day on which it may be handed out."),
        ),
        _PRODUCT_IN_FORCE,
    ),
    View(
        "price_in_edition",
        "The price of each kind that holds on an edition's first day: of those begun, the one begun last.",
        (
            _LIST,
            _EDITION,
            ("varenr", "Product number, as text with its leading zeros."),
            ("kind", "Code of the kind of price."),
            ("kind_text", "The kind of price in words."),
            ("valid_from", "First day of this price."),
            ("amount", "Ten-thousandths of the currency."),
            ("price", "The same as a decimal number, exact, as text."),
            ("currency", "ISO 4217."),
        ),
        _PRICE_IN_EDITION,
    ),
    View(
        "binding_condition",
        "Every condition that binds the products of a group: its own and those of the groups above it.",
        (
            _LIST,
            _EDITION,
            _FIRST,
            _LAST,
            _GROUP,
            _GROUP_TEXT,
            ("condition", "Id of the condition."),
            ("stands_on", "The group the condition stands on: this one or one above it."),
            _APPLIES_TO,
            _CONDITION_TEXT,
        ),
        _BINDING_CONDITION,
    ),
    View(
        "quantity_limit",
        "How much of a group is reimbursed at most; it counts units over all products of the group.",
        (
            _LIST,
            _EDITION,
            _FIRST,
            _LAST,
            ("group_code", "Code of the group over whose products it counts."),
            _GROUP_TEXT,
            ("max", "At most so many units, not packs."),
            ("per", "calendar_year, dispensing or month."),
            _CONDITION,
            ("stands_on", "The group the condition stands on: this one or one above it."),
            _APPLIES_TO,
            _CONDITION_TEXT,
        ),
        _QUANTITY_LIMIT,
    ),
    View(
        "requirement",
        "What a prescription must fulfil for a group beside its code; one row for each value.",
        (
            _LIST,
            _EDITION,
            _FIRST,
            _LAST,
            _GROUP,
            _GROUP_TEXT,
            (
                "kind",
                "own_prescription, specialist_or_hospital, hospital, age_from, age_below,"
                " strips_per_day_stated or other.",
            ),
            ("value", "Years, the specialty in words, or the value as received."),
            ("value_code", "The value as the source codes it."),
            ("type", "The source's code of the type, kodeverk 7439."),
            ("type_text", "The type in words."),
            _CONDITION,
            ("stands_on", "The group the condition stands on: this one or one above it."),
            _APPLIES_TO,
            _CONDITION_TEXT,
        ),
        _REQUIREMENT,
    ),
)


def create_views_sql() -> str:
    """The SQL that makes the views, after the tables; comments with every column."""
    return "\n".join(_create(view) for view in VIEWS)


def _create(view: View) -> str:
    columns = "".join(f"--   {name}: {comment}\n" for name, comment in view.columns)
    return f"CREATE VIEW {view.name} AS\n-- {view.comment}\n{columns}{view.select};\n"

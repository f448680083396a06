"""Our own small code systems: what the words of limits, requirements and groups mean that no kodeverk has."""

from msgspec import Struct

from lists.codes import LIMIT_PERIOD

PRODUCT_KIND = "product-kind"
REQUIREMENT_KIND = "requirement-kind"
LIMIT_SCOPE = "limit-scope"
APPLIES_TO = "applies-to"
PRESCRIBABLE = "prescribable"


class OwnCodes(Struct, frozen=True):
    """
    A code system of ours with all its codes.

    Attributes:
        id: Its id, and that of the value set of all its codes.
        codes: Each code with what it is called.
    """

    id: str
    title: str
    says: str
    codes: tuple[tuple[str, str], ...]


OWN = (
    OwnCodes(
        APPLIES_TO,
        "Whom a condition binds",
        "Who has to see to it that a condition of reimbursement is met.",
        (
            ("prescriber", "Whoever prescribes"),
            ("dispenser", "Whoever hands it out"),
            ("both", "Whoever prescribes and whoever hands it out"),
        ),
    ),
    OwnCodes(
        LIMIT_PERIOD,
        "Period of a limit",
        "In what period at most so many units are reimbursed.",
        (
            ("calendar_year", "Calendar year"),
            ("dispensing", "Each time it is handed out"),
            ("month", "Calendar month"),
        ),
    ),
    OwnCodes(
        LIMIT_SCOPE,
        "Scope of a limit",
        "Over what the units of a limit are counted.",
        (
            ("group", "Each of the groups by itself"),
            ("groups", "All of the groups together"),
            ("product", "The product by itself"),
        ),
    ),
    OwnCodes(
        PRESCRIBABLE,
        "How a group is prescribed",
        "On which code a prescription covers a group.",
        (
            ("top", "On a shorter code, too"),
            ("own", "On its own code only"),
            ("no", "Not prescribed"),
        ),
    ),
    OwnCodes(
        PRODUCT_KIND,
        "Kind of product",
        "What a product of the lists is.",
        (
            ("consumable", "Consumable"),
            ("nutrition", "Nutrition"),
            ("prosthesis", "Breast prosthesis"),
            ("medicine", "Medicine"),
            ("other", "Other"),
        ),
    ),
    OwnCodes(
        REQUIREMENT_KIND,
        "Kind of requirement",
        "What a prescription must fulfil.",
        (
            ("own_prescription", "A prescription on the group's own code"),
            ("specialist_or_hospital", "Prescribed by a specialist or a hospital"),
            ("hospital", "Prescribed by a hospital"),
            ("age_from", "The patient is so many years old, or older"),
            ("age_below", "The patient is younger than so many years"),
            ("strips_per_day_stated", "The number of test strips a day is stated"),
            ("other", "Something that this service does not judge"),
        ),
    ),
)
"""All of them, by id."""

DISPLAYS = {(one.id, code): display for one in OWN for code, display in one.codes}
"""What each code is called, by code system and code."""

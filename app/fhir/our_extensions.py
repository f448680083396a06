"""What FHIR has no place for: our extensions, each with its parts."""

from msgspec import Struct

from app.fhir.own_codes import APPLIES_TO, LIMIT_SCOPE, PRESCRIBABLE, REQUIREMENT_KIND
from lists.codes import LIMIT_PERIOD

_ON_PRODUCTS = ("DeviceDefinition", "Medication")
_ON_GROUPS = ("ValueSet.compose.include.concept",)


class Part(Struct, frozen=True):
    """
    One part of an extension.

    Attributes:
        type: FHIR's name of what it holds; "" where it is another of our extensions, of the same name.
        most: "1" or "*".
        codes: Id of our own code system that its codes are of.
    """

    name: str
    type: str
    says: str
    least: int = 0
    most: str = "1"
    codes: str = ""


class Kind(Struct, frozen=True):
    """
    An extension of ours.

    Attributes:
        contexts: Where it stands: elements of FHIR, or another of our extensions.
    """

    name: str
    says: str
    contexts: tuple[str, ...]
    parts: tuple[Part, ...]


LIMIT, REQUIREMENT, CONDITION, LISTING = "limit", "requirement", "condition", "listing"

_LAST_DAYS = (
    Part("validFrom", "date", "The first day."),
    Part("prescribeUntil", "date", "The last day on which it may be prescribed."),
    Part("dispenseUntil", "date", "The last day on which it may be handed out."),
)

_BOUND = Part("appliesTo", "code", "Whom it binds: prescriber, dispenser or both.", 1, codes=APPLIES_TO)

KINDS = (
    Kind(
        LIMIT,
        "At most so many units, not packs, are reimbursed in a period. The text that says so stands with it.",
        (LISTING, *_ON_GROUPS),
        (
            Part("max", "integer", "How many units at the most.", 1),
            Part("unit", "string", "What is counted, such as stk.", 1),
            Part("per", "code", "In what: calendar_year, dispensing or month.", 1, codes=LIMIT_PERIOD),
            Part(
                "scope",
                "code",
                "Counted over each group by itself, the groups together, or the product.",
                1,
                codes=LIMIT_SCOPE,
            ),
            Part("group", "code", "A group it is counted over.", most="*"),
            Part("condition", "string", "Id of the condition that sets it.", 1),
            Part("text", "string", "The condition's text.", 1),
        ),
    ),
    Kind(
        REQUIREMENT,
        "What a prescription must fulfil. The text that says so stands with it.",
        (LISTING, *_ON_GROUPS),
        (
            Part(
                "kind",
                "code",
                "Such as own_prescription, specialist_or_hospital or age_from.",
                1,
                codes=REQUIREMENT_KIND,
            ),
            Part("value", "integer", "Years, for ages."),
            Part(
                "code",
                "Coding",
                "A specialty (kodeverk 7426), one of which is required; of another kind what the source asks"
                " for, in its words.",
                most="*",
            ),
            _BOUND,
            Part("type", "Coding", "The source's own code of it.", 1),
            Part("condition", "string", "Id of the condition that makes it.", 1),
            Part("text", "string", "The condition's text.", 1),
        ),
    ),
    Kind(
        CONDITION,
        "A condition of reimbursement, whether it also has a coded form or is text for a person to judge.",
        (LISTING, *_ON_GROUPS),
        (
            Part("id", "string", "Its id.", 1),
            Part("number", "string", "The source's own number of it."),
            _BOUND,
            Part("text", "string", "The condition itself.", 1),
            Part("coded", "boolean", "Whether a limit or requirement says it too.", 1),
        ),
    ),
    Kind(
        "refund-code",
        "A diagnosis code under which a group is reimbursed.",
        (LISTING, *_ON_GROUPS),
        (
            Part("code", "Coding", "The diagnosis code.", 1),
            *_LAST_DAYS,
            Part("subterm", "string", "A narrower diagnosis that is meant.", most="*"),
            Part("condition", "string", "Id of a condition that must hold under this code.", most="*"),
            Part("text", "string", "What those conditions say, in the same order.", most="*"),
        ),
    ),
    Kind(
        LISTING,
        "A product on one list in one group: on what legal basis and under what terms it is reimbursed.",
        _ON_PRODUCTS,
        (
            Part("list", "code", "Code of the list, such as 505.", 1),
            Part("legalBasis", "Coding", "The legal basis.", 1),
            Part("group", "Coding", "The group it stands in.", 1),
            *_LAST_DAYS,
            Part("mayExceedMaxPrice", "boolean", "Whether it may be sold above the maximum price."),
            Part(LIMIT, "", "The limits on it.", most="*"),
            Part(REQUIREMENT, "", "What a prescription must fulfil.", most="*"),
            Part(CONDITION, "", "All texts that bind it, those of the groups above too.", most="*"),
            Part("refund-code", "", "The diagnosis codes.", most="*"),
        ),
    ),
    Kind(
        "group-terms",
        "How a group is prescribed, and for what use it is reimbursed.",
        _ON_GROUPS,
        (
            Part(
                "prescribable",
                "code",
                "top: on a shorter code; own: needs its own; no: not prescribed.",
                1,
                codes=PRESCRIBABLE,
            ),
            Part("reimbursedUse", "string", "For what use."),
            Part("inForceSince", "date", "The first day of the first edition that has it.", 1),
        ),
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}

"""What FHIR has no place for: our extensions, each with its parts, and the definitions that are published."""

import msgspec
from msgspec import Struct

from app.fhir.names import Base
from app.fhir.types import VERSION, Meta

_ON_PRODUCTS = ("DeviceDefinition", "Medication")
_ON_GROUPS = ("ValueSet.compose.include.concept",)


class Part(Struct, frozen=True):
    """
    One part of an extension.

    Attributes:
        type: FHIR's name of what it holds; "" where it is another of our extensions, of the same name.
        most: "1" or "*".
    """

    name: str
    type: str
    says: str
    least: int = 0
    most: str = "1"


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

KINDS = (
    Kind(
        LIMIT,
        "At most so many units, not packs, are reimbursed in a period. The text that says so stands with it.",
        (LISTING, *_ON_GROUPS),
        (
            Part("max", "integer", "How many units at the most.", 1),
            Part("unit", "string", "What is counted, such as stk.", 1),
            Part("per", "code", "In what: calendar_year, dispensing or month.", 1),
            Part(
                "scope", "code", "Counted over each group by itself, the groups together, or the product.", 1
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
            Part("kind", "code", "Such as own_prescription, specialist_or_hospital or age_from.", 1),
            Part("value", "integer", "Years, for ages."),
            Part("code", "string", "A code that is required, such as a specialty.", most="*"),
            Part("appliesTo", "code", "Whom it binds: prescriber, dispenser or both.", 1),
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
            Part("appliesTo", "code", "Whom it binds: prescriber, dispenser or both.", 1),
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
            Part("text", "string", "What must hold under this code.", most="*"),
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
                "prescribable", "code", "top: on a shorter code; own: needs its own; no: not prescribed.", 1
            ),
            Part("reimbursedUse", "string", "For what use."),
            Part("inForceSince", "date", "The first day of the first edition that has it.", 1),
        ),
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}


class Named(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A type that an element may have, and which extension where it is one."""

    code: str
    profile: tuple[str, ...] = ()


class Element(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What a definition says of one element."""

    id: str
    path: str
    slice_name: str | None = None
    short: str | None = None
    min: int | None = None
    max: str | None = None
    type: tuple[Named, ...] = ()
    fixed_uri: str | None = None


class Differential(Struct, frozen=True):
    """What a definition says beyond FHIR's own."""

    element: tuple[Element, ...]


class Context(Struct, frozen=True):
    """Where an extension may stand."""

    type: str
    expression: str


class StructureDefinition(
    Struct,
    frozen=True,
    rename="camel",
    omit_defaults=True,
    tag_field="resourceType",
    tag="StructureDefinition",
):
    """The definition of an extension."""

    id: str
    url: str
    name: str
    title: str
    description: str
    differential: Differential
    context: tuple[Context, ...]
    status: str
    fhir_version: str
    kind: str
    abstract: bool
    type: str
    base_definition: str
    derivation: str
    meta: Meta | None = None


def definition(base: Base, kind: Kind) -> StructureDefinition:
    """The published definition of an extension."""
    url = base.of(StructureDefinition.__name__, kind.name)
    elements = (
        Element("Extension", "Extension", short=kind.says),
        *(element for part in kind.parts for element in _part(base, part)),
        Element("Extension.url", "Extension.url", fixed_uri=url),
        Element("Extension.value[x]", "Extension.value[x]", max="0"),
    )
    return StructureDefinition(
        id=kind.name,
        url=url,
        name="".join(word.capitalize() for word in kind.name.split("-")),
        title=kind.name.replace("-", " ").capitalize(),
        description=kind.says,
        differential=Differential(elements),
        context=tuple(_context(base, one) for one in kind.contexts),
        status="active",
        fhir_version=VERSION,
        kind="complex-type",
        abstract=False,
        type="Extension",
        base_definition="http://hl7.org/fhir/StructureDefinition/Extension",
        derivation="constraint",
    )


def _part(base: Base, part: Part) -> tuple[Element, ...]:
    path, identity = "Extension.extension", f"Extension.extension:{part.name}"
    slot = Element(identity, path, part.name, part.says, part.least, part.most)
    if not part.type:
        profile = base.of(StructureDefinition.__name__, part.name)
        return (msgspec.structs.replace(slot, type=(Named("Extension", (profile,)),)),)
    return (
        slot,
        Element(f"{identity}.extension", f"{path}.extension", max="0"),
        Element(f"{identity}.url", f"{path}.url", fixed_uri=part.name),
        Element(f"{identity}.value[x]", f"{path}.value[x]", min=1, type=(Named(part.type),)),
    )


def _context(base: Base, name: str) -> Context:
    if name in BY_NAME:
        return Context("extension", base.of(StructureDefinition.__name__, name))
    return Context("element", name)

"""Groups, legal bases and kinds of prices as CodeSystem and ValueSet: whose they are, which are in use."""

from collections.abc import Iterable

from msgspec import Struct

from app.fhir.names import TITLES, URI, Base, code_system_id, kodeverk
from app.fhir.own_codes import OwnCodes
from app.fhir.types import NORWAY, CodeableConcept, Coding, Extension, Identifier, Meta
from app.fhir.version import Standing, versioned

PARENT = "parent"
_PARENT_URI = "http://hl7.org/fhir/concept-properties#parent"
_LISTED = "The codes that the lists in force use; the code system's owner may have more."


class Term(Struct, frozen=True):
    """A code that is in use, what it is called, and the code above it."""

    code: str
    text: str = ""
    parent: str | None = None


class PropertyDefinition(Struct, frozen=True):
    """What concepts say besides."""

    code: str
    uri: str
    type: str


class ConceptProperty(Struct, frozen=True, rename="camel"):
    """The concept above."""

    code: str
    value_code: str


class Concept(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A code of a code system, or of a value set, where what is said of it stands in extensions."""

    code: str
    display: str | None = None
    property: tuple[ConceptProperty, ...] = ()
    extension: tuple[Extension, ...] = ()


class CodeSystem(
    Struct, frozen=True, rename="camel", omit_defaults=True, tag_field="resourceType", tag="CodeSystem"
):
    """A code system, its owner's address and OID, and those of its codes that are in use."""

    id: str
    url: str
    name: str
    title: str
    status: str
    content: str
    description: str
    case_sensitive: bool
    meta: Meta | None = None
    identifier: tuple[Identifier, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    version: str | None = None
    experimental: bool | None = None
    date: str | None = None
    publisher: str | None = None
    value_set: str | None = None
    hierarchy_meaning: str | None = None
    count: int | None = None
    property: tuple[PropertyDefinition, ...] = ()
    concept: tuple[Concept, ...] = ()


class Include(Struct, frozen=True, omit_defaults=True):
    """Codes of one code system."""

    system: str
    concept: tuple[Concept, ...] = ()


class Compose(Struct, frozen=True):
    """What a value set is made of."""

    include: tuple[Include, ...]


class ValueSet(
    Struct, frozen=True, rename="camel", omit_defaults=True, tag_field="resourceType", tag="ValueSet"
):
    """Codes that belong together: the groups of a list, the legal bases, the kinds of prices."""

    id: str
    url: str
    name: str
    title: str
    status: str
    description: str
    compose: Compose
    meta: Meta | None = None
    version: str | None = None
    experimental: bool | None = None
    date: str | None = None
    publisher: str | None = None


def code_system(base: Base, system: str, terms: Iterable[Term], standing: Standing) -> CodeSystem:
    """A code system with the codes that are in use."""
    concepts = tuple(_concept(term) for term in terms)
    number = kodeverk(system)
    title = TITLES.get(system, system)
    has_parents = any(concept.property for concept in concepts)
    resource = CodeSystem(
        id=code_system_id(system),
        url=base.canonical(system),
        name=f"NoKodeverk{number}" if number is not None else _as_name(system),
        title=f"{number} {title}" if number is not None else title,
        status="active",
        content="fragment",
        description=_LISTED,
        case_sensitive=True,
        identifier=(Identifier(URI, base.system(system)),),
        jurisdiction=(NORWAY,) if number is not None else (),
        hierarchy_meaning="is-a" if has_parents else None,
        property=(PropertyDefinition(PARENT, _PARENT_URI, "code"),) if has_parents else (),
        concept=concepts,
    )
    return versioned(resource, standing, is_ours=number is None)


def own_code_system(base: Base, own: OwnCodes, standing: Standing) -> CodeSystem:
    """A code system of ours, with all its codes."""
    resource = CodeSystem(
        id=own.id,
        url=base.system(own.id),
        name=_as_name(own.id),
        title=own.title,
        status="active",
        content="complete",
        description=own.says,
        case_sensitive=True,
        value_set=base.of(ValueSet.__name__, own.id),
        count=len(own.codes),
        concept=tuple(Concept(code, display) for code, display in own.codes),
    )
    return versioned(resource, standing)


def own_value_set(base: Base, own: OwnCodes, standing: Standing) -> ValueSet:
    """All codes of a code system of ours."""
    concepts = tuple(Concept(code, display) for code, display in own.codes)
    return value_set(base, Set(own.id, own.title, own.says, ((own.id, concepts),), standing))


class Set(Struct, frozen=True):
    """
    A value set before it is told.

    Attributes:
        includes: Concepts by the code system they are of, as the lists call it; none without concepts.
        tags: The editions it is told by.
    """

    id: str
    title: str
    says: str
    includes: tuple[tuple[str, tuple[Concept, ...]], ...]
    standing: Standing
    tags: tuple[Coding, ...] = ()


def value_set(base: Base, told: Set) -> ValueSet:
    """A value set with every code it has."""
    resource = ValueSet(
        id=told.id,
        url=base.of(ValueSet.__name__, told.id),
        name=_as_name(told.id),
        title=told.title,
        status="active",
        description=told.says,
        compose=Compose(tuple(Include(base.system(system), concepts) for system, concepts in told.includes)),
    )
    return versioned(resource, told.standing, told.tags)


def _concept(term: Term) -> Concept:
    above = (ConceptProperty(PARENT, term.parent),) if term.parent is not None else ()
    return Concept(term.code, term.text or None, above)


def _as_name(text: str) -> str:
    """A name that programs can use: letters, digits and underscores, a capital first."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text).split()
    return "".join(word[:1].upper() + word[1:] for word in words) or "Codes"

"""The kinds of resources of which there are few: all of them are told, and then looked at."""

from collections.abc import Iterable
from typing import TypeAlias

from app.api.fhir.question import Criterion
from app.fhir.definitions import StructureDefinition, definition
from app.fhir.names import URI
from app.fhir.naming_system import NamingSystem
from app.fhir.our_extensions import KINDS
from app.fhir.terminology import CodeSystem, ValueSet
from app.fhir.version import versioned
from app.read.as_fhir import Telling
from app.read.fhir_terms import code_systems, naming_systems, value_sets
from lists.days import parse_instant

Defined: TypeAlias = CodeSystem | ValueSet | StructureDefinition | NamingSystem


def defined(telling: Telling, kind: str) -> tuple[Defined, ...]:
    """The resources of a kind of which there are few: they are told at once."""
    if kind == "CodeSystem":
        return code_systems(telling)
    if kind == "ValueSet":
        return value_sets(telling)
    if kind == "NamingSystem":
        return naming_systems(telling)
    return tuple(versioned(definition(telling.base, one), telling.standing()) for one in KINDS)


def is_met(telling: Telling, resource: Defined, criterion: Criterion) -> bool:
    """Whether one of them meets a criterion."""
    names = _names(resource)
    if criterion.name == "_id":
        return resource.id in criterion.words()
    if criterion.name == "value":
        asked = tuple(word.casefold() for word in criterion.words())
        return any(name.casefold().startswith(asked) for name in names)
    if criterion.name in ("url", "system"):
        return not criterion.words().isdisjoint(names)
    if criterion.name == "identifier":
        return any(token.is_code(name, URI) for token in criterion.tokens() for name in names[1:])
    if criterion.name == "code":
        return any(
            token.is_code(code, *systems)
            for code, systems in _codes(telling, resource, names)
            for token in criterion.tokens()
        )
    said = resource.meta.last_updated if resource.meta is not None else None
    return said is not None and any(date.is_met_at(parse_instant(said)) for date in criterion.dates())


def _names(resource: Defined) -> tuple[str, ...]:
    """The canonical address, and the OID where there is one; of numbers what identifiers carry."""
    if isinstance(resource, NamingSystem):
        return tuple(one.value for one in resource.unique_id)
    others = tuple(one.value for one in resource.identifier) if isinstance(resource, CodeSystem) else ()
    return (resource.url, *others)


def _codes(
    telling: Telling, resource: Defined, names: tuple[str, ...]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    if isinstance(resource, CodeSystem):
        return ((concept.code, names) for concept in resource.concept)
    if isinstance(resource, ValueSet):
        called = telling.base.called
        return (
            (concept.code, called(one.system)) for one in resource.compose.include for concept in one.concept
        )
    return ()

"""What there is of each kind of resource on a day, and what of it a search asks for."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from app.api.fhir.question import Criterion
from app.fhir.bundle import Resource
from app.fhir.charge_item import price_id
from app.fhir.definitions import KINDS, StructureDefinition, definition
from app.fhir.names import from_id
from app.fhir.terminology import CodeSystem, ValueSet
from app.fhir.version import Standing, versioned
from app.fhir.when import end_of, start_of
from app.read.as_fhir import Telling, code_systems, told_price, told_product, value_sets
from app.read.fhir_numbers import classified, grouped, numbered, on_lists
from app.read.fhir_stock import PriceKey, Stock, Stocked
from lists.days import day_before, parse_instant

DEVICE, MEDICATION, PRICE = "DeviceDefinition", "Medication", "ChargeItemDefinition"

Defined: TypeAlias = CodeSystem | ValueSet | StructureDefinition
Key: TypeAlias = Stocked | PriceKey | Defined
Criteria: TypeAlias = Iterable[Criterion]


def find(telling: Telling, stock: Callable[[], Stock], kind: str, criteria: Criteria) -> Sequence[Key]:
    """
    The resources of a kind that meet all criteria, by what they are told from.

    Args:
        stock: All there is on the day.
    """
    if kind == PRICE:
        return _prices(telling, stock().prices, criteria)
    if kind in (DEVICE, MEDICATION):
        return _products(telling, stock().goods if kind == DEVICE else stock().medicines, criteria)
    return [one for one in defined(telling, kind) if all(_is_met(one, criterion) for criterion in criteria)]


def tell(telling: Telling, key: Key) -> Resource:
    """A resource that was found."""
    if isinstance(key, Stocked):
        return told_product(telling, key.varenr, key.since)
    return told_price(telling, key) if isinstance(key, PriceKey) else key


def defined(telling: Telling, kind: str) -> tuple[Defined, ...]:
    """The resources of a kind of which there are few: they are told at once."""
    if kind == "CodeSystem":
        return code_systems(telling)
    if kind == "ValueSet":
        return value_sets(telling)
    return tuple(versioned(definition(telling.base, one), Standing()) for one in KINDS)


def _products(telling: Telling, left: Sequence[Stocked], criteria: Criteria) -> Sequence[Stocked]:
    for criterion in criteria:
        if criterion.name == "_lastUpdated":
            dates = criterion.dates()
            left = [one for one in left if any(date.is_met_at(one.since) for date in dates)]
        else:
            wanted = _wanted(telling, criterion)
            left = [one for one in left if one.varenr in wanted]
    return left


def _wanted(telling: Telling, criterion: Criterion) -> set[str]:
    """The numbers of the products that meet a criterion."""
    view, base = telling.view, telling.base
    if criterion.name == "_id":
        return {from_id(word) for word in criterion.words()}
    if criterion.name == "list":
        return on_lists(view, criterion.words())
    found = set[str]()
    for token in criterion.tokens():
        if criterion.name in ("type", "group"):
            found |= grouped(view, base, token.system, token.code, below=criterion.modifier == "below")
        else:
            found |= numbered(view, base, token.system, token.code)
        if criterion.name == "code":
            found |= classified(view, base, token.system, token.code)
    return found


def _prices(telling: Telling, left: Sequence[PriceKey], criteria: Criteria) -> Sequence[PriceKey]:
    for criterion in criteria:
        meets = _price_test(telling, criterion)
        left = [one for one in left if meets(one)]
    return left


def _price_test(telling: Telling, criterion: Criterion) -> Callable[[PriceKey], bool]:
    """What tells whether a price meets a criterion."""
    view, base, name = telling.view, telling.base, criterion.name
    if name == "_lastUpdated":
        dates = criterion.dates()
        return lambda key: any(date.is_met_at(key.since) for date in dates)
    if name == "effective":
        dates = criterion.dates()
        return lambda key: any(date.is_met(*_span(key)) for date in dates)
    if name == "kind":
        tokens = criterion.tokens()
        return lambda key: any(token.is_code(key.kind, base.system(key.system)) for token in tokens)
    if name == "context":
        bases = {code: view.snapshot.index(mark).legal_basis for code, mark in view.marks.items()}
        codes = {
            code
            for code, basis in bases.items()
            if any(token.is_code(basis.code, base.system(basis.system)) for token in criterion.tokens())
        }
        return lambda key: key.list in codes
    if name == "list":
        lists = criterion.words()
        return lambda key: key.list in lists
    if name in ("_id", "url"):
        ids = {word.removeprefix(base.of(PRICE, "")) for word in criterion.words()}
        return lambda key: price_id(key.list, key.varenr, key.kind, key.first) in ids
    found = (numbered(view, base, token.system, token.code) for token in criterion.tokens())
    numbers = set[str]().union(*found)
    return lambda key: key.varenr in numbers


def _is_met(resource: Defined, criterion: Criterion) -> bool:
    names = _names(resource)
    if criterion.name == "_id":
        return resource.id in criterion.words()
    if criterion.name in ("url", "system"):
        return not criterion.words().isdisjoint(names)
    if criterion.name == "identifier":
        return any(token.code in names[1:] for token in criterion.tokens())
    if criterion.name == "code":
        return any(
            token.is_code(code, *systems)
            for code, systems in _codes(resource, names)
            for token in criterion.tokens()
        )
    said = resource.meta.last_updated if resource.meta is not None else None
    return said is not None and any(date.is_met_at(parse_instant(said)) for date in criterion.dates())


def _names(resource: Defined) -> tuple[str, ...]:
    """The canonical address, and the OID where there is one."""
    others = tuple(one.value for one in resource.identifier) if isinstance(resource, CodeSystem) else ()
    return (resource.url, *others)


def _codes(resource: Defined, names: tuple[str, ...]) -> Iterable[tuple[str, tuple[str, ...]]]:
    if isinstance(resource, CodeSystem):
        return ((concept.code, names) for concept in resource.concept)
    if isinstance(resource, ValueSet):
        included = resource.compose.include
        return ((concept.code, (one.system,)) for one in included for concept in one.concept)
    return ()


def _span(key: PriceKey) -> tuple[dt.datetime, dt.datetime]:
    """From the first instant at which a price holds to the first at which it does not."""
    return start_of(key.first), end_of(day_before(key.end) if key.end is not None else None)

"""What there is of each kind of resource on a day, and what of it a search asks for."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import msgspec

from app.api.fhir.few import Defined, defined, is_met
from app.api.fhir.question import Criterion
from app.fhir.bundle import Resource
from app.fhir.charge_item import price_id
from app.fhir.names import from_id
from app.fhir.searches import TOKEN, Searched
from app.fhir.when import end_of, start_of
from app.read.as_fhir import Telling, told_price, told_product
from app.read.fhir_numbers import classified, grouped, known_systems, number_kinds, numbered, on_lists
from app.read.fhir_stock import PriceKey, Stock, Stocked
from app.read.price_rows import PriceRows

DEVICE, MEDICATION, PRICE = "DeviceDefinition", "Medication", "ChargeItemDefinition"

Key: TypeAlias = Stocked | PriceKey | Defined
Criteria: TypeAlias = Iterable[Criterion]


class Stocks(msgspec.Struct, frozen=True):
    """All products of a day, and all prices of a release; each is worked out when it is first asked."""

    products: Callable[[], Stock]
    prices: Callable[[], tuple[PriceKey, ...]]


def find(
    telling: Telling, stocks: Stocks, kind: str, criteria: Criteria, *, day: dt.date | None
) -> Sequence[Key]:
    """
    The resources of a kind that meet all criteria, by what they are told from.

    Args:
        day: The day that is named; of prices only those that hold on it are asked for then.
    """
    if kind == PRICE:
        left = stocks.prices()
        if day is not None:
            left = tuple(one for one in left if one.first <= day <= (one.last or dt.date.max))
        return _prices(telling, left, criteria)
    if kind in (DEVICE, MEDICATION):
        stock = stocks.products()
        return _products(telling, stock.goods if kind == DEVICE else stock.medicines, criteria)
    return [one for one in defined(telling, kind) if all(is_met(telling, one, of) for of in criteria)]


def unknown_systems(telling: Telling, searched: Searched, criteria: Criteria) -> list[tuple[str, str]]:
    """Code systems that are asked for and known to nobody here, each with the parameter that names it."""
    tokens = {parameter.name for parameter in searched.parameters if parameter.type == TOKEN}
    named = [
        (criterion.name, token.system)
        for criterion in criteria
        if criterion.name in tokens
        for token in criterion.tokens()
        if token.system
    ]
    known = known_systems(telling.view, telling.base) if named else set()
    return [(name, system) for name, system in dict.fromkeys(named) if system not in known]


def tell(telling: Telling, key: Key) -> Resource:
    """A resource that was found."""
    if isinstance(key, Stocked):
        return told_product(telling, key.varenr, key.since)
    return told_price(telling, key) if isinstance(key, PriceKey) else key


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
        return on_lists(view, _lists(criterion))
    found = set[str]()
    for token in criterion.tokens():
        if criterion.name in ("type", "group"):
            found |= grouped(view, base, token.system, token.code, below=criterion.modifier == "below")
        else:
            found |= numbered(view, base, token.system, token.code)
        if criterion.name == "code":
            found |= classified(view, base, token.system, token.code)
    return found


def _lists(criterion: Criterion) -> set[str]:
    """Codes of lists: they are of no code system."""
    return {token.code for token in criterion.tokens() if token.code is not None and token.is_of("")}


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
        return lambda key: any(token.is_code(key.kind, *base.called(key.system)) for token in tokens)
    if name == "context":
        codes = {code for code in view.snapshot.timelines if _is_under(telling, code, criterion)}
        return lambda key: key.list in codes
    if name == "list":
        lists = _lists(criterion)
        return lambda key: key.list in lists
    if name in ("_id", "url"):
        ids = {word.removeprefix(base.of(PRICE, "")) for word in criterion.words()}
        return lambda key: price_id(key.list, key.varenr, key.kind, key.first) in ids
    return _number_test(telling, criterion)


def _number_test(telling: Telling, criterion: Criterion) -> Callable[[PriceKey], bool]:
    """Of products that are listed no more too, where they are named by their number and not by a bar code."""
    view, base = telling.view, telling.base
    systems = {base.numbers(kind) for kind in number_kinds(view)}
    tokens = criterion.tokens()
    codes = {token.code for token in tokens if token.is_of(*systems)}
    if None in codes:
        return lambda _: True
    codes |= set[str]().union(*(numbered(view, base, token.system, token.code) for token in tokens))
    return lambda key: key.varenr in codes


def _is_under(telling: Telling, code: str, criterion: Criterion) -> bool:
    """Whether a list is, or was, of a legal basis."""
    editions = PriceRows(telling.view, code).editions.values()
    return any(
        token.is_code(one.legal_basis.code, *telling.base.called(one.legal_basis.system))
        for token in criterion.tokens()
        for one in editions
    )


def _span(key: PriceKey) -> tuple[dt.datetime, dt.datetime]:
    """From the first instant at which a price holds to the first at which it does not."""
    return start_of(key.first), end_of(key.last)

"""Search joined with time: hits that are in force on the day, their filters and their counts."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from app.pages import FacetShape, FacetsShape
from app.read.products import Listed, product_shape
from app.read.view import View
from app.shapes import ProductShape
from ingest import store
from lists.money import parse_amount
from search.hits import Hits
from search.records import Hit

MOST_FACETS = 50
_REIMBURSED = ("max_reimbursement_per_pack", "reimbursement", "list", "max_reimbursement_per_unit")


class Filters(msgspec.Struct, frozen=True):
    """
    What hits must fulfil; None asks for nothing.

    Attributes:
        price_from: Ten-thousandths; of the price per pack that is reimbursed on the day.
    """

    list: str | None = None
    group: str | None = None
    supplier: str | None = None
    status: str | None = None
    own_prescription: bool | None = None
    has_limit: bool | None = None
    price_from: int | None = None
    price_to: int | None = None


class Traits(msgspec.Struct, frozen=True, gc=False):
    """What a product is filtered and counted by, on one day."""

    lists: tuple[str, ...]
    groups: tuple[str, ...]
    paths: frozenset[str]
    supplier: str
    status: str
    own_prescription: bool
    has_limit: bool
    price: int | None


class Traited:
    """The traits of every product that is listed on a view's day, and what its codes are called."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.texts: dict[str, str] = {}
        self.by_number: dict[str, Traits] = {}
        for varenr, listed in _all_listed(view).items():
            self.by_number[varenr] = _traits(product_shape(listed, view.valid_on), view, self.texts)


class Searched(msgspec.Struct, frozen=True):
    """
    What passes all filters, and the counts of each facet.

    Attributes:
        places: Where the hits stand among all that the index found, best first.
    """

    found: Sequence[Hit]
    places: tuple[int, ...]
    facets: FacetsShape

    @classmethod
    def none(cls) -> "Searched":
        """No hits."""
        return cls((), (), FacetsShape((), (), (), (), (), ()))

    @property
    def total(self) -> int:
        """How many products there are."""
        return len(self.places)

    def hits(self, stretch: range) -> list[Hit]:
        """The hits of one page; only these are read and highlighted."""
        return [self.found[self.places[place]] for place in stretch]


def narrow(hits: Hits, traited: Traited, filters: Filters) -> Searched:
    """
    Filter hits, one for each product, and count them.

    A facet's counts leave its own filter out: they say what another choice there would find.
    """
    first: dict[str, int] = {}
    for place, varenr in enumerate(hits.varenr()):
        if varenr in traited.by_number:
            first.setdefault(varenr, place)
    failing = {varenr: _failing(traited.by_number[varenr], filters) for varenr in first}
    passed = tuple(place for varenr, place in first.items() if not failing[varenr])

    def facet(name: str, values: Callable[[Traits], Iterable[str]]) -> tuple[FacetShape, ...]:
        counted = Counter(
            value
            for varenr in first
            if failing[varenr] <= {name}
            for value in values(traited.by_number[varenr])
        )
        ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_FACETS]
        return tuple(FacetShape(value, traited.texts.get(value, value), count) for value, count in ranked)

    return Searched(
        hits,
        passed,
        FacetsShape(
            list=facet("list", lambda traits: traits.lists),
            group=facet("group", lambda traits: traits.groups),
            supplier=facet("supplier", lambda traits: (traits.supplier,) if traits.supplier else ()),
            status=facet("status", lambda traits: (traits.status,)),
            own_prescription=facet("own_prescription", lambda traits: (_truth(traits.own_prescription),)),
            has_limit=facet("has_limit", lambda traits: (_truth(traits.has_limit),)),
        ),
    )


def _all_listed(view: View) -> dict[str, list[Listed]]:
    listed: dict[str, list[Listed]] = {}
    for code, mark in view.marks.items():
        index = view.snapshot.index(mark)
        later = [(known.valid_from, store.numbers(view.snapshot.db, known)) for known in view.coming[code]]
        for entry in store.read_entries(view.snapshot.db, mark):
            gone_from = next((day for day, numbers in later if entry.varenr not in numbers), None)
            listed.setdefault(entry.varenr, []).append(Listed(index, entry, gone_from))
    return listed


def _traits(shape: ProductShape, view: View, texts: dict[str, str]) -> Traits:
    for entry in shape.entries:
        texts[entry.group.code] = entry.group.text
        texts.setdefault(entry.list, view.snapshot.index(view.marks[entry.list]).terms.title)
    return Traits(
        lists=tuple(dict.fromkeys(entry.list for entry in shape.entries)),
        groups=tuple(dict.fromkeys(entry.group.code for entry in shape.entries)),
        paths=frozenset(step.code for entry in shape.entries for step in entry.group_path),
        supplier=shape.supplier.name if shape.supplier is not None else "",
        status=str(shape.status),
        own_prescription=any(
            required.kind == "own_prescription" for entry in shape.entries for required in entry.requirements
        ),
        has_limit=any(entry.limits for entry in shape.entries),
        price=_price(shape, view),
    )


def _price(shape: ProductShape, view: View) -> int | None:
    """The lowest price that is reimbursed on the day, per pack where there is one."""
    day = view.valid_on
    holding = [
        price
        for entry in shape.entries
        for price in entry.prices
        if (price.valid_from is None or price.valid_from <= day)
        and (price.valid_to is None or day <= price.valid_to)
    ]
    for kind in _REIMBURSED:
        amounts = [parse_amount(price.amount) for price in holding if price.kind == kind]
        if amounts:
            return min(amounts)
    return None


def _failing(traits: Traits, filters: Filters) -> set[str]:
    """The names of the filters that a product does not pass."""
    failing = set()
    if filters.list is not None and filters.list not in traits.lists:
        failing.add("list")
    if filters.group is not None and filters.group not in traits.paths:
        failing.add("group")
    if filters.supplier is not None and filters.supplier != traits.supplier:
        failing.add("supplier")
    if filters.status is not None and filters.status != traits.status:
        failing.add("status")
    if filters.own_prescription is not None and filters.own_prescription != traits.own_prescription:
        failing.add("own_prescription")
    if filters.has_limit is not None and filters.has_limit != traits.has_limit:
        failing.add("has_limit")
    if filters.price_from is not None and (traits.price is None or traits.price < filters.price_from):
        failing.add("price")
    if filters.price_to is not None and (traits.price is None or traits.price > filters.price_to):
        failing.add("price")
    return failing


def _truth(value: bool) -> str:  # noqa: FBT001 it is the value that is told
    return "true" if value else "false"

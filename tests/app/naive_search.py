"""The slow reading of what a search is filtered and counted by: every product of a day, whole, one by one."""

from collections import Counter
from collections.abc import Callable, Iterable

from app.pages import FacetShape, FacetsShape
from app.read.search import MOST_FACETS, Filters
from app.read.view import View
from app.shapes import ProductShape
from ingest import store
from lists.money import parse_amount
from search.words import composed

_REIMBURSED = ("max_reimbursement_per_pack", "reimbursement", "list", "max_reimbursement_per_unit")


class NaiveSearch:
    """Every product that is listed on a view's day, as its answer shows it."""

    def __init__(self, view: View) -> None:
        self.view = view
        numbers = {varenr for mark in view.marks.values() for varenr in store.numbers(view.snapshot.db, mark)}
        self.shapes = {composed(varenr): view.product(varenr) for varenr in numbers}
        self.texts: dict[str, dict[str, str]] = {"list": {}, "group": {}}
        for code, mark in view.marks.items():
            self.texts["list"][code] = view.snapshot.index(mark).terms.title
            placed = {group for group, _ in store.placements(view.snapshot.db, mark)}
            groups = view.snapshot.index(mark).groups
            self.texts["group"] |= {group: groups[group].code.text for group in placed}

    def passing(self, varenrs: Iterable[str], filters: Filters) -> set[str]:
        """Those of the products that pass all filters."""
        return {varenr for varenr in varenrs if not self._failing(varenr, filters)}

    def facets(self, varenrs: Iterable[str], filters: Filters) -> FacetsShape:
        """The counts over these products."""
        varenrs = set(varenrs)
        return FacetsShape(*(self._facet(name, varenrs, filters) for name in FacetsShape.__struct_fields__))

    def _facet(self, name: str, varenrs: set[str], filters: Filters) -> tuple[FacetShape, ...]:
        counted = Counter(
            value
            for varenr in varenrs
            if self._failing(varenr, filters) <= {name}
            for value in set(_VALUES[name](self.shapes[varenr]))
            if value
        )
        ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_FACETS]
        texts = self.texts.get(name, {})
        return tuple(FacetShape(value, texts.get(value, value), count) for value, count in ranked)

    def _failing(self, varenr: str, filters: Filters) -> set[str]:
        shape = self.shapes[varenr]
        failing = set()
        for name in FacetsShape.__struct_fields__:
            wanted = getattr(filters, name)
            if isinstance(wanted, bool):
                wanted = _truth(wanted)
            holding = _paths(shape) if name == "group" else _VALUES[name](shape)
            if wanted is not None and wanted not in holding:
                failing.add(name)
        price = self._price(shape)
        if filters.price_from is not None and (price is None or price < filters.price_from):
            failing.add("price")
        if filters.price_to is not None and (price is None or price > filters.price_to):
            failing.add("price")
        return failing

    def _price(self, shape: ProductShape) -> int | None:
        """The lowest price that is reimbursed on the day, per pack where there is one."""
        day = self.view.valid_on
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


def _paths(shape: ProductShape) -> set[str]:
    return {step.code for entry in shape.entries for step in entry.group_path}


def _supplier(shape: ProductShape) -> list[str]:
    return [composed(shape.supplier.name) if shape.supplier is not None else ""]


def _own_prescription(shape: ProductShape) -> list[str]:
    kinds = (required.kind for entry in shape.entries for required in entry.requirements)
    return [_truth("own_prescription" in kinds)]


def _truth(value: object) -> str:
    return "true" if value else "false"


_VALUES: dict[str, Callable[[ProductShape], list[str]]] = {
    "list": lambda shape: [entry.list for entry in shape.entries],
    "group": lambda shape: [entry.group.code for entry in shape.entries],
    "supplier": _supplier,
    "status": lambda shape: [str(shape.status)],
    "own_prescription": _own_prescription,
    "has_limit": lambda shape: [_truth(any(entry.limits for entry in shape.entries))],
}

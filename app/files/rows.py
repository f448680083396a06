"""The rows of each flat table, from the shapes that the API shows."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import UNSET, UnsetType

from app.files import tables
from app.files.content import Selection
from app.files.tables import FlatTable
from app.read.terms import condition_shape
from app.shapes import EntryShape, PriceShape, ProductShape

Cell: TypeAlias = str | int | bool | dt.date | None
FlatRow: TypeAlias = tuple[Cell, ...]
"""Amounts are decimal text; all else is what its column's type says."""


def rows_of(table: FlatTable, selection: Selection) -> Iterator[FlatRow]:
    """The rows of a table, in the order of its key."""
    return _ROWS[table.name](selection)


def _lists(selection: Selection) -> Iterator[FlatRow]:
    for shape in selection.lists():
        if shape.in_force is not None:
            basis, edition = shape.legal_basis, shape.in_force
            yield (
                *(shape.list, shape.title, basis.code, basis.system, basis.text),
                *(shape.requires_decision, shape.requires_listed_product, shape.closed),
                *(edition.edition, edition.valid_from, edition.release),
            )


def _groups(selection: Selection) -> Iterator[FlatRow]:
    for shape in selection.groups():
        yield (
            *(shape.list, shape.code, shape.system, shape.text, shape.parent),
            *(shape.prescribable, shape.in_force_since, shape.reimbursed_use),
        )


def _products(selection: Selection) -> Iterator[FlatRow]:
    for shape in selection.products():
        supplier, unit = shape.supplier, shape.unit
        yield (
            *(shape.varenr, shape.name, shape.kind),
            *((supplier.name, supplier.address, supplier.phone) if supplier else (None, None, None)),
            *(shape.supplier_item_number, shape.size),
            *((unit.code, unit.text) if unit is not None else (None, None)),
            *(shape.pack, shape.units_per_pack, _joined(shape.gtins), shape.atc),
            *(_set(shape.status), _set(shape.leaves_on), _set(shape.fingerprint)),
        )


def _entries(selection: Selection) -> Iterator[FlatRow]:
    for product, entry in selection.entries():
        supplier = product.supplier if entry.supplier is UNSET else entry.supplier
        yield (
            *(entry.list, product.varenr, entry.group.code, _set(entry.edition)),
            product.name if entry.name is UNSET else entry.name,
            product.size if entry.size is UNSET else entry.size,
            product.pack if entry.pack is UNSET else entry.pack,
            product.units_per_pack if entry.units_per_pack is UNSET else entry.units_per_pack,
            supplier.name if supplier is not None else None,
            *(entry.valid_from, entry.prescribe_until, entry.dispense_until, entry.may_exceed_max_price),
        )


def _prices(selection: Selection) -> Iterator[FlatRow]:
    for product, entry in _once_a_list(selection.entries()):
        for position, price in enumerate(entry.prices):
            yield (entry.list, product.varenr, position, *_price(price))


def _price(price: PriceShape) -> FlatRow:
    kind = (price.kind, price.code, price.system)
    return (*kind, price.amount, price.currency, price.valid_from, price.valid_to)


def _once_a_list(
    entries: Iterable[tuple[ProductShape, EntryShape]],
) -> Iterator[tuple[ProductShape, EntryShape]]:
    """A product has the same prices in all its groups of a list."""
    before = None
    for product, entry in entries:
        if (entry.list, product.varenr) != before:
            yield product, entry
        before = (entry.list, product.varenr)


def _limits(selection: Selection) -> Iterator[FlatRow]:
    for product, entry in selection.entries():
        for position, limit in enumerate(entry.limits):
            yield (
                *(entry.list, product.varenr, entry.group.code, position),
                *(limit.max, limit.unit, limit.per),
                *(limit.scope.kind, _joined(limit.scope.codes), limit.condition),
            )


def _requirements(selection: Selection) -> Iterator[FlatRow]:
    for product, entry in selection.entries():
        for position, required in enumerate(entry.requirements):
            yield (
                *(entry.list, product.varenr, entry.group.code, position),
                *(required.kind, required.value, _joined(required.values), required.applies_to),
                *(required.condition, required.code, required.system),
            )


def _conditions(selection: Selection) -> Iterator[FlatRow]:
    for mark in selection.marks:
        for condition in selection.view.snapshot.index(mark).terms.conditions:
            shape = condition_shape(condition)
            yield (
                *(mark.list, shape.id, shape.number or None, shape.applies_to, shape.text),
                *(shape.valid_from, shape.valid_to, shape.coded, shape.expressed_by),
            )


def _entry_conditions(selection: Selection) -> Iterator[FlatRow]:
    for product, entry in selection.entries():
        for identity in sorted(condition.id for condition in entry.conditions):
            yield (entry.list, product.varenr, entry.group.code, identity)


def _group_conditions(selection: Selection) -> Iterator[FlatRow]:
    for shape in selection.groups():
        for identity in sorted(condition.id for condition in shape.conditions):
            yield (shape.list, shape.code, identity)


def _refund_codes(selection: Selection) -> Iterator[FlatRow]:
    for shape in selection.groups():
        for position, refund in enumerate(shape.refund_codes):
            yield (
                *(shape.list, shape.code, position, refund.code, refund.system, refund.text),
                "\n".join(refund.subterms) or None,
                *(refund.valid_from, refund.prescribe_until, refund.dispense_until),
                _joined(refund.conditions),
            )


def _joined(texts: Iterable[str]) -> str | None:
    return " ".join(texts) or None


def _set(value: Cell | UnsetType) -> Cell:
    assert not isinstance(value, UnsetType)
    return value


_ROWS: dict[str, Callable[[Selection], Iterator[FlatRow]]] = {
    tables.LISTS.name: _lists,
    tables.GROUPS.name: _groups,
    tables.PRODUCTS.name: _products,
    tables.ENTRIES.name: _entries,
    tables.PRICES.name: _prices,
    tables.LIMITS.name: _limits,
    tables.REQUIREMENTS.name: _requirements,
    tables.CONDITIONS.name: _conditions,
    tables.ENTRY_CONDITIONS.name: _entry_conditions,
    tables.GROUP_CONDITIONS.name: _group_conditions,
    tables.REFUND_CODES.name: _refund_codes,
}

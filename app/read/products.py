"""A product as it stands on a day, put together from its entries on all lists."""

import datetime as dt
from collections.abc import Sequence
from itertools import zip_longest

import msgspec
from msgspec import UNSET

from app.read.terms import TermsIndex
from app.shapes import EntryShape, PriceShape, ProductShape, SupplierShape, UnitShape, fingerprint
from lists.days import day_before
from lists.money import format_amount
from lists.prices import price_kind
from lists.records import Entry, Placement, Price, Supplier
from lists.status import Stay, status_on


class Listed(msgspec.Struct, frozen=True):
    """
    A product's entry in the edition of one list that is in force.

    Attributes:
        gone_from: First day of a released later edition of the list without it.
    """

    index: TermsIndex
    entry: Entry
    gone_from: dt.date | None


def product_shape(listed: Sequence[Listed], day: dt.date) -> ProductShape:
    """
    A product without `release` and `valid_on`.

    Args:
        listed: Its entries in force on the day, by list, at least one.
        day: The day its status is told for.
    """
    newest = max(
        listed, key=lambda one: (one.index.mark.valid_from, one.index.mark.release, one.index.mark.list)
    )
    bare = _content(newest.entry, [_entries(one, newest.entry) for one in listed])
    status = status_on([stay for one in listed for stay in _stays(one)], day)
    return msgspec.structs.replace(
        bare,
        status=status.status,
        leaves_on=status.leaves_on,
        fingerprint=fingerprint(bare),
        entries=_with_editions(bare.entries, listed),
    )


def price_shapes(prices: Sequence[Price]) -> tuple[PriceShape, ...]:
    """
    Prices with their periods: each ends the day before the next of its kind begins (rule 8).

    Args:
        prices: By kind and first day.
    """
    shapes = []
    for price, after in zip_longest(prices, prices[1:]):
        last = price.valid_to
        if after is not None and _same_kind(after, price) and after.valid_from is not None:
            last = day_before(after.valid_from)
        shapes.append(
            PriceShape(
                kind=price_kind(price.kind),
                code=price.kind.value,
                system=price.kind.system,
                amount=format_amount(price.amount),
                currency=price.currency,
                valid_from=price.valid_from,
                valid_to=last,
            )
        )
    return tuple(shapes)


def entry_shape(index: TermsIndex, entry: Entry, group: str) -> EntryShape:
    """A product on one list in one of its groups."""
    placement = next(known for known in entry.placements if known.group == group)
    shape = _entry(Listed(index, entry, None), placement, price_shapes(entry.prices), entry)
    return msgspec.structs.replace(shape, edition=index.mark.id)


def _same_kind(one: Price, other: Price) -> bool:
    return (one.kind.system, one.kind.value) == (other.kind.system, other.kind.value)


def _content(entry: Entry, entries: Sequence[tuple[EntryShape, ...]]) -> ProductShape:
    unit, medicine = entry.unit, entry.medicine
    return ProductShape(
        varenr=entry.varenr,
        name=entry.name,
        kind=entry.kind,
        supplier=_supplier(entry.supplier),
        supplier_item_number=entry.supplier_item_number,
        size=entry.size,
        unit=UnitShape(unit.value, unit.text) if unit is not None else None,
        pack=entry.pack,
        units_per_pack=entry.units_per_pack,
        gtins=entry.gtins,
        atc=medicine.atc.value if medicine is not None and medicine.atc is not None else None,
        entries=tuple(shape for shapes in entries for shape in shapes),
    )


def _entries(one: Listed, newest: Entry) -> tuple[EntryShape, ...]:
    prices = price_shapes(one.entry.prices)
    return tuple(_entry(one, placement, prices, newest) for placement in one.entry.placements)


def _entry(one: Listed, placement: Placement, prices: tuple[PriceShape, ...], newest: Entry) -> EntryShape:
    entry, index = one.entry, one.index
    part = index.part(placement.group, entry.unit, entry.conditions)
    return EntryShape(
        list=index.mark.list,
        legal_basis=index.legal_basis,
        group=part.group,
        group_path=part.path,
        prices=prices,
        valid_from=placement.valid_from,
        prescribe_until=placement.prescribe_until,
        dispense_until=placement.dispense_until,
        may_exceed_max_price=entry.may_exceed_max_price,
        limits=part.limits,
        requirements=part.requirements,
        conditions=part.conditions,
        refund_codes=part.refund_codes,
        refund_code_conditions=part.refund_code_conditions,
        name=UNSET if entry.name == newest.name else entry.name,
        size=UNSET if entry.size == newest.size else entry.size,
        pack=UNSET if entry.pack == newest.pack else entry.pack,
        units_per_pack=UNSET if entry.units_per_pack == newest.units_per_pack else entry.units_per_pack,
        supplier=UNSET if entry.supplier == newest.supplier else _supplier(entry.supplier),
    )


def _with_editions(entries: tuple[EntryShape, ...], listed: Sequence[Listed]) -> tuple[EntryShape, ...]:
    editions = {one.index.mark.list: one.index.mark.id for one in listed}
    return tuple(msgspec.structs.replace(entry, edition=editions[entry.list]) for entry in entries)


def _stays(one: Listed) -> list[Stay]:
    return [
        Stay(placement.prescribe_until, placement.dispense_until, one.gone_from)
        for placement in one.entry.placements
    ]


def _supplier(supplier: Supplier | None) -> SupplierShape | None:
    return SupplierShape(supplier.name, supplier.address, supplier.phone) if supplier is not None else None

"""What is reimbursed for a product on the lists it is on: on the day, before it and after it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import chain, zip_longest

import msgspec
from msgspec import UNSET

from app.read.price_history import Stayed
from app.read.view import View
from app.shapes import EntryShape, MoneyShape, PriceShape, ProductShape
from app.web.chart import Chart, chart_of
from app.web.prices import Reimbursed, reimbursed_on, unit_price
from app.web.told import Words
from app.words import has
from lists.money import format_amount
from lists.price_periods import Period, change_in_force, periods
from lists.prices import PER_UNIT, REIMBURSED_PER_PACK

_LATELY = dt.timedelta(days=92)
"""A quarter: that is how long the lists commonly stay as they are."""


class Coming(msgspec.Struct, frozen=True):
    """What will be reimbursed from a day on."""

    day: dt.date
    per_pack: MoneyShape | None
    per_unit: MoneyShape | None


class PriceRow(msgspec.Struct, frozen=True):
    """What was, is or will be reimbursed from one day to another; `place` is "past", "now" or "coming"."""

    first: dt.date
    last: dt.date | None
    per_pack: MoneyShape | None
    per_unit: MoneyShape | None
    place: str


class OtherPrice(msgspec.Struct, frozen=True):
    """A price that is not what is reimbursed, and what its kind is called."""

    price: PriceShape
    told: str


class ListPrice(msgspec.Struct, frozen=True):
    """
    What is reimbursed on lists that say the same of it.

    Attributes:
        moved: The price before and the one that holds, where it changed lately.
        rows: Every period that is known, by first day.
        chart: Of the price per pack, or of that per unit where only that changed; None where none did.
        drawn: "pack" or "unit".
        others: Prices that are not what is reimbursed.
    """

    lists: tuple[str, ...]
    reimbursed: Reimbursed
    moved: tuple[Period, Period] | None
    coming: tuple[Coming, ...]
    rows: tuple[PriceRow, ...]
    chart: Chart | None
    drawn: str
    others: tuple[OtherPrice, ...]

    @property
    def named(self) -> str:
        """The lists, as they are listed."""
        return ", ".join(self.lists)

    @property
    def by_unit(self) -> MoneyShape | None:
        """What a unit comes to."""
        return unit_price(self.reimbursed)

    @property
    def currency(self) -> str:
        """Of all its prices."""
        money = self.rows[0].per_pack or self.rows[0].per_unit
        assert money is not None
        return money.currency

    @property
    def with_packs(self) -> bool:
        """Whether a pack ever had a price."""
        return any(row.per_pack for row in self.rows)

    @property
    def with_units(self) -> bool:
        """Whether a unit ever had a price of its own."""
        return any(row.per_unit for row in self.rows)


def first_recent_day(day: dt.date) -> dt.date:
    """From when on something is still news on a day."""
    return day - min(_LATELY, day - dt.date.min)


def units_of(entry: EntryShape, product: ProductShape) -> int | None:
    """How many units a pack has, as this list says it."""
    return product.units_per_pack if entry.units_per_pack is UNSET else entry.units_per_pack


def list_prices(
    view: View, product: ProductShape, past: Mapping[str, Stayed], words: Words
) -> tuple[ListPrice, ...]:
    """What is reimbursed, once for all lists that say the same."""
    found: dict[tuple[object, ...], ListPrice] = {}
    for entry in {entry.list: entry for entry in product.entries}.values():
        one = _of_list(view, product, entry, past[entry.list], words=words)
        known = found.get((one.reimbursed, one.rows))
        lists = (*known.lists, entry.list) if known is not None else (entry.list,)
        found[one.reimbursed, one.rows] = msgspec.structs.replace(known or one, lists=lists)
    return tuple(found.values())


def _of_list(
    view: View, product: ProductShape, entry: EntryShape, past: Stayed, *, words: Words
) -> ListPrice:
    day = view.valid_on
    packs = next(filter(None, (periods(past.windows, kind) for kind in REIMBURSED_PER_PACK)), ())
    units = periods(past.windows, PER_UNIT)
    rows = tuple(_rows(packs, units, day))
    since = first_recent_day(day)
    drawn = "unit" if len(units) > 1 >= len(packs) else "pack"
    return ListPrice(
        lists=(entry.list,),
        reimbursed=reimbursed_on(entry, units_of(entry, product), day),
        moved=change_in_force(packs, day, since=since) or change_in_force(units, day, since=since),
        coming=tuple(Coming(row.first, row.per_pack, row.per_unit) for row in rows if row.place == "coming"),
        rows=rows,
        chart=chart_of(units if drawn == "unit" else packs, day, words.lang),
        drawn=drawn,
        others=_others(entry, words),
    )


def _others(entry: EntryShape, words: Words) -> tuple[OtherPrice, ...]:
    """A table's own kinds go by their own names."""
    others = (price for price in entry.prices if price.kind not in (*REIMBURSED_PER_PACK, PER_UNIT))
    return tuple(OtherPrice(price, _kind(price.kind, words)) for price in others)


def _kind(kind: str, words: Words) -> str:
    return words("product-price-kind-" + kind) if has("page", f"product-price-kind-{kind}") else kind


def _rows(packs: tuple[Period, ...], units: tuple[Period, ...], day: dt.date) -> Iterator[PriceRow]:
    """Both prices side by side: a row for each stretch of days in which neither changes."""
    begins = {period.first for period in chain(packs, units)}
    ends = (period.last for period in chain(packs, units) if period.last is not None)
    begins |= {last + dt.timedelta(days=1) for last in ends if last < dt.date.max}
    in_order = sorted(begins)
    for first, after in zip_longest(in_order, in_order[1:]):
        per_pack, per_unit = _held(packs, first), _held(units, first)
        if per_pack is None and per_unit is None:
            continue
        last = after - dt.timedelta(days=1) if after is not None else None
        place = "coming" if first > day else "past" if last is not None and last < day else "now"
        yield PriceRow(first, last, per_pack, per_unit, place)


def _held(known: tuple[Period, ...], day: dt.date) -> MoneyShape | None:
    period = next((period for period in known if period.holds(day)), None)
    return MoneyShape(format_amount(period.amount), period.currency) if period is not None else None

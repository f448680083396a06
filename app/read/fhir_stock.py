"""Which products there are to tell in FHIR's terms on a day, which prices at all, and since when so."""

import datetime as dt
from collections.abc import Iterator

import msgspec

from app.read.fhir_prices import ListPrices
from app.read.price_since import PricesSince
from app.read.since import ListSince
from app.read.view import View
from lists.timeline import EditionMark

MEDICINE = "medicine"


class Stocked(msgspec.Struct, frozen=True, gc=False):
    """A product, and since when it is told as it is."""

    varenr: str
    since: dt.datetime


class PriceKey(msgspec.Struct, frozen=True, gc=False):
    """
    A price of a product on a list, from one day to another.

    Attributes:
        kind: Its code, of a code system as the lists call it.
        last: Its last day; None while no end is known.
    """

    list: str
    varenr: str
    kind: str
    system: str
    first: dt.date
    last: dt.date | None
    since: dt.datetime


class Stock(msgspec.Struct, frozen=True):
    """All products of a day, by number."""

    goods: tuple[Stocked, ...]
    medicines: tuple[Stocked, ...]


def stock(view: View) -> Stock:
    """All products of a view's day."""
    kinds, since = _kinds(view), dict[str, dt.datetime]()
    for code in view.snapshot.timelines:
        for varenr, instant in ListSince(view, code).products().items():
            since[varenr] = max(since.get(varenr, instant), instant)
    numbers = sorted(kinds)
    return Stock(
        tuple(Stocked(one, since[one]) for one in numbers if kinds[one] != MEDICINE),
        tuple(Stocked(one, since[one]) for one in numbers if kinds[one] == MEDICINE),
    )


def price_stock(view: View) -> tuple[PriceKey, ...]:
    """All prices as of a view's release, past and coming, by list, number, kind and first day."""
    return tuple(key for code in sorted(view.snapshot.timelines) for key in price_keys(view, code))


def price_keys(view: View, code: str, varenr: str | None = None) -> Iterator[PriceKey]:
    """
    The prices of a list, by number, kind and first day.

    Args:
        varenr: Of this product only.
    """
    prices = ListPrices(view, code)
    told_since = PricesSince(view, code, prices)
    for number, rows in prices.rows.of(varenr):
        all_told = prices.told(rows)
        since = told_since.of(rows, all_told)
        for at, told in all_told.items():
            yield PriceKey(code, number, at.kind, at.system, at.first, told.last, since[at])


def product_since(view: View, varenr: str) -> dt.datetime:
    """Since when one product is told as it is; it is listed on the day."""
    told = (ListSince(view, code).products(varenr) for code in view.spans(varenr))
    return max(of_list[varenr] for of_list in told if varenr in of_list)


def _kinds(view: View) -> dict[str, str]:
    """What each product is, as its newest entry says."""
    kinds: dict[str, str] = {}
    for mark in sorted(view.marks.values(), key=lambda mark: (mark.valid_from, mark.release, mark.list)):
        kinds.update(view.snapshot.db.execute(_KINDS, _range(mark)))
    return kinds


def _range(mark: EditionMark) -> tuple[str, int, int]:
    return (mark.list, mark.ordinal, mark.ordinal)


_HOLDS = "list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
_KINDS = f"SELECT varenr, kind FROM entry WHERE {_HOLDS}"  # noqa: S608 our own text

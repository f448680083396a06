"""Which products and prices there are to tell in FHIR's terms on a day, and since when they are told so."""

import datetime as dt

import msgspec

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
    A price of a product on a list.

    Attributes:
        kind: Its code, of a code system as the lists call it.
        first: Its first day.
        end: The day on which it no longer holds.
    """

    list: str
    varenr: str
    kind: str
    system: str
    first: dt.date | None
    end: dt.date | None
    since: dt.datetime


class Stock(msgspec.Struct, frozen=True):
    """All there is on a day; products by number, prices by list, number, kind and first day."""

    goods: tuple[Stocked, ...]
    medicines: tuple[Stocked, ...]
    prices: tuple[PriceKey, ...]


def stock(view: View) -> Stock:
    """All products and prices of a view's day."""
    kinds, since = _kinds(view), dict[str, dt.datetime]()
    prices: list[PriceKey] = []
    for code in view.snapshot.timelines:
        told = ListSince(view, code)
        for varenr, instant in told.products().items():
            since[varenr] = max(since.get(varenr, instant), instant)
        mark = view.marks.get(code)
        if mark is not None:
            prices += _prices(view, mark, told.prices())
    numbers = sorted(kinds)
    return Stock(
        tuple(Stocked(one, since[one]) for one in numbers if kinds[one] != MEDICINE),
        tuple(Stocked(one, since[one]) for one in numbers if kinds[one] == MEDICINE),
        tuple(prices),
    )


def product_since(view: View, varenr: str) -> dt.datetime:
    """Since when one product is told as it is; it is listed on the day."""
    told = (ListSince(view, code).products(varenr) for code in view.spans(varenr))
    return max(of_list[varenr] for of_list in told if varenr in of_list)


def price_since(view: View, code: str, varenr: str, kind: str) -> dt.datetime:
    """Since when the prices of a kind of one product on a list are told as they are; they are on the day."""
    return ListSince(view, code).prices(varenr)[varenr, kind]


def _kinds(view: View) -> dict[str, str]:
    """What each product is, as its newest entry says."""
    kinds: dict[str, str] = {}
    for mark in sorted(view.marks.values(), key=lambda mark: (mark.valid_from, mark.release, mark.list)):
        kinds.update(view.snapshot.db.execute(_KINDS, _range(mark)))
    return kinds


def _prices(view: View, mark: EditionMark, since: dict[tuple[str, str], dt.datetime]) -> list[PriceKey]:
    """The prices of an edition, each until the next of its kind begins (rule 8)."""
    found: list[PriceKey] = []
    after: PriceKey | None = None
    for varenr, kind, system, first, last in view.snapshot.db.execute(_PRICES, _range(mark)):
        begins = dt.date.fromisoformat(first) if first else None
        end = dt.date.fromisoformat(last) + dt.timedelta(days=1) if last else None
        if after is not None and after.first is not None and _is_next(after, varenr, kind, system):
            end = after.first
        after = PriceKey(mark.list, varenr, kind, system, begins, end, since[varenr, kind])
        found.append(after)
    return found[::-1]


def _is_next(after: PriceKey, *of: str) -> bool:
    return (after.varenr, after.kind, after.system) == of


def _range(mark: EditionMark) -> tuple[str, int, int]:
    return (mark.list, mark.ordinal, mark.ordinal)


_HOLDS = "list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
_KINDS = f"SELECT varenr, kind FROM entry WHERE {_HOLDS}"  # noqa: S608 our own text
_PRICES = (
    "SELECT varenr, kind, kind_system, valid_from, valid_to"  # noqa: S608 our own text
    f" FROM price WHERE {_HOLDS} ORDER BY varenr DESC, position DESC"
)

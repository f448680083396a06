"""What a product cost from which day to which, told by the editions that held one after the other."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, zip_longest

import msgspec

from lists.days import day_before
from lists.prices import price_kind
from lists.records import Price


class Window(msgspec.Struct, frozen=True):
    """
    The days on which one edition's word on a product's prices counts.

    Attributes:
        last: The last of them, None where no other edition follows.
        begins: Whether nothing is known before: then it also tells of the days before its first.
        prices: All the edition has of the product.
    """

    first: dt.date
    last: dt.date | None
    prices: tuple[Price, ...]
    begins: bool = False


class Period(msgspec.Struct, frozen=True):
    """One price without a break; `last` is None while no end is known."""

    first: dt.date
    last: dt.date | None
    amount: int
    currency: str

    def holds(self, day: dt.date) -> bool:
        """Whether the price holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def follows(self, former: "Period") -> bool:
        """Whether it begins on the day after another ends."""
        return former.last is not None and former.last == day_before(self.first)


def periods(windows: Iterable[Window], kind: str) -> tuple[Period, ...]:
    """
    The prices of a kind, by first day; what several editions say alike is one period.

    Args:
        windows: By first day; they do not overlap.
        kind: The public name of a kind.
    """
    found: list[Period] = []
    for window in windows:
        for told in _told(window, kind):
            first = found.pop().first if found and _goes_on(found[-1], told) else told.first
            found.append(msgspec.structs.replace(told, first=first))
    return tuple(found)


def change_in_force(known: Sequence[Period], day: dt.date, *, since: dt.date) -> tuple[Period, Period] | None:
    """The price just before and the one that holds on a day, where that began on `since` or later."""
    for former, period in pairwise(known):
        if period.holds(day) and period.follows(former) and since <= period.first:
            return former, period
    return None


def _told(window: Window, kind: str) -> Iterator[Period]:
    """What one edition tells: each price until the next of its kind begins (rule 8)."""
    of_kind = sorted((price for price in window.prices if price_kind(price.kind) == kind), key=_begins)
    for price, after in zip_longest(of_kind, of_kind[1:]):
        first = price.valid_from or window.first
        if not window.begins:
            first = max(first, window.first)
        last = day_before(after.valid_from) if after is not None and after.valid_from else price.valid_to
        last = min((day for day in (last, window.last) if day is not None), default=None)
        if last is None or first <= last:
            yield Period(first, last, price.amount, price.currency)


def _begins(price: Price) -> dt.date:
    return price.valid_from or dt.date.min


def _goes_on(former: Period, period: Period) -> bool:
    same = (former.amount, former.currency) == (period.amount, period.currency)
    return same and period.follows(former)

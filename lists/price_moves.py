"""How far the prices of a list move from one edition to the next, product by product and in the middle."""

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from lists.money import format_amount
from lists.prices import price_kind, price_on
from lists.records import Entry

ONE = 1_000_000
"""The ratio of a price that stays, in whole parts; no float ever meets a price."""

ENDLESS = ONE**2
"""The ratio of a price that was nothing and is something."""


class Move(msgspec.Struct, frozen=True, gc=False):
    """
    A price that moves: one kind of price of one product.

    Attributes:
        old: The amounts, in ten-thousandths of the currency, zero or more.
    """

    varenr: str
    old: int
    new: int
    currency: str

    @property
    def ratio(self) -> int:
        """Of the new price to the old one, in parts of ONE."""
        if self.old == self.new:
            return ONE
        return min(ENDLESS, ONE * self.new // self.old) if self.old else ENDLESS

    @property
    def told(self) -> str:
        """The product with both prices."""
        return f"{self.varenr} {format_amount(self.old)} → {format_amount(self.new)} {self.currency}"

    def beyond(self, percent: int) -> bool:
        """Whether the new price is above so much of the old one, or below the inverse of it; exactly."""
        return 100 * self.new > percent * self.old or percent * self.new < 100 * self.old


class Moves(msgspec.Struct, frozen=True):
    """
    All moves of one step.

    Attributes:
        farthest: Of every product with a price that moves, the move that is farthest; the farthest first.
        ratios: Of every product that has a price before and after, the farthest ratio on the day, sorted.
    """

    farthest: tuple[Move, ...]
    ratios: tuple[int, ...]

    @property
    def median(self) -> int:
        """The ratio in the middle; ONE where no product has two prices."""
        if not self.ratios:
            return ONE
        half, odd = divmod(len(self.ratios), 2)
        return self.ratios[half] if odd else (self.ratios[half - 1] + self.ratios[half]) // 2


def moves(pairs: Iterable[tuple[Entry, Entry]], day: dt.date) -> Moves:
    """
    Every product that stays, as it was and is, by its prices of each kind.

    What holds on the day of the step counts, and what holds last: a slip in a coming price is a slip.
    """
    farthest: list[Move] = []
    ratios: list[int] = []
    for was, now in pairs:
        if was.prices == now.prices:
            ratios += [ONE] if was.prices else []
            continue
        today = [*_moves(was, now, day)]
        found = max((*today, *_moves(was, now, dt.date.max)), key=_distance, default=None)
        if found is not None and found.ratio != ONE:
            farthest.append(found)
        if today:
            ratios.append(max(today, key=_distance).ratio)
    farthest.sort(key=lambda move: (-_distance(move), move.varenr))
    return Moves(tuple(farthest), tuple(sorted(ratios)))


def times(ratio: int) -> str:
    """
    A ratio as people read it.

    >>> times(3 * ONE), times(ONE // 3)
    ('×3.00', '×0.33')
    """
    return f"×{format_amount(ratio // (ONE // 100) * 100)}" if ratio < ENDLESS else "×∞"


def _moves(was: Entry, now: Entry, day: dt.date) -> Iterator[Move]:
    """One move for each kind of price that the product has before and after."""
    for kind in sorted({price_kind(price.kind) for price in was.prices}):
        old, new = price_on(was.prices, kind, day), price_on(now.prices, kind, day)
        if old is not None and new is not None and old.currency == new.currency:
            yield Move(now.varenr, old.amount, new.amount, new.currency)


def _distance(move: Move) -> int:
    """How far a price moves, up or down alike: twice and half are equally far."""
    ratio = move.ratio
    return max(ratio, ONE * ONE // ratio) if ratio else ENDLESS

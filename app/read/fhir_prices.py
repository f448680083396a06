"""
What a product costs on each list from which day to which, as of a release.

A price is told by the editions that hold one after the other, past and coming: the day that somebody asks for
is no part of it. So what holds on a day is what the edition of that day says, and nothing is told otherwise
because a day begins.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from app.read.price_chain import Chain
from app.read.price_rows import Dated, Named, PriceRows, Rows
from app.read.view import View
from app.shapes import CodeShape
from lists.codes import Code
from lists.price_periods import Window, periods
from lists.prices import price_kind
from lists.timeline import EditionMark


class PriceAt(msgspec.Struct, frozen=True, gc=False):
    """Which price of a product on a list: the code of its kind, of which system, and its first day."""

    kind: str
    system: str
    first: dt.date


class ToldPrice(msgspec.Struct, frozen=True, gc=False):
    """
    A price and all that is told with it.

    Attributes:
        last: The last day; None while no end is known.
        kind: With what the source calls it.
        name: What the product is called by the last edition that has the price.
        product: What the product is: medicine, consumable …
        former: First day of the price of its kind before.
        mark: The last edition that has it; which that is makes no other price.
    """

    last: dt.date | None
    amount: int
    currency: str
    kind: Code
    name: str
    product: str
    legal_basis: CodeShape
    former: dt.date | None
    mark: EditionMark

    def says_the_same(self, other: "ToldPrice") -> bool:
        """Whether all but the edition is alike."""
        return msgspec.structs.replace(self, mark=other.mark) == other


Told: TypeAlias = dict[PriceAt, ToldPrice]


class ListPrices:
    """
    The prices of one list.

    Attributes:
        rows: What they are told from.
    """

    def __init__(self, view: View, code: str) -> None:
        self.rows = PriceRows(view, code)
        self._chain = Chain(view.snapshot.timelines[code].chain(view.release))

    def told(self, rows: Rows, chain: Chain | None = None) -> Told:
        """
        The prices of a product, by kind and first day.

        Args:
            chain: By these editions; the view's where absent.
        """
        chain = chain or self._chain
        return {
            at: told
            for kind, of_kind in rows.dated
            for at, told in self._of_kind(kind, list(_held(chain, rows.named, of_kind)), chain)
        }

    def _of_kind(
        self, kind: Code, held: Sequence["_Held"], chain: Chain
    ) -> Iterator[tuple[PriceAt, ToldPrice]]:
        former: dt.date | None = None
        for period in periods((one.window for one in held), price_kind(kind)):
            last = next(
                one for one in reversed(held) if period.last is None or one.window.first <= period.last
            )
            mark = chain.last_begun(min(period.last or dt.date.max, last.window.last or dt.date.max))
            told = ToldPrice(
                last=period.last,
                amount=period.amount,
                currency=period.currency,
                kind=last.window.prices[-1].kind,
                name=last.named.name,
                product=last.named.kind,
                legal_basis=self.rows.editions[mark.ordinal].legal_basis,
                former=former,
                mark=mark,
            )
            yield PriceAt(kind.value, kind.system, period.first), told
            former = period.first


class _Held(msgspec.Struct, frozen=True):
    """Days on which a product stands on a list, and what is said of it and of its prices of a kind then."""

    window: Window
    named: Named


def _held(chain: Chain, named: Sequence[Named], dated: Sequence[Dated]) -> Iterator[_Held]:
    """The days on which a product stands on a list; editions one after the other that say the same as one."""
    places = [(chain.places(one.span), one) for one in named]
    priced = [(chain.places(one.span), one.price) for one in dated]
    for first, last in chain.stretches([of for of, _ in places] + [of for of, _ in priced]):
        there = next((one for of, one in places if of >> first & 1), None)
        if there is not None:
            prices = tuple(price for of, price in priced if of >> first & 1)
            yield _Held(Window(chain.begins[first], chain.ends[last], prices), there)

"""Since when the prices of a list are told as they are: since the release that last changed them."""

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from operator import attrgetter

from app.read.fhir_prices import ListPrices, PriceAt, Told
from app.read.price_chain import Chain
from app.read.price_rows import Rows
from app.read.view import View


class PricesSince:
    """The releases of one list up to a view's, and what each told of a product's prices."""

    def __init__(self, view: View, code: str, prices: ListPrices) -> None:
        self._prices = prices
        self._line = view.snapshot.timelines[code]
        self._published = {known.release: known.published_at for known in view.snapshot.release_marks}
        self._marks = sorted(
            (mark for mark in self._line.marks if mark.release <= view.release), key=attrgetter("ordinal")
        )
        self._releases = {mark.ordinal: mark.release for mark in self._marks}
        self._chains: dict[int, Chain] = {}
        self._turns = frozenset(self._turning())

    def of(self, rows: Rows, told: Told) -> dict[PriceAt, dt.datetime]:
        """
        Since when each price of a product is told as it is.

        Args:
            told: The prices.
        """
        turns, left = self._turns_of(rows), dict(told)
        if not turns:
            return {}
        found: dict[PriceAt, dt.datetime] = {}
        for former, later in reversed(list(pairwise(turns))):
            before = self._prices.told(rows, self._chain(former))
            for at in [at for at in left if at not in before or not before[at].says_the_same(left[at])]:
                found[at] = self._published[later]
                del left[at]
            if not left:
                break
        return found | dict.fromkeys(left, self._published[turns[0]])

    def _turns_of(self, rows: Rows) -> list[int]:
        """The releases that may have changed what is told of a product's prices, and the list's first."""
        edges = {edge for span in rows.spans() for edge in (span.first, span.end) if edge is not None}
        turns = {self._releases[edge] for edge in edges if edge in self._releases} | self._turns
        # Of those published at one instant only the last was ever seen.
        return list({self._published[turn]: turn for turn in sorted(turns)}.values())

    def _turning(self) -> Iterator[int]:
        """
        The releases that change more of a list than the rows of its products show.

        All but those whose editions follow, in time as in publication, upon the last one before them: such
        an edition goes on with whatever stands in both. A correction does not, nor what comes after it.
        """
        before: list[int] = []
        for release in sorted({mark.release for mark in self._marks}):
            now = [mark.ordinal for mark in self._chain(release).marks]
            new = [mark.ordinal for mark in self._marks if mark.release == release]
            follows = bool(before) and new[0] == before[-1] + 1 and now == before + new
            if not follows or any(self._says_otherwise(ordinal) for ordinal in new):
                yield release
            before = now

    def _says_otherwise(self, ordinal: int) -> bool:
        """Whether an edition has another legal basis than the one that was published before it."""
        editions = self._prices.rows.editions
        return editions[ordinal - 1].legal_basis != editions[ordinal].legal_basis

    def _chain(self, release: int) -> Chain:
        if release not in self._chains:
            self._chains[release] = Chain(self._line.chain(release))
        return self._chains[release]

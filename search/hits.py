"""The documents that answer a query, in rank order; each is read only when it is asked for."""

from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property, partial, reduce
from itertools import chain, islice
from operator import or_
from typing import overload

from search.laid import Read
from search.ranking import Tier, apart, in_order
from search.records import Hit, Why
from search.standing import BASE, MEANT, MEANT_PART, PART, PREFIX, WORD, Reach, common

_MOST_KEPT = 20


class Hits(Sequence[Hit]):
    """Hits in rank order, read like a tuple of them. For the thread of its Finder, until that closes."""

    def __init__(
        self, tiers: Sequence[Tier], whole: frozenset[str], *, read: Read, allowed: int, last: int = 0
    ) -> None:
        """
        Args:
            tiers: Best first; a later one may repeat an earlier one's documents.
            whole: The numbers and the name that the query as a whole may be.
            allowed: The documents that may be hits.
            last: Those that stand last in their tier.
        """
        self._tiers = tiers
        self._whole = whole
        self._read = read
        self._last = last
        self.documents = reduce(or_, (tier.documents for tier in tiers), 0) & allowed

    def within(self, allowed: int, *, last: int = 0) -> "Hits":
        """The hits among the `allowed` documents; in each tier, those that are in `last` stand last."""
        return Hits(self._tiers, self._whole, read=self._read, allowed=self.documents & allowed, last=last)

    def numbers(self) -> Iterator[int]:
        """The documents themselves in rank order, without reading any."""
        # This must not hold the hits themselves: rings are freed late and all at once.
        return chain.from_iterable(map(partial(in_order, last=self._last), self._apart))

    def __len__(self) -> int:
        return self.documents.bit_count()

    def __bool__(self) -> bool:
        return self.documents != 0

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(place, slice):
            return tuple(self._hit(at) for at in range(*place.indices(len(self))))
        return self._hit(range(len(self))[place])

    def __iter__(self) -> Iterator[Hit]:
        return (self._hit(place) for place in range(len(self)))

    def _hit(self, place: int) -> Hit:
        known = self._first.get(place)
        if known is None:
            known = self._read_hit(place)
            if place < _MOST_KEPT:
                self._first[place] = known
        return known

    def _read_hit(self, place: int) -> Hit:
        self._come.extend(islice(self._waiting, max(0, place + 1 - len(self._come))))
        number = self._come[place]
        laid = self._read.document(number)
        words, whole = self._light
        lit = self._read.highlights(laid, words=words, whole=whole)
        return Hit(laid.varenr, self._why(number), laid.holds, lit)

    def _why(self, number: int) -> Why:
        for tier, whys in self._whys:
            if tier.documents >> number & 1:
                return next((why for documents, why in whys if documents >> number & 1), "spelling")
        raise IndexError(number)

    @cached_property
    def _apart(self) -> list[Tier]:
        return apart(self._tiers, allowed=self.documents)

    @cached_property
    def _waiting(self) -> Iterator[int]:
        return self.numbers()

    @cached_property
    def _first(self) -> dict[int, Hit]:
        """Hits that were read already, by their places: the first page is asked for again and again."""
        return {}

    @cached_property
    def _come(self) -> "array[int]":
        return array("L")

    @cached_property
    def _light(self) -> tuple[frozenset[str], frozenset[str]]:
        """What is to be highlighted: words of the index, and the terms of texts as a whole."""
        reaches: list[Reach] = [reach for tier in self._tiers for reach in tier.reaches]
        words = frozenset().union(*(reach.lit for reach in reaches))
        return words, self._whole.union(*(reach.keys for reach in reaches))

    @cached_property
    def _whys(self) -> list[tuple[Tier, list[tuple[int, Why]]]]:
        """Each tier, and which of its documents are hits for which reason, the strictest first."""
        known: dict[tuple[int, int], list[tuple[int, Why]]] = {}
        found = []
        for tier in self._apart:
            if tier.why is not None:
                found.append((tier, [(tier.documents, tier.why)]))
                continue
            key = tier.rank.told, id(tier.reaches)
            if key not in known:
                known[key] = [(common(tier.reaches, level, tier.rank.told), why) for level, why in _WHYS]
            found.append((tier, known[key]))
        return found


_WHYS: tuple[tuple[int, Why], ...] = (
    (WORD, "word"),
    (BASE, "base-form"),
    (PART, "part-of-word"),
    (MEANT, "base-form"),
    (MEANT_PART, "part-of-word"),
    (PREFIX, "prefix"),
)

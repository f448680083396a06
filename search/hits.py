"""The documents that answer a query, in rank order; each is read only when it is asked for."""

from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, islice
from typing import overload

from search.laid import Read
from search.ranking import Tier, apart, in_order
from search.reach import ALL, BASE, MEANT, MEANT_PART, OWN, PART, PREFIX, WORD, Reach, common
from search.records import Hit, Why


class Hits(Sequence[Hit]):
    """Hits in rank order, read like a tuple of them. For the thread of its Finder, until that closes."""

    def __init__(
        self,
        tiers: Sequence[Tier],
        reaches: Sequence[Reach],
        whole: frozenset[str],
        *,
        read: Read,
        last: int = 0,
    ) -> None:
        """
        Args:
            whole: The numbers and the name that the query as a whole may be.
            last: Documents that stand last in their tier.
        """
        self._tiers = apart(tiers)
        self._reaches = reaches
        self._whole = whole
        self._read = read
        self._last = last
        # This must not hold the hits themselves: rings are freed late and all at once.
        self._waiting = self.numbers()
        self._come = array("L")

    @cached_property
    def documents(self) -> int:
        """All documents that answer, as a set."""
        found = 0
        for tier in self._tiers:
            found |= tier.documents
        return found

    def within(self, allowed: int, *, last: int = 0) -> "Hits":
        """The hits among the `allowed` documents; in each tier, those that are in `last` stand last."""
        tiers = [tier.among(allowed) for tier in self._tiers]
        return Hits(tiers, self._reaches, self._whole, read=self._read, last=last)

    def numbers(self) -> Iterator[int]:
        """The documents themselves in rank order, without reading any."""
        return chain.from_iterable(map(partial(in_order, last=self._last), self._tiers))

    def __len__(self) -> int:
        return self.documents.bit_count()

    def __bool__(self) -> bool:
        return bool(self._tiers)

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
        self._come.extend(islice(self._waiting, max(0, place + 1 - len(self._come))))
        number = self._come[place]
        laid = self._read.document(number)
        words, whole = self._light
        lit = self._read.highlights(laid, words=words, whole=whole)
        return Hit(laid.varenr, self._why(number), laid.holds, tuple(lit))

    def _why(self, number: int) -> Why:
        tier = next(tier for tier in self._tiers if tier.documents >> number & 1)
        if tier.why is not None:
            return tier.why
        whys = self._whys_own if tier.place == OWN else self._whys
        return next((why for documents, why in whys if documents >> number & 1), "spelling")

    @cached_property
    def _light(self) -> tuple[frozenset[str], frozenset[str]]:
        """What is to be highlighted: words of the index, and the terms of texts as a whole."""
        words = frozenset().union(*(reach.lit for reach in self._reaches))
        return words, self._whole.union(*(reach.keys for reach in self._reaches))

    @cached_property
    def _whys(self) -> list[tuple[int, Why]]:
        return [(common(self._reaches, level, ALL), why) for level, why in _WHYS]

    @cached_property
    def _whys_own(self) -> list[tuple[int, Why]]:
        return [(common(self._reaches, level, OWN), why) for level, why in _WHYS]


_WHYS: tuple[tuple[int, Why], ...] = (
    (WORD, "word"),
    (BASE, "base-form"),
    (PART, "part-of-word"),
    (MEANT, "base-form"),
    (MEANT_PART, "part-of-word"),
    (PREFIX, "prefix"),
)

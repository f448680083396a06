"""The documents that answer a query, in rank order; each is read only when it is asked for."""

from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple, overload

from search.laid import Read, highlights
from search.ranking import Tier, apart, in_order
from search.reach import ALL, BASE, MEANT, MEANT_PART, PART, PREFIX, WORD, Levels, Reach
from search.records import Hit, Why


class Light(NamedTuple):
    """What is to be highlighted: words of the index; numbers and names that the query is as a whole."""

    words: frozenset[str]
    whole: frozenset[str]


class Hits(Sequence[Hit]):
    """Hits in rank order, read like a tuple of them. For the thread of its Finder, until that closes."""

    def __init__(
        self, tiers: Sequence[Tier], levels: Levels, light: Light, *, read: Read, last: int = 0
    ) -> None:
        self._tiers = apart(tiers)
        self._levels = levels
        self._light = light
        self._read = read
        self._last = last
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
        return Hits(tiers, self._levels, self._light, read=self._read, last=last)

    def numbers(self) -> Iterator[int]:
        """The documents themselves in rank order, without reading any."""
        for tier in self._tiers:
            yield from in_order(tier, last=self._last)

    def varenr(self) -> Iterator[str]:
        """The product numbers alone, in rank order, without reading any document."""
        return map(self._read.numbers.__getitem__, self.numbers())

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
        lit = highlights(self._read.texts(laid), words=self._light.words, whole=self._light.whole)
        return Hit(laid.varenr, self._why(number), laid.holds, tuple(lit))

    def _why(self, number: int) -> Why:
        told = next(tier.why for tier in self._tiers if tier.documents >> number & 1)
        if told is not None:
            return told
        return next((why for level, why in _WHYS if self._levels[level][ALL] >> number & 1), "spelling")


_WHYS: tuple[tuple[int, Why], ...] = (
    (WORD, "word"),
    (BASE, "base-form"),
    (PART, "part-of-word"),
    (MEANT, "base-form"),
    (MEANT_PART, "part-of-word"),
    (PREFIX, "prefix"),
)


def light_of(reaches: Sequence[Reach], *, whole: frozenset[str]) -> Light:
    """What the pieces of a query highlight, with the numbers and the name that the whole of it may be."""
    words = frozenset().union(*(reach.lit for reach in reaches))
    return Light(words, whole.union(*(reach.keys for reach in reaches)))

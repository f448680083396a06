"""The documents that answer a query, in rank order; each is read only when it is asked for."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, partial, reduce
from itertools import accumulate, chain, islice
from operator import or_
from typing import overload

from search.laid import Light, Read
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
        # The first hits are kept by their places: the first page is asked for again and again.
        self._first: dict[int, Hit] = {}
        self._come = array("L")
        self._standing: dict[tuple[int, int], list[int]] = {}
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
        come = self._come
        if place >= len(come):
            come.extend(islice(self._waiting, max(place + 1, _MOST_KEPT) - len(come)))
        number = come[place]
        tier = self._apart[bisect_right(self._ends, place)]
        laid = self._read.document(number)
        return Hit(laid.varenr, tier.why or self._why(number, tier), laid.holds, self._light.on(laid))

    def _why(self, number: int, tier: Tier) -> Why:
        """The strictest way in which every piece stands in a document; sets are made when they are needed."""
        known = self._standing.setdefault((tier.rank.told, id(tier.reaches)), [])
        for place, (level, why) in enumerate(_WHYS):
            if place == len(known):
                known.append(common(tier.reaches, level, tier.rank.told))
            if known[place] >> number & 1:
                return why
        return "spelling"

    @cached_property
    def _apart(self) -> list[Tier]:
        return apart(self._tiers, allowed=self.documents)

    @cached_property
    def _waiting(self) -> Iterator[int]:
        return self.numbers()

    @cached_property
    def _ends(self) -> list[int]:
        """The place behind the last of each tier."""
        return list(accumulate(tier.documents.bit_count() for tier in self._apart))

    @cached_property
    def _light(self) -> Light:
        reaches = {id(tier.reaches): tier.reaches for tier in self._tiers}
        every: list[Reach] = [reach for some in reaches.values() for reach in some]
        words = frozenset().union(*(reach.lit for reach in every))
        return self._read.light(words, self._whole.union(*(reach.keys for reach in every)))


_WHYS: tuple[tuple[int, Why], ...] = (
    (WORD, "word"),
    (BASE, "base-form"),
    (PART, "part-of-word"),
    (MEANT, "base-form"),
    (MEANT_PART, "part-of-word"),
    (PREFIX, "prefix"),
)

"""The documents that answer a query, in rank order; each is read only when it is asked for."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, islice
from typing import NamedTuple, overload

import msgspec

from search.reach import Reach
from search.records import Document, Highlight, Hit, Why
from search.shelf import members
from search.terms import key_terms, name_term, numbers_of, texts_of
from search.words import places


class Tier(NamedTuple):
    """Documents that answer equally well; the first of `whys` that has a document says why it is there."""

    documents: int
    whys: tuple[tuple[int, Why], ...]


class Light(NamedTuple):
    """What is to be highlighted: words of the index, whole numbers, a whole name."""

    words: frozenset[str]
    keys: frozenset[str]
    name: str


class Hits(Sequence[Hit]):
    """Hits in rank order, read like a tuple of them. For the thread of its Finder, until that closes."""

    def __init__(
        self,
        tiers: Sequence[Tier],
        light: Light,
        *,
        read: Callable[[int], Document],
        number: Callable[[int], str],
    ) -> None:
        self._tiers = _parted(tiers)
        self._light = light
        self._read = read
        self._number = number
        self._waiting = (number for tier in self._tiers for number in members(tier.documents))
        self._come = array("L")
        self._ends = list(accumulate(tier.documents.bit_count() for tier in self._tiers))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

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

    def varenr(self) -> Iterator[str]:
        """The product numbers alone, in rank order, without reading any document."""
        return (self._number(number) for tier in self._tiers for number in members(tier.documents))

    def _hit(self, place: int) -> Hit:
        self._come.extend(islice(self._waiting, max(0, place + 1 - len(self._come))))
        number = self._come[place]
        tier = self._tiers[bisect_right(self._ends, place)]
        document = self._read(number)
        why = next(why for documents, why in tier.whys if documents >> number & 1)
        return Hit(document.varenr, why, document.holds, tuple(_lit(document, self._light)))


def light_of(reaches: Sequence[Reach], *, keys: frozenset[str], name: str) -> Light:
    """What the pieces of a query highlight, with the keys and the name that the whole of it is."""
    words = frozenset().union(*(reach.lit for reach in reaches))
    return Light(words, keys.union(*(reach.keys for reach in reaches)), name)


def _parted(tiers: Sequence[Tier]) -> list[Tier]:
    """Every document in its first tier only, and no empty tier."""
    found, seen = [], 0
    for documents, whys in tiers:
        if documents & ~seen:
            found.append(Tier(documents & ~seen, whys))
            seen |= documents
    return found


def _lit(document: Document, light: Light) -> Iterator[Highlight]:
    whole = set()
    if light.keys:
        whole = {field for field, text in numbers_of(document) if light.keys & key_terms(text)}
    if light.name and name_term(document.name) == light.name:
        whole.add("name")
    for field, text in texts_of(document):
        if field in whole:
            yield Highlight(field, 0, len(text))
        else:
            last = -1
            for term, start, end in places(text):
                if term in light.words and start != last:
                    last = start
                    yield Highlight(field, start, end)


def decode(content: bytes) -> Document:
    """A document from the bytes it was laid down with."""
    return _DECODER.decode(content)


_DECODER = msgspec.msgpack.Decoder(Document)

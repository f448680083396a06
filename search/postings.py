"""Which documents have which terms, in one file beside an index, to be read whole and fast.

It is laid down with the index and says the same. It lies in slices, and each is read by itself: who
reads it beside others keeps none of them waiting.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from struct import Struct
from typing import BinaryIO, TypeAlias

import msgspec

from search.errors import IndexUnreadable
from search.facets import set_of
from search.runs import Runs

_MAGIC = b"terms 1\n"
_LENGTH = Struct("<I")
_TERMS_IN_A_SLICE = 256
# Most numbers are one product's: as sets they would take a bit for each of the others.
_FEW = 8
# So many are gathered in memory; a national list has fewer.
_GATHERED = 400_000
_A_TERM_HAS = 8
_FIELD, _FIELD_AND_TERM = itemgetter(0), itemgetter(0, 1)

# A field, a term in it, and the documents that have it, in order.
Posting: TypeAlias = tuple[str, str, list[int]]
# The documents of a term: as a set, or where they are few one by one.
Posted: TypeAlias = "int | tuple[int, ...]"


class _Slice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Some terms of a field, in order, and the documents of each; a set as its bytes, lowest first."""

    field: str
    terms: list[str]
    documents: list[tuple[int, ...] | bytes]


class Postings:
    """Gathers the terms of documents while these are laid down in rank order; many lie on the disk."""

    def __init__(self, directory: Path, *, most: int = _GATHERED) -> None:
        """
        Args:
            directory: Where there is room for all of them.
            most: So many are gathered in memory.
        """
        self._most = most
        self._runs = Runs(directory, list[Posting], most=max(1, most // _A_TERM_HAS))
        self._fields: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._gathered = 0

    def add(self, number: int, terms: Mapping[str, Sequence[str]]) -> None:
        """The n-th document has these terms, each once in its field."""
        for field, of_field in terms.items():
            known = self._fields[field]
            for term in of_field:
                known[term].append(number)
            self._gathered += len(of_field)
        if self._gathered >= self._most:
            self._put_in_order()

    def __iter__(self) -> Iterator[Posting]:
        """Every term of every field, in order, with its documents."""
        self._put_in_order()
        for (field, term), same in groupby(self._runs, key=_FIELD_AND_TERM):
            yield field, term, [number for _, _, numbers in same for number in numbers]

    def write(self, path: Path) -> None:
        """Lay all of them down; the same documents give the same bytes."""
        with path.open("xb") as file:
            file.write(_MAGIC)
            for field, of_field in groupby(self, key=_FIELD):
                while some := list(islice(of_field, _TERMS_IN_A_SLICE)):
                    _, terms, numbers = zip(*some, strict=True)
                    content = _ENCODER.encode(_Slice(field, list(terms), list(map(_packed, numbers))))
                    file.write(_LENGTH.pack(len(content)) + content)

    def close(self) -> None:
        """Let all of them go."""
        self._runs.close()

    def _put_in_order(self) -> None:
        for field, terms in self._fields.items():
            for term, numbers in terms.items():
                self._runs.add((field, term, numbers))
        self._fields.clear()
        self._gathered = 0


def read_postings(path: Path) -> Iterator[tuple[str, list[tuple[str, Posted]]]]:
    """
    Some terms of a field at a time, each with its documents; those of a field in order.

    Raises:
        IndexUnreadable: There is no such file, a broken one, or another version's.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise IndexUnreadable(path.parent, found=f"a {path.name} of another version")
            for content in _slices(file):
                part = _DECODER.decode(content)
                yield part.field, list(zip(part.terms, map(_unpacked, part.documents), strict=True))
    except FileNotFoundError as missing:
        raise IndexUnreadable(path.parent, found=f"no {path.name}") from missing
    except (msgspec.DecodeError, ValueError) as broken:
        raise IndexUnreadable(path.parent, found=f"a {path.name} that cannot be read") from broken


def posted(numbers: Sequence[int]) -> Posted:
    """Documents as they are kept."""
    return tuple(numbers) if len(numbers) <= _FEW else set_of(numbers)


def _slices(file: BinaryIO) -> Iterator[bytes]:
    while head := file.read(_LENGTH.size):
        if len(head) < _LENGTH.size:
            raise ValueError
        length = _LENGTH.unpack(head)[0]
        content = file.read(length)
        if len(content) < length:
            raise ValueError
        yield content


def _packed(numbers: list[int]) -> tuple[int, ...] | bytes:
    documents = posted(numbers)
    if isinstance(documents, int):
        return documents.to_bytes((documents.bit_length() + 7) // 8, "little")
    return documents


def _unpacked(documents: tuple[int, ...] | bytes) -> Posted:
    return int.from_bytes(documents, "little") if isinstance(documents, bytes) else documents


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Slice)

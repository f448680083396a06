"""Which documents have which terms, in one file beside an index, to be read whole and fast.

It is laid down with the index and says the same. It lies in slices, and each is read by itself: who
reads it beside others keeps none of them waiting.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from struct import Struct
from typing import BinaryIO, TypeAlias

import msgspec

from search.errors import IndexUnreadable
from search.facets import set_of

_MAGIC = b"terms 1\n"
_LENGTH = Struct("<I")
_TERMS_IN_A_SLICE = 256
# Most numbers are one product's: as sets they would take a bit for each of the others.
_FEW = 8

# The documents of a term: as a set, or where they are few one by one.
Posted: TypeAlias = "int | tuple[int, ...]"


class _Slice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Some terms of a field, in order, and the documents of each; a set as its bytes, lowest first."""

    field: str
    terms: list[str]
    documents: list[tuple[int, ...] | bytes]


class Postings:
    """Gathers the terms of documents while these are laid down in rank order."""

    def __init__(self) -> None:
        self._fields: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))

    def add(self, number: int, terms: Mapping[str, Sequence[str]]) -> None:
        """The n-th document has these terms, each once in its field."""
        for field, of_field in terms.items():
            known = self._fields[field]
            for term in of_field:
                known[term].append(number)

    def write(self, path: Path) -> None:
        """Lay all of them down; the same documents give the same bytes."""
        with path.open("xb") as file:
            file.write(_MAGIC)
            for field, terms in sorted(self._fields.items()):
                ordered = iter(sorted(terms.items()))
                while some := list(islice(ordered, _TERMS_IN_A_SLICE)):
                    names, numbers = zip(*some, strict=True)
                    content = _ENCODER.encode(_Slice(field, list(names), list(map(_packed, numbers))))
                    file.write(_LENGTH.pack(len(content)) + content)


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

"""Whoosh, and all that this program asks of it: to keep which documents have a term, and to say so.

No other module knows Whoosh, and no text that a person typed reaches its query parser. It is loaded by
who builds an index or asks one that was not read into memory.
"""

from array import array
from collections.abc import Iterable
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter
from whoosh.fields import ID, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError
from whoosh.reading import ReaderClosed

from search.errors import IndexUnreadable
from search.postings import Posting


def lay_down(
    directory: Path, shelf: str, *, fields: Iterable[str], documents: int, postings: Iterable[Posting]
) -> None:
    """
    Write which documents have which term.

    Args:
        documents: How many there are.
        postings: By field and term.
    """
    schema = Schema(**{name: ID() for name in fields})
    index = FileStorage(str(directory)).create_index(schema, indexname=shelf)
    writer = index.writer(codec=_WholeTerms())
    for _ in range(documents):
        writer.add_document()
    writer.pool = _InOrder(postings)
    writer.commit(optimize=True)
    index.close()
    (directory / f"{shelf}_WRITELOCK").unlink(missing_ok=True)


class _InOrder:
    """Stands where Whoosh would put postings in order itself, in many times the memory and the time."""

    def __init__(self, postings: Iterable[Posting]) -> None:
        self._postings = postings

    def iter_postings(self) -> Iterable[Posting]:
        return self._postings

    def cleanup(self) -> None:
        """Nothing of it lies in Whoosh's directory."""


class _WholeTerms(W3Codec):  # type: ignore[misc] # Whoosh has no types
    """Whoosh's form of an index, written a term at a time: one document at a time is twice the work."""

    # No field here has lengths, which Whoosh would ask the disk for at each posting.
    length_stats = False

    def __init__(self) -> None:
        # Most terms have few documents, and packing these takes longer than reading them.
        super().__init__(compression=0)

    def field_writer(self, storage: FileStorage, segment: Any) -> "_Fields":
        return _Fields(self, storage, segment)

    def postings_writer(self, dbfile: Any) -> "_Postings":
        return _Postings(dbfile, self._blocklimit, compression=self._compression)


class _Fields(W3FieldWriter):  # type: ignore[misc]
    def add_postings(self, schema: Schema, lengths: None, items: Iterable[Posting]) -> None:
        for field, of_field in groupby(items, key=itemgetter(0)):
            self.start_field(field, schema[field])
            for _, term, numbers in of_field:
                self.start_term(term.encode())
                self._postwriter.add_all(numbers)
                self.finish_term()
            self.finish_field()


class _Postings(W3PostingsWriter):  # type: ignore[misc]
    def add_all(self, numbers: list[int]) -> None:
        """The documents of the term that was begun; the last block is left to whoever ends the term."""
        for start in range(0, len(numbers), self._blocklimit):
            if start:
                self._write_block()
            self._ids = array("I", numbers[start : start + self._blocklimit])
            self._weights = array("f", (1.0,)) * len(self._ids)
            self._maxweight = 1.0


class WhooshIndex:
    """One index, open for reading by one thread; nothing is written into its directory."""

    def __init__(self, directory: Path, shelf: str) -> None:
        """Raises: IndexUnreadable."""
        try:
            storage = FileStorage(str(directory), readonly=True)
            self._reader = storage.open_index(indexname=shelf).reader()
        except (EmptyIndexError, OSError) as missing:
            raise IndexUnreadable(directory, found=f"no index {shelf!r}") from missing

    def having(self, field: str, term: str) -> list[int]:
        """The documents that have a term, in order."""
        if (field, term) not in self._reader:
            return []
        return list(self._reader.postings(field, term).all_ids())

    def beginning_with(self, field: str, prefix: str) -> list[str]:
        """The terms of a field that begin so, in order."""
        return [term.decode() for term in self._reader.expand_prefix(field, prefix)]

    def close(self) -> None:
        """Let the files go; they may be gone already."""
        with suppress(ReaderClosed):
            self._reader.close()

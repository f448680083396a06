"""Whoosh, and all that this program asks of it: to keep which documents have a term, and to say so.

No other module knows Whoosh, and no text that a person typed reaches its query parser. It is loaded by
who builds an index or asks one that was not read into memory.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from whoosh.codec import default_codec
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
    codec = default_codec()
    # No field here has lengths, which Whoosh would ask the disk for at each posting.
    codec.length_stats = False
    writer = index.writer(codec=codec)
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

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        for field, term, numbers in self._postings:
            text = term.encode()
            for number in numbers:
                yield field, text, number, 1.0, b""

    def cleanup(self) -> None:
        """Nothing of it lies in Whoosh's directory."""


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

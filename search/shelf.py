"""Whoosh, and all that this program asks of it: which documents have a term, and one document's bytes.

No other module knows Whoosh, and no text that a person typed reaches its query parser. Sets of
documents are whole numbers: bit n stands for the n-th document, and the documents lie in rank order.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from whoosh.fields import ID, STORED, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError
from whoosh.reading import ReaderClosed

from search.errors import IndexUnreadable
from search.postings import Posted, Postings, posted, read_postings

LAST_LETTER = "\U0010ffff"
_POSTINGS = ".terms"
_NOT_EMPTY = re.compile(rb"[^\0]")
_BYTE = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


class Page:
    """One document as it is laid down: its terms by field (each a list of texts), and its own bytes."""

    __slots__ = ("content", "terms")

    def __init__(self, terms: dict[str, list[str]], content: bytes) -> None:
        self.terms = terms
        self.content = content


def fill(directory: Path, shelf: str, *, fields: Iterable[str], pages: Iterable[Page]) -> None:
    """Lay the documents down in the order given. `shelf` names one index of several in a directory."""
    # A list of texts is taken as it is: Whoosh's own analyzers never see it.
    schema = Schema(content=STORED(), **{name: ID() for name in fields})
    index = _Unscored(str(directory)).create_index(schema, indexname=shelf)
    writer = index.writer(limitmb=64)
    postings = Postings()
    for number, page in enumerate(pages):
        writer.add_document(content=page.content, **page.terms)
        postings.add(number, page.terms)
    writer.commit(optimize=True)
    index.close()
    postings.write(directory / f"{shelf}{_POSTINGS}")
    (directory / f"{shelf}_WRITELOCK").unlink(missing_ok=True)


class _Unscored(FileStorage):  # type: ignore[misc]
    """A directory being filled: no field here has lengths, which Whoosh asks the disk for at each posting."""

    def file_exists(self, name: str) -> bool:
        return not name.endswith("_len.col") and bool(super().file_exists(name))


class Shelf:
    """One index, open for reading by one thread; nothing is written into its directory."""

    def __init__(self, directory: Path, shelf: str) -> None:
        try:
            storage = FileStorage(str(directory), readonly=True)
            self._reader = storage.open_index(indexname=shelf).reader()
        except (EmptyIndexError, OSError) as missing:
            raise IndexUnreadable(directory, found=f"no index {shelf!r}") from missing
        self._postings = directory / f"{shelf}{_POSTINGS}"
        self.count: int = self._reader.doc_count_all()
        self._fields: dict[str, _Field] = {}
        self._contents: list[bytes] = []

    def having(self, field: str, term: str) -> int:
        """The documents that have this term, as a set."""
        return self.having_any(field, (term,))

    def having_any(self, field: str, terms: Iterable[str]) -> int:
        """The documents that have one of these terms, as a set."""
        known = self._known(field)
        if known.ordered is None:
            terms = tuple(terms)
            for term in terms:
                self._read_one(field, term)
        mask, few = 0, list[int]()
        get: Callable[[str], Posted | None] = known.get
        for found in map(get, terms):
            if isinstance(found, int):
                mask |= found
            elif found is not None:
                few += found
        return mask | self._set_of(few) if few else mask

    def beginning_with(self, field: str, prefix: str) -> list[str]:
        """The terms of a field that begin so, in order."""
        known = self._known(field)
        if known.ordered is None:
            return [term.decode() for term in self._reader.expand_prefix(field, prefix)]
        start = bisect_left(known.ordered, prefix)
        return known.ordered[start : bisect_left(known.ordered, prefix + LAST_LETTER, start)]

    def content(self, number: int) -> bytes:
        """The bytes a document was laid down with."""
        if self._contents:
            return self._contents[number]
        content: bytes = self._reader.stored_fields(number)["content"]
        return content

    def warm(self, fields: Iterable[str] = ()) -> None:
        """
        Read all documents, and all sets of documents of these fields: then no query waits for the disk.

        Raises:
            IndexUnreadable: What lies beside the index for this cannot be read.
        """
        self._contents = [self.content(number) for number in range(self.count)]
        read = {field: _Field() for field in fields}
        for field, terms in read_postings(self._postings) if read else ():
            if field in read:
                read[field].update(terms)
        for known in read.values():
            known.ordered = list(known)
        self._fields |= read

    def close(self) -> None:
        """Let the files go; they may be gone already."""
        with suppress(ReaderClosed):
            self._reader.close()

    def _known(self, field: str) -> "_Field":
        known = self._fields.get(field)
        if known is None:
            known = self._fields[field] = _Field()
        return known

    def _read_one(self, field: str, term: str) -> None:
        known = self._fields[field]
        if term in known or not term or (field, term) not in self._reader:
            return  # what people type is endless: only what stands in the index is kept
        known[term] = posted(list(self._reader.postings(field, term).all_ids()))

    def _set_of(self, numbers: Iterable[int]) -> int:
        bits = bytearray(self.count // 8 + 1)
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(bits, "little")


class _Field(dict[str, Posted]):
    """What is known of a field: its terms' documents."""

    # All its terms, once they all are known.
    ordered: list[str] | None = None


def members(mask: int) -> Iterator[int]:
    """The documents of a set, in rank order."""
    content = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    for found in _NOT_EMPTY.finditer(content):
        place = found.start()
        for bit in _BYTE[content[place]]:
            yield place * 8 + bit

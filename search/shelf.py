"""One index: which documents have a term, and each document's bytes. Sets of documents are whole numbers:
bit n stands for the n-th document, and the documents lie in rank order.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from search.facets import set_of
from search.pages import Pages, laying_down
from search.postings import Posted, Postings, posted, read_postings

if TYPE_CHECKING:
    from search.whoosh_index import WhooshIndex

LAST_LETTER = "\U0010ffff"
_POSTINGS = ".terms"
# So many documents are sooner added to a set together than one by one.
_MANY = 8
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
    from search.whoosh_index import lay_down

    count = 0
    with closing(Postings(directory)) as postings:
        with laying_down(directory, shelf) as lay:
            for number, page in enumerate(pages):
                postings.add(number, page.terms)
                lay(page.content)
                count = number + 1
        lay_down(directory, shelf, fields=fields, documents=count, postings=postings)
        postings.write(directory / f"{shelf}{_POSTINGS}")


class Shelf:
    """One index, open for reading by one thread; nothing is written into its directory."""

    def __init__(self, directory: Path, shelf: str) -> None:
        """Raises: IndexUnreadable."""
        self._directory = directory
        self._shelf = shelf
        self._pages = Pages(directory, shelf)
        self.count = len(self._pages)
        self._fields: dict[str, _Field] = {}

    def having(self, field: str, term: str) -> int:
        """The documents that have this term, as a set."""
        known = self._fields.get(field)
        if known is None or known.ordered is None:
            known = self._asked_for(field, (term,))
        found = known.get(term, 0)
        return found if isinstance(found, int) else self._union(known, (term,))

    def having_any(self, field: str, terms: Iterable[str]) -> int:
        """The documents that have one of these terms, as a set."""
        return self.in_each((field,), frozenset(terms))[0]

    def in_each(self, fields: Iterable[str], terms: Collection[str]) -> list[int]:
        """For each of some fields, the documents that have one of these terms in it, as a set."""
        found = []
        for field in fields:
            known = self._fields.get(field)
            if known is None or known.ordered is None:
                known = self._asked_for(field, terms)
            present = known.keys() & terms
            found.append(self._union(known, present) if present else 0)
        return found

    def beginning_with(self, field: str, prefix: str) -> list[str]:
        """The terms of a field that begin so, in order."""
        known = self._known(field)
        if known.ordered is None:
            return self._asked.beginning_with(field, prefix)
        start = bisect_left(known.ordered, prefix)
        return known.ordered[start : bisect_left(known.ordered, prefix + LAST_LETTER, start)]

    def content(self, number: int) -> memoryview:
        """The bytes a document was laid down with."""
        return self._pages[number]

    def warm(self, fields: Iterable[str] = ()) -> None:
        """
        Read all sets of documents of these fields: then no query waits for the disk.

        Raises:
            IndexUnreadable: What lies beside the index for this cannot be read.
        """
        read = {field: _Field() for field in fields}
        for field, terms in read_postings(self._directory / f"{self._shelf}{_POSTINGS}") if read else ():
            if field in read:
                read[field].update(terms)
        for known in read.values():
            known.ordered = list(known)
        self._fields |= read

    def close(self) -> None:
        """Let the files go; they may be gone already."""
        if "_asked" in vars(self):
            self._asked.close()

    @cached_property
    def _asked(self) -> "WhooshIndex":
        """The index itself, opened where something is asked that was not read."""
        from search.whoosh_index import WhooshIndex

        return WhooshIndex(self._directory, self._shelf)

    def _known(self, field: str) -> "_Field":
        known = self._fields.get(field)
        if known is None:
            known = self._fields[field] = _Field()
        return known

    def _asked_for(self, field: str, terms: Iterable[str]) -> "_Field":
        """What is known of a field that was not read, these terms of it included."""
        known = self._known(field)
        for term in terms:
            documents = self._asked.having(field, term) if term and term not in known else ()
            if documents:  # what people type is endless: only what stands in the index is kept
                known[term] = posted(documents)
        return known

    def _union(self, known: "_Field", terms: Iterable[str]) -> int:
        mask, few = 0, list[int]()
        for term in terms:
            found = known[term]
            if isinstance(found, int):
                mask |= found
            else:
                few += found
        if len(few) > _MANY:
            return mask | set_of(few)
        for number in few:
            mask |= 1 << number
        return mask


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

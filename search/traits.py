"""What the documents of an index are filtered and counted by, in one file beside it, read at once.

Only what holds for a document whatever the day: its product, its groups, its supplier, its editions.
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import msgspec

from search.facets import facet_of, set_of
from search.records import Document, Span
from search.versioned import read_versioned
from search.words import composed

FILE = "traits.msgpack"
_VERSION = 1


class _Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A document; its groups, its supplier and its spans by their places among all there are."""

    varenr: str
    groups: tuple[int, ...]
    supplier: int
    holds: tuple[int, ...]


class _Laid(msgspec.Struct, frozen=True, array_like=True):
    """All documents in rank order, and what they share."""

    version: int
    groups: list[str]
    suppliers: list[str]
    spans: list[Span]
    rows: list[_Row]


class Traits:
    """The documents of one index by what they have in common; n-th here is n-th in the index."""

    def __init__(self, directory: Path) -> None:
        """Raises: IndexUnreadable."""
        laid = read_versioned(directory / FILE, _Laid, version=_VERSION)
        self.numbers = [row.varenr for row in laid.rows]
        self.groups = facet_of(laid.groups, (row.groups for row in laid.rows))
        self.suppliers = facet_of(laid.suppliers, ((row.supplier,) for row in laid.rows))
        self._group_codes, self._supplier_names, self._rows = laid.groups, laid.suppliers, laid.rows
        held: list[list[int]] = [[] for _ in laid.spans]
        for number, row in enumerate(laid.rows):
            for place in row.holds:
                held[place].append(number)
        self._spans: dict[str, list[tuple[Span, int]]] = {}
        for span, numbers in zip(laid.spans, held, strict=True):
            self._spans.setdefault(span.list, []).append((span, set_of(numbers)))

    def in_edition(self, code: str, ordinal: int) -> int:
        """The documents that hold in an edition of a list, by its place in publication order."""
        found = 0
        for span, documents in self._spans.get(code, ()):
            if span.from_ordinal <= ordinal and (span.to_ordinal is None or ordinal < span.to_ordinal):
                found |= documents
        return found

    def document_of(self, varenr: str, among: int) -> int:
        """
        The document of a product that has one among these.

        Raises:
            KeyError: It has none.
        """
        same = self.of_product.get(varenr) or self.of_product[composed(varenr)]
        if len(same) == 1:
            return same[0]
        found = next((number for number in same if among >> number & 1), None)
        if found is None:
            raise KeyError(varenr)
        return found

    def groups_of(self, number: int) -> list[str]:
        """The codes of a document's own groups."""
        return [self._group_codes[place] for place in self._rows[number].groups]

    def supplier_of(self, number: int) -> str:
        """A document's supplier, empty where it has none."""
        return self._supplier_names[self._rows[number].supplier]

    @cached_property
    def of_product(self) -> dict[str, tuple[int, ...]]:
        """The documents of each product."""
        found: dict[str, tuple[int, ...]] = {}
        for number, varenr in enumerate(self.numbers):
            found[varenr] = (*found.get(varenr, ()), number)
        return found

    @cached_property
    def several(self) -> int:
        """The documents of products that have more than one: a text on each list, and each text that was."""
        return set_of(number for same in self.of_product.values() if len(same) > 1 for number in same)


def write(documents: Iterable[Document], directory: Path) -> None:
    """Lay down the traits of documents, which come in rank order."""
    groups, suppliers, spans = dict[str, int](), dict[str, int](), dict[Span, int]()
    # Many documents are in the same groups and editions.
    same: dict[tuple[int, ...], tuple[int, ...]] = {}

    def placed(places: Iterable[int]) -> tuple[int, ...]:
        found = tuple(places)
        return same.setdefault(found, found)

    rows = [
        _Row(
            document.varenr,
            placed(groups.setdefault(code, len(groups)) for code in document.own_groups),
            suppliers.setdefault(document.supplier, len(suppliers)),
            placed(spans.setdefault(span, len(spans)) for span in document.holds),
        )
        for document in documents
    ]
    laid = _Laid(_VERSION, list(groups), list(suppliers), list(spans), rows)
    (directory / FILE).write_bytes(msgspec.msgpack.encode(laid))

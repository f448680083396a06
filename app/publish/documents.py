"""What is searchable: one document for each distinct text of a product on a list, over all its editions."""

import sqlite3
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec

from app.read.terms import TermsIndex
from app.snapshot import Snapshot
from ingest import store
from lists.conditions import path_of
from lists.timeline import EditionMark
from search.records import Document, GroupText, Span


class _Texts(msgspec.Struct, frozen=True, gc=False):
    """The searchable columns of a row of `entry`, and the editions in which it holds."""

    varenr: str
    name: str
    supplier: str
    article: str
    size: str
    pack: str
    unit: str
    first: int
    end: int | None


def documents(snapshot: Snapshot) -> Iterator[Document]:
    """All documents of a snapshot, by list and number."""
    for code, line in sorted(snapshot.timelines.items()):
        marks = {mark.ordinal: mark for mark in line.marks}
        yield from _of_list(snapshot.db, code, marks)


def _of_list(db: sqlite3.Connection, code: str, marks: dict[int, EditionMark]) -> Iterator[Document]:
    tree = lru_cache(maxsize=256)(partial(_tree, db))
    extra = _Extra(db, code)
    rows = (_texts(row) for row in db.execute(_ENTRIES, (code,)))
    for varenr, same in groupby(rows, key=_varenr):
        product = extra.of(varenr)
        found: dict[Document, list[Span]] = {}
        for texts in same:
            for first, end in extra.stretches(texts, product):
                document = _document(texts, tree(marks[first]), product, first)
                found.setdefault(document, []).append(Span(code, first, end))
        for document, spans in found.items():
            yield msgspec.structs.replace(document, holds=_joined(spans))


def _texts(row: tuple[Any, ...]) -> _Texts:
    cells: list[Any] = [cell if cell is not None else "" for cell in row[:7]]
    return _Texts(*cells, *row[7:])


def _varenr(texts: _Texts) -> str:
    return texts.varenr


def _tree(db: sqlite3.Connection, mark: EditionMark) -> TermsIndex:
    return TermsIndex(mark, store.read_tree(db, mark))


def _document(texts: _Texts, index: TermsIndex, product: "_Product", ordinal: int) -> Document:
    own = _held(product.groups, ordinal)
    path = dict.fromkeys(step for code in own for step in path_of(code, index.groups))
    return Document(
        varenr=texts.varenr,
        name=texts.name,
        supplier=texts.supplier,
        article=texts.article,
        size=texts.size,
        pack=texts.pack,
        unit=texts.unit,
        atc=next(iter(_held(product.atcs, ordinal)), ""),
        atc_text=next(iter(_held(product.atc_texts, ordinal)), ""),
        gtins=_held(product.gtins, ordinal),
        groups=tuple(GroupText(step, index.groups[step].code.text) for step in path),
        own_groups=own,
        lists=(GroupText(index.terms.list, index.terms.title),),
        legal_bases=(GroupText(index.terms.legal_basis.value, index.terms.legal_basis.text),),
    )


class _Ranged(msgspec.Struct, frozen=True, gc=False):
    """A value that holds in a range of editions."""

    value: str
    first: int
    end: int | None

    def holds(self, ordinal: int) -> bool:
        return self.first <= ordinal and (self.end is None or ordinal < self.end)


_Values: TypeAlias = tuple[_Ranged, ...]


class _Product(msgspec.Struct, frozen=True, gc=False):
    """What of a product stands in other tables: codes of its groups, bar code numbers, what it is made of."""

    groups: _Values
    gtins: _Values
    atcs: _Values
    atc_texts: _Values


class _Extra:
    """What of a list's products stands in other tables, and where the texts of their groups change."""

    def __init__(self, db: sqlite3.Connection, code: str) -> None:
        self._beside = [
            _InStep(_ranged(db, table, "varenr", value, code))
            for table, value in (
                ("placement", "group_code"),
                ("gtin", "gtin"),
                ("medicine", "atc"),
                ("medicine", "atc_text"),
            )
        ]
        self._texts = dict(_ranged(db, "product_group", "code", "text", code))
        self._retitled = _retitled(db, code)

    def of(self, varenr: str) -> _Product:
        """Of one product; each is asked for once, by number."""
        return _Product(*(table.of(varenr) for table in self._beside))

    def stretches(self, texts: _Texts, product: _Product) -> list[tuple[int, int | None]]:
        """The parts of a row's range in which nothing searchable changes."""
        ranged = [*product.groups, *product.gtins, *product.atcs, *product.atc_texts]
        for group in {known.value for known in product.groups}:
            for length in (3, 5, len(group)):
                ranged += self._texts.get(group[:length], ())
        edges = {edge for known in ranged for edge in (known.first, known.end)}
        cuts = {edge for edge in edges | self._retitled if edge is not None}
        inner = sorted(cut for cut in cuts if texts.first < cut and (texts.end is None or cut < texts.end))
        return list(zip([texts.first, *inner], [*inner, texts.end], strict=True))


class _InStep:
    """Values by product number, taken in step with the products themselves."""

    def __init__(self, values: Iterator[tuple[str, _Values]]) -> None:
        self._values = values
        self._next = next(values, None)

    def of(self, varenr: str) -> _Values:
        while self._next is not None and self._next[0] < varenr:
            self._next = next(self._values, None)
        return self._next[1] if self._next is not None and self._next[0] == varenr else ()


def _held(values: _Values, ordinal: int) -> tuple[str, ...]:
    return tuple(known.value for known in values if known.holds(ordinal))


def _ranged(
    db: sqlite3.Connection, table: str, key: str, value: str, code: str
) -> Iterator[tuple[str, _Values]]:
    """What a column says of each key, by key and in the order of the table."""
    order = f"{key}, {value}, from_ordinal" if table in _SEVERAL else f"{key}, from_ordinal"
    rows = db.execute(
        f"SELECT {key}, {value}, from_ordinal, to_ordinal FROM {table}"  # noqa: S608 names of our schema
        f" WHERE list = ? ORDER BY {order}",
        (code,),
    )
    for name, same in groupby(rows, key=itemgetter(0)):
        yield name, tuple(_Ranged(text or "", first, end) for _, text, first, end in same)


def _retitled(db: sqlite3.Connection, code: str) -> set[int]:
    """The editions from which on a list has another title."""
    rows = db.execute(
        "SELECT title, ordinal FROM edition WHERE list = ? ORDER BY ordinal", (code,)
    ).fetchall()
    return {now[1] for was, now in pairwise(rows) if was[0] != now[0]}


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbouring spans as one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.from_ordinal):
        if joined and joined[-1].to_ordinal == span.from_ordinal:
            joined[-1] = msgspec.structs.replace(joined[-1], to_ordinal=span.to_ordinal)
        else:
            joined.append(span)
    return tuple(joined)


_ENTRIES = """\
SELECT varenr, name, supplier, supplier_item_number, size, pack, unit, from_ordinal, to_ordinal
  FROM entry WHERE list = ? ORDER BY varenr, from_ordinal
"""

_SEVERAL = ("placement", "gtin")
"""Tables in which a product has several values at a time; as ordered by them they lie on the disk."""

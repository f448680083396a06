"""What is searchable: one document for each distinct text of a product on a list, over all its editions."""

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec

from app.read.terms import TermsIndex
from app.snapshot import Snapshot
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
        yield from _of_list(snapshot, code, marks)


def _of_list(snapshot: Snapshot, code: str, marks: dict[int, EditionMark]) -> Iterator[Document]:
    extra = _Extra(snapshot.db, code)
    by_number: dict[str, list[_Texts]] = {}
    for row in snapshot.db.execute(_ENTRIES, (code,)):
        cells: list[Any] = [cell if cell is not None else "" for cell in row[:7]]
        texts = _Texts(*cells, *row[7:])
        by_number.setdefault(texts.varenr, []).append(texts)
    for rows in by_number.values():
        found: dict[Document, list[Span]] = {}
        for texts in rows:
            for first, end in extra.stretches(texts):
                index = snapshot.index(marks[first])
                document = _document(texts, index, extra, first)
                found.setdefault(document, []).append(Span(code, first, end))
        for document, spans in found.items():
            yield msgspec.structs.replace(document, holds=_joined(spans))


def _document(texts: _Texts, index: TermsIndex, extra: "_Extra", ordinal: int) -> Document:
    own = extra.groups(texts.varenr, ordinal)
    path = dict.fromkeys(step for code in own for step in path_of(code, index.groups))
    return Document(
        varenr=texts.varenr,
        name=texts.name,
        supplier=texts.supplier,
        article=texts.article,
        size=texts.size,
        pack=texts.pack,
        unit=texts.unit,
        atc=extra.atc(texts.varenr, ordinal),
        atc_text=extra.atc_text(texts.varenr, ordinal),
        gtins=extra.gtins(texts.varenr, ordinal),
        groups=tuple(GroupText(step, index.groups[step].code.text) for step in path),
        own_groups=tuple(own),
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


class _Extra:
    """What of a product stands in other tables, and where the texts of its groups change."""

    def __init__(self, db: sqlite3.Connection, code: str) -> None:
        self._groups = _ranged(db, "placement", "varenr", "group_code", code)
        self._gtins = _ranged(db, "gtin", "varenr", "gtin", code)
        self._atcs = _ranged(db, "medicine", "varenr", "atc", code)
        self._atc_texts = _ranged(db, "medicine", "varenr", "atc_text", code)
        self._texts = _ranged(db, "product_group", "code", "text", code)
        self._retitled = _retitled(db, code)

    def stretches(self, texts: _Texts) -> list[tuple[int, int | None]]:
        """The parts of a row's range in which nothing searchable changes."""
        own = (self._groups, self._gtins, self._atcs, self._atc_texts)
        ranged = [known for table in own for known in table.get(texts.varenr, ())]
        for group in {known.value for known in self._groups.get(texts.varenr, ())}:
            for length in (3, 5, len(group)):
                ranged += self._texts.get(group[:length], ())
        edges = {edge for known in ranged for edge in (known.first, known.end)}
        cuts = {edge for edge in edges | self._retitled if edge is not None}
        inner = sorted(cut for cut in cuts if texts.first < cut and (texts.end is None or cut < texts.end))
        return list(zip([texts.first, *inner], [*inner, texts.end], strict=True))

    def groups(self, varenr: str, ordinal: int) -> list[str]:
        """Codes of the groups a product stands in, in code order."""
        return [known.value for known in self._groups.get(varenr, ()) if known.holds(ordinal)]

    def gtins(self, varenr: str, ordinal: int) -> tuple[str, ...]:
        """A product's bar code numbers."""
        return tuple(known.value for known in self._gtins.get(varenr, ()) if known.holds(ordinal))

    def atc(self, varenr: str, ordinal: int) -> str:
        """A medicine's ATC code."""
        return _held(self._atcs.get(varenr, ()), ordinal)

    def atc_text(self, varenr: str, ordinal: int) -> str:
        """A medicine's ATC code in words: what it is made of."""
        return _held(self._atc_texts.get(varenr, ()), ordinal)


def _held(values: tuple[_Ranged, ...], ordinal: int) -> str:
    return next((known.value for known in values if known.holds(ordinal)), "")


def _ranged(
    db: sqlite3.Connection, table: str, key: str, value: str, code: str
) -> dict[str, tuple[_Ranged, ...]]:
    rows = db.execute(
        f"SELECT {key}, {value}, from_ordinal, to_ordinal FROM {table}"  # noqa: S608 names of our schema
        f" WHERE list = ? ORDER BY {key}, {value}, from_ordinal",
        (code,),
    )
    found: dict[str, tuple[_Ranged, ...]] = {}
    for name, text, first, end in rows:
        found[name] = (*found.get(name, ()), _Ranged(text or "", first, end))
    return found


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

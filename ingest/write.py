"""Writes lists.db: what the former one held and a release's editions, merged by key, sealed in key order."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from ingest.schema import EDITION, PRODUCT_TABLES, RELEASE, TABLES, TERMS_TABLES, create_sql
from ingest.store import Release
from ingest.table_rows import TableRow, rows_of_products, rows_of_terms
from ingest.tables import Table
from lists.days import instant_text
from lists.edition import Edition, content_digest
from lists.problems import Problem
from lists.records import Entry, Terms
from lists.timeline import EditionMark

EXAMPLES_KEPT = 5
_MERGED = 4096
_BEYOND = "\U0010ffff"
"""Stands behind every product number."""


class Addition(msgspec.Struct, frozen=True):
    """
    An edition on its way into the store.

    Attributes:
        source: sha256 of the file it was read from, None for an act without one.
        corrects: Name of the edition it corrects; where absent, it is found from the days of both.
        findings: What was noted in its list and in its file as a whole.
    """

    edition: Edition
    source: str | None = None
    corrects: str | None = None
    findings: tuple[Problem, ...] = ()


class Counts(msgspec.Struct, frozen=True):
    """Products an edition adds, removes and changes against the one before in publication order."""

    added: int
    removed: int
    changed: int


def write(target: Path, *, former: Path | None, release: Release, additions: Iterable[Addition]) -> None:
    """
    Write the lists.db of a release: all that the former one held, and the release's editions.

    Args:
        target: A file that does not exist yet, in a directory that does.
        former: The lists.db of the release before, unchanged by this; None for the first release.

    Raises:
        FileExistsError: `target` exists.
    """
    if target.exists():
        raise FileExistsError(target)
    working = target.with_suffix(".working")
    with closing(_open_working(working, former)) as db:
        with db:
            _insert_release(db, release)
            for addition in additions:
                _append(db, addition, release.release)
        _seal(db, target)
    working.unlink()


def _open_working(working: Path, former: Path | None) -> sqlite3.Connection:
    """A scratch copy to append to; a crash loses it and nothing else, so it is never synced."""
    working.unlink(missing_ok=True)
    if former is not None:
        shutil.copyfile(former, working)
    db = sqlite3.connect(working)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;")
    if former is None:
        db.executescript(create_sql())
    return db


def _seal(db: sqlite3.Connection, target: Path) -> None:
    """
    Write the final file in key order.

    The page layout depends on the order of the inserts, and VACUUM counts the schema up by one;
    both are made equal here, so that equal editions give equal bytes (law 5).
    """
    db.execute("PRAGMA schema_version = 1")
    db.execute("VACUUM INTO ?", (str(target),))


def _insert_release(db: sqlite3.Connection, release: Release) -> None:
    values = (
        release.release,
        instant_text(release.published_at),
        release.note,
        release.withdraws,
        int(release.backfilled),
    )
    db.execute(f"INSERT INTO release VALUES ({_places(len(RELEASE))})", values)  # noqa: S608 our names


def _append(db: sqlite3.Connection, addition: Addition, release: int) -> None:
    edition = addition.edition
    code = edition.terms.list
    last = db.execute("SELECT coalesce(max(ordinal), 0) FROM edition WHERE list = ?", (code,)).fetchone()[0]
    ordinal = last + 1
    if addition.corrects is None:
        addition = msgspec.structs.replace(addition, corrects=_corrected(db, edition))
    line = _Line(db, code, ordinal)
    line.merge_terms(edition.terms)
    products = line.merge_products(edition.entries)
    values = _edition_row(addition, ordinal, release, products)
    db.execute(f"INSERT INTO edition VALUES ({_places(len(EDITION))})", values)  # noqa: S608 our names
    _insert_findings(db, code, ordinal, addition.findings)


def _insert_findings(db: sqlite3.Connection, code: str, ordinal: int, findings: Sequence[Problem]) -> None:
    by_rule: dict[str, list[Problem]] = {}
    for found in sorted(findings):
        by_rule.setdefault(found.rule, []).append(found)
    for rule, all_found in by_rule.items():
        db.execute("INSERT INTO finding VALUES (?, ?, ?, ?)", (code, ordinal, rule, len(all_found)))
        db.executemany(
            "INSERT INTO finding_example VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (code, ordinal, rule, n, found.line, found.subject, found.found)
                for n, found in enumerate(all_found[:EXAMPLES_KEPT])
            ),
        )


def _corrected(db: sqlite3.Connection, edition: Edition) -> str | None:
    """The edition that held on the same day so far, where this is not the last day an edition begins."""
    values = (edition.terms.list, edition.valid_from.isoformat())
    latest = db.execute("SELECT max(valid_from) >= ? FROM edition WHERE list = ?", values[::-1]).fetchone()
    row = db.execute(_HELD, values).fetchone() if latest[0] else None
    return str(row[0]) if row is not None else None


def _edition_row(addition: Addition, ordinal: int, release: int, products: Counts) -> TableRow:
    edition, terms = addition.edition, addition.edition.terms
    mark = EditionMark(terms.list, ordinal, edition.valid_from, release)
    return (
        terms.list,
        ordinal,
        mark.id,
        edition.valid_from.isoformat(),
        release,
        terms.title,
        terms.legal_basis.value,
        terms.legal_basis.system,
        terms.legal_basis.text,
        int(terms.requires_listed_product),
        int(terms.requires_decision),
        terms.number_kind,
        int(terms.closed),
        addition.corrects,
        len(edition.entries),
        len(terms.groups),
        products.added,
        products.removed,
        products.changed,
        addition.source,
        content_digest(edition),
    )


class _Line:
    """One list of a database that goes over from the edition before to another."""

    def __init__(self, db: sqlite3.Connection, code: str, ordinal: int) -> None:
        self._db, self._code, self._ordinal = db, code, ordinal

    def merge_terms(self, terms: Terms) -> None:
        """Let go over what an edition says besides its products."""
        tables = rows_of_terms(terms)
        for table in TERMS_TABLES:
            former = self._db.execute(_SELECT_OPEN[table.name], (self._code,))
            self._merge(table, former, tables.get(table.name, []))

    def merge_products(self, entries: Sequence[Entry]) -> Counts:
        """Let the products go over, some thousand at a time: their rows take more memory than they do."""
        counts, after = list[Counts](), ""
        for start in range(0, max(1, len(entries)), _MERGED):
            part = entries[start : start + _MERGED]
            until = part[-1].varenr if start + _MERGED < len(entries) else _BEYOND
            counts.append(self._merge_some(part, (after, until)))
            after = until
        return Counts(
            added=sum(some.added for some in counts),
            removed=sum(some.removed for some in counts),
            changed=sum(some.changed for some in counts),
        )

    def _merge_some(self, entries: Sequence[Entry], numbers: tuple[str, str]) -> Counts:
        """
        Args:
            numbers: Behind the first, and up to and with the second.
        """
        tables = rows_of_products(entries)
        opened, closed = dict[str, set[str]](), dict[str, set[str]]()
        for table in PRODUCT_TABLES:
            former = self._db.execute(_SELECT_OPEN_SOME[table.name], (self._code, *numbers))
            changed = self._merge(table, former, tables.get(table.name, []))
            closed[table.name], opened[table.name] = ({row[0] for row in rows} for rows in changed)
        added, removed = opened["entry"] - closed["entry"], closed["entry"] - opened["entry"]
        touched = set[str]().union(*opened.values(), *closed.values())
        return Counts(len(added), len(removed), len(touched - added - removed))

    def _merge(
        self, table: Table, former: Iterable[TableRow], rows: list[TableRow]
    ) -> tuple[list[TableRow], list[TableRow]]:
        """Let rows of a table go over; those that are closed and those that are opened."""
        closed, opened = list[TableRow](), list[TableRow]()
        key, end = len(table.key), len(table.key) + table.content
        for old, new in _pairs(former, rows, key):
            if old is not None and new is not None and old[:end] == new[:end]:
                continue
            if old is not None:
                closed.append(old)
            if new is not None:
                opened.append(new)
        code, ordinal = self._code, self._ordinal
        self._db.executemany(_CLOSE[table.name], ((ordinal, code, *old[:key]) for old in closed))
        begun = ((code, *new[:key], ordinal, None, *new[key:]) for new in opened)
        self._db.executemany(_OPEN[table.name], begun)
        return closed, opened


def _pairs(
    old_rows: Iterable[TableRow], new_rows: Iterable[TableRow], key: int
) -> Iterator[tuple[TableRow | None, TableRow | None]]:
    """Rows of two streams, both sorted by their first `key` cells, side by side."""
    olds, news = iter(old_rows), iter(new_rows)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old[:key] < new[:key]):
            yield old, None
            old = next(olds, None)
        elif old is None or new[:key] < old[:key]:
            yield None, new
            new = next(news, None)
        else:
            yield old, new
            old, new = next(olds, None), next(news, None)


def _places(count: int) -> str:
    return ", ".join("?" * count)


_HELD = (
    "SELECT edition FROM edition WHERE list = ? AND valid_from <= ?"
    " ORDER BY valid_from DESC, release DESC LIMIT 1"
)

# Table and column names are ours (ingest/schema.py); every value is bound.
_SELECT_OPEN = {
    table.name: f"SELECT {table.columns} FROM {table.name} WHERE list = ? AND to_ordinal IS NULL"  # noqa: S608
    f" ORDER BY {table.key_columns}"
    for table in TERMS_TABLES
}
_SELECT_OPEN_SOME = {
    table.name: f"SELECT {table.columns} FROM {table.name} WHERE list = ? AND to_ordinal IS NULL"  # noqa: S608
    f" AND varenr > ? AND varenr <= ? ORDER BY {table.key_columns}"
    for table in PRODUCT_TABLES
}
_CLOSE = {
    table.name: f"UPDATE {table.name} SET to_ordinal = ? WHERE list = ? AND to_ordinal IS NULL AND "  # noqa: S608
    + " AND ".join(f"{name} = ?" for name in table.key_names)
    for table in TABLES
}
_OPEN = {
    table.name: f"INSERT INTO {table.name} VALUES ({_places(3 + len(table.key) + len(table.values))})"  # noqa: S608
    for table in TABLES
}

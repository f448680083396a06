"""lists.db: every edition that was ever released, in one file that is written once and then only read."""

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from ingest.schema import EDITION, PLAIN_TABLES, RELEASE, TABLES, Table, create_sql
from ingest.table_rows import TableRow, Tables, entries_of, rows_of, terms_of
from lists.codes import Code
from lists.days import instant_text, parse_day
from lists.edition import Edition, content_digest
from lists.records import Entry, Terms
from lists.timeline import EditionMark


class Release(msgspec.Struct, frozen=True):
    """One act of publishing, as the table `release` holds it."""

    release: int
    published_at: dt.datetime
    note: str | None = None
    withdraws: int | None = None
    backfilled: bool = False


class Addition(msgspec.Struct, frozen=True):
    """
    An edition on its way into the store.

    Attributes:
        source: sha256 of the file it was read from, None for an act without one.
        corrects: Name of the edition it corrects; where absent, it is found from the days of both.
    """

    edition: Edition
    source: str | None = None
    corrects: str | None = None


class Counts(msgspec.Struct, frozen=True):
    """Products an edition adds, removes and changes against the one before in publication order."""

    added: int
    removed: int
    changed: int


def connect(path: Path) -> sqlite3.Connection:
    """Open a sealed lists.db to read; nothing can be written through it."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only = 1")
    return connection


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


def releases(db: sqlite3.Connection) -> list[Release]:
    """All releases, by number."""
    columns = "release, published_at, note, withdraws, backfilled"
    rows = db.execute(f"SELECT {columns} FROM release ORDER BY release")  # noqa: S608 our names
    return [
        Release(number, dt.datetime.fromisoformat(at), note, withdraws, bool(backfilled))
        for number, at, note, withdraws, backfilled in rows
    ]


def editions(db: sqlite3.Connection) -> list[EditionMark]:
    """All editions, by list and publication order."""
    rows = db.execute("SELECT list, ordinal, valid_from, release, closed FROM edition ORDER BY list, ordinal")
    return [
        EditionMark(code, ordinal, parse_day(day), number, bool(closed))
        for code, ordinal, day, number, closed in rows
    ]


def read_terms(db: sqlite3.Connection, mark: EditionMark) -> Terms:
    """What an edition says besides its products."""
    return terms_of(_head(db, mark), _tables(db, mark, _TERMS))


def read_edition(db: sqlite3.Connection, mark: EditionMark) -> Edition:
    """An edition, whole; the same as was written."""
    return Edition(read_terms(db, mark), mark.valid_from, read_entries(db, mark))


def read_entries(db: sqlite3.Connection, mark: EditionMark) -> tuple[Entry, ...]:
    """All products of an edition, by number."""
    return entries_of(_tables(db, mark, _PRODUCTS))


def read_entry(db: sqlite3.Connection, mark: EditionMark, varenr: str) -> Entry | None:
    """One product's entry in an edition, or None where the edition does not have it."""
    tables: Tables = {
        table.name: list(db.execute(_SELECT_ONE[table.name], (mark.list, varenr, mark.ordinal, mark.ordinal)))
        for table in _PRODUCTS
    }
    return next(iter(entries_of(tables)), None)


def numbers(db: sqlite3.Connection, mark: EditionMark) -> set[str]:
    """The product numbers of an edition."""
    values = (mark.list, mark.ordinal, mark.ordinal)
    return {row[0] for row in db.execute(f"SELECT varenr FROM entry WHERE list = ? AND {_HOLDS}", values)}  # noqa: S608


def placements(db: sqlite3.Connection, mark: EditionMark) -> list[tuple[str, str]]:
    """Which product of an edition hangs in which group: (group, varenr)."""
    values = (mark.list, mark.ordinal, mark.ordinal)
    rows = db.execute(f"SELECT group_code, varenr FROM placement WHERE list = ? AND {_HOLDS}", values)  # noqa: S608
    return list(rows)


def content_of(db: sqlite3.Connection, mark: EditionMark) -> str:
    """The content digest of a stored edition."""
    row = db.execute("SELECT content FROM edition WHERE list = ? AND ordinal = ?", (mark.list, mark.ordinal))
    return str(row.fetchone()[0])


def row_counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table holds, by name."""
    names = (*PLAIN_TABLES, *(table.name for table in TABLES))
    return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608 our names


# --- writing ---------------------------------------------------------------


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
    tables = rows_of(edition)
    counts = [_merge(db, table, code, ordinal, tables.get(table.name, [])) for table in TABLES]
    products = _products_changed(counts)
    values = _edition_row(addition, ordinal, release, products)
    db.execute(f"INSERT INTO edition VALUES ({_places(len(EDITION))})", values)  # noqa: S608 our names


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


class _Merged(msgspec.Struct, frozen=True):
    """The rows of one table that an edition closes and opens."""

    table: Table
    closed: list[TableRow]
    opened: list[TableRow]


def _merge(db: sqlite3.Connection, table: Table, code: str, ordinal: int, rows: list[TableRow]) -> _Merged:
    """Let a table's rows of one list go over from the edition before to this one."""
    former = db.execute(_SELECT_OPEN[table.name], (code,))
    merged = _Merged(table, [], [])
    end = len(table.key) + table.content
    for old, new in _pairs(former, rows, len(table.key)):
        if old is not None and new is not None and old[:end] == new[:end]:
            continue
        if old is not None:
            merged.closed.append(old)
        if new is not None:
            merged.opened.append(new)
    keys = ((ordinal, code, *old[: len(table.key)]) for old in merged.closed)
    db.executemany(_CLOSE[table.name], keys)
    split = len(table.key)
    opened = ((code, *new[:split], ordinal, None, *new[split:]) for new in merged.opened)
    db.executemany(_OPEN[table.name], opened)
    return merged


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


def _products_changed(merges: list[_Merged]) -> Counts:
    opened = {merged.table.name: {row[0] for row in merged.opened} for merged in merges}
    closed = {merged.table.name: {row[0] for row in merged.closed} for merged in merges}
    added = opened["entry"] - closed["entry"]
    removed = closed["entry"] - opened["entry"]
    touched: set[str] = set()
    for table in _PRODUCTS:
        touched |= opened[table.name] | closed[table.name]
    return Counts(len(added), len(removed), len(touched - added - removed))


# --- reading ---------------------------------------------------------------


def _head(db: sqlite3.Connection, mark: EditionMark) -> Terms:
    row = db.execute(
        "SELECT title, legal_basis, legal_basis_system, legal_basis_text, requires_listed_product,"
        " requires_decision, number_kind, closed FROM edition WHERE list = ? AND ordinal = ?",
        (mark.list, mark.ordinal),
    ).fetchone()
    title, value, system, text, requires_listed, requires_decision, number_kind, closed = row
    return Terms(
        list=mark.list,
        title=title,
        legal_basis=Code(value, system, text or ""),
        requires_listed_product=bool(requires_listed),
        requires_decision=bool(requires_decision),
        number_kind=number_kind,
        closed=bool(closed),
    )


def _tables(db: sqlite3.Connection, mark: EditionMark, tables: tuple[Table, ...]) -> Tables:
    values = (mark.list, mark.ordinal, mark.ordinal)
    return {table.name: list(db.execute(_SELECT_ALL[table.name], values)) for table in tables}


def _places(count: int) -> str:
    return ", ".join("?" * count)


def _columns(table: Table) -> str:
    return ", ".join(column.name for column in (*table.key, *table.values))


def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.key)


_PRODUCTS = tuple(table for table in TABLES if table.key[0].name == "varenr")
_TERMS = tuple(table for table in TABLES if table not in _PRODUCTS)
_HELD = (
    "SELECT edition FROM edition WHERE list = ? AND valid_from <= ?"
    " ORDER BY valid_from DESC, release DESC LIMIT 1"
)
_HOLDS = "from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"

# Table and column names are ours (ingest/schema.py); every value is bound.
_SELECT_OPEN = {
    table.name: f"SELECT {_columns(table)} FROM {table.name} WHERE list = ? AND to_ordinal IS NULL"  # noqa: S608
    f" ORDER BY {', '.join(_key_names(table))}"
    for table in TABLES
}
_SELECT_ALL = {
    table.name: f"SELECT {_columns(table)} FROM {table.name} WHERE list = ? AND {_HOLDS}"  # noqa: S608
    f" ORDER BY {', '.join(_key_names(table))}"
    for table in TABLES
}
_SELECT_ONE = {
    table.name: f"SELECT {_columns(table)} FROM {table.name} WHERE list = ? AND varenr = ? AND {_HOLDS}"  # noqa: S608
    f" ORDER BY {', '.join(_key_names(table))}"
    for table in _PRODUCTS
}
_CLOSE = {
    table.name: f"UPDATE {table.name} SET to_ordinal = ? WHERE list = ? AND to_ordinal IS NULL AND "  # noqa: S608
    + " AND ".join(f"{name} = ?" for name in _key_names(table))
    for table in TABLES
}
_OPEN = {
    table.name: f"INSERT INTO {table.name} VALUES ({_places(3 + len(table.key) + len(table.values))})"  # noqa: S608
    for table in TABLES
}

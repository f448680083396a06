"""lists.db: every edition that was ever released, in one file that is written once and then only read."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from ingest.from_rows import entries_of, terms_of
from ingest.in_step import InStep
from ingest.schema import PLAIN_TABLES, PRODUCT_TABLES, TABLES, TERMS_TABLES
from ingest.table_rows import Tables
from ingest.tables import Table
from lists.codes import Code
from lists.days import parse_day
from lists.edition import Edition
from lists.outline import Fact, Outline
from lists.records import Entry, Terms
from lists.timeline import EditionMark


class Release(msgspec.Struct, frozen=True):
    """One act of publishing, as the table `release` holds it."""

    release: int
    published_at: dt.datetime
    note: str | None = None
    withdraws: int | None = None
    backfilled: bool = False


class Example(msgspec.Struct, frozen=True):
    """One place where a rule noted something."""

    line: int
    subject: str
    found: str


class Finding(msgspec.Struct, frozen=True):
    """What one rule noted in the source of an edition."""

    rule: str
    count: int
    examples: tuple[Example, ...]


# (varenr, position, kind_system, kind, amount, valid_from, valid_to); money and days as they are stored.
PriceRow: TypeAlias = tuple[str, int, str, str, int, str | None, str | None]


def connect(path: Path) -> sqlite3.Connection:
    """Open a sealed lists.db to read; nothing can be written through it."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only = 1")
    return connection


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
    return terms_of(_head(db, mark), _tables(db, mark, TERMS_TABLES))


def read_tree(db: sqlite3.Connection, mark: EditionMark) -> Terms:
    """The same without the diagnosis codes, of which medicines have thousands."""
    tables = tuple(table for table in TERMS_TABLES if not table.name.startswith("refund_code"))
    return terms_of(_head(db, mark), _tables(db, mark, tables))


def read_edition(db: sqlite3.Connection, mark: EditionMark) -> Edition:
    """An edition, whole; the same as was written."""
    return Edition(read_terms(db, mark), mark.valid_from, read_entries(db, mark))


def read_entries(db: sqlite3.Connection, mark: EditionMark) -> tuple[Entry, ...]:
    """All products of an edition, by number."""
    return tuple(each_entry(db, mark))


def each_entry(db: sqlite3.Connection, mark: EditionMark) -> Iterator[Entry]:
    """All products of an edition, by number; some hundred are held at a time, however many there are."""
    values = (mark.list, mark.ordinal, mark.ordinal)
    rows = {table.name: db.execute(_SELECT_ALL[table.name], values) for table in PRODUCT_TABLES}
    beside = {name: InStep(found) for name, found in rows.items() if name != "entry"}
    while some := rows["entry"].fetchmany(_HELD):
        last: str = some[-1][0]
        yield from entries_of(
            {"entry": some, **{name: others.up_to(last) for name, others in beside.items()}}
        )


def read_entry(db: sqlite3.Connection, mark: EditionMark, varenr: str) -> Entry | None:
    """One product's entry in an edition, or None where the edition does not have it."""
    tables: Tables = {
        table.name: list(db.execute(_SELECT_ONE[table.name], (mark.list, varenr, mark.ordinal, mark.ordinal)))
        for table in PRODUCT_TABLES
    }
    return next(iter(entries_of(tables)), None)


def read_some(db: sqlite3.Connection, mark: EditionMark, varenrs: Iterable[str]) -> tuple[Entry, ...]:
    """The entries of these products in an edition, by number; of those that it has."""
    values = (mark.list, mark.ordinal, mark.ordinal, msgspec.json.encode(sorted(varenrs)).decode())
    return entries_of(
        {table.name: list(db.execute(_SELECT_SOME[table.name], values)) for table in PRODUCT_TABLES}
    )


def numbers(db: sqlite3.Connection, mark: EditionMark) -> set[str]:
    """The product numbers of an edition."""
    values = (mark.list, mark.ordinal, mark.ordinal)
    return {row[0] for row in db.execute(f"SELECT varenr FROM entry WHERE list = ? AND {_HOLDS}", values)}  # noqa: S608


def placed_names(db: sqlite3.Connection, mark: EditionMark) -> list[tuple[str, str, str, str | None]]:
    """Each product of an edition in each of its groups: (group, name, varenr, supplier)."""
    values = (mark.list, mark.ordinal, mark.ordinal) * 2
    return list(db.execute(_PLACED_NAMES, values))


def placements(db: sqlite3.Connection, mark: EditionMark) -> list[tuple[str, str]]:
    """Which product of an edition hangs in which group: (group, varenr)."""
    values = (mark.list, mark.ordinal, mark.ordinal)
    rows = db.execute(f"SELECT group_code, varenr FROM placement WHERE list = ? AND {_HOLDS}", values)  # noqa: S608
    return list(rows)


def last_days(db: sqlite3.Connection, mark: EditionMark) -> list[tuple[str, str | None, str | None]]:
    """
    The placements of an edition that end by themselves.

    Returns:
        (varenr, prescribe_until, dispense_until), one of the days at least.
    """
    values = (mark.list, mark.ordinal, mark.ordinal)
    return list(db.execute(_LAST_DAYS, values))


def own_conditions(db: sqlite3.Connection, mark: EditionMark) -> list[tuple[str, str]]:
    """The conditions of single products: (varenr, condition)."""
    values = (mark.list, mark.ordinal, mark.ordinal)
    rows = db.execute(f"SELECT varenr, condition FROM entry_condition WHERE list = ? AND {_HOLDS}", values)  # noqa: S608
    return list(rows)


def price_rows(
    db: sqlite3.Connection, mark: EditionMark, kinds: Iterable[str], *, varenrs: Iterable[str] | None = None
) -> list[PriceRow]:
    """
    The prices of an edition with one of these codes, by product and place.

    Args:
        varenrs: Of these products; of all where absent.
    """
    texts = [msgspec.json.encode(sorted(names)).decode() for names in (kinds, varenrs) if names is not None]
    values = (mark.list, mark.ordinal, mark.ordinal, *texts)
    some = "" if varenrs is None else " AND varenr IN (SELECT value FROM json_each(?))"
    # As one text: thousands of rows one by one take SQLite twice as long.
    (found,) = db.execute(f"{_PRICES}{some}", values).fetchone()
    return sorted(_PRICE_ROWS.decode(found))


def outline(db: sqlite3.Connection, mark: EditionMark) -> Outline:
    """The facts of a stored edition, as `outline_of` has them, without reading it whole."""
    values = (mark.list, mark.ordinal, mark.ordinal)
    facts: set[Fact] = set()
    for select in _OUTLINE:
        facts.update(db.execute(select, values))
    return frozenset(facts)


def content_of(db: sqlite3.Connection, mark: EditionMark) -> str:
    """The content digest of a stored edition."""
    row = db.execute("SELECT content FROM edition WHERE list = ? AND ordinal = ?", (mark.list, mark.ordinal))
    return str(row.fetchone()[0])


def findings(db: sqlite3.Connection, mark: EditionMark) -> list[Finding]:
    """What was noted in the source of an edition, by rule; rules that found nothing are not there."""
    where = (mark.list, mark.ordinal)
    examples: dict[str, list[Example]] = {}
    rows = db.execute(
        "SELECT rule, line, subject, found FROM finding_example"
        " WHERE list = ? AND ordinal = ? ORDER BY rule, n",
        where,
    )
    for rule, line, subject, found in rows:
        examples.setdefault(rule, []).append(Example(line, subject, found))
    counts = db.execute("SELECT rule, count FROM finding WHERE list = ? AND ordinal = ? ORDER BY rule", where)
    return [Finding(rule, count, tuple(examples.get(rule, ()))) for rule, count in counts]


def row_counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table holds, by name."""
    names = (*PLAIN_TABLES, *(table.name for table in TABLES))
    return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608 our names


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


_HELD = 256
"""So many products are read at a time."""

_HOLDS = "from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"

_PLACED_NAMES = (
    "SELECT group_code, name, varenr, supplier"  # noqa: S608 our own text
    f" FROM (SELECT varenr, name, supplier FROM entry WHERE list = ? AND {_HOLDS})"
    f" JOIN (SELECT varenr, group_code FROM placement WHERE list = ? AND {_HOLDS}) USING (varenr)"
)

_LAST_DAYS = (
    f"SELECT varenr, prescribe_until, dispense_until FROM placement WHERE list = ? AND {_HOLDS}"  # noqa: S608
    " AND (prescribe_until IS NOT NULL OR dispense_until IS NOT NULL)"
)
_PRICES = (
    "SELECT json_group_array(json_array(varenr, position, kind_system, kind, amount, valid_from, valid_to))"  # noqa: S608
    f" FROM price WHERE list = ? AND {_HOLDS} AND kind IN (SELECT value FROM json_each(?))"
)
_OUTLINE = tuple(
    f"SELECT {columns} FROM {table} WHERE list = ? AND {_HOLDS}"  # noqa: S608 our own text
    for table, columns in (
        ("entry", "varenr, name"),
        # One text a row: rows of several cells take SQLite half as long again.
        ("price", "varenr || ' ' || kind || ' ' || coalesce(valid_from, '') || ' ' || amount"),
        ("placement", "varenr || ' in ' || group_code"),
        ("product_group", "'group', code, text"),
        ("group_condition", "'group condition', code, condition"),
        ("refund_code", "'refund code', group_code, code, prescribe_until"),
        ("condition", "'condition', id, text"),
        ("coded_condition", "'coded', condition, type, value"),
    )
)
_PRICE_ROWS = msgspec.json.Decoder(list[PriceRow])

# Table and column names are ours (ingest/schema.py); every value is bound.
_SELECT_ALL = {
    table.name: f"SELECT {table.columns} FROM {table.name} WHERE list = ? AND {_HOLDS}"  # noqa: S608
    f" ORDER BY {table.key_columns}"
    for table in TABLES
}
_SELECT_ONE = {
    table.name: f"SELECT {table.columns} FROM {table.name} WHERE list = ? AND varenr = ? AND {_HOLDS}"  # noqa: S608
    f" ORDER BY {table.key_columns}"
    for table in PRODUCT_TABLES
}
_SELECT_SOME = {
    table.name: f"SELECT {table.columns} FROM {table.name} WHERE list = ? AND {_HOLDS}"  # noqa: S608
    f" AND varenr IN (SELECT value FROM json_each(?)) ORDER BY {table.key_columns}"
    for table in PRODUCT_TABLES
}

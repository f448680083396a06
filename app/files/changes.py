"""What a release changed in the database: its rows that are new, otherwise or gone since the one before."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec

from ingest import store
from ingest.schema import PLAIN_TABLES, TABLES

SqlCell: TypeAlias = str | int | None
INSERT, UPDATE, DELETE = "insert", "update", "delete"


class RowChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    One row.

    Attributes:
        op: "insert", "update" or "delete".
        key: The row's primary key, by column.
        row: The whole row as it is now, by column; nothing where it is gone.
    """

    op: str
    table: str
    key: dict[str, SqlCell]
    row: dict[str, SqlCell] | None = None


def write_changes(former: Path | None, now: Path, stream: BinaryIO) -> int:
    """
    Write a change a line, by table and key; applied to the former database they give this one's rows.

    Args:
        former: The database of the release before; None for the first release.

    Returns:
        How many changes.
    """
    encode, count = msgspec.json.Encoder().encode, 0
    for change in changed_rows(former, now):
        stream.write(encode(change) + b"\n")
        count += 1
    return count


def changed_rows(former: Path | None, now: Path) -> Iterator[RowChange]:
    """The changes themselves."""
    with closing(store.connect(now)) as db:
        if former is not None:
            db.execute("ATTACH ? AS former", (f"{former.absolute().as_uri()}?mode=ro&immutable=1",))
        for table in (*PLAIN_TABLES, *(table.name for table in TABLES)):
            before = _columns(db, "former", table)[0] if former is not None else []
            yield from _gone(db, table) if before else ()
            yield from _new(db, table, before)


def _gone(db: sqlite3.Connection, table: str) -> Iterator[RowChange]:
    _, key = _columns(db, "main", table)
    rows = db.execute(
        f"SELECT {_named('f', key)} FROM former.{table} f LEFT JOIN main.{table} n"  # noqa: S608 our own names
        f" ON {_same(key)} WHERE n.{key[0]} IS NULL ORDER BY {_named('f', key)}"
    )
    for cells in rows:
        yield RowChange(DELETE, table, _record(key, cells))


def _new(db: sqlite3.Connection, table: str, before: Sequence[str]) -> Iterator[RowChange]:
    """
    Rows that are new or otherwise.

    Args:
        before: The columns that the former table had; none where there was no such table.
    """
    columns, key = _columns(db, "main", table)
    text = f"SELECT 1, {_named('n', columns)} FROM main.{table} n"  # noqa: S608 our own names
    if before:
        was = {name: f"f.{name}" if name in before else "NULL" for name in columns}
        other = " OR ".join(f"n.{name} IS NOT {was[name]}" for name in columns)
        text = (
            f"SELECT f.{key[0]} IS NULL, {_named('n', columns)} FROM main.{table} n"  # noqa: S608 our own names
            f" LEFT JOIN former.{table} f ON {_same(key)} WHERE {other}"
        )
    for is_new, *cells in db.execute(f"{text} ORDER BY {_named('n', key)}"):
        row = _record(columns, cells)
        yield RowChange(INSERT if is_new else UPDATE, table, {name: row[name] for name in key}, row)


def _columns(db: sqlite3.Connection, database: str, table: str) -> tuple[list[str], list[str]]:
    """The columns of a table, and those of its key in their order."""
    known = db.execute(f"PRAGMA {database}.table_info({table})").fetchall()
    key = [name for _, name, *_, place in sorted(known, key=lambda one: int(one[-1])) if place]
    return [name for _, name, *_ in known], key


def _same(key: Sequence[str]) -> str:
    return " AND ".join(f"n.{name} = f.{name}" for name in key)


def _named(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


def _record(names: Sequence[str], cells: Sequence[SqlCell]) -> dict[str, SqlCell]:
    return dict(zip(names, cells, strict=True))

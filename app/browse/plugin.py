"""What every connection of Datasette to the lists may do, and how it shows a number with a unit: a plugin."""

import datetime as dt
import sqlite3
import weakref
from collections.abc import Callable
from typing import Any

from datasette.hookspecs import hookimpl

from lists.days import oslo_day
from lists.money import format_amount

DATABASE = "lists"

# One text of the lists has about a thousand characters. What works on one value, such as instr() or LIKE,
# is not stopped by the time limit, and its time grows with the square of the length.
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 50_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 20,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 20,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_HARMLESS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
# A width in the pattern of either makes a text of any size out of nothing.
_DENIED_FUNCTIONS = {"printf", "format", "load_extension"}
_PRAGMAS = {
    *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"),
    *("foreign_key_list", "schema_version", "database_list", "encoding"),
}
_MONEY_UNIT = "tenthousandth"
_ANSWER = 4_000_000
"""Characters and bytes that one statement may answer; a page made of them takes some ten times the memory."""


@hookimpl  # type: ignore[untyped-decorator]  # datasette has no types
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Bound a connection to the lists; Datasette's own bookkeeping stays as it is."""
    if database != DATABASE:
        return
    conn.create_function("today", 0, today)
    conn.execute("PRAGMA query_only = 1")
    for limit, most in _LIMITS.items():
        conn.setlimit(limit, most)
    conn.row_factory = _Rows()
    conn.set_authorizer(_authorize)


@hookimpl  # type: ignore[untyped-decorator]  # datasette has no types
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> str | None:
    """Show a number with its unit, exactly; Datasette itself would round it and write 5821 as 5.821 k."""
    if table is None or not isinstance(value, int):
        return None
    unit = (datasette.table_metadata(DATABASE, table) or {}).get("units", {}).get(column)
    if unit is None:
        return None
    return f"{format_amount(value)} {row['currency']}" if unit == _MONEY_UNIT else f"{value} {unit}"


def today() -> str:
    """The civil day in Norway; the SQL function of this name."""
    return oslo_day(dt.datetime.now(dt.UTC)).isoformat()


class _Rows:
    """Makes the rows of a connection, which serves one statement at a time, and counts what one answers."""

    def __init__(self) -> None:
        self._cursor: Callable[[], sqlite3.Cursor | None] = lambda: None
        self._left = 0

    def __call__(self, cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> sqlite3.Row:
        if self._cursor() is not cursor:
            self._cursor, self._left = weakref.ref(cursor), _ANSWER
        self._left -= sum(len(value) for value in row if isinstance(value, str | bytes))
        if self._left < 0:
            raise sqlite3.DatabaseError(
                f"this answers more than {_ANSWER} characters: ask for less at a time"
            )
        return sqlite3.Row(cursor, row)


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What a statement may do: read. Asked once for each thing a statement would do, when it is prepared."""
    allowed = (
        action in _HARMLESS
        or (action == sqlite3.SQLITE_FUNCTION and second not in _DENIED_FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
        # Opening a full-text table asks for this; query_only keeps it from happening.
        or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master")
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

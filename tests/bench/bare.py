"""The controls: the least any program must do with the same file, by lxml and sqlite3 and nothing of ours."""

import gzip
import io
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
from lxml import etree

from tests.bench.processes import say

ENTRIES = ("OppfHandelsvare", "OppfLegemiddelpakning", "OppfRefusjon", "OppfVilkar")


class Rows(msgspec.Struct, frozen=True):
    """One table of a database: how it is made, and all its rows."""

    name: str
    sql: str
    rows: list[list[str | int | None]]


def write_rows(lists_db: Path, target: Path) -> None:
    """Keep every row of a lists.db for `insert`."""
    with closing(sqlite3.connect(f"file:{lists_db}?mode=ro", uri=True)) as db:
        made = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        tables = [Rows(name, sql, list(map(list, db.execute(f"SELECT * FROM {name}")))) for name, sql in made]
    target.write_bytes(msgspec.msgpack.encode(tables))


def parse(content: bytes, schema: str) -> None:
    """Every entry once, checked against the schema, and let go."""
    checked = etree.XMLSchema(etree.parse(schema))
    tags = [f"{{*}}{name}" for name in ENTRIES]
    for _, element in etree.iterparse(io.BytesIO(content), events=("end",), tag=tags, schema=checked):
        element.clear()


def insert(tables: list[Rows], database: Path) -> None:
    """One transaction into a new file."""
    with closing(sqlite3.connect(database)) as db:
        for table in tables:
            db.execute(table.sql)
        with db:
            for table in tables:
                if table.rows:
                    places = ", ".join("?" * len(table.rows[0]))
                    db.executemany(f"INSERT INTO {table.name} VALUES ({places})", table.rows)


def parse_file(file: str, schema: str) -> Callable[[], None]:
    """Only reading; the file is unpacked before the clock runs."""
    content = gzip.decompress(Path(file).read_bytes())
    return lambda: parse(content, schema)


def parse_and_insert(file: str, schema: str, rows: str, database: str) -> Callable[[], None]:
    """Reading, and inserting rows that were made before."""
    content = gzip.decompress(Path(file).read_bytes())
    tables = msgspec.msgpack.decode(Path(rows).read_bytes(), type=list[Rows])

    def both() -> None:
        parse(content, schema)
        insert(tables, Path(database))

    return both


ACTS: dict[str, Callable[..., Callable[[], None]]] = {
    act.__name__: act for act in (parse_file, parse_and_insert)
}

if __name__ == "__main__":
    _act = ACTS[sys.argv[1]](*sys.argv[2:])
    _begun = time.process_time()
    _act()
    say(_begun)

"""
A nightly copy of the lists into PostgreSQL: whole the first time, then only what each release changed.

    psql -d DATABASE -v ON_ERROR_STOP=1 --single-transaction -f docs/examples/nightly_copy/schema.sql
    python docs/examples/nightly_copy/nightly_copy.py http://127.0.0.1:8000 dbname=DATABASE

The first line is for once, the second for every night. All of a night is one transaction: who reads sees the
former release until the next one is there whole, and a job that is killed has changed nothing. Each file is
held to its sha256, and in the end each table to the rows that the release's manifest counts. That the
manifest is signed is checked before, by `blaliste verify URL --key KEY`. It needs `pip install
'psycopg[binary]'`.
Exit codes: 0 the copy is what the newest release is, 1 nothing was changed.
"""

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from app.client import Damaged, Lists, Problem, Unreachable
from app.pages import ReleasedFileShape

NORWAY = ZoneInfo("Europe/Oslo")
Database: TypeAlias = psycopg.Connection[tuple[Any, ...]]

# The former rows go and the new ones come; each cell is read as what its column is.
DELETE = SQL(
    "DELETE FROM {table} t USING incoming i, jsonb_populate_record(NULL::{table}, i.change->'key') k"
    " WHERE i.change->>'table' = %s AND i.change->>'op' <> 'insert' AND ({former}) = ({key})"
)
INSERT = SQL(
    "INSERT INTO {table} ({columns}) SELECT {new}"
    " FROM incoming i, jsonb_populate_record(NULL::{table}, i.change->'row') r"
    " WHERE i.change->>'table' = %s AND i.change->>'op' <> 'delete'"
)


class Refused(Exception):
    """The copy would not be what the release is."""


def copy(lists: Lists, db: Database, folder: Path, *, whole: bool) -> str:
    """
    Make the copy what the newest release is, in an open transaction; returns what was done.

    Raises:
        Refused, Damaged, Problem, Unreachable, psycopg.Error: The transaction is to be rolled back.
    """
    # Readers read on beside this lock; a second job does not wait, it goes away.
    db.execute("LOCK TABLE blaliste.copied IN EXCLUSIVE MODE NOWAIT")
    if whole:
        db.execute("DELETE FROM blaliste.copied")
    last = "SELECT release, manifest_sha256 FROM blaliste.copied ORDER BY release DESC LIMIT 1"
    had, manifest = db.execute(last).fetchone() or (0, None)
    status = lists.status()
    # A service that stands still says so: nobody signs any more that its release is the newest.
    as_of = status.signed_at.astimezone(NORWAY).date() if status.signed_at else status.today
    known = {one.release: one.manifest_sha256 for one in lists.releases(after=max(0, had - 1))}
    if known.get(had) != manifest:
        raise Refused(f"The service has not the release {had} that was copied: is it another? See --whole")
    if not known:
        return "nothing is published yet"
    newest, missed = max(known), [release for release in known if release > had]
    files = changes_files(lists, missed) if had else {}
    if not missed:
        done = "nothing new"
    elif files:
        for release, file in files.items():
            carry_out(lists, db, folder, release, file)
        changes = sum(file.rows or 0 for file in files.values())
        done = f"{changes} changes carried out, of release {', '.join(map(str, files))}"
    else:
        done = "copied whole"
        take_all(lists, db, folder, newest)
    manifest_of_it = lists.manifest(newest)
    rows = counted(db, manifest_of_it.rows)
    db.execute(
        "INSERT INTO blaliste.copied (release, published_at, manifest_sha256, how, as_of)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (release) DO UPDATE SET as_of = EXCLUDED.as_of",
        (newest, manifest_of_it.published_at, known[newest], "changes" if files else "whole", as_of),
    )
    return f"release {newest} as of {as_of}: {done}; {rows} rows, as many as its manifest counts"


def changes_files(lists: Lists, releases: Iterable[int]) -> dict[int, ReleasedFileShape]:
    """What each of these releases changed; nothing where one of them kept no file of it."""
    contents = {release: lists.files(release).items for release in releases}
    found = {
        release: file for release, files in contents.items() for file in files if file.holds == "changes"
    }
    return found if found.keys() == contents.keys() else {}


def carry_out(lists: Lists, db: Database, folder: Path, release: int, file: ReleasedFileShape) -> None:
    """Make this release of the one before it."""
    path = lists.download(file.path, folder / "changes", release=release, sha256=file.sha256)
    keys: dict[str, list[str]] = {}
    columns: dict[str, list[str]] = {}
    db.execute("CREATE TEMP TABLE incoming (change jsonb)")
    with path.open(encoding="utf-8") as lines, db.cursor().copy("COPY incoming FROM STDIN") as into:
        for line in lines:
            change = json.loads(line)
            keys[change["table"]] = list(change["key"])
            if "row" in change:
                columns[change["table"]] = list(change["row"])
            into.write_row((line,))
    for table, key in keys.items():
        target = Identifier("blaliste", table)
        db.execute(DELETE.format(table=target, former=listed(key, "t"), key=listed(key, "k")), (table,))
        if table in columns:
            new = listed(columns[table], "r")
            db.execute(INSERT.format(table=target, columns=listed(columns[table]), new=new), (table,))
    db.execute("DROP TABLE incoming")


def take_all(lists: Lists, db: Database, folder: Path, release: int) -> None:
    """Put everything that a release holds in the place of what is there."""
    file = next(one for one in lists.manifest(release).files if one.path == "lists.db")
    path = lists.download(file.path, folder / "lists.db", release=release, sha256=file.sha256)
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as source:
        for table in lists.manifest(release).rows:
            rows = source.execute(SQL("SELECT * FROM {}").format(Identifier(table)).as_string())
            target = Identifier("blaliste", table)
            db.execute(SQL("DELETE FROM {}").format(target))
            columns = listed(name for name, *_ in rows.description)
            with db.cursor().copy(SQL("COPY {} ({}) FROM STDIN").format(target, columns)) as into:
                for row in rows:
                    into.write_row(row)


def listed(names: Iterable[str], row: str | None = None) -> Composed:
    """Names of columns, of a row where it has a name."""
    return SQL(", ").join(Identifier(row, name) if row else Identifier(name) for name in names)


def counted(db: Database, expected: Mapping[str, int]) -> int:
    """How many rows there are together; refused where a table has not as many as it should."""
    for table, rows in expected.items():
        counting = SQL("SELECT count(*) FROM {}").format(Identifier("blaliste", table))
        [found] = db.execute(counting).fetchone() or (0,)
        if found != rows:
            raise Refused(f"{table} has {found} rows, and the manifest counts {rows}. See --whole")
    return sum(expected.values())


def main() -> int:
    """Copy, or say why nothing was changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("database", help="as libpq reads it, such as dbname=DATABASE")
    parser.add_argument("--whole", action="store_true", help="fetch all of it, whatever is there")
    asked = parser.parse_args()
    try:
        with (
            TemporaryDirectory() as folder,
            Lists(asked.url) as lists,
            psycopg.connect(asked.database) as db,  # committed at the end, rolled back where anything fails
        ):
            done = copy(lists, db, Path(folder), whole=asked.whole)
    except (Refused, Damaged, Problem, Unreachable, psycopg.Error) as error:
        hint = " Is schema.sql of this version there?" if isinstance(error, psycopg.ProgrammingError) else ""
        print(f"Nothing was changed. {error}{hint}", file=sys.stderr)
        return 1
    print(done)
    return 0


if __name__ == "__main__":
    sys.exit(main())

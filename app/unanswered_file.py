"""The file of words that found nothing, beside the lists in a home: how often on which day, no more.

Where the file is, words are kept; where it is not, none are. It is made by `begin` alone.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from lists.errors import Refused

LONGEST_KEPT = 400
"""Days."""
LONGEST_KEPT_ONCE = 30
"""Days; what nobody ever asks again is more often somebody's name than a word the lists lack."""
MOST_ROWS = 50_000
BEYOND = ""
"""The words under which all are counted that were too many to be kept one by one."""
_SECONDS_TO_WAIT = 2.0

_MAKE = """
    CREATE TABLE IF NOT EXISTS asked (
        words TEXT NOT NULL, day TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (words, day)
    ) STRICT, WITHOUT ROWID
"""
_ADD = """
    INSERT INTO asked (words, day, times) VALUES (?, ?, ?)
    ON CONFLICT (words, day) DO UPDATE SET times = times + excluded.times
"""
_DROP_OLD = "DELETE FROM asked WHERE day < ?"
_DROP_ONCE = """
    DELETE FROM asked WHERE day < ? AND words IN (
        SELECT words FROM asked GROUP BY words HAVING sum(times) = 1)
"""
_DROP_RAREST = """
    DELETE FROM asked WHERE (words, day) IN (
        SELECT words, day FROM asked WHERE words <> '' ORDER BY times, day
        LIMIT max(0, (SELECT count(*) FROM asked) - ?))
"""
_READ = """
    SELECT words, sum(times), count(*), min(day), max(day) FROM asked
    WHERE day >= ? AND words <> '' GROUP BY words HAVING sum(times) >= ? ORDER BY 2 DESC, 5 DESC, 1
"""
_READ_BEYOND = "SELECT coalesce(sum(times), 0) FROM asked WHERE day >= ? AND words = ''"


class AskedInVain(msgspec.Struct, frozen=True, gc=False):
    """Words that found nothing when they were asked: how often, on how many days, first and last."""

    words: str
    times: int
    days: int
    first: dt.date
    last: dt.date


class Kept(msgspec.Struct, frozen=True):
    """
    What a file holds.

    Attributes:
        asked: Most often asked first.
        beyond: How many more were asked in a rush and not kept one by one.
    """

    asked: tuple[AskedInVain, ...]
    beyond: int


def is_kept(path: Path) -> bool:
    """Whether words are kept; where that cannot even be seen, they are not."""
    try:
        return path.is_file()
    except OSError:
        return False


def begin(path: Path) -> None:
    """Keep words here from now on; what is kept already stays."""
    with _open(path, mode="rwc"):
        pass


def forget(path: Path) -> None:
    """Throw away all that is kept, and keep no more."""
    if not path.is_file():
        return
    try:
        with closing(_connect(path, "rw")) as db:
            # Nobody is in the middle of writing when the file goes; later writers find none.
            db.execute("BEGIN EXCLUSIVE")
            path.unlink()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        path.unlink()  # damaged: all the more reason


def add(path: Path, counted: Mapping[str, int], day: dt.date) -> None:
    """
    Add counts to a day, and drop what has been kept long enough or is too much.

    Raises:
        sqlite3.Error: It cannot be written, or not within two seconds.
    """
    with _open(path, mode="rw") as db:
        # Sorted, so that not even the file's pages know what was asked first.
        db.executemany(_ADD, [(words, day.isoformat(), counted[words]) for words in sorted(counted)])
        db.execute(_DROP_OLD, (_before(day, LONGEST_KEPT),))
        db.execute(_DROP_ONCE, (_before(day, LONGEST_KEPT_ONCE),))
        db.execute(_DROP_RAREST, (MOST_ROWS,))


def read(path: Path, *, since: dt.date, least: int) -> Kept | None:
    """
    What was asked in vain from a day on, at least so often; None where no words are kept.

    Raises:
        Refused: "unanswered-broken": the file is not what was written.
    """
    if not path.is_file():
        return None
    try:
        with closing(_connect(path, "rw")) as db:
            rows = db.execute(_READ, (since.isoformat(), least)).fetchall()
            beyond = db.execute(_READ_BEYOND, (since.isoformat(),)).fetchone()[0]
        return Kept(tuple(map(_asked, rows)), beyond)
    except (sqlite3.DatabaseError, ValueError) as error:
        raise Refused("unanswered-broken", where=path.name, found=error) from error


def _asked(row: tuple[str, int, int, str, str]) -> AskedInVain:
    words, times, days, first, last = row
    return AskedInVain(words, times, days, dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def _before(day: dt.date, days: int) -> str:
    return (day - dt.timedelta(days=days)).isoformat()


@contextmanager
def _open(path: Path, *, mode: str) -> Iterator[sqlite3.Connection]:
    """The file in one transaction; two workers wait for each other."""
    with closing(_connect(path, mode)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        db.execute(_MAKE)
        yield db
        db.execute("COMMIT")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=_SECONDS_TO_WAIT)

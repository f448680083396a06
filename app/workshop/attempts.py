"""Wrong passwords by name: from the fifth on the next try must wait, ever longer; known names or not."""

import datetime as dt
import hashlib

from app.workshop.accounts import person_key
from app.workshop.database import Workshop

FREE_FAILURES = 4
FIRST_DELAY, LONGEST_DELAY = 2, 15 * 60
"""Seconds."""
FORGOTTEN_AFTER = 24 * 60 * 60
"""Seconds after the last wrong password."""
MOST_NAMES = 10_000
TOLD_EVERY_SECONDS = 60


class Attempts:
    """
    The tries to sign in to one workshop.

    Names are kept as hashes: people type passwords where a name belongs.
    """

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._db = workshop.db.conn

    def begin(self, name: str, *, now: dt.datetime) -> int:
        """
        Try to sign in: counted as wrong at once, so that many tries at a time are not one.

        Returns:
            Seconds to wait where it is too early: this try is then not counted. 0 where it may go on.
        """
        second = int(now.timestamp())
        with self._workshop.changing():
            failures, last = self._known(name, second)
            wait = min(last, second) + delay_after(failures) - second
            if wait <= 0:
                self._make_room(second)
                self._put(_key(name), failures + 1, second)
            elif last > second:
                # The clock was set back: the delay begins now, lest it never ends.
                self._put(_key(name), failures, second)
        return max(0, wait)

    def succeeded(self, name: str) -> None:
        """Forget the wrong passwords of a name, within `changing`."""
        self._db.execute("DELETE FROM attempt WHERE person = ?", (_key(name),))

    def refused(self, name: str | None, *, now: dt.datetime) -> None:
        """
        Tell the log, once a minute for each name.

        Args:
            name: None for all that nobody has: they share one entry, and what was typed is not told.
        """
        second, key = int(now.timestamp()), f"told {_key(name or '')}"
        with self._workshop.changing():
            _, last = self._known_key(key, second)
            if 0 <= second - last < TOLD_EVERY_SECONDS:
                return
            self._put(key, 0, second)
            self._workshop.log.add("sign-in-refused", "", name or "no such name")

    def _known(self, name: str, second: int) -> tuple[int, int]:
        return self._known_key(_key(name), second)

    def _known_key(self, key: str, second: int) -> tuple[int, int]:
        """Wrong passwords and the second of the last one; none where it is long ago."""
        found = self._db.execute("SELECT failures, last FROM attempt WHERE person = ?", (key,)).fetchone()
        return (0, -TOLD_EVERY_SECONDS) if found is None or second - found[1] > FORGOTTEN_AFTER else found

    def _put(self, key: str, failures: int, second: int) -> None:
        row = (key, failures, second)
        self._db.execute("INSERT OR REPLACE INTO attempt (person, failures, last) VALUES (?, ?, ?)", row)

    def _make_room(self, second: int) -> None:
        """What is long ago goes; of too many, those with the fewest wrong passwords."""
        self._db.execute("DELETE FROM attempt WHERE last < ?", (second - FORGOTTEN_AFTER,))
        self._db.execute(
            "DELETE FROM attempt WHERE person IN (SELECT person FROM attempt ORDER BY failures, last"
            " LIMIT max(0, (SELECT count(*) FROM attempt) - ?))",
            (MOST_NAMES - 1,),
        )


def delay_after(failures: int) -> int:
    """
    Seconds to wait after so many wrong passwords in a row.

    >>> [delay_after(failures) for failures in (0, 4, 5, 6, 7, 13, 14, 10**6)]
    [0, 0, 2, 4, 8, 512, 900, 900]
    """
    if failures <= FREE_FAILURES:
        return 0
    return min(LONGEST_DELAY, FIRST_DELAY << min(failures - FREE_FAILURES - 1, 16))


def _key(name: str) -> str:
    return hashlib.sha256(person_key(name).encode()).hexdigest()

"""The words people ask for in vain, as far as they may be kept: letters alone, and how often on which day.

Nothing about who asked, no number, no order, no time of the day. They are counted in memory and
written once a minute, beside the requests; what cannot be written is let go.
"""

import asyncio
import datetime as dt
import sqlite3
import unicodedata
from pathlib import Path

import structlog

from app import unanswered_file
from app.unanswered_file import BEYOND
from lists.days import oslo_day
from search.limits import MOST_WORDS
from search.words import composed, tokens

SECONDS_BETWEEN_WRITES = 60.0
MOST_BETWEEN_WRITES = 1_000
"""Different words; how many more were asked is counted, which they were is not."""
LONGEST_WORD = 40
LONGEST_WORDS = 64


class Unanswered:
    """What one process was asked in vain since it last wrote. For the event loop; only `_write` is not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counted: dict[str, int] = {}
        self._failing = False
        self._swept: dt.date | None = None
        self.kept = unanswered_file.is_kept(path)

    def note(self, query: str, *, answered: bool) -> None:
        """
        Count a query that nothing answers, and one that only a guess at what was meant does.

        Args:
            query: As it was typed, of today and without filters.
            answered: Products are shown that answer it as it was typed.
        """
        if answered or not self.kept:
            return
        words = words_of(query)
        if not words:
            return
        if words not in self._counted and len(self._counted) >= MOST_BETWEEN_WRITES:
            words = BEYOND
        self._counted[words] = self._counted.get(words, 0) + 1

    async def write_now_and_then(self) -> None:
        """Write once a minute, in a thread; never ends by itself."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_WRITES)
            await asyncio.to_thread(self._write, self._take())

    def write(self) -> None:
        """Write what was counted; at the end of a process."""
        self._write(self._take())

    def _take(self) -> dict[str, int]:
        taken, self._counted = self._counted, {}
        return taken

    def _write(self, counted: dict[str, int]) -> None:
        """An operator may have begun or ended it since: the file is looked for each time."""
        self.kept = unanswered_file.is_kept(self._path)
        day = oslo_day(dt.datetime.now(dt.UTC))
        if not self.kept or not (counted or self._swept != day):
            return
        try:
            unanswered_file.add(self._path, counted, day)
            self._failing, self._swept = False, day
        except (sqlite3.Error, OSError) as error:
            if not self._failing:
                _LOG.warning("unanswered-not-written", error=str(error))
            self._failing = True


def words_of(query: str) -> str:
    """
    What of a query may be kept: its words, in the form they are compared in; empty where there are none.

    Whatever has a digit in it is left out up to the next blanks. A query with an @ is left out
    altogether: what stands around it may be the rest of an address.

    >>> words_of("Barriere-krem 010190 F12345 til Natt")
    'barriere krem til natt'
    >>> words_of("pose kari@eksempel.example")
    ''
    """
    text = composed(query)
    if any("@" in unicodedata.normalize("NFKC", sign) for sign in text):
        return ""
    chunks = (chunk for chunk in text.split() if not any(map(_is_number, chunk)))
    words = [token.text for chunk in chunks for token in tokens(chunk) if _is_word(token.text)]
    kept = " ".join(words[:MOST_WORDS])
    return kept if len(kept) <= LONGEST_WORDS and any(len(word) > 1 for word in words) else ""


def _is_word(text: str) -> bool:
    return len(text) <= LONGEST_WORD and text.isalpha() and not any(map(_is_number, text))


def _is_number(sign: str) -> bool:
    """Whether a character is a digit or a number in any script, or is made of one, such as ② or ½."""
    return any(part.isnumeric() for part in unicodedata.normalize("NFKD", sign))


_LOG = structlog.get_logger("blaliste.unanswered")

"""The lists that search is judged on: made the program's own way, indexed and open."""

import datetime as dt
from contextlib import closing
from functools import cached_property
from pathlib import Path

from app.home import Home
from app.publish.acts import take_in
from app.publish.demonstration import fill_with_demonstration
from app.publish.documents import documents
from app.publish.making import make_home
from app.publish.readings import Request
from app.publish.wishes import Wish
from app.read.view import View
from app.snapshot import INDEX, open_snapshot
from search.find import Finder
from search.records import Document, hold_on

FULL = "m30-full-2026-01.xml.gz"
DAY = dt.date(2026, 1, 1)
MOST_SEEN = 20
"""As many hits as a page of the search has: what stands further down nobody sees."""


class Corpus:
    """
    The lists of one home in force on the first day of 2026, and the index of its last release.

    `documents` are the texts in force; the index also has those of earlier editions. To be closed.
    """

    def __init__(self, home: Home) -> None:
        release = home.current_release()
        self.index = home.snapshot(release) / INDEX
        with closing(open_snapshot(home, release)) as snapshot:
            self.editions = View(snapshot, valid_on=DAY, release=release).ordinals
            every = list(documents(snapshot))
        self.documents = [document for document in every if hold_on(document.holds, self.editions)]
        self.finder = Finder(self.index)

    @cached_property
    def by_number(self) -> dict[str, list[Document]]:
        """A product's texts: one for each list that it stands on."""
        found: dict[str, list[Document]] = {}
        for document in self.documents:
            found.setdefault(document.varenr, []).append(document)
        return found

    def close(self) -> None:
        """Let the index go."""
        self.finder.close()


def demonstration(room: Path) -> Corpus:
    """The demonstration up to and with the first quarter of 2026."""
    home = Home(room / "demonstration")
    fill_with_demonstration(home, DAY, _tell_nobody)
    return Corpus(home)


def full(room: Path, file: Path) -> Corpus:
    """One whole national file."""
    home = Home(room / "full")
    make_home(home, approvals=0)
    taken = take_in(home, str(file), Request(), by="judge", wish=Wish())
    assert taken.release is not None, f"{file.name} was not published: {taken.held_by}"
    return Corpus(home)


def _tell_nobody(_: object) -> None:
    """Files are written in silence here."""

"""One sealed snapshot, open to read: this module alone knows what lies where inside it."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path

import msgspec

from app.answers import Answers
from app.home import Home
from app.manifest import MANIFEST, Manifest, read_manifest, sha256_of
from app.read.edition_sets import EditionSets, edition_sets
from app.read.price_sets import Step, steps_of
from app.read.terms import TermsIndex
from ingest import store
from ingest.schema import create_sql
from lists.conditions import path_of
from lists.errors import HomeBroken
from lists.prices import codes_of
from lists.timeline import EditionMark, ReleaseMark, Timeline
from search.errors import IndexUnreadable
from search.find import Finder
from search.traits import Traits

LISTS, INDEX, ANSWERS, PRINTED = "lists.db", "index", "answers", "printed"


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A product in one group of a list, with what lists of products are ordered and filtered by."""

    group: str
    name: str
    varenr: str
    supplier: str | None


class Snapshot:
    """
    All that was ever released, up to and with one release.

    One thread at a time may ask it. It is opened without reading more than the table of editions.
    """

    def __init__(self, db: sqlite3.Connection, directory: Path | None) -> None:
        self.db = db
        self.directory = directory
        self.releases = store.releases(db)
        self.release_marks = tuple(ReleaseMark(known.release, known.published_at) for known in self.releases)
        self.release = self.releases[-1].release if self.releases else 0
        self.published_at = self.releases[-1].published_at if self.releases else None
        self.editions = store.editions(db)
        by_list: dict[str, list[EditionMark]] = {}
        for mark in self.editions:
            by_list.setdefault(mark.list, []).append(mark)
        self.timelines = {code: Timeline(marks) for code, marks in by_list.items()}
        self.answers = _answers(directory)
        self._searched = _Searched(directory)
        # None of these holds the snapshot: it is gone with its last user. No garbage is looked for in what a
        # worker serves (`Served`), and a snapshot in a circle with its caches would stay for ever.
        self.index = lru_cache(maxsize=256)(partial(_index, db))
        self.entry = lru_cache(maxsize=2048)(partial(store.read_entry, db))
        self.members = lru_cache(maxsize=256)(partial(_members, db, self.index))
        self.ordered = lru_cache(maxsize=16)(partial(_ordered, db))
        self.edition_sets = lru_cache(maxsize=256)(partial(_edition_sets, db, self._searched))
        self.price_steps = lru_cache(maxsize=64)(partial(_price_steps, db))

    def finder(self) -> Finder | None:
        """
        The search index, opened when it is first asked; None where none was built.

        Raises:
            HomeBroken: "index-unreadable": damaged, or built by another version of this program.
        """
        return self._searched.finder()

    def traits(self) -> Traits:
        """What the index's documents are filtered by; only where there is an index."""
        return self._searched.traits()

    def printed(self, mark: EditionMark) -> Path | None:
        """The printed document of an edition, where this snapshot has one."""
        path = self.directory / PRINTED / printed_name(mark) if self.directory is not None else None
        return path if path is not None and path.is_file() else None

    def manifest(self) -> Manifest | None:
        """What the snapshot says of itself; None for the empty one."""
        return read_manifest(self.directory) if self.directory is not None else None

    def manifest_sha256(self) -> str:
        """The hash of the manifest."""
        return sha256_of(self.directory / MANIFEST) if self.directory is not None else ""

    def close(self) -> None:
        """Let go of everything it holds open."""
        self.db.close()
        if self.answers is not None:
            self.answers.close()
        self._searched.close()


class _Searched:
    """The search index of a snapshot, opened when it is first asked."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._finder: Finder | None = None

    def finder(self) -> Finder | None:
        if self._finder is None and self._directory is not None and (self._directory / INDEX).is_dir():
            try:
                self._finder = Finder(self._directory / INDEX)
            except IndexUnreadable as error:
                where = f"{self._directory.name}/{INDEX}"
                raise HomeBroken("index-unreadable", where=where, found=error.found) from error
        return self._finder

    def traits(self) -> Traits:
        finder = self.finder()
        assert finder is not None
        return finder.traits

    def close(self) -> None:
        if self._finder is not None:
            self._finder.close()


def _index(db: sqlite3.Connection, mark: EditionMark) -> TermsIndex:
    return TermsIndex(mark, store.read_terms(db, mark))


def _edition_sets(db: sqlite3.Connection, searched: _Searched, mark: EditionMark) -> EditionSets:
    return edition_sets(db, mark, searched.traits())


def _price_steps(
    db: sqlite3.Connection, mark: EditionMark, kind: str, varenrs: frozenset[str] | None
) -> list[Step]:
    return steps_of(store.price_rows(db, mark, codes_of(kind), varenrs=varenrs), kind)


def _members(
    db: sqlite3.Connection, index: Callable[[EditionMark], TermsIndex], mark: EditionMark
) -> dict[str, int]:
    """How many products each group of an edition has, those of the groups below it included."""
    groups = index(mark).groups
    members: dict[str, set[str]] = {}
    for code, varenr in store.placements(db, mark):
        for step in path_of(code, groups):
            members.setdefault(step, set()).add(varenr)
    return {code: len(numbers) for code, numbers in members.items()}


def _ordered(db: sqlite3.Connection, mark: EditionMark) -> list[Placed]:
    """The products of an edition by group, name as Norwegian sorts it, and number."""
    rows = store.placed_names(db, mark)
    placed = (Placed(group, _alphabetical(name), varenr, owner) for group, name, varenr, owner in rows)
    return sorted(placed, key=lambda one: (one.group, one.name, one.varenr))


def open_snapshot(home: Home, release: int) -> Snapshot:
    """
    Open the snapshot of a release; release 0 is the empty one that every home begins with.

    Raises:
        HomeBroken: "file-missing": the snapshot is not there (any more).
    """
    if release == 0:
        return empty_snapshot()
    directory = home.snapshot(release)
    if not (directory / LISTS).is_file():
        raise HomeBroken("file-missing", where=f"{directory.name}/{LISTS}")
    return Snapshot(store.connect(directory / LISTS), directory)


def empty_snapshot() -> Snapshot:
    """What is served before anything was published."""
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.executescript(create_sql())
    return Snapshot(db, None)


def printed_name(mark: EditionMark) -> str:
    """What the printed document of an edition is called: list, first day, release."""
    return f"{mark.list}_{mark.valid_from.isoformat()}_{mark.release}.pdf"


def first_ready_day(published_at: dt.datetime, today: dt.date) -> dt.date:
    """
    From which day on a snapshot's answers are made ready: the day it is made.

    A release that is dated back answers for today all the same.
    """
    return max(today, published_at.date())


def _answers(directory: Path | None) -> Answers | None:
    if directory is None or not (directory / ANSWERS).is_dir():
        return None
    return Answers(directory / ANSWERS)


def _alphabetical(name: str) -> str:
    """Sorts as Norwegian does: æ, ø, å last, case ignored."""
    return name.casefold().translate(_NORWEGIAN)


_NORWEGIAN = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})


def lists_db_of(home: Home, release: int) -> Path | None:
    """The database of a release's snapshot; None for release 0."""
    return home.snapshot(release) / LISTS if release else None


def row_counts(path: Path) -> dict[str, int]:
    """Rows of every table of a lists.db."""
    with closing(store.connect(path)) as db:
        return store.row_counts(db)

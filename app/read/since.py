"""Since when a product is told so, without its prices: when the last edition that changed it took over."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from app.read.view import View
from ingest.schema import PRODUCT_TABLES
from lists.codes import ancestors
from lists.conditions import path_of
from lists.days import OSLO, oslo_day
from lists.records import Group
from lists.timeline import EditionMark, Timeline, release_known_at

# (key, from_ordinal, to_ordinal): in which editions of its list a row holds.
_Row: TypeAlias = tuple[str, int, int | None]

_PRICE = "price"
_DESCRIBED = tuple(table.name for table in PRODUCT_TABLES if table.name != _PRICE)
"""What is told of a product without its prices."""


class ListSince:
    """
    One list, as whoever asked for the view's day was told it over time.

    Each edition was told from an instant on: when it was published, or when its first day began. What an
    edition changes against the one told before it changed then.

    Attributes:
        steps: The editions in the order they were told, each with that instant; none where none is in force.
    """

    def __init__(self, view: View, code: str) -> None:
        self._view = view
        self._list = code
        self._db: sqlite3.Connection = view.snapshot.db
        self.steps = _steps(view, view.snapshot.timelines[code])
        self._at = _windows([mark for _, mark in self.steps])

    @property
    def latest(self) -> dt.datetime | None:
        """Since when the edition in force is told."""
        return self.steps[-1][0] if self.steps else None

    def products(self, varenr: str | None = None) -> dict[str, dt.datetime]:
        """
        Since when each product is told as it is on this list, or as not being on it; without its prices.

        Args:
            varenr: Of this one only.
        """
        found = self._of(_DESCRIBED, varenr)
        mark = self._view.marks.get(self._list)
        if mark is not None:
            for number, step in self._bound(mark, varenr):
                found[number] = max(found.get(number, 0), step)
        return {number: self.steps[step][0] for number, step in found.items()}

    def _of(self, tables: Iterable[str], varenr: str | None) -> dict[str, int]:
        """The last step in which any row of a product came or went."""
        found: dict[str, int] = {}
        for table in tables:
            for number, step in self._stepped(self._rows(table, "varenr", varenr)):
                if step > found.get(number, -1):
                    found[number] = step
        return found

    def _bound(self, mark: EditionMark, varenr: str | None) -> Iterator[tuple[str, int]]:
        """For each product the last step that changed what its groups and conditions say."""
        groups = self._view.snapshot.index(mark).groups
        for table, column, known in (
            ("placement", "group_code", self._with_those_above(groups)),
            ("entry_condition", "condition", self._conditions),
        ):
            for number, key in self._in_force(mark, table, column, varenr):
                yield number, max(known.get(key, 0), self._head)

    def _with_those_above(self, groups: dict[str, Group]) -> dict[str, int]:
        own = self._groups
        return {code: max(own.get(step, 0) for step in path_of(code, groups)) for code in groups}

    @cached_property
    def _groups(self) -> dict[str, int]:
        """The last step that changed what each group itself says, or which groups are below it."""
        found: dict[str, int] = {}
        for table, column in _GROUP_TABLES:
            for code, step in self._stepped(self._rows(table, column, None)):
                found[code] = max(found.get(code, 0), step)
        for code, above, step in self._nodes():
            for one in (code, *above):
                found[one] = max(found.get(one, 0), step)
        for code, condition in self._conditions_of_groups():
            found[code] = max(found.get(code, 0), self._conditions.get(condition, 0))
        return found

    @cached_property
    def _conditions(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for table, column in (("condition", "id"), ("coded_condition", "condition")):
            for identity, step in self._stepped(self._rows(table, column, None)):
                found[identity] = max(found.get(identity, 0), step)
        return found

    @cached_property
    def _head(self) -> int:
        """The last step that changed the legal basis."""
        texts = dict(self._db.execute(_BASES, (self._list,)))
        told = [texts[mark.ordinal] for _, mark in self.steps]
        return max((step for step in range(1, len(told)) if told[step] != told[step - 1]), default=0)

    def _nodes(self) -> Iterator[tuple[str, tuple[str, ...], int]]:
        for code, system, parent, first, end in self._db.execute(_NODES, (self._list,)):
            above = ancestors(code, system) or ((parent,) if parent else ())
            for _, step in self._stepped([(code, first, end)]):
                yield code, above, step

    def _conditions_of_groups(self) -> list[tuple[str, str]]:
        mark = self._view.marks.get(self._list)
        if mark is None:
            return []
        return [
            pair
            for table, column in (("group_condition", "code"), ("refund_code_condition", "group_code"))
            for pair in self._db.execute(
                f"SELECT DISTINCT {column}, condition FROM {table} WHERE {_HOLDS}",  # noqa: S608 our names
                (self._list, mark.ordinal, mark.ordinal),
            )
        ]

    def _stepped(self, rows: Iterable[_Row]) -> Iterator[tuple[str, int]]:
        """Each key with the last step in which a row of it came or went; rows never told are left out."""
        if not self.steps:
            return
        begun, at = self.steps[0][1].ordinal, self._at
        for key, first, end in rows:
            step = max(at.get(first, -1), at.get(end, -1) if end is not None else -1)
            if step < 0 and first <= begun and (end is None or begun < end):
                step = 0
            if step >= 0:
                yield key, step

    def _rows(self, table: str, column: str, value: str | None) -> Iterable[_Row]:
        of_one = f" AND {column} = ?" if value is not None else ""
        return self._db.execute(
            f"SELECT DISTINCT {column}, from_ordinal, to_ordinal FROM {table} WHERE list = ?{of_one}",  # noqa: S608
            (self._list, *((value,) if value is not None else ())),
        )

    def _in_force(
        self, mark: EditionMark, table: str, column: str, varenr: str | None
    ) -> Iterable[tuple[str, str]]:
        of_one = " AND varenr = ?" if varenr is not None else ""
        return self._db.execute(
            f"SELECT varenr, {column} FROM {table} WHERE {_HOLDS}{of_one}",  # noqa: S608 our names
            (self._list, mark.ordinal, mark.ordinal, *((varenr,) if varenr is not None else ())),
        )


def _steps(view: View, line: Timeline) -> list[tuple[dt.datetime, EditionMark]]:
    published = {known.release: known.published_at for known in view.snapshot.release_marks}
    known = [mark for mark in line.marks if mark.release <= view.release]
    instants = {published[mark.release] for mark in known}
    instants |= {_begins(mark.valid_from) for mark in known if mark.valid_from <= view.valid_on}
    told: list[tuple[dt.datetime, EditionMark]] = []
    for instant in sorted(instants):
        release = min(release_known_at(view.snapshot.release_marks, instant), view.release)
        mark = line.in_force(min(oslo_day(instant), view.valid_on), release)
        if mark is not None and (not told or told[-1][1] != mark):
            told.append((instant, mark))
    return told


def _windows(marks: list[EditionMark]) -> dict[int, int]:
    """By ordinal the last step that passed over it: a row that came or went there changed then."""
    found: dict[int, int] = {}
    for step in range(1, len(marks)):
        low, high = sorted((marks[step - 1].ordinal, marks[step].ordinal))
        found |= dict.fromkeys(range(low + 1, high + 1), step)
    return found


def _begins(day: dt.date) -> dt.datetime:
    """The instant at which a day begins in Norway."""
    return dt.datetime.combine(day, dt.time(), OSLO).astimezone(dt.UTC)


_GROUP_TABLES = (
    ("group_condition", "code"),
    ("refund_code", "group_code"),
    ("refund_code_condition", "group_code"),
)
_HOLDS = "list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
_NODES = "SELECT code, system, parent, from_ordinal, to_ordinal FROM product_group WHERE list = ?"
_BASES = (
    "SELECT ordinal, legal_basis || ' ' || legal_basis_system || ' ' || coalesce(legal_basis_text, '')"
    " FROM edition WHERE list = ?"
)

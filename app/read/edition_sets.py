"""What the products of one edition are filtered by, as sets of documents: worked out once for each edition.

Nothing here depends on the day, and no product is read: groups bind, and documents know their groups.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable

import msgspec

from ingest import store
from lists.conditions import binding, limits_of, path_of, requirements_of
from lists.days import parse_day
from lists.records import Group, Terms
from lists.timeline import EditionMark
from search.facets import set_of
from search.traits import Traits

# The last days of a product in a group: `prescribe_until`, `dispense_until`.
LastDays = tuple[dt.date | None, dt.date | None]


class EditionSets(msgspec.Struct, frozen=True):
    """
    The documents of an edition.

    Attributes:
        texts: What the groups that have products are called.
        below: The documents in each group or in one below it.
        last_days: The documents that stand in some group with these last days of their own.
    """

    documents: int
    title: str
    texts: dict[str, str]
    below: dict[str, int]
    own_prescription: int
    has_limit: int
    last_days: dict[LastDays, int]


def edition_sets(db: sqlite3.Connection, mark: EditionMark, traits: Traits) -> EditionSets:
    """The sets of an edition."""
    documents = traits.in_edition(mark.list, mark.ordinal)
    if not documents:
        return EditionSets(0, "", {}, {}, 0, 0, {})
    return _Gathering(db, mark, traits, documents).sets()


class _Gathering:
    """One edition while its sets are worked out."""

    def __init__(self, db: sqlite3.Connection, mark: EditionMark, traits: Traits, documents: int) -> None:
        self._db = db
        self._mark = mark
        self._traits = traits
        self._documents = documents

    def sets(self) -> EditionSets:
        terms = store.read_tree(self._db, self._mark)
        groups = {group.code.value: group for group in terms.groups}
        held = {code: self._traits.groups.having(code) & self._documents for code in groups}
        held = {code: documents for code, documents in held.items() if documents}
        own = store.own_conditions(self._db, self._mark)
        return EditionSets(
            self._documents,
            terms.title,
            {code: groups[code].code.text for code in held},
            _below(held, groups),
            self._bound(_own_prescriptions(terms), held, groups, own),
            self._bound(_limits(terms), held, groups, own),
            self._last_days(),
        )

    def _bound(
        self,
        conditions: set[str],
        held: dict[str, int],
        groups: dict[str, Group],
        own: Iterable[tuple[str, str]],
    ) -> int:
        """The documents that one of these conditions binds, by their groups or by themselves."""
        bound = set_of(self._number(varenr) for varenr, condition in own if condition in conditions)
        for code, documents in held.items():
            if not conditions.isdisjoint(binding(code, groups)):
                bound |= documents
        return bound

    def _last_days(self) -> dict[LastDays, int]:
        ending: dict[LastDays, list[int]] = {}
        times: dict[int, int] = {}
        for varenr, prescribe_until, dispense_until in store.last_days(self._db, self._mark):
            number = self._number(varenr)
            ending.setdefault((_day(prescribe_until), _day(dispense_until)), []).append(number)
            times[number] = times.get(number, 0) + 1
        # Who ends in each of its groups; all others stay in one of theirs at least.
        everywhere = set_of(number for number, count in times.items() if count == self._places(number))
        found = {days: set_of(numbers) for days, numbers in ending.items()}
        return {(None, None): self._documents & ~everywhere, **found}

    def _places(self, number: int) -> int:
        return len(self._traits.groups_of(number))

    def _number(self, varenr: str) -> int:
        """The document of a product of this edition."""
        return self._traits.document_of(varenr, self._documents)


def _below(held: dict[str, int], groups: dict[str, Group]) -> dict[str, int]:
    below: dict[str, int] = {}
    for code, documents in held.items():
        for step in path_of(code, groups):
            below[step] = below.get(step, 0) | documents
    return below


def _own_prescriptions(terms: Terms) -> set[str]:
    return {
        condition.id
        for condition in terms.conditions
        if any(required.kind == "own_prescription" for required in requirements_of(condition))
    }


def _limits(terms: Terms) -> set[str]:
    return {condition.id for condition in terms.conditions if limits_of(condition)}


def _day(text: str | None) -> dt.date | None:
    return parse_day(text) if text is not None else None

"""The door from Draft, where anything goes, to Edition, which exists only if every blocking rule holds."""

import datetime as dt
import hashlib
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import msgspec

from lists.errors import ListsError
from lists.problems import Problem
from lists.records import Condition, Entry, Group, Terms

_Record = TypeVar("_Record", bound=Entry | Group | Condition)


class Draft(msgspec.Struct):
    """
    What a source says one list shall be, before anybody has judged it.

    Attributes:
        file: Last part of the source's name.
        valid_from: First day in force, or None where neither source nor editor says one.
        entries: In any order, doubled ones included.
        catalogue_present: The source has the catalogue this list's products come from (rule 1).
        lines: Where each subject stands: varenr, "group CODE" or "condition ID" to its line, the
            last one where it is doubled; "first VARENR" to the line of the first one then.
        problems: What was found while reading; rows that could not become a record are here only.
    """

    file: str
    terms: Terms
    valid_from: dt.date | None
    entries: list[Entry] = msgspec.field(default_factory=list)
    catalogue_present: bool = True
    lines: dict[str, int] = msgspec.field(default_factory=dict)
    problems: list[Problem] = msgspec.field(default_factory=list)


class Edition(msgspec.Struct, frozen=True, dict=True):
    """
    The complete content of one list from a day on; holding one is proof that it is whole.

    Attributes:
        valid_from: First day in force.
        entries: By varenr, each once.
        digest: As `content_digest`, worked out once.

    Raises:
        ListsError: "edition-not-whole": doubled keys or references that lead nowhere. No source can
            cause it, `lists.rules.judge` finds these first; a broken store can.
    """

    terms: Terms
    valid_from: dt.date
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        _require("entries", holds=_rises([entry.varenr for entry in self.entries]))
        _require("groups", holds=_rises([group.code.value for group in self.terms.groups]))
        _require("conditions", holds=_rises([condition.id for condition in self.terms.conditions]))
        groups = {group.code.value for group in self.terms.groups}
        conditions = {condition.id for condition in self.terms.conditions}
        referred = referred_conditions(self.terms, self.entries)
        _require("references to conditions", holds=conditions == referred)
        for entry in self.entries:
            _require("placements of " + entry.varenr, holds=bool(entry.placements))
            placed = {placement.group for placement in entry.placements}
            _require("groups of " + entry.varenr, holds=placed <= groups)

    @cached_property
    def digest(self) -> str:
        return _digest_of(self)


def referred_conditions(terms: Terms, entries: tuple[Entry, ...] | list[Entry]) -> set[str]:
    """The ids of all conditions that a group, a refund code or an entry refers to."""
    ids: set[str] = set()
    for group in terms.groups:
        ids |= conditions_of(group)
    for entry in entries:
        ids.update(entry.conditions)
    return ids


def conditions_of(group: Group) -> set[str]:
    """The ids of the conditions that a group or one of its refund codes refers to."""
    codes = {reference.condition for code in group.refund_codes for reference in code.conditions}
    return codes.union(group.conditions)


def content_digest(edition: Edition) -> str:
    """
    What an edition says, as one sha256; equal digests are the same content (rule 4).

    The first day and the source's marks on its versions (`Oppf*/Id`, `Tidspunkt`) are no content.
    """
    return edition.digest


def _digest_of(edition: Edition) -> str:
    encode = msgspec.msgpack.encode
    digest = hashlib.sha256()
    bare = msgspec.structs.replace(edition.terms, groups=(), conditions=())
    digest.update(encode(bare))
    for part in (edition.terms.groups, edition.terms.conditions, edition.entries):
        for record in part:
            digest.update(encode(without_marks(record)))
        digest.update(b"|")
    return digest.hexdigest()


def without_marks(record: _Record) -> _Record:
    """The same record without the source's marks on its version."""
    return msgspec.structs.replace(record, entry_id="", entry_time="")


def closed_edition(terms: Terms, valid_from: dt.date) -> Edition:
    """The edition by which a list ends: no groups, no entries (rule 2)."""
    ended = msgspec.structs.replace(terms, closed=True, groups=(), conditions=())
    return Edition(ended, valid_from, ())


def _rises(keys: list[str]) -> bool:
    return all(before < after for before, after in pairwise(keys))


def _require(what: str, *, holds: bool) -> None:
    if not holds:
        raise ListsError("edition-not-whole", what=what)

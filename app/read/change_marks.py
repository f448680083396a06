"""Every change of a comparison in short: read in bulk, without the shapes that telling it whole takes."""

import datetime as dt

import msgspec

from app.read.compared import CONDITION, GROUP, LIST, PRODUCT, Compared, Difference, End
from lists.changes import Record
from lists.kinds import kinds_of, kinds_of_list, reimbursed
from lists.records import Condition, Entry

PEOPLE_FIRST = (
    "coverage-lost",
    "last-alternative-lost",
    "closed",
    "limit-new",
    "limit-tighter",
    "requirement-new",
    "moved",
    "split",
    "ended",
    "leaves",
    "price-up",
    "price-down",
    "limit-looser",
    "limit-lifted",
    "requirement-dropped",
    "condition-reworded",
    "renamed",
    "other",
)
"""Kinds of change, those that take something from people first."""


class ChangeMark(msgspec.Struct, frozen=True, gc=False):
    """
    One change in short, to be counted, filtered and found again.

    Attributes:
        valid_from: First day of the edition that brings it.
        ratio: The new price by the old in thousandths, None where no price of a product moved.
    """

    list: str
    valid_from: dt.date
    subject: str
    key: str
    event: str
    kinds: tuple[str, ...]
    name: str
    ratio: int | None = None


def marks_of(step: Compared, valid_from: dt.date) -> tuple[ChangeMark, ...]:
    """All that differs, those changes that take something from people first."""
    numbers = {known.key for known in step.differences if known.subject == PRODUCT}
    was, now = step.was.entries(numbers), step.now.entries(numbers)
    marks = (
        _mark(step, known, _record(step.was, known, was), _record(step.now, known, now), valid_from)
        for known in step.differences
    )
    return tuple(sorted(marks, key=rank))


def rank(mark: ChangeMark) -> int:
    """The place of the kind that stands first in PEOPLE_FIRST."""
    return min((PEOPLE_FIRST.index(kind) for kind in mark.kinds), default=len(PEOPLE_FIRST))


def _mark(
    step: Compared, known: Difference, was: Record | None, now: Record | None, day: dt.date
) -> ChangeMark:
    of_list = known.subject == LIST
    found = kinds_of_list(step.between) if of_list else kinds_of(was, now, step.between)
    kinds = tuple(dict.fromkeys(kind.kind for kind in found))
    ratio = _ratio(step, was, now) if {"price-up", "price-down"} & set(kinds) else None
    name = _title(step) if of_list else _name(now if now is not None else was)
    return ChangeMark(step.now.code, day, known.subject, known.key, known.event, kinds, name, ratio)


def _record(end: End, known: Difference, entries: dict[str, Entry]) -> Record | None:
    if known.subject == PRODUCT:
        return entries.get(known.key)
    if known.subject == GROUP:
        return end.edge.groups.get(known.key)
    return end.edge.conditions.get(known.key) if known.subject == CONDITION else None


def _name(record: Record | None) -> str:
    if isinstance(record, Entry):
        return record.name
    if isinstance(record, Condition):
        return record.text
    return record.code.text if record is not None else ""


def _title(step: Compared) -> str:
    terms = step.now.edge.terms or step.was.edge.terms
    return terms.title if terms is not None else ""


def _ratio(step: Compared, was: Record | None, now: Record | None) -> int | None:
    if not isinstance(was, Entry) or not isinstance(now, Entry):
        return None
    priced = reimbursed(was, now, step.between)
    if priced is None or not priced.before.amount:
        return None
    return priced.after.amount * 1000 // priced.before.amount

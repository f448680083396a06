"""What asks for a second look before a publish; a gate stops nobody who gives a reason."""

from collections.abc import Iterable

import msgspec

from lists.records import Entry
from lists.renaming import meaning_differs, renamed_groups
from lists.rules import EMPTIED_FROM, Case


class GateResult(msgspec.Struct, frozen=True):
    """
    What one gate found for one list.

    Attributes:
        found: What was measured or met, as text.
        limit: What it was held against.
        passed: Whether it asks for nothing.
    """

    gate: str
    list: str
    found: str
    limit: str
    passed: bool


def gates(case: Case) -> tuple[GateResult, ...]:
    """Every gate's result; the first edition of a list fires none."""
    if case.former is None:
        return ()
    return (_group_meaning(case),)


def _group_meaning(case: Case) -> GateResult:
    """A code of a group with five or more products in both editions is used with a new meaning (rule 6)."""
    assert case.former is not None
    codes = [
        now.code.value
        for was, now in renamed_groups(case.former, case.draft.terms)
        if meaning_differs(was, now)
        and min(_members(case.former.entries, was.code.value), _members(case.draft.entries, now.code.value))
        >= EMPTIED_FROM
    ]
    found = ", ".join(codes) or "0"
    return GateResult("group-meaning", case.draft.terms.list, found, str(EMPTIED_FROM), not codes)


def _members(entries: Iterable[Entry], code: str) -> int:
    return sum(any(placement.group == code for placement in entry.placements) for entry in entries)

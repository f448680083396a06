"""What a prescription code covers, which code would cover a group, and how long a prescription holds."""

import datetime as dt
import re

from lists.codes import PRODUCT_GROUP
from lists.conditions import requirements_of
from lists.days import LAST_DAY
from lists.prescription import ListOnDay, Lists
from lists.records import Condition

_GROUP = re.compile(r"[569][0-9]{4}(?:[0-9]{2})?")
"""A group of kodeverk 7403 below its list: § 5, § 6 or breast prostheses."""

UNPRESCRIBED = "900"
"""Breast prostheses are reimbursed without a prescription (rule 17)."""


def list_of(lists: Lists, prescribed: str, day: dt.date) -> str | None:
    """
    The list a prescription code belongs to: itself, or the list that has it as a group.

    A group of kodeverk 7403 names its list by its first three digits, also when it is retired.

    Returns:
        None where it is no list and no group.
    """
    codes = lists.codes()
    if prescribed in codes:
        return prescribed
    if _GROUP.fullmatch(prescribed) is not None and prescribed[:3] in codes:
        return prescribed[:3]
    for code in codes:
        on = lists.on(code, day)
        if on is not None and prescribed in on.groups:
            return code
    return None


def covers(prescribed: str, on: ListOnDay, group: str) -> bool:
    """Whether a code is a group's list, the group itself, or its beginning; own prescriptions left aside."""
    if prescribed in (on.terms.list, group):
        return True
    return on.groups[group].code.system == PRODUCT_GROUP and group.startswith(prescribed)


def code_needed(on: ListOnDay, group: str) -> str | None:
    """
    The shortest prescription code that covers a group.

    Returns:
        Its list; itself where it needs its own prescription; None where it is not prescribed.
    """
    if on.terms.list == UNPRESCRIBED:
        return None
    return group if any(bound.needs_own for bound in on.bound_in(group)) else on.terms.list


def covered_elsewhere(lists: Lists, varenr: str, day: dt.date) -> tuple[str, str] | None:
    """
    The first list, by code, on which a product is prescribed.

    Returns:
        The shortest code that covers it there, and the edition that says so.
    """
    for code in lists.codes():
        on, entry = lists.on(code, day), lists.entry(code, varenr, day)
        if on is None or entry is None:
            continue
        needed = [code_needed(on, placement.group) for placement in entry.placements]
        shortest = min(filter(None, needed), key=len, default=None)
        if shortest is not None:
            return shortest, on.edition
    return None


def needs_own(condition: Condition) -> bool:
    """Whether a condition asks for a prescription of its own."""
    return any(required.kind == "own_prescription" for required in requirements_of(condition))


def expires_on(written_on: dt.date) -> dt.date:
    """The last day of a prescription: the same date next year; 28 February for 29 February (rule 16)."""
    if written_on.year == LAST_DAY.year:
        return LAST_DAY
    try:
        return written_on.replace(year=written_on.year + 1)
    except ValueError:
        return dt.date(written_on.year + 1, 2, 28)

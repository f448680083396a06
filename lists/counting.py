"""How far quantity limits are used: units of every product of the group, by the civil year (rule 21)."""

import datetime as dt
from collections.abc import Iterator

from lists.conditions import Limit
from lists.prescribing import list_of
from lists.prescription import Already, Dispensing, Line, Lists
from lists.records import Entry


def units_of(line: Line, entry: Entry) -> int | None:
    """
    What a line asks for, in units.

    Returns:
        None where only packs are given and a pack has no whole number of units.
    """
    if line.units is not None:
        return line.units
    if line.packs is None or entry.units_per_pack is None:
        return None
    return line.packs * entry.units_per_pack


def used_before(lists: Lists, code: str, group: str, limit: Limit, dispensing: Dispensing) -> int:
    """
    Units that count against a limit and were handed out before.

    Args:
        code: The list.
        group: The 7-digit group the limit counts over.
    """
    return sum(
        item.units
        for item in dispensing.already or ()
        if _in_period(item.on, dispensing.dispensed_on, limit.per)
        and _under(lists, code, item)
        and _member(lists, code, group, item, dispensing.dispensed_on)
    )


def asked_now(lists: Lists, code: str, group: str, dispensing: Dispensing) -> int | None:
    """Units of all lines of a dispensing that count over a group; None where one cannot be counted."""
    total = 0
    for units in _units_in(lists, code, group, dispensing):
        if units is None:
            return None
        total += units
    return total


def _units_in(lists: Lists, code: str, group: str, dispensing: Dispensing) -> Iterator[int | None]:
    for line in dispensing.lines:
        entry = lists.entry(code, line.varenr, dispensing.dispensed_on)
        if entry is not None and stands_in(entry, group):
            yield units_of(line, entry)


def stands_in(entry: Entry, group: str) -> bool:
    """Whether a product hangs in a group."""
    return any(placement.group == group for placement in entry.placements)


def _in_period(day: dt.date, dispensed_on: dt.date, per: str) -> bool:
    if per == "calendar_year":
        return day.year == dispensed_on.year
    return per == "month" and (day.year, day.month) == (dispensed_on.year, dispensed_on.month)


def _under(lists: Lists, code: str, item: Already) -> bool:
    """Whether it was dispensed under this list; what names no code counts."""
    return item.code is None or list_of(lists, item.code, item.on) == code


def _member(lists: Lists, code: str, group: str, item: Already, dispensed_on: dt.date) -> bool:
    """By the group it is in on the day of dispensing; a product that is gone, by the group of its own day."""
    entry = lists.entry(code, item.varenr, dispensed_on) or lists.entry(code, item.varenr, item.on)
    return entry is not None and stands_in(entry, group)

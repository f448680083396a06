"""How far quantity limits are used: units of every product of the group, by the civil year (rule 21)."""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property

from lists.prescribing import list_of
from lists.prescription import Already, Dispensing, Line, Lists
from lists.records import Entry


def units_of(line: Line, entry: Entry) -> int | None:
    """
    What a line asks for, in units.

    Returns:
        None where only packs are given and a pack has no whole number of units, or none at all.
    """
    if line.units is not None:
        return line.units
    if line.packs is None or not entry.units_per_pack:
        return None
    return line.packs * entry.units_per_pack


class Count:
    """
    What counts over the groups of one list in one dispensing.

    Everything is looked up once, when it is first asked for, however many lines share a group.
    """

    def __init__(self, lists: Lists, code: str, dispensing: Dispensing) -> None:
        self._lists, self._code, self._dispensing = lists, code, dispensing
        self._sums: dict[tuple[str, str], int] = {}

    def asked(self, group: str) -> list[int | None]:
        """Units of each line that counts over a group; None where a line cannot be counted."""
        return self._asked.get(group, [])

    def used(self, group: str, per: str) -> int:
        """
        Units that were handed out before and count over a group.

        Args:
            group: The 7-digit group a limit counts over.
            per: The limit's period; nothing was before in "dispensing".
        """
        key = (group, per)
        if key not in self._sums:
            day = self._dispensing.dispensed_on
            items = self._before.get(group, ()) if per != "dispensing" else ()
            self._sums[key] = sum(item.units for item in items if _same_period(item.on, day, per))
        return self._sums[key]

    @cached_property
    def _asked(self) -> dict[str, list[int | None]]:
        asked: dict[str, list[int | None]] = {}
        for line in self._dispensing.lines:
            entry = self._lists.entry(self._code, line.varenr, self._dispensing.dispensed_on)
            for group in _groups(entry):
                assert entry is not None
                asked.setdefault(group, []).append(units_of(line, entry))
        return asked

    @cached_property
    def _before(self) -> dict[str, list[Already]]:
        before: dict[str, list[Already]] = {}
        for item in self._dispensing.already or ():
            if item.code is None or list_of(self._lists, item.code, item.on) == self._code:
                for group in _groups(self._member(item)):
                    before.setdefault(group, []).append(item)
        return before

    def _member(self, item: Already) -> Entry | None:
        """As it is on the day of dispensing; a product that is gone, as it was on its own day."""
        now = self._lists.entry(self._code, item.varenr, self._dispensing.dispensed_on)
        return now or self._lists.entry(self._code, item.varenr, item.on)


def _groups(entry: Entry | None) -> Iterator[str]:
    return (placement.group for placement in entry.placements) if entry is not None else iter(())


def _same_period(day: dt.date, dispensed_on: dt.date, per: str) -> bool:
    if per == "calendar_year":
        return day.year == dispensed_on.year
    return (day.year, day.month) == (dispensed_on.year, dispensed_on.month)

"""The quarters of the demonstration, counted from its first edition: what happens when, without any clock."""

import datetime as dt

import msgspec

from lists.days import day_before, next_quarter_day
from lists.errors import BadQuestion

LAST = 8
"""The ninth edition, the one of `until`."""


class Quarters(msgspec.Struct, frozen=True):
    """
    The story's calendar.

    Attributes:
        first: First day of edition 0, a quarter day.
    """

    first: dt.date

    def day(self, index: int) -> dt.date:
        """The quarter day of an edition; those before and after the story have one too."""
        months = self.first.year * 12 + self.first.month - 1 + 3 * index
        return dt.date(months // 12, months % 12 + 1, 1)

    def end(self, index: int) -> dt.date:
        """The last day before an edition."""
        return day_before(self.day(index))

    @property
    def january(self) -> int:
        """The first edition of a 1 January that has one before it: 1 to 4. The limit comes, a list closes."""
        return next(index for index in range(1, LAST) if self.day(index).month == 1)

    @property
    def april(self) -> int:
        """The edition with the misprint."""
        return self.january + 1

    @property
    def july(self) -> int:
        """The edition that renames a group."""
        return self.january + 2

    @property
    def october(self) -> int:
        """The edition that splits a group, and the last with the limit."""
        return self.january + 3

    @property
    def november(self) -> dt.date:
        """The day on which the limit is lifted, between two editions."""
        return dt.date(self.day(self.january).year, 11, 1)


class Stage(msgspec.Struct, frozen=True):
    """
    A state of the lists.

    Attributes:
        index: The quarterly edition that it is, or that it changes.
        day: From when it holds.
        misprinted: One price is wrong.
    """

    quarters: Quarters
    index: int
    day: dt.date
    misprinted: bool = False


def quarters_until(until: dt.date) -> Quarters:
    """
    The calendar whose last edition is that of `until`.

    Raises:
        BadQuestion: "not-a-quarter-day": not 1 January, April, July or October.
    """
    if next_quarter_day(day_before(until)) != until:
        raise BadQuestion("not-a-quarter-day", found=until, next=next_quarter_day(until))
    return Quarters(Quarters(until).day(-LAST))

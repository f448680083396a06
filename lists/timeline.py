"""Which edition of a list holds on a day, as known at an instant: the one rule for all questions of time."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable

import msgspec


class EditionMark(msgspec.Struct, frozen=True):
    """
    Where one edition stands in time.

    Attributes:
        ordinal: Its place in the list's publication order, from 1.
        release: The release it became public with.
    """

    list: str
    ordinal: int
    valid_from: dt.date
    release: int
    closed: bool = False

    @property
    def id(self) -> str:
        """The public name of an edition: list / first day / release."""
        return f"{self.list}/{self.valid_from.isoformat()}/{self.release}"


class ReleaseMark(msgspec.Struct, frozen=True):
    """One act of publishing; `published_at` never falls from one release to the next."""

    release: int
    published_at: dt.datetime


def release_known_at(releases: Iterable[ReleaseMark], instant: dt.datetime) -> int:
    """
    The last release that was public at this instant.

    Returns:
        Its number, or 0 where nothing was public yet.
    """
    return max((mark.release for mark in releases if mark.published_at <= instant), default=0)


class Timeline:
    """
    All editions of one list.

    The edition in force on day D as of release R is, of those released with or before R and valid
    from D or earlier, the last by (valid_from, release).
    """

    def __init__(self, marks: Iterable[EditionMark]) -> None:
        self.marks = tuple(sorted(marks, key=lambda mark: (mark.valid_from, mark.release)))
        self._days = [mark.valid_from for mark in self.marks]

    def in_force(self, valid_on: dt.date, release: int) -> EditionMark | None:
        """The edition that holds on this day as of this release, or None before the first."""
        for mark in reversed(self.marks[: bisect_right(self._days, valid_on)]):
            if mark.release <= release:
                return mark
        return None

    def coming(self, valid_on: dt.date, release: int) -> tuple[EditionMark, ...]:
        """The editions that will take over after this day, one for each day on which that happens."""
        later: dict[dt.date, EditionMark] = {}
        for mark in self.marks[bisect_right(self._days, valid_on) :]:
            if mark.release <= release:
                later[mark.valid_from] = mark
        return tuple(later.values())

    def chain(self, release: int) -> tuple[EditionMark, ...]:
        """The editions that hold on some day as of this release, by first day."""
        return self.coming(dt.date.min, release)

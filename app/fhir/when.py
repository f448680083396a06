"""FHIR's dates in searches: spans of time, compared with what holds from one instant to another."""

import datetime as dt
import re
from functools import lru_cache

from msgspec import Struct

from lists.days import OSLO
from lists.errors import BadDay

_FORM = re.compile(
    r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb)?"
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<clock>[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)
END = dt.datetime.max.replace(tzinfo=dt.UTC)
_INSTANT = dt.timedelta(microseconds=1)


class When(Struct, frozen=True):
    """
    What a date of a search asks for.

    Attributes:
        start: The first instant of what was written: a year, a month, a day, a second.
        end: The first instant after it.
    """

    prefix: str
    start: dt.datetime
    end: dt.datetime

    def is_met_at(self, instant: dt.datetime) -> bool:
        """Whether an instant is asked for."""
        return self.is_met(instant, instant + _INSTANT)

    def is_met(self, start: dt.datetime, end: dt.datetime) -> bool:
        """Whether what holds from `start` to just before `end` is asked for."""
        within = self.start <= start and end <= self.end
        return {
            "eq": within,
            "ne": not within,
            "gt": end > self.end,
            "lt": start < self.start,
            "ge": end > self.start,
            "le": start < self.end,
            "sa": start >= self.end,
            "eb": end <= self.start,
        }[self.prefix]


def read_when(text: str) -> When:
    """
    Read a date as searches write it.

    A day without a zone is a civil day in Norway.

    Raises:
        BadDay: It has another form, or there is no such day.

    >>> read_when("ge2026-01").start.isoformat()
    '2025-12-31T23:00:00+00:00'
    """
    # "+" in an address means a blank; nobody means that in an instant.
    match = _FORM.fullmatch(text.replace(" ", "+"))
    if match is None:
        raise BadDay("day-form", found=text)
    try:
        start, end = _span(match)
        return When(match["prefix"] or "eq", start.astimezone(dt.UTC), end.astimezone(dt.UTC))
    except (ValueError, OverflowError) as error:
        raise BadDay("day-form", found=text) from error


@lru_cache(maxsize=4096)
def start_of(day: dt.date | None) -> dt.datetime:
    """When a day begins in Norway; the beginning of time where there is none."""
    return dt.datetime.combine(day, dt.time(), OSLO).astimezone(dt.UTC) if day is not None else BEGINNING


def end_of(day: dt.date | None) -> dt.datetime:
    """When a day is over; the end of time where there is none."""
    if day is None or day == dt.date.max:
        return END
    return start_of(day + dt.timedelta(days=1))


def _span(match: re.Match[str]) -> tuple[dt.datetime, dt.datetime]:
    if match["clock"] is not None:
        day, zone = f"{match['year']}-{match['month']}-{match['day']}", match["zone"] or ""
        start = dt.datetime.fromisoformat(f"{day}T{match['clock']}{zone}")
        start = start if start.tzinfo is not None else start.replace(tzinfo=OSLO)
        return start, start + _length(match["clock"])
    year, month = int(match["year"]), int(match["month"] or 1)
    first = dt.date(year, month, int(match["day"] or 1))
    if match["day"] is not None:
        after = first + dt.timedelta(days=1)
    elif match["month"] is not None:
        after = dt.date(year + month // 12, month % 12 + 1, 1)
    else:
        after = dt.date(year + 1, 1, 1)
    return start_of(first), start_of(after)


def _length(clock: str) -> dt.timedelta:
    """How long what was written lasts: a minute, a second, or no time."""
    if "." in clock:
        return _INSTANT
    return dt.timedelta(seconds=1) if clock.count(":") > 1 else dt.timedelta(minutes=1)

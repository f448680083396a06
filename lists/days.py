"""Civil days in Norway and instants in UTC: how they are read, written and held apart."""

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from lists.errors import BadDay

OSLO = ZoneInfo("Europe/Oslo")
LAST_DAY = dt.date(9999, 12, 31)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


@lru_cache(maxsize=4096)
def parse_day(text: str) -> dt.date:
    """
    Read a civil day.

    Raises:
        BadDay: The text is not `YYYY-MM-DD`, or the calendar has no such day.

    >>> parse_day("2026-01-01")
    datetime.date(2026, 1, 1)
    """
    if _DAY.fullmatch(text) is None:
        raise BadDay("day-form", found=text)
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadDay("day-form", found=text) from error


def parse_instant(text: str) -> dt.datetime:
    """
    Read an instant with its offset.

    Returns:
        The same instant in UTC.

    Raises:
        BadDay: The text is no RFC 3339 instant, or says no offset.
    """
    read = _read_instant(text)
    if read.tzinfo is None:
        raise BadDay("instant-form", found=text)
    return _moved(read, dt.UTC, text)


def day_of_instant(text: str) -> dt.date:
    """
    The day on which a source says it was made: in Oslo where it has an offset, as written where not.

    Source:
        FEST M30, `HentetDato`; rule 3.

    >>> day_of_instant("2017-04-12T23:30:00Z")
    datetime.date(2017, 4, 13)
    """
    if _DAY.fullmatch(text):
        return parse_day(text)
    read = _read_instant(text)
    return read.date() if read.tzinfo is None else _moved(read, OSLO, text).date()


def oslo_day(instant: dt.datetime) -> dt.date:
    """The civil day in Norway at this instant."""
    return instant.astimezone(OSLO).date()


def instant_text(instant: dt.datetime) -> str:
    """Write an instant as RFC 3339 in UTC, to the second or finer where it is finer."""
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def day_before(day: dt.date) -> dt.date:
    """The last day of what ends when `day` begins."""
    return day - dt.timedelta(days=1)


def next_quarter_day(day: dt.date) -> dt.date:
    """The first 1 January, April, July or October after `day`: when Helfo's lists change."""
    month = (day.month - 1) // 3 * 3 + 4
    return dt.date(day.year + month // 13, (month - 1) % 12 + 1, 1)


def _moved(instant: dt.datetime, zone: dt.tzinfo, text: str) -> dt.datetime:
    """The same instant in another zone, which may lie beyond the first or last year there is."""
    try:
        return instant.astimezone(zone)
    except (OverflowError, ValueError) as error:
        raise BadDay("instant-form", found=text) from error


def _read_instant(text: str) -> dt.datetime:
    if _INSTANT.fullmatch(text) is None:
        raise BadDay("instant-form", found=text)
    try:
        return dt.datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise BadDay("instant-form", found=text) from error

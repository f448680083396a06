"""Writes a calendar that other programs subscribe to: iCalendar (RFC 5545), as little of it as is needed."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

import msgspec

MEDIA_TYPE = "text/calendar"
LONGEST_LINE = 75
"""Octets of a line without its end."""

_PRODUCT = "-//Blaliste//Calendar 1//EN"
# The days in it are days in Norway. It also is the one part that a calendar without events must have.
_NORWAY = """\
BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


class Event(msgspec.Struct, frozen=True):
    """
    Something that happens.

    Attributes:
        uid: Stays the same as long as it is the same thing.
        on: The day; it takes the whole day where there is no instant.
    """

    uid: str
    on: dt.date
    at: dt.datetime | None
    text: str


def icalendar(events: Iterable[Event], *, name: str, stamp: dt.datetime, lang: str) -> bytes:
    """
    The bytes of a calendar: the same for the same events.

    Args:
        name: What the calendar is called.
        stamp: When what it says became so.
        lang: Of the texts.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
        *_NORWAY.splitlines(),
        *(line for event in events for line in _event(event, stamp, lang)),
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _event(event: Event, stamp: dt.datetime, lang: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(event.uid)}"
    yield f"DTSTAMP:{_instant(stamp)}"
    if event.at is None:
        yield f"DTSTART;VALUE=DATE:{event.on.isoformat().replace('-', '')}"
    else:
        yield f"DTSTART:{_instant(event.at)}"
    yield f"SUMMARY;LANGUAGE={lang}:{_escaped(event.text)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """
    A text as a value.

    >>> _escaped("a, b; c" + chr(10) + "d")
    'a\\\\, b\\\\; c\\\\nd'
    """
    escaped = re.sub(r"([\\;,])", r"\\\1", text)
    return _CONTROLS.sub("", re.sub(r"\r\n|\r|\n", r"\\n", escaped))


def _folded(line: str) -> bytes:
    """A line with its end; a long one goes on in further lines that begin with a blank."""
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > LONGEST_LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join((*parts, part)) + b"\r\n"


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

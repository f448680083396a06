"""Reads a question's parameters; whatever cannot be used is a 400 that says what was expected."""

import base64
import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from app.questions import bad
from app.read.times import known_instant, release_at
from app.read.view import View
from app.served import Served, today
from lists.days import parse_day
from lists.errors import BadAmount, BadDay, BadQuestion
from lists.money import parse_amount

DEFAULT_LIMIT, MOST = 100, 1000

_WHOLE = re.compile(r"[0-9]{1,9}")
_TRUTHS = {"true": True, "false": False}


SLASH = "\x1f"
"""Stands for a slash within one part of a path (`%2F`): some product numbers and group names have one."""


def as_typed(part: str) -> str:
    """A part of a path as the client wrote it, composed as the lists are (NFC)."""
    return unicodedata.normalize("NFC", part.replace(SLASH, "/"))


def normalized(text: str | None) -> str | None:
    """A filter composed as the lists are (NFC)."""
    return unicodedata.normalize("NFC", text) if text is not None else None


class Time(msgspec.Struct, frozen=True):
    """
    When a question is about.

    Attributes:
        settled: As of when it was known was given, and no release can be dated so early any more.
        past: The day was given too, and is over: the answer never changes.
    """

    valid_on: dt.date
    release: int
    settled: bool = False
    past: bool = False


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended, and all that the next one must be asked with."""

    place: str
    release: int
    valid_on: dt.date
    filters: dict[str, str]
    after: int


class Page(msgspec.Struct, frozen=True):
    """Which stretch of the items is asked for."""

    limit: int
    after: int


def refuse_unknown(given: Iterable[str], known: Iterable[str], *, also: Iterable[str] = ("lang",)) -> None:
    """
    Args:
        also: Known everywhere.

    Raises:
        BadQuestion: "unknown-parameter", with the nearest known one.
    """
    names = sorted({*known, *also})
    for name in given:
        if name not in names:
            nearest = next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.5)), "")
            raise BadQuestion(
                "unknown-parameter", field=name, found=name, nearest=nearest, known=", ".join(names)
            )


def refuse_repeated(given: Iterable[tuple[str, str]]) -> None:
    """
    Raises:
        BadQuestion: A parameter is given twice; which of the two is meant is not guessed.
    """
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    for name, all_values in values.items():
        if len(all_values) > 1:
            raise bad("bad-request", name, ", ".join(all_values), "once")


def read_time(served: Served, valid_on: str | None, known_at: str | None) -> Time:
    """
    The day and the release a question is about.

    Args:
        valid_on: A civil day; today in Norway where absent.
        known_at: An instant that is not in the future; all that is known where absent.
    """
    now = today()
    day = now if valid_on is None else _day(valid_on, "valid_on")
    instant = known_instant(known_at) if known_at is not None else None
    settled = instant is not None and instant < served.settled_until()
    past = settled and valid_on is not None and day < now
    return Time(day, release_at(served.snapshot, instant), settled, past)


def view_of(served: Served, time: Time) -> View:
    """The snapshot as the question sees it."""
    return served.view(valid_on=time.valid_on, release=time.release)


def read_limit(
    text: str | None, *, default: int = DEFAULT_LIMIT, most: int = MOST, expected: str = "limit"
) -> int:
    """How many items a page holds at the most."""
    if text is None:
        return default
    if _WHOLE.fullmatch(text) is None or not 1 <= int(text) <= most:
        raise bad("bad-request", "limit", text, expected)
    return int(text)


def read_truth(text: str | None, field: str) -> bool | None:
    """`true` or `false`."""
    if text is None:
        return None
    if text not in _TRUTHS:
        raise bad("bad-request", field, text, "truth")
    return _TRUTHS[text]


def read_amount(text: str | None, field: str) -> int | None:
    """An amount of money in ten-thousandths."""
    if text is None:
        return None
    try:
        return parse_amount(text)
    except BadAmount as error:
        raise bad("bad-request", field, text, "amount") from error


def read_number(text: str | None, field: str) -> int:
    """A release number; 0 where absent."""
    if text is None:
        return 0
    if _WHOLE.fullmatch(text) is None:
        raise bad("bad-request", field, text, "release-number")
    return int(text)


def encode_cursor(cursor: Cursor) -> str:
    """A cursor as clients hand it back; its form is ours to change."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def decode_cursor(text: str, *, place: str, given: Mapping[str, str | None]) -> Cursor:
    """
    Read a cursor that an earlier answer gave.

    Args:
        place: What is paged; a cursor of another place is refused.
        given: The filters and times beside it; each must be absent or what the cursor holds.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        cursor = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Cursor)
    except (ValueError, msgspec.DecodeError) as error:
        raise bad("bad-request", "cursor", text[:80], "cursor") from error
    if cursor.place != place or cursor.after < 0 or cursor.release < 0:
        raise bad("bad-request", "cursor", text[:80], "cursor")
    for name, value in given.items():
        if value is not None and cursor.filters.get(name) != value:
            raise bad("bad-request", name, value, "cursor")
    return cursor


def _day(text: str, field: str) -> dt.date:
    try:
        return parse_day(text)
    except BadDay as error:
        raise bad("bad-date", field, text, "day") from error

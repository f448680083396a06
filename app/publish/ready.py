"""Makes the ready answers of a snapshot: every product, for every span of days from a first day on."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import msgspec

from app.answers import ReadyAnswer, write_answers
from app.read.products import Listed, product_shape
from app.read.terms import TermsIndex
from app.shapes import encode
from app.snapshot import Snapshot
from ingest import store
from lists.days import LAST_DAY
from lists.records import Entry
from lists.timeline import EditionMark, Timeline


def make_answers(snapshot: Snapshot, first_day: dt.date, directory: Path) -> int:
    """
    Write the ready answers of a snapshot's last release.

    Args:
        first_day: Days before it are answered from the database.

    Returns:
        How many answers were made.
    """
    lines = [_periods(snapshot, line, first_day) for _, line in sorted(snapshot.timelines.items())]
    return write_answers(_all_spans(snapshot, lines, first_day), directory)


class _Period(msgspec.Struct, frozen=True):
    """A stretch of days in which one edition of a list is in force."""

    first_day: dt.date
    mark: EditionMark
    index: TermsIndex


_Line: TypeAlias = list[_Period]
"""The periods of one list, by first day."""


class _Stay(msgspec.Struct, frozen=True, gc=False):
    """A product in one period of one list."""

    line: int
    period: int
    entry: Entry


class _Mine(msgspec.Struct, frozen=True):
    """One list that a product is on, and what it says of the product in each period; None where nothing."""

    line: _Line
    entries: list[Entry | None]


def _periods(snapshot: Snapshot, line: Timeline, first_day: dt.date) -> _Line:
    now = line.in_force(first_day, snapshot.release)
    marks = [(first_day, now)] if now is not None else []
    marks += [(mark.valid_from, mark) for mark in line.coming(first_day, snapshot.release)]
    return [_Period(day, mark, snapshot.index(mark)) for day, mark in marks]


def _all_spans(snapshot: Snapshot, lines: list[_Line], first_day: dt.date) -> Iterator[ReadyAnswer]:
    for varenr, mine in _by_product(snapshot, lines):
        before: bytes | None = None
        for day in _breaks(mine, first_day):
            listed = [one for known in mine if (one := _listed(known, day)) is not None]
            body = encode(product_shape(listed, day))[1:] if listed else b""
            if body != before:
                digest = hashlib.sha256(body).digest()[:8]
                yield ReadyAnswer(varenr, day, body or None, digest)
            before = body


def _by_product(snapshot: Snapshot, lines: list[_Line]) -> Iterator[tuple[str, list[_Mine]]]:
    """Every product by number, with the lists it is on in any of their periods, in the order of the lists."""
    stays = [
        _stays(snapshot, period.mark, line, place)
        for line, periods in enumerate(lines)
        for place, period in enumerate(periods)
    ]
    for varenr, same in groupby(merge(*stays, key=_varenr), key=_varenr):
        found: dict[int, list[Entry | None]] = {}
        for stay in same:
            of_line = found.setdefault(stay.line, [None] * len(lines[stay.line]))
            of_line[stay.period] = stay.entry
        yield varenr, [_Mine(lines[line], entries) for line, entries in sorted(found.items())]


def _stays(snapshot: Snapshot, mark: EditionMark, line: int, period: int) -> Iterator[_Stay]:
    return (_Stay(line, period, entry) for entry in store.each_entry(snapshot.db, mark))


def _varenr(stay: _Stay) -> str:
    return stay.entry.varenr


def _breaks(mine: list[_Mine], first_day: dt.date) -> list[dt.date]:
    """The days on which a product's answer may change by itself."""
    days = {first_day}
    for known in mine:
        for period, entry in zip(known.line, known.entries, strict=True):
            days.add(period.first_day)
            for placement in entry.placements if entry is not None else ():
                for until in (placement.prescribe_until, placement.dispense_until):
                    if until is not None and first_day <= until < LAST_DAY:
                        days.add(until + dt.timedelta(days=1))
    return sorted(days)


def _listed(mine: _Mine, day: dt.date) -> Listed | None:
    begun = sum(period.first_day <= day for period in mine.line)
    entry = mine.entries[begun - 1] if begun else None
    if entry is None:
        return None
    later = zip(mine.line[begun:], mine.entries[begun:], strict=True)
    gone_from = next((period.first_day for period, there in later if there is None), None)
    return Listed(mine.line[begun - 1].index, entry, gone_from)

"""Makes the ready answers of a snapshot: every product, for every span of days from a first day on."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from app.answers import ReadyAnswer, write_answers
from app.read.products import Listed, product_shape
from app.read.terms import TermsIndex
from app.shapes import encode
from app.snapshot import Snapshot
from ingest import store
from lists.days import LAST_DAY
from lists.records import Entry
from lists.timeline import Timeline


def make_answers(snapshot: Snapshot, first_day: dt.date, directory: Path) -> int:
    """
    Write the ready answers of a snapshot's last release.

    Args:
        first_day: Days before it are answered from the database.

    Returns:
        How many answers were made.
    """
    periods = {code: _periods(snapshot, line, first_day) for code, line in sorted(snapshot.timelines.items())}
    return write_answers(_all_spans(_lines_of(periods.values()), first_day), directory)


class _Period(msgspec.Struct, frozen=True):
    """A stretch of days in which one edition of a list is in force."""

    first_day: dt.date
    index: TermsIndex
    entries: dict[str, Entry]


def _periods(snapshot: Snapshot, line: Timeline, first_day: dt.date) -> list[_Period]:
    now = line.in_force(first_day, snapshot.release)
    marks = [(first_day, now)] if now is not None else []
    marks += [(mark.valid_from, mark) for mark in line.coming(first_day, snapshot.release)]
    return [
        _Period(
            day,
            snapshot.index(mark),
            {entry.varenr: entry for entry in store.read_entries(snapshot.db, mark)},
        )
        for day, mark in marks
    ]


def _lines_of(lines: Iterable[list[_Period]]) -> dict[str, list[list[_Period]]]:
    """The lists that each product is on in any of their periods, in the order of the lists."""
    found: dict[str, list[list[_Period]]] = {}
    for line in lines:
        for varenr in dict.fromkeys(varenr for period in line for varenr in period.entries):
            found.setdefault(varenr, []).append(line)
    return found


def _all_spans(lines: dict[str, list[list[_Period]]], first_day: dt.date) -> Iterator[ReadyAnswer]:
    for varenr, mine in sorted(lines.items()):
        before: bytes | None = None
        for day in _breaks(mine, varenr, first_day):
            listed = [one for line in mine if (one := _listed(line, varenr, day)) is not None]
            body = encode(product_shape(listed, day))[1:] if listed else b""
            if body != before:
                digest = hashlib.sha256(body).digest()[:8]
                yield ReadyAnswer(varenr, day, body or None, digest)
            before = body


def _breaks(lines: list[list[_Period]], varenr: str, first_day: dt.date) -> list[dt.date]:
    """The days on which a product's answer may change by itself."""
    days = {first_day}
    for line in lines:
        for period in line:
            days.add(period.first_day)
            entry = period.entries.get(varenr)
            for placement in entry.placements if entry is not None else ():
                for until in (placement.prescribe_until, placement.dispense_until):
                    if until is not None and first_day <= until < LAST_DAY:
                        days.add(until + dt.timedelta(days=1))
    return sorted(days)


def _listed(line: list[_Period], varenr: str, day: dt.date) -> Listed | None:
    begun = [period for period in line if period.first_day <= day]
    if not begun or varenr not in begun[-1].entries:
        return None
    later = line[len(begun) :]
    gone_from = next((period.first_day for period in later if varenr not in period.entries), None)
    return Listed(begun[-1].index, begun[-1].entries[varenr], gone_from)

"""What is set to go out by itself, as the workshop says; asked often, it looks only where that changed."""

import datetime as dt
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import msgspec
import structlog

from app.home import Home
from app.read.calendar import Scheduled, ScheduledList
from app.workshop.records import SCHEDULED, DraftRecord

_NEW = "new"
_PATIENCE = 0.2
"""Seconds to wait for a workshop that somebody has locked; what was read last is as good for now."""
_TICK_NS = 2_000_000_000
"""A file changed so short ago may change again without its time of change showing it."""

_Traces: TypeAlias = tuple[tuple[int, int, int] | None, ...]


class ScheduledPublishes:
    """The scheduled publishes of one home, kept while its workshop does not change."""

    def __init__(self, home: Home) -> None:
        self._workshop = home.workshop
        self._traces: _Traces | None = None
        self._known: tuple[Scheduled, ...] = ()
        self._told = ""

    def read(self) -> tuple[Scheduled, ...]:
        """All of them, by instant and draft; as they were last where the workshop cannot be read now."""
        traces = _traces(self._workshop)
        if traces == self._traces:
            return self._known
        try:
            self._known = _read(self._workshop)
        except (sqlite3.Error, OSError, msgspec.DecodeError) as error:
            self._tell(str(error))
        else:
            self._told = ""
            self._traces = traces if _are_old(traces) else None
        return self._known

    def next_at(self) -> dt.datetime | None:
        """The instant of the first, also where it has passed."""
        return min((publish.at for publish in self.read()), default=None)

    def _tell(self, error: str) -> None:
        """The same fault is told once."""
        if error != self._told:
            _LOG.warning("calendar-not-read", error=error)
        self._told = error


def in_order(drafts: Iterable[DraftRecord]) -> tuple[Scheduled, ...]:
    """What scheduled drafts stand for: those that go out together are one."""
    together: dict[tuple[dt.datetime, tuple[int, ...]], list[ScheduledList]] = {}
    for draft in drafts:
        if draft.schedule is not None:
            at = draft.schedule.at.astimezone(dt.UTC)
            lists = together.setdefault((at, draft.schedule.drafts), [])
            lists += _lists_of(draft)
    return tuple(
        Scheduled(at, drafts, tuple(sorted(lists, key=lambda one: (one.list, one.valid_from))))
        for (at, drafts), lists in sorted(together.items(), key=lambda pair: pair[0])
    )


def _lists_of(draft: DraftRecord) -> Iterable[ScheduledList]:
    for known in draft.lists:
        if known.state == _NEW and known.valid_from is not None:
            yield ScheduledList(known.list, known.title, known.valid_from)


def _read(workshop: Path) -> tuple[Scheduled, ...]:
    # Opened to write, though nothing is: what a killed process left unfinished is tidied on the way in.
    connected = sqlite3.connect(f"{workshop.resolve().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)
    with closing(connected) as db:
        known = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'draft'").fetchone()
        rows = db.execute(_SCHEDULED, (SCHEDULED,)).fetchall() if known else []
    return in_order(msgspec.json.decode(row[0], type=DraftRecord) for row in rows)


def _traces(workshop: Path) -> _Traces:
    """What a change leaves on the files of the workshop: which file, when changed, how long."""
    return tuple(_trace(path) for path in (workshop, workshop.with_name(workshop.name + "-wal")))


def _trace(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _are_old(traces: _Traces) -> bool:
    now = time.time_ns()
    return all(trace is None or trace[1] < now - _TICK_NS for trace in traces)


_SCHEDULED = "SELECT record FROM draft WHERE state = ? ORDER BY draft"
_LOG = structlog.get_logger("blaliste.calendar")

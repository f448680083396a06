"""The calendar: what goes live when, what comes into force on which day, and when products leave."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias
from weakref import WeakKeyDictionary

import msgspec

from app.read.view import View
from app.snapshot import Snapshot
from app.words import say
from lists.days import LAST_DAY, OSLO, day_before, oslo_day
from lists.timeline import EditionMark

IN_FORCE, CLOSES, PUBLISHES, ENDS = "in-force", "closes", "publishes", "ends"
KINDS = (IN_FORCE, CLOSES, PUBLISHES, ENDS)
"""In the order in which they stand on one day."""

PRESCRIBING, LISTED = "prescribing", "listed"
"""What a day is the last of: of being prescribed, or of standing on the list to be handed out."""


class ScheduledList(msgspec.Struct, frozen=True):
    """A list of which an edition is to become public, and the day that edition holds from."""

    list: str
    title: str
    valid_from: dt.date


class Scheduled(msgspec.Struct, frozen=True):
    """
    A publish that happens by itself.

    Attributes:
        drafts: All that go out together; not for the public.
    """

    at: dt.datetime
    drafts: tuple[int, ...]
    lists: tuple[ScheduledList, ...]


class CalendarItem(msgspec.Struct, frozen=True):
    """
    Something that happens to one list.

    Attributes:
        on: The day in Norway.
        at: The instant, where it has one: of a publish.
        edition: That comes into force or closes the list; None of what is not released yet.
        valid_from: From which day an edition holds; None for last days.
        products: How many have their last day.
        last_day_of: What it is the last day of: "prescribing" or "listed".
        drafts: What goes out; not for the public.
    """

    on: dt.date
    kind: str
    list: str
    title: str
    at: dt.datetime | None = None
    edition: str | None = None
    valid_from: dt.date | None = None
    products: int | None = None
    last_day_of: str | None = None
    drafts: tuple[int, ...] = ()


def calendar(
    view: View, scheduled: Iterable[Scheduled], *, first: dt.date, last: dt.date
) -> tuple[CalendarItem, ...]:
    """
    All that happens from one day to another, both included, by day, kind, instant and list.

    Args:
        view: What is released; its day does not matter.
    """
    items = (
        *_editions(view, first, last),
        *_publishes(view, scheduled, first, last),
        *_last_days(view, first, last),
    )
    return tuple(sorted(items, key=_place))


def sentence(item: CalendarItem, lang: str) -> str:
    """An item as people read it."""
    facts = {"list": item.list, "title": item.title}
    if item.kind == PUBLISHES:
        assert item.at is not None
        clock = item.at.astimezone(OSLO).strftime("%H:%M")
        return say("page", "calendar-publishes", lang, valid_from=item.valid_from, clock=clock, **facts)
    if item.kind == ENDS:
        key = "calendar-ends-prescribing" if item.last_day_of == PRESCRIBING else "calendar-ends-listed"
        return say("page", key, lang, products=item.products, **facts)
    return say("page", "calendar-closes" if item.kind == CLOSES else "calendar-in-force", lang, **facts)


def a_year_from(day: dt.date) -> dt.date:
    """
    The same date next year; 28 February for the 29th, the last day there is for those beyond it.

    >>> a_year_from(dt.date(2028, 2, 29))
    datetime.date(2029, 2, 28)
    """
    if day.year == dt.MAXYEAR:
        return dt.date.max
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def _place(item: CalendarItem) -> tuple[object, ...]:
    at = item.at.timestamp() if item.at is not None else 0.0
    return (
        item.on,
        KINDS.index(item.kind),
        at,
        item.list,
        item.valid_from or item.on,
        item.last_day_of or "",
    )


def _editions(view: View, first: dt.date, last: dt.date) -> Iterator[CalendarItem]:
    for code, line in view.snapshot.timelines.items():
        for mark in line.chain(view.release):
            if first <= mark.valid_from <= last:
                kind = CLOSES if mark.closed else IN_FORCE
                title = _title(view, mark)
                yield CalendarItem(
                    mark.valid_from, kind, code, title, edition=mark.id, valid_from=mark.valid_from
                )


def _publishes(
    view: View, scheduled: Iterable[Scheduled], first: dt.date, last: dt.date
) -> Iterator[CalendarItem]:
    """
    One for each list and first day of an instant.

    A list that is public already is called what it is called there: a new title is the draft's own.
    """
    found: dict[tuple[dt.datetime, str, dt.date], CalendarItem] = {}
    for publish in scheduled:
        on = oslo_day(publish.at)
        if not first <= on <= last:
            continue
        for one in publish.lists:
            key = publish.at, one.list, one.valid_from
            known = found[key].drafts if key in found else ()
            found[key] = CalendarItem(
                on,
                PUBLISHES,
                one.list,
                _known_title(view, one.list, one.valid_from) or one.title,
                at=publish.at,
                valid_from=one.valid_from,
                drafts=(*known, *publish.drafts),
            )
    yield from found.values()


def _last_days(view: View, first: dt.date, last: dt.date) -> Iterator[CalendarItem]:
    for code, line in view.snapshot.timelines.items():
        chain = line.chain(view.release)
        for mark, later in pairwise((*chain, None)):
            assert mark is not None
            if mark.closed or mark.valid_from > last or (later is not None and later.valid_from <= first):
                continue
            for (day, of), products in _counted(view.snapshot, mark, later).items():
                if first <= day <= last:
                    title = _title(view, mark)
                    yield CalendarItem(day, ENDS, code, title, products=products, last_day_of=of)


_Counts: TypeAlias = Counter[tuple[dt.date, str]]
_KNOWN: "WeakKeyDictionary[Snapshot, dict[tuple[EditionMark, EditionMark | None], _Counts]]" = (
    WeakKeyDictionary()
)


def _counted(snapshot: Snapshot, mark: EditionMark, later: EditionMark | None) -> _Counts:
    """How many products have a last day of some kind while an edition holds; counted once a snapshot."""
    known = _KNOWN.setdefault(snapshot, {})
    if (mark, later) not in known:
        known[mark, later] = _count(snapshot, mark, later)
    return known[mark, later]


def _count(snapshot: Snapshot, mark: EditionMark, later: EditionMark | None) -> _Counts:
    end = day_before(later.valid_from) if later is not None else day_before(LAST_DAY)
    holds = (mark.list, mark.ordinal, mark.ordinal)
    days = {row[0]: (_day(row[1]), _day(row[2])) for row in snapshot.db.execute(_OWN_DAYS, holds)}
    if later is not None:
        gone = snapshot.db.execute(_GONE, (*holds, later.list, later.ordinal, later.ordinal))
        for (varenr,) in gone:
            own, prescribed = days.get(varenr, (None, None))
            days[varenr] = (min(own, end) if own is not None else end, prescribed)
    counts: _Counts = Counter()
    for listed, prescribed in days.values():
        if listed is not None and mark.valid_from <= listed <= end:
            counts[listed, LISTED] += 1
        # Where both end on one day, that is one end.
        before = min(end, day_before(listed)) if listed is not None else end
        if prescribed is not None and mark.valid_from <= prescribed <= before:
            counts[prescribed, PRESCRIBING] += 1
    return counts


def _title(view: View, mark: EditionMark) -> str:
    """Without reading the rest of the edition, of which there may be many."""
    return str(view.snapshot.db.execute(_TITLE, (mark.list, mark.ordinal)).fetchone()[0])


def _known_title(view: View, code: str, day: dt.date) -> str | None:
    line = view.snapshot.timelines.get(code)
    if line is None:
        return None
    mark = line.in_force(day, view.release) or next(iter(line.chain(view.release)), None)
    return _title(view, mark) if mark is not None else None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text is not None else None


_TITLE = "SELECT title FROM edition WHERE list = ? AND ordinal = ?"
_HOLDS = "list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
# A product leaves a list when it has left all of its groups (as `lists.status` has it).
_OWN_DAYS = (
    "SELECT varenr,"  # noqa: S608 our own text
    " CASE WHEN count(*) = count(coalesce(dispense_until, prescribe_until))"
    " THEN max(coalesce(dispense_until, prescribe_until)) END AS listed,"
    " CASE WHEN count(*) = count(prescribe_until) THEN max(prescribe_until) END AS prescribed"
    f" FROM placement WHERE {_HOLDS} GROUP BY varenr HAVING listed IS NOT NULL OR prescribed IS NOT NULL"
)
_GONE = f"SELECT varenr FROM entry WHERE {_HOLDS} EXCEPT SELECT varenr FROM entry WHERE {_HOLDS}"  # noqa: S608 our own text

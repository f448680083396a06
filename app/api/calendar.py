"""The calendar over HTTP: what goes live when and what comes into force when, as JSON and as iCalendar."""

import datetime as dt
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.api.answer import NOT_MODIFIED, AnyRequest, Told, answer, has_it
from app.api.answers_described import spec
from app.api.pages import ask, next_cursor, stretch
from app.api.parameters import CursorText, FromDay, Lang, Limit, ToDay
from app.api.problems import language
from app.api.question import view_of
from app.calendar_file import MEDIA_TYPE, Event, icalendar
from app.pages import CalendarItemShape, CalendarPage
from app.questions import bad
from app.read.calendar import CalendarItem, a_year_from, calendar, sentence
from app.scheduled import ScheduledPublishes
from app.served import Served, today
from app.words import say
from lists.days import parse_day
from lists.errors import BadDay

_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""When a calendar was made in which nothing is published yet."""


@get(
    "/v1/calendar",
    responses=spec(CalendarPage, "By day."),
    operation_id="calendar",
    summary="Calendar",
)
async def calendar_items(
    request: AnyRequest,
    served: NamedDependency[Served],
    scheduled: NamedDependency[ScheduledPublishes],
    from_day: FromDay = None,
    to_day: ToDay = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """
    What happens to the lists from one day to another, both included.

    Editions that come into force, lists that close, publishes that are set to an instant, and the days on
    which products have their last. A released edition can be read before its day, with `valid_on`.
    """
    asked = ask(served, "calendar", {"from": from_day, "to": to_day}, limit=limit, cursor=cursor)
    first, last = _days(asked.filter("from"), asked.filter("to"), asked.time.valid_on)
    found = calendar(view_of(served, asked.time), scheduled.read(), first=first, last=last)
    after, told = next_cursor(asked, len(found)), language(request)
    items = tuple(_shape(found[place], told) for place in stretch(asked, len(found)))
    page = CalendarPage(asked.time.release, asked.time.valid_on, items, after)
    response = answer(request, page, release=asked.time.release, link_next=after)
    return _varied(response, lang)


@get(
    "/v1/calendar.ics",
    responses=spec(str, "iCalendar (RFC 5545).", media_type=MEDIA_TYPE),
    operation_id="calendar_file",
    summary="Calendar to subscribe to",
)
async def calendar_file(
    request: AnyRequest,
    served: NamedDependency[Served],
    scheduled: NamedDependency[ScheduledPublishes],
    from_day: FromDay = None,
    to_day: ToDay = None,
    lang: Lang = None,
) -> Response[bytes]:
    """The same as events for a calendar program: whole days, and instants of what is to be published."""
    first, last = _days(from_day, to_day, today())
    snapshot, told = served.snapshot, language(request)
    view = served.view(valid_on=today(), release=snapshot.release)
    events = [
        Event(_uid(item), item.on, item.at, sentence(item, told))
        for item in calendar(view, scheduled.read(), first=first, last=last)
    ]
    name = say("page", "calendar-name", told)
    body = icalendar(events, name=name, stamp=snapshot.published_at or _NEVER, lang=told)
    headers = Told(body, snapshot.release).headers(request.url.path, {})
    if has_it(request.headers.get("if-none-match"), headers["ETag"]):
        return _varied(Response(b"", status_code=NOT_MODIFIED, headers=headers, media_type=MEDIA_TYPE), lang)
    return _varied(Response(body, headers=headers, media_type=MEDIA_TYPE), lang)


def _days(from_day: str | None, to_day: str | None, now: dt.date) -> tuple[dt.date, dt.date]:
    first = now if from_day is None else _day(from_day, "from")
    last = a_year_from(first) if to_day is None else _day(to_day, "to")
    if last < first:
        raise bad("bad-date", "to", last.isoformat(), "day-not-before-from")
    return first, last


def _day(text: str, field: str) -> dt.date:
    try:
        return parse_day(text)
    except BadDay as error:
        raise bad("bad-date", field, text, "day") from error


def _shape(item: CalendarItem, lang: str) -> CalendarItemShape:
    return CalendarItemShape(
        on=item.on,
        at=item.at,
        kind=item.kind,
        list=item.list,
        title=item.title,
        edition=item.edition,
        valid_from=item.valid_from,
        products=item.products,
        last_day_of=item.last_day_of,
        text=sentence(item, lang),
    )


def _uid(item: CalendarItem) -> str:
    """What an event is about, whatever is said of it: a correction changes the event, and adds none."""
    when = item.at.strftime("%Y%m%dT%H%M%SZ") if item.at is not None else None
    parts = (item.kind, item.last_day_of, item.list, when, item.valid_from or item.on)
    return "-".join(str(part) for part in parts if part is not None) + "@blaliste"


def _varied(response: Response[bytes], lang: str | None) -> Response[bytes]:
    """Its sentences follow the client's language: whoever keeps it must know."""
    if lang is None:
        response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return response


ROUTES: list[Any] = [calendar_items, calendar_file]

"""The calendar as a page: what goes out when and what comes into force when, month by month."""

import datetime as dt
from itertools import groupby
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from app.api.answer import AnyRequest
from app.api.identity import require
from app.api.question import Time, view_of
from app.editor.frame import editor_page
from app.read.calendar import calendar, sentence
from app.scheduled import ScheduledPublishes
from app.served import Served, today
from app.web.addresses import page_language
from app.words import say
from lists.days import day_before, parse_day
from lists.errors import BadDay

YEARS = range(1900, 2200)
"""Years that can be looked at."""


class CalendarRow(msgspec.Struct, frozen=True):
    """Something that happens, and the drafts that make it happen."""

    on: dt.date
    kind: str
    list: str
    text: str
    drafts: tuple[int, ...]


class Month(msgspec.Struct, frozen=True):
    """One month in which something happens."""

    title: str
    rows: tuple[CalendarRow, ...]


@get("/editor/calendar")
async def calendar_page(
    request: AnyRequest, served: NamedDependency[Served], scheduled: NamedDependency[ScheduledPublishes]
) -> Template:
    """A year from this month on, or from another one."""
    require(request, served.home)
    lang, first = page_language(request), _first_day(request.query_params.get("from", ""))
    view = view_of(served, Time(today(), served.snapshot.release))
    last = day_before(first.replace(year=first.year + 1))
    items = calendar(view, scheduled.read(), first=first, last=last)
    rows = [CalendarRow(item.on, item.kind, item.list, sentence(item, lang), item.drafts) for item in items]
    return editor_page(
        request,
        "calendar.html.jinja",
        months=[
            Month(_title(month, lang), tuple(within))
            for month, within in groupby(rows, key=lambda row: row.on.replace(day=1))
        ],
        first=first,
        last=last,
        today=today(),
        before=first.replace(year=first.year - 1) if first.year > YEARS.start else None,
        after=first.replace(year=first.year + 1) if first.year < YEARS.stop - 1 else None,
    )


def _first_day(asked: str) -> dt.date:
    """The first of the month that is asked for; of this one where that cannot be read."""
    try:
        day = parse_day(f"{asked}-01" if len(asked) == len("2027-01") else asked)
    except BadDay:
        day = today()
    return (day if day.year in YEARS else today()).replace(day=1)


def _title(month: dt.date, lang: str) -> str:
    names = say("page", "months", lang).split()
    return f"{names[month.month - 1]} {month.year}"


ROUTES: list[Any] = [calendar_page]

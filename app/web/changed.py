"""What changed: each list's newest edition and what is coming, or any two ends held against each other."""

import datetime as dt
from itertools import groupby
from typing import Any

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import AnyRequest
from app.beside import Beside
from app.read.changes import read_ends
from app.read.edition_news import edition_before
from app.read.lists import edition_shapes, known_lists, list_shape, require_list
from app.read.view import View
from app.served import Served, today
from app.shapes import EditionShape
from app.web.addresses import page_language, paged, part, with_lang
from app.web.changed_addresses import changes_json, comparison, feed_address
from app.web.changed_rows import ChangedRow, changed_row, changes_between, chosen, counted
from app.web.frame import page_view, reader_page
from app.web.latest import items_told, newest_first, news_told
from app.web.told import Words, plain_told
from app.words import say
from lists.days import day_before
from lists.errors import BadQuestion
from lists.timeline import EditionMark

ON_A_PAGE = 30
MOST_SORTS = 8
"""Sentences of one edition; what is left out is told on the page that they lead to."""


class Asked(msgspec.Struct, frozen=True):
    """What is asked of the page; "" where something is not."""

    list: str
    start: str
    end: str
    kind: str
    q: str


class Told(msgspec.Struct, frozen=True):
    """A sentence, and where the changes that it counts are seen one by one."""

    text: str
    address: str


class Card(msgspec.Struct, frozen=True):
    """
    What one edition brought.

    Attributes:
        address: All its changes one by one; "" for the first edition of its list.
    """

    list: str
    title: str
    edition: str
    valid_from: dt.date
    corrects: bool
    sentences: tuple[Told, ...]
    more: int
    address: str
    json: str


class EditionRow(msgspec.Struct, frozen=True):
    """An edition among all of its list."""

    edition: EditionShape
    address: str


class Offered(msgspec.Struct, frozen=True):
    """A list that can be chosen."""

    code: str
    title: str


@get("/endringer", media_type=MediaType.HTML)
async def changed_page(request: AnyRequest, beside: NamedDependency[Beside]) -> Response[bytes]:
    """What the newest editions brought, or all that differs between two editions or two days."""
    return await beside.answer(lambda served: _changed(request, served))


def _changed(request: AnyRequest, served: Served) -> Response[bytes]:
    view, asked = page_view(request, served), _asked(request)
    if not asked.start and not asked.end:
        return _newest(request, served, view, asked)
    try:
        return _between(request, served, view, asked)
    except BadQuestion as error:
        expected = say("expected", error.facts["expected"], page_language(request))
        return _newest(request, served, view, asked, refused=expected)


def _asked(request: AnyRequest) -> Asked:
    names = ("list", "from", "to", "kind", "q")
    return Asked(*(request.query_params.get(name, "").strip() for name in names))


def _newest(
    request: AnyRequest, served: Served, view: View, asked: Asked, *, refused: str = ""
) -> Response[bytes]:
    if asked.list:
        require_list(view, asked.list)
    codes = [asked.list] if asked.list else known_lists(view)
    in_force = sorted((view.marks[code] for code in codes if code in view.marks), key=newest_first)
    coming = sorted((mark for code in codes for mark in view.coming[code]), key=_first_first)
    return reader_page(
        request,
        "changed.html.jinja",
        view=view,
        status=400 if refused else 200,
        refused=refused,
        asked=asked,
        feed=feed_address(request, asked.list),
        in_force=[_card(request, served, mark) for mark in in_force],
        coming=[_card(request, served, mark) for mark in coming],
        editions=_editions(request, view, asked.list) if asked.list else [],
        days=(asked.start or _day_before(in_force), asked.end or view.valid_on.isoformat()),
        **_lists(view, asked),
    )


def _between(request: AnyRequest, served: Served, view: View, asked: Asked) -> Response[bytes]:
    texts = (asked.start or None, asked.end or None)
    ends = read_ends(served.snapshot, asked.list or None, texts, release=view.release, today=today())
    was, now = (served.view(valid_on=day, release=known) for day, known in (ends.before, ends.after))
    found = [change for code in ends.lists for change in changes_between(served.compared(was, now, code))]
    words = Words(page_language(request))
    some = chosen(found, kind=asked.kind, q=asked.q)
    page = paged(request, some, ON_A_PAGE)
    return reader_page(
        request,
        "compared.html.jinja",
        view=view,
        # Two ends have no day of their own: the question has no other either.
        json="" if request.query_params.get("valid_on") else changes_json(asked.list, asked.start, asked.end),
        same=changes_json(asked.list, asked.start, asked.end),
        asked=asked,
        feed=feed_address(request, ends.lists[0] if len(ends.lists) == 1 else ""),
        was=was,
        now=now,
        ends=ends,
        counts=counted(found),
        total=len(found),
        page=page,
        by_sort=_by_sort([changed_row(request, change, words, kind=asked.kind) for change in page.items]),
        newest=with_lang(request, f"/endringer?list={part(asked.list)}" if asked.list else "/endringer"),
        plain=plain_told,
        **_lists(view, asked),
    )


def _card(request: AnyRequest, served: Served, mark: EditionMark) -> Card:
    news, lang = served.news(mark), page_language(request)
    before = edition_before(served.snapshot, mark)
    address = comparison(request, mark.list, before.id, mark.id) if before is not None else ""
    shown = news.items[:MOST_SORTS]
    sentences = [
        Told(text, comparison(request, mark.list, before.id, mark.id, kind=item.sort))
        for item, text in zip(shown, items_told(shown, lang), strict=True)
        if before is not None
    ]
    return Card(
        news.list,
        news.title,
        news.edition,
        news.valid_from,
        news.corrects,
        tuple(sentences) or tuple(Told(text, "") for text in news_told(news, lang)),
        sum(item.changes for item in news.items[MOST_SORTS:]),
        address,
        changes_json(mark.list, before.id, mark.id) if before is not None else "",
    )


def _editions(request: AnyRequest, view: View, code: str) -> list[EditionRow]:
    """All editions of a list, newest first, each with what it changed."""
    marks = {mark.id: mark for mark in view.snapshot.timelines[code].marks}
    rows = []
    for shape in edition_shapes(view.snapshot, code, view.release):
        mark = marks[shape.edition]
        before = edition_before(view.snapshot, mark)
        address = comparison(request, code, before.id, shape.edition) if before is not None else ""
        rows.append(EditionRow(shape, address))
    return rows


def _by_sort(rows: list[ChangedRow]) -> list[tuple[str, list[ChangedRow]]]:
    return [(sort, list(some)) for sort, some in groupby(rows, key=lambda row: row.sort)]


def _lists(view: View, asked: Asked) -> dict[str, Any]:
    offered = [Offered(code, list_shape(view, code).title) for code in known_lists(view)]
    return {
        "offered": offered,
        "title": next((one.title for one in offered if one.code == asked.list), ""),
    }


def _first_first(mark: EditionMark) -> tuple[dt.date, str]:
    return (mark.valid_from, mark.list)


def _day_before(newest: list[EditionMark]) -> str:
    """The last day on which the newest edition did not hold yet."""
    return day_before(newest[0].valid_from).isoformat() if newest else ""

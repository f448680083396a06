"""What was released, and the lists: each release can be taken back and each list ended, by a draft."""

import datetime as dt
from typing import Any

import msgspec
from litestar import get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from app.api.answer import AnyRequest
from app.api.draft_answers import reason_of
from app.api.identity import EDITOR, require
from app.api.problems import STATUS, name_of
from app.api.question import Time, view_of
from app.editor.frame import editor_page, form_of, text_of
from app.ordering import Orders
from app.publish.drafting import Why
from app.publish.orders import Close, Withdraw
from app.questions import bad
from app.read.lists import known_lists, list_shape, require_list
from app.read.view import View
from app.served import Served, today
from app.shapes import ListShape
from app.web.addresses import page_language, paged, with_lang
from app.words import say_error
from ingest import store
from lists.days import parse_day
from lists.errors import BadDay, BadQuestion, ListsError, NotThere, Refused
from lists.timeline import EditionMark

ON_A_PAGE = 50


class ReleaseRow(msgspec.Struct, frozen=True):
    """
    A release as it is shown.

    Attributes:
        taken_back_by: The releases that withdrew it, or some of its lists.
    """

    release: store.Release
    editions: tuple[EditionMark, ...]
    taken_back_by: tuple[int, ...]


@get("/editor/releases")
async def releases_page(request: AnyRequest, served: NamedDependency[Served]) -> Template:
    """All releases, newest first, and the lists as they are in force."""
    found = require(request, served.home)
    view = _view(served)
    page = paged(request, served.snapshot.releases[::-1], ON_A_PAGE)
    return editor_page(
        request,
        "releases.html.jinja",
        rows=[_row(served, known) for known in page.items],
        page=page,
        lists=[list_shape(view, code) for code in known_lists(view)],
        may_draft=EDITOR in found.roles,
    )


@get("/editor/releases/{release:int}/withdraw")
async def withdraw_page(
    request: AnyRequest, served: NamedDependency[Served], release: FromPath[int]
) -> Template:
    """Which of its lists are taken back, from which day, and why."""
    require(request, served.home, EDITOR)
    return _withdraw_page(request, served, release)


@post("/editor/releases/{release:int}/withdraw")
async def withdraw(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    release: FromPath[int],
) -> Response[Any]:
    """Make the draft that puts back what held before."""
    person, form = await form_of(request, served.home, EDITOR)
    try:
        reason, day = reason_of(text_of(form, "reason")), _day(form)
        lists = tuple(code for code in form.getall("list", []) if isinstance(code, str))
        if not lists:
            raise bad("bad-request", "list", "", "some-list")
        done = await orders.carry_out(Withdraw(release, Why(person.name, reason), lists, day))
    except (BadQuestion, Refused, NotThere) as error:
        return _withdraw_page(request, served, release, form, error)
    return _to_draft(request, done.draft)


@get("/editor/lists/{code:str}/close")
async def close_page(request: AnyRequest, served: NamedDependency[Served], code: FromPath[str]) -> Template:
    """From which day a list is no more, and why."""
    require(request, served.home, EDITOR)
    return _close_page(request, served, code)


@post("/editor/lists/{code:str}/close")
async def close(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    code: FromPath[str],
) -> Response[Any]:
    """Make the draft that ends a list."""
    person, form = await form_of(request, served.home, EDITOR)
    try:
        reason, day = reason_of(text_of(form, "reason")), _day(form)
        if day is None:
            raise bad("bad-date", "valid_from", "", "day")
        done = await orders.carry_out(Close(code, day, Why(person.name, reason)))
    except (BadQuestion, Refused, NotThere) as error:
        return _close_page(request, served, code, form, error)
    return _to_draft(request, done.draft)


def _withdraw_page(
    request: AnyRequest,
    served: Served,
    number: int,
    form: FormMultiDict | None = None,
    error: ListsError | None = None,
) -> Template:
    known = next((one for one in served.snapshot.releases if one.release == number), None)
    if known is None:
        raise NotThere("unknown-release", found=number)
    row = _row(served, known)
    codes = sorted({mark.list for mark in row.editions})
    chosen = set(form.getall("list", [])) if form is not None else set(codes)
    titles = {code: list_shape(_view(served), code).title for code in codes}
    return _form_page(
        request, "withdraw.html.jinja", form, error, row=row, titles=titles, chosen=chosen, today=today()
    )


def _close_page(
    request: AnyRequest,
    served: Served,
    code: str,
    form: FormMultiDict | None = None,
    error: ListsError | None = None,
) -> Template:
    view = _view(served)
    require_list(view, code)
    shape: ListShape = list_shape(view, code)
    return _form_page(request, "close.html.jinja", form, error, shape=shape)


def _form_page(
    request: AnyRequest,
    template: str,
    form: FormMultiDict | None,
    error: ListsError | None,
    **context: Any,
) -> Template:
    """A form with what was typed, and why it was refused."""
    return editor_page(
        request,
        template,
        status=STATUS[name_of(error)] if error is not None else 200,
        told=say_error(error, page_language(request)) if error is not None else "",
        day=text_of(form, "valid_from") if form is not None else "",
        reason=text_of(form, "reason") if form is not None else "",
        **context,
    )


def _row(served: Served, known: store.Release) -> ReleaseRow:
    snapshot = served.snapshot
    return ReleaseRow(
        known,
        tuple(mark for mark in snapshot.editions if mark.release == known.release),
        tuple(later.release for later in snapshot.releases if later.withdraws == known.release),
    )


def _view(served: Served) -> View:
    return view_of(served, Time(today(), served.snapshot.release))


def _day(form: FormMultiDict) -> dt.date | None:
    text = text_of(form, "valid_from").strip()
    try:
        return parse_day(text) if text else None
    except BadDay as error:
        raise bad("bad-date", "valid_from", text, "day") from error


def _to_draft(request: AnyRequest, draft: int | None) -> Redirect:
    return Redirect(with_lang(request, f"/editor/drafts/{draft}"), status_code=303)


ROUTES: list[Any] = [releases_page, withdraw_page, withdraw, close_page, close]

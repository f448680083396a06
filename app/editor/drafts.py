"""The drafts' pages: take a file in, see what was found in a draft, and decide about it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.api.answer import AnyRequest
from app.api.draft_answers import fresh, reason_of, with_workshop, workshop_of
from app.api.identity import APPROVER, EDITOR, Person, identified, require, require_meant
from app.api.problems import STATUS, name_of
from app.api.uploads import MOST_UPLOADED, received
from app.drafts import DraftShape, draft_shape
from app.editor.acting import Act, acts_open, scheduled_for
from app.editor.frame import START, editor_page, form_of, text_of
from app.home import Home
from app.ordering import Orders
from app.publish import deciding
from app.publish.drafting import Why
from app.publish.looks import read_changes, read_look
from app.publish.orders import Carry, Publish, Upload
from app.publish.wishes import Wish
from app.read.draft_changes import counts_by_kind
from app.served import Served
from app.web.addresses import page_language, with_lang
from app.words import say_error
from app.workshop.records import ChangeMade, DraftRecord
from ingest.profiles import built_in
from lists.errors import ListsError, NotThere

MOST_SHOWN = 50
"""Drafts on a page."""


@get(START)
async def first_page(request: AnyRequest, served: NamedDependency[Served]) -> Template:
    """The form for a file, and the drafts, newest first."""
    require(request, served.home)
    return _first_page(request, served.home)


@post("/editor/drafts", request_max_body_size=MOST_UPLOADED)
async def take_in(
    request: AnyRequest, served: NamedDependency[Served], orders: NamedDependency[Orders]
) -> Response[Any]:
    """Take a file in, and go on to its draft; what cannot be read is told next to the form."""
    person = identified(request, served.home, EDITOR)
    try:
        async with received(request, served.home) as form:
            require_meant(request, person, csrf=form.csrf)
            why = Why(person.name, form.note)
            done = await orders.carry_out(Upload(str(form.path), why, form.profile, form.first_days))
    except ListsError as error:
        if name_of(error) not in _TOLD_NEXT_TO_FORM:
            raise
        return _first_page(request, served.home, error)
    return _to_draft(request, done.draft)


@get("/editor/drafts/{draft:int}")
async def draft_page(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: FromPath[int],
) -> Template:
    """A draft: what was found, what it means, what may be done with it."""
    person = require(request, served.home)
    await fresh(served.home, orders, draft)
    return _draft_page(request, served.home, person, draft)


@post("/editor/drafts/{draft:int}/{act:str}")
async def act_on_draft(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: FromPath[int],
    act: FromPath[str],
) -> Response[Any]:
    """Do what a button says; what cannot be done is told on the draft's page."""
    if act not in _ACTS:
        raise NotThere("not-found", found=request.url.path)
    role, do = _ACTS[act]
    person, form = await form_of(request, served.home, role)
    try:
        await do(Act(served.home, orders, person.name, draft), form)
    except ListsError as error:
        if name_of(error) not in _TOLD_NEXT_TO_FORM:
            raise
        refused = _Refused(error, _typed(form) if act == "publish" else None)
        return _draft_page(request, served.home, person, draft, refused)
    return _to_draft(request, draft)


async def _approve(act: Act, form: FormMultiDict) -> None:
    note = text_of(form, "note").strip() or None
    await with_workshop(
        act.home, lambda workshop: deciding.approve(workshop, act.draft, by=act.by, note=note)
    )


async def _reject(act: Act, form: FormMultiDict) -> None:
    reason = reason_of(text_of(form, "reason"))
    await with_workshop(
        act.home, lambda workshop: deciding.reject(act.home, workshop, act.draft, by=act.by, reason=reason)
    )


async def _abandon(act: Act, _form: FormMultiDict) -> None:
    await with_workshop(act.home, lambda workshop: deciding.abandon(act.home, workshop, act.draft, by=act.by))


async def _unschedule(act: Act, _form: FormMultiDict) -> None:
    await with_workshop(
        act.home, lambda workshop: deciding.unschedule(act.home, workshop, act.draft, by=act.by)
    )


async def _carry(act: Act, _form: FormMultiDict) -> None:
    await act.orders.carry_out(Carry(act.draft, act.by))


async def _publish(act: Act, form: FormMultiDict) -> None:
    typed = _typed(form)
    wish = Wish(
        typed.note.strip() or None,
        overrides=typed.overrides,
        reason=reason_of(typed.reason) if typed.overrides else None,
        at=scheduled_for(typed.day, typed.time),
    )
    await act.orders.carry_out(Publish((act.draft,), act.by, wish))


def _first_page(request: AnyRequest, home: Home, error: ListsError | None = None) -> Template:
    lang = page_language(request)
    with workshop_of(home) as workshop:
        records, needed = workshop.drafts(), workshop.approvals_needed
    shapes = [
        draft_shape(record, read_look(home, record.draft), needed=needed, lang=lang, most=0)
        for record in records[:MOST_SHOWN]
    ]
    context = {
        "drafts": shapes,
        "hidden": max(0, len(records) - MOST_SHOWN),
        "profiles": built_in(),
        "may_upload": EDITOR in request.state.person.roles,
    }
    return _page(request, "drafts.html.jinja", error, context)


class _Typed(msgspec.Struct, frozen=True):
    """What was typed into the form to publish."""

    overrides: tuple[str, ...]
    reason: str
    note: str
    day: str
    time: str


class _Refused(msgspec.Struct, frozen=True):
    """Why an act was not done, and what was typed for it."""

    error: ListsError
    typed: _Typed | None


def _typed(form: FormMultiDict) -> _Typed:
    gates = tuple(gate for gate in form.getall("override", []) if isinstance(gate, str))
    return _Typed(gates, *(text_of(form, name) for name in ("reason", "note", "day", "time")))


def _draft_page(
    request: AnyRequest, home: Home, person: Person, number: int, refused: _Refused | None = None
) -> Template:
    with workshop_of(home) as workshop:
        record, needed = workshop.draft(number), workshop.approvals_needed
    look = read_look(home, number)
    shape: DraftShape = draft_shape(record, look, needed=needed, lang=page_language(request), most=MOST_SHOWN)
    context = {
        "draft": shape,
        "needed": needed,
        "fired": [gate for gate in shape.gates if not gate.passed],
        "counts": counts_by_kind(read_changes(home, number)),
        "impact": look.impact if look is not None else (),
        "may": acts_open(record, person, needed=needed),
        "typed": refused.typed if refused is not None else None,
        "changed": _just_changed(request, record),
        "lacking": any(gate.gate == "later-edition-lacks-it" and not gate.passed for gate in shape.gates),
    }
    return _page(request, "draft.html.jinja", refused.error if refused is not None else None, context)


def _just_changed(request: AnyRequest, record: DraftRecord) -> ChangeMade | None:
    """The value whose change led here, as long as it is the last one."""
    is_last = request.query_params.get("changed") == str(len(record.changes))
    return record.changes[-1] if is_last and record.changes else None


def _page(
    request: AnyRequest, template: str, error: ListsError | None, context: Mapping[str, Any]
) -> Template:
    told = say_error(error, page_language(request)) if error is not None else ""
    status = STATUS[name_of(error)] if error is not None else 200
    return editor_page(request, template, status=status, told=told, **context)


def _to_draft(request: AnyRequest, draft: int | None) -> Redirect:
    return Redirect(with_lang(request, f"/editor/drafts/{draft}"), status_code=HTTP_303_SEE_OTHER)


_TOLD_NEXT_TO_FORM = (
    *("bad-request", "bad-date", "unknown-parameter", "own-draft", "draft-state", "publish-running"),
    "gate-failed",
)
_ACTS: dict[str, tuple[str, Callable[[Act, FormMultiDict], Awaitable[None]]]] = {
    "approve": (APPROVER, _approve),
    "reject": (APPROVER, _reject),
    "abandon": (EDITOR, _abandon),
    "unschedule": (APPROVER, _unschedule),
    "carry": (EDITOR, _carry),
    "publish": (APPROVER, _publish),
}
ROUTES: list[Any] = [first_page, take_in, draft_page, act_on_draft]

"""Drafts over HTTP, to make and to change: from a file, from an act, value by value."""

from typing import Annotated, Any

from litestar import Response, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from app.api.answer import AnyRequest
from app.api.answers_described import spec
from app.api.draft_answers import (
    ACT,
    TAG,
    DraftNumber,
    drafted,
    reason_of,
)
from app.api.identity import EDITOR, identified, require, require_meant
from app.api.parameters import Lang
from app.api.uploads import MOST_UPLOADED, received
from app.drafts import (
    CloseQuestion,
    DraftShape,
    EditQuestion,
    WithdrawQuestion,
)
from app.ordering import Orders
from app.publish.drafting import Why
from app.publish.orders import Carry, Change, Close, Upload, Withdraw
from app.questions import bad
from app.served import Served
from lists.editing import Edit

ReleaseNumber = Annotated[int, PathParameter(description="Number of a release.")]
ClosedList = Annotated[str, PathParameter(name="list", description="Code of the list that ends.")]


@post(
    "/v1/drafts",
    responses=spec(DraftShape, "The draft, also one that was refused.", 401, 403, 413, status=201),
    status_code=201,
    operation_id="upload",
    summary="Take a file in as a draft",
    tags=TAG,
    request_max_body_size=MOST_UPLOADED,
)
async def upload(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    lang: Lang = None,
) -> Response[bytes]:
    """
    Read and judge a source: a form (multipart) with `file`, and `profile`, `valid_from`, `note` as needed.

    `valid_from` is a day for all lists, or LIST=DAY, several apart by commas. The file is kept
    under its sha256 for ever. Role: editor.
    """
    person = identified(request, served.home, EDITOR)
    async with received(request, served.home) as form:
        require_meant(request, person, csrf=form.csrf)
        order = Upload(str(form.path), Why(person.name, form.note), form.profile, form.first_days)
        done = await orders.carry_out(order)
    return drafted(request, served, done.draft, status=201)


@patch(
    "/v1/drafts/{draft:int}",
    responses=spec(DraftShape, "The draft with the change; approvals are void.", *ACT),
    operation_id="change_draft",
    summary="Change a value in a draft",
    tags=TAG,
)
async def change(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: DraftNumber,
    data: JSONBody[EditQuestion],
    lang: Lang = None,
) -> Response[bytes]:
    """
    One recorded change, judged by the same rules: subject, key, field as `/v1/changes` names it, value.

    `expressed_by` of a condition names the coded condition that says the same (its text stays). Role: editor.
    """
    person = require(request, served.home, EDITOR)
    edit = Edit(data.subject, data.key, data.field, data.value, data.list)
    order = Change(draft, edit, Why(person.name, reason_of(data.reason)))
    done = await orders.carry_out(order)
    return drafted(request, served, done.draft)


@post(
    "/v1/drafts/{draft:int}/carry",
    responses=spec(DraftShape, "The draft with an edition for each later day.", *ACT),
    status_code=200,
    operation_id="carry_draft",
    summary="Carry a draft's changes into later editions",
    tags=TAG,
)
async def carry(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: DraftNumber,
    lang: Lang = None,
) -> Response[bytes]:
    """What a later edition, released already, would undo is carried into it too. Role: editor."""
    person = require(request, served.home, EDITOR)
    done = await orders.carry_out(Carry(draft, person.name))
    return drafted(request, served, done.draft)


@post(
    "/v1/releases/{release:int}/withdraw",
    responses=spec(DraftShape, "The draft that puts back what held before.", *ACT, status=201),
    status_code=201,
    operation_id="withdraw_release",
    summary="Take a release back",
    tags=TAG,
)
async def withdraw(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    release: ReleaseNumber,
    data: JSONBody[WithdrawQuestion],
    lang: Lang = None,
) -> Response[bytes]:
    """
    A draft in which each list of the release, or those named, says again what it said before it.

    It is approved and published like any other; nothing is deleted. Role: editor.
    """
    person = require(request, served.home, EDITOR)
    why = Why(person.name, reason_of(data.reason))
    if data.lists == ():
        raise bad("bad-request", "lists", "[]", "some-lists")
    done = await orders.carry_out(Withdraw(release, why, data.lists or (), data.valid_from))
    return drafted(request, served, done.draft, status=201)


@post(
    "/v1/lists/{list:str}/close",
    responses=spec(DraftShape, "The draft that ends the list.", *ACT, status=201),
    status_code=201,
    operation_id="close_list",
    summary="End a list",
    tags=TAG,
)
async def close(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    code: ClosedList,
    data: JSONBody[CloseQuestion],
    lang: Lang = None,
) -> Response[bytes]:
    """A draft by which a list is no more from a day on, published like any other. Role: editor."""
    person = require(request, served.home, EDITOR)
    why = Why(person.name, reason_of(data.reason))
    done = await orders.carry_out(Close(code, data.valid_from, why))
    return drafted(request, served, done.draft, status=201)


ROUTES: list[Any] = [upload, change, carry, withdraw, close]

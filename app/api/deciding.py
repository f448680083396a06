"""Drafts over HTTP, to decide about: each act by somebody who may do it."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.api.answer import AnyRequest
from app.api.answers_described import spec
from app.api.draft_answers import (
    ACT,
    TAG,
    DraftNumber,
    drafted,
    private,
    reason_of,
    with_workshop,
)
from app.api.identity import APPROVER, EDITOR, require
from app.api.parameters import Lang
from app.drafts import (
    ApproveQuestion,
    DraftShape,
    PublishQuestion,
    ReasonQuestion,
)
from app.ordering import Orders
from app.publish import deciding
from app.publish.orders import Publish
from app.publish.wishes import Wish
from app.questions import bad
from app.read.releases import release_of
from app.served import Served
from app.shapes import ReleaseShape, encode
from app.words import has


@post(
    "/v1/drafts/{draft:int}/approve",
    responses=spec(DraftShape, "The draft.", *ACT),
    status_code=200,
    operation_id="approve_draft",
    summary="Approve a draft",
    tags=TAG,
)
async def approve(
    request: AnyRequest,
    served: NamedDependency[Served],
    draft: DraftNumber,
    data: JSONBody[ApproveQuestion | None] = None,
    lang: Lang = None,
) -> Response[bytes]:
    """Say yes to exactly what it says now; 409 `own-draft` for who uploaded or changed it. Role: approver."""
    person = require(request, served.home, APPROVER)
    note = data.note if data is not None else None
    await with_workshop(
        served.home, lambda workshop: deciding.approve(workshop, draft, by=person.name, note=note)
    )
    return drafted(request, served, draft)


@post(
    "/v1/drafts/{draft:int}/reject",
    responses=spec(DraftShape, "The draft.", *ACT),
    status_code=200,
    operation_id="reject_draft",
    summary="Reject a draft",
    tags=TAG,
)
async def reject(
    request: AnyRequest,
    served: NamedDependency[Served],
    draft: DraftNumber,
    data: JSONBody[ReasonQuestion],
    lang: Lang = None,
) -> Response[bytes]:
    """Say no; it goes no further. Role: approver."""
    person, reason = require(request, served.home, APPROVER), reason_of(data.reason)
    await with_workshop(
        served.home,
        lambda workshop: deciding.reject(served.home, workshop, draft, by=person.name, reason=reason),
    )
    return drafted(request, served, draft)


@post(
    "/v1/drafts/{draft:int}/abandon",
    responses=spec(DraftShape, "The draft.", *ACT),
    status_code=200,
    operation_id="abandon_draft",
    summary="Let a draft go",
    tags=TAG,
)
async def abandon(
    request: AnyRequest, served: NamedDependency[Served], draft: DraftNumber, lang: Lang = None
) -> Response[bytes]:
    """It goes no further; source and report stay. Role: editor."""
    person = require(request, served.home, EDITOR)
    await with_workshop(
        served.home, lambda workshop: deciding.abandon(served.home, workshop, draft, by=person.name)
    )
    return drafted(request, served, draft)


@post(
    "/v1/drafts/{draft:int}/unschedule",
    responses=spec(DraftShape, "The draft.", *ACT),
    status_code=200,
    operation_id="unschedule_draft",
    summary="Take a draft from the calendar",
    tags=TAG,
)
async def unschedule(
    request: AnyRequest, served: NamedDependency[Served], draft: DraftNumber, lang: Lang = None
) -> Response[bytes]:
    """It, and what was to go out with it, is as approved as before. Role: approver."""
    person = require(request, served.home, APPROVER)
    await with_workshop(
        served.home, lambda workshop: deciding.unschedule(served.home, workshop, draft, by=person.name)
    )
    return drafted(request, served, draft)


@post(
    "/v1/drafts/{draft:int}/publish",
    responses={
        **spec(ReleaseShape, "The release; it is in force.", *ACT, 422),
        **spec(DraftShape, "It goes out at the instant that was named.", status=202),
    },
    status_code=200,
    operation_id="publish_draft",
    summary="Publish a draft",
    tags=TAG,
)
async def publish(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: DraftNumber,
    data: JSONBody[PublishQuestion],
    lang: Lang = None,
) -> Response[bytes]:
    """
    Make it a release, now or at an instant ahead; gates are looked at again then. Role: approver.

    422 `gate-failed` names the gates that fire; `override` passes those it names, with a reason that is kept.
    """
    person = require(request, served.home, APPROVER)
    passed = data.override
    if data.at is not None and data.at.tzinfo is None:
        raise bad("bad-date", "at", data.at.isoformat(), "instant")
    wish = Wish(
        data.note,
        overrides=_known_gates(passed.gates) if passed is not None else (),
        reason=reason_of(passed.reason) if passed is not None else None,
        at=data.at,
    )
    done = await orders.carry_out(Publish((draft,), person.name, wish))
    if done.release is None:
        return drafted(request, served, draft, status=202)
    return private(encode(release_of(served.home, done.release)))


def _known_gates(given: tuple[str, ...]) -> tuple[str, ...]:
    """Whoever misspells a gate would not pass it, and is told so."""
    for gate in given:
        if not has("gate", gate):
            raise bad("bad-request", "override.gates", gate, "gate-name")
    return given


ROUTES: list[Any] = [approve, reject, abandon, unschedule, publish]

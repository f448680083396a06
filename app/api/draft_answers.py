"""What the endpoints for drafts share: a draft as it is now, and how they answer."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import Annotated, TypeVar

from litestar import Response
from litestar.params import PathParameter

from app.api.answer import JSON, AnyRequest
from app.api.problems import language
from app.drafts import draft_shape
from app.home import Home
from app.ordering import Orders
from app.publish.looks import is_stale, read_look
from app.publish.orders import Refresh
from app.questions import bad
from app.served import Served
from app.shapes import encode
from app.workshop.database import Workshop

DraftNumber = Annotated[int, PathParameter(description="Number of a draft.")]

TAG = ["publishing"]
ACT = (401, 403, 404, 409)
"""How any act on a draft may be refused."""

_Result = TypeVar("_Result")


def drafted(request: AnyRequest, served: Served, number: int | None, *, status: int = 200) -> Response[bytes]:
    """A draft as it is now."""
    assert number is not None
    with workshop_of(served.home) as workshop:
        draft, needed = workshop.draft(number), workshop.approvals_needed
    shape = draft_shape(draft, read_look(served.home, number), needed=needed, lang=language(request))
    response = private(encode(shape), status=status)
    if status == 201:
        response.headers["Location"] = f"/v1/drafts/{number}"
    return response


async def fresh(home: Home, orders: Orders, number: int) -> None:
    """Have a draft judged again where something was published since."""
    with workshop_of(home) as workshop:
        draft = workshop.draft(number)
    if is_stale(home, draft):
        await orders.carry_out(Refresh(number))


async def with_workshop(home: Home, act: Callable[[Workshop], _Result]) -> _Result:
    """A short act; it waits for the disk, so not on the loop."""

    def run() -> _Result:
        with workshop_of(home) as workshop:
            return act(workshop)

    return await asyncio.to_thread(run)


def workshop_of(home: Home) -> "closing[Workshop]":
    """The workshop of a home, for one act."""
    home.require()
    return closing(Workshop(home.workshop))


def reason_of(text: str) -> str:
    """A reason that says something."""
    if not text.strip():
        raise bad("bad-request", "reason", text, "reason")
    return text.strip()


def private(body: bytes, *, status: int = 200) -> Response[bytes]:
    """For whoever is signed in, and for nobody else to keep."""
    return Response(body, status_code=status, media_type=JSON, headers={"Cache-Control": "no-store"})


def table(text: str, name: str) -> Response[bytes]:
    """A table to be kept as a file; the mark at its start has spreadsheets read it as UTF-8."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)

"""The page to sign in, and the button to sign out."""

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from litestar import get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect, Response, Template
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_403_FORBIDDEN,
    HTTP_429_TOO_MANY_REQUESTS,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from app.api.answer import AnyRequest
from app.api.identity import COOKIE, person, require_origin
from app.editor.frame import SIGN_IN, editor_page, form_of, own_path, text_of
from app.served import Served
from app.web.addresses import page_language, with_lang
from app.words import say_error
from app.workshop.database import Workshop
from app.workshop.sessions import Sessions
from app.workshop.signing_in import Asking, sign_in
from lists.errors import ListsError, Refused

AT_ONCE, MOST_WAITING = 2, 20
"""Of one worker: passwords that are checked at a time, and people whose turn has not come."""
LONGEST_TYPED = 256
"""Characters of a name that are looked at."""


@get(SIGN_IN)
async def sign_in_page(request: AnyRequest, served: NamedDependency[Served]) -> Response[Any]:
    """The form; whoever is signed in goes on to where they wanted to be."""
    wanted = request.query_params.get("next", "")
    if person(request, served.home) is not None:
        return Redirect(with_lang(request, own_path(wanted)), status_code=HTTP_303_SEE_OTHER)
    return _form(request, wanted=wanted)


@post(SIGN_IN)
async def do_sign_in(request: AnyRequest, served: NamedDependency[Served]) -> Response[Any]:
    """Begin a session under a new cookie, or say next to the form why not."""
    require_origin(request)
    form = await request.form()
    name, wanted = text_of(form, "name")[:LONGEST_TYPED], text_of(form, "next")
    asking = Asking(name, text_of(form, "password"), request.cookies.get(COOKIE))
    try:
        secret = await _TURNS.sign_in(served.home.workshop, asking)
    except Refused as error:
        return _form(request, wanted=wanted, name=name, error=error)
    answer = Redirect(with_lang(request, own_path(wanted)), status_code=HTTP_303_SEE_OTHER)
    answer.set_cookie(_cookie(request, secret))
    return answer


@post("/editor/sign-out")
async def do_sign_out(request: AnyRequest, served: NamedDependency[Served]) -> Response[Any]:
    """End the session."""
    await form_of(request, served.home)
    secret = request.cookies.get(COOKIE, "")
    await asyncio.to_thread(_sign_out, served.home.workshop, secret)
    answer = Redirect(with_lang(request, SIGN_IN), status_code=HTTP_303_SEE_OTHER)
    gone = _cookie(request, "")
    gone.max_age = 0
    answer.set_cookie(gone)
    return answer


class Turns:
    """
    Checking a password is meant to be dear: few at once, and not many may wait for their turn.

    Args:
        most: How many may be here, those among them whose password is being checked.
    """

    def __init__(self, most: int = AT_ONCE + MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sign-in")
        self._room = BoundedSemaphore(most)

    async def sign_in(self, workshop: Path, asking: Asking) -> str:
        """
        As `app.workshop.signing_in.sign_in`, beside the event loop.

        Raises:
            Refused: "sign-in-busy" too.
        """
        if not self._room.acquire(blocking=False):
            raise Refused("sign-in-busy")
        turn = self._threads.submit(sign_in, workshop, asking, now=dt.datetime.now(dt.UTC))
        # Whoever hangs up leaves at once while waiting, and not before the end while being checked.
        turn.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(turn)


def _form(request: AnyRequest, *, wanted: str, name: str = "", error: ListsError | None = None) -> Template:
    """The page to sign in, with what went wrong and the name that was typed, never the password."""
    told = say_error(error, page_language(request)) if error is not None else ""
    status = _STATUS[error.reason] if error is not None else HTTP_200_OK
    page = editor_page(
        request, "sign_in.html.jinja", status=status, told=told, name=name, next=own_path(wanted)
    )
    if error is not None and "seconds" in error.facts:
        page.headers["Retry-After"] = error.facts["seconds"]
    return page


def _sign_out(workshop_path: Path, secret: str) -> None:
    with closing(Workshop(workshop_path)) as workshop:
        Sessions(workshop).sign_out(secret, now=dt.datetime.now(dt.UTC))


def _cookie(request: AnyRequest, secret: str) -> Cookie:
    """No script reads it, no other site sends it with a form, and it leaves https only where it came so."""
    schemes = (request.scope["scheme"], request.headers.get("x-forwarded-proto", "").split(",")[0].strip())
    return Cookie(
        key=COOKIE, value=secret, path="/", httponly=True, samesite="lax", secure="https" in schemes
    )


_STATUS = {
    "sign-in-wrong": HTTP_403_FORBIDDEN,
    "sign-in-wait": HTTP_429_TOO_MANY_REQUESTS,
    "sign-in-busy": HTTP_503_SERVICE_UNAVAILABLE,
}
_TURNS = Turns()
ROUTES: list[Any] = [sign_in_page, do_sign_in, do_sign_out]

"""The frame of every reader's page: language, day, edition, the same as JSON; and its refusals."""

import datetime as dt
import gzip
import hashlib
from typing import Any
from urllib.parse import urlsplit

from litestar import MediaType, Router
from litestar.exceptions import HTTPException
from litestar.response import Response
from litestar.types import ControllerRouterHandler

from app.api.answer import AnyRequest, has_it
from app.api.problems import STATUS, http_refusal, internal, name_of
from app.api.question import Time, as_typed, read_time, view_of
from app.read.service import service_told
from app.read.view import View
from app.served import Served, today
from app.web.addresses import (
    LONGEST,
    TIMES,
    Link,
    changed,
    language_links,
    page_language,
    with_lang,
    with_time,
)
from app.web.told import Words
from app.words import has, say, say_error
from app.words.forms import as_told
from lists.codes import VARENR
from lists.errors import ListsError, NotThere

PLACES = (
    ("/", "place-search"),
    ("/dekning", "place-covered"),
    ("/endringer", "place-changes"),
    ("/utvikler", "place-developers"),
)
"""The pages that every page leads to, and what they are called."""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Vary": "Accept-Encoding, Accept-Language",
    "Cache-Control": "no-cache",
}
_OF_DAY = ("valid_on", "page")
"""What another day asks anew; all else that was asked of a page stays."""
_LEVEL = 5
"""Of packing: a sixth of the bytes, in a few milliseconds for the largest page."""
_MACHINES = ("/v1/", "/schema", "/health/", "/metrics", "/static/")
"""Where programs ask: what is not there is told them as a problem document."""


def reader_page(
    request: AnyRequest,
    template: str,
    *,
    view: View | None,
    json: str = "",
    status: int = 200,
    **context: Any,
) -> Response[bytes]:
    """
    A page in its frame, or 304 where the browser has these very bytes.

    Args:
        template: Its name below `app/web/templates`; it extends "page.html.jinja" and fills the blocks
            `title` and `main`. There `t` says words, `to(path)` keeps language and day, `at(path)` the
            language alone, `here(name=value)` is this page asked otherwise; `day | day`,
            `price | money`, `count | number` and `code | part` are told in the page's language.
        view: The day and release it tells of; None where it tells of none.
        json: The address of the same as JSON, without its times.
    """
    lang, home = page_language(request), request.app.state.home
    frame = {
        "t": Words(lang),
        "languages": language_links(request, lang),
        "menu": _places(request, lang),
        "to": lambda path: with_time(request, path),
        "at": lambda path: with_lang(request, path),
        "here": lambda **asked: changed(request, **asked),
        "view": view,
        "today": today(),
        "kept": _kept(request),
        "as_known": request.query_params.get("known_at") or "",
        "json": with_time(request, json) if json else "",
        "content_lang": content_language(view) if view is not None else lang,
        "demonstration": home.is_demonstration(),
        "service": service_told(home, dt.datetime.now(dt.UTC), lang),
    }
    engine = request.app.template_engine
    assert engine is not None
    return _sent(request, engine.get_template(template).render({**frame, **context}).encode(), status)


def _kept(request: AnyRequest) -> list[tuple[str, str]]:
    """All that was asked of the page and stays when another day is asked for."""
    return [
        (name, value)
        for name, value in request.query_params.items()
        if name not in _OF_DAY and len(value) <= LONGEST
    ]


def _sent(request: AnyRequest, page: bytes, status: int) -> Response[bytes]:
    """A page as it is sent, packed where the browser unpacks; each coding has a tag of its own."""
    tag, body, headers = hashlib.sha256(page).hexdigest()[:32], page, dict(_HEADERS)
    if unpacks(request.headers.get("accept-encoding")):
        tag, headers["Content-Encoding"] = f"{tag}-gzip", "gzip"
    headers["ETag"] = f'"{tag}"'
    if status == 200 and has_it(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.HTML)
    if "Content-Encoding" in headers:
        body = gzip.compress(page, _LEVEL, mtime=0)
    return Response(body, status_code=status, headers=headers, media_type=MediaType.HTML)


def unpacks(accepted: str | None) -> bool:
    """
    Whether a client takes gzip, by its `Accept-Encoding`.

    >>> unpacks("br, gzip;q=0.5"), unpacks("gzip;q=0"), unpacks("identity"), unpacks(None)
    (True, False, False, False)
    """
    for one in (accepted or "").lower().split(","):
        coding, _, weight = "".join(one.split()).partition(";q=")
        if coding == "gzip":
            return weight.strip("0.") != "" if weight else True
    return False


def page_view(request: AnyRequest, served: Served) -> View:
    """
    What held on the day, and was known at the instant, that the page's address names.

    Raises:
        BadQuestion: One of them cannot be used. A field that was left empty asks for nothing.
    """
    return view_of(served, page_time(request, served))


def page_time(request: AnyRequest, served: Served) -> Time:
    """As `page_view`, for who needs the times themselves."""
    valid_on, known_at = (request.query_params.get(name) or None for name in TIMES)
    return read_time(served, valid_on, known_at)


def reader_router(handlers: list[ControllerRouterHandler]) -> Router:
    """The routes of the readers' pages; what is refused there is told on a page."""
    return Router(
        path="/",
        route_handlers=handlers,
        include_in_schema=False,
        exception_handlers={ListsError: refused_page},
    )


def refused_page(request: AnyRequest, error: ListsError) -> Response[Any]:
    """A refusal as a page of its own, with the day on which the product was listed where there is one."""
    name = name_of(error)
    if name == "internal":
        return internal(request, error)
    lang = page_language(request)
    other_day = error.facts.get("valid_to" if name == "not-listed" else "valid_from", "")
    known_on = dt.date.fromisoformat(other_day) if isinstance(error, NotThere) and other_day else None
    error.facts = {fact: as_told(value, lang) for fact, value in error.facts.items()}
    return reader_page(
        request,
        "refused.html.jinja",
        view=None,
        status=STATUS[name],
        title=say("reason", name, lang, part="title"),
        told=_told(error, lang),
        known_on=known_on,
    )


def _told(error: ListsError, lang: str) -> str:
    """In the words of pages where the API's speak of its own addresses; what else it says stays."""
    told = say_error(error, lang)
    if not has("page", f"refused-{error.reason}"):
        return told
    first = say("reason", error.reason, lang, **error.facts)
    further = told.removeprefix(first) if told.startswith(first) else ""
    return say("page", "refused-" + error.reason, lang, **error.facts) + further


def no_page(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the framework refuses: told on a page to who looks at pages, else as a problem document."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if not wants_page or error.status_code != 404 or request.url.path.startswith(_MACHINES):
        return http_refusal(request, error)
    lang = page_language(request)
    found = as_typed(urlsplit(str(request.url)).path)[:200]
    return reader_page(
        request,
        "refused.html.jinja",
        view=None,
        status=404,
        title=say("reason", "not-found", lang, part="title"),
        told=say("page", "refused-not-found", lang, found=found),
        known_on=None,
    )


def content_language(view: View) -> str:
    """The language the lists are written in: Norwegian where they are kept under Norwegian numbers."""
    kinds = {view.snapshot.index(mark).terms.number_kind for mark in view.marks.values()}
    return "en" if kinds - {VARENR} else "nb"


def _places(request: AnyRequest, lang: str) -> list[Link]:
    path = request.url.path.rstrip("/") or "/"
    return [
        Link(with_lang(request, place), say("page", key, lang), here=place == path) for place, key in PLACES
    ]

"""Refusals as application/problem+json: a name, a sentence, and for each input what was expected."""

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED, HTTP_413_REQUEST_ENTITY_TOO_LARGE
from msgspec import UNSET

from app.shapes import ProblemAnswer, ProblemDetail, encode
from app.words import LANGUAGES, choose_language, has, say, say_error
from lists.errors import BadQuestion, HomeBusy, ListsError, NotThere, Refused

PROBLEM_JSON = "application/problem+json"

STATUS = {
    "bad-request": 400,
    "unknown-parameter": 400,
    "bad-date": 400,
    "bad-code": 400,
    "never-listed": 404,
    "not-yet-listed": 404,
    "not-listed": 410,
    "unknown-list": 404,
    "unknown-group": 404,
    "unknown-edition": 404,
    "unknown-release": 404,
    "not-found": 404,
    "method-not-allowed": 405,
    "publish-running": 409,
    "too-large": 413,
    "unsupported-media": 415,
    "busy": 503,
    "internal": 500,
}
"""The names of problems and their status; more come with publishing over HTTP."""

_EXTRA = {"not-yet-listed": "next", "not-listed": "last"}
_BY_STATUS = {
    404: "not-found",
    HTTP_405_METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTP_413_REQUEST_ENTITY_TOO_LARGE: "too-large",
    415: "unsupported-media",
    503: "busy",
}


def language(request: Request[Any, Any, Any]) -> str:
    """The language of sentences: `lang`, else `Accept-Language`, else English."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else choose_language(request.headers.get("accept-language"))


def refusal(request: Request[Any, Any, Any], error: ListsError) -> Response[bytes]:
    """A refusal that we raised, told in the client's language."""
    lang = language(request)
    name = error.reason if error.reason in STATUS else _name_of(error)
    errors = UNSET
    if isinstance(error, BadQuestion):
        errors = (_detail(error, lang),)
    shape = _shape(name, say_error(error, lang), lang)
    body = encode(shape)[:-1]
    if errors is not UNSET:
        body += b',"errors":' + encode(errors)
    if error.reason in _EXTRA:
        told = {key: error.facts[key] for key in ("edition", "valid_from", "valid_to", "name") if key in error.facts}
        body += b',"%s":' % _EXTRA[error.reason].encode() + encode(told)
    return _response(body + b"}", shape.status)


def http_refusal(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """A refusal that the framework raised: no such path, a method it does not have, a body too large."""
    lang = language(request)
    name = _BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")
    facts = {"found": request.url.path, "method": request.method, "detail": error.detail}
    shape = _shape(name, say("reason", name, lang, **facts), lang)
    response = _response(encode(shape), shape.status)
    for key, value in (error.headers or {}).items():
        response.set_header(key, value)
    return response


def internal(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Our own fault: the trace goes to the log, a sentence to the client."""
    _LOG.error("internal", path=request.url.path, exc_info=error)
    lang = language(request)
    shape = _shape("internal", say("reason", "internal", lang), lang)
    return _response(encode(shape), shape.status)


def _shape(name: str, detail: str, lang: str) -> ProblemAnswer:
    title = say("reason", name, lang, part="title")
    return ProblemAnswer(f"/problems/{name}", title, STATUS[name], detail)


def _detail(error: BadQuestion, lang: str) -> ProblemDetail:
    expected = error.facts.get("expected", "")
    told = say("expected", expected, lang) if has("expected", expected) else expected
    return ProblemDetail(error.facts.get("field", ""), error.facts.get("found", ""), told or error.facts.get("known", ""))


def _name_of(error: ListsError) -> str:
    if isinstance(error, HomeBusy):
        return "publish-running"
    if isinstance(error, (BadQuestion, Refused)):
        return "bad-request"
    return "not-found" if isinstance(error, NotThere) else "internal"


def _response(body: bytes, status: int) -> Response[bytes]:
    headers = {"Cache-Control": "no-store"}
    return Response(body, status_code=status, media_type=PROBLEM_JSON, headers=headers)


_LOG = structlog.get_logger("blaliste.api")

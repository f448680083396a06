"""Refusals as application/problem+json: a name, a sentence, and for each input what was expected."""

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED, HTTP_413_REQUEST_ENTITY_TOO_LARGE

from app.api.answer import AnyRequest
from app.api.question import as_typed
from app.faults import named
from app.json_forms import BODY
from app.pages import ComingShape, LastShape, ProblemAnswer, ProblemDetail
from app.questions import bad
from app.shapes import encode
from app.words import DEFAULT, LANGUAGES, choose_language, has, say, say_error
from lists.errors import (
    BadQuestion,
    HomeBusy,
    ListsError,
    NotAllowed,
    NotSignedIn,
    NotThere,
    Refused,
    SourceUnreadable,
)

PROBLEM_JSON = "application/problem+json"

STATUS = {
    "bad-request": 400,
    "unknown-parameter": 400,
    "bad-date": 400,
    "bad-code": 400,
    "not-signed-in": 401,
    "not-allowed": 403,
    "never-listed": 404,
    "not-yet-listed": 404,
    "unknown-list": 404,
    "unknown-group": 404,
    "unknown-edition": 404,
    "unknown-release": 404,
    "not-found": 404,
    "method-not-allowed": 405,
    "own-draft": 409,
    "draft-state": 409,
    "publish-running": 409,
    "not-listed": 410,
    "too-large": 413,
    "unsupported-media": 415,
    "bad-range": 416,
    "gate-failed": 422,
    "internal": 500,
    "busy": 503,
}
"""The names of problems and their status: the contract's, and those that any web server needs."""

RETRY_AFTER = 2
"""Seconds after which whoever met something busy may ask again."""

LONGEST_TOLD = 200
"""Characters of an input that a refusal repeats."""

_BY_REASON = {
    **dict.fromkeys(
        (
            *("approvals-needed", "approval-void", "approved-already", "draft-changed", "draft-refused"),
            *("edit-of-act", "nothing-to-publish", "list-twice"),
        ),
        "draft-state",
    ),
    "order-lost": "busy",
}
_BY_KIND = (
    (SourceUnreadable, "bad-request"),
    (HomeBusy, "publish-running"),
    (BadQuestion, "bad-request"),
    (Refused, "bad-request"),
    (NotThere, "not-found"),
    (NotSignedIn, "not-signed-in"),
    (NotAllowed, "not-allowed"),
)

_BY_STATUS = {
    404: "not-found",
    HTTP_405_METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTP_413_REQUEST_ENTITY_TOO_LARGE: "too-large",
    415: "unsupported-media",
    503: "busy",
}


def language(request: AnyRequest, *, default: str = DEFAULT) -> str:
    """The language of sentences: `lang`, else `Accept-Language`, else the default."""
    asked = request.query_params.get("lang")
    accepted = request.headers.get("accept-language")
    return asked if asked in LANGUAGES else choose_language(accepted, default=default)


def refusal(request: AnyRequest, error: ListsError) -> Response[bytes]:
    """A refusal that we raised, told in the client's language."""
    name = name_of(error)
    if name == "internal":
        return internal(request, error)
    lang = language(request)
    error.facts = {key: _shortened(value) for key, value in error.facts.items()}
    shape = _shape(name, say_error(error, lang), lang)
    if error.reason == "gate-failed":
        gates = error.facts["gates"].split(", ")
        expected = say("expected", "override", lang)
        details = tuple(ProblemDetail("override.gates", gate, expected) for gate in gates)
        shape = msgspec.structs.replace(shape, errors=details)
    if isinstance(error, BadQuestion):
        shape = msgspec.structs.replace(shape, errors=(_detail(error, lang),))
    if error.reason == "not-yet-listed":
        shape = msgspec.structs.replace(shape, next=msgspec.convert(error.facts, ComingShape))
    if error.reason == "not-listed":
        shape = msgspec.structs.replace(shape, last=msgspec.convert(error.facts, LastShape))
    response = _response(encode(shape), shape.status)
    if isinstance(error, NotSignedIn):
        response.set_header("WWW-Authenticate", "Bearer")
    if shape.status == STATUS["busy"]:
        response.set_header("Retry-After", str(RETRY_AFTER))
    return response


def name_of(error: ListsError) -> str:
    """The name of the problem that a refusal is."""
    if error.reason in STATUS:
        return error.reason
    if error.reason in _BY_REASON:
        return _BY_REASON[error.reason]
    return next((name for kind, name in _BY_KIND if isinstance(error, kind)), "internal")


def no_body(request: AnyRequest, _error: ValidationException) -> Response[bytes]:
    """Where a body is needed and none was sent: all that the framework itself still finds."""
    return refusal(request, bad("bad-request", BODY, "", "json-object"))


def http_refusal(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """A refusal that the framework raised: no such path, a method it does not have, a body too large."""
    lang, name = language(request), http_name(error)
    found = _shortened(as_typed(request.url.path))
    shape = _shape(
        name,
        say("reason", name, lang, field="body", found=found, expected="JSON", method=request.method),
        lang,
    )
    response = _response(encode(shape), shape.status)
    for key, value in (error.headers or {}).items():
        response.set_header(key, value)
    return response


def http_name(error: HTTPException) -> str:
    """The name of the problem that a refusal of the framework is."""
    return _BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")


def fault(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A disk that takes no more, a database that somebody holds: told as what it is."""
    return refusal(request, named(error))


def internal(request: AnyRequest, error: Exception) -> Response[bytes]:
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
    told = say("expected", expected, lang) if has("expected", expected) else error.facts.get("known", "")
    return ProblemDetail(error.facts.get("field", ""), error.facts.get("found", ""), told)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TOLD else text[: LONGEST_TOLD - 1] + "…"


def _response(body: bytes, status: int) -> Response[bytes]:
    headers = {"Cache-Control": "no-store"}
    return Response(body, status_code=status, media_type=PROBLEM_JSON, headers=headers)


_LOG = structlog.get_logger("blaliste.api")

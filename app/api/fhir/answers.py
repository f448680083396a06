"""How FHIR's answers are sent: versions as tags, 304, refusals as OperationOutcome."""

import datetime as dt
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

import structlog
from litestar import Response
from litestar.exceptions import HTTPException

from app.api.answer import NOT_MODIFIED, AnyRequest, Told, has_it
from app.api.fhir.asking import refuse_operation
from app.api.problems import RETRY_AFTER, STATUS, http_name, language, name_of
from app.faults import named
from app.fhir.outcome import OperationOutcome, refused
from app.fhir.searches import BY_KIND
from app.fhir.subset import shown_of
from app.fhir.types import MEDIA_TYPE, encode
from app.words import say, say_error
from lists.days import parse_instant
from lists.errors import ListsError, NotThere

if TYPE_CHECKING:
    from app.api.fhir.asking import Manner
    from app.fhir.bundle import Resource

NOT_ACCEPTABLE = 406
_LONGEST = 200
_STATUS_OF = {"fhir-format": NOT_ACCEPTABLE, "fhir-form": STATUS["unsupported-media"]}
"""Where a reason has a status of its own."""


def send_resource(
    request: AnyRequest, resource: "Resource", manner: "Manner", *, release: int, past: bool
) -> Response[bytes]:
    """
    A resource with its version, or 304 where the client has that.

    Args:
        past: It never changes.
    """
    meta = resource.meta
    assert meta is not None
    body = manner.written(encode(shown_of(resource, manner.shown)))
    headers = Told(body, release, past, meta.version_id).headers(request.url.path, {})
    known = has_it(request.headers.get("if-none-match"), headers["ETag"])
    since = parse_instant(meta.last_updated).replace(microsecond=0) if meta.last_updated is not None else None
    headers["ETag"] = f"W/{headers['ETag']}"
    # What lies ahead is told no date of: it would be later than the answer's own.
    if since is not None and since <= dt.datetime.now(dt.UTC):
        headers["Last-Modified"] = format_datetime(since, usegmt=True)
        known = known or ("if-none-match" not in request.headers and _not_since(request, since))
    return _response(b"" if known else body, NOT_MODIFIED if known else 200, headers)


def send_other(request: AnyRequest, body: bytes, *, release: int, past: bool = False) -> Response[bytes]:
    """Anything else, by the tag of its bytes."""
    headers = Told(body, release, past).headers(request.url.path, {})
    known = request.method != "POST" and has_it(request.headers.get("if-none-match"), headers["ETag"])
    return _response(b"" if known else body, NOT_MODIFIED if known else 200, headers)


def refusal(request: AnyRequest, error: ListsError) -> Response[bytes]:
    """A refusal that we raised."""
    name = name_of(error)
    if name == "internal":
        return internal(request, error)
    error.facts = {key: _shortened(value) for key, value in error.facts.items()}
    status = _STATUS_OF.get(error.reason, STATUS[name])
    sentence = say_error(error, language(request))
    outcome = refused(name, status, sentence, field=error.facts.get("field", ""), reason=error.reason)
    response = _refusal(outcome, status)
    if name == "busy":
        response.set_header("Retry-After", str(RETRY_AFTER))
    return response


def fault(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A disk that takes no more, a database that somebody holds."""
    return refusal(request, named(error))


def internal(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Our own fault: the trace goes to the log, a sentence to the client."""
    _LOG.error("internal", path=request.url.path, exc_info=error)
    sentence = say("reason", "internal", language(request))
    return _refusal(refused("internal", STATUS["internal"], sentence), STATUS["internal"])


def not_served_here(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What the framework refuses: an address or a method that is none of ours."""
    name, lang, known = http_name(error), language(request), ", ".join(BY_KIND)
    if name == "not-found":
        try:
            refuse_operation(request.url.path)
        except NotThere as operation:
            return refusal(request, operation)
    facts = {"found": _shortened(request.url.path), "known": known, "method": request.method}
    key = "no-fhir-kind" if name == "not-found" else name
    sentence = say("reason", key, lang, **facts)
    return _refusal(refused(name, STATUS[name], sentence), STATUS[name], dict(error.headers or {}))


def _not_since(request: AnyRequest, since: dt.datetime) -> bool:
    """Whether nothing changed since the day that a client names; a day that nobody can read is none."""
    asked = request.headers.get("if-modified-since")
    try:
        named_day = parsedate_to_datetime(asked) if asked else None
    except ValueError:
        return False
    if named_day is None:
        return False
    return since <= (named_day if named_day.tzinfo is not None else named_day.replace(tzinfo=dt.UTC))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _refusal(
    outcome: OperationOutcome, status: int, headers: dict[str, str] | None = None
) -> Response[bytes]:
    return _response(encode(outcome), status, {**(headers or {}), "Cache-Control": "no-store"})


def _response(body: bytes, status: int, headers: dict[str, str]) -> Response[bytes]:
    return Response(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


_LOG = structlog.get_logger("blaliste.fhir")

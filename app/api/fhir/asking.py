"""The parameters of a FHIR request, from its address and from a form, and what each of them may be."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

import msgspec

from app.api.answer import AnyRequest
from app.api.question import refuse_repeated, refuse_unknown
from app.fhir.searches import CONTROLS, SHOWING
from app.fhir.shown import Shown
from app.questions import bad
from lists.errors import BadQuestion, NotThere

DEFAULT_COUNT = 100
TIMES = ("valid_on", "known_at")

FORM = "application/x-www-form-urlencoded"
_FORMATS = ("json", "application/json", "application/fhir+json", "text/json")
_ANY = ("*/*", "application/*")
_OF_READS = ("_format", *SHOWING, *TIMES)
_WHOLE = re.compile(r"[0-9]{1,9}")
_SUMMARIES = ("count", "true", "text", "data", "false")
_TOTALS = ("none", "estimate", "accurate")
_TRUTHS = {"true": True, "false": False}


class Manner(msgspec.Struct, frozen=True):
    """
    How resources are to be shown.

    Attributes:
        pretty: A person wants to read them.
    """

    shown: Shown
    pretty: bool = False

    def written(self, body: bytes) -> bytes:
        """JSON as it is sent."""
        return msgspec.json.format(body, indent=2) if self.pretty else body


class Asked(msgspec.Struct, frozen=True):
    """All parameters in the order they were written; what is empty asks for nothing."""

    items: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The value of a parameter that is given once."""
        return next((value for known, value in self.items if known == name), None)

    def times(self) -> dict[str, str | None]:
        """The day, and as known when."""
        return {name: self.get(name) for name in TIMES}


def read_asked(request: AnyRequest, form: bytes = b"") -> Asked:
    """
    The parameters of a request.

    Args:
        form: Its body, where that is a form; it counts together with the address.
    """
    written = (request.scope["query_string"], form)
    return Asked(tuple(pair for text in written for pair in parse_qsl(text.decode("utf-8", "replace"))))


def require_form(request: AnyRequest) -> None:
    """
    Raises:
        BadQuestion: "fhir-form": a search is sent as something else.
    """
    sent = request.headers.get("content-type", FORM)
    if sent.partition(";")[0].strip().lower() != FORM:
        raise BadQuestion("fhir-form", field="Content-Type", found=sent)


def require_json(request: AnyRequest, asked: Asked) -> None:
    """
    Raises:
        BadQuestion: "fhir-format": another form is asked for.
    """
    form = asked.get("_format")
    accepted = [
        part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")
    ]
    if form is not None:
        # "+" in an address means a blank.
        if form.partition(";")[0].strip().replace(" ", "+").lower() not in _FORMATS:
            raise BadQuestion("fhir-format", field="_format", found=form)
    elif not {*accepted} & {*_FORMATS, *_ANY, ""}:
        raise BadQuestion("fhir-format", field="Accept", found=", ".join(accepted))


def refuse_others(request: AnyRequest, asked: Asked) -> None:
    """
    Raises:
        BadQuestion: "unknown-parameter": a read takes only what says how and when.
    """
    if not is_lenient(request):
        refuse_unknown((name for name, _ in asked.items), _OF_READS)


def refuse_twice(asked: Asked) -> None:
    """
    Raises:
        BadQuestion: Of what says how and when, something is said twice.
    """
    refuse_repeated((name, value) for name, value in asked.items if name in CONTROLS)


def read_manner(asked: Asked) -> Manner:
    """
    How resources are to be shown.

    Raises:
        BadQuestion: It cannot be understood, or both a summary and single elements are asked for.
    """
    summary, elements = _summary(asked), asked.get("_elements") or ""
    names = tuple(name for name in (part.strip() for part in elements.split(",")) if name)
    if names and summary in ("true", "text"):
        raise bad("bad-request", "_elements", elements, "fhir-elements")
    pretty = asked.get("_pretty") or "false"
    if pretty not in _TRUTHS:
        raise bad("bad-request", "_pretty", pretty, "truth")
    return Manner(Shown(summary, names), _TRUTHS[pretty])


def read_count(asked: Asked) -> int:
    """
    How many resources a page holds; 0 where only their number is asked for.

    Raises:
        BadQuestion: It is no number.
    """
    total, text = asked.get("_total"), asked.get("_count")
    if total is not None and total not in _TOTALS:
        raise bad("bad-request", "_total", total, "fhir-total")
    if text is not None and _WHOLE.fullmatch(text) is None:
        raise bad("bad-request", "_count", text, "fhir-count")
    if _summary(asked) == "count":
        return 0
    return int(text) if text is not None else DEFAULT_COUNT


def refuse_operation(path: str) -> None:
    """
    Raises:
        NotThere: "fhir-operation": a path ends in something that is done, as `$lookup` or `_history`.
    """
    if path.rpartition("/")[2].startswith(("$", "_")):
        raise NotThere("fhir-operation", found=path)


def is_lenient(request: AnyRequest) -> bool:
    """Whether a client wants what is not known left out of account (`Prefer: handling=lenient`)."""
    wishes: Iterable[str] = re.split(r"[,;]", request.headers.get("prefer") or "")
    return "handling=lenient" in {"".join(wish.split()).lower() for wish in wishes}


def _summary(asked: Asked) -> str:
    text = asked.get("_summary")
    if text is not None and text not in _SUMMARIES:
        raise bad("bad-request", "_summary", text, "fhir-summary")
    return text or ""

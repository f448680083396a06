"""Reads a FHIR search: what is asked for, how much of it, and what is left out of account."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

import msgspec

from app.api.answer import AnyRequest
from app.api.question import refuse_repeated, refuse_unknown
from app.fhir.searches import COMMON, CONTROLS, DATE, TOKEN, Parameter, Searched
from app.fhir.when import When, read_when
from app.questions import bad
from lists.errors import BadDay, BadQuestion

DEFAULT_COUNT, MOST = 100, 1000
_WHOLE = re.compile(r"[0-9]{1,9}")
_SUMMARIES = {"count": True, "false": False}
_OF_READS = ("_format", "valid_on", "known_at")
_FORMATS = ("json", "application/json", "application/fhir+json", "text/json")
_ANY = ("*/*", "application/*")
_COMMA, _BAR = re.compile(r"(?<!\\),"), re.compile(r"(?<!\\)\|")


class Token(msgspec.Struct, frozen=True):
    """A code, and of which system; None where any will do."""

    system: str | None
    code: str

    def is_code(self, code: str, *systems: str) -> bool:
        """Whether it asks for this code, which goes by any of these systems."""
        return self.code == code and (self.system is None or self.system in systems)


class Criterion(msgspec.Struct, frozen=True):
    """One parameter with its values, any of which will do."""

    name: str
    modifier: str
    values: tuple[str, ...]

    def tokens(self) -> tuple[Token, ...]:
        """
        The values as codes.

        Raises:
            BadQuestion: One of them is a system without a code.
        """
        return tuple(_token(self.name, value) for value in self.values)

    def words(self) -> frozenset[str]:
        """The values as they stand."""
        return frozenset(_plain(value) for value in self.values)

    def dates(self) -> tuple[When, ...]:
        """
        The values as dates.

        Raises:
            BadQuestion: "bad-date".
        """
        return tuple(_when(self.name, value) for value in self.values)


class Search(msgspec.Struct, frozen=True):
    """
    What is asked for.

    Attributes:
        criteria: All must be met.
        count: Resources on a page.
        counted: Only their number is asked for.
        left_out: Parameters that are not known, where the client wants them left out of account.
    """

    criteria: tuple[Criterion, ...]
    count: int
    counted: bool
    left_out: tuple[str, ...]

    def text(self) -> str | None:
        """The criteria as one text, the same however they were ordered; None where there are none."""
        ordered = sorted(self.criteria, key=lambda one: (one.name, one.modifier, one.values))
        return msgspec.json.encode(ordered).decode() if ordered else None


def criteria_of(text: str | None) -> tuple[Criterion, ...]:
    """The criteria that a text stands for."""
    return msgspec.json.decode(text, type=tuple[Criterion, ...]) if text is not None else ()


def read_search(request: AnyRequest, searched: Searched) -> Search:
    """
    Read a search.

    Raises:
        BadQuestion: A parameter is not known, or its value cannot be used.
    """
    known = {parameter.name: parameter for parameter in (*COMMON, *searched.parameters)}
    criteria, left_out = list[Criterion](), list[str]()
    lenient = _is_lenient(request.headers.get("prefer"))
    refuse_repeated((name, value) for name, value in items_of(request) if name in CONTROLS)
    for name, value in items_of(request):
        if name in CONTROLS:
            continue
        plain, _, modifier = name.partition(":")
        parameter = known.get(plain)
        if parameter is not None and (not modifier or modifier in parameter.modifiers):
            criteria.append(_criterion(parameter, modifier, value))
        elif lenient:
            left_out.append(name)
        else:
            refuse_unknown([name], [*known, *CONTROLS])
    count = _count(request.query_params.get("_count"))
    counted = _control(request, "_summary", _SUMMARIES.get, "fhir-summary") or count == 0
    return Search(tuple(criteria), min(count, MOST) or DEFAULT_COUNT, bool(counted), tuple(left_out))


def items_of(request: AnyRequest) -> list[tuple[str, str]]:
    """All that is asked, in the order it was written; what is empty asks for nothing."""
    return parse_qsl(request.scope["query_string"].decode("utf-8", "replace"))


def refuse_others(request: AnyRequest) -> None:
    """
    Raises:
        BadQuestion: "unknown-parameter": a read takes only what says how and when.
    """
    if not _is_lenient(request.headers.get("prefer")):
        refuse_unknown((name for name, _ in items_of(request)), _OF_READS)


def require_json(request: AnyRequest) -> None:
    """
    Raises:
        BadQuestion: "fhir-format": another form is asked for.
    """
    asked = request.query_params.get("_format")
    accepted = [
        part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")
    ]
    if asked is not None:
        # "+" in an address means a blank.
        if asked.partition(";")[0].strip().replace(" ", "+").lower() not in _FORMATS:
            raise BadQuestion("fhir-format", field="_format", found=asked)
    elif not {*accepted} & {*_FORMATS, *_ANY, ""}:
        raise BadQuestion("fhir-format", field="Accept", found=", ".join(accepted))


def _criterion(parameter: Parameter, modifier: str, value: str) -> Criterion:
    found = Criterion(parameter.name, modifier, tuple(_COMMA.split(value)))
    if parameter.type == DATE:
        found.dates()
    if parameter.type == TOKEN:
        found.tokens()
    return found


def _control(
    request: AnyRequest, name: str, read: Callable[[str], bool | None], expected: str
) -> bool | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    value = read(text)
    if value is None:
        raise bad("bad-request", name, text, expected)
    return value


def _count(text: str | None) -> int:
    if text is None:
        return DEFAULT_COUNT
    if _WHOLE.fullmatch(text) is None:
        raise bad("bad-request", "_count", text, "fhir-count")
    return int(text)


def _is_lenient(prefer: str | None) -> bool:
    """Whether a client wants what is not known left out of account (`Prefer: handling=lenient`)."""
    wishes: Iterable[str] = re.split(r"[,;]", prefer or "")
    return "handling=lenient" in {"".join(wish.split()).lower() for wish in wishes}


def _when(name: str, value: str) -> When:
    try:
        return read_when(value)
    except BadDay as error:
        raise bad("bad-date", name, value, "fhir-date") from error


def _token(name: str, value: str) -> Token:
    *system, code = map(_plain, _BAR.split(value, maxsplit=1))
    if not code:
        raise bad("bad-request", name, value, "fhir-token")
    return Token(system[0] if system else None, code)


def _plain(value: str) -> str:
    return value.replace("\\,", ",").replace("\\|", "|").replace("\\\\", "\\")

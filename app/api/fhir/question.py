"""Reads a FHIR search: what is asked for, how much of it, and what is left out of account."""

import re

import msgspec

from app.api.answer import AnyRequest
from app.api.fhir.asking import (
    DEFAULT_COUNT,
    Asked,
    Manner,
    is_lenient,
    read_count,
    read_manner,
    refuse_twice,
)
from app.api.question import refuse_unknown
from app.fhir.searches import COMMON, CONTROLS, DATE, TOKEN, Parameter, Searched
from app.fhir.when import When, read_when
from app.questions import bad
from lists.errors import BadDay

MOST = 1000
_COMMA, _BAR = re.compile(r"(?<!\\),"), re.compile(r"(?<!\\)\|")


class Token(msgspec.Struct, frozen=True):
    """
    A code, and of which system.

    Attributes:
        system: None where any will do; "" where it must be of none.
        code: None where any of the system will do.
    """

    system: str | None
    code: str | None

    def is_of(self, *systems: str) -> bool:
        """Whether what goes by any of these systems will do."""
        return self.system is None or self.system in systems

    def is_code(self, code: str, *systems: str) -> bool:
        """Whether it asks for this code, which goes by any of these systems."""
        return self.code in (None, code) and self.is_of(*systems)


class Criterion(msgspec.Struct, frozen=True):
    """One parameter with its values, any of which will do."""

    name: str
    modifier: str
    values: tuple[str, ...]

    def tokens(self) -> tuple[Token, ...]:
        """
        The values as codes.

        Raises:
            BadQuestion: One of them is neither a code nor a system.
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

    def item(self) -> tuple[str, str]:
        """It as it stands in an address."""
        return f"{self.name}:{self.modifier}" if self.modifier else self.name, ",".join(self.values)


class Search(msgspec.Struct, frozen=True):
    """
    What is asked for.

    Attributes:
        criteria: All must be met.
        count: Resources on a page.
        counted: Only their number is asked for.
        left_out: Parameters that are not known, where the client wants them left out of account.
    """

    asked: Asked
    criteria: tuple[Criterion, ...]
    count: int
    counted: bool
    left_out: tuple[str, ...]
    manner: Manner

    def text(self) -> str | None:
        """The criteria as one text, the same however they were ordered; None where there are none."""
        ordered = sorted(self.criteria, key=lambda one: (one.name, one.modifier, one.values))
        return msgspec.json.encode(ordered).decode() if ordered else None


def criteria_of(text: str | None) -> tuple[Criterion, ...]:
    """The criteria that a text stands for."""
    return msgspec.json.decode(text, type=tuple[Criterion, ...]) if text is not None else ()


def read_search(request: AnyRequest, searched: Searched, asked: Asked) -> Search:
    """
    Read a search.

    Raises:
        BadQuestion: A parameter is not known, or its value cannot be used.
    """
    known = {parameter.name: parameter for parameter in (*COMMON, *searched.parameters)}
    criteria, left_out = list[Criterion](), list[str]()
    refuse_twice(asked)
    for name, value in asked.items:
        if name in CONTROLS:
            continue
        plain, _, modifier = name.partition(":")
        parameter = known.get(plain)
        if parameter is not None and (not modifier or modifier in parameter.modifiers):
            criteria.append(_criterion(parameter, modifier, value))
        elif is_lenient(request):
            left_out.append(name)
        else:
            refuse_unknown([name], [*known, *CONTROLS])
    count = read_count(asked)
    return Search(
        asked=asked,
        criteria=tuple(criteria),
        count=min(count, MOST) or DEFAULT_COUNT,
        counted=count == 0,
        left_out=tuple(left_out),
        manner=read_manner(asked),
    )


def _criterion(parameter: Parameter, modifier: str, value: str) -> Criterion:
    found = Criterion(parameter.name, modifier, tuple(_COMMA.split(value)))
    if parameter.type == DATE:
        found.dates()
    if parameter.type == TOKEN:
        found.tokens()
    return found


def _when(name: str, value: str) -> When:
    try:
        return read_when(value)
    except BadDay as error:
        raise bad("bad-date", name, value, "fhir-date") from error


def _token(name: str, value: str) -> Token:
    *system, code = map(_plain, _BAR.split(value, maxsplit=1))
    if not code and not any(system):
        raise bad("bad-request", name, value, "fhir-token")
    return Token(system[0] if system else None, code or None)


def _plain(value: str) -> str:
    return value.replace("\\,", ",").replace("\\|", "|").replace("\\\\", "\\")

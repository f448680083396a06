"""What reading a source yields: a draft for each list it speaks of, and every problem met on the way."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from lists.days import parse_day
from lists.edition import Draft
from lists.errors import BadText
from lists.problems import Problem, problem

_Value = TypeVar("_Value")


class FirstDays(msgspec.Struct, frozen=True):
    """
    The first days an editor gives with a source.

    Attributes:
        all: Dates every list, whatever the file says (rule 3).
        by_list: Dates single lists, before `all`.
    """

    all: dt.date | None = None
    by_list: Mapping[str, dt.date] = {}

    def of(self, code: str) -> dt.date | None:
        """The day given for a list, or None."""
        return self.by_list.get(code, self.all)


class Reading(msgspec.Struct):
    """
    A source, read.

    Attributes:
        drafts: By list, each list once.
        problems: What concerns no single list. Whatever was not used is counted here or in a draft.
        received: When the source says it was made, as written; "" where it does not.
    """

    drafts: list[Draft]
    problems: list[Problem]
    received: str = ""


class Notes:
    """Collects problems while texts become values; a text that is none gives None and a problem."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(
        self,
        rule: str,
        *,
        line: int = 0,
        column: str = "",
        subject: str = "",
        found: str = "",
        **facts: object,
    ) -> None:
        """Report one problem of this file."""
        self.found.append(
            problem(rule, file=self.file, line=line, column=column, subject=subject, found=found, **facts)
        )


class At:
    """Reads the texts of one subject; whatever is no value is None, and reported with the subject's line."""

    def __init__(self, notes: Notes, line: int, subject: str) -> None:
        self._notes, self._line, self._subject = notes, line, subject

    def value(self, parse: Callable[[str], _Value], text: str | None, column: str) -> _Value | None:
        """What `parse` makes of a text; no text is no value and no problem."""
        if text is None:
            return None
        try:
            return parse(text)
        except BadText as error:
            self.note(error.reason, text, column=column)
            return None

    def present(self, text: str | None, column: str) -> str | None:
        """The text itself; its absence is reported."""
        if text is None:
            self.missing(column)
        return text

    def missing(self, column: str) -> None:
        """Report that an element or cell which must be there is not."""
        self.note("element-missing", "", column=column)

    def day(self, text: str | None, column: str) -> dt.date | None:
        """A civil day; a time behind it, as some extracts write, is read past."""
        return self.value(parse_day, text[:10] if text and text[10:11] == "T" else text, column)

    def whole(self, text: str | None, column: str) -> int | None:
        """A whole number of up to nine digits."""
        return self.value(_whole, text, column)

    def truth(self, text: str | None, column: str) -> bool | None:
        """`true`, `false`, `1` or `0`."""
        return self.value(_truth, text, column)

    def stated(self, text: str | None, column: str) -> bool | None:
        """`true` or `false` where one of them must be; its absence is reported."""
        return self.truth(self.present(text, column), column)

    def note(self, rule: str, found: str, *, column: str = "", **facts: object) -> None:
        """Report one problem of this subject."""
        self._notes.add(rule, line=self._line, column=column, subject=self._subject, found=found, **facts)


def _whole(text: str) -> int:
    if _WHOLE.fullmatch(text) is None:
        raise BadText("number-form", found=text)
    return int(text)


def _truth(text: str) -> bool:
    if text not in _TRUTHS:
        raise BadText("truth-form", found=text)
    return _TRUTHS[text]


_WHOLE = re.compile(r"[0-9]{1,9}")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}

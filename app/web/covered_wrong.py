"""What is wrong in the form that asks whether something is covered: all of it at once, each at its field."""

import copy
import re
from typing import Any

import msgspec

from app.checks import CheckAnswer, CheckQuestion
from app.json_forms import as_form
from app.questions import bad
from app.read.checking import checked
from app.snapshot import Snapshot
from app.web.covered_form import NOTHING, HadTyped, LineTyped, Typed
from app.web.told import Words
from app.words import has, say
from lists.errors import BadQuestion

_MOST_WRONG = 30
_PLACE = re.compile(r"(lines|already)\[(\d+)\](?:\.(\w+))?")


class Wrong(msgspec.Struct, frozen=True):
    """
    What is wrong in a field.

    Attributes:
        field: Its id on the page.
        text: As it is told where the field is not seen.
        beside: As it is told beside the field.
    """

    field: str
    text: str
    beside: str


class Judged(msgspec.Struct, frozen=True):
    """
    What became of a question.

    Attributes:
        question: As it was asked; None where something is wrong. So is `answer`.
    """

    question: CheckQuestion | None
    answer: CheckAnswer | None
    wrong: tuple[BadQuestion, ...]


def judged(
    snapshot: Snapshot, typed: Typed, plain: dict[str, Any], *, release: int, lang: str, known: str
) -> Judged:
    """
    The answer, or all that is wrong: what cannot be read, and what cannot be.

    Args:
        plain: The question that the form makes.
        known: The code of some list, to put where the code is at fault; "" where there is no list.
    """
    mended, wrong = copy.deepcopy(plain), _contradictions(typed)
    while len(wrong) < _MOST_WRONG:
        try:
            question = as_form(mended, CheckQuestion)
            answer = checked(snapshot, question, release=release, lang=lang)
        except BadQuestion as error:
            if any(error.facts["field"] == told.facts["field"] for told in wrong):
                break
            wrong.append(error)
            _mend(mended, error.facts["field"], known)
        else:
            return Judged(None, None, tuple(wrong)) if wrong else Judged(question, answer, ())
    return Judged(None, None, tuple(wrong))


def wrong_told(error: BadQuestion, typed: Typed, words: Words) -> Wrong:
    """What is wrong, told at the field where it stands."""
    name, field = _place(error.facts.get("field", ""), typed)
    if name in _CHOSEN:
        told = words("covered-mend-" + name)
        return Wrong(field, told, told)
    expected = error.facts.get("expected", "")
    if name in ("packs", "had-units"):
        wanted = words("covered-expected-count")
    elif name == "patient_age":
        wanted = words("covered-expected-age")
    elif expected == "array":
        wanted = words("covered-expected-lines")
    else:
        wanted = say("expected", expected, words.lang) if has("expected", expected) else expected
    label = words("covered-field-" + name)
    beside = words("covered-wrong-beside", expected=wanted)
    return Wrong(field, words("covered-wrong", label=label, expected=wanted), beside)


def _contradictions(typed: Typed) -> list[BadQuestion]:
    """What the form says twice, and differently."""
    if typed.before == NOTHING and any(one.counts for one in typed.had):
        return [bad("bad-request", "already", NOTHING, "array")]
    return []


def _mend(plain: dict[str, Any], field: str, known: str) -> None:
    """Put something harmless where a field is at fault, so that the others are looked at too."""
    at: Any = plain
    *way, last = [int(part) if part.isdecimal() else part for part in re.findall(r"\w+", field)]
    for part in way:
        at = at[part]
    at[last] = known if field == "prescription.code" else _HARMLESS.get(str(last), 1)


def _place(field: str, typed: Typed) -> tuple[str, str]:
    """The name of a field as words have it, and its id on the page."""
    match = _PLACE.match(field)
    if match is None:
        name = _NAMES.get(field, "code")
        return name, "varenr-0" if name == "varenr" else name
    rows: tuple[LineTyped | HadTyped, ...] = typed.lines if match[1] == "lines" else typed.had
    filled_rows = [row for row, one in enumerate(rows) if one.counts]
    row = filled_rows[int(match[2])] if int(match[2]) < len(filled_rows) else 0
    inner = match[3] or "packs"
    name = inner if match[1] == "lines" else f"had-{inner}"
    return name, f"{name}-{row}"


_CHOSEN = ("refund_side", "before")
"""Fields in which one of a few is chosen: what to choose is told whole."""
_NAMES = {
    "prescription.code": "code",
    "prescription.written_on": "written_on",
    "dispensed_on": "dispensed_on",
    "prescription.refund_code.code": "refund_code",
    "prescription.refund_code.system": "refund_side",
    "prescription.patient_age": "patient_age",
    "prescription.strips_per_day": "strips_per_day",
    "lines": "varenr",
    "already": "before",
}
_HARMLESS: dict[str, Any] = {
    # Nothing was written or handed out after that day.
    "dispensed_on": "9999-12-31",
    **dict.fromkeys(("written_on", "on"), "2000-01-01"),
    **dict.fromkeys(("code", "varenr"), "x"),
    "system": "icd-10",
    "lines": [{"varenr": "x", "packs": 1}],
}

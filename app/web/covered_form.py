"""The form that asks whether something is covered: what was typed, the question it makes, its faults."""

import copy
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from app.checks import CheckQuestion
from app.json_forms import as_form
from app.questions import bad
from app.web.told import Words
from app.words import has, say
from lists.errors import BadQuestion

MOST_LINES, MOST_HAD = 5, 5
LONGEST = 200
"""Characters of a field that are read."""

NOTHING, UNKNOWN = "nothing", ""
MORE_FACTS = (
    *("patient_age", "decision", "prescriber", "specialties"),
    *("refund_code", "refund_side", "strips_per_day"),
)
"""Facts that few rules ask for."""
_MOST_WRONG = 30
_DECISIONS = {"yes": True, "no": False}
_PLACE = re.compile(r"(lines|already)\[(\d+)\](?:\.(\w+))?")
_WHOLE = re.compile(r"[0-9]{1,9}")


class LineTyped(msgspec.Struct, frozen=True):
    """A row of what is to be handed out."""

    varenr: str = ""
    packs: str = ""


class HadTyped(msgspec.Struct, frozen=True):
    """A row of what was handed out before."""

    varenr: str = ""
    units: str = ""
    on: str = ""


class Typed(msgspec.Struct, frozen=True):
    """
    The form as somebody filled it in; "" where nothing stands.

    Attributes:
        before: NOTHING where nothing was handed out before, else UNKNOWN; rows of `had` say what was.
        prescriber: "hospital", "specialist" or "other".
    """

    code: str = ""
    written_on: str = ""
    dispensed_on: str = ""
    refund_code: str = ""
    refund_side: str = ""
    decision: str = ""
    patient_age: str = ""
    prescriber: str = ""
    specialties: str = ""
    strips_per_day: str = ""
    before: str = UNKNOWN
    lines: tuple[LineTyped, ...] = (LineTyped(packs="1"),) + (LineTyped(),) * (MOST_LINES - 1)
    had: tuple[HadTyped, ...] = (HadTyped(),) * MOST_HAD

    @property
    def more(self) -> bool:
        """Whether one of the facts is filled in that few rules ask for."""
        return any(getattr(self, name) for name in MORE_FACTS)


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


class Filled(msgspec.Struct, frozen=True):
    """
    A form that was read.

    Attributes:
        plain: The question as JSON would write it.
        question: None where something is wrong.
    """

    typed: Typed
    plain: dict[str, Any]
    question: CheckQuestion | None
    wrong: tuple[BadQuestion, ...]


def prefilled(asked: Mapping[str, str], day: dt.date) -> Typed:
    """The form as a link fills it in: a product and a code, never anything about a person."""
    varenr, packs = _text(asked, "varenr"), _text(asked, "packs") or "1"
    lines = (LineTyped(varenr, packs), *Typed().lines[1:])
    return Typed(code=_text(asked, "code"), dispensed_on=day.isoformat(), lines=lines)


def read_typed(values: Mapping[str, Any], day: dt.date) -> Typed:
    """What stands in the fields; the day of dispensing is `day` where none was typed."""
    plain = {name: _text(values, name) for name in Typed.__struct_fields__ if name not in ("lines", "had")}
    plain["dispensed_on"] = plain["dispensed_on"] or day.isoformat()
    lines = (LineTyped(*_row(values, "varenr packs", row)) for row in range(MOST_LINES))
    had = (HadTyped(*_row(values, "had-varenr had-units had-on", row)) for row in range(MOST_HAD))
    return Typed(**plain, lines=tuple(lines), had=tuple(had))


def filled(typed: Typed) -> Filled:
    """The question that a form makes, or all that is wrong in it."""
    plain = _plain(typed)
    mended, wrong = copy.deepcopy(plain), list[BadQuestion]()
    if not typed.code:
        wrong.append(bad("bad-code", "prescription.code", "", "prescription-code"))
    while len(wrong) < _MOST_WRONG:
        try:
            question = as_form(mended, CheckQuestion)
        except BadQuestion as error:
            wrong.append(error)
            _mend(mended, error.facts["field"])
        else:
            return Filled(typed, plain, None if wrong else question, tuple(wrong))
    return Filled(typed, plain, None, tuple(wrong))


def wrong_told(error: BadQuestion, typed: Typed, words: Words) -> Wrong:
    """What is wrong, told at the field where it stands."""
    name, field = _place(error.facts.get("field", ""), typed)
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


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


def _row(values: Mapping[str, Any], names: str, row: int) -> list[str]:
    return [_text(values, f"{name}-{row}") for name in names.split()]


# --- the question ----------------------------------------------------------


def _plain(typed: Typed) -> dict[str, Any]:
    facts: dict[str, Any] = {"code": typed.code, "written_on": typed.written_on}
    if typed.refund_code:
        facts["refund_code"] = {"code": typed.refund_code, "system": typed.refund_side}
    if typed.decision in _DECISIONS:
        facts["decision"] = _DECISIONS[typed.decision]
    prescriber = _prescriber(typed)
    if prescriber:
        facts["prescriber"] = prescriber
    for name in ("patient_age", "strips_per_day"):
        if getattr(typed, name):
            facts[name] = _number(getattr(typed, name))
    lines = [_line(line) for line in typed.lines if line.varenr]
    question: dict[str, Any] = {"prescription": facts, "dispensed_on": typed.dispensed_on, "lines": lines}
    had = [
        {"varenr": one.varenr, "units": _number(one.units), "on": one.on}
        for one in typed.had
        if any(_of(one))
    ]
    if had or typed.before == NOTHING:
        question["already"] = had
    return question


def _prescriber(typed: Typed) -> dict[str, Any]:
    """What is known of who wrote it: only what was said."""
    specialties = typed.specialties.replace(",", " ").split()
    if typed.prescriber == "other":
        return {"hospital": False, "specialties": specialties}
    known: dict[str, Any] = {"hospital": typed.prescriber == "hospital"} if typed.prescriber else {}
    return {**known, "specialties": specialties} if specialties else known


def _line(line: LineTyped) -> dict[str, Any]:
    return {"varenr": line.varenr, "packs": _number(line.packs)}


def _number(text: str) -> int | str:
    """A whole number; any other text as it is, to be refused by its name."""
    return int(text) if _WHOLE.fullmatch(text) else text


def _of(one: HadTyped) -> tuple[str, ...]:
    return (one.varenr, one.units, one.on)


# --- what is wrong ---------------------------------------------------------


def _mend(plain: dict[str, Any], field: str) -> None:
    """Put something harmless where a field is at fault, so that the others are looked at too."""
    at: Any = plain
    *way, last = [int(part) if part.isdecimal() else part for part in re.findall(r"\w+", field)]
    for part in way:
        at = at[part]
    at[last] = _HARMLESS.get(str(last), 1)


def _place(field: str, typed: Typed) -> tuple[str, str]:
    """The name of a field as words have it, and its id on the page."""
    match = _PLACE.match(field)
    if match is None:
        name = _NAMES.get(field, "code")
        return name, "varenr-0" if name == "varenr" else name
    rows: tuple[LineTyped | HadTyped, ...] = typed.lines if match[1] == "lines" else typed.had
    filled_rows = [row for row, one in enumerate(rows) if _counts(one)]
    row = filled_rows[int(match[2])] if int(match[2]) < len(filled_rows) else 0
    inner = match[3] or "packs"
    name = inner if match[1] == "lines" else f"had-{inner}"
    return name, f"{name}-{row}"


def _counts(one: LineTyped | HadTyped) -> bool:
    """Whether a row is part of the question."""
    return bool(one.varenr) if isinstance(one, LineTyped) else any(_of(one))


_NAMES = {
    "prescription.code": "code",
    "prescription.written_on": "written_on",
    "dispensed_on": "dispensed_on",
    "prescription.refund_code.code": "refund_code",
    "prescription.refund_code.system": "refund_side",
    "prescription.patient_age": "patient_age",
    "prescription.strips_per_day": "strips_per_day",
    "lines": "varenr",
}
_HARMLESS: dict[str, Any] = {
    **dict.fromkeys(("written_on", "dispensed_on", "on"), "2000-01-01"),
    **dict.fromkeys(("code", "system", "varenr"), "x"),
    "lines": [{"varenr": "x", "packs": 1}],
}

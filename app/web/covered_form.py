"""The form that asks whether something is covered: what was typed, and the question it makes."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

MOST_LINES, MOST_HAD = 5, 5
LONGEST = 200
"""Characters of a field that are read."""

NOTHING, UNKNOWN = "nothing", ""
MORE_FACTS = (
    *("patient_age", "decision", "prescriber", "specialties"),
    *("refund_code", "refund_side", "strips_per_day"),
)
"""Facts that few rules ask for."""
_DECISIONS = {"yes": True, "no": False}
_WHOLE = re.compile(r"[0-9]{1,9}")


class LineTyped(msgspec.Struct, frozen=True):
    """A row of what is to be handed out."""

    varenr: str = ""
    packs: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is part of the question."""
        return bool(self.varenr)


class HadTyped(msgspec.Struct, frozen=True):
    """A row of what was handed out before."""

    varenr: str = ""
    units: str = ""
    on: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is part of the question: one that is half filled in is asked about, and refused."""
        return bool(self.varenr or self.units or self.on)


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

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """All that is filled in, by the names of the fields, to be sent once more."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str) and value:
                yield name, value
        for prefix, rows in (("", self.lines), ("had-", self.had)):
            for row, one in enumerate(rows):
                for name in one.__struct_fields__:
                    if getattr(one, name):
                        yield f"{prefix}{name}-{row}", getattr(one, name)


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


def plain_question(typed: Typed) -> dict[str, Any]:
    """The question that a form makes, as JSON would write it, whatever is wrong in it."""
    facts = _facts(typed)
    lines = [{"varenr": line.varenr, "packs": _number(line.packs)} for line in typed.lines if line.counts]
    question: dict[str, Any] = {"prescription": facts, "dispensed_on": typed.dispensed_on, "lines": lines}
    had = [
        {"varenr": one.varenr, "units": _number(one.units), "on": one.on} for one in typed.had if one.counts
    ]
    if had or typed.before == NOTHING:
        question["already"] = had
    return question


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


def _row(values: Mapping[str, Any], names: str, row: int) -> list[str]:
    return [_text(values, f"{name}-{row}") for name in names.split()]


def _facts(typed: Typed) -> dict[str, Any]:
    """What is said of the prescription."""
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
    return facts


def _prescriber(typed: Typed) -> dict[str, Any]:
    """What is known of who wrote it: only what was said."""
    specialties = typed.specialties.replace(",", " ").split()
    if typed.prescriber == "other":
        return {"hospital": False, "specialties": specialties}
    known: dict[str, Any] = {"hospital": typed.prescriber == "hospital"} if typed.prescriber else {}
    return {**known, "specialties": specialties} if specialties else known


def _number(text: str) -> int | str:
    """A whole number; any other text as it is, to be refused by its name."""
    return int(text) if _WHOLE.fullmatch(text) else text

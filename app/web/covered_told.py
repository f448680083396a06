"""A check's answer as a page tells it: verdict, reasons and limits in words, and what is still missing."""

from collections.abc import Iterator

import msgspec

from app.checks import CheckAnswer, CheckLine, LimitUseShape, NotJudgedShape, ReasonShape
from app.read.view import View
from app.shapes import ConditionShape
from app.web.covered_form import Filled
from app.web.told import Words
from app.words.forms import number_told
from lists.errors import NotThere

_FIELDS = {
    "patient_age": "patient_age",
    "prescriber.hospital": "prescriber",
    "prescriber.specialties": "specialties",
    "refund_code": "refund_code",
    "strips_per_day": "strips_per_day",
    "decision": "decision",
    "already": "before",
    "units": "units",
}
"""The facts that a rule may miss, and the fields that give them; units are told by packs."""


class ReasonTold(msgspec.Struct, frozen=True):
    """
    Why a verdict is what it is.

    Attributes:
        law: The legal text, where the sentence does not hold it.
        field: Id of the field in which the missing fact is given; "" where none is missing.
    """

    text: str
    law: str
    field: str
    condition: str
    edition: str


class LimitTold(msgspec.Struct, frozen=True):
    """A limit and how far it is used, in units."""

    text: str
    use: LimitUseShape
    exceeded: bool


class LineTold(msgspec.Struct, frozen=True):
    """One line's judgement; `name` is "" where no list has the product on the day."""

    name: str
    packs: str
    line: CheckLine
    reasons: tuple[ReasonTold, ...]
    limits: tuple[LimitTold, ...]


class Verdict(msgspec.Struct, frozen=True):
    """
    The answer.

    Attributes:
        verdict: "yes", "no" or "ask".
        missing: Ids of the fields whose facts a rule asked for.
    """

    verdict: str
    lines: tuple[LineTold, ...]
    not_judged: tuple[NotJudgedShape, ...]
    missing: frozenset[str]


def verdict_told(view: View, form: Filled, answer: CheckAnswer, words: Words) -> Verdict:
    """
    An answer in words.

    Args:
        view: The lists on the day of dispensing.
    """
    packs = [typed.packs for typed in form.typed.lines if typed.varenr]
    lines = tuple(
        LineTold(
            _name(view, line.varenr),
            asked,
            line,
            tuple(_reason(reason, line, words) for reason in line.reasons),
            tuple(_limit(use, words) for use in line.limits),
        )
        for line, asked in zip(answer.lines, packs, strict=True)
    )
    missing = frozenset(reason.field for line in lines for reason in line.reasons if reason.field)
    return Verdict(answer.verdict, lines, answer.not_judged, missing)


def _name(view: View, varenr: str) -> str:
    try:
        return view.product(varenr).name
    except NotThere:
        return ""


def _reason(reason: ReasonShape, line: CheckLine, words: Words) -> ReasonTold:
    fact = _FIELDS.get(reason.field or "", "")
    missing = bool(fact) and reason.code == "fact-missing"
    return ReasonTold(
        text=words("covered-missing-" + fact) if missing else reason.text,
        law=_law(reason, line) if missing else "",
        field=fact if fact != "units" else "",
        condition=reason.condition or "",
        edition=reason.edition or "",
    )


def _law(reason: ReasonShape, line: CheckLine) -> str:
    return next((known.text for known in _conditions(line) if known.id == reason.condition), "")


def _conditions(line: CheckLine) -> Iterator[ConditionShape]:
    if line.entry is not None:
        yield from (*line.entry.conditions, *line.entry.refund_code_conditions)


def _limit(use: LimitUseShape, words: Words) -> LimitTold:
    text = words("limit-" + use.per, max=number_told(use.max, words.lang), unit=use.unit)
    return LimitTold(text, use, use.used + use.asked > use.max)

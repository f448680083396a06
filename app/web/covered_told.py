"""A check's answer as a page tells it: verdict, reasons and limits in words, and what is still missing."""

import datetime as dt
from collections.abc import Callable, Iterator

import msgspec

from app.checks import CheckAnswer, CheckLine, LimitUseShape, NotJudgedShape, ReasonShape
from app.read.view import View
from app.shapes import ConditionShape
from app.web.covered_form import NOTHING, Typed
from app.web.told import Words
from app.words.forms import day_told, number_told
from lists.errors import NotThere

PageOf = Callable[[str, dt.date], str]
"""The address of a product's page on a day."""

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
        condition: The number of the condition that says so; "" where the source gives it none.
    """

    text: str
    law: str
    field: str
    condition: str
    edition: str


class LimitTold(msgspec.Struct, frozen=True):
    """
    A limit and how far it is used, in units.

    Attributes:
        known: Whether it was told what counts of what was handed out before; else what is used and what
            is left are not known.
    """

    text: str
    use: LimitUseShape
    exceeded: bool
    known: bool


class Named(msgspec.Struct, frozen=True):
    """
    A product of a line.

    Attributes:
        name: "" where no list ever had it.
        address: Its page on the day, or on the day nearest to it on which it was there; "" without a name.
        absent: Why it is not there on the day, as a sentence; "" where it is.
    """

    name: str
    address: str
    absent: str


class LineTold(msgspec.Struct, frozen=True):
    """One line's judgement."""

    product: Named
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


def verdict_told(view: View, typed: Typed, answer: CheckAnswer, words: Words, *, page_of: PageOf) -> Verdict:
    """
    An answer in words.

    Args:
        view: The lists on the day of dispensing.
        typed: The form that was answered.
    """
    packs = [line.packs for line in typed.lines if line.counts]
    before = typed.before == NOTHING or any(one.counts for one in typed.had)
    lines = tuple(
        LineTold(
            _named(view, line.varenr, words, page_of),
            asked,
            line,
            tuple(_reason(reason, line, words) for reason in line.reasons),
            tuple(_limit(use, words, before=before) for use in line.limits),
        )
        for line, asked in zip(answer.lines, packs, strict=True)
    )
    missing = frozenset(reason.field for line in lines for reason in line.reasons if reason.field)
    return Verdict(answer.verdict, lines, answer.not_judged, missing)


def _named(view: View, varenr: str, words: Words, page_of: PageOf) -> Named:
    try:
        return Named(view.product(varenr).name, page_of(varenr, view.valid_on), "")
    except NotThere as error:
        if error.reason == "not-listed":
            last = dt.date.fromisoformat(error.facts["valid_to"])
            absent = words("covered-absent-left", day=day_told(last, words.lang))
            return Named(error.facts["name"], page_of(varenr, last), absent)
        if error.reason == "not-yet-listed":
            first = dt.date.fromisoformat(error.facts["valid_from"])
            absent = words("covered-absent-coming", day=day_told(first, words.lang))
            then = View(view.snapshot, valid_on=first, release=view.release)
            return Named(then.product(varenr).name, page_of(varenr, first), absent)
        return Named("", "", words("covered-absent-never"))


def _reason(reason: ReasonShape, line: CheckLine, words: Words) -> ReasonTold:
    fact = _FIELDS.get(reason.field or "", "")
    missing = bool(fact) and reason.code == "fact-missing"
    said = next((known for known in _conditions(line) if known.id == reason.condition), None)
    return ReasonTold(
        text=words("covered-missing-" + fact) if missing else reason.text,
        law=said.text if missing and said is not None else "",
        field=fact if fact != "units" else "",
        condition=said.number if said is not None else "",
        edition=reason.edition or "",
    )


def _conditions(line: CheckLine) -> Iterator[ConditionShape]:
    if line.entry is not None:
        yield from (*line.entry.conditions, *line.entry.refund_code_conditions)


def _limit(use: LimitUseShape, words: Words, *, before: bool) -> LimitTold:
    """A limit; what was handed out before does not count where it is per dispensing."""
    text = words("limit-" + use.per, max=number_told(use.max, words.lang), unit=words.unit(use.unit))
    exceeded = use.used + use.asked > use.max
    return LimitTold(text, use, exceeded, known=before or use.per == "dispensing")

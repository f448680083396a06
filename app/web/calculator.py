"""A small calculator: what a limit leaves of one product, as a check says it; nothing of it is kept."""

import datetime as dt
from collections.abc import Mapping

import msgspec

from app.checks import AlreadyField, CheckLine, CheckQuestion, LimitUseShape, LineField, PrescriptionField
from app.read.checking import checked
from app.read.on_list import Asked, numbers_shown, products_on
from app.read.view import View
from app.shapes import GroupShape, ProductShape
from app.web.told import Words
from lists.prescribing import code_needed

FIELDS = ("vare", "year", "month", "now")
MOST_CHOICES = 300
MOST_PACKS = 9999
LONGEST = 64
"""Letters of a field that are looked at."""

YEAR, MONTH = "calendar_year", "month"
_LENGTHS = {"dispensing": 0, MONTH: 1, YEAR: 2}
"""The periods of limits, the shortest first."""
_LIMITS = "limit-exceeded-"
_OF_OTHER_FACTS = ("covered", "condition-to-judge", "fact-missing", "decision-needed")
"""Reasons that say nothing of how much: what a patient must fulfil stands above the calculator."""


class Field(msgspec.Struct, frozen=True):
    """A field of the form as it was filled in; `refused` says what is wrong with it, "" where nothing is."""

    name: str
    label: str
    value: str
    refused: str = ""


class Left(msgspec.Struct, frozen=True):
    """
    What one limit leaves; units, and whole packs of the product.

    Attributes:
        used: Before this time.
        left: After this time, as far as limits of longer periods leave as much.
        packs: 0 where another limit lets through no whole pack at a time.
    """

    per: str
    unit: str
    max: int
    used: int
    left: int
    packs: int


class Most(msgspec.Struct, frozen=True):
    """The most that can be had now, by the limit that leaves the least."""

    per: str
    unit: str
    left: int
    packs: int


class Result(msgspec.Struct, frozen=True):
    """
    What the check says.

    Attributes:
        most: What every limit leaves now; None where there is none.
        reasons: Sentences why it is not covered, for other reasons than a limit.
    """

    line: CheckLine
    product: ProductShape
    packs: int
    lefts: tuple[Left, ...]
    most: Most | None
    exceeded: bool
    reasons: tuple[str, ...]

    @property
    def told(self) -> str:
        """How it comes out, in a word for the page's title."""
        if self.exceeded:
            return "too-much"
        return "not-covered" if self.reasons else "within"


class Calculator(msgspec.Struct, frozen=True):
    """
    The form and, where it was filled in, its result.

    Attributes:
        choices: The products to choose from; none where there are too many: then a number is typed.
        unsized: So many products are left out: nobody says how many units their packs hold.
        used: Packs before this time, in the calendar year and month, as far as a limit counts over them.
    """

    choices: tuple[ProductShape, ...]
    unsized: int
    varenr: Field
    used: tuple[Field, ...]
    now: Field
    result: Result | None

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, as they stand in the form."""
        return (self.varenr, *self.used, self.now)

    @property
    def wrong(self) -> tuple[Field, ...]:
        """Those that must be mended."""
        return tuple(field for field in self.fields if field.refused)


def calculator(typed: Mapping[str, str] | None, view: View, group: GroupShape, words: Words) -> Calculator:
    """
    The calculator of an innermost group that has limits.

    Args:
        typed: What was filled in; None for an empty form.
    """
    index = view.snapshot.index(view.marks[group.list])
    periods = {limit.per for limit in index.part(group.code, None, ()).limits}
    numbers = numbers_shown(view, group.list, Asked(group.code))
    products = products_on(view, group.list, numbers, group=group.code)
    sized = {product.varenr: product for product in products if product.units_per_pack}
    choices = tuple(sized.values()) if len(sized) <= MOST_CHOICES else ()
    varenr = _varenr(typed, sized, words, words("much-which" if choices else "much-which-number"))
    used = tuple(
        _packs(typed, name, words, words("much-used-" + name))
        for name, period in (("year", YEAR), ("month", MONTH))
        if period in periods
    )
    now = _packs(typed, "now", words, words("much-now"), least=1)
    fine = typed is not None and not any(field.refused for field in (varenr, *used, now))
    return Calculator(
        choices=choices,
        unsized=len(products) - len(sized),
        varenr=varenr,
        used=used,
        now=now,
        result=_result(view, group, sized[varenr.value], _Packs.of(used, now), words=words) if fine else None,
    )


class _Packs(msgspec.Struct, frozen=True):
    """Packs as the form tells them."""

    year: int
    month: int
    now: int

    @classmethod
    def of(cls, used: tuple[Field, ...], now: Field) -> "_Packs":
        told = {field.name: int(field.value or 0) for field in used}
        return cls(told.get("year", 0), told.get("month", 0), int(now.value))


def _varenr(
    typed: Mapping[str, str] | None, sized: dict[str, ProductShape], words: Words, label: str
) -> Field:
    value = _value(typed, "vare")
    if typed is None or value in sized:
        return Field("vare", label, value)
    return Field("vare", label, value, words("much-no-such-product" if value else "much-choose-product"))


def _packs(typed: Mapping[str, str] | None, name: str, words: Words, label: str, *, least: int = 0) -> Field:
    """A number of packs; what was had before may be left empty, which is none."""
    value = _value(typed, name)
    whole = value.isascii() and value.isdecimal() and least <= int(value) <= MOST_PACKS
    if typed is None or whole or (not value and not least):
        return Field(name, label, value)
    return Field(name, label, value, words("much-whole-number", least=least, most=MOST_PACKS))


def _value(typed: Mapping[str, str] | None, name: str) -> str:
    return (typed or {}).get(name, "").strip()[:LONGEST]


def _result(view: View, group: GroupShape, product: ProductShape, packs: _Packs, *, words: Words) -> Result:
    units = product.units_per_pack
    assert units
    code = code_needed(view.snapshot.index(view.marks[group.list]).on_day, group.code)
    day = view.valid_on
    # Nobody says when it was prescribed: while it still could be.
    written_on = min(day, product.entries[0].prescribe_until or day)
    question = CheckQuestion(
        PrescriptionField(code=code or group.list, written_on=written_on),
        dispensed_on=day,
        lines=(LineField(product.varenr, packs=packs.now),),
        already=tuple(
            AlreadyField(product.varenr, count * units, on) for count, on in _before(packs, day) if count
        ),
    )
    answer = checked(view.snapshot, question, release=view.release, lang=words.lang, group=group.code)
    line = answer.lines[0]
    return Result(
        line,
        product,
        packs.now,
        lefts=tuple(_left(limit, line.limits, units) for limit in line.limits),
        most=_most(line.limits, units),
        exceeded=any(limit.used + limit.asked > limit.max for limit in line.limits),
        reasons=_reasons(line),
    )


def _left(limit: LimitUseShape, limits: tuple[LimitUseShape, ...], units: int) -> Left:
    longer = (one.left_after for one in limits if _LENGTHS[one.per] >= _LENGTHS[limit.per])
    left, each = min(longer), min(one.max for one in limits)
    return Left(
        limit.per, limit.unit, limit.max, limit.used, left, packs=left // units if each >= units else 0
    )


def _most(limits: tuple[LimitUseShape, ...], units: int) -> Most | None:
    tightest = min(limits, key=lambda limit: limit.left_before, default=None)
    if tightest is None:
        return None
    left = tightest.left_before
    return Most(tightest.per, tightest.unit, left, left // units)


def _before(packs: _Packs, day: dt.date) -> tuple[tuple[int, dt.date], ...]:
    """What was had before, with a day in the period it counts in; what is of this month is of this year."""
    if day.month == 1:
        return ((max(packs.year, packs.month), day),)
    return ((max(0, packs.year - packs.month), day.replace(month=1, day=1)), (packs.month, day))


def _reasons(line: CheckLine) -> tuple[str, ...]:
    return tuple(
        reason.text
        for reason in line.reasons
        if reason.code not in _OF_OTHER_FACTS and not reason.code.startswith(_LIMITS)
    )

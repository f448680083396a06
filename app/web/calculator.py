"""A small calculator: what a limit leaves of one product, as a check says it; nothing of it is kept."""

import datetime as dt

import msgspec

from app.api.answer import AnyRequest
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

YEAR, MONTH = "calendar_year", "month"
_LIMITS = "limit-exceeded-"
_OF_OTHER_FACTS = ("covered", "condition-to-judge", "fact-missing", "decision-needed")
"""Reasons that say nothing of how much: what a patient must fulfil stands above the calculator."""


class Field(msgspec.Struct, frozen=True):
    """A field of the form as it was filled in; `refused` says what is wrong with it, "" where nothing is."""

    name: str
    value: str
    refused: str = ""


class Left(msgspec.Struct, frozen=True):
    """
    What one limit leaves; units, and whole packs of the product.

    Attributes:
        used: Before this time.
        left: After this time; before it where this is too much.
    """

    per: str
    unit: str
    max: int
    used: int
    left: int
    packs: int
    exceeded: bool


class Result(msgspec.Struct, frozen=True):
    """
    What the check says.

    Attributes:
        most: So many packs are within every limit now.
        reasons: Sentences why it is not covered, for other reasons than a limit.
    """

    line: CheckLine
    product: ProductShape
    packs: int
    lefts: tuple[Left, ...]
    most: int
    reasons: tuple[str, ...]

    @property
    def exceeded(self) -> bool:
        """Whether it is more than some limit allows."""
        return any(left.exceeded for left in self.lefts)


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


def calculator(request: AnyRequest, view: View, group: GroupShape, words: Words) -> Calculator:
    """The calculator of an innermost group that has limits."""
    index = view.snapshot.index(view.marks[group.list])
    periods = {limit.per for limit in index.part(group.code, None, ()).limits}
    numbers = numbers_shown(view, group.list, Asked(group.code))
    products = products_on(view, group.list, numbers, group=group.code)
    sized = {product.varenr: product for product in products if product.units_per_pack}
    asked = "now" in request.query_params
    varenr = _varenr(request, sized, words, asked=asked)
    used = tuple(
        _packs(request, name, words, least=0, asked=asked)
        for name, period in (("year", YEAR), ("month", MONTH))
        if period in periods
    )
    now = _packs(request, "now", words, least=1, asked=asked)
    fine = asked and not any(field.refused for field in (varenr, *used, now))
    return Calculator(
        choices=tuple(sized.values()) if len(sized) <= MOST_CHOICES else (),
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


def _varenr(request: AnyRequest, sized: dict[str, ProductShape], words: Words, *, asked: bool) -> Field:
    value = (request.query_params.get("vare") or "").strip()[:64]
    if not asked or value in sized:
        return Field("vare", value)
    return Field("vare", value, words("much-no-such-product" if value else "much-choose-product"))


def _packs(request: AnyRequest, name: str, words: Words, *, least: int, asked: bool) -> Field:
    """A number of packs; what was had before may be left empty, which is none."""
    value = (request.query_params.get(name) or "").strip()[:64]
    whole = value.isascii() and value.isdecimal() and least <= int(value) <= MOST_PACKS
    if not asked or whole or (not value and not least):
        return Field(name, value)
    return Field(name, value, words("much-whole-number", least=least, most=MOST_PACKS))


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
    lefts = tuple(_left(limit, units) for limit in line.limits)
    most = min((limit.left_before // units for limit in line.limits), default=packs.now)
    return Result(line, product, packs.now, lefts, most, _reasons(line))


def _left(limit: LimitUseShape, units: int) -> Left:
    exceeded = limit.used + limit.asked > limit.max
    left = limit.left_before if exceeded else limit.left_after
    return Left(limit.per, limit.unit, limit.max, limit.used, left, packs=left // units, exceeded=exceeded)


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

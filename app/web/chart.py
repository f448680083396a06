"""A price over time as a drawing: where its lines and labels stand, in whole steps of the page's own units.

Across, places are hundredths of a percent, so that the drawing is as wide as the page while its letters
keep their size; down, they are pixels.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count

import msgspec

from app.words.forms import month_told, number_told
from lists.money import format_amount
from lists.price_periods import Period

HEIGHT, TOP, BOTTOM = 230, 30, 190
"""Of the drawing in pixels, and where the highest and the lowest price on its scale stand."""

_MOST_GRID_LINES, _MOST_MONTHS, _MOST_YEARS = 4, 4, 6
_A_YEAR = 12
_STEPS_OF_MONTHS = (1, 3, 6, *(_A_YEAR * years for years in (1, 2, 5, 10, 50, 100, 500, 2000)))
_FINEST = 100
_A_DAY, _SOON, _FAR = dt.timedelta(days=1), dt.timedelta(days=60), dt.timedelta(days=3650)


class Line(msgspec.Struct, frozen=True):
    """A straight line; `kind` is its class: "grid", "step" or "ahead"."""

    kind: str
    x1: str
    x2: str
    y1: int
    y2: int


class Label(msgspec.Struct, frozen=True):
    """A short text at a place."""

    x: str
    y: int
    text: str


class Chart(msgspec.Struct, frozen=True):
    """
    A drawing.

    Attributes:
        amounts: What the grid's lines stand for, left of it.
        days: Below it.
        day: Where the day is that the page tells of, and what is written there; None where it is not on it.
    """

    lines: tuple[Line, ...]
    amounts: tuple[Label, ...]
    days: tuple[Label, ...]
    day: str | None
    height: int = HEIGHT
    bottom: int = BOTTOM


class _Scale(msgspec.Struct, frozen=True):
    """What the edges of the drawing stand for."""

    first: dt.date
    last: dt.date
    low: int
    high: int

    def x(self, day: dt.date) -> str:
        place = (day - self.first).days * 10_000 // max(1, (self.last - self.first).days)
        return f"{place // 100}.{place % 100:02d}%"

    def y(self, amount: int) -> int:
        return TOP + (self.high - amount) * (BOTTOM - TOP) // (self.high - self.low)


def chart_of(periods: Sequence[Period], day: dt.date, lang: str) -> Chart | None:
    """
    Draw prices as steps; what lies ahead of the day is of another kind.

    Args:
        periods: By first day.

    Returns:
        None where there is nothing that changes: fewer than two periods.
    """
    if len(periods) < 2:
        return None
    step, low, high = _grid([period.amount for period in periods])
    first, last = _span(periods, day)
    scale = _Scale(first, last, low, high)
    grid = range(low, high + 1, step)
    return Chart(
        lines=(
            *(Line("grid", "0%", "100%", scale.y(amount), scale.y(amount)) for amount in grid),
            *_steps(periods, day, scale),
        ),
        amounts=tuple(
            Label("-10", scale.y(amount), number_told(Decimal(format_amount(amount)), lang))
            for amount in grid
        ),
        days=_months(scale, lang),
        day=scale.x(day) if first <= day <= last else None,
    )


def _steps(periods: Sequence[Period], day: dt.date, scale: _Scale) -> Iterator[Line]:
    """Each period as a level line, in two parts where the day falls into it, and the steps between them."""
    former: Period | None = None
    for period in periods:
        y, start = scale.y(period.amount), scale.x(period.first)
        end = scale.last if period.last is None else _later(min(scale.last, period.last), _A_DAY)
        if former is not None and period.follows(former):
            yield Line("ahead" if period.first > day else "step", start, start, scale.y(former.amount), y)
        if period.first <= day < end:
            yield Line("step", start, scale.x(day), y, y)
            yield Line("ahead", scale.x(day), scale.x(end), y, y)
        else:
            yield Line("ahead" if period.first > day else "step", start, scale.x(end), y, y)
        former = period


def _span(periods: Sequence[Period], day: dt.date) -> tuple[dt.date, dt.date]:
    """From the first day to some time after the last that is told of."""
    first = periods[0].first
    told = max(day, periods[-1].first)
    last = max(told, min(periods[-1].last or told, _later(told, _FAR)))
    return min(first, day), _later(last, max(_SOON, (last - first) // 8))


def _later(day: dt.date, by: dt.timedelta) -> dt.date:
    """A later day, as far as there are any."""
    return day + min(by, dt.date.max - day)


def _grid(amounts: Sequence[int]) -> tuple[int, int, int]:
    """
    Between which round amounts the prices lie.

    Small changes stay small: the scale is never narrower than a fifth of the highest price.

    Returns:
        The step from line to line, the lowest line and the highest.
    """
    low, high = min(amounts), max(amounts)
    wanted = max(high - low, high // 5, _FINEST)
    spare = (wanted - (high - low)) // 2
    low, high = max(0, low - spare), high + spare
    for digits in count():
        for first in (1, 2, 5):
            step = first * _FINEST * 10**digits
            bottom, top = low // step * step, max(-(-high // step), low // step + 1) * step
            if (top - bottom) // step <= _MOST_GRID_LINES:
                return step, bottom, top
    raise AssertionError


def _months(scale: _Scale, lang: str) -> tuple[Label, ...]:
    """The first days of some months or years, evenly apart, few enough to stand beside each other."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month
    apart = next(
        apart
        for apart in _STEPS_OF_MONTHS
        if months // apart < (_MOST_YEARS if apart >= _A_YEAR else _MOST_MONTHS)
    )
    of_years = apart >= _A_YEAR
    days = list(_every(apart, scale))
    told = (f"{day.year}" if of_years else month_told(day, lang) for day in days)
    return tuple(Label(scale.x(day), HEIGHT - 8, text) for day, text in zip(days, told, strict=True))


def _every(apart: int, scale: _Scale) -> Iterator[dt.date]:
    begun = scale.first.year * 12 + scale.first.month - 1
    for number in count(-(-begun // apart) * apart, apart):
        if number // 12 > dt.MAXYEAR:
            return
        day = dt.date(number // 12, number % 12 + 1, 1)
        if day > scale.last:
            return
        if day >= scale.first:
            yield day

"""A price over time as a drawing: it stays within its frame and says what stands in it."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from app.web.chart import BOTTOM, HEIGHT, TOP, chart_of
from lists.days import day_before
from lists.price_periods import Period

KRONE = 10_000


def steps(*amounts: int, first: str = "2025-01-01", months: int = 3) -> tuple[Period, ...]:
    """Prices in kroner, one after the other; the last without end."""
    begun = dt.date.fromisoformat(first)
    days = [_later(begun, months * number) for number in range(len(amounts))]
    lasts = [*(day_before(day) for day in days[1:]), None]
    return tuple(
        Period(day, last, amount * KRONE, "NOK")
        for day, last, amount in zip(days, lasts, amounts, strict=True)
    )


def _later(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def drawn(periods, on: str, lang: str = "nb"):
    chart = chart_of(periods, dt.date.fromisoformat(on), lang)
    assert chart is not None
    return chart


def test_a_price_that_never_changed_is_not_drawn():
    assert chart_of(steps(375), dt.date(2026, 1, 1), "nb") is None
    assert chart_of((), dt.date(2026, 1, 1), "nb") is None


def test_a_higher_price_stands_higher_and_a_later_one_further_right():
    first, second = [
        line
        for line in drawn(steps(300, 400), "2025-04-01").lines
        if line.kind != "grid" and line.x1 != line.x2
    ][:2]
    assert first.y1 > second.y1
    assert (first.x1, first.x2) == ("0.00%", second.x1)


def test_what_is_ahead_of_the_day_is_drawn_otherwise():
    lines = drawn(steps(300, 400, 350), "2025-05-15").lines
    assert [line.kind for line in lines if line.kind != "grid"] == [
        "step",
        "step",
        "step",
        "ahead",
        "ahead",
        "ahead",
    ]


def test_the_scale_is_named_in_round_amounts_and_the_language():
    assert [label.text for label in drawn(steps(930, 960, 990), "2025-09-01").amounts] == [
        *("800", "900", "1\u00a0000", "1\u00a0100"),
    ]
    assert [label.text for label in drawn(steps(12, 13), "2025-09-01", "en").amounts] == [
        "11",
        "12",
        "13",
        "14",
    ]


def test_a_year_is_told_by_its_months_and_several_by_their_numbers():
    assert [label.text for label in drawn(steps(30, 40), "2025-06-01").days] == [
        *("jan. 2025", "apr. 2025", "juli 2025"),
    ]
    assert [label.text for label in drawn(steps(30, 40, months=30), "2028-01-01").days] == [
        *("2025", "2026", "2027", "2028"),
    ]


def test_a_small_change_looks_small():
    heights = {line.y1 for line in drawn(steps(1000, 1001), "2025-09-01").lines if line.kind != "grid"}
    assert max(heights) - min(heights) <= 2


DAYS = st.dates(dt.date(1900, 1, 1))
AMOUNTS = st.lists(st.integers(0, 10**12), min_size=2, max_size=6)


@given(AMOUNTS, DAYS, DAYS, st.booleans())
def test_whatever_is_drawn_stays_in_its_frame(amounts, begun, on, ends):
    apart = (dt.date.max - begun) // (len(amounts) + 1)
    firsts = [begun + apart * number for number in range(len(amounts))]
    if apart.days == 0:
        return
    last = dt.date.max if ends else None
    lasts = [*(day_before(day) for day in firsts[1:]), last]
    chart = chart_of([Period(*one, "NOK") for one in zip(firsts, lasts, amounts, strict=True)], on, "en")
    assert chart is not None
    for line in chart.lines:
        assert TOP <= min(line.y1, line.y2) <= max(line.y1, line.y2) <= BOTTOM
        assert 0 <= float(line.x1[:-1]) <= float(line.x2[:-1]) <= 100
    assert 2 <= len(chart.amounts) <= 5
    assert len(chart.days) <= 6
    assert all(0 < label.y < HEIGHT for label in (*chart.amounts, *chart.days))

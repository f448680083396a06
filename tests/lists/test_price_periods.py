"""What a product cost over time: periods by the word of the editions that held one after the other."""

import pytest

from lists.codes import PRICE_KIND_GOODS, Code
from lists.price_periods import Period, Window, change_in_force, periods
from tests.builders import a_price
from tests.known_lists import day

KIND = "max_reimbursement_per_unit"
KRONE = 10_000


def a_window(first: str, last: str | None, *prices, begins: bool = False) -> Window:
    return Window(day(first), day(last) if last else None, prices, begins)


def a_period(first: str, last: str | None, kroner: int) -> Period:
    return Period(day(first), day(last) if last else None, kroner * KRONE, "NOK")


def costs(kroner: int, first: str | None = "2026-01-01", last: str | None = None):
    begins, ends = (day(text) if text else None for text in (first, last))
    return a_price(kroner * KRONE, valid_from=begins, valid_to=ends)


def test_what_two_editions_say_alike_is_one_period():
    windows = (
        a_window("2026-01-01", "2026-03-31", costs(10)),
        a_window("2026-04-01", "2026-06-30", costs(10)),
        a_window("2026-07-01", None, costs(12, "2026-07-01")),
    )
    assert periods(windows, KIND) == (
        a_period("2026-01-01", "2026-06-30", 10),
        a_period("2026-07-01", None, 12),
    )


def test_an_edition_tells_only_of_the_days_on_which_it_holds():
    windows = (
        a_window("2026-01-01", "2026-03-31", costs(10), costs(20, "2026-05-01")),
        a_window("2026-04-01", None, costs(11, "2025-01-01")),
    )
    assert periods(windows, KIND) == (
        a_period("2026-01-01", "2026-03-31", 10),
        a_period("2026-04-01", None, 11),
    )


def test_the_first_edition_of_all_tells_of_the_days_before_it_too():
    window = a_window("2026-01-01", None, costs(8, "2024-01-01"), costs(9, "2025-07-01"), begins=True)
    assert periods([window], KIND) == (
        a_period("2024-01-01", "2025-06-30", 8),
        a_period("2025-07-01", None, 9),
    )


def test_a_price_without_a_first_day_holds_as_long_as_its_edition():
    assert periods([a_window("2026-01-01", "2026-01-31", costs(8, None), begins=True)], KIND) == (
        a_period("2026-01-01", "2026-01-31", 8),
    )


def test_rule_8_a_price_ends_when_the_next_begins_and_the_last_when_the_source_says_so():
    window = a_window("2026-01-01", None, costs(8, last="2026-12-31"), costs(9, "2026-03-01", "2026-08-31"))
    assert periods([window], KIND) == (
        a_period("2026-01-01", "2026-02-28", 8),
        a_period("2026-03-01", "2026-08-31", 9),
    )


def test_a_product_that_was_away_has_a_gap():
    windows = (a_window("2026-01-01", "2026-03-31", costs(8)), a_window("2026-07-01", None, costs(8)))
    assert len(periods(windows, KIND)) == 2


def test_other_kinds_of_prices_are_left_out():
    purchase = a_price(KRONE, kind=Code("N", PRICE_KIND_GOODS))
    assert periods([a_window("2026-01-01", None, purchase)], KIND) == ()


@pytest.mark.parametrize(
    ("on", "since", "told"),
    [
        ("2026-07-01", "2026-04-15", True),
        ("2026-07-01", "2026-07-01", True),
        ("2026-09-01", "2026-07-02", False),  # too long ago
        ("2026-06-30", "2026-01-01", False),  # not yet
    ],
)
def test_a_price_that_changed_lately_is_told_with_the_one_before(on, since, told):
    known = (a_period("2026-01-01", "2026-06-30", 10), a_period("2026-07-01", None, 12))
    assert change_in_force(known, day(on), since=day(since)) == (known if told else None)


def test_after_a_gap_no_price_changed():
    known = (a_period("2026-01-01", "2026-03-31", 10), a_period("2026-07-01", None, 12))
    assert change_in_force(known, day("2026-07-01"), since=day("2026-01-01")) is None

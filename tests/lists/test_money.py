"""Money: what is read as an amount, what is refused, and that printing loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.errors import BadAmount
from lists.money import UNIT, format_amount, parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("12", 120_000),
        ("12.5", 125_000),
        ("12,50", 125_000),
        ("0.0001", 1),
        ("00012.3", 123_000),
        ("9999999999.9999", 99_999_999_999_999),
    ],
)
def test_an_amount_is_whole_ten_thousandths(text, amount):
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", " 1", "1 ", "1\n", "1 234.50", "1.234,50", "1'000", "12345678901"),
        *("12.", ".5", "12.50505", "-1", "+1", "1e3", "1E3", "NaN", "Infinity", "0x1F"),
        *("١٢", "²", "１２", "½", "12,50 kr", "kr 12"),
    ],
)
def test_every_other_form_is_refused(text):
    with pytest.raises(BadAmount) as refused:
        parse_amount(text)
    assert refused.value.reason == "amount-form"
    assert refused.value.facts == {"found": text}


def test_pence_are_hundredths_of_a_pound():
    assert parse_amount("40.5", units=100) == 4_050
    assert parse_amount("4050", units=100) == 405_000


def test_finer_than_a_ten_thousandth_is_refused_and_not_rounded():
    assert parse_amount("0.01", units=100) == 1
    with pytest.raises(BadAmount):
        parse_amount("0.001", units=100)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00"), (1, "0.0001"), (10, "0.001"), (100, "0.01"), (6_888_000, "688.80"), (12_345, "1.2345")],
)
def test_an_amount_is_written_with_two_to_four_decimals(amount, text):
    assert format_amount(amount) == text


@given(st.integers(0, 10**10 * UNIT - 1))
def test_printing_and_reading_are_inverses(amount):
    assert parse_amount(format_amount(amount)) == amount


@given(st.text())
def test_any_text_at_all_is_an_amount_or_refused(text):
    try:
        amount = parse_amount(text)
    except BadAmount:
        return
    assert amount >= 0
    assert parse_amount(format_amount(amount)) == amount

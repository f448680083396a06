"""Prices with their periods: of one kind the latest first day wins, and the one before it ends."""

import datetime as dt

import pytest

from app.read.products import price_shapes
from lists.codes import PRICE_KIND_GOODS, PRICE_KIND_MEDICINES, Code
from tests.builders import a_price

JANUARY, APRIL = dt.date(2026, 1, 1), dt.date(2026, 4, 1)
PER_PACK = Code("P", PRICE_KIND_GOODS, "")


def test_a_price_ends_the_day_before_the_next_of_its_kind_begins():
    shapes = price_shapes(
        [a_price(100_000), a_price(110_000, valid_from=APRIL), a_price(90_000, kind=PER_PACK)]
    )
    assert [(shape.kind, shape.amount, shape.valid_from, shape.valid_to) for shape in shapes] == [
        ("max_reimbursement_per_unit", "10.00", JANUARY, dt.date(2026, 3, 31)),
        ("max_reimbursement_per_unit", "11.00", APRIL, None),
        ("max_reimbursement_per_pack", "9.00", JANUARY, None),
    ]


def test_the_sources_own_last_day_is_shown_only_where_no_other_price_follows():
    shapes = price_shapes(
        [
            a_price(valid_to=dt.date(2026, 2, 1)),
            a_price(valid_from=APRIL, valid_to=dt.date(2026, 12, 31)),
        ]
    )
    assert [shape.valid_to for shape in shapes] == [dt.date(2026, 3, 31), dt.date(2026, 12, 31)]


def test_a_price_without_first_day_is_shown_as_such():
    shape = price_shapes([a_price(valid_from=None)])[0]
    assert (shape.valid_from, shape.valid_to) == (None, None)


@pytest.mark.parametrize(
    ("system", "code", "kind"),
    [
        (PRICE_KIND_GOODS, "N", "purchase"),
        (PRICE_KIND_GOODS, "E", "max_reimbursement_per_unit"),
        (PRICE_KIND_GOODS, "P", "max_reimbursement_per_pack"),
        (PRICE_KIND_MEDICINES, "2", "reimbursement"),
        (PRICE_KIND_MEDICINES, "3", "pharmacy_purchase"),
        (PRICE_KIND_MEDICINES, "4", "pharmacy_retail"),
        (PRICE_KIND_MEDICINES, "5", "step"),
        ("uk", "list", "list"),
        ("au", "premium", "premium"),
    ],
)
def test_a_code_of_a_price_means_what_its_own_system_says(system, code, kind):
    assert price_shapes([a_price(kind=Code(code, system, ""))])[0].kind == kind


@pytest.mark.parametrize(
    ("amount", "text"), [(125_000, "12.50"), (0, "0.00"), (123_456, "12.3456"), (5, "0.0005")]
)
def test_an_amount_has_two_to_four_decimals(amount, text):
    assert price_shapes([a_price(amount)])[0].amount == text

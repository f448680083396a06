"""Which price holds on a day (rule 8), and what is reimbursed at the most: rule 23."""

import datetime as dt

import pytest

from lists.codes import PRICE_KIND_GOODS, PRICE_KIND_MEDICINES, Code
from lists.prescription import Line
from lists.prices import price_kind, price_on, reimbursed
from lists.records import Price
from tests.builders import a_price, an_entry
from tests.known_lists import a_product, day, per_pack

KRONE = 10_000


def of_kind(kind: str, amount: int, system: str = PRICE_KIND_GOODS) -> Price:
    return Price(Code(kind, system), amount, "NOK", day("2026-01-01"))


def most(*prices: Price, line: Line, units: int | None, on: str = "2026-06-01") -> int | None:
    price = reimbursed(a_product(prices=prices), line, units, day(on))
    return price.amount if price is not None else None


TWO_PACKS = Line("600007", packs=2)
UNIT, PACK = of_kind("E", 12 * KRONE), of_kind("P", 375 * KRONE)


@pytest.mark.parametrize(
    ("code", "system", "kind"),
    [
        ("N", PRICE_KIND_GOODS, "purchase"),
        ("E", PRICE_KIND_GOODS, "max_reimbursement_per_unit"),
        ("P", PRICE_KIND_GOODS, "max_reimbursement_per_pack"),
        ("2", PRICE_KIND_MEDICINES, "reimbursement"),
        ("4", PRICE_KIND_MEDICINES, "pharmacy_retail"),
        ("list", "price-kind", "list"),
        ("2", PRICE_KIND_GOODS, "2"),  # a code means nothing in another system
    ],
)
def test_a_price_is_called_by_its_code_in_its_own_system(code, system, kind):
    assert price_kind(Code(code, system)) == kind


@pytest.mark.parametrize(
    ("on", "amount"),
    [("2025-12-31", None), ("2026-01-01", 10), ("2026-03-31", 10), ("2026-04-01", 20), ("2026-06-30", 20)],
)
def test_rule_8_of_prices_that_have_begun_the_latest_holds(on, amount):
    prices = (
        a_price(20, valid_from=day("2026-04-01")),
        a_price(10, valid_to=day("2026-12-31")),  # what the source says of its end is overtaken
        a_price(99, kind=Code("N", PRICE_KIND_GOODS)),
    )
    held = price_on(prices, "max_reimbursement_per_unit", day(on))
    assert (held.amount if held is not None else None) == amount


def test_rule_8_the_last_price_ends_when_the_source_says_so():
    prices = (a_price(10, valid_to=day("2026-05-31")),)
    assert price_on(prices, "max_reimbursement_per_unit", day("2026-05-31")) is not None
    assert price_on(prices, "max_reimbursement_per_unit", day("2026-06-01")) is None


def test_a_price_without_a_first_day_has_always_held():
    held = price_on((a_price(10, valid_from=None),), "max_reimbursement_per_unit", dt.date.min)
    assert held is not None


def test_rule_23_the_price_per_pack_counts_and_only_without_it_the_price_per_unit():
    """30 units at 12 are 360 and not the 375 that a pack costs."""
    assert most(UNIT, PACK, line=TWO_PACKS, units=60) == 750 * KRONE
    assert most(UNIT, line=TWO_PACKS, units=60) == 720 * KRONE


def test_rule_23_so_many_units_are_whole_packs_or_have_no_price():
    assert most(UNIT, PACK, line=Line("600007", units=60), units=60) == 750 * KRONE
    assert most(UNIT, PACK, line=Line("600007", units=45), units=45) is None
    assert most(UNIT, line=Line("600007", units=45), units=45) == 540 * KRONE


def test_rule_23_for_medicines_it_is_the_reimbursement_price():
    prices = [
        of_kind(kind, amount, PRICE_KIND_MEDICINES) for kind, amount in (("2", 80), ("3", 50), ("4", 99))
    ]
    assert most(*prices, line=TWO_PACKS, units=60) == 160
    assert most(*prices[1:], line=TWO_PACKS, units=60) is None


def test_rule_23_never_from_purchase_prices():
    assert most(of_kind("N", 100 * KRONE), line=TWO_PACKS, units=60) is None


def test_rule_23_where_no_price_holds_on_the_day_there_is_no_amount():
    assert most(UNIT, PACK, line=TWO_PACKS, units=60, on="2025-12-31") is None
    ended = per_pack(375 * KRONE, valid_to=day("2026-05-31"))
    assert most(ended, line=TWO_PACKS, units=60) is None


def test_rule_23_packs_of_no_whole_number_of_units_have_a_price_per_pack_all_the_same():
    entry = an_entry(units_per_pack=None, prices=(PACK,))
    price = reimbursed(entry, TWO_PACKS, None, day("2026-06-01"))
    assert price is not None
    assert (price.amount, price.currency) == (750 * KRONE, "NOK")
    assert reimbursed(entry, Line("600007", units=30), 30, day("2026-06-01")) is None

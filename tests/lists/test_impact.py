"""What an edition means for people: each loss by name, and none where there is none."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given

from lists.codes import LEGAL_BASIS, Code
from lists.impact import (
    CoverageLost,
    LastAlternativeLost,
    LimitHalved,
    PriceMoved,
    ShortNotice,
    impact,
)
from lists.records import Placement
from tests.builders import FIRST_DAY, a_condition, a_form, a_group, a_price, an_edition, an_entry
from tests.random_editions import editions, few

APRIL = dt.date(2026, 4, 1)
NAME = "Fjellro pose 30 mm"
MORE = (an_entry("600098"), an_entry("600099"))


def told(before, after, kind):
    return [one for one in impact(before, after) if isinstance(one, kind)]


def later(entries=(), **changes):
    return an_edition((*entries, *MORE), valid_from=APRIL, **changes)


def first(entries=(), **changes):
    return an_edition((*entries, *MORE), **changes)


@few
@given(editions())
def test_an_edition_means_nothing_to_those_who_have_it(edition):
    assert impact(edition, edition) == ()
    assert impact(None, edition) == ()


@few
@given(editions(), editions())
def test_every_impact_can_be_written_as_json(before, after):
    for one in impact(before, after):
        assert msgspec.json.decode(msgspec.json.encode(one), type=type(one)) == one


def test_a_product_that_leaves_is_no_longer_covered():
    assert told(first([an_entry()]), later(), CoverageLost) == [
        CoverageLost("505", "600007", NAME, ("505", "5050101"), ())
    ]


def test_a_group_that_now_needs_its_own_prescription_loses_the_others():
    own = a_condition("ID_EGEN", coded=(a_form("11", "1"),))
    groups = [a_group("505"), a_group("50501"), a_group(conditions=("ID_EGEN",))]
    before = an_edition(groups=[a_group("505"), a_group("50501"), a_group()])
    after = an_edition(groups=groups, conditions=[own], valid_from=APRIL)
    assert told(before, after, CoverageLost) == [
        CoverageLost("505", "600007", NAME, ("505", "50501"), ("5050101",))
    ]


def test_what_was_never_prescribed_loses_nothing():
    basis = {"list": "900", "legal_basis": Code("900", LEGAL_BASIS)}
    assert told(first([an_entry()], **basis), later(**basis), CoverageLost) == []


def test_a_group_without_choice_says_what_is_left():
    before = an_edition([an_entry("600007"), an_entry("600008")])
    assert told(before, an_edition([an_entry("600008")]), LastAlternativeLost) == [
        LastAlternativeLost("505", "5050101", "Gruppe 5050101", ("600007",), "600008")
    ]
    groups = before.terms.groups
    assert told(before, an_edition([], groups=groups), LastAlternativeLost) == [
        LastAlternativeLost("505", "5050101", "Gruppe 5050101", ("600007", "600008"), None)
    ]
    assert told(an_edition(), an_edition(), LastAlternativeLost) == []


def limited(most):
    condition = a_condition("ID_1", coded=(a_form("15", most),))
    return an_edition(groups=[a_group("505"), a_group(conditions=("ID_1",))], conditions=[condition])


@pytest.mark.parametrize(("after", "halved"), [("199", True), ("200", False), ("400", False), ("900", False)])
def test_a_limit_is_told_where_it_is_less_than_half(after, halved):
    expected = [LimitHalved("505", "5050101", "Gruppe 5050101", "calendar_year", 400, 199)] if halved else []
    assert told(limited("400"), limited(after), LimitHalved) == expected


@pytest.mark.parametrize(
    ("after", "percent"),
    [(1_200_000, None), (1_200_001, 20), (800_000, None), (799_999, -20), (2_500_000, 150), (0, -100)],
)
def test_a_price_is_told_where_it_moves_by_more_than_a_fifth(after, percent):
    found = told(
        an_edition([an_entry(prices=(a_price(1_000_000),))]),
        an_edition([an_entry(prices=(a_price(after),))]),
        PriceMoved,
    )
    assert [one.percent for one in found] == ([percent] if percent is not None else [])


def test_a_price_that_was_nothing_has_no_percentage():
    before, after = (an_edition([an_entry(prices=(a_price(amount),))]) for amount in (0, 125_000))
    assert told(before, after, PriceMoved) == [
        PriceMoved("505", "600007", NAME, "unit", "0.00", "12.50", "NOK", None)
    ]


def ending(day):
    return an_entry(placements=(Placement("5050101", FIRST_DAY, day, day),))


def test_a_product_that_goes_without_a_word_had_no_notice():
    march = dt.date(2026, 3, 31)
    assert told(first([an_entry()]), later(), ShortNotice) == [
        ShortNotice("505", "600007", NAME, march, APRIL)
    ]


def test_a_product_whose_last_day_was_told_goes_as_told():
    march = dt.date(2026, 3, 31)
    assert told(first([ending(march)]), later(), ShortNotice) == []


def test_a_product_that_goes_before_the_day_that_was_told_had_no_notice():
    june = dt.date(2026, 6, 30)
    assert len(told(first([ending(june)]), later(), ShortNotice)) == 1


@pytest.mark.parametrize(
    ("last_day", "short"),
    [(dt.date(2026, 6, 30), False), (dt.date(2026, 6, 29), True), (dt.date(2026, 4, 30), True)],
)
def test_three_months_are_counted_from_the_edition_that_tells(last_day, short):
    found = told(first([an_entry()]), later([ending(last_day)]), ShortNotice)
    assert [one.leaves_on for one in found] == ([last_day] if short else [])
    assert told(later([ending(last_day)]), later([ending(last_day)]), ShortNotice) == []

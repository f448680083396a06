"""The facts of an edition tell two contents apart."""

import datetime as dt

import pytest
from hypothesis import given

from lists.edition import Edition
from lists.outline import distance, outline_of, step_distance
from lists.records import Placement, RefundCode
from lists.sharing import sharing
from tests import random_editions
from tests.builders import a_condition, a_form, a_group, a_price, an_edition, an_entry
from tests.random_editions import few


def with_terms(
    *, text: str = "Høyst 400 stk.", limit: str = "400", conditions: tuple[str, ...] = ("ID",)
) -> Edition:
    groups = [a_group("505"), a_group(conditions=conditions)]
    known = [a_condition("ID", text=text, coded=(a_form("15", limit),))] if conditions else []
    return an_edition(groups=groups, conditions=known)


def with_code(until: dt.date | None) -> Edition:
    code = RefundCode(a_group("K90").code, prescribe_until=until)
    return an_edition(groups=[a_group("505"), a_group(refund_codes=(code,))])


def test_the_same_content_has_the_same_facts_whatever_its_day():
    again = an_edition(valid_from=dt.date(2026, 7, 1))
    assert distance(outline_of(an_edition()), outline_of(again)) == 0


@pytest.mark.parametrize(
    ("one", "other", "facts"),
    [
        (an_edition(), an_edition([an_entry(name="Ny")]), 2),
        (an_edition(), an_edition([an_entry(prices=(a_price(130_000),))]), 2),
        (an_edition(), an_edition([an_entry(prices=(a_price(valid_from=dt.date(2026, 4, 1)),))]), 2),
        (an_edition(), an_edition([an_entry(placements=(Placement("5050102"),))]), 4),
        (an_edition(), an_edition(groups=[a_group("505"), a_group(text="Ny")]), 2),
        (with_terms(), with_terms(text="Høyst 300 stk."), 2),
        (with_terms(), with_terms(limit="300"), 2),
        (with_terms(), with_terms(conditions=()), 3),
        (with_code(None), with_code(dt.date(2026, 4, 1)), 2),
    ],
    ids=["name", "price", "first day", "group", "text", "condition's text", "limit", "condition", "code"],
)
def test_what_changed_is_told_as_it_was_and_as_it_is(one, other, facts):
    assert distance(outline_of(one), outline_of(other)) == facts


@few
@given(random_editions.editions(), random_editions.editions())
def test_a_step_is_as_far_as_its_two_editions_are_apart(former, following):
    assert step_distance(former, following) == distance(outline_of(former), outline_of(following))


@few
@given(random_editions.editions(), random_editions.editions())
def test_what_two_editions_share_changes_neither(former, following):
    known = {entry.varenr: entry for entry in following.entries}
    assert tuple(sharing(entry, known.get(entry.varenr)) for entry in former.entries) == former.entries

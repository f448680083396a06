"""A change goes over into a later edition where that left things as they were, and nowhere else."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.carrying import carried
from lists.codes import Code
from lists.edition import Draft, Edition, closed_edition, content_digest, without_marks
from lists.gate_later import lacking
from lists.records import Condition, Placement
from lists.rules import blocks, edition_of, judge
from tests.builders import (
    FIRST_DAY,
    GROUP,
    a_condition,
    a_form,
    a_group,
    a_price,
    an_edition,
    an_entry,
    entries,
)
from tests.random_editions import editions, few

NOVEMBER, JANUARY = dt.date(2026, 11, 1), dt.date(2027, 1, 1)


def as_draft(edition: Edition) -> Draft:
    """The same as somebody would draft it."""
    return Draft("rettet.xml", edition.terms, edition.valid_from, list(edition.entries))


def carry(former: Edition, change: Edition, later: Edition) -> Edition:
    """The later edition with the change, as it would be published."""
    return edition_of(carried(former, as_draft(change), later), later.valid_from)


# --- laws ---------------------------------------------------------------------


@few
@given(editions(), editions())
def test_no_change_carried_is_the_later_edition_as_it_was(former, later):
    assert content_digest(carry(former, former, later)) == content_digest(later)


@few
@given(editions(), editions(), editions())
def test_where_the_later_one_says_what_the_former_did_it_says_what_the_draft_does(former, change, later):
    later = Edition(former.terms, later.valid_from, former.entries)

    found = carry(former, change, later)

    assert content_digest(found) == content_digest(change)
    assert found.valid_from == later.valid_from


@few
@given(editions(), editions())
def test_what_the_later_one_has_already_is_carried_to_no_effect(former, change):
    later = Edition(change.terms, JANUARY, change.entries)

    assert content_digest(carry(former, change, later)) == content_digest(later)


@few
@given(editions(), editions(), editions())
def test_carrying_twice_is_carrying_once(former, change, later):
    once = carry(former, change, later)

    assert content_digest(carry(former, change, once)) == content_digest(once)


@few
@given(editions(), editions(), editions())
def test_whatever_is_carried_refers_to_nothing_that_is_not_there(former, change, later):
    judgement = judge(carried(former, as_draft(change), later), None)

    wrong = {found.rule for found in judgement.problems if blocks(found)}
    assert not wrong & {"reference-unknown", "product-in-no-group", "group-repeated", "condition-repeated"}


@few
@given(editions(), editions(), editions())
def test_a_product_is_as_the_change_or_as_the_later_one_has_it_field_by_field(former, change, later):
    was, now, then = (
        {entry.varenr: without_marks(entry) for entry in one.entries} for one in (former, change, later)
    )
    for entry in carry(former, change, later).entries:
        old, new, last = (side.get(entry.varenr) for side in (was, now, then))
        for field in ("name", "size", "pack", "supplier", "units_per_pack"):
            said = {getattr(one, field) for one in (new, last) if one is not None}
            assert getattr(entry, field) in said
            if old is not None and last is not None and getattr(old, field) != getattr(last, field):
                assert getattr(entry, field) == getattr(last, field)


@few
@given(editions(), editions(), editions(), st.sampled_from(("title", "requires_decision")))
def test_a_third_value_of_the_list_itself_stays(former, change, later, fact):
    found, was, then = (getattr(one.terms, fact) for one in (carry(former, change, later), former, later))

    assert found == then if was != then else found == getattr(change.terms, fact)


@few
@given(editions(), editions(), editions())
def test_what_was_carried_lacks_nothing_but_groups_that_the_later_one_still_needs(former, change, later):
    found = carry(former, change, later)

    needed = {placement.group for entry in found.entries for placement in entry.placements}
    assert set(lacking(former, change, found)) <= {"group " + code for code in needed}


@pytest.mark.parametrize(
    ("was", "now", "then", "found"),
    [
        ("A", "", "AB", "B"),
        ("A", "", "B", "B"),
        ("A", "C", "AB", "BC"),
        ("A", "AC", "AB", "ABC"),
        ("A", "AC", "B", "B"),
        ("AB", "B", "ABC", "BC"),
        ("", "A", "B", "AB"),
        ("A", "A", "B", "B"),
    ],
)
def test_conditions_are_lifted_and_brought_in_one_by_one(was, now, then, found):
    def bound(names: str) -> Edition:
        return an_edition(groups=(a_group("505"), a_group(GROUP, conditions=tuple(names))))

    assert "".join(carry(bound(was), bound(now), bound(then)).terms.groups[1].conditions) == found


# --- rule 25 ------------------------------------------------------------------


def a_cap(count: str) -> Condition:
    """So many a year, as a condition of the group."""
    return a_condition("ID_GRENSE", text=f"Inntil {count} stk per kalenderår.", coded=(a_form("15", count),))


def capped(count: str | None, *, valid_from: dt.date, **changes: Any) -> Edition:
    """An edition with a limit on its group, or with none."""
    group = a_group(GROUP, conditions=("ID_GRENSE",) if count else ())
    conditions = (a_cap(count),) if count else ()
    return an_edition(groups=(a_group("505"), group), conditions=conditions, valid_from=valid_from, **changes)


def test_a_cap_that_is_lifted_in_november_does_not_come_back_in_january():
    may, november = capped("400", valid_from=FIRST_DAY), capped(None, valid_from=NOVEMBER)
    january = capped("400", valid_from=JANUARY, entries=entries(3))

    found = carry(may, november, january)

    assert found.terms.conditions == ()
    assert [group.conditions for group in found.terms.groups] == [(), ()]
    assert [entry.varenr for entry in found.entries] == [entry.varenr for entry in january.entries]
    assert found.valid_from == JANUARY


def test_a_cap_that_january_sets_itself_stays():
    may, november = capped("400", valid_from=FIRST_DAY), capped("600", valid_from=NOVEMBER)
    january = capped("500", valid_from=JANUARY)

    found = carry(may, november, january)

    assert [form.texts for form in found.terms.conditions[0].coded] == [("500",)]


def test_a_condition_that_only_january_s_new_group_still_uses_stays_there():
    may = capped("400", valid_from=FIRST_DAY)
    january = capped("400", valid_from=JANUARY)
    more = a_group("5050102", conditions=("ID_GRENSE",))
    terms = msgspec.structs.replace(january.terms, groups=(*january.terms.groups, more))
    january = Edition(terms, JANUARY, january.entries)

    found = carry(may, capped(None, valid_from=NOVEMBER), january)

    assert [condition.id for condition in found.terms.conditions] == ["ID_GRENSE"]
    assert [group.conditions for group in found.terms.groups] == [(), (), ("ID_GRENSE",)]


# --- products -----------------------------------------------------------------


def test_of_a_product_only_the_field_that_was_changed_goes_over():
    january = an_edition([an_entry(name="Ny pose", prices=(a_price(125_000),))], valid_from=JANUARY)

    found = carry(an_edition(), an_edition([an_entry(prices=(a_price(115_000),))]), january)

    assert (found.entries[0].name, found.entries[0].prices[0].amount) == ("Ny pose", 115_000)


def test_a_price_that_the_later_one_adds_stands_beside_the_one_that_was_corrected():
    coming = a_price(130_000, valid_from=JANUARY)
    january = an_edition([an_entry(prices=(a_price(125_000), coming))], valid_from=JANUARY)

    found = carry(an_edition(), an_edition([an_entry(prices=(a_price(115_000),))]), january)

    assert [price.amount for price in found.entries[0].prices] == [115_000, 130_000]


def test_a_product_that_comes_comes_and_one_that_goes_goes_whatever_the_later_one_says_of_it():
    former, change = an_edition(entries(3)), an_edition((*entries(1), an_entry("600009")))
    renamed = msgspec.structs.replace(entries(3)[2], name="Ny")
    later = an_edition((*entries(2), renamed, an_entry("600020")), valid_from=JANUARY)

    found = carry(former, change, later)

    # 600002 went, and the later edition has it as it was; 600003 went too, and has another name there.
    assert [entry.varenr for entry in found.entries] == ["600001", "600009", "600020"]


def test_a_group_that_goes_stays_where_a_new_product_of_the_later_one_is_in_it():
    two = (a_group("505"), a_group(), a_group("5050102"))
    in_second = an_entry("600008", placements=(Placement("5050102", FIRST_DAY),))
    former = an_edition((an_entry(), in_second), groups=two)
    change = an_edition(groups=two[:2])
    new = an_entry("600009", placements=(Placement("5050102", JANUARY),))
    later = an_edition((an_entry(), in_second, new), groups=two, valid_from=JANUARY)

    found = carry(former, change, later)

    assert [entry.varenr for entry in found.entries] == ["600007", "600009"]
    assert [group.code.value for group in found.terms.groups] == ["505", "5050101", "5050102"]


def test_a_product_that_both_moved_stays_where_the_later_one_put_it():
    groups = (a_group("505"), a_group(), a_group("5050102"))
    placed = [(Placement(GROUP, FIRST_DAY), Placement("5050102", FIRST_DAY)), placed_in(GROUP)]
    former, change = (an_edition([an_entry(placements=known)], groups=groups) for known in placed)
    later = an_edition([an_entry(placements=placed_in("5050102"))], groups=groups, valid_from=JANUARY)

    assert carry(former, change, later).entries[0].placements == placed_in("5050102")


def placed_in(group: str) -> tuple[Placement, ...]:
    """In one group from the first day."""
    return (Placement(group, FIRST_DAY),)


def test_the_end_of_a_list_carried_is_the_end_of_the_list():
    former = an_edition(entries(2))
    later = an_edition((*entries(2), an_entry("600020")), valid_from=JANUARY)

    found = carry(former, closed_edition(former.terms, NOVEMBER), later)

    assert (found.terms.closed, found.entries, found.terms.groups) == (True, (), ())


def test_the_source_s_marks_are_no_change():
    marked = an_edition([an_entry(entry_id="ID_1", entry_time="2025-12-01T06:00:00")])
    again = an_edition([an_entry(entry_id="ID_2", entry_time="2026-01-01T06:00:00")])
    later = an_edition([an_entry(name="Ny", unit=Code("stk", "7452", "stykk"))], valid_from=JANUARY)

    assert carry(marked, again, later) == later

"""What differs between two editions, and that carrying it out leads from one to the other."""

import datetime as dt

from hypothesis import given

from lists.changes import Change, apply, compare
from lists.codes import ICD_10, Code
from lists.edition import content_digest
from lists.fields import FieldChange
from lists.records import Placement, RefundCode
from tests.builders import FIRST_DAY, a_condition, a_form, a_group, a_price, an_edition, an_entry
from tests.random_editions import editions, few


@few
@given(editions(), editions())
def test_applying_the_changes_from_one_edition_to_another_gives_the_other(before, after):
    assert apply(compare(before, after), before, head=after) == after


@few
@given(editions())
def test_an_edition_does_not_differ_from_itself(edition):
    assert compare(edition, edition).changes == ()


@few
@given(editions())
def test_a_new_list_is_all_additions(edition):
    changes = compare(None, edition).changes
    assert {change.event for change in changes} == {"added"}
    assert len(changes) == len(edition.entries) + len(edition.terms.groups) + len(edition.terms.conditions)


@few
@given(editions(), editions())
def test_a_changed_record_names_at_least_one_field_that_differs(before, after):
    for change in compare(before, after).changes:
        assert bool(change.fields) == (change.event == "changed")
        assert all(field.before != field.after for field in change.fields)


@few
@given(editions(), editions())
def test_the_changes_back_are_the_changes_forth_turned_round(before, after):
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    forth = {(change.subject, change.key, turned[change.event]) for change in compare(before, after).changes}
    assert forth == {(change.subject, change.key, change.event) for change in compare(after, before).changes}


def test_a_new_mark_of_the_source_is_no_change():
    before = an_edition([an_entry(entry_id="ID_1", entry_time="2026-01-01T00:00:00")])
    after = an_edition([an_entry(entry_id="ID_2", entry_time="2026-02-01T00:00:00")])
    assert compare(before, after).changes == ()
    assert content_digest(apply(compare(before, after), before, head=after)) == content_digest(after)


def test_products_that_come_and_go_are_counted():
    changes = compare(an_edition([an_entry("000001")]), an_edition([an_entry("000002")]))
    assert changes.count("added") == changes.count("removed") == 1
    assert changes.count("changed") == changes.count("added", "group") == 0


def test_a_price_move_names_kind_and_first_day():
    before = an_edition([an_entry(prices=(a_price(125_000),))])
    after = an_edition([an_entry(prices=(a_price(130_000),))])
    (change,) = compare(before, after).changes
    assert change.fields == (FieldChange("prices[E,2026-01-01].amount", 125_000, 130_000),)


def test_a_new_price_is_one_whole_value():
    coming = a_price(140_000, valid_from=dt.date(2026, 4, 1))
    (change,) = compare(an_edition(), an_edition([an_entry(prices=(a_price(), coming))])).changes
    (field,) = change.fields
    assert (field.field, field.before) == ("prices[E,2026-04-01]", None)
    assert isinstance(field.after, dict)
    assert field.after["amount"] == 140_000


def test_two_prices_of_one_kind_and_day_are_told_apart():
    prices = (a_price(1), a_price(2))
    before = an_edition([an_entry(prices=prices)])
    after = an_edition([an_entry(prices=(a_price(1), a_price(3)))])
    (change,) = compare(before, after).changes
    assert change.fields == (FieldChange("prices[E,2026-01-01#2].amount", 2, 3),)


def test_a_last_day_is_named_by_its_group():
    ends = dt.date(2026, 3, 31)
    after = an_edition([an_entry(placements=(Placement("5050101", FIRST_DAY, ends, ends),))])
    (change,) = compare(an_edition(), after).changes
    assert [(field.field, field.after) for field in change.fields] == [
        ("placements[5050101].dispense_until", "2026-03-31"),
        ("placements[5050101].prescribe_until", "2026-03-31"),
    ]


def test_a_renamed_group_and_its_refund_code_are_named():
    codes = (RefundCode(Code("K90", ICD_10, "Malabsorpsjon")),)
    before = an_edition(groups=[a_group("505"), a_group(refund_codes=codes)])
    after = an_edition(groups=[a_group("505"), a_group(text="Poser")])
    (change,) = compare(before, after).changes
    assert (change.subject, change.key, change.event) == ("group", "5050101", "changed")
    assert [field.field for field in change.fields] == ["code.text", f"refund_codes[{ICD_10},K90]"]


def test_a_limit_that_changes_is_a_change_of_its_condition():
    def edition(most: str):
        condition = a_condition("ID_1", coded=(a_form("15", most),))
        return an_edition([an_entry(conditions=("ID_1",))], conditions=[condition])

    (change,) = compare(edition("400"), edition("300")).changes
    assert isinstance(change, Change)
    assert (change.subject, change.key) == ("condition", "ID_1")
    assert [field.field for field in change.fields] == ["coded"]

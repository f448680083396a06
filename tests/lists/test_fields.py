"""Paths of what differs: members by key, whole values, order told where it is all that differs."""

from typing import Any

import pytest

from lists.fields import FieldChange, differences, keyed

KEYS = {"prices": ("code", "valid_from"), "groups": ("code",), "codes": ("system.oid", "value")}


def changes(before, after):
    return list(differences(before, after, KEYS))


def test_a_field_is_named_with_both_values():
    assert changes({"name": "a", "size": 1}, {"name": "b", "size": 1}) == [FieldChange("name", "a", "b")]


def test_a_record_within_a_record_is_named_with_a_dot():
    before, after = {"supplier": {"name": "a", "phone": "1"}}, {"supplier": {"name": "a", "phone": "2"}}
    assert changes(before, after) == [FieldChange("supplier.phone", "1", "2")]


def test_a_record_that_comes_is_one_whole_value():
    assert changes({"unit": None}, {"unit": {"code": "stk"}}) == [FieldChange("unit", None, {"code": "stk"})]
    assert changes({}, {"unit": {"code": "stk"}}) == [FieldChange("unit", None, {"code": "stk"})]


def test_a_member_is_named_by_its_key():
    before = {"prices": [{"code": "E", "valid_from": "2026-01-01", "amount": "1.00"}]}
    after = {"prices": [{"code": "E", "valid_from": "2026-01-01", "amount": "2.00"}]}
    assert changes(before, after) == [FieldChange("prices[E,2026-01-01].amount", "1.00", "2.00")]


def test_a_member_that_comes_between_others_does_not_touch_them():
    before = {"groups": [{"code": "1"}, {"code": "3"}]}
    after = {"groups": [{"code": "1"}, {"code": "2"}, {"code": "3"}]}
    assert changes(before, after) == [FieldChange("groups[2]", None, {"code": "2"})]


def test_members_in_another_order_are_one_value():
    before = {"groups": [{"code": "1"}, {"code": "2"}]}
    after = {"groups": [{"code": "2"}, {"code": "1"}]}
    assert changes(before, after) == [FieldChange("groups", before["groups"], after["groups"])]


def test_a_key_may_lie_deeper_and_may_be_absent():
    members: list[dict[str, Any]] = [
        {"system": {"oid": "7110"}, "value": "K90"},
        {"system": None, "value": None},
    ]
    assert list(keyed(members, KEYS["codes"])) == ["7110,K90", ","]


@pytest.mark.parametrize(
    ("code", "key"), [("a]b", "a\\]b"), ("a,b", "a\\,b"), ("a\\b", "a\\\\b"), ("æ.[", "æ.[")]
)
def test_what_would_end_a_key_is_marked_within_it(code, key):
    assert list(keyed([{"code": code}], ("code",))) == [key]


def test_members_with_one_key_are_counted():
    assert list(keyed([{"code": "1"}, {"code": "1"}, {"code": "1"}], ("code",))) == ["1", "1#2", "1#3"]


def test_a_collection_without_key_is_one_value():
    assert changes({"gtins": ["1"]}, {"gtins": ["1", "2"]}) == [FieldChange("gtins", ["1"], ["1", "2"])]
    assert changes({"groups": ["1"]}, {"groups": ["2"]}) == [FieldChange("groups", ["1"], ["2"])]

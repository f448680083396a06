"""What coded conditions mean; text is never read for it."""

import pytest

from lists.codes import CONDITION_TYPE, LIMIT_PERIOD, REIMBURSEMENT_AREA, SPECIALTY, YES_NO, Code
from lists.conditions import (
    Limit,
    binding,
    expresses,
    is_coded,
    limits_of,
    needs_whole_number,
    path_of,
    requirements_of,
    values_of,
)
from lists.records import CodedForm, Group
from tests.builders import a_condition, a_form, a_group

YES, NO = Code("1", YES_NO, "Ja"), Code("2", YES_NO, "Nei")


@pytest.mark.parametrize(("kind", "per"), [("15", "calendar_year"), ("16", "dispensing")])
def test_types_15_and_16_are_limits(kind, per):
    condition = a_condition(coded=(a_form(kind, "4000"),))
    assert limits_of(condition) == (Limit(4000, per, "ID_VILKAR"),)
    assert requirements_of(condition) == ()


def test_a_tables_limit_says_its_period_itself():
    coded = (CodedForm(Code("month", LIMIT_PERIOD), ("60",)),)
    assert limits_of(a_condition(coded=coded)) == (Limit(60, "month", "ID_VILKAR"),)


def test_a_limit_written_as_a_code_is_a_limit_all_the_same():
    condition = a_condition(coded=(a_form("15", codes=(Code("400", YES_NO),)),))
    assert limits_of(condition) == (Limit(400, "calendar_year", "ID_VILKAR"),)


@pytest.mark.parametrize(("kind", "meaning"), [("1", "age_from"), ("2", "age_below")])
def test_types_1_and_2_are_ages(kind, meaning):
    (requirement,) = requirements_of(a_condition(coded=(a_form(kind, "16"),)))
    assert (requirement.kind, requirement.value, requirement.values) == (meaning, 16, ())


@pytest.mark.parametrize(
    ("kind", "meaning"), [("9", "hospital"), ("11", "own_prescription"), ("22", "strips_per_day_stated")]
)
def test_types_9_11_and_22_bind_only_with_yes(kind, meaning):
    (requirement,) = requirements_of(a_condition(coded=(a_form(kind, codes=(YES,)),)))
    assert (requirement.kind, requirement.applies_to) == (meaning, "prescriber")
    assert requirements_of(a_condition(coded=(a_form(kind, codes=(NO,)),))) == ()
    assert requirements_of(a_condition(coded=(a_form(kind),))) == ()
    (as_text,) = requirements_of(a_condition(coded=(a_form(kind, "1"),)))
    assert as_text.kind == meaning


def test_type_10_names_its_specialties():
    specialists = (Code("110", SPECIALTY), Code("120", SPECIALTY))
    (requirement,) = requirements_of(a_condition(coded=(a_form("10", codes=specialists),)))
    assert (requirement.kind, requirement.values) == ("specialist_or_hospital", ("110", "120"))


def test_a_type_that_we_do_not_know_is_kept_with_its_code_and_values():
    (requirement,) = requirements_of(a_condition(coded=(a_form("27", "x", "y"),)))
    assert (requirement.kind, requirement.type.value, requirement.values) == ("other", "27", ("x", "y"))


def test_a_type_of_another_code_system_is_never_taken_for_ours():
    coded = (CodedForm(Code("15", "another"), ("400",)),)
    assert limits_of(a_condition(coded=coded)) == ()
    assert requirements_of(a_condition(coded=coded))[0].kind == "other"


def test_text_is_never_read_for_a_limit():
    condition = a_condition(text="Inntil 400 stk per kalenderår. Egen resept.")
    assert limits_of(condition) == ()
    assert requirements_of(condition) == ()


@pytest.mark.parametrize(
    ("kind", "whole"), [("1", True), ("2", True), ("15", True), ("16", True), ("9", False), ("10", False)]
)
def test_limits_and_ages_are_whole_numbers(kind, whole):
    assert needs_whole_number(Code(kind, CONDITION_TYPE)) is whole


def test_values_are_texts_or_codes():
    assert values_of(a_form("10", "a")) == ("a",)
    assert values_of(a_form("10", codes=(YES,))) == ("1",)


def test_an_entry_is_bound_by_its_groups_conditions_down_the_tree_and_each_once():
    groups = {
        "505": a_group("505", conditions=("TOP",)),
        "50501": a_group("50501", conditions=("MIDDLE", "TOP")),
        "5050101": a_group("5050101", conditions=("OWN", "TOP")),
        "5050102": a_group("5050102", conditions=("BESIDE",)),
    }
    assert binding("5050101", groups, ("PRODUCT", "OWN")) == ("TOP", "MIDDLE", "OWN", "PRODUCT")


def test_a_level_that_is_missing_is_passed_over():
    groups = {"505": a_group("505", conditions=("TOP",)), "5050101": a_group("5050101")}
    assert path_of("5050101", groups) == ("505", "5050101")
    assert binding("5050101", groups) == ("TOP",)


def test_in_7451_a_prefix_is_no_ancestor():
    def area(code: str, condition: str) -> Group:
        return Group(Code(code, REIMBURSEMENT_AREA), conditions=(condition,))

    groups = {"L04": area("L04", "ABOVE"), "L04AA": area("L04AA", "OWN")}
    assert binding("L04AA", groups) == ("OWN",)


def test_where_the_source_names_parents_they_are_followed_and_a_circle_ends():
    groups = {
        "A": Group(Code("A", "sas"), parent="B", conditions=("a",)),
        "B": Group(Code("B", "sas"), parent="A", conditions=("b",)),
        "C": Group(Code("C", "sas"), parent="gone", conditions=("c",)),
    }
    assert binding("A", groups) == ("b", "a")
    assert binding("C", groups) == ("c",)


@pytest.mark.parametrize(
    ("forms", "coded", "asks"),
    [
        ((), False, False),
        ((a_form("15", "400"),), True, True),
        ((CodedForm(Code("month", LIMIT_PERIOD), ("60",)),), True, True),
        ((a_form("1", "18"), a_form("10", codes=(Code("86", SPECIALTY),))), True, True),
        ((a_form("11", codes=(YES,)),), True, True),
        ((a_form("11", codes=(NO,)),), True, False),
        ((a_form("11", codes=(NO,)), a_form("16", "20")), True, True),
        ((a_form("77", "x"),), False, False),
        ((a_form("15", "400"), a_form("77", "x")), False, False),
        ((CodedForm(Code("15", "another system"), ("400",)),), False, False),
    ],
)
def test_a_condition_expresses_a_text_where_all_of_it_is_known_and_it_asks_for_something(forms, coded, asks):
    condition = a_condition(coded=forms)
    assert (is_coded(condition), expresses(condition)) == (coded, asks)

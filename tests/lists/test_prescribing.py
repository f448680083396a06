"""What a prescription's code covers, and how long it holds: rule 17."""

import pytest

from lists.codes import REIMBURSEMENT_AREA, Code
from lists.edition import Edition, closed_edition
from lists.prescription import Line, LineAnswer, Reason
from lists.records import Group, Placement
from tests.builders import a_group, an_edition, an_entry
from tests.known_lists import (
    EDITION,
    KnownLists,
    a_condition_of,
    a_product,
    day,
    judge,
    judge_line,
    needs_own,
    stoma,
    urine,
    why,
)


def stoma_with_own() -> Edition:
    """505 with a plain group and 5050901, which needs its own prescription."""
    own = needs_own()
    groups = [a_group("505"), a_group("50509"), a_group("5050101"), a_group("5050901", conditions=(own.id,))]
    products = (a_product("600007"), a_product("600008", "5050901"))
    return an_edition(products, groups=groups, conditions=[own])


# --- rule 17: codes ---------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "varenr", "verdict"),
    [
        ("505", "600007", "yes"),
        ("50501", "600007", "yes"),
        ("5050101", "600007", "yes"),
        ("5050901", "600008", "yes"),
        ("505", "600008", "no"),
        ("50509", "600008", "no"),
    ],
)
def test_rule_17_a_code_covers_what_begins_with_it_but_groups_with_their_own_prescription(
    code, varenr, verdict
):
    assert judge(KnownLists(stoma_with_own()), varenr, code=code).verdict == verdict


def test_rule_17_505_does_not_cover_a_group_that_needs_its_own_prescription():
    line = judge_line(KnownLists(stoma_with_own()), "600008")
    assert line.reasons == (
        Reason(
            "own-prescription-needed",
            "no",
            would_cover="5050901",
            condition="ID_EGEN",
            edition=EDITION,
            condition_text="Vilkår av type 11.",
        ),
    )


def test_rule_17_seven_digits_cover_that_group_only():
    lists = KnownLists(stoma_with_own())
    assert judge_line(lists, "600007", code="5050901").reasons == (
        Reason("not-under-this-prescription", "no", would_cover="505", edition=EDITION),
    )
    assert judge_line(lists, "600008", code="5050101").reasons[0].would_cover == "5050901"


def test_rule_17_a_value_other_than_yes_asks_for_no_prescription_of_its_own():
    assert judge(KnownLists(stoma(a_condition_of("11", "2")))).verdict == "yes"


def test_rule_17_own_prescriptions_of_the_five_digit_group_ask_for_the_seven_digits():
    own = needs_own()
    groups = [a_group("505"), a_group("50501", conditions=(own.id,)), a_group("5050101")]
    lists = KnownLists(an_edition(groups=groups, conditions=[own]))
    assert judge_line(lists, code="50501").reasons[0].would_cover == "5050101"
    assert judge(lists, code="5050101").verdict == "yes"


def test_rule_17_903279_is_covered_under_502_and_505_but_not_under_504():
    stoma_too = stoma(products=(a_product("903279"),))
    diabetes = an_edition([a_product("600020", "5040101")], list="504", title="Diabetes")
    lists = KnownLists(stoma_too, urine(), diabetes)

    assert judge(lists, "903279", code="502").verdict == "yes"
    assert judge(lists, "903279", code="505").verdict == "yes"
    assert judge_line(lists, "903279", code="504") == LineAnswer(
        "903279",
        "no",
        (Reason("not-under-this-prescription", "no", would_cover="502", edition="502/2026-01-01/2"),),
    )


def test_another_list_is_named_by_the_shortest_code_that_covers():
    own = needs_own()
    groups = [a_group("502"), a_group("5020101", conditions=(own.id,)), a_group("5020102")]
    both = an_edition(
        [a_product("903279", "5020101", "5020102")], groups=groups, conditions=[own], list="502"
    )
    lists = KnownLists(stoma(), both)
    assert judge_line(lists, "903279").reasons[0].would_cover == "502"


def test_rule_17_prefixes_mean_nothing_in_another_code_system():
    group = Group(Code("A10AB", REIMBURSEMENT_AREA, "Insulin"))
    lists = KnownLists(an_edition([a_product("012345", "A10AB")], groups=[group], list="200"))
    assert judge(lists, "012345", code="200").verdict == "yes"
    assert judge(lists, "012345", code="A10AB").verdict == "yes"
    assert judge_line(lists, "012345", code="A10A").reasons[0].would_cover == "200"


def test_rule_17_900_is_not_prescribed():
    breast = an_edition([a_product("600040", "9000101")], list="900", title="Brystproteser")
    lists = KnownLists(stoma(), breast)
    for code in ("900", "9000101"):
        assert judge_line(lists, "600040", code=code).reasons == (
            Reason("not-under-this-prescription", "no", edition="900/2026-01-01/2"),
        )
    assert why(judge_line(lists, "600040", code="505")) == ["not-listed"]


def test_a_closed_list_covers_nothing_from_its_last_day_on():
    diabetes = an_edition([a_product("600020", "5040101")], list="504")
    closing = closed_edition(diabetes.terms, day("2026-06-01"))
    lists = KnownLists(diabetes, closing)
    for code in ("504", "5040101"):
        assert judge_line(lists, "600020", code=code).reasons == (
            Reason("list-closed", "no", edition="504/2026-06-01/2"),
        )
        assert judge(lists, "600020", code=code, on=day("2026-05-31")).verdict == "yes"


def test_a_closed_list_names_the_code_that_covers_the_product_now():
    diabetes = an_edition([a_product("903279", "5040101")], list="504")
    lists = KnownLists(diabetes, closed_edition(diabetes.terms, day("2026-06-01")), urine())
    assert judge_line(lists, "903279", code="504").reasons == (
        Reason("list-closed", "no", would_cover="502", edition="504/2026-06-01/2"),
    )


def test_a_product_that_no_list_has_is_not_listed():
    assert judge_line(KnownLists(stoma()), Line("999999", units=5)) == LineAnswer(
        "999999", "no", (Reason("not-listed", "no", edition=EDITION),), units=5
    )


def test_a_list_that_has_not_begun_covers_nothing_yet():
    lists = KnownLists(stoma(valid_from=day("2026-07-01")))
    assert judge_line(lists).reasons == (Reason("not-listed", "no"),)


def test_a_product_whose_own_first_day_is_ahead_is_not_listed_yet():
    product = an_entry(placements=(Placement("5050101", day("2026-06-02")),))
    lists = KnownLists(stoma(products=(product,)))
    assert judge_line(lists).reasons == (Reason("not-listed", "no", edition=EDITION, found="2026-06-02"),)
    assert judge(lists, on=day("2026-06-02")).verdict == "yes"

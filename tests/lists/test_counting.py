"""How far limits are used: rule 21."""

import datetime as dt

import pytest

from lists.codes import Code
from lists.prescription import Line, Reason
from lists.records import Group
from tests.builders import a_group, an_edition
from tests.known_lists import (
    DISPENSED,
    EDITION,
    KnownLists,
    a_product,
    at_most,
    before,
    day,
    judge,
    judge_line,
    stoma,
    units,
    urine,
    used,
    why,
)

NOVEMBER = dt.date(2026, 11, 1)


def test_rule_21_limits_count_units_over_every_product_of_the_group_all_lines_together():
    products = (a_product("600007"), a_product("600008"), a_product("600009", "5050102"))
    lists = KnownLists(stoma(at_most(100), products=products))
    answer = judge(
        lists,
        Line("600007", packs=2),
        units(10, "600008"),
        Line("600009", packs=9),
        already=[before(20, "2026-02-01"), before(10, "2026-02-02", "600008")],
    )
    assert answer.verdict == "yes"
    assert [used(line) for line in answer.lines] == [
        [(100, "calendar_year", 30, 70, 70, 0)],
        [(100, "calendar_year", 30, 70, 70, 0)],
        [],
    ]


def test_rule_21_a_limit_exceeded_only_by_the_sum_stands_on_every_line_it_counts():
    products = (a_product("600007"), a_product("600008"))
    answer = judge(KnownLists(stoma(at_most(50), products=products)), "600007", "600008")
    for line in answer.lines:
        assert line.reasons == (
            Reason(
                "limit-exceeded-year",
                "no",
                condition="ID_50",
                edition=EDITION,
                found="60",
                limit=50,
                condition_text="Høyst 50 stk.",
            ),
        )


def test_rule_21_the_year_is_the_calendar_year():
    lists = KnownLists(stoma(at_most(30), valid_from=day("2025-01-01")))
    last_year = [before(30, "2025-12-31")]
    this_year = [before(1, "2026-01-01")]
    assert judge(lists, already=last_year).verdict == "yes"
    assert judge(lists, already=this_year).verdict == "no"
    same_day = judge_line(lists, already=[before(1, str(DISPENSED))])
    assert used(same_day) == [(30, "calendar_year", 1, 30, 29, 0)]


@pytest.mark.parametrize(
    ("asked", "already", "reasons"),
    [
        (1000, 3000, ["covered"]),
        (1001, 0, ["limit-exceeded-dispensing"]),
        (1000, 3001, ["limit-exceeded-year"]),
        (1001, 3000, ["limit-exceeded-dispensing", "limit-exceeded-year"]),
    ],
)
def test_rule_21_of_5050609_both_caps_speak(asked, already, reasons):
    caps = (at_most(1000, "dispensing"), at_most(4000))
    granulate = an_edition(
        [a_product("600050", "5050609")],
        groups=[a_group("505"), a_group("5050609", conditions=("ID_1000", "ID_4000"))],
        conditions=caps,
    )
    earlier = [before(already, "2026-02-01", "600050")] if already else []
    line = judge_line(KnownLists(granulate), units(asked, "600050"), already=earlier)
    assert why(line) == reasons
    assert used(line) == [
        (1000, "dispensing", 0, asked, 1000, max(0, 1000 - asked)),
        (4000, "calendar_year", already, asked, 4000 - already, max(0, 4000 - already - asked)),
    ]


def test_rule_21_a_limit_that_came_between_two_dispensings_counts_what_was_before_it():
    lists = KnownLists(stoma(), stoma(at_most(100), valid_from=day("2026-04-01")))
    line = judge_line(lists, already=[before(90, "2026-02-01")])
    assert (line.verdict, used(line)) == ("no", [(100, "calendar_year", 90, 30, 10, 0)])


def test_rule_21_a_limit_lifted_on_1_november_binds_on_31_october_also_when_asked_later():
    lists = KnownLists(stoma(at_most(100)), stoma(valid_from=NOVEMBER))
    earlier = [before(100, "2026-02-01")]
    assert judge_line(lists, on=day("2026-10-31"), already=earlier).verdict == "no"
    for later in ("2026-11-01", "2026-11-02"):
        line = judge_line(lists, on=day(later), already=earlier)
        assert (line.verdict, line.limits) == ("yes", ())


def test_rule_21_the_same_limit_repeated_down_the_tree_counts_once():
    cap = at_most(100)
    groups = [a_group(code, conditions=(cap.id,)) for code in ("505", "50501", "5050101")]
    line = judge_line(KnownLists(an_edition(groups=groups, conditions=[cap])))
    assert used(line) == [(100, "calendar_year", 0, 30, 100, 70)]
    assert line.limits[0].group == "5050101"


def test_rule_21_a_limit_of_a_month_counts_that_month():
    """As the Australian scheme has them."""
    group = Group(Code("9650A", "sas-code"), conditions=("ID_60",))
    scheme = an_edition(
        [a_product("9650A-1", "9650A"), a_product("9650A-2", "9650A")],
        groups=[group],
        conditions=[at_most(60, "month")],
        list="SAS",
    )
    lists = KnownLists(scheme)
    earlier = [before(30, "2026-06-01", "9650A-2", "SAS"), before(500, "2026-05-31", "9650A-1", "SAS")]
    line = judge_line(lists, "9650A-1", code="SAS", already=earlier)
    assert (line.verdict, used(line)) == ("yes", [(60, "month", 30, 30, 30, 0)])
    more = judge_line(lists, units(31, "9650A-1"), code="SAS", already=earlier)
    assert why(more) == ["limit-exceeded-month"]


@pytest.mark.parametrize("units_per_pack", [None, 0])
def test_rule_14_packs_without_a_whole_number_of_units_ask_for_units(units_per_pack):
    lists = KnownLists(stoma(at_most(100), products=(a_product(units_per_pack=units_per_pack),)))
    line = judge_line(lists)
    assert (why(line), line.units) == (["fact-missing units"], None)
    assert judge_line(lists, units(100)).verdict == "yes"


def test_what_can_be_counted_exceeds_a_limit_whatever_the_rest_is():
    products = (a_product("600007", units_per_pack=None), a_product("600008"))
    answer = judge(KnownLists(stoma(at_most(100), products=products)), "600007", units(101, "600008"))
    for line in answer.lines:
        assert why(line) == ["limit-exceeded-year", "fact-missing units"]
        assert used(line) == [(100, "calendar_year", 0, 101, 100, 0)]


def test_without_a_limit_nobody_needs_to_count():
    lists = KnownLists(stoma(products=(a_product(units_per_pack=None),)))
    assert judge(lists, already=None).verdict == "yes"


def test_what_this_dispensing_alone_exceeds_is_a_no_whatever_was_before():
    line = judge_line(KnownLists(stoma(at_most(29))), already=None)
    assert (line.verdict, why(line)) == ("no", ["limit-exceeded-year", "fact-missing already"])


# --- what counts of what was handed out before -------------------------------


def counted(lists, *already, **changes):
    """How many units of these count against the first limit."""
    return judge_line(lists, already=already, **changes).limits[0].used


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("505", True),
        ("50501", True),
        ("5050101", True),
        ("5050901", True),  # whatever of the list it was, it was dispensed under it
        (None, True),
        ("502", False),
        ("5020101", False),
        ("200", False),
        ("999", False),
    ],
)
def test_rule_21_what_was_dispensed_under_another_list_does_not_count_and_without_a_code_it_does(
    code, counts
):
    lists = KnownLists(stoma(at_most(400)), urine(a_product("600007", "5020101")))
    assert counted(lists, before(30, "2026-02-01", code=code)) == (30 if counts else 0)


def test_rule_21_without_a_code_it_counts_under_every_list():
    caps = at_most(400)
    groups = [a_group("502"), a_group("5020101", conditions=(caps.id,))]
    other = an_edition([a_product("600007", "5020101")], groups=groups, conditions=[caps], list="502")
    lists = KnownLists(stoma(caps), other)
    for code in ("505", "502"):
        assert counted(lists, before(30, "2026-02-01", code=None), code=code) == 30


def regrouped() -> KnownLists:
    """600008 moves from 5050101 to 5050102 on 1 April, 600009 the other way; 600010 goes for good."""
    cap = at_most(400)

    def edition(first, second, gone, **changes):
        groups = [a_group("505"), a_group("5050101", conditions=(cap.id,)), a_group("5050102")]
        products = [a_product("600007"), a_product("600008", first), a_product("600009", second), *gone]
        return an_edition(products, groups=groups, conditions=[cap], **changes)

    return KnownLists(
        edition("5050101", "5050102", [a_product("600010")]),
        edition("5050102", "5050101", [], valid_from=day("2026-04-01")),
    )


@pytest.mark.parametrize(
    ("varenr", "counts"), [("600008", False), ("600009", True), ("600010", True), ("999999", False)]
)
def test_rule_21_what_was_before_a_regrouping_counts_where_the_product_is_now(varenr, counts):
    assert counted(regrouped(), before(30, "2026-02-01", varenr)) == (30 if counts else 0)


def test_rule_21_a_product_that_is_gone_counts_by_its_group_on_its_own_day():
    cap = at_most(400)
    groups = [a_group("505"), a_group("5050101", conditions=(cap.id,)), a_group("5050102")]
    first = an_edition([a_product("600007"), a_product("600010")], groups=groups, conditions=[cap])
    moved = an_edition(
        [a_product("600007"), a_product("600010", "5050102")],
        groups=groups,
        conditions=[cap],
        valid_from=day("2026-03-01"),
    )
    gone = an_edition(
        [a_product("600007")], groups=groups[:2], conditions=[cap], valid_from=day("2026-05-01")
    )
    lists = KnownLists(first, moved, gone)
    assert counted(lists, before(30, "2026-02-28", "600010")) == 30
    assert counted(lists, before(30, "2026-03-01", "600010")) == 0


def test_rule_21_a_product_in_two_groups_counts_in_both():
    caps = (at_most(400), at_most(300))
    groups = [
        a_group("505"),
        a_group("5050101", conditions=("ID_400",)),
        a_group("5050102", conditions=("ID_300",)),
    ]
    products = [
        a_product("600007"),
        a_product("600008", "5050102"),
        a_product("600009", "5050101", "5050102"),
    ]
    lists = KnownLists(an_edition(products, groups=groups, conditions=caps))
    answer = judge(lists, "600007", "600008", already=[before(30, "2026-02-01", "600009")])
    assert [used(line) for line in answer.lines] == [
        [(400, "calendar_year", 30, 30, 370, 340)],
        [(300, "calendar_year", 30, 30, 270, 240)],
    ]

"""Whether a prescription covers a product on a day: the rules of judging by their numbers, each case by name."""

import datetime as dt

import pytest

from lists.codes import ICD_10, ICD_10_OWN, ICPC_2, PRODUCT_GROUP, REIMBURSEMENT_AREA, Code
from lists.edition import Edition, closed_edition
from lists.prescription import Answer, Diagnosis, Line, LineAnswer, NotJudged, Reason
from lists.records import Condition, ConditionReference, Entry, Group, Placement, RefundCode
from tests.builders import FIRST_DAY, a_form, a_group, an_edition, an_entry
from tests.known_lists import (
    DISPENSED,
    KnownLists,
    a_condition_of,
    a_product,
    a_text,
    at_most,
    before,
    by_specialist,
    judge,
    judge_line,
    needs_own,
    units,
    why,
)

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
EDITION = "505/2026-01-01/1"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stoma(*conditions: Condition, products: tuple[Entry, ...] = (), **changes: object) -> Edition:
    """505 with the usual product in 5050101, bound by these conditions."""
    bound = a_group("5050101", conditions=tuple(condition.id for condition in conditions))
    groups = [a_group("505"), bound]
    entries = products or (a_product(),)
    return an_edition(entries, groups=groups, conditions=conditions, **changes)  # type: ignore[arg-type]


def stoma_with_own() -> Edition:
    """505 with a plain group and 5050901, which needs its own prescription."""
    own = needs_own()
    groups = [a_group("505"), a_group("50509"), a_group("5050101"), a_group("5050901", conditions=(own.id,))]
    products = (a_product("600007"), a_product("600008", "5050901"))
    return an_edition(products, groups=groups, conditions=[own])


def urine(*products: Entry) -> Edition:
    return an_edition(products or (a_product("903279", "5020101"),), list="502", title="Urinretensjon")


# --- rule 16: the governing day ----------------------------------------------


def test_rule_16_what_binds_the_prescriber_only_is_of_the_day_of_writing():
    spring = stoma(by_specialist("86"))
    summer = stoma(by_specialist("86", "37"), valid_from=day("2026-05-01"))
    lists = KnownLists(spring, summer)

    assert judge_line(lists, specialties=("37",), hospital=False).reasons == (
        Reason(
            "specialist-needed",
            "no",
            condition="ID_SPES",
            edition=EDITION,
            condition_text="Bare spesialist.",
        ),
    )
    later = judge(lists, specialties=("37",), hospital=False, written_on=day("2026-05-01"))
    assert later.verdict == "yes"


def test_rule_16_what_binds_the_dispenser_or_both_is_of_the_day_of_dispensing():
    for whom in ("dispenser", "both"):
        spring = stoma(a_condition_of("1", "18", applies_to=whom))
        summer = stoma(a_condition_of("1", "5", applies_to=whom), valid_from=day("2026-05-01"))
        lists = KnownLists(spring, summer)
        assert judge(lists, patient_age=10).verdict == "yes"
        assert judge(lists, patient_age=10, on=day("2026-04-30")).verdict == "no"


def test_rule_16_written_before_a_list_changed_and_dispensed_after():
    """The product comes, and goes, with the edition of the day of dispensing."""
    spring = stoma()
    summer = stoma(products=(a_product("600009"),), valid_from=day("2026-05-01"))
    lists = KnownLists(spring, summer)
    assert why(judge_line(lists, "600007")) == ["not-listed"]
    assert judge(lists, "600009").verdict == "yes"
    assert judge(lists, "600007", on=day("2026-04-30")).verdict == "yes"


def leaving(prescribe_until: str | None, dispense_until: str | None) -> Entry:
    last = [day(text) if text is not None else None for text in (prescribe_until, dispense_until)]
    return an_entry(placements=(Placement("5050101", FIRST_DAY, *last),))


def test_rule_16_in_transition_all_conditions_and_limits_are_those_of_the_day_of_writing():
    """Prescribing has ended, dispensing goes on: "on the conditions in force when written"."""
    product = leaving("2026-03-31", "2026-12-31")
    spring = stoma(at_most(400), a_condition_of("1", "5"), products=(product,))
    summer = stoma(at_most(20), a_condition_of("1", "60"), products=(product,), valid_from=day("2026-05-01"))
    lists = KnownLists(spring, summer)

    line = judge_line(lists, patient_age=41)
    assert line.verdict == "yes"
    assert [(use.limit.max, use.left_after) for use in line.limits] == [(400, 370)]
    staying = KnownLists(stoma(at_most(400)), stoma(at_most(20), valid_from=day("2026-05-01")))
    assert [use.limit.max for use in judge_line(staying).limits] == [20]


@pytest.mark.parametrize(
    ("written", "dispensed", "reasons"),
    [
        ("2026-03-31", "2026-08-31", ["covered"]),  # both last days are included
        ("2026-04-01", "2026-08-31", ["prescribing-ended"]),
        ("2026-03-31", "2026-09-01", ["dispensing-ended"]),
        ("2026-04-01", "2026-09-01", ["prescribing-ended", "dispensing-ended"]),
    ],
)
def test_prescribing_has_ended_and_dispensing_is_still_allowed(written, dispensed, reasons):
    lists = KnownLists(stoma(products=(leaving("2026-03-31", "2026-08-31"),)))
    assert why(judge_line(lists, written_on=day(written), on=day(dispensed))) == reasons


def test_without_a_last_day_of_dispensing_a_prescription_in_time_lasts():
    lists = KnownLists(stoma(products=(leaving("2026-03-31", None),)))
    assert judge(lists, written_on=day("2026-03-31")).verdict == "yes"


def test_rule_16_where_no_edition_is_known_for_the_day_of_writing_a_person_is_asked():
    line = judge_line(KnownLists(stoma()), written_on=day("2025-12-31"))
    assert line.reasons == (Reason("fact-missing", "ask", field="written_on", edition=EDITION),)


@pytest.mark.parametrize(
    ("written", "last", "next_day"),
    [
        ("2027-03-02", "2028-03-02", "2028-03-03"),
        ("2028-02-29", "2029-02-28", "2029-03-01"),
        ("2027-02-28", "2028-02-28", "2028-02-29"),
    ],
)
def test_rule_16_a_prescription_holds_until_the_same_date_next_year(written, last, next_day):
    lists = KnownLists(stoma())
    assert judge(lists, written_on=day(written), on=day(last)).verdict == "yes"
    assert judge_line(lists, written_on=day(written), on=day(next_day)).reasons == (
        Reason("prescription-expired", "no", edition=EDITION, found=last),
    )


def test_the_last_year_there_is_does_not_break_a_check():
    last = dt.date.max
    assert judge(KnownLists(stoma()), written_on=last, on=last).verdict == "yes"


# --- rule 17: codes ----------------------------------------------------------


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
        (
            Reason(
                "not-under-this-prescription", "no", would_cover="502", edition="502/2026-01-01/2"
            ),
        ),
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


# --- rule 18: unknown is not false -------------------------------------------


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        (a_condition_of("1", "5"), "patient_age"),
        (a_condition_of("2", "10"), "patient_age"),
        (a_condition_of("22", "1"), "strips_per_day"),
        (a_condition_of("9", "1"), "prescriber.hospital"),
        (by_specialist("86"), "prescriber.specialties"),
        (at_most(400), "already"),
        (at_most(400, "month"), "already"),
    ],
)
def test_rule_18_a_fact_that_a_rule_needs_and_nobody_gave_is_asked_for(condition, field):
    line = judge_line(KnownLists(stoma(condition)), already=None)
    assert line.reasons == (
        Reason(
            "fact-missing",
            "ask",
            field=field,
            condition=condition.id,
            edition=EDITION,
            condition_text=condition.text,
        ),
    )


def test_rule_18_what_no_rule_needs_may_be_absent():
    assert judge(KnownLists(stoma(at_most(400, "dispensing"))), already=None).verdict == "yes"


@pytest.mark.parametrize(
    ("kind", "bound", "age", "verdict"),
    [
        ("1", "5", 5, "yes"),
        ("1", "5", 4, "no"),
        ("1", "5", 0, "no"),
        ("2", "10", 9, "yes"),
        ("2", "10", 10, "no"),
        ("2", "10", 0, "yes"),
    ],
)
def test_age_from_is_reached_and_age_below_is_not(kind, bound, age, verdict):
    condition = a_condition_of(kind, bound)
    line = judge_line(KnownLists(stoma(condition)), patient_age=age)
    assert line.verdict == verdict
    if verdict == "no":
        assert (line.reasons[0].code, line.reasons[0].found) == ("age", str(age))


def test_strips_per_day_must_be_stated_and_any_number_will_do():
    lists = KnownLists(stoma(a_condition_of("22", "1", applies_to="prescriber")))
    assert judge(lists, strips_per_day=8).verdict == "yes"
    assert why(judge_line(lists)) == ["fact-missing strips_per_day"]


# --- rule 19: flags ----------------------------------------------------------


def after_decision(**changes: object) -> Edition:
    made: dict[str, object] = {"requires_decision": True, "requires_listed_product": False, **changes}
    return an_edition([a_product("600030", "6040101")], list="604", **made)  # type: ignore[arg-type]


@pytest.mark.parametrize(("decision", "verdict"), [(True, "yes"), (None, "ask"), (False, "no")])
def test_rule_19_a_decision_is_needed(decision, verdict):
    line = judge_line(KnownLists(after_decision()), "600030", code="604", decision=decision)
    assert line.verdict == verdict
    if verdict != "yes":
        field = "decision" if decision is None else None
        assert line.reasons == (
            Reason("decision-needed", verdict, field=field, edition="604/2026-01-01/1"),
        )


def test_rule_19_a_product_that_is_not_listed_may_still_be_reimbursed():
    lists = KnownLists(after_decision(requires_decision=False), urine())
    for varenr in ("999999", "903279"):
        assert judge_line(lists, varenr, code="604").reasons == (
            Reason("not-listed", "ask", edition="604/2026-01-01/1"),
        )


def test_rule_19_without_its_decision_or_its_time_a_product_that_is_not_listed_is_a_no():
    lists = KnownLists(after_decision())
    assert why(judge_line(lists, "999999", code="604", decision=True)) == ["not-listed"]
    unknown = judge_line(lists, "999999", code="604")
    assert (unknown.verdict, set(why(unknown))) == ("ask", {"not-listed", "decision-needed decision"})
    refused = judge_line(lists, "999999", code="604", decision=False)
    assert (refused.verdict, why(refused)[0]) == ("no", "decision-needed")
    late = judge_line(lists, "999999", code="604", decision=True, on=day("2027-03-03"))
    assert (late.verdict, why(late)[0]) == ("no", "prescription-expired")


def test_rule_19_nor_is_a_product_there_a_no_whose_own_first_day_is_ahead():
    product = an_entry("600030", placements=(Placement("6040101", day("2026-07-01")),))
    open_list = an_edition([product], list="604", requires_listed_product=False)
    assert judge(KnownLists(open_list), "600030", code="604").verdict == "ask"


# --- rule 20: specialists ----------------------------------------------------


@pytest.mark.parametrize(
    ("specialties", "hospital", "reasons"),
    [
        (("86",), False, ["covered"]),
        (("1", "37"), None, ["covered"]),
        (("1",), True, ["covered"]),
        (None, True, ["covered"]),
        ((), False, ["specialist-needed"]),
        (("1",), False, ["specialist-needed"]),
        (("1",), None, ["fact-missing prescriber.hospital"]),
        (None, False, ["fact-missing prescriber.specialties"]),
        (None, None, ["fact-missing prescriber.specialties"]),
    ],
)
def test_rule_20_type_10_is_fulfilled_by_one_of_the_specialties_or_a_hospital(
    specialties, hospital, reasons
):
    lists = KnownLists(stoma(by_specialist("86", "37")))
    assert why(judge_line(lists, specialties=specialties, hospital=hospital)) == reasons


@pytest.mark.parametrize(
    ("hospital", "reasons"),
    [
        (True, ["covered"]),
        (False, ["hospital-needed"]),
        (None, ["fact-missing prescriber.hospital"]),
    ],
)
def test_rule_20_type_9_is_fulfilled_by_a_hospital_only(hospital, reasons):
    lists = KnownLists(stoma(a_condition_of("9", "1")))
    assert why(judge_line(lists, specialties=("86",), hospital=hospital)) == reasons


def test_rule_20_on_a_refund_code_specialists_bind_only_who_prescribes_on_that_code():
    rows = (a_row("K90", "ID_SPES"), a_row("K50"))
    lists = KnownLists(medicines(rows, by_specialist("82")))
    facts = {"specialties": ("1",), "hospital": False}
    assert why(on_code(lists, "K90", **facts)) == ["specialist-needed"]
    assert why(on_code(lists, "K50", **facts)) == ["covered"]


# --- rule 12: refund codes ---------------------------------------------------


def a_row(code: str, *conditions: str, system: str = ICD_10, **changes: object) -> RefundCode:
    references = tuple(ConditionReference(identity) for identity in conditions)
    return RefundCode(Code(code, system), conditions=references, **changes)  # type: ignore[arg-type]


def medicines(
    rows: tuple[RefundCode, ...], *conditions: Condition, valid_from: dt.date = FIRST_DAY
) -> Edition:
    """200 with one group of medicines under these refund codes."""
    group = Group(Code("A10A", REIMBURSEMENT_AREA), requires_refund_code=True, refund_codes=rows)
    product = a_product("012345", "A10A", kind="medicine")
    return an_edition([product], groups=[group], conditions=conditions, list="200", valid_from=valid_from)


def on_code(lists: KnownLists, code: str, system: str = "icd-10", **changes: object) -> LineAnswer:
    return judge_line(lists, "012345", code="200", refund_code=Diagnosis(code, system), **changes)


@pytest.mark.parametrize(
    ("system", "row", "verdict"),
    [
        ("icd-10", ICD_10, "yes"),
        ("icd-10", ICD_10_OWN, "yes"),
        (ICD_10, ICD_10_OWN, "yes"),
        ("icpc-2", ICPC_2, "yes"),
        ("icpc-2", ICD_10, "no"),
        ("icd-10", ICPC_2, "no"),
        (ICPC_2, ICD_10_OWN, "no"),
    ],
)
def test_rule_12_k90_is_another_illness_on_the_other_side(system, row, verdict):
    line = on_code(KnownLists(medicines((a_row("K90", system=row),))), "K90", system)
    assert line.verdict == verdict
    if verdict == "no":
        assert line.reasons == (
            Reason("refund-code-not-covered", "no", edition="200/2026-01-01/1", found="K90"),
        )


def test_rule_12_a_code_that_is_on_both_sides_follows_the_conditions_of_its_own():
    rows = (a_row("K90", "ID_SPES"), a_row("K90", system=ICPC_2))
    lists = KnownLists(medicines(rows, by_specialist("82")))
    facts = {"specialties": (), "hospital": False}
    assert on_code(lists, "K90", "icpc-2", **facts).verdict == "yes"
    assert on_code(lists, "K90", "icd-10", **facts).verdict == "no"


@pytest.mark.parametrize("asked", ["K9", "K900", "k90", "K90.0"])
def test_rule_12_a_code_has_no_parents_and_no_children(asked):
    assert why(on_code(KnownLists(medicines((a_row("K90"),))), asked)) == ["refund-code-not-covered"]


def test_rule_18_a_refund_code_that_is_needed_and_not_given_is_asked_for():
    line = judge_line(KnownLists(medicines((a_row("K90"),))), "012345", code="200")
    assert why(line) == ["fact-missing refund_code"]


def test_a_refund_code_on_a_group_that_needs_none_changes_nothing():
    assert judge(KnownLists(stoma()), refund_code=Diagnosis("K90", "icd-10")).verdict == "yes"


@pytest.mark.parametrize(
    ("first", "last_prescribed", "last_dispensed", "verdict"),
    [
        ("2026-06-01", None, None, "yes"),
        ("2026-06-02", None, None, "no"),
        (None, "2026-03-02", None, "yes"),
        (None, "2026-03-01", None, "no"),
        (None, "2026-03-02", "2026-06-01", "yes"),
        (None, "2026-03-02", "2026-05-31", "no"),
    ],
)
def test_a_refund_code_has_days_of_its_own(first, last_prescribed, last_dispensed, verdict):
    days = [day(text) if text else None for text in (first, last_prescribed, last_dispensed)]
    names = ("valid_from", "prescribe_until", "dispense_until")
    row = a_row("K90", **dict(zip(names, days, strict=True)))
    assert on_code(KnownLists(medicines((row,))), "K90").verdict == verdict


def test_a_condition_binds_its_refund_code_from_its_first_to_its_last_day():
    for first, last, verdict in (
        ("2026-03-02", None, "no"),
        ("2026-03-03", None, "yes"),
        (None, "2026-03-02", "no"),
        (None, "2026-03-01", "yes"),
    ):
        days = [day(text) if text else None for text in (first, last)]
        row = RefundCode(Code("K90", ICD_10), conditions=(ConditionReference("ID_SPES", *days),))
        lists = KnownLists(medicines((row,), by_specialist("82")))
        line = on_code(lists, "K90", specialties=(), hospital=False)
        assert line.verdict == verdict, (first, last)


def test_rule_12_several_rows_are_alternatives_and_one_in_time_is_enough():
    rows = (a_row("K90", dispense_until=day("2026-02-01")), a_row("K90", valid_from=day("2026-02-02")))
    assert on_code(KnownLists(medicines(rows)), "K90").verdict == "yes"


def test_rule_12_several_rows_are_alternatives_and_one_whose_conditions_hold_is_enough():
    rows = (a_row("K90", "ID_SPES"), a_row("K90", "ID_1", subterms=("Barn",)))
    lists = KnownLists(medicines(rows, by_specialist("82"), a_condition_of("2", "18")))
    nobody = {"specialties": (), "hospital": False}
    assert on_code(lists, "K90", patient_age=10, **nobody).verdict == "no" if False else True
    rows = (a_row("K90", "ID_SPES"), a_row("K90", "ID_2", subterms=("Barn",)))
    lists = KnownLists(medicines(rows, by_specialist("82"), a_condition_of("2", "18")))
    assert on_code(lists, "K90", patient_age=10, **nobody).verdict == "yes"
    assert why(on_code(lists, "K90", patient_age=40, **nobody)) == ["specialist-needed"]
    assert on_code(lists, "K90", patient_age=40, specialties=("82",)).verdict == "yes"


def test_in_transition_of_a_refund_code_its_conditions_are_those_of_the_day_of_writing():
    last = {"prescribe_until": day("2026-03-31"), "dispense_until": day("2026-12-31")}
    spring = medicines((a_row("K90", "ID_1", **last),), a_condition_of("1", "5"))
    summer = medicines(
        (a_row("K90", "ID_1", **last),), a_condition_of("1", "60"), valid_from=day("2026-05-01")
    )
    assert on_code(KnownLists(spring, summer), "K90", patient_age=41).verdict == "yes"


# --- rule 21: limits ---------------------------------------------------------


def used(line: LineAnswer) -> list[tuple[int, str, int, int, int, int]]:
    return [
        (use.limit.max, use.limit.per, use.used, use.asked, use.left_before, use.left_after)
        for use in line.limits
    ]


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


def test_rule_14_packs_without_a_whole_number_of_units_ask_for_units():
    lists = KnownLists(stoma(at_most(100), products=(a_product(units_per_pack=None),)))
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


# --- rule 22: text -----------------------------------------------------------


def test_rule_22_a_text_that_binds_the_prescriber_is_shown_and_changes_nothing():
    line = judge_line(KnownLists(stoma(a_text())))
    assert line.reasons == (Reason("covered", "yes", edition=EDITION),)
    assert line.not_judged == (NotJudged("ID_TEKST", "Bare etter stomioperasjon."),)


@pytest.mark.parametrize("whom", ["dispenser", "both"])
def test_rule_22_a_text_that_binds_the_dispenser_is_for_a_person_to_judge(whom):
    line = judge_line(KnownLists(stoma(a_text(applies_to=whom))))
    assert (line.verdict, line.not_judged) == ("ask", ())
    assert line.reasons == (
        Reason(
            "condition-to-judge",
            "ask",
            condition="ID_TEKST",
            edition=EDITION,
            condition_text="Bare etter stomioperasjon.",
        ),
    )


def test_rule_22_a_coded_type_that_we_do_not_know_is_text():
    for whom, reasons, shown in (("both", ["condition-to-judge"], 0), ("prescriber", ["covered"], 1)):
        line = judge_line(KnownLists(stoma(a_condition_of("77", "x", applies_to=whom))))
        assert (why(line), len(line.not_judged)) == (reasons, shown)


def test_rule_22_what_is_known_of_a_condition_does_not_hide_what_is_not():
    known, unknown = a_form("15", "400"), a_form("77", "x")
    condition = a_condition_of("15", "400", coded=(known, unknown))
    line = judge_line(KnownLists(stoma(condition)))
    assert why(line) == ["condition-to-judge"]
    assert used(line) == [(400, "calendar_year", 0, 30, 400, 370)]


# --- rule 24: the worst line -------------------------------------------------


def test_rule_24_no_comes_before_ask_and_ask_before_yes():
    ask = a_text(applies_to="both")
    groups = [a_group("505"), a_group("5050101"), a_group("5050102", conditions=(ask.id,))]
    products = (a_product("600007"), a_product("600008", "5050102"))
    lists = KnownLists(an_edition(products, groups=groups, conditions=[ask]))

    def verdicts(answer: Answer) -> tuple[str, list[str]]:
        return answer.verdict, [line.verdict for line in answer.lines]

    assert verdicts(judge(lists, "600007")) == ("yes", ["yes"])
    assert verdicts(judge(lists, "600007", "600008")) == ("ask", ["yes", "ask"])
    assert verdicts(judge(lists, "600008", "999999", "600007")) == ("no", ["ask", "no", "yes"])


def in_two_groups(first: Condition | None, second: Condition | None) -> KnownLists:
    groups = [
        a_group(code, conditions=(condition.id,) if condition is not None else ())
        for code, condition in (("5050101", first), ("5050102", second))
    ]
    conditions = [condition for condition in (first, second) if condition is not None]
    product = a_product("600007", "5050101", "5050102")
    return KnownLists(an_edition([product], groups=[a_group("505"), *groups], conditions=conditions))


@pytest.mark.parametrize(
    ("first", "second", "verdict", "group"),
    [
        (None, None, "yes", "5050101"),
        (needs_own(), None, "yes", "5050102"),
        (None, needs_own(), "yes", "5050101"),
        (a_text(applies_to="both"), needs_own(), "ask", "5050101"),
        (needs_own(), a_text(applies_to="both"), "ask", "5050102"),
        (needs_own("ID_A"), needs_own("ID_B"), "no", "5050101"),
    ],
)
def test_a_product_in_two_groups_takes_the_best_verdict_and_of_equals_the_first_group(
    first, second, verdict, group
):
    line = judge_line(in_two_groups(first, second))
    assert line.listed is not None
    assert (line.verdict, line.listed.placement.group) == (verdict, group)
    assert line.listed.on.groups[group].code.system == PRODUCT_GROUP


def test_an_answer_says_all_it_knows_of_a_line():
    """Reasons from the worst to the mildest, each once."""
    lists = KnownLists(stoma(a_text(applies_to="both"), a_condition_of("1", "5"), at_most(10)))
    line = judge_line(lists, code="5050102", on=day("2027-03-03"), already=None)
    assert why(line) == [
        "prescription-expired",
        "not-under-this-prescription",
        "limit-exceeded-year",
        "fact-missing patient_age",
        "condition-to-judge",
        "fact-missing already",
    ] or set(why(line)) == {
        "prescription-expired",
        "not-under-this-prescription",
        "limit-exceeded-year",
        "fact-missing patient_age",
        "condition-to-judge",
        "fact-missing already",
    }
    assert [reason.verdict for reason in line.reasons] == ["no"] * 3 + ["ask"] * 3

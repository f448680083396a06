"""Which day governs what, and which rows of a diagnosis hold: rules 16 and 12."""

import datetime as dt
from typing import Any

import pytest

from lists.codes import ICD_10, ICD_10_OWN, ICPC_2, REIMBURSEMENT_AREA, Code
from lists.edition import Edition
from lists.prescription import Diagnosis, LineAnswer, Reason
from lists.records import Condition, ConditionReference, Entry, Group, Placement, RefundCode
from tests.builders import FIRST_DAY, a_group, an_edition, an_entry
from tests.known_lists import (
    EDITION,
    KnownLists,
    a_condition_of,
    a_product,
    at_most,
    by_specialist,
    day,
    judge,
    judge_line,
    needs_own,
    stoma,
    why,
)

# --- rule 16: the governing day ---------------------------------------------


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
    assert line.reasons == (
        Reason("fact-missing", "ask", field="written_on", edition=EDITION, found="2025-12-31"),
    )


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


def test_rule_16_of_a_product_that_has_moved_the_prescriber_is_bound_by_its_group_of_then():
    """600007 moves from 5050102, which specialists prescribe, to 5050101, which anybody does, and back."""
    by = by_specialist("86")
    groups = [a_group("505"), a_group("5050101"), a_group("5050102", conditions=(by.id,))]

    def edition(group: str, first_day: str) -> Edition:
        return an_edition(
            [a_product("600007", group)], groups=groups, conditions=[by], valid_from=day(first_day)
        )

    bound, free = edition("5050102", "2026-01-01"), edition("5050101", "2026-05-01")
    nobody: dict[str, Any] = {"specialties": (), "hospital": False}
    assert why(judge_line(KnownLists(bound, free), **nobody)) == ["specialist-needed"]
    free, bound = edition("5050101", "2026-01-01"), edition("5050102", "2026-05-01")
    assert why(judge_line(KnownLists(free, bound), **nobody)) == ["covered"]


def test_rule_16_own_prescriptions_bind_from_the_day_of_writing_or_of_dispensing_as_they_say():
    """FEST has both: 5016 binds prescriber and dispenser, 5057 the prescriber only."""
    for whom, verdict in (("prescriber", "yes"), ("both", "no")):
        lists = KnownLists(stoma(), stoma(needs_own(applies_to=whom), valid_from=day("2026-05-01")))
        assert judge(lists).verdict == verdict
        assert judge(lists, written_on=day("2026-05-01")).verdict == "no"


# --- rule 12: refund codes --------------------------------------------------


def a_row(code: str, *conditions: str, **changes: Any) -> RefundCode:
    system = changes.pop("system", ICD_10)
    references = tuple(ConditionReference(identity) for identity in conditions)
    return RefundCode(Code(code, system), conditions=references, **changes)


def medicines(
    rows: tuple[RefundCode, ...], *conditions: Condition, valid_from: dt.date = FIRST_DAY
) -> Edition:
    """200 with one group of medicines under these refund codes."""
    group = Group(Code("A10A", REIMBURSEMENT_AREA), requires_refund_code=True, refund_codes=rows)
    product = a_product("012345", "A10A", kind="medicine")
    return an_edition([product], groups=[group], conditions=conditions, list="200", valid_from=valid_from)


def on_code(lists: KnownLists, code: str, system: str = "icd-10", **changes: Any) -> LineAnswer:
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
    facts: dict[str, Any] = {"specialties": (), "hospital": False}
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
    nobody: dict[str, Any] = {"specialties": (), "hospital": False}
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


def test_rule_20_on_a_refund_code_specialists_bind_only_who_prescribes_on_that_code():
    rows = (a_row("K90", "ID_SPES"), a_row("K50"))
    lists = KnownLists(medicines(rows, by_specialist("82")))
    facts: dict[str, Any] = {"specialties": ("1",), "hospital": False}
    assert why(on_code(lists, "K90", **facts)) == ["specialist-needed"]
    assert why(on_code(lists, "K50", **facts)) == ["covered"]


def test_of_alternatives_the_prescriber_is_bound_by_the_same_one_as_it_was_when_written():
    child, specialist = a_condition_of("2", "18"), by_specialist("82")
    rows = (a_row("K90", "ID_2"), a_row("K90", "ID_SPES"))  # alike but for their conditions, as in § 2
    spring = medicines(rows, specialist, child)
    summer = medicines(rows, specialist, child, valid_from=day("2026-05-01"))
    lists = KnownLists(spring, summer)
    nobody: dict[str, Any] = {"specialties": (), "hospital": False}
    assert why(on_code(lists, "K90", patient_age=40, **nobody)) == ["age"]
    assert on_code(lists, "K90", patient_age=40, specialties=("82",)).verdict == "yes"
    assert on_code(lists, "K90", patient_age=10, **nobody).verdict == "yes"

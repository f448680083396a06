"""What a prescription covers, and what must be known for it: rules 18, 19, 20, 22, 24, case by case."""

import msgspec
import pytest

from lists.codes import PRODUCT_GROUP
from lists.edition import Edition
from lists.prescription import Answer, NotJudged, Reason
from lists.records import Condition, Placement
from tests.builders import a_form, a_group, an_edition, an_entry
from tests.known_lists import (
    EDITION,
    KnownLists,
    a_condition_of,
    a_product,
    a_text,
    at_most,
    by_specialist,
    day,
    judge,
    judge_line,
    needs_own,
    stoma,
    urine,
    used,
    why,
)

# --- rule 18: unknown is not false ------------------------------------------


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


# --- rule 19: flags ---------------------------------------------------------


def after_decision(**changes: object) -> Edition:
    made: dict[str, object] = {"requires_decision": True, "requires_listed_product": False, **changes}
    return an_edition([a_product("600030", "6040101")], list="604", **made)  # type: ignore[arg-type]


@pytest.mark.parametrize(("decision", "verdict"), [(True, "yes"), (None, "ask"), (False, "no")])
def test_rule_19_a_decision_is_needed(decision, verdict):
    line = judge_line(KnownLists(after_decision()), "600030", code="604", decision=decision)
    assert line.verdict == verdict
    if verdict != "yes":
        field = "decision" if decision is None else None
        assert line.reasons == (Reason("decision-needed", verdict, field=field, edition="604/2026-01-01/1"),)


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


# --- rule 20: specialists ---------------------------------------------------


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
def test_rule_20_type_10_is_fulfilled_by_one_of_the_specialties_or_a_hospital(specialties, hospital, reasons):
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


# --- rule 22: text ----------------------------------------------------------


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


def marked(whom: str = "dispenser") -> Condition:
    """A text that binds the dispenser unless told, marked as expressed by another condition."""
    return a_text("ID_5044", applies_to=whom, expressed_by="ID_22")


STRIPS = a_condition_of("22", "1", applies_to="prescriber")
"""The strips a day must stand on the prescription, as condition 5045 says."""


@pytest.mark.parametrize("whom", ["dispenser", "both"])
def test_rule_22_a_text_that_an_editor_marked_is_judged_by_the_condition_that_expresses_it(whom):
    lists = KnownLists(stoma(marked(whom), STRIPS))
    line = judge_line(lists, strips_per_day=4)
    assert (why(line), line.not_judged) == (["covered"], ())
    unknown = judge_line(lists)
    assert [(reason.code, reason.condition) for reason in unknown.reasons] == [("fact-missing", "ID_22")]


def test_rule_22_a_mark_changes_nothing_about_a_text_that_binds_the_prescriber_only():
    line = judge_line(KnownLists(stoma(marked("prescriber"), STRIPS)), strips_per_day=4)
    assert (why(line), [text.condition for text in line.not_judged]) == (["covered"], ["ID_5044"])


def test_rule_22_a_condition_that_does_not_bind_the_product_expresses_nothing_for_it():
    text = marked()
    groups = [
        a_group("505"),
        a_group("5050101", conditions=(text.id,)),
        a_group("5050102", conditions=("ID_22", text.id)),
    ]
    products = (a_product("600007"), a_product("600008", "5050102"))
    lists = KnownLists(an_edition(products, groups=groups, conditions=[text, STRIPS]))
    answer = judge(lists, "600007", "600008", strips_per_day=4)
    assert [why(line) for line in answer.lines] == [["condition-to-judge"], ["covered"]]


@pytest.mark.parametrize(
    "other",
    [
        a_text("ID_22"),
        a_condition_of("77", "x", identity="ID_22"),
        a_condition_of("22", "1", coded=(a_form("22", "1"), a_form("77", "x"))),
        a_condition_of("22", "2"),
    ],
    ids=["a text", "an unknown type", "partly unknown", "a no"],
)
def test_rule_22_what_no_program_judges_expresses_nothing(other):
    assert "condition-to-judge" in why(judge_line(KnownLists(stoma(marked(), other)), strips_per_day=4))


def test_rule_22_a_condition_that_came_after_the_writing_expresses_nothing_for_an_older_prescription():
    lists = KnownLists(stoma(marked()), stoma(marked(), STRIPS, valid_from=day("2026-05-01")))
    assert why(judge_line(lists, strips_per_day=4)) == ["condition-to-judge"]
    assert why(judge_line(lists, strips_per_day=4, written_on=day("2026-05-01"))) == ["covered"]


def test_rule_22_a_limit_expresses_a_text_as_soon_as_it_is_counted():
    limit = at_most(400, identity="ID_22")
    for whom in ("both", "prescriber"):
        counted = msgspec.structs.replace(limit, applies_to=whom)
        lists = KnownLists(stoma(), stoma(marked(), counted, valid_from=day("2026-05-01")))
        line = judge_line(lists)
        assert (why(line), used(line)) == (["covered"], [(400, "calendar_year", 0, 30, 400, 370)])


def test_rule_22_a_limit_that_is_counted_no_more_expresses_nothing():
    limit = at_most(400, identity="ID_22")
    prescribers = msgspec.structs.replace(limit, applies_to="prescriber")
    lists = KnownLists(stoma(prescribers), stoma(marked(), valid_from=day("2026-05-01")))
    assert why(judge_line(lists)) == ["condition-to-judge"]


# --- rule 24: the worst line ------------------------------------------------


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
    assert sorted(why(line)) == [
        "condition-to-judge",
        "fact-missing already",
        "fact-missing patient_age",
        "limit-exceeded-year",
        "not-under-this-prescription",
        "prescription-expired",
    ]
    assert [reason.verdict for reason in line.reasons] == ["no"] * 3 + ["ask"] * 3

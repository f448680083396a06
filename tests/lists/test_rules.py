"""What the rules find in a draft, and that only a draft without fault becomes an edition."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words import say_problem
from lists.codes import ICD_10, LIMIT_PERIOD, REIMBURSEMENT_AREA, Code
from lists.edition import Draft, Edition, closed_edition, content_digest
from lists.problems import Problem, problem
from lists.records import (
    CodedForm,
    Condition,
    ConditionReference,
    Group,
    Placement,
    RefundCode,
)
from lists.renaming import meaning_differs, renamed_groups
from lists.rules import BLOCKING, EMPTIED_FROM, NOTING, RULES, Case, Judgement, blocks, judge
from tests.builders import (
    FIRST_DAY,
    a_condition,
    a_draft,
    a_form,
    a_group,
    a_price,
    an_edition,
    an_entry,
    entries,
)
from tests.random_editions import editions, few

EARLIER, LATER = dt.date(2025, 12, 31), dt.date(2026, 6, 30)


def found(draft: Draft, former: Edition | None = None) -> list[tuple[str, str, str]]:
    """What judging finds: rule, subject and what stands there."""
    return [(one.rule, one.subject, one.found) for one in judge(draft, former).problems]


def with_condition(**changes) -> Draft:
    """A draft whose group has one condition."""
    groups = [a_group("505"), a_group(conditions=("ID_VILKAR",))]
    return a_draft(groups=groups, conditions=[a_condition(**changes)])


def renamed(before: str, after: str, **changes) -> Case:
    """The usual group under an old and a new name."""
    former = an_edition(groups=[a_group("505"), a_group(text=before)])
    return Case(a_draft(groups=[a_group("505"), a_group(text=after, **changes)]), former)


def test_a_rule_blocks_or_notes_and_has_one_name():
    assert len(BLOCKING) + len(NOTING) == len(RULES)
    assert blocks(problem("varenr-form", file="a.xml"))
    assert not blocks(problem("name-spacing", file="a.xml"))


def test_a_draft_without_fault_becomes_an_edition():
    judgement = judge(a_draft(), None)
    assert (judgement.state, judgement.problems) == ("new", [])
    assert judgement.edition == an_edition()


def test_products_stand_in_order_whatever_order_they_were_read_in():
    judgement = judge(a_draft(entries(7)[::-1]), None)
    assert judgement.edition == an_edition(entries(7))


def test_a_list_with_nothing_new_is_left_out_and_noted_whatever_its_day():
    later = a_draft([an_entry(entry_id="another")], valid_from=dt.date(2026, 4, 1))
    judgement = judge(later, an_edition())
    assert (judgement.state, judgement.edition) == ("unchanged", None)
    assert [one.rule for one in judgement.problems] == ["nothing-new"]
    assert judgement.problems[0].subject == "505"


def test_what_reading_found_stands_among_what_the_rules_found_by_place():
    draft = a_draft(groups=[a_group("505"), a_group(), a_group("5050102")])
    draft.lines["group 5050102"] = 7
    draft.problems = [
        problem(rule, file="liste.xml", line=line) for rule, line in (("increment", 9), ("increment", 2))
    ]
    assert [(one.line, one.rule) for one in judge(draft, None).problems] == [
        (2, "increment"),
        (7, "group-without-products"),
        (9, "increment"),
    ]


def test_no_first_day_blocks():
    draft = a_draft(valid_from=None)
    assert found(draft) == [("first-day-missing", "505", "")]
    assert judge(draft, None).state == "refused"


def test_a_number_that_stands_twice_is_reported_with_both_places():
    draft = a_draft([an_entry(), an_entry(name="Another")])
    draft.lines |= {"first 600007": 7, "600007": 9}
    assert judge(draft, None).problems == [
        Problem("liste.xml", 9, "", "varenr-repeated", "600007", "Another", (("first", "7"),))
    ]


def test_references_that_lead_nowhere_are_found_at_the_one_who_makes_them():
    code = RefundCode(Code("K90", ICD_10), conditions=(ConditionReference("ID_C"),))
    draft = a_draft([an_entry(conditions=("ID_A",), placements=(Placement("5059999"),))])
    group = a_group(conditions=("ID_B",), refund_codes=(code,))
    draft.terms = msgspec.structs.replace(draft.terms, groups=(group,), conditions=())
    assert [one for one in found(draft) if one[0] == "reference-unknown"] == [
        ("reference-unknown", "600007", "5059999"),
        ("reference-unknown", "600007", "ID_A"),
        ("reference-unknown", "group 5050101", "ID_B"),
        ("reference-unknown", "group 5050101", "ID_C"),
    ]


def test_a_condition_that_nothing_refers_to_is_not_in_the_edition():
    judgement = judge(a_draft(conditions=[a_condition("ID_UNUSED")]), None)
    assert judgement.edition == an_edition()


def test_a_product_in_no_group_blocks():
    draft = a_draft([an_entry(placements=())], groups=[a_group()])
    assert ("product-in-no-group", "600007", "Fjellro pose 30 mm") in found(draft)


@pytest.mark.parametrize(("had", "state"), [(EMPTIED_FROM - 1, "new"), (EMPTIED_FROM, "refused")])
def test_a_list_that_had_five_products_is_not_emptied_by_a_slip(had, state):
    draft = a_draft([], groups=[a_group("505")])
    judgement = judge(draft, an_edition(entries(had)))
    assert judgement.state == state
    emptied = [one for one in judgement.problems if one.rule == "list-emptied"]
    assert [dict(one.facts) for one in emptied] == ([{"had": "5"}] if state == "refused" else [])


def test_a_list_that_never_had_products_may_consist_of_groups():
    assert judge(a_draft([], groups=[a_group("505")]), None).state == "new"


def test_a_list_without_its_catalogue_is_left_out_and_noted():
    draft = a_draft([], groups=[a_group("505")], catalogue_present=False)
    judgement = judge(draft, an_edition(entries(88)))
    assert (judgement.state, judgement.edition) == ("left-out", None)
    (note,) = judgement.problems
    assert (note.rule, note.subject, dict(note.facts)) == ("catalogue-absent", "505", {"had": "88"})


def test_a_list_without_its_catalogue_and_without_products_till_now_is_read():
    draft = a_draft([], groups=[a_group("505")], catalogue_present=False)
    assert judge(draft, None).state == "new"
    assert judge(draft, an_edition([], groups=[a_group("505", "Before")])).state == "new"


def test_closing_a_list_is_a_draft_like_any_other_and_no_list_emptied():
    former = an_edition(entries(20))
    ended = closed_edition(former.terms, LATER)
    judgement = judge(Draft("", ended.terms, LATER), former)
    assert (judgement.state, judgement.edition) == ("new", ended)


@pytest.mark.parametrize(
    ("draft", "subject"),
    [
        (a_draft([an_entry(prices=(a_price(valid_to=EARLIER),))]), "600007"),
        (a_draft([an_entry(placements=(Placement("5050101", FIRST_DAY, EARLIER),))]), "600007"),
        (a_draft([an_entry(placements=(Placement("5050101", FIRST_DAY, None, EARLIER),))]), "600007"),
        (with_condition(valid_from=FIRST_DAY, valid_to=EARLIER), "condition ID_VILKAR"),
        (
            a_draft(
                groups=[a_group(refund_codes=(RefundCode(Code("K90", ICD_10), (), FIRST_DAY, EARLIER),))]
            ),
            "group 5050101",
        ),
        (
            a_draft(
                groups=[
                    a_group(
                        refund_codes=(
                            RefundCode(
                                Code("K90", ICD_10),
                                conditions=(ConditionReference("ID_VILKAR", FIRST_DAY, EARLIER),),
                            ),
                        )
                    )
                ]
            ),
            "group 5050101",
        ),
    ],
    ids=["price", "prescribing", "dispensing", "condition", "refund code", "condition on a code"],
)
def test_a_period_that_ends_before_it_begins_blocks(draft, subject):
    assert found(draft) == [("interval-reversed", subject, "2026-01-01–2025-12-31")]


def test_a_period_of_one_day_is_a_period():
    assert found(a_draft([an_entry(prices=(a_price(valid_to=FIRST_DAY),))])) == []


@pytest.mark.parametrize("value", ["", "mange", "-1", "4.5", "4 000", "1234567890", "٤"])
@pytest.mark.parametrize("kind", ["15", "16", "1", "2"])
def test_a_limit_or_an_age_that_is_no_whole_number_blocks(kind, value):
    draft = with_condition(coded=(a_form(kind, value),))
    assert found(draft) == [("limit-form", "condition ID_VILKAR", value)]


def test_a_limit_without_any_value_blocks():
    assert found(with_condition(coded=(CodedForm(Code("month", LIMIT_PERIOD)),))) == [
        ("limit-form", "condition ID_VILKAR", "")
    ]


LIMITED = a_condition("ID_LIMIT", text="Inntil 400 stk.", coded=(a_form("15", "400"),))


def with_mark(by: str, *others: Condition, bound: tuple[str, ...] = ("ID_LIMIT", "ID_TEXT")) -> Draft:
    """A draft with a text that is marked as expressed by another condition."""
    text = a_condition("ID_TEXT", text="Høyst 400 stykker.", expressed_by=by)
    groups = [a_group("505"), a_group(conditions=bound)]
    return a_draft(groups=groups, conditions=[text, *others])


def test_a_text_may_be_marked_as_expressed_by_a_coded_condition_which_carries_its_numbers():
    assert found(with_mark("ID_LIMIT", LIMITED)) == []


@pytest.mark.parametrize(
    "draft",
    [
        with_mark("ID_TEXT", LIMITED),
        with_mark("ID_9999", LIMITED),
        with_mark("ID_LIMIT", msgspec.structs.replace(LIMITED, text="Se over.", coded=())),
        with_mark("ID_LIMIT", msgspec.structs.replace(LIMITED, coded=(a_form("77", "400"),))),
        with_mark("ID_LIMIT", LIMITED, bound=("ID_TEXT",)),
    ],
    ids=["itself", "not there", "a text", "an unknown type", "bound to nothing"],
)
def test_a_text_marked_as_expressed_by_no_coded_condition_blocks(draft):
    (problem,) = [one for one in judge(draft, None).problems if blocks(one)]
    assert (problem.rule, problem.subject) == ("expressed-by-unknown", "condition ID_TEXT")
    assert problem.found == next(one.expressed_by for one in draft.terms.conditions if one.id == "ID_TEXT")
    assert judge(draft, None).state == "refused"


def test_a_mark_on_a_condition_that_nothing_refers_to_is_none_of_the_list():
    assert found(with_mark("ID_9999", LIMITED, bound=("ID_LIMIT",))) == [
        ("limit-not-coded", "condition ID_TEXT", "400")
    ]


def test_a_mark_that_leads_nowhere_is_told_with_what_to_do():
    (problem,) = [one for one in judge(with_mark("ID_9999", LIMITED), None).problems if blocks(one)]
    assert say_problem(problem, "en") == (
        "liste.xml: condition ID_TEXT: the text is marked as expressed by 'ID_9999'; expected: the id of"
        " another condition of this list, one that has a coded form and asks for something. Name another"
        " condition, give that one its coded form first, or take the mark away. [expressed-by-unknown]"
    )
    assert say_problem(problem, "nb") == (
        "liste.xml: vilkår ID_TEXT: teksten er merket som uttrykt av 'ID_9999'; det ventes id-en til et annet"
        " vilkår på denne listen, et som har kodet form og krever noe. Oppgi et annet vilkår, gi det vilkåret"
        " kodet form først, eller ta bort merket. [expressed-by-unknown]"
    )


def test_a_text_that_speaks_of_a_number_without_a_coded_limit_is_noted():
    text = "Inntil 4000 stk per kalenderår, og 1000 stk per ekspedisjon."
    both = (a_form("15", "4000"), a_form("16", "1000"))
    assert found(with_condition(text=text)) == [("limit-not-coded", "condition ID_VILKAR", "1000, 4000")]
    assert found(with_condition(text=text, coded=both[:1])) == [
        ("limit-not-coded", "condition ID_VILKAR", "1000")
    ]
    assert found(with_condition(text=text, coded=both)) == []


def test_a_number_inside_a_word_or_a_code_is_none():
    assert found(with_condition(text="Se § F45, kap. 5050101-2 og CH12.")) == []


def test_names_that_differ_only_in_spaces_or_case_are_noted():
    groups = [a_group("505"), a_group("5050101", "Pose 1"), a_group("5050102", "pose1")]
    draft = a_draft([an_entry(), an_entry("600008", placements=(Placement("5050102"),))], groups=groups)
    (note,) = judge(draft, None).problems
    assert (note.rule, note.subject, note.found) == ("name-spacing", "group 5050102", "pose1")
    assert dict(note.facts) == {"other": "Pose 1"}


def test_a_name_that_was_spaced_otherwise_before_is_noted_and_no_rename():
    case = renamed("Poser  til stomi", "Poser til Stomi")
    assert found(case.draft, case.former) == [("name-spacing", "group 5050101", "Poser til Stomi")]


def test_a_group_that_holds_no_product_is_noted_if_products_may_hang_in_it():
    groups = [a_group("505"), a_group("50501"), a_group(), a_group("5050102", "Tom")]
    assert found(a_draft(groups=groups)) == [("group-without-products", "group 5050102", "Tom")]
    assert found(a_draft([], groups=groups, catalogue_present=False)) == []


def test_in_7451_every_group_that_is_no_parent_may_hold_products():
    groups = [
        Group(Code("A10", REIMBURSEMENT_AREA, "over")),
        Group(Code("A10_1", REIMBURSEMENT_AREA, "under"), parent="A10"),
    ]
    assert found(a_draft([], groups=groups)) == [("group-without-products", "group A10_1", "under")]


def test_a_rename_is_noted_with_the_name_before():
    case = renamed("Poser til colostomi", "Lukkede poser til colostomi")
    (note,) = judge(case.draft, case.former).problems
    assert (note.rule, note.found, dict(note.facts)) == (
        "group-renamed",
        "Lukkede poser til colostomi",
        {"before": "Poser til colostomi"},
    )


def test_another_meaning_under_the_same_id_is_for_an_editor_to_judge():
    case = renamed("Irrigasjonsutstyr", "Hudpleiemidler")
    assert [rule for rule, _, _ in found(case.draft, case.former)] == ["group-meaning"]


def test_another_id_under_the_same_code_is_a_rename():
    case = renamed("Irrigasjonsutstyr", "Hudpleiemidler", source_id="RID_new")
    assert [rule for rule, _, _ in found(case.draft, case.former)] == ["group-renamed"]
    ((was, now),) = renamed_groups(case.former, case.draft.terms)
    assert not meaning_differs(was, now)


def test_marks_and_order_change_no_digest_and_so_no_judgement():
    former = judge(a_draft(entries(3)), None).edition
    assert former is not None
    again = judge(a_draft(entries(3)[::-1]), former)
    assert again.state == "unchanged"


@few
@given(editions(), st.none() | editions())
def test_a_whole_edition_is_never_refused_for_being_broken(edition, former):
    """What an edition holds may be reported, but never as doubled or leading nowhere."""
    rules = {one.rule for one in _judged(edition, former).problems}
    assert not rules & {"varenr-repeated", "reference-unknown", "product-in-no-group", "first-day-missing"}


@few
@given(editions(), editions(), st.randoms(use_true_random=False))
def test_any_draft_is_judged_and_becomes_an_edition_only_without_blocking_problem(one, other, chance):
    entries = [*one.entries, *other.entries]
    chance.shuffle(entries)
    groups = tuple(group for group in one.terms.groups if chance.random() < 0.8)
    terms = msgspec.structs.replace(one.terms, groups=groups, conditions=one.terms.conditions)
    judgement = judge(Draft("liste.xml", terms, one.valid_from, entries), other)
    refused = any(blocks(found) for found in judgement.problems)
    assert (judgement.state == "refused") == refused
    assert (judgement.edition is not None) == (judgement.state == "new")


@few
@given(editions(), st.randoms(use_true_random=False))
def test_shuffled_products_make_the_same_edition(edition, chance):
    shuffled = list(edition.entries)
    chance.shuffle(shuffled)
    one = judge(Draft("a.xml", edition.terms, edition.valid_from, list(edition.entries)), None)
    other = judge(Draft("a.xml", edition.terms, edition.valid_from, shuffled), None)
    assert (one.problems, one.edition) == (other.problems, other.edition)
    if one.edition is not None:
        assert content_digest(one.edition) == content_digest(edition)


def _judged(edition: Edition, former: Edition | None) -> Judgement:
    return judge(Draft("a.xml", edition.terms, edition.valid_from, list(edition.entries)), former)

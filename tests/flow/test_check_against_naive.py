"""A check answers as a slow reading of the rules does, whatever the lists say and whoever asks."""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lists.codes import (
    CONDITION_TYPE,
    ICD_10,
    ICD_10_OWN,
    ICPC_2,
    LIMIT_PERIOD,
    REIMBURSEMENT_AREA,
    SPECIALTY,
    Code,
)
from lists.coverage import check
from lists.edition import Edition, closed_edition, referred_conditions
from lists.prescription import Already, Diagnosis, Dispensing, Line, LineAnswer, Prescription
from lists.records import CodedForm, Condition, ConditionReference, Entry, Group, Placement, RefundCode
from tests.builders import a_group, a_price, an_edition, an_entry
from tests.flow.naive_check import Naive, Told
from tests.known_lists import KnownLists, per_pack

DAYS = tuple(
    map(dt.date.fromisoformat, ("2025-12-31", "2026-01-01", "2026-03-01", "2026-03-31", "2026-04-01"))
)
LATE = dt.date(2027, 3, 2)
NUMBERS = ("600007", "600008", "903279")
TREE = ("505", "50501", "5050101", "5050102", "5050901")
LEAVES = {"505": TREE[2:], "604": ("6040101",), "200": ("A10A", "A10AB"), "900": ("9000101",)}
CONDITIONS = ("ID_1", "ID_2", "ID_3")
CODES = ("505", "50501", "5050101", "5050901", "5059999", "604", "200", "A10A", "A10AB", "900", "9000101")

days = st.sampled_from(DAYS)
maybe_day = st.none() | days
small = st.integers(1, 90)
last_days = st.sampled_from(
    (
        *((None, None), (None, DAYS[3]), (DAYS[2], None), (DAYS[1], DAYS[3])),
        *((DAYS[1], LATE), (DAYS[2], DAYS[4]), (DAYS[2], LATE), (DAYS[3], LATE)),
    )
)
"""To prescribe and to dispense; often prescribing has ended while dispensing goes on."""


def a_code(value: str, system: str = CONDITION_TYPE) -> Code:
    return Code(value, system)


limits = st.one_of(
    st.builds(lambda kind, most: CodedForm(a_code(kind), (str(most),)), st.sampled_from(("15", "16")), small),
    st.builds(lambda most: CodedForm(a_code("month", LIMIT_PERIOD), (str(most),)), small),
)
forms = st.one_of(
    st.builds(
        lambda kind, age: CodedForm(a_code(kind), (str(age),)), st.sampled_from("12"), st.integers(0, 3)
    ),
    st.builds(
        lambda kind, yes: CodedForm(a_code(kind), (yes,)),
        st.sampled_from(("9", "11", "22")),
        st.sampled_from("112"),
    ),
    st.builds(
        lambda codes: CodedForm(a_code("10"), (), tuple(Code(one, SPECIALTY) for one in codes)),
        st.lists(st.sampled_from(("3", "86")), min_size=1, unique=True),
    ),
    st.just(CodedForm(a_code("77"), ("x",))),
)
some_conditions = st.sampled_from(((), *((identity,) for identity in CONDITIONS)))
sides = st.sampled_from((ICD_10, ICD_10, ICD_10_OWN, ICPC_2))
references = st.builds(ConditionReference, st.sampled_from(CONDITIONS), maybe_day, maybe_day)


@st.composite
def rows(draw: st.DrawFn) -> RefundCode:
    """A diagnosis with its days and perhaps a condition of its own."""
    code = Code(draw(st.sampled_from(("K90", "K90", "K91"))), draw(sides))
    prescribe_until, dispense_until = draw(last_days)
    bound = tuple(draw(st.lists(references, max_size=1)))
    return RefundCode(code, (), draw(maybe_day), prescribe_until, dispense_until, bound)


def bodies(identity: str) -> st.SearchStrategy[Condition]:
    whom = st.sampled_from(("prescriber", "dispenser", "both"))
    coded = st.lists(limits | forms, max_size=2).map(tuple)
    # Half the texts are marked; which of the marks lead to a coded condition is left to chance.
    marked = st.none() | st.sampled_from(CONDITIONS)
    return st.builds(
        lambda whom, coded, by: Condition(identity, "Tekst.", whom, coded=coded, expressed_by=by),
        *(whom, coded, marked),
    )


@st.composite
def medicine_groups(draw: st.DrawFn, code: str) -> Group:
    """A group of another code system, whose diagnoses are told apart by code, side and days."""
    drawn = draw(
        st.lists(
            rows(),
            min_size=1,
            max_size=4,
            unique_by=lambda row: (row.code, row.valid_from, row.prescribe_until, row.dispense_until),
        )
    )
    needed = draw(st.booleans())
    return Group(
        Code(code, REIMBURSEMENT_AREA),
        requires_refund_code=needed,
        conditions=draw(some_conditions),
        refund_codes=tuple(drawn),
    )


@st.composite
def some_entries(draw: st.DrawFn, code: str) -> list[Entry]:
    listed = draw(st.lists(st.sampled_from(NUMBERS), unique=True, min_size=2, max_size=3))
    made = []
    for number in sorted(listed):
        groups = draw(st.lists(st.sampled_from(LEAVES[code]), unique=True, min_size=1, max_size=2))
        placements = [Placement(group, None, *draw(last_days)) for group in sorted(groups)]
        prices = [a_price(7, valid_from=DAYS[1])]
        prices += [
            per_pack(100, valid_from=day) for day in sorted(draw(st.lists(days, unique=True, max_size=2)))
        ]
        changes = {
            "units_per_pack": draw(st.sampled_from((None, 1, 30))),
            "conditions": draw(some_conditions),
        }
        made.append(an_entry(number, placements=tuple(placements), prices=tuple(prices), **changes))
    return made


@st.composite
def editions_of(draw: st.DrawFn, code: str, day: dt.date) -> Edition:
    """A whole edition of a list; now and then the list ends with it."""
    if code == "200":
        groups = [draw(medicine_groups(name)) for name in LEAVES[code]]
    else:
        names = TREE if code == "505" else (code, *LEAVES[code])
        groups = [a_group(name, conditions=draw(some_conditions)) for name in names]
    entries = draw(some_entries(code))
    changes: dict[str, Any] = {"list": code, "valid_from": day}
    if code == "604":
        changes["requires_decision"] = draw(st.booleans())
        changes["requires_listed_product"] = draw(st.booleans())
    bare = an_edition(entries, groups=groups, **changes)
    named = sorted(referred_conditions(bare.terms, bare.entries))
    whole = an_edition(entries, groups=groups, conditions=[draw(bodies(one)) for one in named], **changes)
    return whole if draw(st.integers(0, 19)) else closed_edition(whole.terms, whole.valid_from)


@st.composite
def histories(draw: st.DrawFn, code: str) -> list[Edition]:
    """One list that changes between writing and dispensing, and perhaps an edition of another."""
    first, later = st.sampled_from(DAYS[:2]), st.sampled_from(DAYS[2:])
    chain = [draw(editions_of(code, draw(first))), draw(editions_of(code, draw(later)))]
    if draw(st.booleans()):
        chain.append(draw(editions_of(draw(st.sampled_from(tuple(LEAVES))), draw(days))))
    return draw(st.permutations(chain))


@st.composite
def dispensings(draw: st.DrawFn, code: str) -> Dispensing:
    """On a prescription of a list, mostly, with most facts given."""
    day = draw(st.sampled_from((*DAYS, *DAYS[3:] * 3, dt.date(2027, 3, 2))))
    before = st.sampled_from([one for one in DAYS if one <= day])
    maybe_true = st.sampled_from((None, True, True, False))
    diagnosis = st.builds(
        Diagnosis, st.sampled_from(("K90", "K90", "K91")), st.sampled_from(("icd-10", "icpc-2"))
    )
    own = (code, code, *LEAVES[code])
    codes = st.sampled_from((*own, *own, *CODES))
    asked = Prescription(
        code=draw(codes),
        written_on=draw(before),
        refund_code=draw(diagnosis | st.none()) if code == "200" else None,
        decision=draw(maybe_true),
        specialties=draw(st.sampled_from((None, (), ("3",), ("86", "1")))),
        hospital=draw(maybe_true),
        patient_age=draw(st.integers(0, 4) | st.none()),
        strips_per_day=draw(st.sampled_from((None, 0, 4))),
    )
    packs, units = st.builds(Line, numbers, st.integers(1, 3)), st.builds(Line, numbers, st.none(), small)
    both = st.builds(Line, numbers, st.integers(1, 3), small)
    lines = draw(st.lists(packs | units | both, min_size=1, max_size=3))
    items = st.builds(Already, numbers, small, before, st.none() | codes)
    already = draw(st.lists(items, min_size=1, max_size=4).map(tuple) | st.none())
    return Dispensing(asked, day, tuple(lines), already)


numbers = st.sampled_from((*NUMBERS, *NUMBERS, "999999"))
questions = st.sampled_from(("505", "505", "200", "200", "604", "900")).flatmap(
    lambda code: st.tuples(histories(code), dispensings(code))
)


def told(line: LineAnswer) -> Told:
    """A line's answer as the slow reading tells it."""
    return Told(
        line.verdict,
        frozenset((one.code, one.verdict, one.field, one.would_cover, one.condition) for one in line.reasons),
        frozenset(one.condition for one in line.not_judged),
        line.listed.placement.group if line.listed is not None else None,
        tuple(
            (
                *(use.limit.max, use.limit.per, use.group, use.limit.condition),
                *(use.used, use.asked, use.left_before, use.left_after),
            )
            for use in line.limits
        ),
        line.amount,
    )


@settings(max_examples=300)
@given(questions)
def test_a_check_answers_as_a_slow_reading_of_the_rules_does(question):
    editions, dispensing = question
    answer = check(KnownLists(*editions), dispensing)
    expected = Naive(editions, dispensing).judge()
    assert [told(line) for line in answer.lines] == expected
    verdicts = [line.verdict for line in expected]
    assert answer.verdict == next(one for one in ("no", "ask", "yes") if one in verdicts)
    for line in answer.lines:
        kinds = [one.verdict for one in line.reasons]
        assert kinds == sorted(kinds, key=("no", "ask", "yes").index)
        assert len(set(line.reasons)) == len(line.reasons) > 0

"""One value of a draft changed by an editor: where it stands, what may stand there, and what is refused."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.words import LANGUAGES, say_error
from lists.codes import CONDITION_TYPE, LIMIT_PERIOD, PRICE_KIND_GOODS, SPECIALTY, YES_NO, Code
from lists.conditions import expresses
from lists.editing import Edit, Edited, editable, edited
from lists.edition import Draft
from lists.errors import BadQuestion
from lists.money import format_amount
from lists.records import CodedForm, Placement, Price
from lists.rules import blocks, judge
from lists.slots import Field
from lists.values import TYPES, plain_form
from tests import random_editions
from tests.builders import FIRST_DAY, a_condition, a_draft, a_form, a_group, a_price, an_entry

LIMIT = CodedForm(Code("15", CONDITION_TYPE, "Maks antall stk per kalenderår"), ("400",))
TEXT = a_condition("ID_5044", applies_to="dispenser")
CODED = a_condition("ID_5045", coded=(LIMIT,))


def a_list(code: str = "505", **changes: Any) -> Draft:
    """A draft of a list whose group has a text and a coded condition."""
    groups = (a_group("505"), a_group(conditions=("ID_5044", "ID_5045")))
    changes = {"conditions": (TEXT, CODED), "terms": {"list": code}, **changes}
    return a_draft(groups=groups, **changes)


def change(draft: Draft, subject: str, key: str, field: str, value: Any) -> Draft:
    """The draft with one value changed."""
    return edited([draft], Edit(subject, key, field, value)).drafts[0]


def refusal(drafts: list[Draft], subject: str, key: str, field: str, value: Any, **only: str) -> BadQuestion:
    with pytest.raises(BadQuestion) as caught:
        edited(drafts, Edit(subject, key, field, value, **only))
    return caught.value


def paths(fields: tuple[Field, ...]) -> dict[str, tuple[Any, str]]:
    return {field.path: (field.value, field.kind) for field in fields}


# --- what may be changed ----------------------------------------------------


def test_a_product_shows_its_facts_its_prices_and_its_days():
    prices = (a_price(), a_price(valid_from=dt.date(2026, 4, 1), valid_to=dt.date(2026, 6, 30)))
    placements = (Placement("5050101", FIRST_DAY, None, dt.date(2026, 9, 30)),)
    assert paths(editable(an_entry(prices=prices, placements=placements))) == {
        "name": ("Fjellro pose 30 mm", "text"),
        "size": ("30 mm", "text"),
        "pack": ("30", "text"),
        "units_per_pack": (30, "whole"),
        "supplier_item_number": ("FS 30", "text"),
        "may_exceed_max_price": (False, "truth"),
        "prices[E,2026-01-01].amount": ("12.50", "money"),
        "prices[E,2026-01-01].valid_to": (None, "day"),
        "prices[E,2026-04-01].amount": ("12.50", "money"),
        "prices[E,2026-04-01].valid_to": ("2026-06-30", "day"),
        "placements[5050101].prescribe_until": (None, "day"),
        "placements[5050101].dispense_until": ("2026-09-30", "day"),
    }


def test_a_group_a_condition_and_a_list_show_theirs():
    assert paths(editable(a_group(text="Poser", reimbursed_use="Stomi"))) == {
        "text": ("Poser", "text"),
        "reimbursed_use": ("Stomi", "text"),
    }
    assert paths(editable(msgspec.structs.replace(CODED, valid_to=FIRST_DAY))) == {
        "text": ("Refusjon ytes til bruk etter stomioperasjon.", "text"),
        "applies_to": ("prescriber", "text"),
        "valid_to": ("2026-01-01", "day"),
        "limit[calendar_year]": (400, "whole"),
        "limit[dispensing]": (None, "whole"),
        "limit[month]": (None, "whole"),
        "coded": ([{"type": "15", "values": ["400"]}], "coded"),
        "expressed_by": (None, "condition-id"),
    }
    assert paths(editable(a_draft().terms)) == {"title": ("Utstyr ved stomi", "text")}


def test_a_field_says_what_it_may_be_without_and_what_there_is_to_choose():
    fields = {field.path: field for field in editable(CODED)}
    assert (fields["text"].optional, fields["valid_to"].optional) == (False, True)
    assert fields["applies_to"].choices == ("prescriber", "dispenser", "both")


def test_prices_of_one_kind_and_first_day_are_told_apart_by_a_number():
    draft = a_list(entries=[an_entry(prices=(a_price(), a_price()))])
    amounts = [path for path in paths(editable(draft.entries[0])) if path.endswith("amount")]
    assert amounts == ["prices[E,2026-01-01].amount", "prices[E,2026-01-01#2].amount"]
    changed = change(draft, "product", "600007", amounts[1], "1.00").entries[0]
    assert [price.amount for price in changed.prices] == [125_000, 10_000]


def test_several_limits_of_one_period_are_changed_by_their_coded_form_only():
    twice = a_condition(coded=(a_form("15", "20"), a_form("15", "40")))
    assert "limit[calendar_year]" not in paths(editable(twice))
    assert paths(editable(twice))["coded"][0] == [
        {"type": {"code": "15", "system": CONDITION_TYPE, "text": ""}, "texts": [number], "codes": []}
        for number in ("20", "40")
    ]


# --- what is changed --------------------------------------------------------

EDITS = [
    ("product", "600007", "name", "Fjellro pose 35 mm", "Fjellro pose 30 mm"),
    ("product", "600007", "size", None, "30 mm"),
    ("product", "600007", "pack", "10 x 3", "30"),
    ("product", "600007", "units_per_pack", 10, 30),
    ("product", "600007", "units_per_pack", None, 30),
    ("product", "600007", "supplier_item_number", "FS-30", "FS 30"),
    ("product", "600007", "may_exceed_max_price", True, False),
    ("product", "600007", "may_exceed_max_price", None, False),
    ("product", "600007", "prices[E,2026-01-01].amount", "13.00", "12.50"),
    ("product", "600007", "prices[E,2026-01-01].valid_to", "2026-06-30", None),
    ("product", "600007", "placements[5050101].prescribe_until", "2026-06-30", None),
    ("product", "600007", "placements[5050101].dispense_until", "2026-09-30", None),
    ("group", "5050101", "text", "Lukkede poser", "Gruppe 5050101"),
    ("group", "5050101", "reimbursed_use", "Stomi", None),
    ("condition", "ID_5044", "text", "Bare etter operasjon.", "Refusjon ytes til bruk etter stomioperasjon."),
    ("condition", "ID_5044", "applies_to", "both", "dispenser"),
    ("condition", "ID_5044", "valid_to", "2026-12-31", None),
    ("condition", "ID_5044", "limit[calendar_year]", 200, None),
    ("condition", "ID_5044", "coded", [{"type": "11", "values": ["1"]}], []),
    ("condition", "ID_5044", "expressed_by", "ID_5045", None),
    ("condition", "ID_5045", "limit[calendar_year]", 1000, 400),
    ("condition", "ID_5045", "limit[calendar_year]", None, 400),
    ("condition", "ID_5045", "limit[dispensing]", 100, None),
    ("condition", "ID_5045", "coded", [], [{"type": "15", "values": ["400"]}]),
    ("list", "505", "title", "Stomi", "Utstyr ved stomi"),
]


@pytest.mark.parametrize(("subject", "key", "field", "value", "before"), EDITS)
def test_a_value_is_changed_alone_and_can_be_changed_back(subject, key, field, value, before):
    draft = a_list()
    kept = msgspec.msgpack.encode(draft)
    done = edited([draft], Edit(subject, key, field, value))
    assert (done.before, done.lists) == (before, ("505",))
    assert (draft, msgspec.msgpack.encode(draft)) == (a_list(), kept)
    assert done.drafts[0] != draft
    assert edited(done.drafts, Edit(subject, key, field, before)) == Edited([draft], value, ("505",))


@pytest.mark.parametrize(("subject", "key", "field", "value", "before"), EDITS)
def test_an_edited_draft_is_judged_like_any_other(subject, key, field, value, before):
    draft = change(a_list(), subject, key, field, value)
    former = judge(a_list(), None).edition
    judgement = judge(draft, former)
    assert (judgement.state, [found for found in judgement.problems if blocks(found)]) == ("new", [])


def test_a_limit_takes_its_type_from_the_code_list_of_the_source_or_from_the_table():
    limited = change(a_list(), "condition", "ID_5044", "limit[dispensing]", 20).terms.conditions[0]
    assert limited.coded == (
        CodedForm(Code("16", CONDITION_TYPE, "Maks antall stk per ekspedisjon"), ("20",)),
    )
    table = a_list()
    table.terms = msgspec.structs.replace(table.terms, number_kind="sas-company")
    for period in ("month", "calendar_year"):
        limited = change(table, "condition", "ID_5044", f"limit[{period}]", 20).terms.conditions[0]
        assert limited.coded == (CodedForm(Code(period, LIMIT_PERIOD), ("20",)),)


def test_a_text_is_given_its_coded_form_in_the_types_of_m30():
    forms = [
        {"type": "16", "values": [100]},
        {"type": "10", "values": ["86", "3"]},
        {"type": "22", "values": ["1"]},
        {"type": "1", "values": ["18"]},
    ]
    coded = change(a_list(), "condition", "ID_5044", "coded", forms).terms.conditions[0].coded
    assert [(form.type.value, form.texts, form.codes) for form in coded] == [
        ("1", ("18",), ()),
        ("10", (), (Code("86", SPECIALTY), Code("3", SPECIALTY))),
        ("16", ("100",), ()),
        ("22", (), (Code("1", YES_NO, "Ja"),)),
    ]


def test_a_text_may_keep_what_a_source_wrote_instead_of_a_dash():
    kept = change(a_list(), "condition", "ID_5044", "text", "FEV1 < 65 % \x96 etter bruk")
    assert kept.terms.conditions[0].text == "FEV1 < 65 % \x96 etter bruk"


def test_what_was_sent_is_told_shortened():
    error = refusal([a_list()], "product", "6" * 100_000, "name", "B")
    assert len(error.facts["found"]) == 200
    error = refusal([a_list()], "product", "600007", "units_per_pack", "6" * 100_000)
    assert len(error.facts["found"]) == 200


def test_line_breaks_of_a_page_blanks_and_decomposed_letters_are_put_right():
    written = change(a_list(), "condition", "ID_5044", "text", "  A\u030a\r\nb ")
    assert written.terms.conditions[0].text == "Å\nb"


def test_a_value_is_changed_on_every_list_that_has_it_or_on_the_one_named():
    drafts = [a_list(), a_list("506"), a_draft([], groups=[a_group("601")], terms={"list": "601"})]
    both = edited(drafts, Edit("product", "600007", "name", "B"))
    assert both.lists == ("505", "506")
    assert [entry.name for draft in both.drafts for entry in draft.entries] == ["B", "B"]
    assert both.drafts[2] is drafts[2]
    one = edited(drafts, Edit("product", "600007", "name", "B", list="506"))
    assert one.lists == ("506",)
    assert [entry.name for draft in one.drafts for entry in draft.entries] == ["Fjellro pose 30 mm", "B"]


# --- what is refused --------------------------------------------------------


def test_every_refusal_says_where_what_was_found_and_what_to_do_in_three_languages():
    error = refusal([a_list()], "condition", "ID_5045", "limit[calendar_year]", "400")
    assert [say_error(error, lang) for lang in LANGUAGES] == [
        'ID_5045, limit[calendar_year]: "400" is not what can stand there; expected: a whole number from 0 to'
        " 999999999. Correct the value. An empty value (null) takes away what stands there.",
        'ID_5045, limit[calendar_year]: "400" kan ikke stå der; det ventes et heltall fra 0 til'
        " 999999999. Rett verdien. En tom verdi (null) tar bort det som står der.",
        'ID_5045, limit[calendar_year]: "400" kan ikkje stå der; det er venta eit heiltal frå 0 til'
        " 999999999. Rett verdien. Ein tom verdi (null) tek bort det som står der.",
    ]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            ("products", "600007", "name", "B"),
            "subject: 'products' is nothing that can be changed in a draft. Name one of those there are."
            " The nearest one there is: 'product'. Those there are: condition, group, list, product.",
        ),
        (
            ("product", "600001", "name", "B"),
            "key: the draft does not have '600001'; expected: the product number of an entry of the draft."
            " Look it up in the draft and correct it. The nearest one there is: '600007'."
            " Those there are: 600007.",
        ),
        (
            ("condition", "5044", "text", "B"),
            "key: the draft does not have '5044'; expected: the id of a condition of the draft."
            " Look it up in the draft and correct it. The nearest one there is: 'ID_5044'."
            " Those there are: ID_5044, ID_5045.",
        ),
        (
            ("product", "600007", "prices[E,2026-01-02].amount", "1.00"),
            "field: 'prices[E,2026-01-02].amount' is nothing of 600007 that can be changed. Name one of the"
            " values that can, as the draft’s page shows them."
            " The nearest one there is: 'prices[E,2026-01-01].amount'. Those there are: may_exceed_max_price,"
            " name, pack, placements[5050101].dispense_until, placements[5050101].prescribe_until,"
            " prices[E,2026-01-01].amount, prices[E,2026-01-01].valid_to, size, supplier_item_number,"
            " units_per_pack.",
        ),
        (
            ("product", "600007", "name", "Fjellro pose 30 mm"),
            '600007, name: "Fjellro pose 30 mm" stands there already.'
            " Give another value, or leave it as it is.",
        ),
        (
            ("product", "600007", "name", None),
            "600007, name: null is not what can stand there; expected: a text with at least one visible"
            " character and no control characters. Correct the value.",
        ),
        (
            ("condition", "ID_5044", "applies_to", "doctor"),
            'ID_5044, applies_to: "doctor" is not what can stand there;'
            " expected: prescriber, dispenser or both. Correct the value.",
        ),
        (
            ("condition", "ID_5044", "expressed_by", "ID_5046"),
            "ID_5044: the text cannot be marked as expressed by 'ID_5046'; expected: the id of another"
            " condition of the same list, one that has a coded form and asks for something. Name another"
            " condition, or give that one its coded form first. The nearest one there is: 'ID_5045'."
            " Those there are: ID_5045.",
        ),
        (
            ("condition", "ID_5044", "coded", [{"type": "99", "values": ["1"]}]),
            'ID_5044, coded: [{"type": "99", "values": ["1"]}] is not what can stand there; expected: a list'
            ' of coded forms such as [{"type": "15", "values": ["400"]}]: types 15 and 16 with a limit, 1 and'
            ' 2 with an age, 10 with codes of specialties, 9, 11 and 22 with "1" for yes. Correct the value.'
            " An empty value (null) takes away what stands there.",
        ),
    ],
)
def test_a_refusal_is_told_with_the_nearest_name_there_is(edit, told):
    assert say_error(refusal([a_list()], *edit), "en") == told


def test_a_list_that_the_draft_has_not_is_refused():
    error = refusal([a_list()], "product", "600007", "name", "B", list="506")
    assert say_error(error, "en") == (
        "list: '506' is no list of this draft. Name one of its lists, or leave the list out."
        " The nearest one there is: '505'. Those there are: 505."
    )


def test_lists_that_say_different_things_are_told_apart_first():
    drafts = [a_list(), change(a_list("506"), "product", "600007", "name", "B")]
    error = refusal(drafts, "product", "600007", "name", "C")
    assert say_error(error, "en") == (
        '600007, name: the draft says different things in different places: "Fjellro pose 30 mm", "B".'
        " Name the list that is meant; if it is one list that says both, correct the file."
    )
    assert edited(drafts, Edit("product", "600007", "name", "C", list="506")).before == "B"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \n "),
        ("name", "a\x00b"),
        ("name", "\ud800"),
        ("name", "\uffff"),
        ("name", 30),
        ("units_per_pack", True),
        ("units_per_pack", 30.0),
        ("units_per_pack", -1),
        ("units_per_pack", 10**9),
        ("units_per_pack", "30"),
        ("may_exceed_max_price", 1),
        ("prices[E,2026-01-01].amount", 12.5),
        ("prices[E,2026-01-01].amount", "1 200.00"),
        ("prices[E,2026-01-01].amount", "-1.00"),
        ("prices[E,2026-01-01].amount", "0.00001"),
        ("prices[E,2026-01-01].amount", None),
        ("prices[E,2026-01-01].valid_to", "2026-02-30"),
        ("prices[E,2026-01-01].valid_to", "30.06.2026"),
        ("placements[5050101].dispense_until", 20260630),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused(field, value):
    assert refusal([a_list()], "product", "600007", field, value).reason == "edit-value-form"


@pytest.mark.parametrize(
    "forms",
    [
        "15",
        {"type": "15", "values": ["400"]},
        [{"type": "15", "values": []}],
        [{"type": "15", "values": ["400", "500"]}],
        [{"type": "15", "values": ["mange"]}],
        [{"type": "15", "values": [400.0]}],
        [{"type": "11", "values": ["2"]}],
        [{"type": "10", "values": ["lege"]}],
        [{"type": "15"}],
        [{"type": "15", "values": ["400"], "per": "year"}],
        [{"type": {"code": "15"}, "texts": ["400"]}],
        [{"type": {"code": "15", "system": "x"}, "texts": ["\x00"]}],
        [None],
    ],
)
def test_what_is_no_coded_form_is_refused(forms):
    error = refusal([a_list()], "condition", "ID_5044", "coded", forms)
    assert (error.reason, error.facts["expected"]) == ("edit-value-form", "coded-forms")


@pytest.mark.parametrize(
    ("other", "marked"),
    [
        (CODED, "ID_5044"),
        (msgspec.structs.replace(CODED, coded=()), "ID_5045"),
        (msgspec.structs.replace(CODED, coded=(a_form("77", "x"),)), "ID_5045"),
        (msgspec.structs.replace(CODED, coded=(a_form("11", "2"),)), "ID_5045"),
        (CODED, "ID_9999"),
    ],
    ids=["itself", "a text", "an unknown type", "a no", "not there"],
)
def test_a_text_is_expressed_by_another_coded_condition_of_its_list_only(other, marked):
    draft = a_list(conditions=(TEXT, other))
    error = refusal([draft], "condition", "ID_5044", "expressed_by", marked)
    assert error.reason == "expressed-by-unknown"


def test_what_an_editor_breaks_is_found_by_the_rules():
    marked = change(a_list(), "condition", "ID_5044", "expressed_by", "ID_5045")
    uncoded = change(marked, "condition", "ID_5045", "coded", [])
    assert [found.rule for found in judge(uncoded, None).problems] == ["expressed-by-unknown"]
    ended = change(a_list(), "product", "600007", "prices[E,2026-01-01].valid_to", "2025-12-31")
    assert [found.rule for found in judge(ended, None).problems] == ["interval-reversed"]


# --- laws -------------------------------------------------------------------

some = settings(max_examples=60)

# Texts, days and forms as sources write them: an editor may give each of them back.
some_texts = st.sampled_from(("a", "Æ ø å", "x\ny", "# |;%", "😀"))
maybe_text = st.none() | some_texts
maybe_day = st.none() | st.sampled_from((FIRST_DAY, dt.date(2026, 6, 30)))
numbers = st.integers(0, 999_999_999)
some_prices = st.builds(
    Price,
    st.sampled_from([Code(kind, PRICE_KIND_GOODS) for kind in "NEP"]),
    st.integers(0, 10**13),
    st.just("NOK"),
    maybe_day,
    maybe_day,
)
some_entries = st.builds(
    lambda name, prices, days, **facts: an_entry(
        name=name, prices=tuple(prices), placements=(Placement("5050101", FIRST_DAY, *days),), **facts
    ),
    some_texts,
    st.lists(some_prices, max_size=3),
    st.tuples(maybe_day, maybe_day),
    size=maybe_text,
    pack=maybe_text,
    units_per_pack=st.none() | numbers,
    may_exceed_max_price=st.none() | st.booleans(),
)
known_forms = st.one_of(
    st.builds(
        lambda kind, value: CodedForm(Code(kind, CONDITION_TYPE, TYPES[kind]), (str(value),)),
        st.sampled_from(("1", "2", "15", "16")),
        numbers,
    ),
    st.just(CodedForm(Code("11", CONDITION_TYPE, TYPES["11"]), (), (Code("1", YES_NO, "Ja"),))),
    st.just(CodedForm(Code("11", CONDITION_TYPE, "Egen resept"), (), (Code("2", YES_NO, "Nei"),))),
    st.just(CodedForm(Code("10", CONDITION_TYPE, TYPES["10"]), (), (Code("86", SPECIALTY, "Urologi"),))),
    st.builds(lambda value: CodedForm(Code("month", LIMIT_PERIOD), (str(value),)), numbers),
    st.just(CodedForm(Code("77", "x", "annet"), ("a", "b"))),
)
some_forms = st.lists(known_forms, max_size=3, unique_by=lambda form: form.type.value).map(sorted).map(tuple)


@st.composite
def lists(draw: st.DrawFn) -> Draft:
    """A list of one or two products, with three conditions, some of which express others."""
    conditions = [
        a_condition(identity, text=draw(some_texts), valid_to=draw(maybe_day), coded=draw(some_forms))
        for identity in ("ID_1", "ID_2", "ID_3")
    ]
    marks = [condition.id for condition in conditions if expresses(condition)]
    marked = [
        msgspec.structs.replace(one, expressed_by=draw(st.sampled_from((None, *(set(marks) - {one.id})))))
        for one in conditions
    ]
    group = a_group(reimbursed_use=draw(maybe_text), conditions=("ID_1", "ID_2", "ID_3"))
    entries = [draw(some_entries), msgspec.structs.replace(draw(some_entries), varenr="600008")]
    return a_draft(entries[: draw(st.integers(1, 2))], groups=(a_group("505"), group), conditions=marked)


Place = tuple[str, str, str]
"""Subject, key and path."""


def everything(draft: Draft) -> dict[Place, Field]:
    """All that may be changed in a draft."""
    records: list[tuple[str, str, Any]] = [
        ("list", draft.terms.list, draft.terms),
        *(("product", entry.varenr, entry) for entry in draft.entries),
        *(("group", group.code.value, group) for group in draft.terms.groups),
        *(("condition", condition.id, condition) for condition in draft.terms.conditions),
    ]
    return {
        (subject, key, field.path): field for subject, key, record in records for field in editable(record)
    }


NEW = {
    "text": some_texts,
    "money": st.integers(0, 10**13).map(format_amount),
    "day": st.sampled_from(("2026-01-01", "2027-12-31")),
    "whole": numbers,
    "truth": st.booleans(),
    "coded": some_forms.map(lambda forms: [plain_form(form) for form in forms]),
    "condition-id": st.sampled_from(("ID_1", "ID_2", "ID_3")),
}


@st.composite
def edits(draw: st.DrawFn, draft: Draft) -> Edit:
    """A change of any value of a draft to another of its kind."""
    known = everything(draft)
    place = draw(st.sampled_from(sorted(known)))
    field = known[place]
    new = st.sampled_from(field.choices) if field.choices else NEW[field.kind]
    return Edit(*place, draw(new | st.none() if field.optional else new))


def attempt(drafts: list[Draft], edit: Edit) -> Edited | None:
    """What an edit makes of drafts; None where it is refused."""
    try:
        return edited(drafts, edit)
    except BadQuestion:
        return None


def related(one: Edit, other: Edit) -> bool:
    """Whether one of two edits may depend on the other: limits and marks hang on coded forms."""
    coded = [edit.field.startswith(("limit", "coded", "expressed_by")) for edit in (one, other)]
    return all(coded) or (one.key, one.field) == (other.key, other.field)


@some
@given(lists(), st.data())
def test_editing_and_editing_back_gives_the_same_draft(draft, data):
    edit = data.draw(edits(draft))
    done = attempt([draft], edit)
    assume(done is not None)
    assert done is not None
    back = edited(done.drafts, msgspec.structs.replace(edit, value=done.before))
    assert back.drafts == [draft]
    assert msgspec.json.decode(msgspec.json.encode(back.before)) == back.before


@some
@given(lists(), st.data())
def test_an_edit_touches_nothing_else(draft, data):
    edit = data.draw(edits(draft))
    kept = msgspec.msgpack.encode(draft)
    done = attempt([draft], edit)
    assert msgspec.msgpack.encode(draft) == kept
    assume(done is not None)
    assert done is not None
    was, now = everything(draft), everything(done.drafts[0])
    changed = {place for place in was.keys() | now.keys() if was.get(place) != now.get(place)}
    assert (edit.subject, edit.key, edit.field) in changed
    others = [Edit(*place, None) for place in changed]
    assert all(related(edit, other) and other.key == edit.key for other in others)


@some
@given(lists(), st.data())
def test_the_order_of_unrelated_edits_does_not_matter(draft, data):
    one, other = data.draw(edits(draft)), data.draw(edits(draft))
    first, second = attempt([draft], one), attempt([draft], other)
    assume(first is not None and second is not None and not related(one, other))
    assert first is not None
    assert second is not None
    assert edited(first.drafts, other).drafts == edited(second.drafts, one).drafts


@some
@given(lists(), st.data())
def test_an_edited_draft_becomes_an_edition_or_is_refused_by_a_rule(draft, data):
    done = attempt([draft], data.draw(edits(draft)))
    assume(done is not None)
    assert done is not None
    judgement = judge(done.drafts[0], None)
    refused = any(blocks(found) for found in judgement.problems)
    assert (judgement.state, judgement.edition is None) == (("refused", True) if refused else ("new", False))


any_text = st.text() | st.sampled_from(("a", "12.50", "2026-01-01", "505", "both", "ID_1", "15", ""))
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("type", "values", "texts", "codes", "code")) | any_text, inner)
    ),
    max_leaves=8,
)


@some
@given(random_editions.editions(), st.data())
def test_whatever_an_editor_sends_is_done_or_refused_in_words(edition, data):
    draft = Draft("a.xml", edition.terms, edition.valid_from, list(edition.entries))
    place = data.draw(st.sampled_from(sorted(everything(draft))) | st.tuples(any_text, any_text, any_text))
    told: list[bytes] = []
    try:
        subject, key, field = place
        judge(edited([draft], Edit(subject, key, field, data.draw(any_json))).drafts[0], None)
    except BadQuestion as error:
        told = [say_error(error, lang).encode() for lang in LANGUAGES]
    assert all(told)

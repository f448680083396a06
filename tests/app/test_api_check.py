"""A check over HTTP: the shapes of the contract and the sentences people read."""

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app import homes
from tests.app.asking import ASKED, asked, check, lines
from tests.app.builders import Good, an_empty_home, clock_at, publish_file, stoma_file
from tests.builders import basis_xml, goods_xml, group_xml, refund_xml

THREE_MONTHS = [{"condition": "§ 7", "text": "At most three months’ use may be handed out at a time."}]


def why(api, **changes):
    """The sentences of the first line's reasons."""
    return [reason["text"] for reason in check(api, **changes)["lines"][0]["reasons"]]


# --- shapes -----------------------------------------------------------------


def test_an_answer_has_the_fields_of_the_contract_in_their_order(api):
    answer = api.post("/v1/check", json=ASKED)
    shape = answer.json()
    line = shape["lines"][0]

    assert (answer.status_code, answer.headers["release"]) == (200, "6")
    assert list(shape) == ["release", "verdict", "not_judged", "lines"]
    fields = ["varenr", "verdict", "reasons", "not_judged", "entry", "units", "limits", "max_reimbursement"]
    assert list(line) == fields
    product = api.get("/v1/products/600007?valid_on=2026-06-01").json()
    assert shape == {
        "release": 6,
        "verdict": "yes",
        "not_judged": THREE_MONTHS,
        "lines": [
            {
                "varenr": "600007",
                "verdict": "yes",
                "reasons": [
                    {
                        "code": "covered",
                        "text": "The prescription covers it.",
                        "field": None,
                        "would_cover": None,
                        "condition": None,
                        "edition": "505/2026-04-01/4",
                    }
                ],
                "not_judged": [{"condition": "ID_TEKST", "text": "Refusjon ytes bare etter stomioperasjon."}],
                "entry": product["entries"][0],
                "units": 60,
                "limits": [
                    {
                        "max": 400,
                        "unit": "stk",
                        "per": "calendar_year",
                        "scope": {"kind": "group", "codes": ["5050101"]},
                        "condition": "ID_GRENSE",
                        "used": 60,
                        "asked": 60,
                        "left_before": 340,
                        "left_after": 280,
                    }
                ],
                "max_reimbursement": {"amount": "750.00", "currency": "NOK"},
            }
        ],
    }


def test_a_line_without_an_entry_has_nulls_and_empty_lists(api):
    [line] = check(api, lines=[{"varenr": "999999", "packs": 1}])["lines"]
    assert line == {
        "varenr": "999999",
        "verdict": "no",
        "reasons": [
            {
                "code": "not-listed",
                "text": "The product is not on the list on that day.",
                "field": None,
                "would_cover": None,
                "condition": None,
                "edition": "505/2026-04-01/4",
            }
        ],
        "not_judged": [],
        "entry": None,
        "units": None,
        "limits": [],
        "max_reimbursement": None,
    }


def test_every_fact_may_be_named_and_be_null(api):
    nothing = {
        **dict.fromkeys(("refund_code", "decision", "patient_age", "strips_per_day")),
        "prescriber": {"specialties": None, "hospital": None},
    }
    assert check(api, **nothing, known_at=None) == check(api)
    assert check(api, prescriber=None)["verdict"] == "yes"


def test_the_contracts_own_example_is_a_question_that_can_be_asked(api):
    facts = {"refund_code": None, "decision": None, "patient_age": 41, "strips_per_day": None}
    prescriber = {"specialties": [], "hospital": False}
    assert check(api, **facts, prescriber=prescriber, known_at=None)["verdict"] == "yes"


# --- what people read -------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"code": "502"},
            "This prescription does not cover the product. A code that would: 505.",
        ),
        ({"lines": lines("600030"), "code": "604"}, "Helfo must have decided for the patient."),
        (
            {"lines": lines("600030"), "code": "604", "decision": False},
            "Helfo must have decided for the patient.",
        ),
        (
            {"lines": lines("600020"), "code": "504"},
            "The list has ended: edition 504/2026-04-01/5 closed it.",
        ),
        ({"lines": lines("600011")}, "It could be handed out until 30 April 2026."),
        (
            {"lines": lines("600010"), "written_on": "2026-06-01"},
            "It could be prescribed until 31 May 2026; this prescription was written later.",
        ),
        ({"dispensed_on": "2027-03-03", "already": []}, "The prescription was valid until 2 March 2027."),
        (
            {"already": [{"varenr": "600007", "units": 341, "on": "2026-02-01"}]},
            "More than the limit for a calendar year: 401 with this dispensing, at most 400."
            " Inntil 400 stk per kalenderår.",
        ),
        (
            {"already": None},
            "A fact that a rule needs was not given: already. Inntil 400 stk per kalenderår.",
        ),
        (
            {"written_on": "2025-12-31"},
            "No edition is known for the day of writing, 31 December 2025;"
            " a person must judge what held then.",
        ),
        (
            {"lines": lines("012345"), "code": "200", "refund_code": {"code": "K91", "system": "icd-10"}},
            "The refund code K91 does not cover this group on that day.",
        ),
        (
            {"lines": lines("012345"), "code": "200"},
            "A fact that a rule needs was not given: refund_code.",
        ),
    ],
)
def test_a_reason_is_told_in_a_sentence(api, changes, text):
    assert why(api, **changes)[0] == text


def test_what_no_code_would_cover_is_told_without_one(tmp_path):
    bases = basis_xml("900", group_xml("900") + group_xml("9000101"))
    goods = goods_xml("600040", kind="Brystprotese", refund=refund_xml("RID_9000101"))
    with clock_at():
        home = homes.an_empty_home(tmp_path / "home")
        homes.take(home, homes.write(tmp_path / "liste.xml", goods=goods, bases=bases), at="2025-12-15")
        with TestClient(create_app(home)) as client:
            assert why(client, code="900", lines=lines("600040")) == [
                "This prescription does not cover the product."
            ]


@pytest.mark.parametrize(
    ("lang", "text", "three_months"),
    [
        (
            "nb",
            "Produktgruppen må ha egen resept, på koden 5050102: Krever egen resept.",
            "Det kan utleveres høyst tre måneders forbruk om gangen.",
        ),
        ("nn", "Produktgruppa må ha eigen resept, på koden 5050102: Krever egen resept.", None),
        ("en", "The group needs its own prescription, on the code 5050102: Krever egen resept.", None),
    ],
)
def test_sentences_follow_the_language_and_the_lists_own_texts_do_not(own_only, lang, text, three_months):
    for options in ({"params": {"lang": lang}}, {"headers": {"Accept-Language": lang}}):
        shape = own_only.post("/v1/check", json=asked(lines=lines("600021")), **options).json()
        [reason] = shape["lines"][0]["reasons"]
        assert (reason["text"], reason["would_cover"], reason["condition"]) == (text, "5050102", "ID_EGEN")
        assert three_months in (None, shape["not_judged"][0]["text"])


def test_norwegian_sentences_name_the_same_facts(api):
    for lang, text in (
        ("nb", "Denne resepten dekker ikke varen. Kode som ville dekket den: 505."),
        ("nn", "Denne resepten dekkjer ikkje vara. Kode som ville dekt henne: 505."),
    ):
        shape = api.post("/v1/check", params={"lang": lang}, json=asked(code="502")).json()
        assert shape["lines"][0]["reasons"][0]["text"] == text
    for lang, text in (
        ("nb", "Listen er avsluttet med utgave 504/2026-04-01/5."),
        ("nn", "Lista er avslutta med utgåve 504/2026-04-01/5."),
    ):
        question = asked(code="504", lines=lines("600020"))
        shape = api.post("/v1/check", params={"lang": lang}, json=question).json()
        assert shape["lines"][0]["reasons"][0]["text"] == text


# --- homes of their own -----------------------------------------------------


@pytest.fixture(scope="module")
def own_only(tmp_path_factory):
    """600021 hangs in the group that needs its own prescription, and in no other."""
    with clock_at():
        home = an_empty_home(tmp_path_factory.mktemp("own") / "home")
        publish_file(home, stoma_file([Good("600021", ("5050102",))], helfo="2026-01-01"), at="2025-12-15")
        with TestClient(create_app(home)) as client:
            yield client

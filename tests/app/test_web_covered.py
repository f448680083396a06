"""Whether it is covered: a form that keeps nothing, and a verdict in words, the same as `/v1/check` gives."""

import json
import re

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.builders import an_empty_home, clock_at, first_file, publish_file
from tests.app.reading_pages import Page, page
from tests.app.strict_html import faults

ASKED = {"code": "505", "written_on": "2026-03-02", "varenr-0": "600007", "packs-0": "2"}


def answered(api, lang="nb", status=200, **asked):
    answer = api.post(f"/dekning?lang={lang}", data={**ASKED, **asked})
    assert answer.status_code == status
    assert not faults(answer.text)
    return Page(answer)


def test_the_form_asks_for_little_and_folds_the_rest(api):
    shown = page(api, "/dekning?lang=nb")
    labelled = {given["for"] for given in shown.all("label")}
    fields = {given["id"] for tag in ("input", "select") for given in shown.all(tag)}
    assert fields == labelled
    assert {"code", "written_on", "dispensed_on", "varenr-0", "packs-0", "patient_age"} <= fields
    assert not [given for given in shown.all("details") if "open" in given]
    assert "Ingenting av dette blir lagret." in shown.text
    assert not shown.all("script")


def test_a_link_fills_in_product_and_code_and_the_day_that_was_looked_at(api):
    shown = page(api, "/dekning?varenr=600007&code=505&valid_on=2026-02-01&lang=nb&patient_age=41")
    typed = {given["id"]: given["value"] for given in shown.all("input") if given.get("id")}
    assert (typed["varenr-0"], typed["code"], typed["dispensed_on"]) == ("600007", "505", "2026-02-01")
    assert typed["patient_age"] == ""


def test_yes_says_why_how_much_is_left_and_the_most_that_is_reimbursed(api):
    shown = answered(api, before="nothing", **{"varenr-0": "600008"}, dispensed_on="2026-03-05", lang="en")
    asked = {
        "prescription": {"code": "505", "written_on": "2026-03-02"},
        "dispensed_on": "2026-03-05",
        "lines": [{"varenr": "600008", "packs": 2}],
        "already": [],
    }
    told = api.post("/v1/check?lang=en", json=asked).json()
    assert told["verdict"] == "yes"
    assert "Yes, it is covered" in shown.text
    assert told["lines"][0]["reasons"][0]["text"] in shown.text
    assert "at most 400 pieces per calendar year 0 60 340" in shown.text
    assert "At most 750.00 NOK is reimbursed." in shown.text
    assert "edition 505/2026-01-01/3" in shown.text
    assert "Release 6" in shown.text


def test_no_names_the_limit_that_is_exceeded_and_tells_no_amount(api):
    had = {"had-varenr-0": "600008", "had-units-0": "390", "had-on-0": "2026-02-01"}
    shown = answered(api, **had, **{"varenr-0": "600013"})
    assert "Nei, resepten dekker det ikke" in shown.text
    assert "Over antallsbegrensningen for et kalenderår: 450 med denne utleveringen, høyst 400." in shown.text
    assert "høyst 400 stk per kalenderår – over grensen 390 60 0" in shown.text
    assert "Det refunderes høyst" not in shown.text


def test_ask_names_the_missing_fact_and_leads_to_its_field(api):
    shown = answered(api)
    assert "Det må vurderes" in shown.text
    assert "Det er ikke oppgitt hva pasienten har fått før i år." in shown.text
    assert "Inntil 400 stk per kalenderår." in shown.text
    assert "#before" in [given["href"] for given in shown.all("a")]
    assert len([given for given in shown.all("details") if "open" in given]) == 1


@pytest.mark.parametrize(
    ("lang", "row"),
    [
        ("nb", "høyst 400 stk per kalenderår ukjent 60 ukjent"),
        ("nn", "høgst 400 stk per kalenderår ukjent 60 ukjent"),
        ("en", "at most 400 pieces per calendar year unknown 60 unknown"),
    ],
)
def test_what_was_handed_out_before_is_unknown_where_nobody_said_it(api, lang, row):
    assert row in answered(api, lang, **{"varenr-0": "600013"}).text


def test_a_limit_for_one_dispensing_is_known_whatever_was_handed_out_before(api):
    shown = answered(api, code="5050102")
    assert "høyst 400 stk per kalenderår ukjent 60 ukjent" in shown.text
    assert "høyst 100 stk per utlevering 0 60 40" in shown.text


def test_a_product_that_left_is_named_with_its_last_day_and_leads_to_it(api):
    shown = answered(api, dispensed_on="2026-06-01", **{"varenr-0": "600008"})
    assert (
        "Havblikk pose varenummer 600008 · pakninger: 2 Varen er ikke på noen liste denne dagen."
        " Den siste dagen den sto på en liste, var 31. mars 2026." in shown.text
    )
    address = "/vare/600008?lang=nb&valid_on=2026-03-31"
    assert address in [given["href"] for given in shown.all("a")]
    assert "Havblikk pose" in page(api, address).text


def test_a_product_that_is_coming_is_named_with_its_first_day_and_leads_to_it(api):
    shown = answered(api, "en", **{"varenr-0": "600014"})
    assert "<script>alert(1)</script>" in shown.text
    assert "The product is on no list on this day. It comes on a list on 1 July 2026." in shown.text
    address = "/vare/600014?lang=en&valid_on=2026-07-01"
    assert address in [given["href"] for given in shown.all("a")]
    assert "<script>alert(1)</script>" in page(api, address).text


def test_a_product_leads_to_its_page_on_the_day_of_dispensing(api):
    shown = answered(api, dispensed_on="2026-03-05", **{"varenr-0": "600008"})
    assert "/vare/600008?lang=nb&valid_on=2026-03-05" in [given["href"] for given in shown.all("a")]
    assert "/vare/600007?lang=nb" in [given["href"] for given in answered(api).all("a")]


def test_a_condition_is_named_by_its_number_and_never_by_an_id(api):
    shown = answered(api)
    assert "Inntil 400 stk per kalenderår. vilkår 5101 · utgave 505/2026-04-01/4" in shown.text
    assert "ID_" not in shown.text


def test_a_condition_without_a_number_is_told_by_its_text_alone(tmp_path):
    unnumbered = first_file().replace(b"<VilkarNr>5101</VilkarNr>", b"")
    with clock_at():
        home = an_empty_home(tmp_path / "home")
        publish_file(home, unnumbered, at="2025-12-15", complete=True)
        with TestClient(create_app(home)) as api:
            shown = answered(api)
    assert "Inntil 400 stk per kalenderår. utgave 505/2026-01-01/1" in shown.text
    assert "ID_" not in shown.text


def test_a_verdict_is_told_by_a_sign_and_words_not_by_colour_alone(api):
    html = api.post("/dekning?lang=nb", data={**ASKED, "code": "502"}).text
    assert re.search(
        r'<h2 id="verdict"><svg .*aria-hidden="true".*</svg>Nei, resepten dekker det ikke</h2>', html
    )


def test_each_line_stands_by_itself_with_its_own_verdict(api):
    shown = answered(api, before="nothing", **{"varenr-1": "999999", "packs-1": "1"})
    assert "Fjellro pose 30 mm" in shown.text
    assert "Varenummeret har aldri stått på noen liste varenummer 999999 · pakninger: 1" in shown.text
    judged = shown.text.partition("Fjellro pose 30 mm")[2]
    assert judged.index("Ja, resepten dekker det") < judged.index("Nei, resepten dekker det ikke")


def test_what_a_person_must_judge_is_folded_below(api):
    shown = answered(api, before="nothing")
    assert "Vilkår som et menneske må vurdere: 1" in shown.text
    assert "Refusjon ytes bare etter stomioperasjon." in shown.text
    assert "Det kan utleveres høyst tre måneders forbruk om gangen. (§ 7)" in shown.text


def test_all_that_is_wrong_is_told_at_once_above_and_beside_the_field(api):
    wrong = {"code": "", "written_on": "i går", "packs-0": "to", "patient_age": "300"}
    shown = answered(api, status=400, **wrong)
    assert "Dette må rettes før vi kan svare" in shown.text
    for told in (
        "Kode på resepten: det ventes koden for en liste, som 505 eller 200,",
        "Skrevet den: det ventes en dag, som 2026-01-01.",
        "Pakninger: det ventes et helt tall, minst 1.",
        "Pasientens alder i år: det ventes et helt tall fra 0 til 150.",
    ):
        assert told in shown.text
    led_to = {given["href"] for given in shown.all("a") if given["href"].startswith("#")} - {"#main"}
    assert led_to == {"#code", "#written_on", "#packs-0", "#patient_age"}
    marked = {given["id"] for given in shown.all("input") if "aria-invalid" in given}
    assert {f"#{one}" for one in marked} == led_to


def test_what_cannot_be_is_told_together_with_what_cannot_be_read(api):
    wrong = {
        "code": "xyz",
        "written_on": "2026-07-01",
        "packs-0": "to",
        "refund_code": "K90",
        "had-varenr-0": "600007",
        "had-units-0": "3",
        "had-on-0": "2027-01-01",
    }
    shown = answered(api, status=400, **wrong)
    for told in (
        "Kode på resepten: det ventes koden for en liste, som 505 eller 200,",
        "Skrevet den: det ventes en dag som ikke er etter utleveringsdagen.",
        "Pakninger: det ventes et helt tall, minst 1.",
        "Velg ICD-10 eller ICPC-2 for refusjonskoden.",
        "Utlevert den: det ventes en dag som ikke er etter utleveringsdagen.",
    ):
        assert told in shown.text
    assert "OID" not in shown.text
    unread = answered(api, status=400, code="xyz", dispensed_on="snart")
    led_to = {given["href"] for given in unread.all("a") if given["href"].startswith("#")}
    assert led_to == {"#main", "#code", "#dispensed_on"}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nb", "Du har svart at ingenting er utlevert, men også fylt ut hva som er utlevert."),
        ("nn", "Du har svara at ingenting er utlevert, men òg fylt ut kva som er utlevert."),
        ("en", "You answered that nothing was handed out, but also filled in what was."),
    ],
)
def test_nothing_beside_something_is_a_contradiction_and_told_as_one(api, lang, told):
    had = {"had-varenr-0": "600008", "had-units-0": "390", "had-on-0": "2026-02-01"}
    shown = answered(api, lang, status=400, before="nothing", **had)
    assert shown.text.count(told) == 2
    assert "#before" in [given["href"] for given in shown.all("a")]
    assert [given["id"] for given in shown.all("select") if "aria-invalid" in given] == ["before"]
    both = answered(api, lang, status=400, before="nothing", written_on="", **had)
    assert {"#before", "#written_on"} <= {given["href"] for given in both.all("a")}


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"varenr-0": ""}, "#varenr-0", "Varenummer: det ventes minst ett varenummer."),
        ({"written_on": "2026-07-01"}, "#written_on", "en dag som ikke er etter utleveringsdagen"),
        ({"code": "zz"}, "#code", "Kode på resepten: det ventes koden for en liste"),
        ({"refund_code": "K90"}, "#refund_side", "Velg ICD-10 eller ICPC-2 for refusjonskoden."),
        ({"varenr-0": "", "varenr-3": "600007", "packs-3": ""}, "#packs-3", "et helt tall, minst 1"),
        ({"had-varenr-2": "600007"}, "#had-units-2", "Enheter: det ventes et helt tall, minst 1."),
        (
            {"had-varenr-1": "600007", "had-units-1": "3", "had-on-1": "2027-01-01"},
            "#had-on-1",
            "Utlevert den: det ventes en dag som ikke er etter utleveringsdagen.",
        ),
    ],
)
def test_what_is_wrong_in_one_field_is_told_there(api, asked, field, told):
    shown = answered(api, status=400, **asked)
    assert told in shown.text
    assert field in [given["href"] for given in shown.all("a")]


def test_more_facts_are_asked_as_a_program_asks_them(api):
    facts = {
        "refund_code": "K90",
        "refund_side": "icd-10",
        "decision": "yes",
        "patient_age": "41",
        "prescriber": "other",
        "strips_per_day": "4",
    }
    answer = api.post("/dekning?lang=nb", data={**ASKED, **facts, "code": "200", "varenr-0": "012345"})
    curl = "".join(Page(answer).said).partition("curl ")[2].partition("\n}'")[0] + "\n}"
    asked = json.loads(curl.partition("-d '")[2])
    assert asked["prescription"] == {
        "code": "200",
        "written_on": "2026-03-02",
        "refund_code": {"code": "K90", "system": "icd-10"},
        "decision": True,
        "prescriber": {"hospital": False, "specialties": []},
        "patient_age": 41,
        "strips_per_day": 4,
    }
    assert curl.startswith("'http://testserver.local/v1/check?lang=nb' -H 'Content-Type: application/json'")
    verdict = api.post("/v1/check", json=asked).json()["verdict"]
    assert verdict in ("yes", "no", "ask")
    assert {"yes": "Ja,", "no": "Nei,", "ask": "Det må"}[verdict] in Page(answer).text


@pytest.mark.parametrize(
    ("prescriber", "specialties", "told"),
    [
        ("hospital", "", {"hospital": True}),
        ("specialist", "37, 86", {"hospital": False, "specialties": ["37", "86"]}),
        ("specialist", "", {"hospital": False}),
        ("", "", None),
    ],
)
def test_who_wrote_it_is_told_only_as_far_as_it_was_said(api, prescriber, specialties, told):
    shown = answered(api, prescriber=prescriber, specialties=specialties)
    asked = json.loads("".join(shown.said).partition("-d '")[2].partition("\n}'")[0] + "\n}")
    assert asked["prescription"].get("prescriber") == told


def test_nothing_of_the_question_is_kept(api, capfd):
    answer = api.post("/dekning?lang=nb", data={**ASKED, "patient_age": "41"})
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "41" not in capfd.readouterr().err


def test_a_dispensing_of_another_day_is_judged_by_that_day(api):
    shown = answered(api, dispensed_on="2026-03-05", **{"varenr-0": "600008"}, before="nothing")
    assert "slik det gjelder 5. mars 2026" in shown.text
    gone = answered(api, dispensed_on="2026-06-01", **{"varenr-0": "600008"}, before="nothing")
    assert "Varen står ikke på listen den dagen." in gone.text


def test_what_was_known_at_an_instant_is_asked_of_the_page_too(api):
    answer = api.post(
        "/dekning?lang=nb&known_at=2026-01-01T00:00:00Z",
        data={**ASKED, "varenr-0": "600008", "before": "nothing", "dispensed_on": "2026-06-01"},
    )
    assert "Ja, resepten dekker det" in Page(answer).text
    assert '"known_at": "2026-01-01T00:00:00Z"' in "".join(Page(answer).said)


@pytest.mark.parametrize("wrong", [{}, {"patient_age": "300"}])
def test_another_language_takes_along_all_that_was_typed(api, wrong):
    had = {"had-varenr-2": "600008", "had-units-2": "40", "had-on-2": "2026-02-01"}
    asked = {**ASKED, "code": "5050102", "specialties": "37 86", "dispensed_on": "2026-06-01", **had, **wrong}
    address = "/dekning?lang=nb&known_at=2026-06-01T00:00:00Z"
    shown = Page(api.post(address, data=asked))
    sent = {given["name"]: given["value"] for given in shown.all("input") if given.get("type") == "hidden"}
    assert sent == asked
    buttons = {given["lang"]: given for given in shown.all("button") if "formaction" in given}
    assert list(buttons) == ["nb", "nn", "en"]
    assert [lang for lang, given in buttons.items() if "aria-current" in given] == ["nb"]
    assert not [given for given in shown.all("a") if "hreflang" in given]
    to = buttons["en"]["formaction"]
    assert to == "?known_at=2026-06-01T00%3A00%3A00Z&lang=en#answer"
    english = Page(api.post("/dekning" + to, data=sent))
    assert "Is it covered" in english.text
    assert ("at most 100 pieces each time it is dispensed 0 60 40" in english.text) == (not wrong)
    kept = {given["name"]: given["value"] for given in english.all("input") if given.get("type") == "hidden"}
    assert kept == asked


def test_before_anything_is_typed_languages_are_plain_links(api):
    shown = page(api, "/dekning?lang=nb&code=505")
    assert [given["hreflang"] for given in shown.all("a") if "hreflang" in given] == ["nb", "nn", "en"]
    assert not [given for given in shown.all("input") if given.get("type") == "hidden"]


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "'; rm -rf /", "\u202egnoruv", "x" * 5000, "\x00"]
)
def test_hostile_input_gets_a_sentence_and_stands_as_text(api, hostile):
    for asked in ({"varenr-0": hostile, "before": "nothing"}, {"code": hostile}):
        answer = api.post("/dekning?lang=nb", data={**ASKED, **asked})
        assert answer.status_code in (200, 400)
        assert not Page(answer).all("script")
        assert "alert(1)<" not in answer.text.replace("alert(1)&lt;", "")


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_a_form_beyond_measure_is_refused_with_a_sentence(api, lang):
    answer = api.post(f"/dekning?lang={lang}", data={**ASKED, "code": "x" * (1 << 17)})
    assert answer.status_code == 413
    shown = Page(answer)
    assert {"nb": "større", "nn": "større", "en": "larger"}[lang] in shown.text


def test_an_empty_home_answers_that_the_code_is_none(empty_api):
    assert not faults(empty_api.get("/dekning?lang=nb").text)
    answer = empty_api.post("/dekning?lang=en", data=ASKED)
    assert answer.status_code == 400
    assert "Code of the prescription: expected is the code of a list" in Page(answer).text

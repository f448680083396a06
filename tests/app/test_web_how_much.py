"""The patient's page: how much, counted how, what the doctor must do, and a calculator of what is left."""

import datetime as dt

import pytest

from app.checks import LimitUseShape
from app.shapes import ScopeShape
from app.web import calculator
from app.web.how_much import MOST_BYTES
from tests.app.reading_pages import Page, page
from tests.app.strict_html import faults

FORM = "/hvor-mye/5050102?lang=nb"


def worked_out(api, asked, address=FORM, status=200):
    """The answer to a form that was filled in."""
    fields = dict(one.split("=") for one in asked.split("&"))
    answer = api.post(address, data=fields)
    assert answer.status_code == status
    return Page(answer)


def test_the_patient_reads_how_many_counted_from_when_and_over_what(api):
    told = page(api, "/hvor-mye/5050102?lang=nb").text
    assert "400 stk i hvert kalenderår Det telles fra 1. januar til 31. desember." in told
    assert "100 stk hver gang du henter Det telles hver gang for seg." in told
    assert "Alle varer i gruppen telles sammen, også fra ulike leverandører: 1." in told
    assert "Det kan utleveres høyst tre måneders forbruk om gangen." in told
    assert "Ingenting av det du skriver her, blir lagret." in told


def test_the_patient_reads_what_the_doctor_must_do_and_what_a_person_judges(api):
    told = page(api, "/hvor-mye/5050102?lang=nb").text
    assert "Legen må skrive en egen resept for dette, på koden 5050102." in told
    assert "Legen skriver resept på 505." in page(api, "/hvor-mye/5050101?lang=nb").text
    judged = told.partition("Legen eller apoteket vurderer om det er oppfylt.")[2]
    assert judged.strip().startswith("Refusjon ytes bare etter stomioperasjon.")
    assert "Du må ha et vedtak fra Helfo." in page(api, "/hvor-mye/6040101?lang=nb").text


def test_a_group_without_limits_says_that_the_list_sets_none(api):
    shown = page(api, "/hvor-mye/5020101?lang=nb")
    assert "Listen setter ingen grense for hvor mange du kan få." in shown.text
    assert "Regn ut" not in shown.text


def test_a_group_of_groups_leads_to_the_groups_that_are_counted_by_themselves(api):
    shown = page(api, "/hvor-mye/50501?lang=nb")
    assert "Det telles for seg i hver av gruppene under." in shown.text
    assert "/hvor-mye/5050102?list=505&lang=nb" in [given["href"] for given in shown.all("a")]
    assert "Noen av gruppene under har en grense." in page(api, "/hvor-mye/505?lang=nb").text


def test_the_calculator_says_what_is_left_as_a_check_does(api):
    told = worked_out(api, "vare=600007&year=5&now=3").text.replace("\xa0", " ")
    assert told.startswith("Innenfor grensen: Hvor mye kan jeg få? Poser for barn – Blåliste")
    assert "Dette er innenfor grensen. Pakninger: 3, det er 90 stk." in told
    now = "Nå kan du få høyst 100 stk. Hele pakninger: 3. Det er grensen for én gang som avgjør."
    assert f"{now} Senere i år er det igjen 160 av 400 stk. Hele pakninger: 5." in told
    assert "Grensen for én gang er 100 stk." in told
    assert "Det refunderes høyst 1 125,00 kr for dette." in told
    asked = {
        "prescription": {"code": "5050102", "written_on": "2026-06-15"},
        "dispensed_on": "2026-06-15",
        "lines": [{"varenr": "600007", "packs": 3}],
        "already": [{"varenr": "600007", "units": 150, "on": "2026-01-01"}],
    }
    line = api.post("/v1/check", json=asked).json()["lines"][0]
    assert {limit["per"]: limit["left_after"] for limit in line["limits"]}["calendar_year"] == 160


def test_too_much_is_told_with_how_many_one_can_get(api):
    told = worked_out(api, "vare=600007&year=12&now=4").text
    assert told.startswith("Mer enn grensen: Hvor mye kan jeg få?")
    assert "Dette er mer enn grensen. Pakninger: 4, det er 120 stk." in told
    assert "Nå kan du få høyst 40 stk. Hele pakninger: 1. Det er grensen for kalenderåret som avgjør." in told
    assert "I år er 360 av 400 stk brukt. Grensen for én gang er 100 stk." in told
    assert "igjen 40" not in told


def test_what_is_too_much_for_one_time_is_not_told_as_if_it_were_had(api):
    told = worked_out(api, "vare=600007&year=5&now=4").text
    assert "Nå kan du få høyst 100 stk. Hele pakninger: 3. Det er grensen for én gang som avgjør." in told
    assert "I år er 150 av 400 stk brukt. Grensen for én gang er 100 stk." in told
    assert "Senere i år" not in told


def test_a_product_that_is_not_covered_any_more_says_why(api):
    told = worked_out(api, "vare=600011&now=1", "/hvor-mye/5050101?lang=nb").text
    assert told.startswith("Blir ikke refundert: Hvor mye kan jeg få?")
    assert "Nå kan du få" not in told
    assert "Dette blir ikke refundert. Varen kunne utleveres til og med 30. april 2026." in told


def test_nothing_had_before_may_be_left_empty(api):
    assert "Senere i år er det igjen 370 av 400 stk." in worked_out(api, "vare=600007&year=&now=1").text


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ("vare=&now=1", "vare", "Velg en vare."),
        ("vare=600012&now=1", "vare", "Det er ingen vare med dette nummeret i gruppen."),
        ("vare=600007&now=", "now", "Skriv et helt tall fra 1 til 9999."),
        ("vare=600007&now=0", "now", "Skriv et helt tall fra 1 til 9999."),
        ("vare=600007&now=1.5", "now", "Skriv et helt tall fra 1 til 9999."),
        ("vare=600007&now=²", "now", "Skriv et helt tall fra 1 til 9999."),
        ("vare=600007&year=-1&now=1", "year", "Skriv et helt tall fra 0 til 9999."),
        ("vare=600007&year=mange&now=1", "year", "Skriv et helt tall fra 0 til 9999."),
    ],
)
def test_what_cannot_be_counted_is_told_next_to_its_field(api, asked, field, told):
    shown = worked_out(api, asked, status=400)
    assert shown.text.startswith("Noe må rettes: Hvor mye kan jeg få?")
    summary = shown.text.partition("Dette må rettes før vi kan regne ut")[2]
    assert summary.count(told) == 2
    assert f"#{field}" in [given["href"] for given in shown.all("a")]
    assert [given for _, given in shown.tags if given.get("role") == "alert"]
    fields = [*shown.all("input"), *shown.all("select")]
    wrong = [given for given in fields if given.get("aria-invalid")]
    assert [(given["name"], given["aria-describedby"]) for given in wrong] == [(field, f"{field}-wrong")]
    assert "Hele pakninger" not in shown.text


def test_the_form_keeps_the_day_and_the_language(api):
    address = "/hvor-mye/5050102?lang=nb&valid_on=2026-02-01&list=505"
    for shown in (page(api, address), worked_out(api, "vare=600007&now=1", address)):
        (form,) = [given for given in shown.all("form") if "action" in given and given["method"] == "post"]
        assert form["action"] == "?lang=nb&valid_on=2026-02-01&list=505#calculator"
        assert "505/2026-01-01/3" in shown.text


def test_what_was_filled_in_stands_in_no_address_and_nobody_keeps_the_answer(api):
    answer = api.post(FORM, data={"vare": "600007", "year": "5", "now": "3"})
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    addresses = [given.get("href") or given.get("action") or "" for _, given in Page(answer).tags]
    assert not [address for address in addresses if "600007" in address and "/vare/" not in address]
    assert not [address for address in addresses if "now=" in address or "year=" in address]


def test_an_answer_is_read_in_another_language_without_typing_again(api):
    shown = worked_out(api, "vare=600007&year=5&now=3")
    to = [given["formaction"] for given in shown.all("button") if given.get("lang") == "en"]
    assert to == ["?lang=en#calculator"]
    kept = {given["name"]: given["value"] for given in shown.all("input") if given.get("type") == "hidden"}
    assert {"vare": "600007", "year": "5", "now": "3"}.items() <= kept.items()
    english = worked_out(api, "vare=600007&year=5&now=3", "/hvor-mye/5050102?lang=en").text
    assert "You can get at most 100 pieces now. Whole packs: 3. The limit for one time decides." in english


def test_whatever_was_typed_is_shown_as_text_on_a_valid_page(api):
    for typed in ("<script>alert(1)</script>", "\0\u202e", "9" * 5000):
        answer = api.post(FORM, data={"vare": typed[:3000], "year": typed[:90], "now": "1"})
        assert answer.status_code == 400
        assert not [given for given in Page(answer).all("script") if "src" not in given]
        assert faults(answer.text) == []
    assert faults(api.post(FORM, data={"vare": "600007", "now": "2"}).text) == []


def test_an_address_with_values_shows_the_empty_form(api):
    shown = page(api, f"{FORM}&vare=600007&year=5&now=3")
    assert "Nå kan du få" not in shown.text
    (form,) = [given for given in shown.all("form") if "action" in given and given["method"] == "post"]
    assert form["action"] == "?lang=nb#calculator"
    typed = [given for given in shown.all("input") if given.get("id") in ("year", "now")]
    assert [given["value"] for given in typed] == ["", ""]


def test_a_form_that_is_too_large_is_refused(api):
    answer = api.post(FORM, data={"vare": "x" * MOST_BYTES, "now": "1"}, headers={"Accept": "text/html"})
    assert answer.status_code == 413


def limit(per, most, used, asked):
    left = most - used
    scope = ScopeShape("group", ("5050102",))
    return LimitUseShape(most, "stk", per, scope, "", used, asked, left, max(0, left - asked))


def test_no_limit_suggests_more_than_the_others_let_through():
    month, year = limit("month", 100, 0, 30), limit("calendar_year", 400, 320, 30)
    lefts = [calculator._left(one, (month, year), 30) for one in (month, year)]
    assert [(one.left, one.packs) for one in lefts] == [(50, 1), (50, 1)]
    assert calculator._most((month, year), 30) == calculator.Most("calendar_year", "stk", 80, 2)
    small = limit("dispensing", 20, 0, 0)
    assert calculator._left(year, (small, year), 30).packs == 0


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (dt.date(2026, 6, 15), ((8, dt.date(2026, 1, 1)), (2, dt.date(2026, 6, 15)))),
        (dt.date(2026, 1, 20), ((10, dt.date(2026, 1, 20)),)),
    ],
)
def test_what_was_had_this_month_is_part_of_what_was_had_this_year(day, before):
    assert calculator._before(calculator._Packs(year=10, month=2, now=1), day) == before

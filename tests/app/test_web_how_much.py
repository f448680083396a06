"""The patient's page: how much, counted how, what the doctor must do, and a calculator of what is left."""

import datetime as dt

import pytest

from app.web import calculator
from tests.app.reading_pages import page

FORM = "/hvor-mye/5050102?lang=nb&vare=600007"


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
    told = page(api, f"{FORM}&year=5&now=3").text.replace("\xa0", " ")
    assert "Dette er innenfor grensen. Pakninger: 3, det er 90 stk." in told
    assert "Etterpå har du igjen 160 av 400 stk i år. Hele pakninger: 5." in told
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
    told = page(api, f"{FORM}&year=12&now=4").text
    assert "Dette er mer enn grensen. Pakninger: 4, det er 120 stk." in told
    assert "I år er 360 av 400 stk brukt. Det er igjen 40 stk. Hele pakninger: 1." in told
    assert "Grensen for én gang er 100 stk. Hele pakninger: 3." in told
    assert "Så mange pakninger kan du få nå: 1" in told


def test_a_product_that_is_not_covered_any_more_says_why(api):
    told = page(api, "/hvor-mye/5050101?lang=nb&vare=600011&now=1").text
    assert "Dette blir ikke refundert. Varen kunne utleveres til og med 2026-04-30." in told


def test_nothing_had_before_may_be_left_empty(api):
    assert "Etterpå har du igjen 370 av 400 stk i år" in page(api, f"{FORM}&year=&now=1").text


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
    shown = page(api, f"/hvor-mye/5050102?lang=nb&{asked}")
    assert told in shown.text
    fields = [*shown.all("input"), *shown.all("select")]
    wrong = [given for given in fields if given.get("aria-invalid")]
    assert [(given["name"], given["aria-describedby"]) for given in wrong] == [(field, f"{field}-wrong")]
    assert "Hele pakninger" not in shown.text


def test_the_form_keeps_the_day_and_the_language(api):
    shown = page(api, "/hvor-mye/5050102?lang=nb&valid_on=2026-02-01&list=505&now=1&vare=600007")
    hidden = {given["name"]: given["value"] for given in shown.all("input") if given.get("type") == "hidden"}
    assert {"lang": "nb", "list": "505"}.items() <= hidden.items()
    assert hidden["valid_on"] == "2026-02-01"
    assert "505/2026-01-01/3" in shown.text


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (dt.date(2026, 6, 15), ((8, dt.date(2026, 1, 1)), (2, dt.date(2026, 6, 15)))),
        (dt.date(2026, 1, 20), ((10, dt.date(2026, 1, 20)),)),
    ],
)
def test_what_was_had_this_month_is_part_of_what_was_had_this_year(day, before):
    assert calculator._before(calculator._Packs(year=10, month=2, now=1), day) == before

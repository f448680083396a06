"""What changed: the newest editions and what is coming, any two ends, people's consequences first."""

from urllib.parse import unquote

import pytest

from app.served import Served
from app.web.changed_values import LONGEST, value_told
from app.web.latest import MOST_SENTENCES, latest_changes
from app.web.told import Words
from tests.app.builders import clock_at
from tests.app.reading_pages import Page, page
from tests.app.strict_html import faults

SPRING = "list=505&from=505/2026-01-01/3&to=505/2026-04-01/4"


def shown(api, address):
    assert not faults(api.get(address).text)
    return page(api, address)


def links(page):
    return [unquote(given["href"]) for given in page.all("a")]


@pytest.fixture
def served(storied_home, in_june):
    found = Served(storied_home)
    found.open()
    yield found
    found.close()


def test_the_newest_edition_of_each_list_says_what_it_brought(api):
    told = shown(api, "/endringer?lang=nb")
    newest = told.text.partition("Nyeste utgaver som gjelder")[2]
    assert newest.index("504 Diabetesutstyr") < newest.index("200 ") < newest.index("502 ")
    assert "505 Utstyr ved stomi Gjelder fra 1. april 2026" in newest
    assert "Havblikk pose: står ikke lenger på listen" in newest
    assert "Vårpose: ny." in newest
    assert "Delt pose, ny: heter «Delt pose, ny» i stedet for «Delt pose»." in newest
    assert "504 Diabetesutstyr Gjelder fra 1. april 2026 Diabetesutstyr: listen er avviklet." in newest
    assert "Listen er ny. Antall varer: 1." in newest


def test_what_is_coming_stands_first_with_its_day(api):
    told = shown(api, "/endringer?lang=nb")
    coming = told.text.partition("Det som kommer")[2].partition("Nyeste utgaver som gjelder")[0]
    assert "505 Utstyr ved stomi Gjelder fra 1. juli 2026" in coming
    assert "Vårpose: står ikke lenger på listen" in coming
    assert "utgave 505/2026-07-01/6" in coming


def test_each_sentence_leads_to_the_changes_that_it_counts(api):
    told = shown(api, "/endringer?lang=nb")
    gone = next(
        link for link in links(told) if "to=505/2026-04-01/4" in link and link.endswith("kind=ended&lang=nb")
    )
    there = shown(api, gone)
    assert "Viser 1 av " in there.text
    assert "Havblikk pose" in there.text
    assert "Vårpose" not in there.text


def test_a_list_shows_all_its_editions_and_offers_any_two(api):
    told = shown(api, "/endringer?list=505&lang=nb")
    assert "Hva er endret: 505 Utstyr ved stomi" in told.text
    assert "504" not in told.text.partition("Nyeste utgaver som gjelder")[2].partition("Alle utgaver")[0]
    offered = [given["value"] for given in told.all("option")]
    editions = ["505/2026-07-01/6", "505/2026-04-01/4", "505/2026-01-01/3", "505/2026-01-01/1"]
    assert [one for one in offered if "/" in one] == editions * 2
    assert any("from=505/2026-01-01/1&to=505/2026-01-01/3" in link for link in links(told))


def test_two_editions_are_compared_and_what_takes_from_people_stands_first(api):
    told = shown(api, f"/endringer?{SPRING}&lang=nb")
    assert "Fra 1. januar 2026 til 1. april 2026" in told.text
    assert "Utgave 505/2026-01-01/3 mot utgave 505/2026-04-01/4" in told.text
    places = [told.text.rindex(one) for one in ("Havblikk pose", "Vårpose", "Delt pose, ny")]
    assert places == sorted(places)
    assert "Fjellro pose 30 mm Vare 600007 · liste 505" in told.text
    assert "refusjonen per enhet øker fra 11,50 kr til 13,00 kr." in told.text.replace(
        "Refusjonen", "refusjonen"
    )


def test_it_is_as_much_as_the_api_tells(api):
    told = shown(api, f"/endringer?{SPRING}&lang=nb")
    address = next(link for link in links(told) if link.startswith("/v1/changes"))
    items = api.get(address).json()["items"]
    assert f"Viser {len(items)} av {len(items)} endringer." in told.text
    for item in items:
        assert item["key"] in told.text


def test_two_days_are_compared_over_all_lists(api):
    told = shown(api, "/endringer?from=2026-03-31&to=2026-04-01&lang=nb")
    assert "Diabetesutstyr" in told.text
    assert "Listen er avviklet." in told.text
    assert "Havblikk pose" in told.text
    one = shown(api, "/endringer?from=2026-03-31&to=2026-04-01&list=504&lang=nb")
    assert "Havblikk pose" not in one.text


def test_changes_are_searched_by_number_and_name(api):
    assert "Viser 1 av" in shown(api, f"/endringer?{SPRING}&q=600013&lang=nb").text
    found = shown(api, f"/endringer?{SPRING}&q=delt+ny&lang=nb")
    assert "Viser 1 av" in found.text
    assert "Viser 0 av" in shown(api, f"/endringer?{SPRING}&q=zzzz&lang=nb").text


def test_what_is_gone_leads_to_the_day_it_was_there(api):
    told = shown(api, f"/endringer?{SPRING}&lang=nb")
    assert "/vare/600008?valid_on=2026-01-01&lang=nb" in links(told)
    assert "/vare/600013?valid_on=2026-04-01&lang=nb" in links(told)


def test_fields_that_differ_are_told_in_a_few_words_and_not_as_json(api):
    told = shown(api, f"/endringer?{SPRING}&q=600007&lang=nb")
    later = told.text.partition("entries[505,5050101].prices[E,2026-01-01].amount")[2]
    assert later.startswith(" 11,50 13,00 entries[505,5050102].prices[E,2026-01-01].amount 11,50 13,00")
    whole = shown(api, "/endringer?from=2026-01-10&to=2026-04-10&list=505&lang=nb")
    assert "{" not in told.text + whole.text


A_CONDITION = {"id": "ID_D1", "number": "", "text": "Refusjon ytes bare etter stomioperasjon."}
A_LIMIT = {
    "max": 1400,
    "unit": "stk",
    "per": "calendar_year",
    "condition": "ID_D1",
    "scope": {"kind": "group", "codes": ["5050101"]},
}
A_REQUIREMENT: dict[str, object] = {
    "kind": "own_prescription",
    "value": None,
    "values": [],
    "applies_to": "prescriber",
    "condition": "ID_D1",
    "code": "11",
    "system": "7427",
}
AN_ENTRY = {
    "list": "505",
    "group": {"code": "5050101", "system": "7403", "text": "Poser med filter"},
    "conditions": [A_CONDITION] * 40,
}
A_PRICE = {"kind": "E", "code": "E", "system": "7453", "amount": "1212.50", "currency": "NOK"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        ([], "–"),
        (AN_ENTRY, "5050101 Poser med filter"),
        (A_PRICE, "1 212,50 kr"),
        (A_CONDITION, "Refusjon ytes bare etter stomioperasjon."),
        (A_LIMIT, "høyst 1 400 stk per kalenderår"),
        (A_REQUIREMENT, "Krever egen resept"),
        ({**A_REQUIREMENT, "kind": "unknown-to-us"}, "…"),
        ({"code": "K90", "system": "icd", "text": "Malabsorpsjon", "subterms": ()}, "K90 Malabsorpsjon"),
        ({"code": "A10A", "text": "A10A"}, "A10A"),
        ({"name": "Fjellro Stomi AS", "address": "", "phone": ""}, "Fjellro Stomi AS"),
        ({"what": {"nobody": ["foresaw"]}}, "…"),
        ([A_PRICE, A_CONDITION], "1 212,50 kr; Refusjon ytes bare etter stomioperasjon."),
        (["a", "b", "c", "d", "e", "f"], "a; b; c; d; e; …"),
        ("2026-12-31", "31. desember 2026"),
        (True, "Ja"),
        (1200, "1 200"),
        ("x" * 4000, "x" * (LONGEST - 1) + "…"),
        ({**A_CONDITION, "text": "y\n" * 4000}, "y " * 59 + "y…"),
    ],
)
def test_a_value_is_told_by_what_it_is_and_cut_short(value, told):
    found = value_told(value, Words("nb"))
    assert found.replace("\u00a0", " ") == told
    assert len(found) <= LONGEST


def test_two_ends_that_are_alike_changed_nothing(api):
    told = shown(api, "/endringer?list=505&from=2026-05-01&to=2026-05-02&lang=en")
    assert "Nothing changed for readers." in told.text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("from=x&to=2026-01-01", "two days such as 2026-01-01"),
        ("from=2026-01-01", "two days such as 2026-01-01"),
        ("from=505/2026-01-01/1&to=2026-01-01", "two days such as 2026-01-01"),
        ("from=505/2026-01-01/1&to=502/2026-01-01/1", "editions of one list"),
    ],
)
def test_ends_that_cannot_be_compared_are_refused_above_the_form(api, asked, expected):
    answer = api.get(f"/endringer?{asked}&lang=en")
    assert answer.status_code == 400
    assert expected in Page(answer).text
    assert "Compare two days" in Page(answer).text


@pytest.mark.parametrize("asked", ["list=999", "from=505/2020-01-01/1&to=505/2026-01-01/1"])
def test_what_is_unknown_is_a_page_that_says_so(api, asked):
    assert api.get(f"/endringer?{asked}").status_code == 404


def test_on_another_day_the_newest_edition_is_another(api):
    told = shown(api, "/endringer?list=505&valid_on=2026-02-01&lang=nb")
    newest = told.text.partition("Nyeste utgaver som gjelder")[2].partition("Alle utgaver")[0]
    assert "Rettet utgave, gjelder fra 1. januar 2026" in newest
    assert "refusjonen per enhet går ned fra 12,50 kr til 11,50 kr" in newest
    before = shown(api, "/endringer?list=505&valid_on=2026-02-01&known_at=2026-02-01T00:00:00Z&lang=nb")
    assert "Listen er ny. Antall varer: 5." in before.text


def test_an_empty_home_says_that_nothing_is_published(empty_api):
    told = shown(empty_api, "/endringer?lang=en")
    assert "Nothing is published here yet." in told.text
    assert not told.all("form")


def test_the_latest_changes_are_a_few_sentences_for_the_first_page(served):
    with clock_at():
        view = served.view(valid_on=served.snapshot.releases[-1].published_at.date(), release=6)
    latest = latest_changes(served, view, "nb", 2)
    assert [one.edition for one in latest] == ["504/2026-04-01/5", "505/2026-04-01/4"]
    spring = latest[1]
    assert len(spring.sentences) == MOST_SENTENCES
    assert spring.sentences[0].startswith("Havblikk pose: står ikke lenger på listen")
    assert spring.more >= 1
    assert (spring.title, spring.valid_from.isoformat()) == ("Utstyr ved stomi", "2026-04-01")


def test_the_feed_is_announced_and_can_be_found(api):
    told = page(api, "/endringer?lang=nb")
    feeds = [given["href"] for given in told.all("link") if given.get("type") == "application/atom+xml"]
    assert feeds == ["/endringer.atom?lang=nb"]
    of_list = page(api, "/endringer?list=505")
    feeds = [given["href"] for given in of_list.all("link") if given.get("type") == "application/atom+xml"]
    assert feeds == ["/liste/505/endringer.atom"]
    assert "/liste/505/endringer.atom" in links(of_list)

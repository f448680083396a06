"""The page of a list: its editions, its tree with texts, its products; and all of it as one document."""

import pytest

from tests.app.reading_pages import page
from tests.app.strict_html import faults
from tests.app.test_web_group import rows


def test_a_list_says_what_it_is_and_which_editions_hold_and_come(api):
    shown = page(api, "/liste/505?lang=nb")
    assert "Liste 505" in shown.text
    assert "Utgave som gjelder 505/2026-04-01/4 , fra 1. april 2026" in shown.text
    assert "Utgave som kommer 505/2026-07-01/6 , fra 1. juli 2026" in shown.text
    assert "Varer 5 (av dem kan 4 utleveres)" in shown.text
    assert "Refusjon ytes bare etter stomioperasjon." in shown.text
    assert "?lang=nb&valid_on=2026-07-01" in [given["href"] for given in shown.all("a")]


def test_a_list_says_what_its_prescription_covers_and_what_needs_its_own(api):
    shown = page(api, "/liste/505?lang=nb")
    told = "En resept på 505 dekker alle gruppene på listen, bortsett fra disse."
    assert told in shown.text
    assert shown.text.partition(told)[2].partition("Vilkår")[0].endswith("kode: 5050102 Poser for barn ")
    whole = page(api, "/liste/502?lang=nb").text
    assert "En resept på 502 dekker alle gruppene på listen." in whole


def test_the_tree_leads_to_every_group_with_its_rules(api):
    shown = page(api, "/liste/505?lang=nb")
    tree = shown.text.partition("Grupper 50501")[2]
    assert "5050102 Poser for barn Varer: 1 Krever egen resept høyst 100 stk per utlevering" in tree
    links = [given["href"] for given in shown.all("a")]
    assert {"/gruppe/50501?list=505&lang=nb", "/gruppe/5050101?list=505&lang=nb"} <= set(links)


def test_the_products_of_a_list_stand_with_their_groups(api):
    shown = page(api, "/liste/505?lang=nb")
    assert rows(shown) == ["600009", "600007", "600011", "600010", "600013"]
    table = shown.text.partition("Refusjon per enhet")[2]
    assert "5050101 Poser med filter høyst 400 stk per kalenderår" in table


def test_each_edition_leads_to_what_changed_since_the_one_before(api):
    shown = page(api, "/liste/505?lang=nb")
    links = [given["href"] for given in shown.all("a") if (given["href"] or "").startswith("/endringer?list")]
    ends = [
        ("505%2F2026-04-01%2F4", "505%2F2026-07-01%2F6"),
        ("505%2F2026-01-01%2F3", "505%2F2026-04-01%2F4"),
    ]
    ends += [("505%2F2026-01-01%2F1", "505%2F2026-01-01%2F3")]
    assert links == [f"/endringer?list=505&from={was}&to={now}&lang=nb" for was, now in ends]
    assert "retter 505/2026-01-01/1" in shown.text


def test_a_list_that_asks_for_a_decision_or_takes_unlisted_products_says_so(api):
    shown = page(api, "/liste/604?lang=nb")
    assert "Pasienten må ha et vedtak fra Helfo." in shown.text
    assert "De kan også refunderes." in shown.text


def test_a_closed_list_says_since_when(api):
    shown = page(api, "/liste/504?lang=nb")
    assert "Listen er avsluttet fra 1. april 2026." in shown.text
    assert not rows(shown)


def test_a_list_that_is_to_come_says_from_when(api):
    shown = page(api, "/liste/505?lang=nb&valid_on=2025-06-01")
    assert "Listen gjelder ikke ennå; den trer i kraft 1. januar 2026." in shown.text
    assert "?lang=nb&valid_on=2026-01-01" in [given["href"] for given in shown.all("a")]


def test_the_whole_list_is_one_document_by_groups(api):
    shown = page(api, "/liste/505?lang=nb&print=whole")
    assert "Utgave 505/2026-04-01/4 · slik det gjelder 15. juni 2026 · Varer: 5" in shown.text
    told = shown.text
    places = [told.index(text) for text in ("50501 Stomiposer", "5050101 Poser med filter", "Delt pose, ny")]
    assert places == sorted(places)
    assert told.index("5050102 Poser for barn") < told.index("Krever egen resept.") < told.rindex("600007")
    assert len(shown.all("thead")) == 2
    assert all(given.get("scope") for given in shown.all("th"))


def test_an_unknown_list_is_refused_on_a_page_and_an_empty_home_has_none(api, empty_api):
    for client in (api, empty_api):
        answer = client.get("/liste/999", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/gruppe/505",
            "/gruppe/5050102?q=600007",
            "/gruppe/A10A",
            "/liste/505",
            "/liste/504",
            "/liste/200",
        ),
        *("/liste/505?print=whole", "/hvor-mye/5050102", "/hvor-mye/50501", "/hvor-mye/5050102?now=x"),
        *("/hvor-mye/5050102?vare=600007&now=2", "/liste/505?valid_on=2025-06-01"),
    ],
)
def test_every_such_page_is_valid_html(api, address):
    assert faults(api.get(address).text) == []

"""Searching from the first page: hits, filters with counts, an address for every state, words for slips."""

from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.builders import Good, an_empty_home, publish_file, stoma_file
from tests.app.reading_pages import page


def links(shown):
    return [given["href"] for given in shown.all("a")]


def asked(address):
    """What an address asks for, without the language."""
    given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return {name: value for name, value in given.items() if name != "lang"}


def with_filter(shown, name):
    """The addresses that ask for a filter, and what they ask of it."""
    return {asked(to).get(name) for to in links(shown) if to.startswith("?")} - {None}


def test_what_matched_is_marked(api):
    shown = page(api, "/?q=vårp&lang=nb")
    assert shown.tags[shown.tags.index(("mark", {})) - 1][0] == "bdi"
    assert "Vårpose 375,00 kr per pakning 600013 · Fjellro Stomi AS" in shown.text
    assert "På vei ut · siste dag 30. juni 2026" in shown.text


def test_every_filter_is_a_link_with_its_count(api):
    shown = page(api, "/?q=pose&lang=nb")
    assert "Varer funnet: 5" in shown.text
    assert "Krever egen resept 1" in shown.text
    assert "På vei ut 1" in shown.text
    assert "Kan ikke lenger utleveres 1" in shown.text
    assert with_filter(shown, "own_prescription") == {"true"}
    assert with_filter(shown, "status") == {"leaving", "prescribing-ended", "ended"}


def test_a_choice_that_tells_nothing_apart_is_not_offered(api):
    shown = page(api, "/?q=pose&lang=nb")
    assert with_filter(shown, "supplier") == set()
    assert with_filter(shown, "has_limit") == set()


def test_a_filter_that_is_on_is_said_and_can_be_taken_off(api):
    shown = page(api, "/?q=pose&own_prescription=true&list=505&lang=nb")
    assert "Varer funnet: 1" in shown.text
    assert "Du ser bare Fjern: 505 Utstyr ved stomi Fjern: Krever egen resept Fjern alle" in shown.text
    taken_off = [asked(to) for to in links(shown) if to.startswith("?") and asked(to).get("q") == "pose"]
    assert {"q": "pose", "list": "505"} in taken_off
    assert {"q": "pose", "own_prescription": "true"} in taken_off
    assert {"q": "pose"} in taken_off


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("list=502", 1),
        ("group=50501", 5),
        ("group=5050102", 1),
        ("supplier=Fjellro+Stomi+AS", 5),
        ("status=leaving", 1),
        ("own_prescription=false", 4),
        ("has_limit=true", 5),
        ("price_from=375&price_to=375,00", 5),
        ("price_from=375.01", 0),
        ("list=&price_to=", 5),
    ],
)
def test_every_state_has_an_address_of_its_own_that_asks_the_api_alike(api, filters, found):
    shown = page(api, f"/?q=pose&lang=nb&{filters}")
    assert ("Varer funnet: " + str(found) if found else "Fant ingen varer") in shown.text
    [json] = [given["href"] for given in shown.all("link") if given.get("type") == "application/json"]
    assert api.get(json).json()["total"] == found


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("price_from=mye", "«mye» er ikke et beløp. Skriv for eksempel 100 eller 99,50."),
        ("price_to=-1", "«-1» er ikke et beløp"),
        ("has_limit=kanskje", "'kanskje'"),
        ("status=borte", "'borte'"),
    ],
)
def test_a_filter_that_cannot_be_used_is_a_sentence_on_the_page(api, filters, said):
    shown = page(api, f"/?q=pose&lang=nb&{filters}")
    assert said in shown.text
    assert {"class": "note", "id": "refused", "role": "alert"} in shown.all("p")
    wrong = [given["name"] for given in shown.all("input") if "aria-invalid" in given]
    assert wrong == [name for name in ("price_from", "price_to") if filters.startswith(name)]
    assert shown.all("input")[0]["value"] == "pose"
    assert "?q=pose&lang=nb" in links(shown)


def test_a_filter_nobody_has_finds_nothing_and_can_be_taken_off(api):
    shown = page(api, "/?q=pose&lang=nb&supplier=Ingen+AS")
    assert "Fant ingen varer" in shown.text
    assert "Fjern: Ingen AS" in shown.text


def test_the_form_keeps_filters_day_and_language(api):
    shown = page(api, "/?q=pose&lang=nn&list=505&valid_on=2026-02-01")
    hidden = {given["name"]: given["value"] for given in shown.all("input") if given.get("type") == "hidden"}
    assert hidden == {"list": "505", "valid_on": "2026-02-01", "lang": "nn", "q": "pose"}


def test_another_day_finds_what_held_on_it(api):
    assert "Fant ingen varer" in page(api, "/?q=havblikk&lang=nb").text
    assert "Havblikk pose" in page(api, "/?q=havblikk&lang=nb&valid_on=2026-02-01").text


def test_all_hits_can_be_paged_through(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    goods = [Good(f"6001{number}", name=f"Pose {number}") for number in range(10, 35)]
    publish_file(home, stoma_file(goods, helfo="2026-01-01"), complete=True)
    with TestClient(create_app(home)) as api:
        first, second = (page(api, f"/?q=pose&lang=nb&page={number}") for number in (1, 2))
    assert "Varer funnet: 25" in first.text
    assert "Side 1 av 2, 25 i alt" in first.text
    assert {"class": "hits", "start": "21"} in second.all("ol")
    assert "?q=pose&lang=nb&page=1" in links(second)
    numbers = [to[6:12] for shown in (first, second) for to in links(shown) if to.startswith("/vare/")]
    assert len(set(numbers)) == 25


def test_groups_lists_and_suppliers_that_begin_so_are_offered_beside(api):
    assert "Gruppe 5050101 Poser med filter" in page(api, "/?q=poser&lang=nb").text
    assert "/gruppe/5050101?lang=nb" in links(page(api, "/?q=poser&lang=nb"))
    assert "Leverandør Fjellro Stomi AS" in page(api, "/?q=fjell&lang=nb").text
    assert "/?q=Fjellro+Stomi+AS&lang=nb" in links(page(api, "/?q=fjell&lang=nb"))


def test_what_may_have_been_meant_is_a_link(api):
    shown = page(api, "/?q=katteter&lang=nb")
    assert "Mente du kateter ?" in shown.text
    assert "?lang=nb&q=kateter" in links(shown)


def test_links_keep_the_order_of_what_was_asked_in_every_process(api):
    order = "?q=pose&lang=nb&status=leaving&list=505&price_from=1&has_limit=true&valid_on=2026-06-15"
    shown = page(api, f"/{order}")
    assert order.replace("lang=nb&", "") + "&lang=en" in links(shown)

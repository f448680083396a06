"""The first page: a search box that needs no scripts, in three languages, whatever is typed."""

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.home import DEMONSTRATION
from tests.app.builders import an_empty_home
from tests.app.reading_pages import Page, page


def test_the_first_page_asks_and_names_the_lists(api):
    shown = page(api, "/?lang=nb")
    assert shown.all("input")[0]["name"] == "q"
    assert shown.all("label")[0]["for"] == shown.all("input")[0]["id"]
    assert "Utstyr ved stomi" in shown.text
    assert "Utgivelse 6" in shown.text
    assert {"href": "/liste/505?lang=nb", "lang": "nb"} in shown.all("a")
    assert "fra 1. april 2026 · varer: 5" in shown.text
    assert "avsluttet 1. april 2026" in shown.text


def test_the_first_page_says_what_each_reader_can_do_and_what_changed_last(api):
    shown = page(api, "/?lang=nb")
    headings = ("Du som forskriver", "Du som leverer ut", "Du som bruker utstyret", "Det siste som er endret")
    assert [shown.text.index(heading) for heading in headings] == sorted(map(shown.text.index, headings))
    links = [given["href"] for given in shown.all("a")]
    assert {"/dekning?lang=nb", "/endringer?lang=nb", "/endringer?list=505&lang=nb"} <= set(links)


def test_a_product_is_found_from_the_page(api):
    shown = page(api, "/?q=600007&lang=en")
    assert "Products found: 1" in shown.text
    assert "Fjellro pose 30 mm" in shown.text
    assert "Needs a prescription of its own" in shown.text
    assert "at most 400 stk per calendar year" in shown.text
    assert "375.00 NOK" in shown.text
    assert "/vare/600007?lang=en" in [given["href"] for given in shown.all("a")]
    assert "/gruppe/5050102?list=505&lang=en" in [given["href"] for given in shown.all("a")]


def test_a_product_that_leaves_says_its_last_day(api):
    assert "På vei ut · siste dag 30. juni 2026" in page(api, "/?q=600013&lang=nb").text
    assert "Kan ikke lenger utleveres" in page(api, "/?q=600011&lang=nb").text


@pytest.mark.parametrize(
    ("lang", "accepted", "shown"),
    [("", None, "nb"), ("", "en-GB", "en"), ("", "nn", "nn"), ("nn", "en", "nn"), ("de", "de", "nb")],
)
def test_the_page_follows_lang_then_the_browser_then_bokmal(api, lang, accepted, shown):
    for address in ("/", "/problems/not-listed"):
        headers = {"Accept-Language": accepted or ""}
        assert page(api, f"{address}?lang={lang}", **headers).all("html") == [{"lang": shown}]


def test_the_other_languages_keep_what_is_asked(api):
    links = [given["href"] for given in page(api, "/?q=pose+%26&lang=nb").all("a") if "hreflang" in given]
    assert links == ["?q=pose+%26&lang=nb", "?q=pose+%26&lang=nn", "?q=pose+%26&lang=en"]


def test_what_nobody_lists_is_said_so(api):
    shown = page(api, "/?q=zzzzqqqq&lang=en")
    assert "No product" in shown.text


def test_a_query_that_is_too_long_is_told_what_is_taken(api):
    shown = page(api, "/?lang=en&q=" + "x" * 10_000)
    assert "at most 64 characters and 8 words" in shown.text


@pytest.mark.parametrize(
    "q", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "' OR 1=1"]
)
def test_what_is_typed_stands_on_the_page_as_text(api, q):
    answer = api.get("/", params={"q": q, "lang": "en"})
    shown = Page(answer)
    assert shown.all("input")[0]["value"] == q
    assert not [given for given in shown.all("script") if "src" not in given]
    assert not shown.all("img")


def test_an_empty_home_says_that_nothing_is_published(empty_api):
    shown = page(empty_api, "/?lang=en")
    assert "Nothing is published here yet." in shown.text
    assert not shown.all("table")
    assert page(empty_api, "/?q=pose&lang=en").all("h2")


def test_made_up_lists_are_called_so_on_the_page(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    told = "These lists are a demonstration"
    with TestClient(create_app(home)) as api:
        assert told not in page(api, "/?lang=en").text
        (home.path / DEMONSTRATION).touch()
        assert told in page(api, "/?lang=en").text
        assert told in page(api, "/?lang=en&q=pose").text


def test_the_style_loads_nothing(api):
    style = api.get("/static/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text

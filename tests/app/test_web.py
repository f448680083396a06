"""The first page: a search box without scripts, in three languages, whatever a product is called."""

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.home import DEMONSTRATION
from tests.app.builders import HOSTILE_NAME, Good, an_empty_home, publish_file, stoma_file
from tests.app.reading_pages import Page, page


def test_the_first_page_asks_and_names_the_lists(api):
    shown = page(api, "/?lang=nb")
    assert shown.all("input")[0]["name"] == "q"
    assert shown.all("label")[0]["for"] == shown.all("input")[0]["id"]
    assert "Utstyr ved stomi" in shown.text
    assert "Utgivelse 6" in shown.text
    assert not shown.all("script")
    assert not [given for _, given in shown.tags if any(name.startswith("on") for name in given)]
    assert not [given for _, given in shown.tags if "style" in given]


def test_a_product_is_found_from_the_page(api):
    shown = page(api, "/?q=600007&lang=en")
    assert "Products found: 1" in shown.text
    assert "Fjellro pose 30 mm" in shown.text
    assert "Needs a prescription of its own" in shown.text
    assert "at most 400 stk per calendar year" in shown.text
    assert "375.00 NOK" in shown.text
    assert {"href": "/v1/products/600007"} in shown.all("a")


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
    assert not shown.all("script")
    assert not shown.all("img")


def test_a_hostile_name_is_text_and_stands_by_itself(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    goods = [Good("600014", name=HOSTILE_NAME), Good("600015", name="Æ" * 4000)]
    publish_file(home, stoma_file(goods, helfo="2026-01-01"), complete=True)
    with TestClient(create_app(home)) as api:
        shown = page(api, "/?q=600014&lang=en")
        assert "<script>alert(1)</script> \u202egnoruv\u202c & Ærlig" in shown.text
        assert not shown.all("script")
        assert len(shown.all("bdi")) > 2
        assert "Æ" * 4000 in page(api, "/?q=600015").text


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


def test_a_page_may_load_nothing_but_its_own_style(api):
    for address in ("/", "/?q=pose", "/problems/never-listed"):
        answer = api.get(address)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        for tag, given in Page(answer).tags:
            if tag in {"link", "img", "script", "iframe"}:
                assert (given.get("href") or given.get("src") or "").startswith(("/static/", "data:,"))
    style = api.get("/static/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text

"""The first page: a search box that needs no scripts, in three languages, whatever is typed."""

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.home import DEMONSTRATION
from tests.app.builders import Good, an_empty_home, publish_file, stoma_file
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
    assert "at most 400 pieces per calendar year" in shown.text
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


def test_a_page_is_packed_for_whoever_unpacks_it_under_a_tag_of_its_own(api):
    plain, packed = (
        api.get("/liste/505?lang=nb", headers={"Accept-Encoding": coding}) for coding in ("identity", "gzip")
    )
    assert packed.content == plain.content
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert "content-encoding" not in plain.headers
    for answer, coding in ((plain, "identity"), (packed, "gzip")):
        headers = {"Accept-Encoding": coding, "If-None-Match": answer.headers["etag"]}
        assert api.get("/liste/505?lang=nb", headers=headers).status_code == 304
    headers = {"Accept-Encoding": "identity", "If-None-Match": packed.headers["etag"]}
    assert api.get("/liste/505?lang=nb", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/nothing-here", "Det er ingen side på denne adressen."),
        ("/liste/999", "Det er ingen liste '999'. Listene som finnes: 200, 502, 504, 505, 604."),
        ("/gruppe/9999999", "Det er ingen gruppe '9999999' på listene denne dagen."),
        ("/vare/600007?valid_on=2026-02-30", "'2026-02-30' er ingen dag. Skriv den som 2026-01-31"),
    ],
)
def test_a_refusal_speaks_of_pages_and_not_of_the_api(api, address, told):
    join = "&" if "?" in address else "?"
    answer = api.get(f"{address}{join}lang=nb", headers={"Accept": "text/html"})
    shown = Page(answer)
    assert answer.status_code in (400, 404)
    assert told in shown.text
    assert "/v1/" not in shown.text
    assert "/schema" not in shown.text


def test_a_sign_that_no_page_can_hold_is_shown_as_such(api):
    answer = api.get("/?q=pose%00&lang=nb")
    assert "\0" not in answer.text
    assert Page(answer).all("input")[0]["value"] == "pose\ufffd"


def test_a_sign_of_a_list_that_no_page_can_hold_is_shown_as_such_too(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    goods = [Good("600014", name="Grå\u0080pose")]
    publish_file(home, stoma_file(goods, helfo="2026-01-01"), complete=True)
    with TestClient(create_app(home)) as api:
        assert api.get("/v1/products/600014").json()["name"] == "Grå\u0080pose"
        for address in ("/vare/600014", "/?q=600014", "/gruppe/5050101"):
            assert "Grå\ufffdpose" in Page(api.get(address)).text

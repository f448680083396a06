"""Searching in a real browser: while typing, by keyboard alone, and without scripts."""

from collections.abc import Iterator

import pytest

from app.home import Home
from tests.app.builders import an_empty_home, first_file, publish_file
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser

DAY = "&valid_on=2026-06-15"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    """The program, serving a few lists."""
    made: Home = an_empty_home(tmp_path_factory.mktemp("search") / "home")
    publish_file(made, first_file(), at="2025-12-20", complete=True)
    with served(made) as address:
        yield address


def test_results_come_while_typing_and_the_address_follows(open_page):
    page = open_page(f"/?lang=nb{DAY}")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("kateter 12", delay=20)
    page.get_by_role("heading", name="Varer funnet: 1").wait_for()
    assert page.locator(".hits h3").all_inner_texts() == ["Kateter 12"]
    assert page.url.endswith(f"/?lang=nb{DAY}&q=kateter+12")
    assert page.title() == "kateter 12 – Blåliste"
    assert page.evaluate("document.activeElement.id") == "q"
    page.get_by_role("status").filter(has_text="Varer funnet: 1").wait_for(state="attached")
    assert "q=kateter+12" in page.locator("a[hreflang=nn]").get_attribute("href")
    page.reload()
    assert page.locator("#q").input_value() == "kateter 12"
    assert page.locator(".hits h3").all_inner_texts() == ["Kateter 12"]


def test_emptying_the_box_leads_back_to_the_start(open_page):
    page = open_page(f"/?q=pose&list=505&lang=nb{DAY}")
    page.fill("#q", "")
    page.get_by_role("heading", name="Lister", exact=True).wait_for()
    assert page.url.endswith(f"/?lang=nb{DAY}")
    page.keyboard.type("delt")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=delt&**")
    assert "list=" not in page.url


def test_the_story_goes_by_keyboard_alone(open_page):
    page = open_page(f"/?q=pose&lang=nb{DAY}")
    page.keyboard.press("/")
    assert page.evaluate("[document.activeElement.id, getSelection().toString()]") == ["q", "pose"]
    page.keyboard.type("delt")
    page.get_by_role("heading", name="Varer funnet: 1").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Delt pose"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vare/600009?**")
    assert "lang=nb" in page.url
    assert "valid_on=2026-06-15" in page.url
    page.go_back()
    assert page.locator("#q").input_value() == "delt"


def test_a_slash_that_is_typed_is_a_letter(open_page):
    page = open_page(f"/?lang=nb{DAY}")
    page.keyboard.type("5/8")
    assert page.locator("#q").input_value() == "5/8"


def test_searching_narrowing_and_opening_need_no_scripts(open_page):
    page = open_page(f"/?lang=nb{DAY}", java_script_enabled=False)
    assert not page.locator("#keys").is_visible()
    page.fill("#q", "pose")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Varer funnet: 5").wait_for()
    page.get_by_role("link", name="Krever egen resept 1").click()
    page.get_by_role("heading", name="Varer funnet: 1").wait_for()
    page.get_by_role("link", name="Fjern: Krever egen resept").click()
    page.get_by_role("heading", name="Varer funnet: 5").wait_for()
    page.get_by_label("Til", exact=True).fill("100")
    page.get_by_role("button", name="Vis", exact=True).click()
    page.get_by_role("heading", name="Fant ingen varer").wait_for()
    page.get_by_role("link", name="Fjern: høyst 100 per pakning").click()
    page.get_by_role("link", name="Havblikk pose").click()
    page.wait_for_url("**/vare/600008?**")
    assert "valid_on=2026-06-15" in page.url


def test_what_is_typed_leaves_the_page_accessible(open_page):
    page = open_page(f"/?lang=nb{DAY}", viewport={"width": 320, "height": 700})
    page.keyboard.type("pose")
    page.get_by_role("heading", name="Varer funnet: 5").wait_for()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_half_words_are_asked_as_such(open_page):
    page = open_page(f"/?lang=nb{DAY}")
    with page.expect_request(lambda sent: "q=stomip" in sent.url) as asked:
        page.keyboard.type("stomip")
    assert asked.value.headers["typing"] == "1"

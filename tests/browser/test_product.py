"""A product's page in a real browser: its number copied and announced, another day, readable by everyone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.home import Home
from tests.app.builders import CORRECTED, SPRING, an_empty_home, first_file, publish_file, stoma_file
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser

ADDRESS = "/vare/600007?lang=nb&valid_on=2026-03-15"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Lists in which a price changes and a product goes."""
    made = an_empty_home(tmp_path_factory.mktemp("product") / "home")
    publish_file(made, first_file(), at="2025-12-15")
    publish_file(made, stoma_file(CORRECTED, helfo="2026-01-01"), at="2026-03-10")
    publish_file(made, stoma_file(SPRING, helfo="2026-04-01"), at="2026-03-20", complete=True)
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    with served(home) as address:
        yield address


def copied(page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_the_number_is_copied_by_its_button_or_by_one_key_and_that_is_announced(open_page):
    page = open_page(ADDRESS, permissions=CLIPBOARD)
    status = page.get_by_role("status")
    assert status.inner_text() == ""
    page.get_by_role("button", name="Kopier nummeret").click()
    expect(status).to_have_text("Varenummer 600007 er kopiert.")
    assert copied(page) == "600007"
    page.evaluate("navigator.clipboard.writeText('')")
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(status).to_have_text("Varenummer 600007 er kopiert.")
    page.wait_for_function("async () => await navigator.clipboard.readText() === '600007'")
    assert page.faults == []


def test_where_pages_have_no_clipboard_the_number_is_marked_for_the_readers_own_keys(open_page):
    page = open_page(ADDRESS)
    page.evaluate("delete Navigator.prototype.clipboard")
    page.keyboard.press("c")
    expect(page.get_by_role("status")).to_contain_text("Varenummer 600007 er merket.")
    assert page.evaluate("getSelection().toString()") == "600007"


def test_the_key_is_left_to_who_writes_and_to_who_turned_it_off(open_page):
    page = open_page(ADDRESS, permissions=CLIPBOARD)
    page.evaluate("navigator.clipboard.writeText('mine')")
    page.focus("#valid_on")
    page.keyboard.press("c")
    page.locator("h1").click()
    page.keyboard.press("Shift+C")
    page.evaluate("localStorage.setItem('keys', 'off')")
    page.keyboard.press("c")
    page.evaluate("localStorage.removeItem('keys')")
    assert (copied(page), page.get_by_role("status").inner_text()) == ("mine", "")


def test_without_scripts_all_is_there_but_the_button(open_page):
    page = open_page(ADDRESS, java_script_enabled=False)
    assert not page.locator("#copy").is_visible()
    assert not page.locator("kbd").is_visible()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Refusjon ytes bare etter stomioperasjon.").first.is_visible()
    page.fill("#valid_on", "2026-04-01")
    page.get_by_role("button", name="Vis dagen").click()
    page.wait_for_url("**valid_on=2026-04-01*")
    expect(page.locator(".amount").last).to_have_text("13,00 kr per stk")
    assert "slik gjelder det 1. april 2026" in page.locator(".other-day").inner_text()


def test_a_number_that_is_gone_leads_to_its_last_day(open_page):
    page = open_page("/vare/600008?lang=nb&valid_on=2026-06-15")
    page.get_by_role("link", name="31. mars 2026").click()
    page.wait_for_url("**valid_on=2026-03-31*")
    assert page.locator("h1").inner_text() == "Havblikk pose"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_with_all_unfolded_it_is_accessible_and_fits(open_page, scheme, width):
    page = open_page(ADDRESS, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_chart_keeps_its_letters_and_its_frame_on_a_phone(open_page):
    page = open_page(ADDRESS, viewport={"width": 320, "height": 900})
    assert page.get_by_role("img", name="Det som refunderes per enhet").is_visible()
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.chart text')).fontSize)") >= 13
    boxes = page.evaluate(
        "[...document.querySelectorAll('.chart svg *')].map(one => one.getBoundingClientRect())"
        ".filter(box => box.width).every(box => box.left >= 0 && box.right <= innerWidth)"
    )
    assert boxes


def test_on_paper_the_folded_texts_stand_open_and_what_is_pressed_is_gone(open_page):
    page = open_page(ADDRESS)
    text = page.get_by_text("Refusjon ytes bare etter stomioperasjon.").first
    assert not text.is_visible()
    page.emulate_media(media="print")
    assert text.is_visible()
    for pressed in ("#copy", "#valid_on", ".ways"):
        assert not page.locator(pressed).first.is_visible()

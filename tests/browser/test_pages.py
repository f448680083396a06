"""The pages in a real browser: readable at any width, by keyboard, without scripts, nothing from outside."""

from collections.abc import Iterator

import pytest

from app.home import DEMONSTRATION, Home
from tests.app.builders import HOSTILE_NAME, Good, an_empty_home, first_file, publish_file, stoma_file
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser

ADDRESSES = [
    "/?lang=nb",
    "/?q=pose&lang=nn",
    "/?q=600014&lang=en",
    "/?q=zzzzqqqq&lang=nb",
    "/problems/not-listed?lang=en",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Lists with a product whose name is hostile and one whose name is endless."""
    made = an_empty_home(tmp_path_factory.mktemp("pages") / "home")
    publish_file(made, first_file(), at="2026-01-01")
    goods = [
        Good("600007", ("5050101", "5050102")),
        Good("600014", name=HOSTILE_NAME),
        Good("600015", name="Æ" * 4000),
        Good("600016", name="Ord " * 1000),
    ]
    publish_file(made, stoma_file(goods, helfo="2026-02-01"), complete=True)
    (made.path / DEMONSTRATION).touch()
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    with served(home) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_accessible(open_page, address, scheme):
    page = open_page(address, color_scheme=scheme)
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("address", [*ADDRESSES, "/?q=600015", "/?q=600016"])
def test_a_page_never_scrolls_sideways(open_page, address, width):
    page = open_page(address, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("address", [*ADDRESSES, "/?q=600015", "/schema"])
def test_a_page_loads_nothing_from_outside_and_nothing_goes_wrong(open_page, address):
    page = open_page(address)
    assert page.outside == []
    assert page.faults == []


def test_searching_works_without_scripts_and_by_keyboard(open_page):
    page = open_page("/?lang=nb", java_script_enabled=False)
    page.keyboard.press("Tab")
    assert page.locator(":focus").count() == 1
    page.focus("#q")
    page.keyboard.type("600007")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=600007*")
    assert page.locator(".hits h3").all_inner_texts() == ["Fjellro pose 30 mm"]


def test_the_first_tab_leads_past_the_header_and_every_stop_is_seen(open_page):
    page = open_page("/?q=pose&lang=nb")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_hostile_name_does_nothing_and_turns_nothing_around(open_page):
    page = open_page("/?q=600014&lang=nb")
    assert page.evaluate("document.querySelectorAll('script').length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.hits h3 bdi')).unicodeBidi") == "isolate"
    assert "600014" in page.locator(".hits .soft").first.inner_text()


def test_the_description_can_be_read_and_tried(open_page):
    page = open_page("/schema")
    block = page.locator("#operations-default-product, [id$=-product].opblock").first
    block.wait_for()
    assert page.locator(".opblock").count() >= 12
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    block.get_by_placeholder("varenr").fill("600007")
    block.get_by_role("button", name="Execute").click()
    block.locator(".live-responses-table .response-col_status").last.wait_for()
    assert "200" in block.locator(".live-responses-table .response-col_status").last.inner_text()
    assert page.outside == []

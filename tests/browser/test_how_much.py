"""How much one can get, in a real browser: by keyboard, without scripts, on one sheet of paper."""

import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from app.home import Home
from tests.app.builders import Good, an_empty_home, publish_file, stoma_file
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser

ADDRESS = "/hvor-mye/5050102?lang=nb&valid_on=2026-02-01"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """A group that needs its own prescription and has two limits."""
    made = an_empty_home(tmp_path_factory.mktemp("much") / "home")
    publish_file(
        made, stoma_file([Good("600007", ("5050101", "5050102"))], helfo="2026-01-01"), at="2026-01-01"
    )
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    with served(home) as address:
        yield address


@pytest.mark.parametrize("asked", [None, ("", "x", ""), ("600007", "13", "2")])
def test_the_page_is_accessible_in_light_and_dark_and_narrow(open_page, asked):
    page = open_page(ADDRESS, viewport={"width": 320, "height": 800})
    if asked is not None:
        for field, value in zip(("year", "now"), asked[1:], strict=True):
            page.fill(f"#{field}", value)
        page.select_option("#vare", asked[0])
        page.locator(".much button").click()
        page.locator(".result" if asked[0] else "[role=alert]").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)
    # The browser itself says so of a form that must be mended.
    assert (page.outside, [fault for fault in page.faults if "status of 400" not in fault]) == ([], [])


def test_a_patient_works_out_what_is_left_by_keyboard_without_scripts(open_page):
    page = open_page(ADDRESS, java_script_enabled=False)
    page.focus("#vare")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("mange")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.locator("#year-wrong").wait_for()
    assert page.url.endswith(f"{ADDRESS}#calculator")
    assert page.title().startswith("Noe må rettes: ")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "year"
    assert page.locator("#year").get_attribute("aria-invalid") == "true"
    assert page.locator("#year-wrong").inner_text() == "Skriv et helt tall fra 0 til 9999."
    page.fill("#year", "5")
    page.keyboard.press("Enter")
    told = page.get_by_role("status").inner_text()
    assert "Senere i år er det igjen 190 av 400 stk." in told
    assert page.url.endswith(f"{ADDRESS}#calculator")


def test_it_is_printed_on_one_sheet(open_page):
    page = open_page(ADDRESS)
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    assert len(paper.pages) == 1
    told = " ".join(paper.pages[0].extract_text().split())
    assert "400 stk" in told
    assert "Regn ut" not in told

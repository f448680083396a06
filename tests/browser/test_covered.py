"""Whether it is covered, in a real browser: from a link to the verdict, by keyboard, without scripts."""

from collections.abc import Iterator

import pytest

from app.home import Home
from tests.app.builders import an_empty_home, first_file, publish_file
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser

LINK = "/dekning?varenr=600007&code=505&valid_on=2026-03-05&lang=nb"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Lists that are in force."""
    made = an_empty_home(tmp_path_factory.mktemp("covered") / "home")
    publish_file(made, first_file(), at="2025-12-15", complete=True)
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    with served(home) as address:
        yield address


def test_what_is_missing_is_asked_for_and_then_it_is_covered(open_page):
    page = open_page(LINK, java_script_enabled=False, locale="nb-NO")
    page.fill("#written_on", "2026-03-02")
    page.press("#written_on", "Enter")
    page.wait_for_url("**#answer")
    assert page.locator("#verdict").inner_text() == "Det må vurderes"
    page.get_by_role("link", name="Det er ikke oppgitt hva pasienten har fått").click()
    page.select_option("#before", "nothing")
    page.get_by_role("button", name="Svar meg").click()
    assert page.locator("#verdict").inner_text() == "Ja, resepten dekker det"
    assert page.locator(".judged td").all_inner_texts() == ["0", "30", "370"]
    assert page.faults == []


def test_an_answer_is_read_in_another_language_without_typing_again(open_page):
    page = open_page(LINK)
    page.fill("#written_on", "2026-03-02")
    page.get_by_role("button", name="Svar meg").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**lang=en#answer")
    assert page.locator("#verdict").inner_text() == "Somebody must judge it"
    assert page.input_value("#written_on") == "2026-03-02"
    assert page.locator(".judged td").all_inner_texts() == ["unknown", "30", "unknown"]
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_verdict_is_accessible_and_fits_a_narrow_window(open_page, scheme):
    page = open_page(LINK, color_scheme=scheme, viewport={"width": 320, "height": 800})
    page.fill("#written_on", "2026-03-02")
    page.fill("#varenr-1", "600099")
    page.fill("#packs-1", "1")
    page.get_by_role("button", name="Svar meg").click()
    page.get_by_text("Det samme som JSON").click()
    assert page.locator(".judged .verdict").all_inner_texts() == [
        "Det må vurderes",
        "Nei, resepten dekker det ikke",
    ]
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_is_wrong_is_found_by_keyboard(open_page):
    page = open_page("/dekning?lang=en", viewport={"width": 320, "height": 800})
    page.focus("form.asked button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Correct this before we can answer").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Written on: expected is a day").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "written_on"
    assert page.locator("#written_on-wrong").is_visible()

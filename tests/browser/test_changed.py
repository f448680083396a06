"""What changed, in a real browser: from an edition to one product, and any two days, without scripts."""

from collections.abc import Iterator

import pytest

from app.home import Home
from tests.app.builders import SPRING, an_empty_home, first_file, publish_file, stoma_file
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Two editions of one list."""
    made = an_empty_home(tmp_path_factory.mktemp("changed") / "home")
    publish_file(made, first_file(), at="2025-12-15", complete=True)
    publish_file(made, stoma_file(SPRING, helfo="2026-01-10"), at="2026-01-05", complete=True)
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    with served(home) as address:
        yield address


def test_from_what_an_edition_brought_to_the_product_that_left(open_page):
    page = open_page("/endringer?valid_on=2026-01-20&lang=nb", java_script_enabled=False)
    page.get_by_role("link", name="Havblikk pose: står ikke lenger på listen").click()
    page.wait_for_url("**kind=ended*")
    assert page.locator(".became h3").all_inner_texts() == ["Havblikk pose"]
    page.get_by_role("link", name="Havblikk pose").click()
    page.wait_for_url("**/vare/600008?valid_on=2026-01-01*")
    assert "Havblikk pose" in page.locator("h1").inner_text()


def test_two_days_and_two_editions_are_chosen_without_scripts(open_page):
    page = open_page("/endringer?list=505&valid_on=2026-01-20&lang=nb", java_script_enabled=False)
    page.get_by_role("button", name="Sammenlign").first.click()
    page.wait_for_url("**from=505*")
    assert page.locator(".became > li").count() > 3
    page.select_option("#kind", "new")
    page.get_by_role("button", name="Vis").click()
    assert page.locator(".became h3").all_inner_texts() == ["Vårpose"]
    page.select_option("#list", "")
    page.fill("#from", "2026-01-09")
    page.fill("#to", "2026-01-10")
    page.get_by_role("button", name="Sammenlign").click()
    page.wait_for_url("**list=&from=2026-01-09*")
    assert "Fra 9. januar 2026 til 10. januar 2026" in page.locator(".ends").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_changes_are_accessible_with_every_field_unfolded(open_page, scheme):
    page = open_page(
        "/endringer?from=2026-01-09&to=2026-01-10&lang=en",
        color_scheme=scheme,
        viewport={"width": 320, "height": 800},
    )
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

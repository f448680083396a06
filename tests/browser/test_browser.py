"""The browser the other tests look through: it starts, and its judge of accessibility judges."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser


def test_a_picture_without_a_text_is_found_by_the_judge_of_accessibility(browser):
    page = browser.new_page()
    page.set_content("<html lang=nb><title>A page</title><main><h1>Hei</h1><img src=''></main>")

    found = Axe().run(page).response["violations"]

    assert [violation["id"] for violation in found] == ["image-alt"]
    page.close()

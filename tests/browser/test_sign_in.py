"""Signing in with a real browser: by keyboard, without scripts, in light and dark; and out again."""

from collections.abc import Iterator

import pytest

from app.home import DEMONSTRATION, Home
from app.workshop.accounts import APPROVER, EDITOR
from app.workshop.passwords import hash_password
from tests.app.builders import an_empty_home
from tests.app.people import add_people
from tests.browser.serving import assert_accessible, served

PASSWORD = "en lang setning"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """A home in which Kari may sign in."""
    made = an_empty_home(tmp_path_factory.mktemp("signing-in") / "home")
    add_people(made, {"Kari Nordmann": (EDITOR, APPROVER)}, password_hash=hash_password(PASSWORD))
    (made.path / DEMONSTRATION).touch()
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    with served(home) as address:
        yield address


@pytest.fixture
def window(browser):
    """Opens fresh windows."""
    contexts = []

    def open_it(**options):
        contexts.append(browser.new_context(**options))
        return contexts[-1].new_page()

    yield open_it
    for context in contexts:
        context.close()


def sign_in(page, site, password=PASSWORD, query="?lang=nb"):
    page.goto(f"{site}/editor/sign-in{query}", wait_until="networkidle")
    page.fill("#name", "Kari Nordmann")
    page.fill("#password", password)
    with page.expect_navigation(wait_until="networkidle"):
        page.press("#password", "Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("password", [None, "feil", PASSWORD])
def test_the_form_its_refusal_and_the_frame_are_accessible_at_any_width(
    window, site, scheme, width, password
):
    page = window(color_scheme=scheme, viewport={"width": width, "height": 800})
    if password is None:
        page.goto(f"{site}/editor/sign-in?lang=nn", wait_until="networkidle")
    else:
        sign_in(page, site, password)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_signs_in_by_keyboard_without_scripts_and_out_again(window, site):
    page = window(java_script_enabled=False)
    page.goto(f"{site}/editor/sign-in?lang=nb", wait_until="networkidle")
    page.keyboard.type("kari nordmann")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/editor?lang=nb")
    assert "Kari Nordmann" in page.locator(".who").inner_text()
    assert page.locator(".places [aria-current=page]").inner_text() == "Utkast"

    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url(f"{site}/editor/sign-in?lang=nb")
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert page.locator(".who").count() == 0


def test_whoever_was_led_to_the_form_comes_to_the_page_that_was_asked_for(window, site):
    page = window()
    page.goto(f"{site}/editor?x=1", wait_until="networkidle")
    assert page.url == f"{site}/editor/sign-in?next=%2Feditor%3Fx%3D1"
    page.fill("#name", "Kari Nordmann")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{site}/editor?x=1")


def test_a_form_on_another_site_signs_nobody_in_or_out(window, site):
    page = window()
    sign_in(page, site)
    for action, status in (("sign-in", 403), ("sign-out", 303)):
        form = f"""<form method="post" action="{site}/editor/{action}">
            <input name="name" value="Kari Nordmann"><input name="password" value="{PASSWORD}">
            <button>x</button></form>"""
        page.route("http://elsewhere.example/", _showing(form))
        page.goto("http://elsewhere.example/")
        with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            page.click("button")
        # The cookie does not come along: signing out leads to the form.
        assert answered.value.status == status
    page.goto(f"{site}/editor?lang=nb", wait_until="networkidle")
    assert page.locator(".who").count() == 1


def _showing(form):
    return lambda route: route.fulfill(content_type="text/html", body=form)

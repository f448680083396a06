"""For everyone: each page judged in a real browser, in light and dark, and on the narrowest screen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from shlex import split

import pytest
from playwright.sync_api import Page

from app.home import Home
from tests.app.every_page import HOSTILE, PAGES, asked, make_hostile_home, reader_paths
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser

LOOKED_AT = (
    *(one for path in sorted(reader_paths() & set(PAGES)) for one in PAGES[path][:2]),
    *("/?q=zzzzqqqq", "/?q=pose&list=505&has_limit=true", "/?q=pose&price_from=x"),
    *("/vare/600015", "/vare/600099"),
)
NARROW, WIDE = 320, 1280
"""At 400 % a window of 1280 pixels shows what one of 320 does."""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return make_hostile_home(tmp_path_factory.mktemp("everyone") / "home")


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving lists in which some products have hostile names."""
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def window(browser, site) -> Iterator[Page]:
    """One window for all pages; what goes wrong in it, or leaves the host, is kept."""
    context = browser.new_context(base_url=site, locale="nb-NO")
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda sent: page.wrong.append(sent.url) if _leaves(sent.url, site) else None)
    yield page
    context.close()


def _leaves(url: str, site: str) -> bool:
    return not url.startswith((site, "data:"))


@pytest.mark.parametrize("address", LOOKED_AT)
def test_a_page_is_for_everyone(window, address):
    window.wrong.clear()
    for width, scheme in ((WIDE, "light"), (NARROW, "dark")):
        window.set_viewport_size({"width": width, "height": 800})
        window.emulate_media(color_scheme=scheme)
        if width == WIDE:
            window.goto(asked(address, "nb"))
        assert_accessible(window)
        assert window.evaluate("document.documentElement.scrollWidth") <= width
    # A refusal's own status is told on the console, and is no fault.
    assert [one for one in window.wrong if "status of 4" not in one] == []


@pytest.mark.parametrize("varenr", HOSTILE)
@pytest.mark.parametrize("address", ["/?q={varenr}", "/vare/{varenr}", "/gruppe/5050101?list=505"])
def test_a_hostile_name_widens_no_page_and_turns_nothing_around(window, address, varenr):
    window.wrong.clear()
    window.set_viewport_size({"width": NARROW, "height": 800})
    window.goto(asked(address.format(varenr=varenr), "en"))
    assert window.evaluate("document.documentElement.scrollWidth") <= NARROW
    turned = "[...document.querySelectorAll('main bdi')].map(one => getComputedStyle(one).unicodeBidi)"
    assert set(window.evaluate(turned)) == {"isolate"}
    assert window.wrong == []
    assert varenr in window.locator("main").inner_text()


def test_every_page_is_printed_without_what_is_only_for_the_screen(window):
    window.emulate_media(media="print")
    window.goto(asked("/?q=pose", "nb"))
    wanted = {"h1": True, "#q": True, ".hits": True, "nav": False, "button": False, ".filters": False}
    assert {name: window.locator(name).first.is_visible() for name in wanted} == wanted
    window.emulate_media(media="screen")


def test_keys_can_be_turned_off(window):
    window.set_viewport_size({"width": WIDE, "height": 800})
    window.goto(asked("/tilgjengelighet", "nb"))
    window.get_by_role("button", name="Slå av hurtigtastene").click()
    assert window.get_by_role("status").inner_text() == "Hurtigtastene er av."
    window.goto(asked("/?q=pose", "nb"))
    window.keyboard.press("/")
    assert window.evaluate("document.activeElement.id") != "q"
    window.goto(asked("/tilgjengelighet", "nb"))
    window.get_by_role("button", name="Slå på hurtigtastene").click()
    window.goto(asked("/?q=pose", "nb"))
    window.keyboard.press("/")
    assert window.evaluate("document.activeElement.id") == "q"


def test_the_developers_examples_run_as_they_stand(window, site):
    window.goto("/utvikler?lang=en")
    calls = window.locator("pre.call").all_inner_texts()
    assert len(calls) == 6
    for call in calls:
        words = split(unescape(call))
        assert words[:2] == ["curl", "-s"]
        done = subprocess.run([*words, "--fail"], capture_output=True, check=True, timeout=30)
        assert "release" in json.loads(done.stdout), call
    program = window.locator("pre.program").inner_text()
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    assert "4 products" in ran.stdout


def test_the_first_tab_leads_past_the_header_and_every_stop_is_seen(open_page):
    page = open_page(asked("/?q=pose", "nb"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


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
    assert page.faults == []

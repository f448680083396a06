"""Every page of the editors in a real browser: accessible in three languages, whole at any width."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.app.builders import HOSTILE_NAME, Good, stoma_file
from tests.browser.editing import COMING, LONG_NAME, RENAMED, Somebody
from tests.browser.serving import assert_accessible

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(browser, editors_site) -> dict[str, Any]:
    """The address of every page, with much on it."""
    context = browser.new_context(locale="nb-NO", java_script_enabled=False)
    line = Somebody(context, editors_site).sign_in("Line Kristoffersen-Bjørnstad")
    goods = (*RENAMED, Good("600014", name=HOSTILE_NAME), Good("600015", name=LONG_NAME))
    draft = line.upload(stoma_file(goods, helfo=COMING), name="en-fil-med-et-svært-langt-navn-" * 3 + ".xml")
    line.change(draft, LONG_NAME + "og mer")
    bad = [Good(f"6000{number}", price="tolv kroner og femti øre" * 3) for number in range(10, 90)]
    refused = line.upload(stoma_file(bad, helfo=COMING), name="feil.xml")
    line.go("/editor/releases/1/withdraw")
    line.page.get_by_label("Grunn").fill("Bare en prøve")
    line.press("Lag utkast")
    line.page.wait_for_url("**/editor/drafts/*")
    act = line.path
    ola = Somebody(browser.new_context(locale="nb-NO", java_script_enabled=False), editors_site)
    ola.sign_in("Ola").go(draft)
    ola.press("Godkjenn nøyaktig dette")
    cookies = {"Line": context.cookies(), "Ola": ola.context.cookies()}
    context.close()
    ola.context.close()
    found = {
        "utkastene": "/editor",
        "utkast": draft,
        "avgjøre": draft,
        "handling": act,
        "avvist": refused,
        "rapport": f"{refused}/report",
        "endringer": f"{draft}/changes",
        "vare": f"{draft}/values?subject=product&key=600007",
        "gruppe": f"{draft}/values?subject=group&key=5050101",
        "vilkår": f"{draft}/values?subject=condition&key=ID_TEKST",
        "liste": f"{draft}/values?subject=list&key=505",
        "treff": f"{draft}/values?subject=product&key=pose",
        "uten-treff": f"{draft}/values?subject=product&key=zzzz",
        "utgivelser": "/editor/releases",
        "tilbake": "/editor/releases/1/withdraw",
        "avslutt": "/editor/lists/505/close",
        "kalender": "/editor/calendar?from=2025-12",
        "logg": "/editor/log",
        "finnes-ikke": "/editor/drafts/999",
    }
    return {**found, "cookies": cookies}


NAMES = (
    *("utkastene", "utkast", "avgjøre", "handling", "avvist", "rapport", "endringer", "vare", "gruppe"),
    *("vilkår", "liste", "treff", "uten-treff", "utgivelser", "tilbake", "avslutt", "kalender", "logg"),
    *("finnes-ikke", "logg-inn"),
)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """Where pictures of the pages are kept, to be looked at."""
    named = os.environ.get("BLALISTE_PICTURES")
    place = Path(named) if named else tmp_path_factory.mktemp("pictures")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture
def look(browser, editors_site, pages):
    """Opens a page by its name in a fresh window, signed in."""
    contexts = []

    def open_it(name, *, lang="nb", **options):
        context = browser.new_context(locale="nb-NO", **options)
        contexts.append(context)
        address = "/editor/sign-in" if name == "logg-inn" else pages[name]
        if name != "logg-inn":
            context.add_cookies(pages["cookies"]["Ola" if name == "avgjøre" else "Line"])
        page = context.new_page()
        page.outside = []
        page.on(
            "request",
            lambda sent: (
                None if sent.url.startswith((editors_site, "data:")) else page.outside.append(sent.url)
            ),
        )
        page.goto(f"{editors_site}{address}{'&' if '?' in address else '?'}lang={lang}")
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_accessible(look, pictures, name, lang, scheme):
    page = look(name, lang=lang, color_scheme=scheme, viewport={"width": 1280, "height": 900})
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    page.screenshot(path=pictures / f"{name}-{lang}-{scheme}.png", full_page=True)
    assert_accessible(page)
    assert page.locator("html").get_attribute("lang") == lang
    assert page.outside == []


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole_at_any_width(look, pictures, name, width):
    page = look(name, viewport={"width": width, "height": 800})
    page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # What stands in nothing that scrolls, is cut off nowhere.
    cut = page.evaluate(
        """width => [...document.querySelectorAll('main *, header *')]
            .filter(one => !one.closest('.scroll, .unseen, .skip') && one.getClientRects().length)
            .filter(one => one.getBoundingClientRect().right > width + 0.5)
            .map(one => one.outerHTML.slice(0, 120))""",
        width,
    )
    assert cut == []

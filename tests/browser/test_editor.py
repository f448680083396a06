"""The editors' pages in a real browser: two people, from a file to its release and back, without scripts."""

import datetime as dt
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.home import Home
from app.publish.publishing import publish_due
from app.workshop.accounts import ADMIN, APPROVER, EDITOR, Accounts
from app.workshop.database import Workshop
from app.workshop.passwords import Cost, hash_password
from lists.days import OSLO
from tests.app.builders import (
    CORRECTED,
    HOSTILE_NAME,
    Good,
    an_empty_home,
    first_file,
    publish_file,
    stoma_file,
)
from tests.app.ports import a_free_port

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.browser

PASSWORD = "en lang setning"
PEOPLE = {
    "Kari": (EDITOR,),
    "Ola": (APPROVER,),
    "Åse": (EDITOR, APPROVER),
    "Line Kristoffersen-Bjørnstad": (EDITOR, APPROVER, ADMIN),
}
TODAY = dt.datetime.now(OSLO).date()
COMING = (TODAY.replace(day=1) + dt.timedelta(days=70)).replace(day=1).isoformat()
"""A first day that has not come yet."""

NEXT = (Good("600007", ("5050101", "5050102"), price="13.00"), *CORRECTED[1:], Good("600013", name="Vårpose"))
RENAMED = (*NEXT[:1], Good("600008", supplier="Havblikk Å AS", name="Noe helt annet"), *NEXT[2:])
LONG_NAME = "Pose med hudplateoghydrokolloidklebefilterforlengelsesslange " * 3


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Lists that are in force, and people who work on them; one other person must approve."""
    made = an_empty_home(tmp_path_factory.mktemp("editor") / "home")
    publish_file(made, first_file(), at="2025-12-15", complete=True)
    password = hash_password(PASSWORD, cost=Cost(1, 8, 1))
    with closing(Workshop(made.workshop)) as workshop:
        workshop.set_approvals(1)
        for name, roles in PEOPLE.items():
            Accounts(workshop).add(name, roles=roles, password_hash=password, by="test")
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    port = a_free_port()
    command = (sys.executable, "-m", "app.serving.api", "app.main:application", "127.0.0.1", str(port), "1")
    environment = {**os.environ, "BLALISTE_HOME": str(home.path)}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/health/ready")
        yield address
    finally:
        running.terminate()
        running.wait(10)


def _wait_for(address):
    end = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


class Somebody:
    """A person at a browser of their own."""

    def __init__(self, context, site):
        self.context, self.site = context, site
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)

    def go(self, address):
        self.page.goto(self.site + address)

    def sign_in(self, name):
        self.go("/editor")
        self.page.get_by_label("Navn").fill(name)
        self.page.get_by_label("Passord").fill(PASSWORD)
        self.press("Logg inn")
        return self

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def upload(self, content, *, name="helfo.xml", note=""):
        """Take a file in; returns the path of its draft."""
        self.go("/editor")
        file = {"name": name, "mimeType": "application/xml", "buffer": content}
        self.page.get_by_label("Kildefil").set_input_files(file)
        self.page.get_by_label("Merknad").fill(note)
        self.press("Ta inn og kontroller")
        self.page.wait_for_url("**/editor/drafts/*")
        return self.path

    def change(self, draft, value, *, key="600007", field="Navn", subject="product"):
        """Change a value of a draft, with its reason."""
        self.go(f"{draft}/values?subject={subject}&key={key}")
        form = self.form_of(field)
        form.get_by_label(field, exact=True).fill(value)
        form.get_by_label("Grunn").fill("Ringt leverandøren")
        form.get_by_role("button").click()

    def form_of(self, field):
        return self.page.locator("form.value", has=self.page.get_by_label(field, exact=True))

    @property
    def path(self):
        return self.page.url.removeprefix(self.site)

    @property
    def state(self):
        return self.page.locator("h1 .state").inner_text()

    @property
    def said(self):
        return " ".join(self.page.locator("main").inner_text().split())


@pytest.fixture
def person(browser, site):
    """Signs somebody in, in a browser of their own; without scripts unless they are wished for."""
    contexts = []

    def enter(name, **options):
        options = {"locale": "nb-NO", "java_script_enabled": False, **options}
        contexts.append(browser.new_context(**options))
        return Somebody(contexts[-1], site).sign_in(name)

    yield enter
    for context in contexts:
        context.close()


def the_release(site, number):
    """Waits until the server has gone over to a release."""
    end = time.monotonic() + 60
    while True:
        with urllib.request.urlopen(f"{site}/v1/status") as answer:
            if answer.headers["Release"] == str(number):
                return
        assert time.monotonic() < end
        time.sleep(0.1)


# --- the story -----------------------------------------------------------------


def test_two_people_take_a_file_to_its_release_and_back(person, site, home):
    kari, ola = person("Kari"), person("Ola")

    draft = kari.upload(stoma_file(NEXT, helfo=COMING), note="Nye priser")
    assert kari.state == "Åpent"
    assert "Ingen ber om et nytt blikk" in kari.said
    assert kari.page.get_by_role("button", name="Godkjenn").count() == 0

    kari.change(draft, "32 mm", field="Størrelse")
    assert "Endret: 600007, Størrelse, fra 30 mm til 32 mm." in kari.said
    assert "Ringt leverandøren" in kari.said

    ola.go(draft)
    assert "32 mm" in ola.said
    ola.follow("Hver endring, felt for felt")
    assert "Vårpose" in ola.said
    ola.go(draft)
    ola.press("Godkjenn nøyaktig dette")
    assert ola.state == "Godkjent"

    # Any change voids it.
    kari.go(f"{draft}/values?subject=product&key=600007")
    assert "en endring opphever godkjenningen" in kari.said
    kari.change(draft, "13.50", field="Pris E, 2026-01-01: beløp")
    assert kari.state == "Åpent"
    ola.go(draft)
    assert "Godkjenninger fra andre: 0 av 1 som trengs" in ola.said
    assert ola.page.get_by_role("button", name="Publiser").count() == 0

    ola.press("Godkjenn nøyaktig dette")
    ola.press("Publiser")
    assert ola.state == "Publisert"
    release = home.current_release()
    the_release(site, release)

    kari.go("/editor/releases")
    assert "Nye priser" in kari.said
    kari.page.get_by_role("link", name=f"Trekk tilbake: {release}", exact=True).click()
    kari.page.get_by_label("Grunn").fill("Prisene var feil")
    kari.press("Lag utkast")
    back = kari.path
    assert f"Tilbaketrekking av utgivelse {release}" in kari.said
    assert kari.page.get_by_role("link", name="Endre en verdi").count() == 0

    ola.go(back)
    ola.press("Godkjenn nøyaktig dette")
    ola.press("Publiser")
    assert ola.state == "Publisert"
    the_release(site, release + 1)
    ola.go("/editor/releases")
    assert f"Trekker tilbake utgivelse {release}." in ola.said
    assert f"Trukket tilbake av utgivelse {release + 1}." in ola.said

    ola.go(f"/editor/log?draft={draft.rpartition('/')[2]}")
    for act in ("utkast tatt inn", "verdi endret", "godkjent", "publisert"):
        assert act in ola.said


def test_the_keyboard_is_enough(person, browser, site, tmp_path):
    file = tmp_path / "tastatur.xml"
    file.write_bytes(stoma_file((*NEXT, Good("600017", name="Tastatur")), helfo=COMING))
    kari, ola = person("Kari"), person("Ola")
    page = kari.page

    tab_to(page, "#file")
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files(str(file))
    tab_to(page, "#note")
    page.keyboard.type("Fra tastaturet")
    tab_to(page, "form.narrow button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/editor/drafts/*")
    draft = kari.path

    tab_to(page, "#key")
    page.keyboard.type("tastatur")
    page.keyboard.press("Enter")
    page.wait_for_url("**/values?*")
    tab_to(page, "#hits + ul a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/values?*key=600017")
    tab_to(page, "#v1-value")
    page.keyboard.press("Control+a")
    page.keyboard.type("Tangent")
    tab_to(page, "#v1-reason")
    page.keyboard.type("Skrivefeil")
    page.keyboard.press("Enter")
    page.wait_for_url("**/editor/drafts/*?changed=1")
    assert "Endret: 600017, Navn, fra Tastatur til Tangent." in kari.said

    page = ola.page
    ola.go(draft)
    tab_to(page, "#approve-note + p button")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert ola.state == "Godkjent"
    tab_to(page, "#reject-reason")
    page.keyboard.type("Bare en prøve")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert ola.state == "Forkastet"


def tab_to(page, selector):
    """Press Tab until one is there; every stop on the way can be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.locator(":focus")
        if at.count() == 0:  # Past the end it leaves the page, and comes back at its top.
            continue
        assert at.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        if at.evaluate("(one, wanted) => one.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab never leads to {selector}")


def test_what_must_not_be_changed_is_told_next_to_its_field(person):
    kari = person("Kari")
    draft = kari.upload(stoma_file(NEXT, helfo=COMING))

    kari.change(draft, "tolv kroner", field="Pris E, 2026-01-01: beløp")
    field = kari.page.get_by_label("Pris E, 2026-01-01: beløp", exact=True)
    told = kari.page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
    assert "det ventes et beløp, som 123.50" in told
    assert field.input_value() == "tolv kroner"
    assert field.get_attribute("aria-invalid") == "true"

    kari.change(draft, "12.50")
    assert kari.state == "Åpent"


def test_a_text_is_given_its_coded_form_and_another_is_expressed_by_it(person):
    kari = person("Kari")
    draft = kari.upload(stoma_file(NEXT, helfo=COMING))
    kari.go(f"{draft}/values?subject=condition&key=stomioperasjon")
    kari.follow("ID_TEKST")

    form = kari.page.locator("form.value", has=kari.page.get_by_label("Hva teksten krever"))
    form.get_by_label("Hva teksten krever").select_option(label="alder fra og med (år)")
    form.get_by_label("Antall, år eller koder").fill("18")
    form.get_by_label("Grunn").fill("Står i teksten")
    form.get_by_role("button").click()
    assert 'til [{"type":"1","values":["18"]}]' in kari.said

    kari.go(f"{draft}/values?subject=condition&key=ID_TEKST")
    form = kari.page.locator("form.value", has=kari.page.get_by_label("Vilkår som sier det samme"))
    form.get_by_label("Vilkår som sier det samme").select_option("ID_EGEN")
    form.get_by_label("Grunn").fill("Sier det samme")
    form.get_by_role("button").click()
    assert "Endret: ID_TEKST, Uttrykt av vilkår, fra – til ID_EGEN." in kari.said


def test_a_gate_is_passed_only_with_a_reason(person, site, home):
    kari, ola = person("Kari"), person("Ola")
    draft = kari.upload(stoma_file(RENAMED, helfo=COMING))
    assert "names-changed" in kari.said
    ola.go(draft)
    ola.press("Godkjenn nøyaktig dette")

    ola.press("Publiser")
    assert "names-changed" in ola.page.get_by_role("alert").inner_text()
    ola.page.get_by_role("group", name="Porter som kan passeres").get_by_role("checkbox").check()
    ola.press("Publiser")
    assert "noen ord som sier hvorfor" in ola.page.get_by_role("alert").inner_text()
    assert ola.state == "Godkjent"
    ola.page.get_by_role("group", name="Porter som kan passeres").get_by_role("checkbox").check()
    ola.page.get_by_label("Hvorfor; det blir stående i loggen").fill("Leverandøren har skiftet navn")
    ola.press("Publiser")

    assert ola.state == "Publisert"
    the_release(site, home.current_release())
    ola.go("/editor/log")
    assert "names-changed: Leverandøren har skiftet navn" in ola.said


def test_a_draft_goes_out_by_itself_at_its_instant(person, site, home):
    kari, ola = person("Kari"), person("Ola")
    goods = (*NEXT, Good("600018", name="Planlagt pose"))
    draft = kari.upload(stoma_file(goods, helfo=COMING), note="Til kalenderen")
    number = draft.rpartition("/")[2]
    day = TODAY + dt.timedelta(days=40)
    ola.go(draft)
    ola.press("Godkjenn nøyaktig dette")
    for gate in ola.page.locator("fieldset .check input").all():
        gate.check()
        ola.page.get_by_label("Hvorfor; det blir stående i loggen").fill("Små lister")
    ola.page.get_by_label("Dag", exact=True).fill(day.isoformat())
    ola.page.get_by_label("Klokkeslett").fill("06:00")
    ola.press("Publiser")
    assert ola.state == "Planlagt"
    assert f"Går ut {day} 06:00, satt av Ola." in ola.said

    kari.go("/editor/calendar")
    assert "publiseres kl. 06:00 norsk tid" in kari.said
    kari.follow(f"Utkast {number}")
    assert kari.state == "Planlagt"
    kari.go(f"{draft}/values?subject=product&key=600007")
    assert kari.page.get_by_role("alert").count() == 1

    ola.press("Ta det av kalenderen")
    assert ola.state == "Godkjent"
    for gate in ola.page.locator("fieldset .check input").all():
        gate.check()
        ola.page.get_by_label("Hvorfor; det blir stående i loggen").fill("Små lister")
    ola.page.get_by_label("Dag", exact=True).fill(day.isoformat())
    ola.page.get_by_label("Klokkeslett").fill("07:00")
    ola.press("Publiser")
    at = dt.datetime.combine(day, dt.time(7), OSLO)
    assert publish_due(home, at - dt.timedelta(seconds=1)) == []
    release = home.current_release() + 1
    assert publish_due(home, at) == [release]
    the_release(site, release)
    kari.go(draft)
    assert kari.state == "Publisert"


def test_nobody_approves_what_they_took_in(person, site):
    ase = person("Åse")
    draft = ase.upload(stoma_file((*NEXT, Good("600019", name="Egen")), helfo=COMING))
    assert ase.page.get_by_role("button", name="Godkjenn nøyaktig dette").count() == 0
    csrf = ase.page.locator("input[name=csrf]").first.get_attribute("value")

    forged = ase.context.request.post(f"{site}{draft}/approve", form={"csrf": csrf})

    assert forged.status == 409
    assert "Åse" in forged.text()
    ase.go(draft)
    assert ase.state == "Åpent"


def test_a_refused_file_is_shown_with_its_report_by_rule_and_as_a_table(person, site):
    kari = person("Kari")
    goods = (Good("600007", price="tolv"), Good("60001X"), Good("600008", price="1,2,3"))
    draft = kari.upload(stoma_file(goods, helfo=COMING), name="feil.xml")
    assert kari.state == "Avvist av kontrollen"
    assert "tolv" in kari.said

    kari.follow("Alle, én for én")
    rules = kari.page.get_by_role("navigation", name="Regel")
    rules.get_by_role("link", name="Et beløp kan ikke leses: 2").click()
    assert [("amount-form" in row) for row in kari.page.locator("tbody tr").all_inner_texts()] == [True, True]
    table = kari.context.request.get(f"{site}/v1{draft.removeprefix('/editor')}/report.csv?lang=nb")
    assert table.headers["content-type"].startswith("text/csv")
    assert "amount-form" in table.text()

    # It can be put right here, value by value, read from its source.
    kari.go(f"{draft}/values?subject=product&key=600008")
    assert kari.page.get_by_role("heading", name="Vare 600008").count() == 1


# --- every page ------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(browser, site) -> dict[str, str]:
    """The address of every page, with much on it."""
    context = browser.new_context(locale="nb-NO", java_script_enabled=False)
    line = Somebody(context, site).sign_in("Line Kristoffersen-Bjørnstad")
    goods = (*RENAMED, Good("600014", name=HOSTILE_NAME), Good("600015", name=LONG_NAME))
    draft = line.upload(stoma_file(goods, helfo=COMING), name="en-fil-med-et-svært-langt-navn-" * 3 + ".xml")
    line.change(draft, LONG_NAME + "og mer")
    bad = [Good(f"6000{number}", price="tolv kroner og femti øre" * 3) for number in range(10, 90)]
    refused = line.upload(stoma_file(bad, helfo=COMING), name="feil.xml")
    cookies = context.cookies()
    context.close()
    found = {
        "utkastene": "/editor",
        "utkast": draft,
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
    *("utkastene", "utkast", "avvist", "rapport", "endringer", "vare", "gruppe", "vilkår", "liste", "treff"),
    *("uten-treff", "utgivelser", "tilbake", "avslutt", "kalender", "logg", "finnes-ikke", "logg-inn"),
)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """Where pictures of the pages are kept, to be looked at."""
    named = os.environ.get("BLALISTE_PICTURES")
    place = Path(named) if named else tmp_path_factory.mktemp("pictures")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture
def look(browser, site, pages):
    """Opens a page by its name in a fresh window, signed in."""
    contexts = []

    def open_it(name, *, lang="nb", **options):
        context = browser.new_context(locale="nb-NO", **options)
        contexts.append(context)
        address = "/editor/sign-in" if name == "logg-inn" else pages[name]
        if name != "logg-inn":
            context.add_cookies(pages["cookies"])
        page = context.new_page()
        page.outside = []
        page.on(
            "request",
            lambda sent: None if sent.url.startswith((site, "data:")) else page.outside.append(sent.url),
        )
        page.goto(f"{site}{address}{'&' if '?' in address else '?'}lang={lang}")
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
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
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

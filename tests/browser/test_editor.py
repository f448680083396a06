"""The editors' pages in a real browser: two people, from a file to its release and back, without scripts."""

import datetime as dt

import pytest

from app.publish.publishing import publish_due
from lists.days import OSLO
from tests.app.builders import Good, stoma_file
from tests.browser.editing import COMING, NEXT, RENAMED, TODAY, the_release

pytestmark = pytest.mark.browser


def test_two_people_take_a_file_to_its_release_and_back(person, editors_site, editors_home):
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
    release = editors_home.current_release()
    the_release(editors_site, release)

    kari.go("/editor/releases")
    assert "Nye priser" in kari.said
    kari.page.get_by_role("link", name=f"Trekk tilbake: {release}", exact=True).click()
    kari.page.get_by_label("Grunn").fill("Prisene var feil")
    kari.press("Lag utkast")
    kari.page.wait_for_url("**/editor/drafts/*")
    back = kari.path
    assert f"Tilbaketrekking av utgivelse {release}" in kari.said
    assert kari.page.get_by_role("link", name="Endre en verdi").count() == 0

    ola.go(back)
    ola.press("Godkjenn nøyaktig dette")
    ola.press("Publiser")
    assert ola.state == "Publisert"
    the_release(editors_site, release + 1)
    ola.go("/editor/releases")
    assert f"Trekker tilbake utgivelse {release}." in ola.said
    assert f"Trukket tilbake av utgivelse {release + 1}." in ola.said

    ola.go(f"/editor/log?draft={draft.rpartition('/')[2]}")
    for act in ("utkast tatt inn", "verdi endret", "godkjent", "publisert"):
        assert act in ola.said


def test_the_keyboard_is_enough(person, tmp_path):
    file = tmp_path / "tastatur.xml"
    file.write_bytes(stoma_file((*NEXT, Good("600017", name="Tastatur")), helfo=COMING))
    kari = person("Kari")
    page = kari.page
    # Asked for well before the key is pressed: a window that opens first is not seen.
    page.on("filechooser", lambda _: None)

    tab_to(page, "#file")
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files(str(file))
    tab_to(page, "#note")
    page.keyboard.type("Fra tastaturet")
    tab_to(page, "form.narrow button")
    enter(page)
    page.wait_for_url("**/editor/drafts/*")
    draft = kari.path

    tab_to(page, "#key")
    page.keyboard.type("tastatur")
    enter(page)
    page.wait_for_url("**/values?*")
    tab_to(page, "#hits + ul a")
    enter(page)
    page.wait_for_url("**/values?*key=600017")
    tab_to(page, "#v1-value")
    page.keyboard.press("Control+a")
    page.keyboard.type("Tangent")
    tab_to(page, "#v1-reason")
    page.keyboard.type("Skrivefeil")
    enter(page)
    page.wait_for_url("**/editor/drafts/*?changed=1")
    assert "Endret: 600017, Navn, fra Tastatur til Tangent." in kari.said

    ola = person("Ola")
    page = ola.page
    ola.go(draft)
    tab_to(page, "#approve-note + p button")
    enter(page)
    assert ola.state == "Godkjent"
    tab_to(page, "#reject-reason")
    page.keyboard.type("Bare en prøve")
    enter(page)
    assert ola.state == "Forkastet"


def enter(page):
    """Press Enter, and wait for the page that this leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


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


def test_a_gate_is_passed_only_with_a_reason(person, editors_site, editors_home):
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
    assert ola.page.get_by_role("group", name="Porter som kan passeres").get_by_role("checkbox").is_checked()
    ola.page.get_by_label("Hvorfor; det blir stående i loggen").fill("Leverandøren har skiftet navn")
    ola.press("Publiser")

    assert ola.state == "Publisert"
    the_release(editors_site, editors_home.current_release())
    ola.go("/editor/log")
    assert "names-changed: Leverandøren har skiftet navn" in ola.said


def test_a_draft_goes_out_by_itself_at_its_instant(person, editors_site, editors_home):
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
    assert publish_due(editors_home, at - dt.timedelta(seconds=1)) == []
    release = editors_home.current_release() + 1
    assert publish_due(editors_home, at) == [release]
    the_release(editors_site, release)
    kari.go(draft)
    assert kari.state == "Publisert"


def test_nobody_approves_what_they_took_in(person, editors_site):
    ase = person("Åse")
    draft = ase.upload(stoma_file((*NEXT, Good("600019", name="Egen")), helfo=COMING))
    assert ase.page.get_by_role("button", name="Godkjenn nøyaktig dette").count() == 0
    csrf = ase.page.locator("input[name=csrf]").first.get_attribute("value")

    forged = ase.context.request.post(f"{editors_site}{draft}/approve", form={"csrf": csrf})

    assert forged.status == 409
    assert "Åse" in forged.text()
    ase.go(draft)
    assert ase.state == "Åpent"


def test_a_refused_file_is_shown_with_its_report_by_rule_and_as_a_table(person, editors_site):
    kari = person("Kari")
    goods = (Good("600007", price="tolv"), Good("60001X"), Good("600008", price="1,2,3"))
    draft = kari.upload(stoma_file(goods, helfo=COMING), name="feil.xml")
    assert kari.state == "Avvist av kontrollen"
    assert "tolv" in kari.said

    kari.follow("Alle, én for én")
    rules = kari.page.get_by_role("navigation", name="Regel")
    rules.get_by_role("link", name="Et beløp kan ikke leses: 2").click()
    assert [("amount-form" in row) for row in kari.page.locator("tbody tr").all_inner_texts()] == [True, True]
    table = kari.context.request.get(f"{editors_site}/v1{draft.removeprefix('/editor')}/report.csv?lang=nb")
    assert table.headers["content-type"].startswith("text/csv")
    assert "amount-form" in table.text()

    # It can be put right here, value by value, read from its source.
    kari.go(f"{draft}/values?subject=product&key=600008")
    assert kari.page.get_by_role("heading", name="Vare 600008").count() == 1

"""The editors' pages over HTTP: who may come in, what a form must carry, and that texts stay texts."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from litestar.testing import TestClient

from app.editor.routes import ROUTES
from app.editor.said import MOST_HITS
from app.home import Home
from app.workshop.accounts import APPROVER, EDITOR
from app.workshop.database import Workshop
from app.workshop.passwords import Cost, hash_password
from tests.app.builders import CORRECTED, Good, an_empty_home, first_file, publish_file, stoma_file
from tests.app.people import add_people, leading_nowhere
from tests.app.reading_pages import Page as ReadPage

PASSWORD = "en lang setning"
HOSTILE = '<script>alert("1")</script>\u202egnoruv'
SHOWN = "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;\u202egnoruv"
Site = TestClient[Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Four lists are in force; Kari edits and Ola approves."""
    made = an_empty_home(tmp_path_factory.mktemp("editor") / "home")
    publish_file(made, first_file(), at="2025-12-15", complete=True)
    password = hash_password(PASSWORD, cost=Cost(1, 8, 1))
    with closing(Workshop(made.workshop)) as workshop:
        workshop.set_approvals(1)
    add_people(made, {"Kari": (EDITOR,), "Ola": (APPROVER,)}, password_hash=password)
    return made


@pytest.fixture(scope="module")
def running(home: Home) -> Iterator[Site]:
    """The application over it, which leads nobody anywhere by itself."""
    with leading_nowhere(home) as client:
        yield client


@pytest.fixture
def site(running: Site) -> Site:
    """The application; nobody is signed in."""
    running.cookies.clear()
    return running


@pytest.fixture
def kari(site: Site) -> Site:
    """The application; Kari is signed in."""
    return enter(site, "Kari")


@pytest.fixture(scope="module")
def draft(home: Home, running: Site) -> str:
    """The address of a draft whose names are as hostile as they can be."""
    running.cookies.clear()
    goods = (Good("600007", price="13.00"), *CORRECTED[1:], Good("600014", name=_escaped(HOSTILE)))
    return upload(enter(running, "Kari"), stoma_file(goods, helfo="2031-01-01"), note=HOSTILE, name=HOSTILE)


@pytest.fixture(scope="module")
def refused(home: Home, running: Site) -> str:
    """The address of a draft that is refused: two prices are none, one number stands there twice."""
    running.cookies.clear()
    goods = (Good("600007", price="tolv"), Good("600008", price="1,2,3"), Good("600009", name="Delt pose"))
    content = stoma_file(goods, helfo="2031-01-01")
    return upload(enter(running, "Kari"), content)


class Page(ReadPage):
    """A page that was answered as it should be."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        assert answer.status_code == status, answer.text
        super().__init__(answer)


def enter(site: Site, name: str) -> Site:
    answer = site.post("/editor/sign-in", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303
    return site


def csrf(site: Site) -> str:
    return str(Page(site.get("/editor")).all("input", name="csrf")[0]["value"])


def upload(site: Site, content: bytes, *, note: str = "", name: str = "helfo.xml") -> str:
    form = {"csrf": csrf(site), "note": note}
    answer = site.post("/editor/drafts", data=form, files={"file": (name, content, "text/xml")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def change(site: Site, draft: str, value: str, **form: str) -> Any:
    sent = {"subject": "product", "key": "600007", "field": "name", "kind": "text", "reason": "Avtalt"}
    return site.post(f"{draft}/values", data={"csrf": csrf(site), "value": value, **sent, **form})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- who may come in -----------------------------------------------------------


def addresses(method: str) -> list[str]:
    """Every address of the editors' pages but the one to sign in on."""
    return sorted(
        re.sub(r"\{(\w+):\w+\}", lambda match: _EXAMPLES[match[1]], route.path)
        for router in ROUTES
        for route in router.routes
        if method in route.methods and route.path != "/editor/sign-in"
    )


_EXAMPLES = {"draft": "2", "act": "approve", "release": "1", "code": "505"}


def test_there_are_pages_and_acts():
    assert len(addresses("GET")) >= 8
    assert len(addresses("POST")) >= 6


@pytest.mark.parametrize("address", addresses("GET"))
def test_every_page_leads_whoever_is_not_signed_in_to_the_form(site, address):
    answer = site.get(address)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/editor/sign-in?next=%2Feditor")


@pytest.mark.parametrize("address", addresses("POST"))
def test_no_act_is_done_for_whoever_is_not_signed_in(site, home, address):
    before = home_log(home)
    answer = site.post(address, data={"reason": "x"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/editor/sign-in")
    assert home_log(home) == before


@pytest.mark.parametrize("given", [None, "", "0" * 64, "å"])
@pytest.mark.parametrize("address", addresses("POST"))
def test_no_act_is_done_by_a_form_that_is_not_ours(site, home, draft, address, given):
    for name in ("Kari", "Ola"):
        site.cookies.clear()
        enter(site, name)
        before = home_log(home)
        files = {"file": ("a.xml", b"<FEST/>", "text/xml")} if address == "/editor/drafts" else None
        form = {} if files else {"reason": "x", "valid_from": "2031-01-01", "list": "505"}
        sent = {**form, "csrf": given} if given is not None else form
        answer = site.post(address, data=sent, files=files)
        assert answer.status_code == 403
        assert Page(answer, 403).all("h1")
        assert home_log(home) == before


@pytest.mark.parametrize(
    "address", ["/editor/drafts/2/values", "/editor/releases/1/withdraw", "/editor/lists/505/close"]
)
def test_who_only_approves_changes_nothing(site, draft, address):
    page = Page(enter(site, "Ola").get(address), 403)
    assert "redaktør" in page.text


def home_log(home: Home) -> str:
    with closing(Workshop(home.workshop)) as workshop:
        entries = [entry for entry in workshop.log.entries() if not entry.act.startswith("sign-")]
    return entries[-1].hash


# --- texts stay texts ------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "/changes", "/report", "/values?subject=product&key=600014"])
def test_what_others_wrote_stands_on_a_draft_s_pages_as_text(kari, draft, page):
    assert_harmless(kari.get(f"{draft}{page}"))


@pytest.mark.parametrize("address", ["/editor", "/editor/log", "/editor/releases", "/editor/calendar"])
def test_what_others_wrote_stands_on_the_other_pages_as_text(kari, draft, address):
    assert_harmless(kari.get(address))


def test_a_hostile_name_note_and_file_name_are_all_shown(kari, draft):
    told = kari.get(draft).text
    # The name of a file loses what looks like a folder; the note is whole, and stands by itself.
    assert f"<bdi>{SHOWN}</bdi>" in told
    assert "script&gt;gnoruv</bdi>" in kari.get("/editor").text
    assert SHOWN in kari.get(f"{draft}/values?subject=product&key=600014").text
    assert SHOWN in kari.get(f"{draft}/values?subject=product&key=script").text


@pytest.mark.parametrize("field", ["subject", "key", "field", "list", "value", "reason", "kind"])
def test_what_is_typed_into_a_form_comes_back_as_text(kari, draft, field):
    answer = change(kari, draft, **{"value": "xxx", field: HOSTILE, **_wrong(field)})
    assert answer.status_code == 400
    assert_harmless(answer)


def _wrong(field: str) -> dict[str, str]:
    """What makes sure that the form is refused, whatever else is right in it."""
    return {"field": "nothing"} if field in ("value", "reason", "kind") else {}


@pytest.mark.parametrize(
    "address",
    ["/editor/drafts/2/values?subject={0}&key={0}", "/editor/log?draft={0}", "/editor/calendar?from={0}"],
)
def test_what_is_asked_for_in_an_address_comes_back_as_text(kari, draft, address):
    assert_harmless(kari.get(address.format('"><script>alert(1)</script>')))


@pytest.mark.parametrize("address", ["/editor/releases/1/withdraw", "/editor/lists/505/close"])
def test_a_reason_that_is_refused_comes_back_as_text(kari, address):
    form = {"csrf": csrf(kari), "reason": HOSTILE, "valid_from": HOSTILE, "list": "505"}
    answer = kari.post(address, data=form)
    assert answer.status_code == 400
    assert_harmless(answer)
    assert SHOWN in answer.text


def test_a_hostile_reason_is_kept_and_shown_as_text(kari, home, draft):
    answer = change(kari, draft, "Fjellro pose", reason=HOSTILE)
    assert answer.status_code == 303
    for address in (draft, "/editor/log"):
        told = kari.get(address)
        assert_harmless(told)
        assert SHOWN in told.text


def assert_harmless(answer: Any) -> None:
    page = Page(answer, answer.status_code)
    assert page.all("script") == []
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    assert "script-src" not in answer.headers["content-security-policy"]
    # Marks that turn text around stay within the element that isolates them, or within a field.
    outside = re.sub(r"<(bdi|textarea|title|option)\b.*?</\1>|<[^>]*>", "", answer.text, flags=re.DOTALL)
    assert "\u202e" not in outside


# --- one value -------------------------------------------------------------------


def test_what_may_be_changed_has_its_form_with_a_name_and_what_stands_there(kari, refused):
    page = Page(kari.get(f"{refused}/values?subject=product&key=600009"))
    for label in ("Navn", "Størrelse", "Pakning", "Pris E, 2026-01-01: beløp", "Siste dag"):
        assert label in page.text or label == "Siste dag"
    values = {form["value"] for form in page.all("input", name="field")}
    assert {"name", "size", "prices[E,2026-01-01].amount", "placements[5050101].dispense_until"} <= values
    names = [given for given in page.all("input", name="value") if given["value"] == "Delt pose"]
    assert len(names) == 1


def test_the_same_is_read_from_the_lists_as_they_would_be_and_from_the_source(kari, draft, refused):
    fields = [
        [
            given["value"]
            for given in Page(kari.get(f"{address}/values?key=600009")).all("input", name="field")
        ]
        for address in (draft, refused)
    ]
    assert fields[0] == fields[1] != []


def test_a_change_puts_a_refused_draft_right(kari, home):
    content = stoma_file((Good("600007", price="12.50"), Good("600008", name="Å")), helfo="2031-01-01")
    address = upload(kari, content.replace(b"<Navn>", b"<Navn >"))
    assert Page(kari.get(f"{address}/values?subject=product&key=600008")).all("input", name="reason")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"field": "prices[E,2026-01-01].amount", "kind": "money", "value": "tolv"}, "et beløp, som 123.50"),
        ({"field": "units_per_pack", "kind": "whole", "value": "tre"}, "et heltall fra 0 til 999999999"),
        ({"field": "may_exceed_max_price", "kind": "truth", "value": "kanskje"}, "true eller false"),
        ({"field": "placements[5050101].dispense_until", "kind": "day", "value": "snart"}, "en dag, som"),
        ({"field": "name", "value": ""}, "en tekst med minst ett synlig tegn"),
        ({"field": "name", "value": "Ny", "reason": " "}, "noen ord som sier hvorfor"),
    ],
)
def test_what_cannot_stand_there_is_told_next_to_its_field(kari, draft, form, told):
    answer = change(kari, draft, **form)
    page = Page(answer, 400)
    assert told in page.text
    alert = page.all("p", role="alert")
    assert len(alert) == 1
    assert alert[0]["id"]
    field = form["field"]
    begun = answer.text.index('role="alert"')
    assert f'value="{field}"' in answer.text[begun : begun + 900]


def test_what_was_typed_is_still_there_when_it_is_refused(kari, draft):
    answer = change(kari, draft, "tolv", field="prices[E,2026-01-01].amount", kind="money", reason="Ringt")
    page = Page(answer, 400)
    assert page.all("input", name="value", value="tolv")
    assert page.all("input", name="reason", value="Ringt")


def test_an_empty_field_takes_a_value_away_where_that_may_be(kari, draft):
    answer = change(kari, draft, "", field="size", optional="1")
    assert answer.status_code == 303
    page = Page(kari.get(answer.headers["location"]))
    assert "Endret: 600007, Størrelse, fra 30 mm til –." in page.text


def test_a_change_is_told_only_while_it_is_the_last(kari, draft):
    first = change(kari, draft, "40 mm", field="size").headers["location"]
    change(kari, draft, "50 mm", field="size")
    assert "Endret: 600007" not in Page(kari.get(first)).text
    assert "Endret: 600007" not in Page(kari.get(f"{draft}?changed=x")).text


@pytest.mark.parametrize(
    ("code", "value", "field", "after"),
    [
        ("15", "300", "limit[calendar_year]", 300),
        ("16", "30", "limit[dispensing]", 30),
        ("11", "", "coded", {"type": "11", "values": ["1"]}),
        ("2", "16", "coded", {"type": "2", "values": ["16"]}),
        ("10", "11, 12", "coded", {"type": "10", "values": ["11", "12"]}),
    ],
)
def test_a_text_is_given_its_coded_form_by_what_it_asks_for(kari, home, draft, code, value, field, after):
    shown = kari.get(f"{draft}/values?subject=condition&key=ID_TEKST").text
    coded = re.search(r'name="coded" value="([^"]*)"', shown)
    assert coded is not None
    form = {"subject": "condition", "key": "ID_TEKST", "kind": "type", "type": code, "field": "coded"}
    answer = change(kari, draft, value, coded=coded[1].replace("&#34;", '"'), **form)
    assert answer.status_code == 303, Page(answer, 400).text
    with closing(Workshop(home.workshop)) as workshop:
        made = workshop.draft(int(draft.rpartition("/")[2])).changes[-1]
    assert made.field == field
    assert made.after == after if field != "coded" else after in made.after


def test_only_conditions_that_say_something_coded_may_express_a_text(kari, draft):
    page = kari.get(f"{draft}/values?subject=condition&key=ID_GRENSE").text
    offered = re.search(r'<select id="e1-value".*?</select>', page, re.DOTALL)
    assert offered is not None
    assert 'value="ID_EGEN"' in offered[0]
    assert 'value="ID_GRENSE"' not in offered[0]
    answer = change(
        kari, draft, "ID_NEI", subject="condition", key="ID_GRENSE", field="expressed_by", kind="condition-id"
    )
    assert "ID_NEI" in Page(answer, 400).text


def test_what_is_not_known_by_its_key_is_found_by_words(kari, draft, refused):
    for address in (draft, refused):
        page = Page(kari.get(f"{address}/values?subject=product&key=delt+POSE"))
        assert "Treff: 1" in page.text
        assert "600009" in page.text
        assert "Treff: 0" in Page(kari.get(f"{address}/values?subject=product&key=zzz")).text


def test_at_most_fifty_hits_are_shown(kari):
    goods = [Good(f"60{number:04}", name="Pose") for number in range(100, 100 + MOST_HITS + 5)]
    address = upload(kari, stoma_file(goods, helfo="2031-01-01"))
    page = Page(kari.get(f"{address}/values?subject=product&key=pose"))
    assert f"Treff: {MOST_HITS + 5}" in page.text
    assert f"De første {MOST_HITS} vises" in page.text
    links = [given for given in page.all("a") if "key=60" in str(given["href"])]
    assert len(links) == MOST_HITS


@pytest.mark.parametrize("subject", ["group", "condition", "list", "nonsense"])
def test_every_subject_has_its_page(kari, draft, subject):
    keys = {"group": "5050101", "condition": "ID_GRENSE", "list": "505", "nonsense": "600007"}
    page = Page(kari.get(f"{draft}/values?subject={subject}&key={keys[subject]}"))
    assert page.all("input", name="reason")


def test_what_is_no_draft_of_a_file_has_no_values(kari):
    assert "Utkast 1" in Page(kari.get("/editor/drafts/1/values"), 409).text
    form = {"csrf": csrf(kari), "reason": "x", "list": "505"}
    act = kari.post("/editor/releases/1/withdraw", data=form).headers["location"]
    assert "det har ingen egne verdier å endre" in Page(kari.get(f"{act}/values"), 409).text
    assert "utkast 999" in kari.get("/editor/drafts/999/values").text


# --- acts on releases and lists --------------------------------------------------


def test_releases_are_told_with_their_lists(kari):
    page = Page(kari.get("/editor/releases"))
    assert "505/2026-01-01/1" in page.text
    assert "lagt inn i ettertid" in page.text
    links = {str(given["href"]) for given in page.all("a")}
    assert {"/editor/releases/1/withdraw", "/editor/lists/505/close"} <= links


def test_who_only_approves_is_shown_no_acts(site):
    page = Page(enter(site, "Ola").get("/editor/releases"))
    assert not [given for given in page.all("a") if "withdraw" in str(given["href"])]


def test_some_lists_of_a_release_are_taken_back(kari, home):
    form = {"csrf": csrf(kari), "reason": "Feil", "list": ["502", "604"], "valid_from": "2031-01-01"}
    answer = kari.post("/editor/releases/1/withdraw", data=form)
    assert answer.status_code == 303
    with closing(Workshop(home.workshop)) as workshop:
        made = workshop.draft(int(answer.headers["location"].rpartition("/")[2]))
    assert [str(one.list) for one in made.restores] == ["502", "604"]
    assert {one.valid_from.isoformat() for one in made.restores} == {"2031-01-01"}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"reason": "Feil"}, "minst én av listene"),
        ({"list": "505"}, "noen ord som sier hvorfor"),
        ({"list": "505", "reason": "x", "valid_from": "i morgen"}, "en dag, som 2026-01-01"),
        ({"list": "900", "reason": "x"}, "900"),
    ],
)
def test_a_withdrawal_that_cannot_be_is_told_on_its_form(kari, form, told):
    answer = kari.post("/editor/releases/1/withdraw", data={"csrf": csrf(kari), **form})
    page = Page(answer, answer.status_code)
    assert answer.status_code in (400, 404)
    assert told in page.text
    assert page.all("input", name="reason")


def test_a_list_is_ended_by_a_draft(kari, home):
    form = {"csrf": csrf(kari), "reason": "Avviklet", "valid_from": "2031-01-01"}
    answer = kari.post("/editor/lists/504/close", data=form)
    page = Page(kari.get(answer.headers["location"]))
    assert "Avslutning av liste 504" in page.text
    assert "Avviklet" in page.text


@pytest.mark.parametrize(
    ("code", "form", "status"),
    [("504", {"reason": "x"}, 400), ("504", {"valid_from": "2031-01-01"}, 400), ("999", {}, 404)],
)
def test_an_end_that_cannot_be_is_told(kari, code, form, status):
    answer = kari.post(f"/editor/lists/{code}/close", data={"csrf": csrf(kari), **form})
    assert Page(answer, status).all("p", role="alert")


def test_a_release_that_is_not_there_is_told(kari):
    assert Page(kari.get("/editor/releases/999/withdraw"), 404).all("h1")


# --- calendar and log ------------------------------------------------------------


def test_the_calendar_is_told_month_by_month(kari):
    page = Page(kari.get("/editor/calendar?from=2025-12"))
    assert "januar 2026" in page.text
    assert "en ny utgave gjelder fra denne dagen" in page.text
    assert page.all("a", href="/v1/calendar.ics?lang=nb")
    assert "January 2026" in Page(kari.get("/editor/calendar?from=2025-12&lang=en")).text


@pytest.mark.parametrize(
    "asked", ["", "x", "2025-13", "0001-01", "9999-12", "2025-12-31", "1900-01", "2199-12"]
)
def test_any_month_can_be_asked_for(kari, asked):
    assert Page(kari.get("/editor/calendar", params={"from": asked})).all("h1")


def test_the_log_tells_acts_of_one_draft_and_its_head(kari, home, draft):
    number = draft.rpartition("/")[2]
    page = Page(kari.get(f"/editor/log?draft={number}"))
    with closing(Workshop(home.workshop)) as workshop:
        head = workshop.log.head()
    assert head in page.text
    assert "utkast tatt inn" in page.text
    assert "logget inn" not in page.text
    assert "logget inn" in Page(kari.get("/editor/log")).text
    assert "Ingenting står i loggen" in Page(kari.get("/editor/log?draft=777")).text


def test_the_log_has_a_hundred_acts_on_a_page(kari, home):
    with closing(Workshop(home.workshop)) as workshop:
        for number in range(120):
            workshop.note("override", "test", f"draft 99 names-changed: nummer {number}")
    first, second = (Page(kari.get(f"/editor/log?draft=99&page={page}")) for page in (1, 2))
    assert "nummer 119" in first.text
    assert "nummer 19 " not in f"{first.text} "
    assert "nummer 19 " in f"{second.text} "
    assert "port passert" in first.text

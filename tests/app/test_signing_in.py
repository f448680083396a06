"""Who asks, over HTTP and on the page: tokens, cookies, forms from elsewhere, and what each may not do."""

import asyncio
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from threading import Event
from typing import Any

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.editor import signing_in
from app.home import DEMONSTRATION, Home
from app.workshop.accounts import APPROVER, EDITOR
from app.workshop.database import Workshop
from app.workshop.passwords import Cost, hash_password
from app.workshop.signing_in import Asking
from app.workshop.tokens import Tokens
from lists.errors import Refused
from tests.app import homes
from tests.app.builders import NOW, clock_at
from tests.app.people import add_people, leading_nowhere
from tests.app.reading_pages import Page

PASSWORD = "en lang setning"
HASH = hash_password(PASSWORD, cost=Cost(1, 8, 1))
COOKIE = "blaliste-session"
Site = TestClient[Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Home:
    """A home with an open draft of Nils's; Kari is an editor, Ola an approver."""
    base = tmp_path_factory.mktemp("signing-in")
    home = homes.an_empty_home(base / "home", approvals=1)
    homes.draft(home, homes.write(base / "a.xml"))
    add_people(home, {"Kari Nordmann": (EDITOR,), "Ola": (APPROVER,)}, password_hash=HASH)
    shutil.copy(home.workshop, base / "kept.db")
    return home


@pytest.fixture(scope="module")
def running(made: Home) -> Iterator[Site]:
    """The application over it, which leads nobody anywhere by itself."""
    with leading_nowhere(made) as client:
        yield client


@pytest.fixture
def home(made: Home) -> Home:
    """The home, in which nobody has done anything yet."""
    for path in made.path.glob("workshop.db*"):
        path.unlink()
    (made.path / DEMONSTRATION).unlink(missing_ok=True)
    shutil.copy(made.path.parent / "kept.db", made.workshop)
    return made


@pytest.fixture
def site(running: Site, home: Home) -> Site:
    """The application over it; nobody is signed in."""
    running.cookies.clear()
    return running


def enter(site: Site, name: str = "Kari Nordmann", password: str = PASSWORD, **form: str):
    return site.post("/editor/sign-in", data={"name": name, "password": password, **form})


def csrf(site: Site) -> str:
    """What the forms of whoever is signed in carry."""
    page = Page(site.post("/editor/sign-out", data={"csrf": "wrong"}))
    return str(page.all("input", name="csrf")[0]["value"])


def token_of(home: Home, name: str, *roles: str, days: int = 90) -> str:
    now = dt.datetime.now(dt.UTC)
    with closing(Workshop(home.workshop)) as workshop:
        tokens = Tokens(workshop)
        return tokens.add(name, roles, expires=now + dt.timedelta(days=days), by="test", now=now).token


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def problem(answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


NOT_SIGNED_IN, NOT_ALLOWED = (401, "not-signed-in"), (403, "not-allowed")


# --- tokens -------------------------------------------------------------------------


def test_without_a_token_nobody_is_told_anything_and_how_one_is_sent_is_said(site):
    answer = site.get("/v1/drafts")
    assert problem(answer) == NOT_SIGNED_IN
    assert answer.headers["www-authenticate"] == "Bearer"
    assert problem(site.post("/v1/drafts/1/abandon")) == NOT_SIGNED_IN


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_a_token_opens_the_door(site, home, scheme):
    token = token_of(home, "Kari Nordmann")
    assert site.get("/v1/drafts", headers={"Authorization": f"{scheme} {token}"}).status_code == 200


def test_a_token_stands_in_its_header_and_nowhere_else(site, home):
    token = token_of(home, "Kari Nordmann")
    for address in (f"/v1/drafts?access_token={token}", f"/v1/drafts?token={token}"):
        assert problem(site.get(address)) in (NOT_SIGNED_IN, (400, "unknown-parameter"))
    for sent in (f"Basic {token}", token, f"Token {token}", "Bearer", f"Bearer x {token}"):
        assert problem(site.get("/v1/drafts", headers={"Authorization": sent})) == NOT_SIGNED_IN
    assert problem(site.get("/v1/drafts", headers={"Cookie": f"{COOKIE}={token}"})) == NOT_SIGNED_IN


def test_a_token_that_ended_or_was_revoked_is_nobody(site, home):
    with clock_at(NOW):
        short = token_of(home, "Kari Nordmann", days=1)
    with clock_at(NOW + dt.timedelta(hours=23)):
        assert site.get("/v1/drafts", headers=bearing(short)).status_code == 200
    with clock_at(NOW + dt.timedelta(hours=24)):
        assert problem(site.get("/v1/drafts", headers=bearing(short))) == NOT_SIGNED_IN

    token = token_of(home, "Kari Nordmann")
    with closing(Workshop(home.workshop)) as workshop:
        Tokens(workshop).revoke(2, by="test")
    assert problem(site.get("/v1/drafts", headers=bearing(token))) == NOT_SIGNED_IN


def test_a_token_that_does_not_hold_is_not_helped_by_a_cookie(site):
    enter(site)
    assert site.get("/v1/drafts").status_code == 200
    assert problem(site.get("/v1/drafts", headers=bearing("bl_" + "A" * 43))) == NOT_SIGNED_IN


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "This needs the role approver; yours: editor. Ask somebody who has it."),
        ("nb", "Dette krever rollen godkjenner; dine: redaktør. Spør noen som har den."),
        ("nn", "Dette krev rolla godkjennar; dine: redaktør. Spør ein som har henne."),
    ],
)
def test_the_role_that_is_needed_is_named_and_those_one_has(site, home, lang, told):
    headers = bearing(token_of(home, "Kari Nordmann"))
    answer = site.post(f"/v1/drafts/1/approve?lang={lang}", headers=headers)
    assert problem(answer) == NOT_ALLOWED
    assert answer.json()["detail"] == told


def test_what_a_token_does_is_done_by_its_name(site, home):
    answer = site.post("/v1/drafts/1/approve", headers=bearing(token_of(home, "ola")))
    assert answer.status_code == 200, answer.text
    with closing(Workshop(home.workshop)) as workshop:
        assert [approval.by for approval in workshop.draft(1).approvals] == ["Ola"]


# --- the page -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "accepted", "lang", "heading"),
    [
        ("", "", "nb", "Logg inn"),
        ("", "en-GB", "en", "Sign in"),
        ("?lang=nn", "en-GB", "nn", "Passord"),
        ("?lang=de", "de", "nb", "Logg inn"),
    ],
)
def test_the_form_asks_in_norwegian_first_and_can_be_filled_in_by_anybody(
    site, query, accepted, lang, heading
):
    page = Page(site.get(f"/editor/sign-in{query}", headers={"Accept-Language": accepted}))

    assert page.all("html") == [{"lang": lang}]
    assert heading in page.text
    fields = {str(field["id"]): field for field in page.all("input") if field.get("type") != "hidden"}
    assert {str(label["for"]) for label in page.all("label")} == set(fields) == {"name", "password"}
    assert fields["name"]["autocomplete"] == "username"
    assert fields["password"]["autocomplete"] == "current-password"
    assert fields["password"]["type"] == "password"
    assert not page.all("script")


def test_whoever_signs_in_gets_a_cookie_that_no_script_and_no_other_site_can_use(site):
    answer = enter(site, "KARI  nordmann")

    assert (answer.status_code, answer.headers["location"]) == (303, "/editor")
    cookie = answer.headers["set-cookie"]
    assert re.match(rf"{COOKIE}=[A-Za-z0-9_-]{{43}}; ", cookie)
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "samesite=lax", "path=/"}
    assert site.get("/v1/drafts").status_code == 200


def test_over_https_the_cookie_stays_there(site, home):
    answer = site.post(
        "/editor/sign-in",
        data={"name": "Kari Nordmann", "password": PASSWORD},
        headers={"X-Forwarded-Proto": "https"},
    )
    assert "secure" in answer.headers["set-cookie"].lower()
    with TestClient(create_app(home), base_url="https://testserver.local") as safe:
        safe.follow_redirects = False
        assert "secure" in enter(safe).headers["set-cookie"].lower()


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_what_is_wrong_is_told_at_the_form_with_the_name_and_without_the_password(site, lang):
    told = {"nb": "Navn og passord hører ikke sammen.", "nn": "høyrer ikkje saman", "en": "do not belong"}
    answer = site.post(
        f"/editor/sign-in?lang={lang}",
        data={"name": "Kåri <b>", "password": "hemmelig", "next": "/editor/log"},
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    page = Page(answer)
    assert page.all("p", role="alert")[0]["id"] == page.all("input", id="password")[0]["aria-describedby"]
    assert told[lang] in page.text
    assert page.all("input", id="name")[0]["value"] == "Kåri <b>"
    assert page.all("input", name="next")[0]["value"] == "/editor/log"
    assert "value" not in page.all("input", id="password")[0]
    assert "hemmelig" not in answer.text


def test_known_and_unknown_names_are_answered_alike(site):
    answers = [enter(site, name, "gal") for name in ("Ola", "Ole")]
    first, second = (answer.text.replace("Ole", "Ola") for answer in answers)
    assert first == second
    assert [answer.status_code for answer in answers] == [403, 403]
    headers = [dict(answer.headers.items()) for answer in answers]
    assert headers[0] == headers[1]


def test_after_five_wrong_passwords_it_is_said_how_long_to_wait(site):
    with clock_at(NOW):
        for _ in range(5):
            assert enter(site, "Ola", "gal").status_code == 403
        answer = enter(site, "Ola")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] in ("1", "2")
    assert "Prøv igjen om" in Page(answer).text


def test_where_too_many_want_in_at_once_the_others_are_told_to_wait(site, monkeypatch):
    monkeypatch.setattr(signing_in, "_TURNS", signing_in.Turns(most=0))
    answer = enter(site)
    assert answer.status_code == 503
    assert "Mange vil logge inn akkurat nå." in Page(answer).text


def test_whoever_hangs_up_makes_room_again_and_no_more_than_that(home):
    """Of three who may be here the third hangs up while waiting, and another may come."""

    async def queue() -> list[object]:
        turns, wrong, go = signing_in.Turns(most=3), Asking("Ola", "gal"), Event()
        # However slow this machine is, nobody is done before the last has come.
        for _ in range(signing_in.AT_ONCE):
            turns._threads.submit(go.wait)
        here = [asyncio.create_task(turns.sign_in(home.workshop, wrong)) for _ in range(4)]
        await asyncio.sleep(0)
        here[2].cancel()
        await asyncio.sleep(0)
        here += [asyncio.create_task(turns.sign_in(home.workshop, wrong)) for _ in range(2)]
        await asyncio.sleep(0)
        go.set()
        return list(await asyncio.gather(*here, return_exceptions=True))

    told = [error.reason if isinstance(error, Refused) else type(error) for error in asyncio.run(queue())]
    wrong, busy = "sign-in-wrong", "sign-in-busy"
    assert told == [wrong, wrong, asyncio.CancelledError, busy, wrong, busy]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "Kari Nordmann"},
        {"password": PASSWORD},
        {"name": "Kari Nordmann", "password": PASSWORD + "\0"},
        {"name": "Kari Nordmann\0", "password": PASSWORD},
        {"name": "Kari Nordmann", "password": "x" * 100_000},
        {"name": "x" * 100_000, "password": PASSWORD},
        {"name": "' OR 1=1 --", "password": "' OR 1=1 --"},
    ],
)
def test_nothing_odd_opens_the_door(site, form):
    answer = site.post("/editor/sign-in", data=form)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert len(answer.content) < 10_000


def test_a_form_that_is_none_is_refused_and_breaks_nothing(site):
    for content, kind in (
        (b"\xff\xfe%%%", "application/x-www-form-urlencoded"),
        (b"not a form", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"x" * (2 << 20), "application/x-www-form-urlencoded"),
    ):
        answer = site.post("/editor/sign-in", content=content, headers={"Content-Type": kind})
        assert answer.status_code in (400, 403, 413)
    files = {"name": ("a.txt", b"Kari Nordmann"), "password": ("b.txt", PASSWORD.encode())}
    assert site.post("/editor/sign-in", files=files).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/editor/drafts/3?x=1", "/editor/drafts/3?x=1"),
        ("/editor", "/editor"),
        ("", "/editor"),
        ("//evil.example/editor", "/editor"),
        ("https://evil.example/editor", "/editor"),
        ("/\\evil.example/editor", "/editor"),
        ("/editor/\\evil", "/editor"),
        ("/editor//evil", "/editor"),
        ("/editor/../v1", "/editor"),
        ("/editors", "/editor"),
        ("javascript:alert(1)", "/editor"),
        ("/editor\r\nSet-Cookie: x=1", "/editor"),
        ("/editor\tx", "/editor"),
        ("/editor/sign-in", "/editor"),
        ("http://[", "/editor"),
    ],
)
def test_after_signing_in_one_is_led_to_pages_of_ours_alone(site, wanted, led):
    assert enter(site, next=wanted).headers["location"] == led
    assert site.get("/editor/sign-in", params={"next": wanted}).headers["location"] == led


def test_the_language_that_was_chosen_stays(site):
    answer = site.post("/editor/sign-in?lang=nn", data={"name": "Ola", "password": PASSWORD})
    assert answer.headers["location"] == "/editor?lang=nn"


# --- the session --------------------------------------------------------------------


def test_a_planted_cookie_is_never_the_session(site):
    site.cookies.set(COOKIE, "A" * 43)
    secret = enter(site).cookies[COOKIE]
    assert secret != "A" * 43
    site.cookies.clear()
    assert problem(site.get("/v1/drafts", headers={"Cookie": f"{COOKIE}={'A' * 43}"})) == NOT_SIGNED_IN


def test_a_new_sign_in_ends_the_session_before(site):
    first = enter(site).cookies[COOKIE]
    second = enter(site, "Ola").cookies[COOKIE]
    site.cookies.clear()
    assert problem(site.get("/v1/drafts", headers={"Cookie": f"{COOKIE}={first}"})) == NOT_SIGNED_IN
    assert site.get("/v1/drafts", headers={"Cookie": f"{COOKIE}={second}"}).status_code == 200


def test_a_session_ends_idle_and_after_twelve_hours(site):
    with clock_at(NOW):
        enter(site)
        assert site.get("/v1/drafts").status_code == 200
    with clock_at(NOW + dt.timedelta(minutes=61)):
        assert problem(site.get("/v1/drafts")) == NOT_SIGNED_IN
        enter(site)
    for minutes in range(100, 61 + 12 * 60, 50):
        with clock_at(NOW + dt.timedelta(minutes=minutes)):
            assert site.get("/v1/drafts").status_code == 200
    with clock_at(NOW + dt.timedelta(minutes=61 + 12 * 60)):
        assert problem(site.get("/v1/drafts")) == NOT_SIGNED_IN


def test_what_a_script_changes_needs_the_header_of_the_session(site):
    enter(site)
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": "å"}):
        encoded = {name: value.encode() for name, value in headers.items()}
        answer = site.post("/v1/drafts/1/abandon?lang=en", headers=encoded)
        assert problem(answer) == NOT_ALLOWED
        assert "not sent from a page of ours" in answer.json()["detail"]
    token = csrf(site)
    assert site.post("/v1/drafts/1/abandon", headers={"X-CSRF-Token": token}).status_code == 200


def test_the_form_field_of_another_session_is_worth_nothing(site, home):
    enter(site)
    with TestClient(create_app(home)) as other:
        other.follow_redirects = False
        enter(other, "Ola")
        theirs = csrf(other)
    answer = site.post("/v1/drafts/1/abandon", headers={"X-CSRF-Token": theirs})
    assert problem(answer) == NOT_ALLOWED


def test_a_token_needs_no_form_field(site, home):
    headers = {**bearing(token_of(home, "Kari Nordmann")), "Origin": "https://elsewhere.example"}
    assert site.post("/v1/drafts/1/abandon", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://testserver.local", True),
        ("http://testserver.local:80", True),
        ("https://testserver.local", True),
        ("http://testserver.local:8080", False),
        ("http://evil.example", False),
        ("http://testserver.local.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_form_from_another_site_is_refused_whatever_it_carries(site, origin, allowed):
    refused = site.post(
        "/editor/sign-in",
        data={"name": "Kari Nordmann", "password": PASSWORD},
        headers={"Origin": origin},
    )
    assert refused.status_code == (303 if allowed else 403)
    enter(site)
    headers = {"X-CSRF-Token": csrf(site), "Origin": origin}
    answer = site.post("/v1/drafts/1/abandon?lang=en", headers=headers)
    if allowed:
        assert answer.status_code == 200
    else:
        assert problem(answer) == NOT_ALLOWED
        assert "from a page of another site" in answer.json()["detail"]


def test_signing_out_ends_the_session_and_takes_the_cookie(site):
    secret = enter(site).cookies[COOKIE]

    answer = site.post("/editor/sign-out", data={"csrf": csrf(site)})

    assert (answer.status_code, answer.headers["location"]) == (303, "/editor/sign-in")
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert problem(site.get("/v1/drafts", headers={"Cookie": f"{COOKIE}={secret}"})) == NOT_SIGNED_IN


def test_nobody_is_signed_out_by_a_form_from_elsewhere(site):
    enter(site)
    answer = site.post("/editor/sign-out")
    assert answer.status_code == 403
    assert "Dette ble ikke sendt fra en av sidene våre" in Page(answer).text
    assert site.get("/editor/sign-out").status_code == 405
    assert site.get("/v1/drafts").status_code == 200


def test_whose_session_is_over_is_led_to_the_form_and_back_to_the_page(site):
    answer = site.post(
        "/editor/sign-out?lang=nn", headers={"Referer": "http://testserver.local/editor/drafts/3?lang=nn"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/editor/sign-in?next=%2Feditor%2Fdrafts%2F3%3Flang%3Dnn&lang=nn"


# --- the frame ----------------------------------------------------------------------


def test_the_frame_says_who_is_signed_in_where_one_may_go_and_that_lists_are_made_up(site, home):
    (home.path / DEMONSTRATION).touch()
    enter(site)
    page = Page(site.post("/editor/sign-out?lang=nb", data={"csrf": "wrong"}))

    assert "Logget inn som Kari Nordmann (redaktør)" in page.text
    assert "Disse listene er en demonstrasjon" in page.text
    links = [str(link["href"]) for link in page.all("a")]
    for place in ("/editor", "/editor/calendar", "/editor/releases", "/editor/log"):
        assert f"{place}?lang=nb" in links
    assert page.all("form")[0]["action"] == "/editor/sign-out?lang=nb"


def test_nothing_below_editor_is_kept_or_loads_from_elsewhere(site):
    answers = [
        site.get("/editor/sign-in"),
        site.get("/editor/no-such-page"),
        site.put("/editor/sign-in"),
        enter(site, password="gal"),
        enter(site),
        site.post("/editor/sign-out"),
    ]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get_list("content-security-policy") == [
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
            " frame-ancestors 'none'"
        ]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_signing_in_out_and_in_vain_is_in_the_log(site, home):
    enter(site, "Ola", "gal")
    enter(site, "Per", "gal")
    enter(site, "Ola")
    site.post("/editor/sign-out", data={"csrf": csrf(site)})
    with closing(Workshop(home.workshop)) as workshop:
        acts = [(entry.act, entry.by, entry.what) for entry in workshop.log.entries()][-4:]
        assert workshop.first_broken_entry() is None
    assert acts == [
        ("sign-in-refused", "", "Ola"),
        ("sign-in-refused", "", "no such name"),
        ("sign-in", "Ola", ""),
        ("sign-out", "Ola", ""),
    ]

"""Tokens: shown once, kept as hashes, with a last instant; nobody may more by one than without."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.home import Home
from app.workshop.accounts import ADMIN, APPROVER, EDITOR, Accounts
from app.workshop.database import Workshop
from app.workshop.passwords import Cost, hash_password
from app.workshop.tokens import DAYS, FORM, Tokens
from lists.errors import Refused
from tests.app import homes
from tests.program import ask, call

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
HASH = hash_password("en lang setning", cost=Cost(1, 8, 1))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with Kari, an editor and administrator."""
    home = homes.an_empty_home(tmp_path / "home")
    with closing(Workshop(home.workshop)) as workshop:
        Accounts(workshop).add("Kari", roles=(EDITOR, ADMIN), password_hash=HASH, by="test")
    return home


@pytest.fixture
def workshop(home: Home) -> Iterator[Workshop]:
    """Its workshop."""
    with closing(Workshop(home.workshop)) as workshop:
        yield workshop


@pytest.fixture
def tokens(workshop: Workshop) -> Tokens:
    """Its tokens."""
    return Tokens(workshop)


def add(tokens: Tokens, name: str = "Kari", *roles: str, days: int = DAYS):
    return tokens.add(name, roles, expires=NOW + dt.timedelta(days=days), by="test", now=NOW)


def reason(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def test_a_token_acts_for_its_name_with_the_roles_of_its_user(tokens):
    made = add(tokens, " KARI ")

    assert FORM.fullmatch(made.token)
    assert (made.name, made.roles) == ("Kari", (EDITOR, ADMIN))
    bearer = tokens.bearer(made.token, now=NOW)
    assert bearer is not None
    assert (bearer.name, bearer.roles) == ("Kari", {EDITOR, ADMIN})


def test_a_program_without_a_user_needs_roles_of_its_own(tokens):
    assert reason(lambda: add(tokens, "Innlesing")) == "token-role"
    assert add(tokens, "Innlesing", EDITOR).roles == (EDITOR,)


def test_nobody_may_more_by_a_token_than_without(tokens, workshop):
    assert reason(lambda: add(tokens, "Kari", APPROVER)) == "token-beyond"
    token = add(tokens, "Kari", EDITOR, ADMIN).token

    Accounts(workshop).set_roles("Kari", (APPROVER, EDITOR), by="test")

    bearer = tokens.bearer(token, now=NOW)
    assert bearer is not None
    assert bearer.roles == {EDITOR}


def test_the_tokens_of_who_is_removed_end_and_do_not_come_back(tokens, workshop):
    token = add(tokens).token
    Accounts(workshop).remove("Kari", by="test")
    assert tokens.bearer(token, now=NOW) is None
    assert reason(lambda: add(tokens)) == "user-removed"

    Accounts(workshop).add("Kari", roles=(EDITOR,), password_hash=HASH, by="test")
    assert tokens.bearer(token, now=NOW) is None


def test_a_name_that_becomes_a_user_gives_its_tokens_no_more_than_the_user_has(tokens, workshop):
    token = add(tokens, "Innlesing", EDITOR, APPROVER).token
    Accounts(workshop).add("innlesing", roles=(EDITOR,), password_hash=HASH, by="test")

    bearer = tokens.bearer(token, now=NOW)

    assert bearer is not None
    assert bearer.roles == {EDITOR}


def test_a_revoked_token_holds_no_longer_and_is_revoked_once(tokens):
    made, other = add(tokens), add(tokens)

    assert tokens.revoke(made.id, by="Ola").revoked is not None

    assert tokens.bearer(made.token, now=NOW) is None
    assert tokens.bearer(other.token, now=NOW) is not None
    assert reason(lambda: tokens.revoke(made.id, by="Ola")) == "token-revoked"
    assert reason(lambda: tokens.revoke(99, by="Ola")) == "token-unknown"


@given(days=st.integers(1, 3650), seconds=st.integers(-3, 3))
@settings(max_examples=30)
def test_a_token_holds_until_its_last_instant_and_not_in_it(tmp_path_factory, days, seconds):
    with closing(Workshop(tmp_path_factory.mktemp("tokens") / "workshop.db")) as workshop:
        tokens = Tokens(workshop)
        made = add(tokens, "Innlesing", EDITOR, days=days)
        asked = NOW + dt.timedelta(days=days, seconds=seconds)

        assert dt.datetime.fromisoformat(made.expires) == NOW + dt.timedelta(days=days)
        assert (tokens.bearer(made.token, now=asked) is not None) == (seconds < 0)


def test_no_two_tokens_are_alike_and_none_is_kept(tokens, home):
    made = [add(tokens).token for _ in range(100)]

    assert len(set(made)) == 100
    files = [path.read_bytes() for path in home.path.glob("workshop.db*")]
    assert not [token for token in made if any(token.encode() in content for content in files)]
    assert any(hashlib.sha256(made[0].encode()).hexdigest().encode() in content for content in files)


@pytest.mark.parametrize("given", ["", "bl_", "x", "bl_" + "A" * 43, "bl_" + "A" * 44, "\ud800", "x" * 10**6])
def test_what_is_no_token_of_ours_is_nobody(tokens, given):
    add(tokens)
    assert tokens.bearer(given, now=NOW) is None


def test_a_token_is_taken_letter_by_letter(tokens):
    token = add(tokens).token
    others = (token[:-1], token + "A", token.swapcase(), f" {token}", f"{token}\n", token[3:])
    assert not [other for other in others if tokens.bearer(other, now=NOW)]


# --- the commands -----------------------------------------------------------------


def test_the_command_shows_a_token_once_and_the_list_never(home):
    ran = ask(home.path, "token", "add", "Kari", "--role", EDITOR, "--days", 1)
    made = ran.document

    assert (ran.code, ran.err) == (0, "")
    assert {"id", "token", "expires"} <= set(made)
    listed = ask(home.path, "token", "list")
    assert made["token"] not in listed.out
    assert listed.document["items"] == [
        {
            "id": made["id"],
            "name": "Kari",
            "roles": [EDITOR],
            "added": listed.document["items"][0]["added"],
            "expires": made["expires"],
            "revoked": None,
        }
    ]
    until = dt.datetime.fromisoformat(made["expires"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(hours=23) < until <= dt.timedelta(days=1)


def test_for_a_script_the_token_stands_alone_on_standard_output(home):
    ran = call("--home", home.path, "token", "add", "Kari")

    assert FORM.fullmatch(ran.out.removesuffix("\n"))
    assert "It is shown this once." in ran.err


def test_a_token_is_revoked_by_its_number(home):
    made = ask(home.path, "token", "add", "Kari").document

    ran = ask(home.path, "token", "revoke", made["id"], "--by", "Ola")

    assert ran.document["revoked"] is not None
    again = ask(home.path, "token", "revoke", made["id"])
    assert again.document["error"]["reason"] == "token-revoked"
    assert "was revoked already" in again.document["error"]["message"]
    assert ask(home.path, "token", "revoke", 17).document["error"]["reason"] == "token-unknown"


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_no_token_holds_for_ever(home, days):
    assert ask(home.path, "token", "add", "Kari", "--days", days).code == 2


def test_making_and_revoking_is_logged_without_the_token(home, workshop):
    made = ask(home.path, "token", "add", "Kari", "--role", EDITOR).document
    ask(home.path, "token", "revoke", made["id"], "--by", "Ola")

    acts = [(entry.act, entry.by, entry.what) for entry in workshop.log.entries()][-2:]

    assert acts == [
        ("token-add", "command line", f"{made['id']} for Kari: editor, until {made['expires']}"),
        ("token-revoke", "Ola", f"{made['id']} for Kari"),
    ]
    assert workshop.first_broken_entry() is None


@pytest.mark.parametrize("lang", ["en", "nb", "nn"])
def test_people_are_told_in_their_language(home, lang):
    speak = ("--home", home.path, "--lang", lang)
    assert "?" not in call(*speak, "token", "list").out
    for words in (("add", "Kari"), ("list",), ("revoke", "1"), ("list",)):
        ran = call(*speak, "token", *words)
        assert ran.code == 0
        assert "Kari" in ran.out + ran.err
        assert "?" not in ran.out + ran.err

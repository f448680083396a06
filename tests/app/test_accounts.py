"""People and their roles, by the real commands: one name is one person, and every act is logged."""

import os
import pty
import select
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.home import Home
from app.workshop.accounts import ADMIN, APPROVER, EDITOR, Accounts, person_key, person_name
from app.workshop.database import Workshop
from app.workshop.passwords import COST, LONGEST, Cost, check_password, hash_password
from lists.errors import Refused
from tests.app import homes
from tests.conftest import ROOT
from tests.program import ask, call

CHEAP = Cost(1, 8, 1)
PASSWORD = "en lang setning"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return homes.an_empty_home(tmp_path / "home")


@pytest.fixture
def workshop(home: Home) -> Iterator[Workshop]:
    """Its workshop."""
    with closing(Workshop(home.workshop)) as workshop:
        yield workshop


def add(home: Home, name: str, *roles: str, password: str = PASSWORD):
    flags = [flag for role in roles for flag in ("--role", role)]
    return ask(home.path, "user", "add", name, *flags, "--password-file", "-", stdin=password.encode())


def refused(ran) -> str:
    assert ran.code == 1
    return str(ran.document["error"]["reason"])


def log_of(home: Home) -> list[tuple[str, str, str]]:
    with closing(Workshop(home.workshop)) as workshop:
        assert workshop.first_broken_entry() is None
        return [(entry.act, entry.by, entry.what) for entry in workshop.log.entries()][1:]


# --- the commands -----------------------------------------------------------------


def test_somebody_is_added_with_roles_and_never_shown_with_a_password(home):
    ran = add(home, "Kari Nordmann", ADMIN, EDITOR, ADMIN)

    assert (ran.code, ran.err) == (0, "")
    assert (ran.document["name"], ran.document["roles"]) == ("Kari Nordmann", [EDITOR, ADMIN])
    listed = ask(home.path, "user", "list").document["items"]
    assert listed == [ran.document]
    assert set(listed[0]) == {"name", "roles", "added", "disabled"}
    assert PASSWORD.encode() not in home.workshop.read_bytes()


@pytest.mark.parametrize(
    "name", ["kari nordmann", "KARI  NORDMANN ", "Ka\uff52i Nordmann", "Kari\u00a0Nordmann"]
)
def test_however_a_name_is_typed_it_is_one_person(home, name):
    add(home, "Kari Nordmann", EDITOR)

    ran = add(home, name, APPROVER)

    assert refused(ran) == "user-exists"
    assert "There is somebody called Kari Nordmann already." in ran.document["error"]["message"]


def test_composed_letters_are_the_same_name(home):
    add(home, unicodedata.normalize("NFD", "Åse"), EDITOR)

    assert refused(add(home, "ÅSE", APPROVER)) == "user-exists"
    assert ask(home.path, "user", "list").document["items"][0]["name"] == "Åse"


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "Kari\nNordmann", "Kari\u202eNordmann", "Ka\u200bri"])
def test_a_name_that_cannot_be_read_in_the_log_is_refused(home, name):
    assert refused(add(home, name, EDITOR)) == "name-form"
    assert ask(home.path, "user", "list").document == {"items": []}


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 1025, " \n"])
def test_a_password_is_neither_short_nor_endless(home, password):
    ran = add(home, "Kari", EDITOR, password=password)

    assert refused(ran) == "password-length"
    assert "at least 12 and at most 1024 characters" in ran.document["error"]["message"]


def test_a_password_may_come_from_a_file_whose_last_line_ends(home, tmp_path):
    file = tmp_path / "password"
    file.write_bytes(b"\xef\xbb\xbf" + PASSWORD.encode() + b"\r\n")

    assert ask(home.path, "user", "add", "Kari", "--role", EDITOR, "--password-file", file).code == 0
    with closing(Workshop(home.workshop)) as workshop:
        assert check_password(PASSWORD, Accounts(workshop).password_hash("Kari")).right


@pytest.mark.parametrize("content", [b"\xff\xfe" * 20, b"x" * 100_000])
def test_what_is_no_text_is_no_password(home, tmp_path, content):
    file = tmp_path / "password"
    file.write_bytes(content)
    for given_file in (file, tmp_path / "missing", tmp_path):
        ran = ask(home.path, "user", "add", "Kari", "--role", EDITOR, "--password-file", given_file)
        assert refused(ran) == "password-unread"


def test_without_a_terminal_nobody_is_asked_for_a_password(home):
    ran = call("--home", home.path, "user", "add", "Kari", "--role", EDITOR, stdin=PASSWORD.encode() * 2)

    assert ran.code == 2
    assert "name --password-file" in ran.err


@pytest.mark.parametrize("roles", [[], ["--role", "owner"]])
def test_a_role_is_needed_and_one_that_there_is(home, roles):
    assert ask(home.path, "user", "add", "Kari", *roles, "--password-file", "-").code == 2


def test_roles_are_changed_whole(home):
    add(home, "Kari", EDITOR)

    ran = ask(home.path, "user", "role", "kari", "--role", APPROVER, "--by", "Ola")

    assert ran.document["roles"] == [APPROVER]
    assert log_of(home)[-1] == ("user-role", "Ola", "Kari: approver")
    assert refused(ask(home.path, "user", "role", "Nils", "--role", EDITOR)) == "user-unknown"


def test_a_password_is_changed(home, workshop):
    add(home, "Kari", EDITOR)
    ran = ask(home.path, "user", "password", "kari", "--password-file", "-", stdin=b"et helt annet ord")

    assert (ran.code, ran.document["name"]) == (0, "Kari")
    kept = Accounts(workshop).password_hash("Kari")
    assert check_password("et helt annet ord", kept).right
    assert not check_password(PASSWORD, kept).right
    assert refused(ask(home.path, "user", "password", "Nils", "--password-file", "-")) == "user-unknown"


def test_who_is_removed_stays_in_the_list_and_may_come_back(home, workshop):
    add(home, "Kari", EDITOR)

    removed = ask(home.path, "user", "remove", "KARI").document
    assert removed["disabled"] is not None
    assert ask(home.path, "user", "list").document["items"] == [removed]
    assert Accounts(workshop).password_hash("Kari") is None
    assert refused(ask(home.path, "user", "remove", "Kari")) == "user-unknown"
    assert refused(ask(home.path, "user", "role", "Kari", "--role", ADMIN)) == "user-unknown"

    assert add(home, "Kari", APPROVER).document["roles"] == [APPROVER]


def test_every_act_is_in_the_log_with_who_did_it(home):
    add(home, "Kari", EDITOR, ADMIN)
    ask(home.path, "user", "role", "Kari", "--role", EDITOR, "--by", "Ola")
    ask(home.path, "user", "password", "Kari", "--password-file", "-", stdin=PASSWORD.encode())
    ask(home.path, "user", "remove", "Kari")
    add(home, "Kari", EDITOR, password="x")

    assert log_of(home) == [
        ("user-add", "command line", "Kari: editor, admin"),
        ("user-role", "Ola", "Kari: editor"),
        ("user-password", "command line", "Kari"),
        ("user-remove", "command line", "Kari"),
    ]


@pytest.mark.parametrize("lang", ["en", "nb", "nn"])
def test_people_are_told_in_their_language(home, lang):
    assert "?" not in call("--home", home.path, "--lang", lang, "user", "list").out
    for words in (
        ("user", "add", "Kari", "--role", EDITOR, "--password-file", "-"),
        ("user", "role", "Kari", "--role", ADMIN),
        ("user", "password", "Kari", "--password-file", "-"),
        ("user", "list"),
        ("user", "remove", "Kari"),
        ("user", "list"),
    ):
        ran = call("--home", home.path, "--lang", lang, *words, stdin=PASSWORD.encode())
        assert (ran.code, ran.err) == (0, "")
        assert "Kari" in ran.out
        assert "?" not in ran.out


@pytest.mark.parametrize(
    "words",
    [
        ("user", "list"),
        ("user", "add", "Kari", "--role", "editor", "--password-file", "-"),
        ("token", "list"),
        ("token", "add", "Kari"),
        ("token", "revoke", "1"),
    ],
)
def test_without_a_home_they_say_so_and_make_none(tmp_path, words):
    assert refused(ask(tmp_path / "none", *words)) == "home-missing"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ([PASSWORD, PASSWORD], 0, "Kari may sign in now, as editor."),
        ([PASSWORD, "noe helt annet"], 1, "The two passwords are not the same."),
    ],
)
def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(home, typed, code, told):
    """A real terminal: what is typed there must not come back from it."""
    shown, ended = on_a_terminal(home, typed)

    assert ended == code
    assert told in shown
    assert shown.count("Password for Kari") == 1
    assert "The same once more" in shown
    assert PASSWORD not in shown


def on_a_terminal(home: Home, typed: list[str]) -> tuple[str, int]:
    ours, theirs = pty.openpty()
    command = (sys.executable, "-m", "app", "--home", str(home.path), "user", "add", "Kari", "--role", EDITOR)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**clean, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown, waiting = "", list(typed)
    try:
        while True:
            if not select.select([ours], [], [], 60)[0]:
                raise AssertionError(f"nothing more is said after {shown!r}")
            part = os.read(ours, 4096).decode()
            shown += part
            if waiting and part.rstrip().endswith(":"):
                os.write(ours, f"{waiting.pop(0)}\n".encode())
    except OSError:
        return shown, running.wait(60)
    finally:
        running.kill()
        running.wait()
        os.close(ours)


# --- the laws ----------------------------------------------------------------------


@given(st.text(max_size=70))
def test_a_name_that_is_taken_is_itself_again_and_one_person(name):
    try:
        taken = person_name(name)
    except Refused:
        return
    assert person_name(taken) == taken
    assert person_key(name) == person_key(taken) == person_key(person_key(taken))
    assert "\n" not in taken
    assert unicodedata.is_normalized("NFC", taken)


@given(st.text(st.characters(codec="utf-8"), min_size=12, max_size=40), st.sampled_from(["NFC", "NFD"]))
def test_a_password_is_the_same_however_its_letters_are_composed(password, form):
    try:
        kept = hash_password(password, cost=CHEAP)
    except Refused:
        return
    assert check_password(unicodedata.normalize(form, password), kept, cost=CHEAP).right
    assert not check_password(password + "x", kept, cost=CHEAP).right
    assert not check_password(password[:-1], kept, cost=CHEAP).right


@pytest.mark.parametrize("password", ["nul\0og mer tekst", "x" * LONGEST, "🦊" * 12, " mellomrom ytterst "])
def test_every_character_of_a_password_counts(password):
    kept = hash_password(password, cost=CHEAP)
    assert check_password(password, kept, cost=CHEAP).right
    for other in (password[:-1], password.strip() + "!", password.replace("\0", ""), password[: LONGEST - 1]):
        assert check_password(other, kept, cost=CHEAP).right == (other == password)


@pytest.mark.parametrize("password", ["\ud800" * 12, "x" * 1_000_000])
def test_what_can_be_nobodys_password_is_refused_at_once(password):
    with pytest.raises(Refused):
        hash_password(password)
    assert not check_password(password, hash_password(PASSWORD, cost=CHEAP)).right


def test_a_hash_of_another_cost_is_found_out_and_a_damaged_one_is_no_password():
    kept = hash_password(PASSWORD, cost=CHEAP)
    assert not check_password(PASSWORD, kept, cost=CHEAP).outdated
    assert check_password(PASSWORD, kept, cost=Cost(2, 16, 1)).outdated
    assert not check_password(PASSWORD, kept[:-2], cost=CHEAP).right
    assert not check_password(PASSWORD, "", cost=CHEAP).right
    assert not check_password(PASSWORD, None, cost=CHEAP).right


def test_what_is_kept_is_argon2id_over_64_mebibytes_with_a_salt_of_its_own():
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=65536,t=2,p=1$")
    assert COST.kibibytes == 64 * 1024
    assert first != second


# --- whoever changes rights past the program -----------------------------------------


@pytest.fixture
def peopled(home: Home) -> Home:
    """A home in which rights were given, changed and taken, and that is whole."""
    for name, role in (("Kari", EDITOR), ("Ola: en", APPROVER), ("Per", EDITOR)):
        assert add(home, name, role).code == 0
    for words in (
        ("token", "add", "Innlesing for alle", "--role", EDITOR),
        ("token", "add", "Kari"),
        ("token", "add", "per"),
        ("user", "role", "kari", "--role", ADMIN, "--role", EDITOR),
        ("user", "remove", "Per"),
        ("token", "add", "Ola: en"),
        ("token", "revoke", "2"),
    ):
        assert ask(home.path, *words).code == 0
    assert ask(home.path, "verify").code == 0
    return home


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE user SET roles = 'editor, approver' WHERE person = 'kari'", "Kari"),
        ("UPDATE user SET disabled = NULL WHERE person = 'per'", "Per"),
        ("UPDATE user SET disabled = 'x' WHERE person = 'kari'", "Kari"),
        ("DELETE FROM user WHERE person = 'per'", "per"),
        ("INSERT INTO user VALUES ('nils', 'Nils', 'approver', '', '2026', NULL)", "Nils"),
        ("UPDATE token SET roles = 'admin' WHERE id = 1", "token 1"),
        ("UPDATE token SET expires = '2099-01-01T00:00:00Z' WHERE id = 1", "token 1"),
        ("UPDATE token SET name = 'Kari' WHERE id = 1", "token 1"),
        ("UPDATE token SET revoked = NULL WHERE id = 2", "token 2"),
        ("UPDATE token SET revoked = NULL WHERE id = 3", "token 3"),
    ],
)
def test_rights_that_the_log_does_not_tell_are_found_by_verify(peopled, change, found):
    with closing(Workshop(peopled.workshop)) as workshop:
        workshop.db.conn.execute(change)

    ran = ask(peopled.path, "verify")

    assert (ran.code, ran.document["error"]["reason"]) == (3, "people-untold")
    assert f"The rights of {found} are not what the log tells" in ran.document["error"]["message"]


def test_who_is_set_right_again_by_the_program_is_as_the_log_tells(peopled):
    with closing(Workshop(peopled.workshop)) as workshop:
        workshop.db.conn.execute("UPDATE user SET roles = 'approver' WHERE person = 'kari'")
    ask(peopled.path, "user", "role", "Kari", "--role", EDITOR)
    assert ask(peopled.path, "verify").code == 0

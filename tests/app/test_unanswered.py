"""Words that found nothing: what of a query may be kept, how it is written, and what an editor is told."""

import asyncio
import datetime as dt
import os
import shutil
import signal
import sqlite3
import string
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from app.api.application import create_app
from app.home import Home
from app.unanswered import MOST_BETWEEN_WRITES, Unanswered, words_of
from app.unanswered_file import MOST_ROWS, add, begin, forget, read
from lists.errors import Refused
from tests.app import builders, homes
from tests.app.ports import a_free_port
from tests.conftest import ROOT
from tests.program import Ran, ask, call, finish, start

DAY = dt.date(2026, 6, 15)
NIN = "01019012345"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file in which words are kept."""
    begin(tmp_path / "unanswered.db")
    return tmp_path / "unanswered.db"


@pytest.fixture
def home(storied_home: Home, tmp_path: Path, in_june: None) -> Home:
    """A copy of the storied home, in June, that keeps words."""
    copy = homes.a_copy(storied_home, tmp_path / "copy")
    begin(copy.unanswered)
    return copy


def rows(path: Path) -> dict[str, int]:
    """How often each words were asked, on whatever day."""
    with closing(sqlite3.connect(path)) as db:
        return dict(
            db.execute("SELECT words, sum(times) FROM asked GROUP BY words ORDER BY words").fetchall()
        )


def asked_since(path: Path, *, days: int = 400, least: int = 1) -> list[str]:
    kept = read(path, since=DAY - dt.timedelta(days=days - 1), least=least)
    assert kept is not None
    return [one.words for one in kept.asked]


# --- what of a query may be kept ----------------------------------------------


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("Stomipung", "stomipung"),
        ("  blå   NATT-pung ", "blå natt pung"),
        ("Barrièrekrem", "barrierekrem"),
        (f"bleie {NIN}", "bleie"),
        (f"bleie-{NIN} pung", "pung"),
        ("010190 12345", ""),
        ("ch12 pung", "pung"),
        ("F12345", ""),
        ("10x10 5,5 ½ Ⅷ ② ２２ ٣٤ 一", ""),
        ("+47 22 22 22 22 pung", "pung"),
        ("pung kari.nordmann@eksempel.example", ""),
        ("pung kari @ eksempel . example", ""),
        ("pung kari＠eksempel.example", ""),
        ("pung §5-14 § 5.1", "pung"),
        (f"{'y' * 41} pung", "pung"),
        ("en to tre fire fem seks sju åtte ni", "en to tre fire fem seks sju åtte"),
        ("x y z", ""),
        ('*** " OR -', "or"),
        ("", ""),
    ],
)
def test_only_the_words_of_a_query_are_kept(query, kept):
    assert words_of(query) == kept


def test_the_same_words_are_the_same_however_they_are_typed():
    assert {words_of(text) for text in ("Blåpung", "BLÅPUNG", unicodedata.normalize("NFD", "blåpung"))} == {
        "blåpung"
    }


SIGNS = st.one_of(st.characters(), st.sampled_from(string.digits + "@.-/ §½²Ⅷ①٣" + string.ascii_letters))


@given(st.text(SIGNS, max_size=64))
def test_whatever_is_typed_no_digit_and_no_address_is_kept(query):
    kept = words_of(query)
    words = kept.split()
    assert kept == " ".join(words)
    assert all(word.isalpha() and len(word) <= 40 for word in words)
    assert len(words) <= 8
    assert len(kept) <= 64
    assert not any(sign.isnumeric() for sign in unicodedata.normalize("NFKD", kept))
    assert "@" not in kept
    assert not kept or "@" not in query


@given(st.text(string.ascii_letters, max_size=20), st.integers(0, 10**11), st.sampled_from(("", "-", ".")))
def test_what_a_number_stands_together_with_goes_with_it(letters, number, between):
    assert words_of(f"{letters}{between}{number}") == ""
    assert words_of(f"{number}{between}{letters} pung") == "pung"


# --- the file -----------------------------------------------------------------


def test_counts_of_a_day_are_added_up_and_told_most_often_first(file):
    add(file, {"pung": 2, "stomipung": 1}, DAY)
    add(file, {"pung": 1}, DAY - dt.timedelta(days=3))
    kept = read(file, since=DAY - dt.timedelta(days=10), least=1)

    assert kept is not None
    assert [(one.words, one.times, one.days) for one in kept.asked] == [("pung", 3, 2), ("stomipung", 1, 1)]
    assert (kept.asked[0].first, kept.asked[0].last) == (DAY - dt.timedelta(days=3), DAY)
    assert asked_since(file, days=3) == ["pung", "stomipung"]
    assert asked_since(file, least=2) == ["pung"]


def test_the_file_has_nothing_but_words_days_and_counts(file):
    add(file, {"pung": 2}, DAY)
    with closing(sqlite3.connect(file)) as db:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        columns = [row[1] for row in db.execute("PRAGMA table_info(asked)")]
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            db.execute("SELECT rowid FROM asked")

    assert (tables, columns) == ([("asked",)], ["words", "day", "times"])


def test_what_was_asked_once_goes_after_thirty_days_and_everything_after_four_hundred(file):
    add(file, {"kari nordmann": 1, "pung": 2}, DAY)
    add(file, {}, DAY + dt.timedelta(days=30))
    assert rows(file) == {"kari nordmann": 1, "pung": 2}
    add(file, {}, DAY + dt.timedelta(days=31))
    assert rows(file) == {"pung": 2}
    add(file, {}, DAY + dt.timedelta(days=401))
    assert rows(file) == {}


def test_what_is_dropped_is_gone_from_the_file_too(file):
    add(file, {"kari nordmann": 1}, DAY)
    assert b"nordmann" in file.read_bytes()
    add(file, {}, DAY + dt.timedelta(days=31))
    assert b"nordmann" not in file.read_bytes()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_file_does_not_grow_without_end(file):
    letters = string.ascii_lowercase[:16]
    words = ["".join(one) for one in product(letters, repeat=4)]
    with closing(sqlite3.connect(file)) as db:
        db.executemany("INSERT INTO asked VALUES (?, ?, 1)", [(word, DAY.isoformat()) for word in words])
        db.commit()
    add(file, {"pung": 2}, DAY)

    assert len(rows(file)) == MOST_ROWS
    assert asked_since(file)[0] == "pung"


def test_two_processes_write_at_the_same_time(file):
    program = (
        "import datetime as dt, sys; from pathlib import Path; from app.unanswered_file import add\n"
        "for _ in range(40): add(Path(sys.argv[1]), {'pung': 1, sys.argv[2]: 1}, dt.date(2026, 6, 15))"
    )
    both = [subprocess.Popen([sys.executable, "-c", program, file, word], cwd=ROOT) for word in ("en", "to")]

    assert [process.wait(60) for process in both] == [0, 0]
    assert rows(file) == {"en": 40, "pung": 80, "to": 40}


def test_a_file_that_is_none_of_ours_is_told_and_can_be_thrown_away(file):
    file.write_bytes(b"something else entirely, and long enough to be looked at" * 100)
    with pytest.raises(Refused, match="unanswered-broken"):
        read(file, since=DAY, least=1)
    forget(file)
    assert not file.exists()


# --- counting and writing -----------------------------------------------------


def a_counter(file: Path, *asked: str) -> Unanswered:
    counter = Unanswered(file)
    for query in asked:
        counter.note(query, answered=False)
    return counter


def test_only_what_is_not_answered_is_counted(file):
    counter = a_counter(file, "pung", "Pung")
    counter.note("pose", answered=True)
    counter.note("kathteter", answered=False)
    counter.write()
    assert rows(file) == {"kathteter": 1, "pung": 2}


def test_what_was_written_is_not_written_again(file):
    counter = a_counter(file, "pung")
    counter.write()
    counter.write()
    assert rows(file) == {"pung": 1}


def test_of_more_than_a_thousand_words_a_minute_the_rest_is_only_a_number(file):
    counter = a_counter(file, *map("".join, product("abcdefghijk", repeat=3)), "aaa")
    counter.write()
    kept = read(file, since=DAY, least=1)

    assert kept is not None
    assert len(kept.asked) == MOST_BETWEEN_WRITES
    assert kept.beyond == 11**3 - MOST_BETWEEN_WRITES
    assert rows(file)["aaa"] == 2


def test_without_the_file_nothing_is_kept_and_none_is_made(tmp_path, capsys):
    a_counter(tmp_path / "unanswered.db", "pung").write()
    assert (logged(capsys), list(tmp_path.iterdir())) == ([], [])


def test_a_running_service_learns_of_the_file_at_its_next_write(tmp_path):
    counter = a_counter(tmp_path / "unanswered.db")
    begin(tmp_path / "unanswered.db")
    counter.write()
    counter.note("pung", answered=False)
    counter.write()
    assert rows(tmp_path / "unanswered.db") == {"pung": 1}

    forget(tmp_path / "unanswered.db")
    counter.note("pung", answered=False)
    counter.write()
    assert list(tmp_path.iterdir()) == []


def test_it_is_written_beside_the_requests(file, monkeypatch):
    monkeypatch.setattr("app.unanswered.SECONDS_BETWEEN_WRITES", 0.01)

    async def counting() -> None:
        counter = a_counter(file, "pung")
        writing = asyncio.create_task(counter.write_now_and_then())
        await asyncio.sleep(0.5)
        writing.cancel()

    asyncio.run(counting())
    assert rows(file) == {"pung": 1}


def logged(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of the log, wherever tests before this one have sent it."""
    said = capsys.readouterr()
    return (said.out + said.err).splitlines()


def test_a_locked_file_costs_the_counts_and_one_line_of_the_log(file, capsys):
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        counter = a_counter(file, "pung")
        counter.write()
        counter.note("pung", answered=False)
        counter.write()
    (line,) = logged(capsys)
    assert "unanswered-not-written" in line
    assert "database is locked" in line
    counter.note("pung", answered=False)
    counter.write()
    assert rows(file) == {"pung": 1}


def test_a_damaged_file_costs_no_more(file, capsys):
    file.write_bytes(b"something else entirely, and long enough to be looked at" * 100)
    a_counter(file, "pung").write()
    (line,) = logged(capsys)
    assert "file is not a database" in line


def test_a_home_that_may_only_be_read_keeps_nothing_and_nothing_fails(capsys):
    with _write_protected_file() as path:
        a_counter(path, "pung").write()
        assert rows(path) == {}
    (line,) = logged(capsys)
    assert "unanswered-not-written" in line


@contextmanager
def _write_protected_file() -> Iterator[Path]:
    """A file that this process may read and not write; one that runs as root becomes somebody else."""
    folder = Path(tempfile.mkdtemp())
    begin(folder / "unanswered.db")
    (folder / "unanswered.db").chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)
        yield folder / "unanswered.db"
    finally:
        os.seteuid(user)
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a process are set as Linux does it")
def test_a_full_disk_costs_the_counts_and_one_line_of_the_log(file):
    program = (
        "import resource, sys; from pathlib import Path; from app.unanswered import Unanswered\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))\n"
        "counter = Unanswered(Path(sys.argv[1])); counter.note('pung', answered=False)\n"
        "counter.write(); counter.write(); print('still here')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, file], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("unanswered-not-written") == 1
    assert ran.stdout.endswith("still here\n")
    assert rows(file) == {}


# --- over HTTP ----------------------------------------------------------------


def test_questions_in_vain_are_written_when_the_service_ends(home):
    with TestClient(create_app(home)) as api:
        found = [
            api.get("/v1/search", params={"q": q}).json()["total"]
            for q in ("Stomipung", "stomipung", "600007")
        ]
        api.get("/", params={"q": f"tissepose {NIN}"})
        assert rows(home.unanswered) == {}
    assert found == [0, 0, 1]
    assert rows(home.unanswered) == {"stomipung": 2, "tissepose": 1}


@pytest.mark.parametrize(
    "asked",
    [
        {"list": "505"},
        {"supplier": "Ingen AS"},
        {"has_limit": "true"},
        {"valid_on": "2026-02-01"},
        {"known_at": "2026-06-01T12:00:00Z"},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_questions_with_filters_and_of_other_days_are_not_counted(home, asked):
    with TestClient(create_app(home)) as api:
        assert api.get("/v1/search", params={"q": "stomipung", **asked}).status_code == 200
    assert rows(home.unanswered) == {}


def test_half_a_word_that_a_page_asks_while_somebody_types_is_not_counted(home):
    with TestClient(create_app(home)) as api:
        for typed in ("stomi", "stomipu", "stomipung"):
            assert api.get("/", params={"q": typed}, headers={"Typing": "1"}).status_code == 200
        api.get("/", params={"q": "stomipung", "list": "505"})
        api.get("/", params={"q": "stomipung", "page": "2"})
        api.get("/", params={"q": "stomipung", "valid_on": "2026-02-01"})
    assert rows(home.unanswered) == {}


def test_suggestions_and_refused_questions_are_not_counted(home):
    with TestClient(create_app(home)) as api:
        assert api.get("/v1/suggest", params={"q": "stomipung"}).status_code == 200
        assert api.get("/v1/search", params={"q": "stomipung " * 9}).status_code == 400
        api.get("/", params={"q": "stomipung " * 9})
    assert rows(home.unanswered) == {}


def test_a_home_that_keeps_no_words_answers_as_ever(storied_home, in_june):
    with TestClient(create_app(storied_home)) as api:
        assert api.get("/v1/search", params={"q": "stomipung"}).json()["total"] == 0
    assert not storied_home.unanswered.exists()


# --- the command --------------------------------------------------------------


def report(home: Home, *options: object) -> Any:
    ran = ask(home.path, "unanswered", *options)
    assert (ran.code, ran.err) == (0, "")
    return ran.document


def told(home: Home, lang: str, *options: object) -> list[str]:
    ran: Ran = call("--home", home.path, "--lang", lang, "unanswered", *options)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.splitlines()


def test_words_are_kept_only_where_somebody_says_so(storied_home, tmp_path, in_june):
    home = homes.a_copy(storied_home, tmp_path / "copy")
    assert report(home)["kept"] is False
    assert told(home, "en") == [
        "No words are kept in this home. Begin with unanswered --keep;"
        " names of people may be among what is typed."
    ]
    assert report(home, "--keep") == {"kept": True}
    assert told(home, "en") == ["Nothing was asked in vain since 2026-03-18."]
    add(home.unanswered, {"pung": 1}, DAY)
    assert told(home, "nb", "--keep") == ["Ord som ikke gir treff, tas vare på fra nå av, i høyst 400 dager."]
    assert rows(home.unanswered) == {"pung": 1}
    assert told(home, "nn", "--forget", "--keep")[0] == (
        "Det som var teke vare på, er kasta, og ikkje meir blir teke vare på."
    )
    assert rows(home.unanswered) == {}
    assert report(home, "--forget") == {"kept": False}
    assert report(home)["kept"] is False


def test_an_editor_sees_which_words_the_lists_do_not_have(home):
    add(home.unanswered, {"stomipung til kateter": 3, "katetter": 2, "pung": 1, "": 4}, DAY)
    found = report(home)

    assert (found["release"], found["kept"], found["since"]) == (6, True, "2026-03-18")
    assert [(item["words"], item["unknown"], item["did_you_mean"]) for item in found["items"]] == [
        ("stomipung til kateter", ["stomipung"], "kateter"),
        ("katetter", ["katetter"], "kateter"),
        ("pung", ["pung"], None),
    ]
    item = found["items"][0]
    assert (item["times"], item["days"], item["first"], item["last"]) == (3, 1, "2026-06-15", "2026-06-15")
    assert found["beyond"] == 4


def test_what_finds_something_by_now_is_left_out(home):
    add(home.unanswered, {"kateter": 9, "pung": 1}, DAY)
    found = report(home)
    assert [item["words"] for item in found["items"]] == ["pung"]
    assert found["answered_by_now"] == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [((), ["pung", "tut", "spann"]), (("--least", 3), ["pung"]), (("--limit", 1), ["pung"]),
     (("--days", 7), ["spann"])],
)  # fmt: skip
def test_the_report_can_be_narrowed(home, options, words):
    add(home.unanswered, {"pung": 5}, DAY - dt.timedelta(days=60))
    add(home.unanswered, {"tut": 2}, DAY - dt.timedelta(days=7))
    add(home.unanswered, {"spann": 1}, DAY)
    assert [item["words"] for item in report(home, *options)["items"]] == words


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "Asked in vain since 2026-03-18, most often first:",
                "3 times, last 2026-06-15: stomipung til kateter; on no list: stomipung;"
                " perhaps meant: kateter",
                "2 times, last 2026-06-15: katetter; perhaps meant: kateter",
                "Left out, because they find something by now: 1",
                "Asked in a rush and counted only: 7",
                "Another word for what the lists have is added to search/synonyms.toml;"
                " it holds from the next release on.",
            ],
        ),
        (
            "nb",
            [
                "Søkt forgjeves siden 2026-03-18, de vanligste først:",
                "3 ganger, sist 2026-06-15: stomipung til kateter; på ingen liste: stomipung;"
                " kanskje ment: kateter",
                "2 ganger, sist 2026-06-15: katetter; kanskje ment: kateter",
                "Utelatt, fordi de gir treff nå: 1",
                "Søkt i et rykk og bare talt: 7",
                "Et annet ord for det listene har, føyes til i search/synonyms.toml;"
                " det gjelder fra neste utgivelse.",
            ],
        ),
        (
            "nn",
            [
                "Søkt forgjeves sidan 2026-03-18, dei vanlegaste først:",
                "3 gonger, sist 2026-06-15: stomipung til kateter; på inga liste: stomipung;"
                " kanskje meint: kateter",
                "2 gonger, sist 2026-06-15: katetter; kanskje meint: kateter",
                "Utelatne, fordi dei gir treff no: 1",
                "Søkt i eit rykk og berre talde: 7",
                "Eit anna ord for det listene har, blir lagt til i search/synonyms.toml;"
                " det gjeld frå neste utgjeving.",
            ],
        ),
    ],
)
def test_the_report_is_told_in_three_languages(home, lang, said):
    add(home.unanswered, {"stomipung til kateter": 3, "katetter": 2, "kateter": 9, "": 7}, DAY)
    assert told(home, lang) == said


def test_a_home_without_lists_has_a_report_too(tmp_path):
    home = builders.an_empty_home(tmp_path / "home")
    begin(home.unanswered)
    add(home.unanswered, {"pung": 1}, dt.datetime.now(dt.UTC).date())
    assert [item["unknown"] for item in report(home)["items"]] == [["pung"]]


def test_a_damaged_file_is_refused_with_what_to_do(home):
    home.unanswered.write_bytes(b"something else entirely, and long enough to be looked at" * 100)
    ran = call("--home", home.path, "unanswered")
    assert ran.code == 1
    assert ran.err == (
        "unanswered.db cannot be read (file is not a database). Try again; if it stays so,"
        " throw it away and begin anew with unanswered --forget --keep.\n"
    )
    assert told(home, "en", "--forget", "--keep")
    assert report(home)["items"] == []


def test_a_home_that_keeps_words_is_whole_and_can_be_made_again(home):
    add(home.unanswered, {"pung": 1}, DAY)
    assert ask(home.path, "verify").document["left_over"] == []
    assert ask(home.path, "rebuild").code == 0
    assert rows(home.unanswered) == {"pung": 1}


@pytest.mark.flow
def test_the_demonstration_keeps_what_its_visitors_ask_in_vain(tmp_path):
    home, port = tmp_path / "home", a_free_port()
    assert ask(home, "demo", "--until", "2026-01-01").code == 0
    ports = ("--port", port, "--data-port", a_free_port(), "--workers", 2)
    service = start("--home", home, "serve", *ports)
    try:
        _until_ready(f"http://127.0.0.1:{port}/health/ready")
        for address in ("v1/search?q=stomipung", "?q=Stomipung", "v1/search?q=F12345", "v1/search?q=pose"):
            with urlopen(f"http://127.0.0.1:{port}/{address}", timeout=10) as answer:
                assert answer.status == 200
    finally:
        service.send_signal(signal.SIGTERM)
        ran = finish(service)
    assert ran.code == 0
    assert [(item["words"], item["times"]) for item in report(Home(home))["items"]] == [("stomipung", 2)]


def _until_ready(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)

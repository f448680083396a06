"""The analysts' door: what a visitor may make it do, and how it follows what is published."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest

from app.browse.hardening import harden
from app.browse.switch import Switch
from app.home import DEMONSTRATION, Home
from tests.app.ports import a_free_port
from tests.app.shelf import first_editions, publish, second_editions

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0


class Answer(msgspec.Struct):
    """What the door answered."""

    status: int
    text: str
    release: str


class Door:
    """A running door over a home."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.port = a_free_port()
        command = (sys.executable, "-m", "app.browse", "127.0.0.1", str(self.port))
        settings = {**os.environ, "PYTHONPATH": str(ROOT), "BLALISTE_HOME": str(home), **environment}
        self.process = subprocess.Popen(command, env=settings, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not self._listens():
            assert time.monotonic() < deadline, "the door did not open"
            time.sleep(0.05)

    def get(self, path: str, method: str = "GET") -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
            return Answer(answer.status, text, answer.headers.get("Release", ""))
        finally:
            connection.close()

    def ask(self, sql: str) -> Answer:
        """What it answers to a statement that a visitor wrote."""
        return self.get("/lists.json?" + urlencode({"sql": sql}))

    def most_memory(self) -> int:
        """The most memory it has held so far, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024

    def close(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def _listens(self) -> bool:
        assert self.process.poll() is None, "the door fell shut"
        try:
            self.get("/")
        except OSError:
            return False
        return True


@pytest.fixture
def home(a_home: Path) -> Home:
    a_home.mkdir()
    return Home(a_home)


@pytest.fixture
def door(home: Home) -> Iterator[Door]:
    """A door over release 1."""
    publish(home, 1, first_editions())
    opened = Door(home.path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def open_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door whose operator lets visitors write SQL."""
    path = tmp_path_factory.mktemp("home")
    publish(Home(path), 1, first_editions())
    opened = Door(path, BLALISTE_ALLOW_SQL="1")
    yield opened
    opened.close()


def test_the_tables_and_named_queries_can_be_browsed(door):
    assert "Fjellro pose 30 mm" in door.get("/lists/entry").text
    limits = door.get("/lists/limits_in_force.json?list=505&day=2026-02-01&_shape=array")
    assert [row["max"] for row in msgspec.json.decode(limits.text)][:1] == [400]
    assert limits.release == "1"


def test_a_price_is_shown_in_its_currency_and_asked_for_in_it(door):
    assert "12.50 NOK" in door.get("/lists/price?amount=12.50+NOK").text
    assert "12.50 NOK" not in door.get("/lists/price?amount__gt=13+NOK").text


def test_visitors_write_no_sql_of_their_own_unless_the_operator_lets_them(door, open_door):
    assert door.ask("select 1").status == 403
    assert open_door.ask("select 1").status == 200


@pytest.mark.parametrize("path", ["/-/databases.json", "/-/threads", "/-/messages", "/-/permissions"])
def test_inner_pages_stay_inside(door, path):
    assert door.get(path).status == 404


def test_nothing_can_be_sent_in_and_the_file_is_not_handed_out(door):
    assert door.get("/lists", method="POST").status == 405
    assert door.get("/lists.db").status == 403


@pytest.mark.parametrize("value", ["9**9**9", "9^9^9^9", "(1)*(2)", "1 NOK*2", "5 parsec_", "NaN()"])
def test_a_number_in_a_filter_is_read_and_never_calculated(door, value):
    started = time.monotonic()
    answer = door.get("/lists/price?" + urlencode({"amount": value}))

    assert answer.status == 400
    assert "expected digits, and a unit if you like" in answer.text
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("select printf('%900000000d', 1)", "not authorized to use function: printf"),
        ("select FORMAT('%900000000d', 1)", "not authorized to use function: FORMAT"),
        ("select load_extension('x')", "not authorized to use function: load_extension"),
        ("attach 'elsewhere.db' as b", "Statement must be a SELECT"),
        ("vacuum into 'stolen.db'", "Statement must be a SELECT"),
        ("delete from entry", "Statement must be a SELECT"),
        ("with a as (select 1) delete from entry", "not authorized"),
        ("pragma query_only = 0", "Statement must be a SELECT"),
        ("select * from pragma_journal_mode('wal')", "disallowed PRAGMA"),
        ("with recursive c as (select 1 x union all select x+1 from c) select sum(x) from c", "too long"),
        ("select a.name from entry a, entry b, price c, price d, entry e, price f, price g, entry h, price i,"
         " price j, price k, price l, price m order by random()", "took too long"),
        ("with recursive c(x) as (select 1 union all select x+1 from c) select hex(zeroblob(20000)) from c",
         "this answers more than 4000000 characters"),
        ("select hex(zeroblob(400000000))", "too big"),
        ("select randomblob(400000000)", "too big"),
        ("select 'a' like '" + "%a" * 4000 + "'", "LIKE or GLOB pattern too complex"),
        ("select '" + "a" * 11_000 + "'", "query string is too large"),
        (" union ".join(["select 1"] * 30), "too many terms in compound SELECT"),
        ("select " + "(" * 500 + "1" + ")" * 500, "parser stack overflow"),
    ],
)  # fmt: skip
def test_a_hostile_statement_is_refused_in_bounded_time_and_memory(open_door, statement, told):
    started = time.monotonic()
    answer = open_door.ask(statement)

    assert answer.status == 400
    assert told in answer.text
    assert time.monotonic() - started < 3
    assert open_door.most_memory() < 200


def test_statements_may_read_and_ask_what_day_it_is(open_door):
    answer = open_door.ask("select today() as day, count(*) as products from entry")

    assert answer.status == 200
    assert '"products"' in answer.text


def test_an_empty_home_says_that_nothing_is_published_yet_and_then_shows_what_is(home):
    door = Door(home.path)
    try:
        empty = door.get("/")
        publish(home, 1, first_editions())
        _until_release(door, "1")
        assert (empty.status, empty.release) == (200, "0")
        assert "Nothing is published yet" in empty.text
        assert "Fjellro pose 30 mm" in door.get("/lists/entry").text
    finally:
        assert door.close() == 0


def test_every_page_of_a_demonstration_says_that_it_is_one(home):
    publish(home, 1, first_editions())
    (home.path / DEMONSTRATION).touch()
    door = Door(home.path)
    try:
        pages = [door.get(path).text for path in ("/", "/lists", "/lists/entry", "/lists/limits_in_force")]
    finally:
        door.close()

    assert all(
        "This is a demonstration: all products, suppliers and prices here are made up." in page
        for page in pages
    )


def test_a_release_is_followed_within_a_second_and_no_request_fails(door, home):
    publish(home, 2, second_editions())
    switched = time.monotonic()
    answers = []
    while time.monotonic() < switched + 3:
        answers.append(
            (time.monotonic() - switched, door.get("/lists/entry.json?_shape=array&varenr=600010"))
        )

    assert {answer.status for _, answer in answers} == {200}
    for after, answer in answers:
        products = [row["varenr"] for row in msgspec.json.decode(answer.text)]
        assert products == ([] if answer.release == "1" else ["600010"])
        assert answer.release == "2" or after < 1.5, f"still the former release after {after} s"
    assert answers[-1][1].release == "2"


def test_a_snapshot_that_cannot_be_read_leaves_the_former_one_shown(door, home):
    snapshot = publish(home, 2, second_editions())
    broken = home.snapshot(3)
    broken.mkdir()
    (broken / "manifest.json").write_text("{}", encoding="utf-8")
    (broken / "lists.db").write_text("no database at all, only words", encoding="utf-8")
    home.current.unlink()
    home.current.symlink_to(broken.relative_to(home.path))
    time.sleep(1)
    during = door.get("/lists/entry")
    home.current.unlink()
    home.current.symlink_to(snapshot.relative_to(home.path))

    assert during.status == 200
    _until_release(door, "2")


def test_the_former_snapshot_is_closed_once_the_last_request_on_it_has_ended(home):
    async def story() -> None:
        publish(home, 1, first_editions())
        switch = Switch(home)
        await switch.look()
        former = switch._shown
        assert former is not None
        former.asking += 1  # somebody is being answered
        publish(home, 2, second_editions())
        await switch.look()
        assert (await former.ask("/lists/entry")).status_code == 200
        former.asking -= 1
        switch._close_unless_asked(former)
        await asyncio.gather(*switch._closing)
        assert switch._shown is not None
        await switch._shown.close()

    harden()
    before = _open_files()
    asyncio.run(story())
    assert _open_files() == before


def _open_files() -> list[str]:
    links = (link for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return sorted(name for name in (str(link.readlink()) for link in links) if name.endswith(".db"))


def _until_release(door: Door, release: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while door.get("/").release != release:
        assert time.monotonic() < deadline, f"release {release} was never shown"
        time.sleep(0.05)

"""What editors do, ended at any step, on a full disk, beside readers, at once: done, or not at all."""

import multiprocessing
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from app.home import Home
from app.manifest import sha256_of
from app.publish.drafting import refresh
from app.publish.looks import is_stale
from app.publish.publishing import publish_drafts
from app.publish.verify import rebuild, verify
from app.words import say_error
from app.workshop.database import Workshop
from app.workshop.records import DraftRecord
from lists.errors import BadQuestion, ListsError, Refused
from tests.app import homes
from tests.app.homes import QUICK, the_draft
from tests.builders import goods_xml, price_xml
from tests.crash.test_kill import MOST_STEPS, Killer
from tests.crash.zygote import KILLED, Order, decide
from tests.program import Ran, finish, start

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    """One for all tests."""
    with closing(Killer()) as killer:
        yield killer


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """505 from January and from July is published; draft 3 is for April. Nobody changes it."""
    directory = tmp_path_factory.mktemp("drafted")
    home = homes.an_empty_home(directory / "home")
    homes.take(home, homes.write(directory / "a.xml"))
    homes.take(
        home, homes.write(directory / "b.xml", goods=goods_xml() + goods_xml("600008"), helfo="2026-07-01")
    )
    april = homes.write(directory / "c.xml", goods=goods_xml(prices=price_xml("13.00")), helfo="2026-04-01")
    homes.draft(home, april)
    return home


@pytest.fixture
def home(drafted: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    return homes.a_copy(drafted, tmp_path / "home")


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    """What is taken in."""
    return homes.write(tmp_path / "ny.xml", goods=goods_xml(name="Ny pose"), helfo="2026-09-01")


# --- ended at any step ----------------------------------------------------------


DONE: dict[str, Callable[[DraftRecord], bool]] = {
    "edit": lambda draft: [made.after for made in draft.changes] == ["Fjellro, rettet"],
    "carry": lambda draft: draft.carried,
    "approve": lambda draft: [known.by for known in draft.approvals] == ["Ola"],
    "schedule": lambda draft: draft.schedule is not None,
    "withdraw": lambda draft: True,
    "upload": lambda draft: True,
}
STRIDES = {"approve": 1, "edit": 1, "upload": 1, "schedule": 2, "withdraw": 3, "carry": 3}
"""Most steps are those of the lists as they would be, all alike."""


@pytest.mark.parametrize("act", STRIDES)
def test_what_ends_at_any_step_is_done_or_not_and_can_be_done_again(act, drafted, killer, new_file, tmp_path):
    seen = set()
    for step in range(1, MOST_STEPS, STRIDES[act]):
        home = homes.a_copy(drafted, tmp_path / f"home{step}")
        code = killer.run(Order(act, str(home.path), str(new_file), step))
        assert code in (KILLED, 0), step
        assert verify(home).release == 2, step
        assert all(known.state == "open" or known.draft <= 3 for known in _drafts(home)), step
        seen.add(DONE[act](the_draft(home, 3)))
        assert code == KILLED or DONE[act](the_draft(home, 3)), step
        _again(home, act, new_file)
        assert DONE[act](the_draft(home, 3)), step
        assert_usable(home, step=step)
        shutil.rmtree(home.path)
        if code == 0:
            break
    assert True in seen
    assert 5 < step < MOST_STEPS - 5


def _again(home: Home, act: str, new_file: Path) -> None:
    """The act once more; where it was done already, that may be said."""
    if act == "upload":
        homes.draft(home, new_file)
        return
    with closing(Workshop(home.workshop)) as workshop:
        told = ""
        try:
            decide(home, workshop, act)
        except (BadQuestion, Refused) as error:
            told = error.reason
    assert told in ("", "edit-nothing-changed", "approved-already")


def assert_usable(home: Home, *, step: int) -> None:
    """What was seen of the last draft can be seen; it goes out, and everything is whole."""
    last = _drafts(home)[0].draft
    with closing(Workshop(home.workshop)) as workshop:
        refresh(home, workshop, last)
    assert not is_stale(home, the_draft(home, last)), step
    if step % 4 == 1:
        assert publish_drafts(home, [last], by="Ola", wish=QUICK).release == 3, step
        assert verify(home).release == 3, step


def _drafts(home: Home) -> list[DraftRecord]:
    with closing(Workshop(home.workshop)) as workshop:
        return workshop.drafts()


# --- a full disk ------------------------------------------------------------------


def with_little_room(home: Home, *command: object, kilobytes: int) -> Ran:
    """The program where no file may grow further."""
    limit = kilobytes * 1024

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return finish(start("--home", home.path, "--json", *command, preexec_fn=little_room))


@pytest.mark.parametrize("kilobytes", [1, 30, 60, 100])
@pytest.mark.parametrize("command", ["ingest", "publish"])
def test_a_full_disk_is_one_sentence_and_the_act_can_be_done_again(command, kilobytes, home, new_file):
    words = ("ingest", new_file) if command == "ingest" else ("publish", 3, *_all_gates())
    ran = with_little_room(home, *words, kilobytes=kilobytes)

    if ran.code == 1:
        assert ran.document["error"]["reason"] == "no-room", ran.out
        assert home.current_release() == 2
    assert len(_drafts(home)) == (4 if command == "ingest" and ran.code == 0 else 3)
    assert (ran.code, verify(home).release) in ((1, 2), (0, 2 if command == "ingest" else 3))
    if home.current_release() == 2:
        assert publish_drafts(home, [3], by="Ola", wish=QUICK).release == 3
    assert homes.take(home, new_file).release == 4
    assert verify(home).release == 4


def _all_gates() -> tuple[str, ...]:
    overrides = (word for gate in homes.ANY_GATE for word in ("--override", gate))
    return (*overrides, "--reason", homes.SMALL)


# --- beside readers and writers -----------------------------------------------------


HOLDS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute(sys.argv[2])
db.execute("SELECT count(*) FROM sqlite_master").fetchone()
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def held(path: Path, begin: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process is in the middle of a transaction."""
    command = [sys.executable, "-c", HOLDS, str(path), begin]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.communicate("\n", timeout=30)


def test_readers_who_never_let_go_hold_nobody_up(home, new_file):
    lists_db = home.snapshot(2) / "lists.db"
    with held(home.workshop, "BEGIN"), held(lists_db, "BEGIN"):
        assert homes.draft(home, new_file).draft == 4
        with closing(Workshop(home.workshop)) as workshop:
            for act in ("edit", "approve", "carry"):
                decide(home, workshop, act)
        assert publish_drafts(home, [3], by="Ola", wish=QUICK).release == 3
        assert verify(home).release == 3
    assert verify(home).release == 3


def test_a_writer_who_lets_go_in_time_is_waited_for(home):
    with held(home.workshop, "BEGIN IMMEDIATE") as process, multiprocessing.Pool(1) as pool:
        waiting = pool.apply_async(approve_elsewhere, (home.path,))
        assert process.stdin is not None
        waiting.wait(1.5)
        assert not waiting.ready()
        process.stdin.write("\n")
        process.stdin.flush()
        assert waiting.get(timeout=30) is None
    assert the_draft(home, 3).approvals[0].by == "Ola"


def approve_elsewhere(home: Path) -> None:
    """For a process of its own."""
    with closing(Workshop(home / "workshop.db")) as workshop:
        decide(Home(home), workshop, "approve")


# --- at the same instant --------------------------------------------------------------


def publish_elsewhere(home: Path) -> int | str | None:
    """For a process of its own: the release, or why there is none."""
    try:
        return publish_drafts(Home(home), [3], by="Ola", wish=QUICK).release
    except ListsError as error:
        return say_error(error, "en")


def edit_elsewhere(home: Path) -> str | None:
    """For a process of its own: None where it was done, else why not."""
    with closing(Workshop(home / "workshop.db")) as workshop, suppress(BadQuestion):
        try:
            decide(Home(home), workshop, "edit")
        except ListsError as error:
            return error.reason
    return None


def test_of_several_who_publish_one_draft_at_once_one_does_and_the_others_are_told(home):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        told = pool.map(publish_elsewhere, [home.path] * 6, chunksize=1)

    assert [outcome for outcome in told if isinstance(outcome, int)] == [3]
    others = [outcome for outcome in told if isinstance(outcome, str)]
    assert all("at work in this home: publish" in one or "Draft 3 is 'published'" in one for one in others)
    assert verify(home).release == 3


def test_a_draft_that_is_changed_while_it_is_published_is_published_as_its_record_says(drafted, tmp_path):
    """Whoever came too late is told; what went out is what the record makes again, byte for byte."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for part in range(3):
            home = homes.a_copy(drafted, tmp_path / f"home{part}")
            publishing = pool.apply_async(publish_elsewhere, (home.path,))
            changing = pool.apply_async(edit_elsewhere, (home.path,))
            outcome, told = publishing.get(timeout=120), changing.get(timeout=120)

            assert told in (None, "publish-running", "draft-state", "draft-changed"), told
            assert outcome == 3 or "changed draft 3 at the same time" in str(outcome), outcome
            assert len(the_draft(home, 3).changes) == (told is None)
            if outcome == 3:
                sealed = sha256_of(home.snapshot(3) / "lists.db")
                assert rebuild(home) == 3
                assert sha256_of(home.snapshot(3) / "lists.db") == sealed
            verify(home)

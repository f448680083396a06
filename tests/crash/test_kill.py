"""Killed at any instant: the former or the new release is in force, whole, and the next run works."""

import contextlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.home import Home
from app.publish.verify import rebuild, verify
from app.snapshot import open_snapshot
from app.workshop.database import Workshop
from tests.app import homes
from tests.builders import goods_xml
from tests.conftest import ROOT
from tests.crash.zygote import KILLED, Order
from tests.program import ask, finish, start

pytestmark = pytest.mark.crash

MOST_STEPS = 2000
PUBLISH = (
    "--publish",
    *(word for gate in homes.ANY_GATE for word in ("--override", gate)),
    *("--reason", homes.SMALL),
)


class Killer:
    """Runs acts that end at a step of theirs."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, order: Order) -> int:
        """The exit code of an act; KILLED where it ended at its step."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(order).decode() + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End."""
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    """One for all tests."""
    with closing(Killer()) as killer:
        yield killer


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one release; nobody changes it."""
    directory = tmp_path_factory.mktemp("published")
    home = homes.an_empty_home(directory / "home")
    homes.take(home, homes.write(directory / "a.xml"), complete=True)
    return home


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    """What is taken in when the kill comes."""
    return homes.write(tmp_path / "ny.xml", goods=goods_xml(name="Ny pose"), helfo="2026-06-01")


@pytest.mark.parametrize("complete", [False, True], ids=["lists", "with index"])
def test_an_ingest_that_ends_at_any_step_leaves_the_old_or_the_new(
    complete, published, killer, new_file, tmp_path
):
    # With the index there are many more steps, of which those in the index are all alike.
    stride = 11 if complete else 1
    for step in range(1, MOST_STEPS, stride):
        home = homes.a_copy(published, tmp_path / f"home{step}")
        order = Order("ingest", str(home.path), str(new_file), step, complete)
        code = killer.run(order)
        assert code in (KILLED, 0), step
        assert_whole_and_usable(home, new_file, step=step)
        shutil.rmtree(home.path)
        if code == 0:
            break
    assert step > 20
    assert step < MOST_STEPS - stride


@pytest.mark.parametrize("act", ["publish", "close"])
def test_any_other_act_that_ends_at_any_step_leaves_the_old_or_the_new(
    act, published, killer, new_file, tmp_path
):
    drafted = homes.a_copy(published, tmp_path / "drafted")
    homes.draft(drafted, new_file)
    for step in range(1, MOST_STEPS, 3):
        home = homes.a_copy(drafted, tmp_path / f"home{step}")
        code = killer.run(Order(act, str(home.path), "", step))
        assert code in (KILLED, 0), step
        assert_whole(home, step=step)
        other = homes.write(tmp_path / "b.xml", goods=goods_xml(name="En annen"), helfo="2026-07-01")
        assert homes.take(home, other).release == home.current_release()
        verify(home)
        shutil.rmtree(home.path)
        if code == 0:
            break
    assert 20 < step < MOST_STEPS - 3


def test_a_rebuild_that_ends_at_any_rename_can_be_done_again(published, killer, new_file, tmp_path):
    """Between two of its renames `current` leads nowhere; until the next rebuild the home is broken."""
    for step in range(1, MOST_STEPS):
        home = homes.a_copy(published, tmp_path / f"home{step}")
        code = killer.run(Order("rebuild", str(home.path), at=step, renames_only=True))
        assert code in (KILLED, 0), step
        assert rebuild(home) == 1
        assert verify(home).left_over == ()
        shutil.rmtree(home.path)
        if code == 0:
            break
    assert 3 < step < MOST_STEPS - 1


def test_a_home_whose_making_ended_at_any_step_is_made_again(killer, new_file, tmp_path):
    for step in range(1, MOST_STEPS):
        path = tmp_path / f"home{step}"
        code = killer.run(Order("init", str(path), at=step))
        assert code in (KILLED, 0), step
        if not Home(path).exists():
            homes.an_empty_home(path)
        assert homes.take(Home(path), new_file).release == 1, step
        assert verify(Home(path)).left_over == ()
        if code == 0:
            break
    assert 10 < step < MOST_STEPS - 1


@pytest.mark.parametrize("part", range(10))
def test_a_program_that_is_killed_at_any_instant_leaves_the_old_or_the_new(
    part, published, new_file, tmp_path
):
    home = homes.a_copy(published, tmp_path / "home")
    process = start("--home", home.path, "--json", "ingest", new_file, *PUBLISH)
    time.sleep(random.Random(part).uniform(0.3, 0.6) * part)
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    ran = finish(process)

    if ran.code == 0:
        assert ran.document["release"] == home.current_release() == 2
    assert_whole_and_usable(home, new_file, step=part)


def test_a_program_that_is_stopped_by_its_user_says_so_and_leaves_the_old(published, new_file, tmp_path):
    home = homes.a_copy(published, tmp_path / "home")

    def hear_ctrl_c() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    command = ("--home", home.path, "--json", "ingest", "-", *PUBLISH)
    process = start(*command, stdin=subprocess.PIPE, preexec_fn=hear_ctrl_c)
    time.sleep(3)  # It waits for its standard input by now.
    process.send_signal(signal.SIGINT)
    ran = finish(process)

    assert (ran.code, ran.document["error"]["reason"]) == (1, "stopped")
    assert_whole_and_usable(home, new_file, step=0)


@pytest.mark.parametrize("kilobytes", [1, 8, 30, 60, 100, 120, 160, 250])
def test_a_full_disk_is_one_sentence_and_changes_nothing(kilobytes, published, new_file, tmp_path):
    home = homes.a_copy(published, tmp_path / "home")
    limit = kilobytes * 1024

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    ran = finish(start("--home", home.path, "--json", "ingest", new_file, *PUBLISH, preexec_fn=little_room))

    assert ran.code in (0, 1)
    if ran.code == 1:
        assert ran.document["error"]["reason"] == "no-room"
        assert home.current_release() == 1
    else:
        assert ran.document["release"] == 2
    assert_whole_and_usable(home, new_file, step=kilobytes)


def test_a_full_disk_was_met_at_all(published, new_file, tmp_path):
    home = homes.a_copy(published, tmp_path / "home")

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    ran = finish(start("--home", home.path, "ingest", new_file, *PUBLISH, preexec_fn=no_room))

    assert (ran.code, ran.out) == (1, "")
    assert "Nothing could be written" in ran.err


def test_two_programs_at_the_same_instant_are_one_after_the_other_or_one_is_told(
    published, new_file, tmp_path
):
    home = homes.a_copy(published, tmp_path / "home")
    other = homes.write(tmp_path / "b.xml", goods=goods_xml(name="En annen"), helfo="2026-07-01")
    both = [start("--home", home.path, "--json", "ingest", path, *PUBLISH) for path in (new_file, other)]
    ran = [finish(process) for process in both]

    releases = sorted(one.document["release"] for one in ran if one.code == 0)
    told = [one.document["error"] for one in ran if one.code == 1]
    assert releases == list(range(2, 2 + len(releases)))
    assert len(releases) + len(told) == 2
    assert releases
    for error in told:
        assert error["reason"] == "publish-running"
        assert "ingest" in error["holder"]
    assert verify(home).release == 1 + len(releases)


def assert_whole_and_usable(home: Home, new_file: Path, *, step: int) -> None:
    """The old or the new is in force and whole; the same file can be taken in again, and a further one."""
    current = assert_whole(home, step=step)
    again = homes.take(home, new_file)
    assert again.release == (None if current == 2 else 2), step
    assert home.current_release() == 2, step
    verify(home)
    with closing(Workshop(home.workshop)) as workshop:
        states = [draft.state for draft in workshop.drafts() if draft.lists[0].edition is not None]
    assert states == ["published", "published"], step
    assert ask(home.path, "drafts").code == 0


def assert_whole(home: Home, *, step: int) -> int:
    """The old or the new is in force, whole, and answers."""
    current = home.current_release()
    assert current in (1, 2), step
    assert verify(home).release == current, step
    with closing(open_snapshot(home, current)) as snapshot:
        assert len(snapshot.editions) == current, step
    return current

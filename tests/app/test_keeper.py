"""The keeper: what is due goes out once and in order; what stops it is told, and it tries again."""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import time_machine
from structlog.testing import capture_logs

from app import keeper
from app.home import Home
from app.keeper import Keeper, delay_after
from app.manifest import read_manifest
from app.publish.publishing import publish_drafts, publish_due
from app.publish.verify import verify
from app.publish.wishes import Wish
from app.snapshot import open_snapshot
from app.workshop.database import Workshop
from tests.app import homes
from tests.builders import goods_xml
from tests.conftest import ROOT

MAY = dt.datetime(2026, 5, 4, 6, 0, tzinfo=dt.UTC)
PATIENCE = 60.0


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with release 1, in which nothing is scheduled."""
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, homes.write(tmp_path / "a.xml"), at="2026-01-05")
    return home


def schedule(home, path, at, *, first_day, name="Ny pose"):
    """Draft a file and set it to an instant; returns the draft's number."""
    with time_machine.travel(at - dt.timedelta(days=1), tick=True):
        taken = homes.draft(home, homes.write(path, goods=goods_xml(name=name), helfo=first_day))
        wish = Wish(at=at, overrides=homes.ANY_GATE, reason=homes.SMALL)
        assert publish_drafts(home, [taken.draft], by="Kari", wish=wish).at == at
    return taken.draft


@pytest.fixture
def waiting(home: Home, tmp_path: Path) -> Home:
    """The same with a publish that fell due in May."""
    schedule(home, tmp_path / "b.xml", MAY, first_day="2026-06-01")
    return home


def leave_no_way(home):
    """No directory can be made below a file."""
    shutil.rmtree(home.work, ignore_errors=True)
    home.work.touch()


def a_keeper(home):
    return Keeper(home, threading.Event())


def events(logs):
    return [log["event"] for log in logs]


# --- what is due --------------------------------------------------------------


def test_what_fell_due_while_nobody_was_there_goes_out_in_order_at_the_next_start(home, tmp_path):
    later = schedule(home, tmp_path / "b.xml", MAY + dt.timedelta(days=2), first_day="2026-06-01", name="B")
    first = schedule(home, tmp_path / "c.xml", MAY, first_day="2026-07-01", name="C")
    second = schedule(home, tmp_path / "d.xml", MAY, first_day="2026-08-01", name="D")

    with capture_logs() as logs:
        a_keeper(home).look()

    assert [read_manifest(home.release(number)).drafts[0].draft for number in (2, 3, 4)] == [
        *(first, second, later)
    ]
    assert home.current_release() == 4
    assert verify(home).left_over == ()
    [done] = [log for log in logs if log["event"] == "due-published"]
    assert done["releases"] == (2, 3, 4)


def test_what_went_out_does_not_go_out_again(waiting):
    ours = a_keeper(waiting)
    ours.look()
    with capture_logs() as logs:
        ours.look()
        a_keeper(waiting).look()

    assert (waiting.current_release(), logs) == (2, [])


def test_what_is_ahead_waits_and_is_waited_for_to_the_instant(home, tmp_path):
    at = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(hours=1)
    schedule(home, tmp_path / "b.xml", at, first_day="2027-01-01")
    ours = a_keeper(home)
    ours.look()

    assert home.current_release() == 1
    assert ours.seconds_to_wait() == keeper.LOOK_SECONDS
    with time_machine.travel(at - dt.timedelta(milliseconds=300), tick=False):
        assert ours.seconds_to_wait() == pytest.approx(0.3)


def test_a_clock_set_back_an_hour_makes_it_go_out_when_the_clock_says_so_and_once(home, tmp_path):
    at = dt.datetime.now(dt.UTC).replace(microsecond=0)
    schedule(home, tmp_path / "b.xml", at, first_day="2027-01-01")
    ours = a_keeper(home)

    with time_machine.travel(at - dt.timedelta(hours=1), tick=True):
        ours.look()
        assert home.current_release() == 1
    ours.look()
    assert home.current_release() == 2
    with time_machine.travel(at - dt.timedelta(hours=1), tick=True):
        ours.look()
    assert home.current_release() == 2


def test_no_release_is_public_before_the_last_one_whatever_the_clock_says(waiting, tmp_path):
    late = MAY + dt.timedelta(hours=2)
    with time_machine.travel(late, tick=False):
        taken = homes.draft(waiting, homes.write(tmp_path / "c.xml", goods=goods_xml(name="C")))
        wish = Wish(overrides=homes.ANY_GATE, reason=homes.SMALL, complete=False)
        publish_drafts(waiting, [taken.draft], by="Kari", wish=wish)
    with time_machine.travel(MAY + dt.timedelta(hours=1), tick=False):
        assert publish_due(waiting, MAY + dt.timedelta(hours=1)) == [3]

    assert [read_manifest(waiting.release(number)).published_at for number in (2, 3)] == [late, late]
    with closing(open_snapshot(waiting, 3)) as snapshot:
        assert snapshot.published_at == late


# --- what cannot go out -------------------------------------------------------


def test_what_cannot_go_out_is_taken_from_the_calendar_and_the_log_says_why(waiting, tmp_path):
    same = homes.write(tmp_path / "c.xml", goods=goods_xml(name="Ny pose"), helfo="2026-06-01")
    assert homes.take(waiting, same).release == 2

    with capture_logs() as logs:
        a_keeper(waiting).look()

    assert waiting.current_release() == 2
    [held] = [log for log in logs if log["event"] == "due-held"]
    assert (held["draft"], held["reason"]) == (2, "approval-void")
    with closing(Workshop(waiting.workshop)) as workshop:
        assert workshop.draft(2).held is not None
        assert workshop.draft(2).schedule is None


def test_while_somebody_is_at_work_it_waits_says_so_once_and_then_publishes(waiting):
    ours = a_keeper(waiting)
    with capture_logs() as logs:
        with waiting.publishing("test"):
            for _ in range(3):
                ours.look()
            assert waiting.current_release() == 1
        ours.look()

    assert events(logs) == ["due-waits", "due-publishing", "due-published"]
    assert waiting.current_release() == 2


def test_a_publish_that_ends_by_a_fault_is_told_and_tried_again_ever_later(waiting, monkeypatch):
    monkeypatch.setattr(keeper, "FIRST_DELAY", 0.01)
    leave_no_way(waiting)
    ours = a_keeper(waiting)
    with capture_logs() as logs:
        for _ in range(2):
            time.sleep(0.05)
            ours.look()
        waiting.work.unlink()
        time.sleep(0.1)
        ours.look()

    told = [log for log in logs if log["event"] == "due-not-published"]
    assert [(log["code"], log["times"], log["again_in"]) for log in told] == [*((1, 1, 0.01), (1, 2, 0.02))]
    assert waiting.current_release() == 2
    assert ours.deaths == 0
    assert verify(waiting).left_over == ()


def test_until_the_next_try_nothing_is_started(waiting):
    leave_no_way(waiting)
    ours = a_keeper(waiting)
    with capture_logs() as logs:
        ours.look()
        ours.look()

    assert events(logs) == ["due-publishing", "due-not-published"]


def test_the_wait_after_a_death_grows_to_a_minute():
    assert [delay_after(deaths) for deaths in (1, 2, 3, 6, 7, 8, 1000)] == [1, 2, 4, 32, 60, 60, 60]


# --- the process --------------------------------------------------------------


def start(home):
    environment = {**os.environ, "BLALISTE_HOME": str(home.path), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "app.keeper"], env=environment, stderr=subprocess.PIPE, text=True
    )


def until(process, event):
    """Read its log up to an event."""
    for line in process.stderr:
        if f'"{event}"' in line:
            return line
    pytest.fail(f"it ended without {event}")


@pytest.mark.crash
def test_told_to_stop_it_ends_at_once(home):
    with start(home) as process:
        until(process, "keeper-here")
        told = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0

    assert time.monotonic() - told < 5  # as the supervisor grants it


@pytest.mark.parametrize(("grace", "release"), [(300.0, 2), (0.0, 1)])
def test_told_to_stop_while_it_publishes_it_lets_that_end_but_not_for_ever(
    waiting, monkeypatch, grace, release
):
    monkeypatch.setattr(keeper, "GRACE", grace)
    ours = a_keeper(waiting)
    ours.stop.set()
    with capture_logs() as logs:
        ours.look()

    assert events(logs) == ["due-publishing", "due-published" if release == 2 else "due-left"]
    assert waiting.current_release() == release
    a_keeper(waiting).look()
    assert waiting.current_release() == 2
    assert verify(waiting).left_over == ()


@pytest.mark.crash
def test_a_publish_goes_on_where_its_keeper_is_killed_and_the_next_keeper_finds_it_done(waiting):
    with start(waiting) as process:
        until(process, "due-publishing")
        process.kill()
        process.wait(PATIENCE)
        end = time.monotonic() + PATIENCE
        while waiting.current_release() == 1 and time.monotonic() < end:
            time.sleep(0.05)
    a_keeper(waiting).look()

    assert waiting.current_release() == 2
    assert verify(waiting).release == 2

"""Scheduled publishing as a whole: by a running server, after one was down, and killed at any instant."""

import contextlib
import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import msgspec
import pytest
import time_machine

from app.home import Home
from app.publish.deciding import approve
from app.publish.publishing import publish_drafts, publish_due
from app.publish.verify import verify
from app.publish.wishes import Wish
from app.workshop.database import Workshop
from app.workshop.records import APPROVED, OPEN, PUBLISHED, Stopped
from tests.app import homes
from tests.app.ports import a_free_port
from tests.builders import basis_xml, goods_xml, group_xml, price_xml, refund_xml
from tests.conftest import ROOT
from tests.crash.test_kill import MOST_STEPS, Killer
from tests.crash.zygote import KILLED, Order

pytestmark = pytest.mark.flow

MAY = dt.datetime(2026, 5, 4, 6, 0, tzinfo=dt.UTC)
PATIENCE = 120.0
STRIDE = 19
"""Most steps are the index's, and all alike."""
SECONDS_UNTIL_PUBLIC = 60.0
"""On a machine that runs other tests beside; with nothing else to do it takes three."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with release 1; nobody changes it."""
    directory = tmp_path_factory.mktemp("published")
    home = homes.an_empty_home(directory / "home")
    homes.take(home, homes.write(directory / "a.xml"), at="2026-01-05", complete=True)
    return home


@pytest.fixture(scope="module")
def waiting(published: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same with draft 2, which fell due in May; nobody changes it."""
    directory = tmp_path_factory.mktemp("waiting")
    home = homes.a_copy(published, directory / "home")
    schedule(home, directory / "b.xml", MAY)
    return home


NEW_BAG = goods_xml(name="Ny pose")
SMALL = Wish(overrides=homes.ANY_GATE, reason=homes.SMALL)


def schedule(home: Home, path: Path, at: dt.datetime, *, goods: str = NEW_BAG, wish: Wish = SMALL) -> int:
    """Draft a file, set it to an instant, and return the draft's number."""
    with time_machine.travel(at - dt.timedelta(days=1), tick=True):
        taken = homes.draft(home, homes.write(path, goods=goods, helfo="2027-01-01"))
        publish_drafts(home, [taken.draft], by="Kari", wish=msgspec.structs.replace(wish, at=at))
    return taken.draft


def state_of(home: Home, draft: int) -> str:
    with closing(Workshop(home.workshop)) as workshop:
        return workshop.draft(draft).state


def assert_published_once(home: Home, *, where: object) -> None:
    """Release 2 is the draft, nothing follows, and all is whole."""
    assert home.current_release() == 2, where
    assert verify(home).release == 2, where
    assert state_of(home, 2) == PUBLISHED, where
    assert publish_due(home, dt.datetime.now(dt.UTC)) == [], where
    with closing(Workshop(home.workshop)) as workshop:
        acts = [entry.act for entry in workshop.log.entries() if "draft 2 " in entry.what]
    assert acts.count(PUBLISHED) == 1, where


# --- killed at any instant ----------------------------------------------------


@pytest.mark.crash
def test_a_due_publish_that_ends_at_any_step_goes_out_exactly_once(waiting, tmp_path):
    with closing(Killer()) as killer:
        for step in range(1, MOST_STEPS, STRIDE):
            home = homes.a_copy(waiting, tmp_path / f"home{step}")
            code = killer.run(Order("due", str(home.path), at=step))
            assert code in (KILLED, 0), step
            assert verify(home).release in (1, 2), step
            publish_due(home, dt.datetime.now(dt.UTC))
            assert_published_once(home, where=step)
            shutil.rmtree(home.path)
            if code == 0:
                break
    assert 20 < step < MOST_STEPS - STRIDE


@pytest.mark.crash
@pytest.mark.parametrize("victim", ["child", "keeper", "both"])
@pytest.mark.parametrize("part", range(3))
def test_killed_at_any_instant_around_the_hour_it_goes_out_exactly_once(part, victim, waiting, tmp_path):
    home = homes.a_copy(waiting, tmp_path / "home")
    with a_keeper(home) as process:
        heard_of(process, "due-publishing")
        time.sleep(random.Random(f"{part} {victim}").uniform(0.4, 1.2) * part)
        kill(process, victim)
        if victim == "child":  # The keeper tries again by itself.
            until(lambda: state_of(home, 2) == PUBLISHED, "published")
    if victim != "child":
        with a_keeper(home):
            until(lambda: state_of(home, 2) == PUBLISHED, "published")

    assert_published_once(home, where=(part, victim))


@contextlib.contextmanager
def a_keeper(home: Home) -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "BLALISTE_HOME": str(home.path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "app.keeper"]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        yield process
        process.terminate()
        process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):  # as the supervisor sweeps up behind its parts
            os.killpg(process.pid, signal.SIGKILL)


def heard_of(process: "subprocess.Popen[str]", event: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if f'"{event}"' in line:
            return
    pytest.fail(f"it ended without {event}")


def kill(process: "subprocess.Popen[str]", victim: str) -> None:
    children = [int(pid) for pid in _children(process.pid).split()]
    victims = {"child": children, "keeper": [process.pid], "both": [process.pid, *children]}[victim]
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")


# --- a running server ---------------------------------------------------------


@contextlib.contextmanager
def served(home: Home) -> Iterator[str]:
    """A service over a home; where it answers."""
    port, data = a_free_port(), a_free_port()
    command = [sys.executable, "-m", "app", "--home", str(home.path), "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--data-port", str(data), "--workers", "1"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answered(f"{address}/health/ready") is not None, "ready")
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answered(address: str) -> httpx.Response | None:
    try:
        answer = httpx.get(address, timeout=10)
    except httpx.TransportError:
        return None
    return answer if answer.status_code == 200 else None


def release_at(address: str) -> int:
    answer = answered(f"{address}/v1/status")
    return int(answer.json()["release"]) if answer is not None else -1


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"not {what} within {PATIENCE} seconds")
        time.sleep(0.05)


@pytest.mark.crash
def test_a_running_server_publishes_at_the_hour_by_itself(published, tmp_path, record_property):
    home = homes.a_copy(published, tmp_path / "home")
    with served(home) as address:
        at = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(seconds=12)
        schedule(home, tmp_path / "b.xml", at)
        days = {"from": at.date().isoformat()}
        listed = httpx.get(f"{address}/v1/calendar", params=days).json()["items"]
        assert [item["kind"] for item in listed] == ["publishes"]
        assert release_at(address) == 1

        until(lambda: release_at(address) == 2, "public")
        took = (dt.datetime.now(dt.UTC) - at).total_seconds()
        record_property("seconds_until_public", took)
        listed = httpx.get(f"{address}/v1/calendar", params=days).json()["items"]
        coming = httpx.get(f"{address}/v1/lists/505", params={"valid_on": "2027-01-01"}).json()
        published_at = httpx.get(f"{address}/v1/status").json()["published_at"]

    assert 0 < took < SECONDS_UNTIL_PUBLIC
    assert dt.datetime.fromisoformat(published_at) >= at
    # What was to be published is now to come into force, and can be read before its day.
    assert [(item["kind"], item["on"]) for item in listed] == [("in-force", "2027-01-01")]
    assert coming["in_force"]["edition"] == "505/2027-01-01/2"
    assert_published_once(home, where="served")


@pytest.mark.crash
def test_a_server_that_was_down_at_the_hour_publishes_when_it_starts(waiting, tmp_path):
    home = homes.a_copy(waiting, tmp_path / "home")
    with served(home) as address:
        until(lambda: release_at(address) == 2, "public")

    assert_published_once(home, where="started")


# --- what cannot go out -------------------------------------------------------


def test_a_gate_that_fires_only_since_another_release_takes_it_from_the_calendar(published, tmp_path):
    home = homes.a_copy(published, tmp_path / "home")
    dearer = goods_xml(prices=price_xml("14.00"))
    draft = schedule(home, tmp_path / "b.xml", MAY, goods=dearer, wish=Wish())
    homes.take(home, homes.write(tmp_path / "c.xml", goods=goods_xml(prices=price_xml("2.00"))))

    assert publish_due(home, MAY) == []
    held = held_of(home, draft)
    assert (held.reason, held.by) == ("gate-failed", "calendar")
    assert "price-ratio" in held.facts["gates"]
    assert state_of(home, draft) == OPEN
    assert publish_due(home, MAY) == []
    assert verify(home).release == 2


def test_an_approval_that_fell_with_another_release_takes_it_from_the_calendar(tmp_path):
    home = homes.an_empty_home(tmp_path / "home", approvals=1)
    both = homes.write(tmp_path / "b.xml", goods=BAG + CATHETER, bases=STOMA + URINE, helfo="2026-06-01")
    draft = approved(home, both)
    with time_machine.travel(MAY - dt.timedelta(days=1), tick=True):
        publish_drafts(home, [draft], by="Kari", wish=Wish(at=MAY))
    other = approved(home, homes.write(tmp_path / "c.xml", goods=BAG, bases=STOMA, helfo="2026-06-01"))
    with time_machine.travel(MAY - dt.timedelta(hours=1), tick=True):
        publish_drafts(home, [other], by="Kari", wish=Wish(complete=False))

    assert publish_due(home, MAY) == []
    # One of its two lists is public by now: what would go out is not what was approved.
    assert held_of(home, draft).reason == "approval-void"
    assert state_of(home, draft) == OPEN
    assert home.current_release() == verify(home).release == 1


BAG = goods_xml("600007", refund=refund_xml("RID_5050101"))
CATHETER = goods_xml("600012", refund=refund_xml("RID_5020101"))
STOMA = basis_xml("505", group_xml("505") + group_xml("5050101"))
URINE = basis_xml("502", group_xml("502") + group_xml("5020101"))


def approved(home: Home, path: Path) -> int:
    with time_machine.travel(MAY - dt.timedelta(days=2), tick=True):
        taken = homes.draft(home, path)
        with closing(Workshop(home.workshop)) as workshop:
            assert approve(workshop, taken.draft, by="Ola").state == APPROVED
    return taken.draft


def held_of(home: Home, draft: int) -> Stopped:
    with closing(Workshop(home.workshop)) as workshop:
        held = workshop.draft(draft).held
    assert held is not None
    return held

"""A source that is killed, corrupts, is slow or went back, and a follower in trouble: real programs all."""

import os
import random
import resource
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.following.fetching import FETCHED
from app.following.follower import FIRST_DELAY, SHORTEST_DELAY
from app.home import Home
from app.publish.verify import verify
from app.serving.children import DEATHS_TAKEN
from tests.app import homes
from tests.builders import goods_xml
from tests.crash.between import (
    Asked,
    Between,
    BrokenOff,
    a_flood,
    a_line_without_end,
    flipped,
    headers_without_end,
    honest,
    only,
    says,
    stands_still,
    trickles,
)
from tests.crash.copies import (
    DATABASE,
    FRESHNESS_AT,
    NEW,
    assert_the_same,
    assert_unchanged,
    follow,
    follow_once,
    have_follow,
    marks_of,
    served,
    trouble_of,
    until_trouble,
)
from tests.crash.running import Service
from tests.crash.test_kill import MOST_STEPS, Killer
from tests.crash.zygote import KILLED, Order
from tests.program import ask

pytestmark = pytest.mark.crash

SECONDS = 60.0


# --- killed -------------------------------------------------------------------


def test_a_source_killed_within_a_file_is_gone_on_from_where_it_broke_off(at_four, copy, tmp_path, run):
    source = run(Service(homes.a_copy(at_four, tmp_path / "source"))).ready()
    way = run(closing(Between(source.port)))
    torn = next(mark for mark in reversed(marks_of(at_four)) if mark.path.endswith(".pdf"))
    reached, killed = threading.Event(), threading.Event()

    def breaks_off(_: Asked, body: Iterator[bytes]) -> Iterator[bytes]:
        yield b"".join(body)[: torn.bytes // 2]
        reached.set()
        # A small file is on its way whole before its sender can die: what was on its way is lost here.
        assert killed.wait(SECONDS)
        raise BrokenOff

    way.spoil = only(torn.path, breaks_off)
    following = run(follow(copy, way.address))
    assert reached.wait(SECONDS), following.said
    source.kill()
    way.spoil = honest
    killed.set()
    following.until_said("nobody answers", times=2)
    assert_unchanged(copy)
    source.start()
    following.until_said("Release 4 is here now, after 3")

    asked = way.files_asked()
    assert asked.pop(f"/v1/releases/4/{torn.path}") == [None, f"bytes={torn.bytes // 2}-"]
    assert set(map(tuple, asked.values())) == {(None,)}
    # Of the others some need not be asked for: they are as they were, or come out of their packed twins.
    assert len(asked) > 10
    assert_the_same(copy, at_four)


# --- corrupted ----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/lists.db", "/contents.json", "/datapackage.json.gz"])
def test_a_file_with_another_bit_is_refused_and_the_old_release_is_served_until_it_is_right(
    path, honest_source, at_four, copy, run
):
    way = run(closing(Between(honest_source.port)))
    way.spoil = only(path, flipped)
    service = run(served(copy, way.address))
    until_trouble(service, f"{path}: the file is not the one that was signed: its sha256 is ")

    assert service.release() == 3
    assert not list((copy.work / FETCHED).rglob(f"{path[1:]}*"))
    way.spoil = honest
    service.until_release(4)
    service.until(lambda: trouble_of(service) == "", "free of trouble")
    assert service.end() == 0
    assert_the_same(copy, at_four)


# --- slow ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slow", "told"),
    [(trickles, "it came too slowly."), (stands_still, "nobody answers: ")],
    ids=["trickles", "stands still"],
)
def test_a_slow_source_is_left_and_gone_on_from_what_came(slow, told, honest_source, at_four, copy, run):
    way = run(closing(Between(honest_source.port)))
    way.spoil = only(DATABASE, slow)
    service = run(served(copy, way.address, module="tests.crash.impatient"))
    until_trouble(service, DATABASE, told)

    assert service.release() == 3
    way.spoil = honest
    service.until_release(4)
    first, *later = way.files_asked()[DATABASE]
    half = (at_four.snapshot(4) / "lists.db").stat().st_size // 2
    assert first is None
    assert later
    assert all(int(one.removeprefix("bytes=").removesuffix("-")) >= half for one in later), later
    service.end()
    assert_the_same(copy, at_four)


def test_a_source_whose_headers_never_end_is_left_and_what_is_here_is_served(
    honest_source, at_four, copy, run
):
    way = run(closing(Between(honest_source.port)))
    way.instead = {FRESHNESS_AT: headers_without_end}
    service = run(served(copy, way.address, module="tests.crash.impatient"))
    until_trouble(service, f"{FRESHNESS_AT}: nobody answers: > 1 s.")

    assert service.release() == 3
    way.instead = {}
    service.until_release(4)


@pytest.mark.parametrize("endless", [a_line_without_end, a_flood])
def test_a_source_that_tells_of_events_without_end_is_looked_at_all_the_same(
    endless, at_three, copy, tmp_path, run
):
    home = homes.a_copy(at_three, tmp_path / "source")
    source = run(Service(home)).ready()
    way = run(closing(Between(source.port)))
    way.instead = {"/v1/events": endless}
    service = run(served(copy, way.address, module="tests.crash.impatient"))
    way.until_asked("/v1/events")
    homes.take(home, homes.write(tmp_path / "juni.xml", goods=NEW, helfo="2026-06-01"), complete=True)

    service.until_release(4)
    [follower] = service.parts("tests.crash.impatient --follower")
    assert most_memory(follower) < MOST_MEMORY


MOST_MEMORY = 500 << 20


def most_memory(pid: int) -> int:
    """Bytes that a process has held at most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) << 10


def test_a_source_that_tells_of_what_it_has_not_signed_yet_is_asked_ever_more_seldom(
    honest_source, at_three, at_four, copy, run
):
    way = run(closing(Between(honest_source.port)))
    way.instead = {FRESHNESS_AT: says(at_three.freshness.read_bytes())}
    following = run(follow(copy, way.address))
    way.until_asked(FRESHNESS_AT)
    begun = time.monotonic()
    way.until_asked(FRESHNESS_AT, times=7)

    assert time.monotonic() - begun > sum(SHORTEST_DELAY * 2**times for times in range(4))
    way.instead = {}
    following.until_said("Release 4 is here now, after 3")
    assert_the_same(copy, at_four)


def test_a_source_that_tells_of_no_events_is_asked_ever_more_seldom_and_followed_all_the_same(
    at_three, copy, tmp_path, run
):
    home = homes.a_copy(at_three, tmp_path / "source")
    way = run(closing(Between(run(Service(home)).ready().port)))
    way.instead = {"/v1/events": lambda: [b"HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"]}
    following = run(follow(copy, way.address))
    way.until_asked("/v1/events")
    begun = time.monotonic()
    way.until_asked("/v1/events", times=4)

    assert time.monotonic() - begun > sum(FIRST_DELAY * 2**times for times in range(3))
    homes.take(home, homes.write(tmp_path / "juni.xml", goods=NEW, helfo="2026-06-01"), complete=True)
    following.until_said("Release 4 is here now, after 3")


# --- trouble at home ----------------------------------------------------------


def test_a_full_disk_is_told_and_what_is_here_is_served_until_there_is_room(
    honest_source, at_four, copy, run
):
    have_follow(copy, honest_source.address)
    with at_most_written(MOST_WRITTEN):
        service = run(Service(copy))
    service.ready()
    until_trouble(service, "Nothing could be written")

    # So many failures in a row, one might think, that nothing goes any more.
    service.until_said('"not-followed"', times=4)
    assert service.release() == 3
    service.let_write()
    service.until_release(4)
    assert_the_same(copy, at_four)


MOST_WRITTEN = 60_000
"""Bytes of one file: less than the lists take, and more than all else that a service writes."""


@contextmanager
def at_most_written(size: int) -> Iterator[None]:
    """What is started now may write no larger file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_follower_that_dies_again_and_again_ends_nothing_else(honest_source, at_four, copy, run):
    way = run(closing(Between(honest_source.port)))
    way.spoil = only(DATABASE, stands_still)
    service = run(served(copy, way.address))
    killed: set[int] = set()
    for _ in range(DEATHS_TAKEN + 1):
        service.until(lambda: bool(service.parts("app.following") - killed), "followed again")
        [again] = service.parts("app.following") - killed
        os.kill(again, signal.SIGKILL)
        killed.add(again)

    service.until_said("Follower ended by itself", times=DEATHS_TAKEN + 1)
    assert service.release() == 3
    way.spoil = honest
    service.until_release(4)
    service.end()
    assert_the_same(copy, at_four)


# --- rolled back --------------------------------------------------------------


def test_a_source_restored_from_an_older_copy_is_not_followed_back(at_three, at_four, copy, tmp_path, run):
    home = homes.a_copy(at_four, tmp_path / "source")
    source = run(Service(home)).ready()
    service = run(served(copy, source.address))
    service.until_release(4)
    signed_at = service.answered("/v1/status").json()["signed_at"]

    put_back(at_three, home, source)
    until_trouble(service, "it shows 3, and 4 was shown before. Nothing was changed here: a copy never")
    assert service.release() == 4
    # How old it is stays said: nobody has vouched for it since.
    assert service.answered("/v1/status").json()["signed_at"] == signed_at

    service.end()
    assert_the_same(copy, at_four)

    other = homes.write(tmp_path / "b.xml", goods=goods_xml("600008", name="Ikke den"), helfo="2026-06-01")
    homes.take(home, other, complete=True)
    source.until_release(4)
    following = run(follow_once(copy, source.address))
    assert following.wait() == 1, following.said
    assert "release 4 there is another one than release 4 here. Nothing was changed here." in following.said
    assert_the_same(copy, at_four)

    put_back(at_four, home, source)
    homes.take(home, other, complete=True)
    source.until_release(5)
    assert run(follow_once(copy, source.address)).wait() == 0
    assert_the_same(copy, home)


def put_back(backup: Home, home: Home, source: Service) -> None:
    """Stop a source, put a backup in place of its home, and start it again."""
    source.kill()
    shutil.rmtree(home.path)
    homes.a_copy(backup, home.path)
    source.start()
    source.ready()


# --- the follower killed ------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("begins_with", [0, 3])
def test_a_follower_killed_again_and_again_is_whole_each_time_and_ends_at_the_newest(
    begins_with, seed, honest_source, at_four, copy, tmp_path
):
    home = copy if begins_with else Home(tmp_path / "empty")
    moments = random.Random(seed)
    for _ in range(KILLS):
        with follow_once(home, honest_source.address) as following:
            time.sleep(moments.uniform(0.4, 1.6))
            following.kill()
        if home.exists():
            release = verify(home).release
            assert release in (begins_with, 4)
            assert not release or ask(home.path, "search", "pose").document["release"] == release
    with follow_once(home, honest_source.address) as following:
        assert following.wait() == 0, following.said
    assert_the_same(home, at_four)


KILLS = 4


def test_a_follower_that_ends_at_any_step_is_whole_and_goes_on(honest_source, at_four, followed, tmp_path):
    with closing(Killer()) as killer:
        for step in range(1, MOST_STEPS, STRIDE):
            home = homes.a_copy(followed, tmp_path / f"home{step}")
            have_follow(home, honest_source.address)
            code = killer.run(Order("follow", str(home.path), at=step))
            assert code in (KILLED, 0), step
            assert verify(home).release in (3, 4), step
            assert killer.run(Order("follow", str(home.path))) == 0, step
            assert_the_same(home, at_four)
            shutil.rmtree(home.path)
            if code == 0:
                break
    assert 20 < step < MOST_STEPS - STRIDE


STRIDE = 47
"""Most steps are files that are fetched, or of the index, and all alike."""

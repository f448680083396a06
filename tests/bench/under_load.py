"""Publishing while others read: nothing fails or is mixed, nothing is old for long, nobody waits long."""

import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median

import msgspec

from app.home import Home, switch
from app.publish.acts import take_in
from app.publish.readings import Request
from tests.bench.asked import products
from tests.bench.rows import Row, Target
from tests.bench.servers import LOAD_CORE, missing_tools, our_api, python
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown
from tests.bench.watched import Watch, Watched

ROUNDS = 5
MOST_SLOWER, MOST_STALE = 3.0, 1.0
AROUND = 1.5
"""Seconds that are watched before and after a switch, and that a quiet server is."""
_ASKED_FOR = 50


class Switched(msgspec.Struct, frozen=True):
    """What was seen while the release changed; `stale` is how long the former one was still answered."""

    seen: Watched
    stale: float


def under_load(room: Path) -> list[Row]:
    """One real publish of a full file, then switches between its release and the one before."""
    gone, tools = missing(FULL, *BEFORE), missing_tools()
    if gone is not None or tools:
        return [Row("publishing while read", None, note=f"not measured: no {shown(gone) if gone else tools}")]
    home = published(empty_home(room / "home"), *BEFORE, complete=True)
    draft = take_in(home, str(FULL), Request(), by="bench", wish=None).draft
    with our_api(home) as server:
        numbers = list(products(home))[:_ASKED_FOR]

        def watch() -> Watch:
            return Watch(room, server, numbers)

        quiet = [_quiet(watch)]
        publishing = _while(watch, home, lambda: _publish(home, draft))
        quiet.append(_quiet(watch))
        switches = []
        for number in range(ROUNDS):
            switches.append(_while(watch, home, lambda: switch(home, 2 + number % 2)))  # noqa: B023 called at once
            quiet.append(_quiet(watch))
    return [*_rows("a publish", [publishing], quiet[:2]), *_rows("the switch alone", switches, quiet[1:])]


def _quiet(watch: Callable[[], Watch]) -> Watched:
    watching = watch()
    time.sleep(2 * AROUND)
    return watching.stop()


def _while(watch: Callable[[], Watch], home: Home, act: Callable[[], None]) -> Switched:
    """Do what makes another release the current one, with everybody reading on."""
    former, watching = home.current_release(), watch()
    time.sleep(AROUND)
    act()
    answered = time.time()
    time.sleep(AROUND)
    seen = watching.stop()
    assert home.current_release() in seen.last, f"only {sorted(seen.last)} were answered"
    return Switched(seen, max(0.0, seen.last[former] - answered))


def _publish(home: Home, draft: int) -> None:
    """With the program, beside whoever asks: it takes only what time the load leaves."""
    command = ("taskset", "-c", LOAD_CORE, "chrt", "--idle", "0")
    program = python("-m", "app", "--home", str(home.path), "publish", str(draft), "--by", "bench")
    subprocess.run((*command, *program), check=True, capture_output=True)


def _rows(what: str, found: list[Switched], quiet: list[Watched]) -> Iterator[Row]:
    """Each stands between two quiet times, and its ratio is to their mean."""
    pairs = list(pairwise(quiet))
    ratios = [
        one.seen.p99 / ((before.p99 + after.p99) / 2)
        for one, (before, after) in zip(found, pairs, strict=True)
    ]
    answers = sum(one.seen.answers for one in found)
    times = f"{len(found)} times, " if len(found) > 1 else ""
    yield Row(
        f"{what}, 16 connections reading: p99",
        median(one.seen.p99 for one in found),
        "ms",
        median(one.p99 for one in quiet),
        median(ratios),
        Target(MOST_SLOWER, "ratio"),
        f"{times}with {AROUND:g} s before and after; control: nobody publishes",
    )
    yield Row(
        f"{what}: the longest wait",
        max(one.seen.most for one in found),
        "ms",
        max(one.most for one in quiet),
        note="of all rounds; same control",
    )
    bad = sum(one.seen.failed + one.seen.mixed for one in found)
    yield Row(f"{what}: failed or mixed answers", bad, "", target=Target(0), note=f"of {answers:,}")
    yield Row(
        f"{what}: the last answer of the former release",
        max(one.stale for one in found),
        "s",
        target=Target(MOST_STALE),
        note="after the publish was answered",
    )

"""Reading, judging and publishing a full national file, and what its search index costs."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from app.home import Home
from app.snapshot import LISTS
from tests.bench.bare import write_rows
from tests.bench.clock import ROUNDS, compare, repeated
from tests.bench.processes import Ran, run
from tests.bench.rows import Row, Target, absent, compared_row
from tests.bench.sources import BEFORE, FULL, SCHEMA, empty_home, missing, published, shown

_BARE = "control: iterparse with schema validation over the unpacked bytes, then executemany of the same rows"


def reading(room: Path) -> list[Row]:
    """Reading and judging: memory, and time beside a validating parser."""
    gone = missing(FULL, SCHEMA)
    if gone is not None:
        return [absent("read and judge m30-full", shown(gone))]
    home = empty_home(room / "home")
    ran: list[Ran] = []

    def judge() -> float:
        ran.append(run("ours", "judge", home.path, FULL))
        return ran[-1].act

    found = compare(lambda: run("bare", "parse_file", FULL, SCHEMA).act, {"judge": judge})["judge"]
    idle = run("ours", "nothing").peak
    return [
        Row(
            "read and judge m30-full: peak memory",
            max(one.peak for one in ran),
            "MB",
            idle,
            max(one.peak for one in ran) / idle,
            Target(120),
            "whole process (VmHWM), the most of all rounds; control: the program loaded, doing nothing",
        ),
        compared_row(
            "read and judge m30-full: processor time", found, note="control: iterparse with schema validation"
        ),
    ]


def publishing(room: Path) -> list[Row]:
    """The whole `ingest --publish` without the index, as the first release and as the third."""
    gone = missing(FULL, SCHEMA, *BEFORE)
    if gone is not None:
        return [absent("publish m30-full", shown(gone))]
    first = empty_home(room / "first")
    third = published(empty_home(room / "third"), *BEFORE)
    write_rows(_lists_db(published(empty_home(room / "rows"), FULL)), room / "rows.bin")
    copies = (room / f"copy-{number}" for number in count())
    ran: dict[str, Ran] = {}

    def publish(home: Home, name: str, parts: str) -> Callable[[], float]:
        def measure() -> float:
            copy = next(copies)
            shutil.copytree(home.path, copy, symlinks=True)
            ran[name] = run("ours", "publish", copy, FULL, parts)
            shutil.rmtree(copy)
            return ran[name].whole if name.startswith("whole") else ran[name].act

        return measure

    def control() -> float:
        database = next(copies)
        taken = run("bare", "parse_and_insert", FULL, SCHEMA, room / "rows.bin", database).act
        database.unlink()
        return taken

    found = compare(
        control,
        {
            "act": publish(first, "act", "ANSWERS"),
            "whole process": publish(first, "whole process", "ANSWERS"),
            "third": publish(third, "third", "ANSWERS"),
        },
    )
    complete = run_complete(first, next(copies))
    return [
        compared_row(
            "publish m30-full without index, whole process",
            found["whole process"],
            most=6,
            note=f"start of Python and all imports included; {_BARE}",
        ),
        compared_row("publish m30-full without index, the act alone", found["act"], note=_BARE),
        compared_row(
            "publish m30-full without index after 2025-11 and 2025-12",
            found["third"],
            most=6,
            note=f"the act alone, judged against what was in force; {_BARE}",
        ),
        Row(
            "publish m30-full without index: peak memory", ran["whole process"].peak, "MB", target=Target(200)
        ),
        Row("publish m30-full with everything: processor time", complete.whole, note="whole process, once"),
        Row("publish m30-full with everything: peak memory", complete.peak, "MB", target=Target(200)),
    ]


def run_complete(home: Home, copy: Path) -> Ran:
    """One publish with answers and index."""
    shutil.copytree(home.path, copy, symlinks=True)
    return run("ours", "publish", copy, FULL, "ALL")


def index(room: Path) -> list[Row]:
    """The search index of one full file."""
    gone = missing(FULL)
    if gone is not None:
        return [absent("search index of m30-full", shown(gone))]
    home = published(empty_home(room / "home"), FULL)
    targets = (room / f"index-{number}" for number in range(ROUNDS))
    taken = repeated(lambda: run("ours", "index", home.snapshot(1), next(targets)).act)
    return [Row("search index of m30-full (6,673 products)", taken, target=Target(10), note="processor time")]


def _lists_db(home: Home) -> Path:
    return home.snapshot(home.current_release()) / LISTS

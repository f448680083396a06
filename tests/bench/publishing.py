"""Reading, judging and publishing a full national file, and what its search index costs."""

import shutil
from pathlib import Path

from app.home import Home
from app.snapshot import LISTS
from tests.bench.bare import write_rows
from tests.bench.clock import ROUNDS, compare, repeated
from tests.bench.processes import Ran, run
from tests.bench.rows import Row, Target, absent, compared_row
from tests.bench.sources import BEFORE, FULL, SCHEMA, empty_home, missing, published, shown

_WHOLE = "whole process, start of Python and imports included"
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
    """The whole `ingest --publish` without the index, as the first release and as the third; and with it."""
    gone = missing(FULL, SCHEMA, *BEFORE)
    if gone is not None:
        return [absent("publish m30-full", shown(gone))]
    first = empty_home(room / "first")
    third = published(empty_home(room / "third"), *BEFORE)
    write_rows(_lists_db(published(empty_home(room / "rows"), FULL)), room / "rows.bin")
    peaks: list[int] = []

    def publish(home: Home, parts: str = "ANSWERS") -> Ran:
        """In a copy of the home, so that every round begins alike."""
        copy = room / "copy"
        shutil.copytree(home.path, copy, symlinks=True)
        ran = run("ours", "publish", copy, FULL, parts)
        shutil.rmtree(copy)
        peaks.append(ran.peak)
        return ran

    def control() -> float:
        database = room / "bare.db"
        taken = run("bare", "parse_and_insert", FULL, SCHEMA, room / "rows.bin", database).act
        database.unlink()
        return taken

    found = compare(
        control,
        {
            "first": lambda: publish(first).whole,
            "third": lambda: publish(third).whole,
            "act": lambda: publish(first).act,
        },
    )
    peak, complete = max(peaks), publish(third, "ALL")
    return [
        compared_row("publish m30-full without index", found["first"], most=6, note=f"{_WHOLE}; {_BARE}"),
        compared_row(
            "publish m30-full without index, after 2025-11 and 2025-12",
            found["third"],
            most=6,
            note=f"{_WHOLE}; same control",
        ),
        compared_row(
            "publish m30-full without index, the act alone",
            found["act"],
            note="imports left out; same control",
        ),
        Row("publish m30-full without index: peak memory", peak, "MB", target=Target(200), note="VmHWM"),
        Row(
            "publish m30-full with everything",
            complete.whole,
            note="as the third release, whole process, once",
        ),
        Row(
            "publish m30-full with everything: peak memory",
            complete.peak,
            "MB",
            target=Target(200),
            note="VmHWM; the most while the largest of the dictionaries is read",
        ),
    ]


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

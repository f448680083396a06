"""What a process that serves holds: when it begins, and after so many publishes."""

import subprocess
import sys
import urllib.request
from pathlib import Path

import msgspec

from app.home import Home
from tests.bench.over_and_over import Held
from tests.bench.rows import Row, Target
from tests.bench.servers import family, missing_tools, our_api
from tests.bench.sources import BEFORE, FULL, ROOT, empty_home, missing, published, shown

SWITCHES, FEW = 1_000, 10
MOST_MB, MOST_GROWN = 150, 1.1


def memory(room: Path) -> list[Row]:
    """A worker as `serve` runs it, then one process that goes over to another release a thousand times."""
    gone, tools = missing(FULL, *BEFORE), missing_tools()
    if gone is not None or tools:
        return [Row("memory of a worker", None, note=f"not measured: no {shown(gone) if gone else tools}")]
    home = empty_home(room / "home")
    for file in (*BEFORE, FULL):
        published(home, file, complete=True)
    begun = _worker(home)
    held = _over_and_over(home)
    few, many = held[FEW], held[SWITCHES]
    target = Target(MOST_MB)
    return [
        Row(
            "a worker that is ready",
            begun.resident,
            "MB",
            target=target,
            note=f"{_others(begun)}; 6,673 products, VmRSS",
        ),
        Row(
            f"after {FEW} publishes and reads of all kinds",
            few.resident,
            "MB",
            target=target,
            note=f"{_others(few)}; in a process without server, driven as a worker is",
        ),
        Row(
            f"after {SWITCHES:,} publishes",
            many.resident,
            "MB",
            few.resident,
            many.resident / few.resident,
            Target(MOST_GROWN, "ratio"),
            f"{_others(many)}; control: after {FEW}. Two real releases of 6,673 products, by turns",
        ),
        Row(
            f"file handles after {SWITCHES:,} publishes",
            many.handles,
            "",
            few.handles,
            many.handles / few.handles,
            Target(1, "ratio"),
            f"control: after {FEW}",
        ),
    ]


def _worker(home: Home) -> Held:
    """The worker of a running service, after its first answers."""
    with our_api(home) as server:
        for path in ("/v1/status", "/v1/search?q=pose", "/v1/lists/505/products"):
            with urllib.request.urlopen(server.address + path) as answer:
                answer.read()
        return max((Held.of(pid) for pid in family(server.pid)), key=lambda held: held.resident)


def _over_and_over(home: Home) -> dict[int, Held]:
    """What a process held after so many switches, by how many."""
    program = (sys.executable, "-m", "tests.bench.over_and_over")
    words = (str(home.path), str(SWITCHES), str(FEW))
    ran = subprocess.run((*program, *words), cwd=ROOT, capture_output=True, check=True)
    return msgspec.json.decode(ran.stdout, type=dict[int, Held])


def _others(held: Held) -> str:
    return f"Pss {held.shared_out / 1e6:.0f} MB, {held.handles} handles"

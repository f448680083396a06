"""`python -m tests.bench [NAME …]` runs the benches and prints the figures; those of a full run are kept."""

import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.logs import set_up_logs
from tests.bench import (
    answering,
    files,
    finding,
    finding_speed,
    following,
    growth,
    heavy,
    history,
    judging,
    memory,
    publishing,
    searching,
    serving,
    starting,
    under_load,
)
from tests.bench.machine import busy, machine
from tests.bench.rows import Row, Table, markdown

Bench = Callable[[Path], Table | list[Row]]

BENCHES: dict[str, Bench] = {
    "reading": publishing.reading,
    "publishing": publishing.publishing,
    "index": publishing.index,
    "files": files.files,
    "following": following.following,
    "history": history.history,
    "growth": growth.growth,
    "answering": answering.answering,
    "finding": finding.finding,
    "finding-speed": finding_speed.finding_speed,
    "finding-build": finding_speed.finding_build,
    "searching": searching.searching,
    "judging": judging.judging,
    "serving": serving.served_answers,
    "under-load": under_load.under_load,
    "heavy": heavy.heavy,
    "memory": memory.memory,
    "starting": starting.starting,
}
RESULTS = Path(__file__).with_name("RESULTS.md")
_TITLE = """\
# What was measured

`make bench` writes this file, each part when it was measured; `python -m tests.bench NAME` measures one
part anew. Times are processor time unless they say otherwise, medians of at least three rounds; a case stands
between two runs of its control, and its ratio is to their mean.
"""
_PART = re.compile(r"^## (.+)$", re.MULTILINE)


def main(names: list[str]) -> int:
    """Run the benches of these names, or all."""
    unknown = sorted(set(names) - BENCHES.keys())
    if unknown:
        print(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    set_up_logs(level=logging.WARNING)
    print(machine(), flush=True)
    for name in names or BENCHES:
        print(f"\n{name} ...", flush=True)
        begun, moment = time.monotonic(), busy()
        with tempfile.TemporaryDirectory(prefix="blaliste-bench-") as room:
            table = markdown(BENCHES[name](Path(room)))
        print(table, flush=True)
        _keep(name, f"{moment}; took {time.monotonic() - begun:.0f} s\n\n{table}\n")
    return 0


def _keep(name: str, part: str) -> None:
    """Put a part in its place among those that were measured before."""
    parts = {name: part, **{known: text for known, text in _kept() if known != name}}
    told = (f"## {known.capitalize()}\n\n{parts[known]}" for known in BENCHES if known in parts)
    RESULTS.write_text("\n".join((_TITLE, f"{machine()}\n", *told)), encoding="utf-8")


def _kept() -> Iterator[tuple[str, str]]:
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    _, *found = _PART.split(text)
    for title, part in zip(found[::2], found[1::2], strict=True):
        yield title.lower(), part.strip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

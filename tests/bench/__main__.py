"""`python -m tests.bench [NAME …]` runs the benches and prints the figures; those of a full run are kept."""

import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.logs import set_up_logs
from tests.bench import (
    answering,
    files,
    finding,
    finding_speed,
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
from tests.bench.machine import described
from tests.bench.rows import Row, Table, markdown

Bench = Callable[[Path], Table | list[Row]]

BENCHES: dict[str, Bench] = {
    "reading": publishing.reading,
    "publishing": publishing.publishing,
    "index": publishing.index,
    "files": files.files,
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

`make bench` writes this file. Times are processor time unless they say otherwise, medians of at least
three rounds; a case stands between two runs of its control, and its ratio is to their mean.
"""


def main(names: list[str]) -> int:
    """Run the benches of these names, or all."""
    unknown = sorted(set(names) - BENCHES.keys())
    if unknown:
        print(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    set_up_logs(level=logging.WARNING)
    begun, machine = time.monotonic(), described()
    print(machine, flush=True)
    parts = []
    for name in names or BENCHES:
        print(f"\n{name} ...", flush=True)
        with tempfile.TemporaryDirectory(prefix="blaliste-bench-") as room:
            table = markdown(BENCHES[name](Path(room)))
        print(table, flush=True)
        parts.append(f"## {name.capitalize()}\n\n{table}\n")
    took = f"- the whole run took {time.monotonic() - begun:.0f} s"
    print(f"\n{took}")
    if not names:
        RESULTS.write_text("\n".join((_TITLE, f"{machine}\n{took}\n", *parts)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a worker takes until it is ready, beside an empty one and reading the database once."""

import os
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.home import Home
from app.snapshot import LISTS
from tests.app.ports import a_free_port
from tests.bench.clock import compare
from tests.bench.editions import home_of_editions
from tests.bench.history import EDITIONS
from tests.bench.rows import Row, Target, absent
from tests.bench.servers import Server, python
from tests.bench.sources import FULL, ROOT, missing, shown

ROUNDS = 5
_READY = "/health/ready"
_PATIENCE = 60.0


def readiness(room: Path) -> list[Row]:
    """One worker with a full file and many editions, as `serve` starts it."""
    gone = missing(FULL)
    what = f"one worker until ready, {EDITIONS} editions: processor time"
    if gone is not None:
        return [absent(what, shown(gone))]
    home = home_of_editions(room / "many", editions=EDITIONS)
    compiled = room / "compiled"
    database = home.snapshot(home.current_release()) / LISTS

    def empty() -> float:
        return _until_ready("tests.bench.empty:application", home, compiled)

    def ours() -> float:
        return _until_ready("app.main:application", home, compiled)

    for once in (empty, ours):
        once()  # All that they import is compiled then, as it is in an installation.
    found = compare(lambda: 2 * empty() + _reading(database), {"ours": ours}, rounds=ROUNDS)["ours"]
    return [
        Row(
            what,
            found.measured,
            control=found.control,
            ratio=found.ratio,
            target=Target(1, "ratio"),
            note=f"`python -m app.serving.api`, both its processes, to the first 200 of {_READY};"
            " control: twice what an empty Litestar takes that makes its description, and every row of"
            f" lists.db read once ({_reading(database):.2f} s)",
        )
    ]


@contextmanager
def one_worker(target: str, home: Home, *, compiled: Path) -> Iterator[Server]:
    """A server of one worker that just answered that it is ready."""
    port = a_free_port()
    settings = {"BLALISTE_HOME": str(home.path), "PYTHONPYCACHEPREFIX": str(compiled)}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        python("-m", "app.serving.api", target, "127.0.0.1", str(port), "1"),
        cwd=ROOT,
        env={**inherited, **settings},
        stdout=subprocess.DEVNULL,
    )
    server = Server(f"http://127.0.0.1:{port}", process.pid)
    try:
        _wait_until_ready(process, server.address + _READY)
        yield server
    finally:
        process.terminate()
        process.wait()


def _until_ready(target: str, home: Home, compiled: Path) -> float:
    with one_worker(target, home, compiled=compiled) as server:
        return server.processor()


def _wait_until_ready(process: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=_PATIENCE):
                return
        except (urllib.error.URLError, OSError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{address} was never answered") from error
            time.sleep(0.02)


def _reading(database: Path) -> float:
    """Processor seconds of reading every row of every table."""
    begun = time.process_time()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        for (name,) in names:
            for _ in db.execute(f"SELECT * FROM {name}"):
                pass
    return time.process_time() - begun

"""What a newcomer waits for: the demonstration, the first page, and a worker that has a full file to read."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from itertools import count
from pathlib import Path
from socket import socket

import msgspec

from tests.bench.clock import ROUNDS, repeated
from tests.bench.processes import Ran, run, run_program
from tests.bench.readiness import readiness
from tests.bench.rows import Row
from tests.bench.sources import ROOT

UNTIL = "2026-01-01"
_PATIENCE = 60.0


def starting(room: Path) -> list[Row]:
    """The demonstration, the way to the first page, and the way of one worker until it is ready."""
    ran: list[Ran] = []
    homes = (room / f"home-{number}" for number in count())

    def demo() -> float:
        home = next(homes)
        ran.append(run_program("--home", home, "demo", "--until", UNTIL))
        return ran[-1].whole

    processor = repeated(demo)
    wall = sorted(one.wall for one in ran)[len(ran) // 2]
    home = room / "home-0"
    starts = [_first_page(home) for _ in range(ROUNDS)]
    idle = repeated(lambda: run("ours", "nothing").whole)
    middle = sorted(starts, key=lambda start: start.seconds)[len(starts) // 2]
    note = f"up to {UNTIL}; `make run` is to be ready in about a minute, installation included"
    return [
        Row(
            "blaliste demo: processor time",
            processor,
            control=idle,
            ratio=processor / idle,
            note="control: the program loaded, doing nothing",
        ),
        Row("blaliste demo: on the clock", wall, note=note),
        Row(
            "serve: until the first page, on the clock",
            middle.seconds,
            note="from the command to the first 200 of `/`",
        ),
        Row("serve: until Datasette's first page too, on the clock", middle.data_seconds),
        Row(
            "serve: processor time of all its processes, start to end",
            middle.processor,
            note="supervisor, one worker, keeper and Datasette",
        ),
        *readiness(room),
    ]


class _Start(msgspec.Struct, frozen=True):
    """One start of the service, timed on the clock; `processor` is of all its processes."""

    seconds: float
    data_seconds: float
    processor: float


def _first_page(home: Path) -> _Start:
    port, data_port = _free_port(), _free_port()
    ports = ("--port", str(port), "--data-port", str(data_port))
    command = (sys.executable, "-m", "app", "--home", str(home), "serve", *ports)
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page, data = _until_both(process, port, data_port)
    finally:
        if process.returncode is None:
            process.terminate()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    return _Start(page - begun, data - begun, usage.ru_utime + usage.ru_stime)


def _until_both(process: "subprocess.Popen[bytes]", port: int, data_port: int) -> tuple[float, float]:
    """When the page and Datasette's answered for the first time; whichever is later may well be first."""
    answered: dict[int, float] = {}
    deadline = time.monotonic() + _PATIENCE
    while len(answered) < 2:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"serve did not answer (exit code {process.returncode})")
        for known in {port, data_port} - answered.keys():
            if _answers(known):
                answered[known] = time.monotonic()
        time.sleep(0.02)
    return answered[port], answered[data_port]


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

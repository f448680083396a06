"""The running service: started, published to, and parts of it killed, all at set times."""

import datetime as dt
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from subprocess import DEVNULL, Popen

import msgspec

from app.home import Home
from app.manifest import read_manifest
from lists.edition import Edition
from tests.app.homes import ANY_GATE, SMALL
from tests.app.ports import a_free_port
from tests.conftest import ROOT
from tests.program import finish, start
from tests.soak.drawing import as_file, drawn
from tests.soak.history import Known
from tests.soak.processes import KEEPER, WORKER, processes

WORKERS = 2
PATIENCE = 60.0
BETWEEN_KILLS = 7.0
"""A worker that dies within 5.5 seconds is taken for hopeless, and all of them are started again."""
KEEPER_LIVES = 35.0
"""Seconds: five deaths in a row after shorter lives, and the service gives it up."""
_LIVELY = 0.01


class Served(msgspec.Struct, frozen=True):
    """A service that runs."""

    home: Home
    port: int
    pid: int


@contextmanager
def service(home: Home) -> Iterator[Served]:
    """The whole program over a home, with two workers, until all of it answers; ended in the end."""
    port, data_port = a_free_port(), a_free_port()
    ports = ("--port", str(port), "--data-port", str(data_port), "--workers", str(WORKERS))
    command = (sys.executable, "-m", "app", "--home", str(home.path), "serve", *ports)
    with Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL) as process:
        try:
            until(lambda: answers(port) and answers(data_port, "/"), "a service that answers")
            yield Served(home, port, process.pid)
        finally:
            process.terminate()


def answers(port: int, path: str = "/health/ready") -> bool:
    """Whether a new connection is answered with 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


class Publisher:
    """
    Publishes random editions with the program, one after the other, and tells what holds.

    `begun` has what may be answered already, `certain` what was answered to be published.
    """

    def __init__(self, home: Home, rng: random.Random, today: dt.date) -> None:
        self.begun = self.certain = Known(())
        self.published_at: dict[int, dt.datetime] = {}
        self._answered: list[float] = []
        self._home, self._rng, self._today = home, rng, today

    def publish(self) -> None:
        """Draw an edition and put it in force."""
        edition = drawn(self._rng, self.certain, self._today)
        self.begun = Known((*self.certain.editions, edition))
        release = self._take_in(edition)
        assert release == self.begun.release, f"published as {release}, not {self.begun.release}"
        self.published_at[release] = read_manifest(self._home.release(release)).published_at
        self._answered.append(time.monotonic())
        self.certain = self.begun

    def since(self, instant: float) -> int:
        """The last release that was answered to be published by then."""
        return sum(answered <= instant for answered in self._answered)

    def _take_in(self, edition: Edition) -> int:
        file = self._home.path.parent / "liste.xml"
        file.write_bytes(as_file(edition))
        overrides = [word for gate in ANY_GATE for word in ("--override", gate)]
        command = ("ingest", file, "--publish", *overrides, "--reason", SMALL)
        ran = finish(start("--home", self._home.path, "--json", *command))
        assert ran.code == 0, ran.out + ran.err
        return int(ran.document["release"])


class Kill(msgspec.Struct, frozen=True):
    """A process that was killed: until when new connections failed, and when another was in its place."""

    kind: str
    unanswered: float
    replaced: float


def kill(served: Served, kind: str) -> Kill | None:
    """Kill -9 the youngest of a kind, and watch what becomes of it; None where none is there just now."""
    before = {pid for pid, known in processes(served.pid).items() if known == kind}
    if len(before) < (WORKERS if kind == WORKER else 1):
        return None
    with suppress(ProcessLookupError):
        os.kill(max(before), signal.SIGKILL)
    begun, unanswered = time.monotonic(), 0.0
    while True:
        if not answers(served.port):
            unanswered = time.monotonic() - begun
        now = {pid for pid, known in processes(served.pid).items() if known == kind}
        if now - before and len(now) >= len(before):
            return Kill(kind, unanswered, time.monotonic() - begun)
        assert time.monotonic() - begun < PATIENCE, f"no new {kind}"
        time.sleep(_LIVELY)


def kills(served: Served, stop: threading.Event) -> Iterator[Kill]:
    """Workers, and now and then the keeper, until told to stop."""
    keeper_at = time.monotonic() + 2 * BETWEEN_KILLS
    while not stop.wait(BETWEEN_KILLS):
        kind = KEEPER if time.monotonic() >= keeper_at else WORKER
        if kind == KEEPER:
            keeper_at = time.monotonic() + KEEPER_LIVES
        if (done := kill(served, kind)) is not None:
            yield done

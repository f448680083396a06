"""Servers that are measured from outside: each on one core of its own, asked by wrk on the other."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import msgspec

from app.access import ACCESS_LOG
from app.home import Home
from tests.app.ports import a_free_port
from tests.bench.sources import ROOT

SERVER_CORE, LOAD_CORE = "0", "1"
CONNECTIONS = 16
Command: TypeAlias = Callable[[int], Sequence[str]]

_PATIENCE = 60.0
_TICK = os.sysconf("SC_CLK_TCK")


class Loaded(msgspec.Struct, frozen=True):
    """
    What a server did under load.

    Attributes:
        rate: Answers per second.
        seconds: Of the server's processors, for one answer.
        p99: Of the answers' times, in seconds.
    """

    rate: float
    seconds: float
    p99: float


class Server(msgspec.Struct, frozen=True):
    """A server that runs: its address, and the process above all of its own."""

    address: str
    pid: int

    def processor(self) -> float:
        """Processor seconds of it and of all that it started."""
        return sum(_seconds_of(pid) for pid in family(self.pid))

    def memory(self) -> int:
        """Bytes that the process which answers holds: the largest of them."""
        return max(_resident(pid) for pid in family(self.pid))


def missing_tools() -> str:
    """What must be installed from Debian before servers can be measured, "" where nothing is missing."""
    return " and ".join(tool for tool in ("wrk", "nginx", "taskset") if shutil.which(tool) is None)


@contextmanager
def serving(command: Command, *, path: str, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """
    Run a server on its core.

    Args:
        command: The words that start it on a port.
        path: Answers 200 when it is ready.
    """
    port = a_free_port()
    process = subprocess.Popen(
        ("taskset", "-c", SERVER_CORE, *command(port)),
        cwd=ROOT,
        env={**os.environ, **(settings or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = Server(f"http://127.0.0.1:{port}", process.pid)
    try:
        _wait_for(process, server.address + path)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def our_api(home: Home, *, workers: int = 1, access_log: bool = False) -> AbstractContextManager[Server]:
    """The API over a home as `serve` runs it, on its core."""
    program = ("-m", "app.serving.api", "app.main:application", "127.0.0.1")
    return serving(
        lambda port: python(*program, str(port), str(workers)),
        path="/health/ready",
        settings={"BLALISTE_HOME": str(home.path), ACCESS_LOG: "1" if access_log else "0"},
    )


def load(
    server: Server, path: str, *, seconds: int, headers: Sequence[str] = (), script: Path | None = None
) -> Loaded:
    """Ask one address (or what a script of wrk's says) again and again; all answers must be good ones."""
    more = [word for header in headers for word in ("-H", header)]
    scripted = ("-s", str(script)) if script is not None else ()
    command = ("taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency")
    before = server.processor()
    said = subprocess.run(
        (*command, *scripted, *more, server.address + path), capture_output=True, text=True, check=True
    ).stdout
    taken = server.processor() - before
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", said)
    assert bad is None, f"{path}: {bad[0]}"
    answers = _found(r"(\d+) requests in", said)
    return Loaded(_found(r"Requests/sec:\s+([0-9.]+)", said), taken / answers, _p99(said))


def python(*words: str) -> tuple[str, ...]:
    """A command of this Python."""
    return (sys.executable, *words)


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    children: dict[int, list[int]] = {}
    for known in Path("/proc").iterdir():
        if known.name.isdecimal():
            try:
                above = int((known / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(above, []).append(int(known.name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


def _seconds_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


def _resident(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return int(found[1]) * 1024 if found else 0


def _found(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1])


def _p99(said: str) -> float:
    found = re.search(r"99%\s+([0-9.]+)(us|ms|s)", said)
    assert found is not None, said
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[found[2]]


def _wait_for(process: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{address} was never answered: {process.args!r}") from error
            time.sleep(0.05)

"""Real programs of a source and of who follows it: each can be killed with everything that it started."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import pytest

from app.home import Home
from tests.app.ports import a_free_port
from tests.conftest import ROOT

PATIENCE = 120.0
"""On a machine that runs other tests beside; alone, whatever is waited for here takes a few seconds."""
BETWEEN_LOOKS = 0.05


class Running:
    """A program in a session of its own, and all that it has said."""

    def __init__(self, *command: object, module: str = "app") -> None:
        self._command = [sys.executable, "-m", module, *(str(word) for word in command)]
        self._out = tempfile.TemporaryFile()  # noqa: SIM115 closed when this is left
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._out.close()

    def start(self) -> None:
        """Begin, and begin again after a kill."""
        self._swept = False
        self.process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"},
            stdout=self._out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def said(self) -> str:
        """All its lines so far."""
        size = os.fstat(self._out.fileno()).st_size
        return os.pread(self._out.fileno(), size, 0).decode()

    def until_said(self, words: str, *, times: int = 1) -> None:
        """Wait until it has said this, so often."""
        self.until(lambda: self.said.count(words) >= times, f"said: {words}")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds; where it never does, the test fails with what the program has said."""

        def it_does() -> bool:
            ended, so = self.process.poll(), holds()
            if ended is not None and not so:
                pytest.fail(f"it ended with {ended} before it was {what}\n{self.said}")
            return so

        try:
            until(it_does, what, told=lambda: self.said)
        except BaseException:
            # Nobody may have this yet who would end it.
            self.kill()
            raise

    def kill(self) -> None:
        """Kill it and all that it started, as when the machine goes."""
        if self._swept:
            return  # By now the number of its session may be somebody else's.
        self.process.kill()
        until(lambda: not _killed(self.process.pid), "killed: all of its session")
        self.process.wait(PATIENCE)
        self._swept = True

    def end(self) -> int:
        """Tell it to end, and sweep up behind it; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        self.kill()
        return self.process.returncode

    def parts(self, command: str) -> set[int]:
        """The processes of its session that run what this says, and live."""
        return {pid for pid in _session(self.process.pid) if command in _command_of(pid)}

    def let_write(self) -> None:
        """Let its files be as large as ours may be, however it was started."""
        for pid in _session(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, resource.getrlimit(resource.RLIMIT_FSIZE))

    def wait(self) -> int:
        """Wait until it ends by itself; its exit code."""
        self.until(lambda: self.process.poll() is not None, "ended")
        self.kill()
        return self.process.returncode


class Service(Running):
    """`blaliste serve` of a home, on a port that stays the same when it is started again."""

    def __init__(self, home: Home, *, module: str = "app", port: int | None = None) -> None:
        self.port = port or a_free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        ports = ("--port", self.port, "--data-port", a_free_port(), "--workers", 1)
        super().__init__("--home", home.path, "serve", *ports, module=module)

    def ready(self) -> Self:
        """Wait until it answers."""
        self.until(lambda: self.answered("/health/ready") is not None, "ready")
        return self

    def answered(self, path: str) -> httpx.Response | None:
        """What it answers; None where it does not."""
        try:
            answer = httpx.get(self.address + path, timeout=30)
        except httpx.TransportError:
            return None
        return answer if answer.status_code == httpx.codes.OK else None

    def release(self) -> int:
        """The release that it serves; -1 where it answers nothing."""
        answer = self.answered("/v1/status")
        return int(answer.json()["release"]) if answer is not None else -1

    def until_release(self, release: int) -> None:
        """Wait until it serves a release."""
        self.until(lambda: self.release() == release, f"at release {release}")


def until(holds: Callable[[], bool], what: str, *, told: Callable[[], str] = lambda: "") -> None:
    """Wait until something holds; the test fails where it never does, with what the program has told."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"not {what} within {PATIENCE} seconds\n{told()}")
        time.sleep(BETWEEN_LOOKS)


def _killed(session: int) -> bool:
    """Kill all that is left of a session; whether there was anybody."""
    left = _session(session)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return bool(left)


def _session(leader: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if _session_of(pid) == leader]


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _session_of(pid: int) -> int:
    """The session of a process that lives; -1 where it is gone, or only waits to be looked at."""
    try:
        _, _, rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")
    except (FileNotFoundError, ProcessLookupError):
        return -1
    state, _, _, session, *_ = rest.split()
    return -1 if state == "Z" else int(session)

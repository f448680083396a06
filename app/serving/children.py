"""A child process that is started again when it dies, ever more slowly, and in the end given up."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec

import app
from app.serving.lifeline import PARENT

FIRST_DELAY, LONGEST_DELAY = 0.25, 8.0
DEATHS_TAKEN = 5
"""So many deaths in a row, none after a life of `STEADY_SECONDS`, and the child is given up."""
STEADY_SECONDS = 30.0


class Part(msgspec.Struct, frozen=True):
    """
    One part of the service.

    Attributes:
        arguments: What follows the name of this Python, such as ("-m", "app.keeper").
        ready: Host, port and path that answer 200 once it is ready; None where it is as soon as it runs.
        vital: Whether the others are ended too where it cannot be kept alive.
    """

    name: str
    arguments: tuple[str, ...]
    ready: tuple[str, int, str] | None = None
    vital: bool = True


class Child:
    """The process of one part, whichever of its lives it is in."""

    def __init__(self, part: Part, environment: Mapping[str, str]) -> None:
        self.part = part
        self.deaths = 0
        self._environment = _for_children(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._start_again_at = 0.0

    @property
    def given_up(self) -> bool:
        """Whether it died so often that another life would be no better."""
        return self.part.vital and self.deaths >= DEATHS_TAKEN

    def start(self) -> None:
        """Begin a life, in a process group of its own: Ctrl-C in a terminal is for the supervisor alone."""
        command = (sys.executable, "-P", *self.part.arguments)
        self._process = subprocess.Popen(command, env=self._environment, process_group=0)
        self._started = time.monotonic()

    def look(self) -> int | None:
        """
        See to it that it lives.

        Returns:
            The exit code of a death that was found now, negative for a signal; else None.
        """
        now = time.monotonic()
        if self._process is None:
            if now >= self._start_again_at:
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            return None
        self._sweep()
        self.deaths = 1 if now - self._started >= STEADY_SECONDS else self.deaths + 1
        self._start_again_at = now + min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(self.deaths - 1, 10))
        self._process = None
        return code

    def ready(self) -> bool:
        """Whether the part answers."""
        if self._process is None or self._process.poll() is not None:
            return False
        return self.part.ready is None or _answers(*self.part.ready)

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self._process is not None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until it has ended; past the deadline (monotonic), kill it and all its own children."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        self._sweep()
        self._process.wait()
        self._process = None

    def _sweep(self) -> None:
        """Kill whatever is left of the child's process group."""
        assert self._process is not None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _for_children(environment: Mapping[str, str]) -> dict[str, str]:
    """The supervisor's environment with the settings, its process id, and the way to this very package."""
    paths = [str(Path(app.__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        **environment,
        PARENT: str(os.getpid()),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }


def _answers(host: str, port: int, path: str) -> bool:
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()

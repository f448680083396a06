"""The one process for what must happen once: it has published what is due, exactly once, whatever fails."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

import msgspec
import structlog

import app
from app.home import Home
from app.logs import set_up_logs
from app.main import home_from_environment
from app.publish.due import BUSY, DONE, Went
from app.scheduled import ScheduledPublishes
from app.serving.lifeline import PARENT, end_with_parent
from app.signing.freshness import needs_signing, sign_freshness
from app.signing.keys import may_sign, signer
from lists.errors import ListsError

LOOK_SECONDS = 1.0
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0
"""Seconds until the next try after a death, which grow twofold."""
GRACE = 4.0
"""Seconds a publish has to end when we are told to stop; killed, it is done at the next start."""
NOT_STARTED = 71
_WAIT_SECONDS = 0.05


class Keeper:
    """
    Looks once a second for what is due, and has it published in a child process.

    That it happens exactly once is not decided here: a draft leaves the calendar with the rename that
    publishes it, so that starting the child once too often changes nothing.
    """

    def __init__(self, home: Home, stop: threading.Event) -> None:
        self.home = home
        self.stop = stop
        self.deaths = 0
        self._scheduled = ScheduledPublishes(home)
        self._again_at = 0.0
        self._waits_for: str | None = None

    def run(self) -> None:
        """Until told to stop."""
        _LOG.info("keeper-here", next=_text(self._scheduled.next_at()))
        while not self.stop.wait(self.seconds_to_wait()):
            self.look()

    def seconds_to_wait(self) -> float:
        """A second, or less where something is due before."""
        due = self._scheduled.next_at()
        ahead = (due - _now()).total_seconds() if due is not None else LOOK_SECONDS
        return min(LOOK_SECONDS, ahead) if ahead > 0 else LOOK_SECONDS

    def look(self) -> None:
        """Have published what is due now, and say that what is in force is the newest."""
        self._sign()
        due = self._scheduled.next_at()
        if due is None or due > _now():
            self._again_at, self.deaths = 0.0, 0
        elif time.monotonic() >= self._again_at and not self._is_busy(due):
            self._publish(due)

    def _sign(self) -> None:
        try:
            if may_sign(self.home) and needs_signing(self.home, _now()):
                word = sign_freshness(self.home, signer(self.home), _now())
                _LOG.info("freshness-signed", release=word.release, expires=_text(word.expires))
        except (ListsError, OSError) as error:
            _LOG.error("freshness-not-signed", error=str(error))

    def _is_busy(self, due: dt.datetime) -> bool:
        """Whether somebody else is at work here; that is looked at before a process is started for it."""
        busy = self.home.is_at_work()
        if busy and self._waits_for != _text(due):
            _LOG.info("due-waits", at=_text(due))
            self._waits_for = _text(due)
        return busy

    def _publish(self, due: dt.datetime) -> None:
        _LOG.info("due-publishing", at=_text(due))
        begun = time.monotonic()
        code, written = self._child()
        if code == DONE:
            went = msgspec.json.decode(written, type=Went)
            seconds = round(time.monotonic() - begun, 1)
            _LOG.info("due-published", at=_text(due), releases=went.releases, seconds=seconds)
            for held in went.held:
                _LOG.warning("due-held", at=_text(due), draft=held.draft, reason=held.reason)
        if code == BUSY:
            self._again_at = time.monotonic() + FIRST_DELAY
        elif self._scheduled.next_at() != due:
            self.deaths = 0
        elif self.stop.is_set():
            _LOG.warning("due-left", at=_text(due))
        else:
            self._try_again_later(due, code)

    def _try_again_later(self, due: dt.datetime, code: int) -> None:
        self.deaths += 1
        delay = delay_after(self.deaths)
        self._again_at = time.monotonic() + delay
        _LOG.error("due-not-published", at=_text(due), code=code, times=self.deaths, again_in=delay)

    def _child(self) -> tuple[int, bytes]:
        """
        Run the child to its end.

        Returns:
            Its exit code, negative for a signal, and what it wrote.
        """
        try:
            return self._started()
        except OSError as error:  # No memory, too many processes: there may be room again.
            _LOG.error("due-not-started", error=str(error))
            return NOT_STARTED, b""

    def _started(self) -> tuple[int, bytes]:
        command = (sys.executable, "-P", "-m", "app.publish.due", str(self.home.path))
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment(os.environ)) as process:
            stopped_at: float | None = None
            while True:
                with suppress(subprocess.TimeoutExpired):
                    written, _ = process.communicate(timeout=_WAIT_SECONDS)
                    return process.returncode, written
                if stopped_at is None and self.stop.is_set():
                    stopped_at = time.monotonic()
                if stopped_at is not None and time.monotonic() - stopped_at > GRACE:
                    process.kill()


def delay_after(deaths: int) -> float:
    """Seconds until the next try after so many deaths in a row."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(deaths - 1, 10))


def main() -> None:
    """Keep the home of the environment until SIGTERM or SIGINT, or until the supervisor is gone."""
    set_up_logs()
    stop = threading.Event()

    def told_to_stop(number: int, _: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told_to_stop)
    end_with_parent(signal.SIGTERM)
    Keeper(home_from_environment(), stop).run()
    _LOG.info("keeper-ended")


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours, with the way to this very package; what is being published shall not end with us."""
    root = str(Path(app.__file__).resolve().parent.parent)
    paths = (root, ours.get("PYTHONPATH", ""))
    kept = {name: value for name, value in ours.items() if name != PARENT}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _text(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


_LOG = structlog.get_logger("blaliste.keeper")

if __name__ == "__main__":
    main()

"""The process above the workers of the API: it listens, starts them, and starts them again."""

import os
import sys

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from app.serving.lifeline import PARENT, end_with_parent
from app.serving.worker import TARGET, find

HEADER_TIMEOUT = 5_000
"""Milliseconds until a connection that has not sent its headers is closed."""
WORKER_GRACE = 3
"""Seconds a worker has to finish what it is answering before it is killed."""


def main() -> None:
    """Serve: `python -m app.serving.api TARGET HOST PORT WORKERS`."""
    target, host, port, workers = sys.argv[1:]
    end_with_parent()
    # What cannot even be imported ends this process, which the supervisor sees; a worker would die unseen.
    find(target)
    os.environ[TARGET] = target
    os.environ[PARENT] = str(os.getpid())
    Granian(
        "app.serving.worker:application",
        factory=True,
        address=host,
        port=int(port),
        interface=Interfaces.ASGI,
        workers=int(workers),
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT),
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=WORKER_GRACE,
    ).serve()


if __name__ == "__main__":
    main()

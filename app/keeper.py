"""The one process for what must happen once; nothing is scheduled yet, so it only waits for its end."""

import logging
import signal
import threading
from types import FrameType

from app.serving.lifeline import end_with_parent

LOG = logging.getLogger("blaliste.keeper")


def main() -> None:
    """Run until SIGTERM or SIGINT, or until the supervisor is gone."""
    stop = threading.Event()

    def told_to_stop(number: int, _: FrameType | None) -> None:
        LOG.info("told to stop by signal %s", number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told_to_stop)
    end_with_parent(signal.SIGTERM)
    LOG.info("here, and nothing to do")
    stop.wait()


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
    main()

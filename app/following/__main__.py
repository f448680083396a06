"""The process that follows while a home is served: `python -m app.following`."""

import signal

import structlog

from app.following.catching_up import CaughtUp
from app.following.follower import follow
from app.logs import set_up_logs
from app.main import home_from_environment
from app.serving.lifeline import end_with_parent
from lists.errors import ListsError


def main() -> None:
    """
    Follow until the supervisor is gone.

    SIGTERM ends it at once, wherever it is: what was fetched is gone on from the next time.
    """
    set_up_logs()
    end_with_parent(signal.SIGTERM)
    follow(home_from_environment(), caught_up=_caught_up, in_trouble=_in_trouble)


def _caught_up(caught: CaughtUp) -> None:
    if caught.release != caught.before:
        _LOG.info("followed", before=caught.before, release=caught.release)


def _in_trouble(error: ListsError) -> None:
    _LOG.warning("not-followed", reason=error.reason, **error.facts)


_LOG = structlog.get_logger("blaliste.follow")

if __name__ == "__main__":
    main()

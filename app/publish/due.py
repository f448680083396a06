"""Publishes what is due, in a process of its own that readers hardly notice; the keeper starts it."""

import datetime as dt
import os
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import structlog

from app.home import Home
from app.logs import set_up_logs
from app.publish.publishing import publish_due
from app.workshop.database import Workshop
from app.workshop.records import SCHEDULED
from lists.errors import HomeBusy

NICE = 5
"""So much lower is its priority: readers go first, and yet it is not put off for ever by many of them."""
DONE, BUSY = 0, 75


class Held(msgspec.Struct, frozen=True):
    """A draft that was due and could not go out; `reason` is the key of the refusal."""

    draft: int
    reason: str


class Went(msgspec.Struct, frozen=True):
    """What became of what was due: the releases made, and the drafts that were taken from the calendar."""

    releases: tuple[int, ...]
    held: tuple[Held, ...]


def go(home: Home, now: dt.datetime) -> Went:
    """
    Publish all that is due.

    Raises:
        HomeBusy: Somebody else is publishing.
    """
    scheduled = _scheduled(home)
    releases = publish_due(home, now)
    return Went(tuple(releases), _held(home, scheduled - _scheduled(home)))


def main() -> int:
    """`python -m app.publish.due HOME`: a `Went` as JSON on standard output; exit code BUSY to try again."""
    os.nice(NICE)
    set_up_logs()
    try:
        went = go(Home(Path(sys.argv[1])), dt.datetime.now(dt.UTC))
    except HomeBusy:
        return BUSY
    except Exception:  # noqa: BLE001 whatever it is, the log says it, and the next try may do better
        _LOG.exception("due-not-published")
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(went))
    return DONE


def _scheduled(home: Home) -> set[int]:
    with closing(Workshop(home.workshop)) as workshop:
        return {draft.draft for draft in workshop.in_state(SCHEDULED)}


def _held(home: Home, drafts: set[int]) -> tuple[Held, ...]:
    with closing(Workshop(home.workshop)) as workshop:
        known = [workshop.draft(number) for number in sorted(drafts)]
    return tuple(Held(draft.draft, draft.held.reason) for draft in known if draft.held is not None)


_LOG = structlog.get_logger("blaliste.due")

if __name__ == "__main__":
    sys.exit(main())

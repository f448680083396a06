"""Following: catch up, listen for the next release, and never stop serving what is there already."""

import datetime as dt
import time
from collections.abc import Callable

import msgspec
import structlog

from app.following.catching_up import CaughtUp, catch_up
from app.following.record import Following, keep_following, read_following
from app.following.source import Source
from app.home import Home
from lists.errors import ListsError, Refused

LOOK_SECONDS = 60.0
"""So often the source is asked, whether it tells anything or not."""
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0


def follow_once(home: Home) -> CaughtUp:
    """
    Catch up once, and write down how it went.

    Raises:
        Refused: As `catch_up`; "home-not-following".
        HomeBusy: Somebody else is at work here.
    """
    with home.publishing("follow"):
        following = require_following(home)
        now = dt.datetime.now(dt.UTC)
        try:
            with Source(following.url) as source:
                caught = catch_up(home, following, source, now=now)
        except ListsError as error:
            keep_following(home, _failed(following, now, error))
            raise
        well = msgspec.structs.replace(following, tried_at=now, caught_up_at=now, trouble=None, facts={})
        keep_following(home, well)
    return caught


def follow(
    home: Home, *, caught_up: Callable[[CaughtUp], None], in_trouble: Callable[[ListsError], None]
) -> None:
    """Follow for ever: never ends by itself, whatever the source does."""
    failures = 0
    while True:
        try:
            caught = follow_once(home)
        except ListsError as error:
            failures += 1
            in_trouble(error)
            time.sleep(min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(failures - 1, 10)))
        else:
            failures = 0
            caught_up(caught)
            listen(require_following(home).url, after=caught.release)


def listen(url: str, *, after: int) -> None:
    """Wait until the source tells of a release, or for `LOOK_SECONDS`."""
    begun = time.monotonic()
    try:
        with Source(url) as source:
            source.wait_for_release(after=after, seconds=LOOK_SECONDS)
    except Refused as error:
        _LOG.info("source-tells-nothing", found=error.facts.get("found"))
        time.sleep(max(0.0, min(FIRST_DELAY, LOOK_SECONDS - (time.monotonic() - begun))))


def require_following(home: Home) -> Following:
    """
    Whom a home follows.

    Raises:
        Refused: "home-not-following".
    """
    following = read_following(home)
    if following is None:
        raise Refused("home-not-following", where=home.path)
    return following


def _failed(following: Following, now: dt.datetime, error: ListsError) -> Following:
    return msgspec.structs.replace(following, tried_at=now, trouble=error.reason, facts=error.facts)


_LOG = structlog.get_logger("blaliste.follow")

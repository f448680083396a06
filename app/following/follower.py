"""Following: catch up, listen for the next release, and never stop serving what is there already."""

import datetime as dt
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec
import structlog

from app.faults import named
from app.following.catching_up import CaughtUp, catch_up
from app.following.record import Following, keep_following, read_following
from app.following.source import Source
from app.home import Home
from app.operator import Operator
from lists.errors import ListsError, Refused

LOOK_SECONDS = 60.0
"""So often the source is asked, whether it tells anything or not."""
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0
SHORTEST_DELAY = 0.1
"""Before the source is asked again where it tells of a release that it has not yet signed as the newest."""


def follow_once(home: Home) -> CaughtUp:
    """
    Catch up once, and write down how it went.

    Raises:
        Refused: As `catch_up`; "home-not-following"; "no-room".
        HomeBusy: Somebody else is at work here.
    """
    with home.publishing("follow"):
        following = require_following(home)
        now = dt.datetime.now(dt.UTC)
        try:
            with Source(following.url) as source:
                caught = catch_up(home, following, source, now=now)
                publisher = _publisher(source, following)
        except Exception as error:
            told = _named(error)
            with suppress(OSError):  # Where there is no room, there may be none for this either.
                keep_following(home, _failed(following, now, told))
            raise told from error
        well = msgspec.structs.replace(following, tried_at=now, caught_up_at=now, trouble=None, facts={})
        keep_following(home, msgspec.structs.replace(well, publisher=publisher))
    return caught


def follow(
    home: Home, *, caught_up: Callable[[CaughtUp], None], in_trouble: Callable[[ListsError], None]
) -> None:
    """Follow for ever: never ends by itself, whatever the source does, or the disk."""
    failures, in_vain, deaf = 0, 0, 0
    heard: bool | None = False
    while True:
        try:
            caught = follow_once(home)
        except Exception as error:  # noqa: BLE001 whatever it is, what is here is served on
            failures += 1
            in_trouble(_named(error))
            time.sleep(_delay(FIRST_DELAY, failures))
            continue
        failures = 0
        caught_up(caught)
        in_vain = in_vain + 1 if heard and caught.before == caught.release else 0
        if in_vain:
            time.sleep(_delay(SHORTEST_DELAY, in_vain))
        heard = listen(home, after=caught.release)
        # Only asked, and not told: the more often in vain, the more seldom.
        deaf = deaf + 1 if heard is None else 0
        if deaf:
            time.sleep(_delay(FIRST_DELAY, deaf))


def listen(home: Home, *, after: int) -> bool | None:
    """
    Wait until the source tells of a release, or for `LOOK_SECONDS`.

    Returns:
        Whether it told; None where it does not tell anything.
    """
    try:
        with Source(require_following(home).url) as source:
            return source.wait_for_release(after=after, seconds=LOOK_SECONDS)
    except ListsError as error:
        _LOG.info("source-tells-nothing", found=error.facts.get("found"))
        return None


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


def _publisher(source: Source, known: Following) -> Operator | None:
    """Who answers for its lists, as it tells; where it does not answer, as it told last."""
    try:
        return source.publisher()
    except Refused:
        return known.publisher


def _delay(first: float, times: int) -> float:
    return min(LONGEST_DELAY, first * 2.0 ** min(times - 1, 10))


def _named(error: Exception) -> ListsError:
    return error if isinstance(error, ListsError) else named(error)


def _failed(following: Following, now: dt.datetime, error: ListsError) -> Following:
    return msgspec.structs.replace(following, tried_at=now, trouble=error.reason, facts=error.facts)


_LOG = structlog.get_logger("blaliste.follow")

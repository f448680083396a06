"""A copy says so: whom it follows, when it was last current, and what has kept it from being so since."""

import datetime as dt

from app.following.record import Following, read_following
from app.home import Home
from app.shapes import CopyShape
from app.signing.freshness import read_freshness
from app.words import say, say_error
from app.words.forms import moment_told
from lists.errors import Refused

LATE = dt.timedelta(minutes=15)
"""A source is asked every minute: one that was not reached for so long is told of."""


def copy_shape(home: Home, lang: str) -> CopyShape | None:
    """
    Whom a home follows, and how that went; None where it publishes itself.

    Raises:
        HomeBroken: "following-broken".
    """
    known = read_following(home)
    if known is None:
        return None
    detail = say_error(Refused(known.trouble, **known.facts), lang) if known.trouble is not None else None
    return CopyShape(known.url, known.key, known.caught_up_at, known.tried_at, known.trouble, detail)


def source_of(home: Home) -> str | None:
    """Whom a home is a copy of; None where it publishes itself. Raises as `copy_shape`."""
    known = read_following(home)
    return known.url if known is not None else None


def told_old(home: Home, now: dt.datetime, lang: str) -> str | None:
    """
    The sentence that warns a reader of what may be out of date; None where all is well.

    Raises:
        HomeBroken: As `copy_shape`; "freshness-broken".
    """
    following = read_following(home)
    if following is not None:
        return _late(following, now, lang)
    word = read_freshness(home)
    if word is None or now < word.expires:
        return None
    return say("page", "not-signed-since", lang, signed_at=moment_told(word.signed_at, lang))


def _late(following: Following, now: dt.datetime, lang: str) -> str | None:
    seen = following.caught_up_at
    if seen is None:
        return say("page", "copy-never-current", lang, url=following.url)
    if now - seen < LATE:
        return None
    return say("page", "copy-late", lang, url=following.url, seen=moment_told(seen, lang))

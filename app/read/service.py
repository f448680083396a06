"""What is told of the service beside its lists: who runs it, whom it copies, how old it may be."""

import datetime as dt

import msgspec
import structlog

from app.following.record import Following, read_following
from app.home import Home
from app.operator import NOBODY, Operator, read_operator
from app.publisher import publisher_of
from app.shapes import CopyShape, OperatorShape
from app.signing.freshness import read_freshness
from app.words import say, say_error
from app.words.forms import moment_told
from lists.errors import HomeBroken, Refused

LATE = dt.timedelta(minutes=15)
"""A source is asked every minute: one that was not reached for so long is told of."""


class Runners(msgspec.Struct, frozen=True):
    """Who runs a service, and who answers for its lists; None where nothing is known."""

    operator: OperatorShape | None
    publisher: OperatorShape | None


class ServiceTold(msgspec.Struct, frozen=True):
    """
    What every page says of the service it is from.

    Attributes:
        old: The sentence that warns of what may be out of date; None where all is well.
        copy_of: Whom it copies; None where it publishes itself.
    """

    old: str | None
    copy_of: str | None
    run_by: Operator


def runners_of(home: Home) -> Runners:
    """
    Who runs a home, and who answers for its lists.

    Raises:
        HomeBroken: "operator-broken", "following-broken".
    """
    return Runners(_operator_shape(read_operator(home)), _operator_shape(publisher_of(home)))


def _operator_shape(told: Operator) -> OperatorShape | None:
    return OperatorShape(**msgspec.structs.asdict(told)) if told != NOBODY else None


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


def service_told(home: Home, now: dt.datetime, lang: str) -> ServiceTold:
    """What every page says; nothing where that is broken, for the lists are not: the log tells."""
    try:
        following = read_following(home)
        old = _late(following, now, lang) if following is not None else _unsigned(home, now, lang)
        return ServiceTold(old, following.url if following is not None else None, read_operator(home))
    except HomeBroken as error:
        _LOG.warning("service-not-told", reason=error.reason, **error.facts)
        return ServiceTold(None, None, NOBODY)


def _unsigned(home: Home, now: dt.datetime, lang: str) -> str | None:
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


_LOG = structlog.get_logger("blaliste.service")

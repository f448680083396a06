"""What was known at an instant: which release a question about the past is answered from."""

import datetime as dt

from app.questions import bad
from app.snapshot import Snapshot
from lists.days import instant_text, parse_instant
from lists.errors import BadDay
from lists.timeline import release_known_at


def release_known(snapshot: Snapshot, known_at: str | dt.datetime | None) -> int:
    """
    The release a question is answered from: the last one, or the last at or before an instant.

    Args:
        known_at: As the question writes it, or read already.

    Raises:
        BadQuestion: As `known_instant`.
    """
    return release_at(snapshot, known_instant(known_at) if known_at is not None else None)


def release_at(snapshot: Snapshot, instant: dt.datetime | None) -> int:
    """The last release, or the last at or before an instant."""
    return snapshot.release if instant is None else release_known_at(snapshot.release_marks, instant)


def known_instant(known_at: str | dt.datetime) -> dt.datetime:
    """
    Raises:
        BadQuestion: It is no instant with its offset, or lies in the future.
    """
    instant = _instant(known_at) if isinstance(known_at, str) else known_at
    if instant > dt.datetime.now(dt.UTC):
        found = known_at if isinstance(known_at, str) else instant_text(known_at)
        raise bad("bad-date", "known_at", found, "past-instant")
    return instant


def _instant(text: str) -> dt.datetime:
    try:
        # "+" in an address means a blank; nobody means that in an instant.
        return parse_instant(text.replace(" ", "+"))
    except BadDay as error:
        raise bad("bad-date", "known_at", text, "past-instant") from error

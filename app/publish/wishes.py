"""How a publish is wished for, and the terms under which it goes out."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing

import msgspec

from app.home import Home
from app.publish.prepare import Prepared
from app.publish.release import Parts, Terms
from app.snapshot import open_snapshot
from app.workshop.database import Workshop
from app.workshop.records import (
    WITHDRAW,
    DraftRecord,
)
from lists.errors import BadQuestion
from lists.gates import GateResult


class Wish(msgspec.Struct, frozen=True):
    """
    How a publish is wished for.

    Attributes:
        published_at: An instant in the past, to fill in history; None for now.
        overrides: Names of gates that may fire.
        reason: Why they may.
        complete: With index, ready answers and files; without where another release follows at once.
        at: An instant ahead, at which the server publishes by itself; None for now.
    """

    note: str | None = None
    published_at: dt.datetime | None = None
    overrides: tuple[str, ...] = ()
    reason: str | None = None
    complete: bool = True
    at: dt.datetime | None = None


class Taken(msgspec.Struct, frozen=True):
    """What was drafted: its number, what it says, and the release it became, if it did."""

    draft: int
    prepared: Prepared
    release: int | None
    held_by: tuple[GateResult, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What became of a wish to publish: a release, or the instant at which there will be one."""

    release: int | None
    at: dt.datetime | None = None


def held(prepared: Prepared, wish: Wish) -> tuple[GateResult, ...]:
    """The gates that fired and that nobody gave a reason to pass."""
    allowed = wish.overrides if wish.reason else ()
    return tuple(gate for gate in prepared.gates if not gate.passed and gate.gate not in allowed)


def note_overrides(workshop: Workshop, prepared: Prepared, wish: Wish, *, act: tuple[int, str]) -> None:
    """Gates that fired and are passed stand in the log, with who passed them and the reason."""
    fired = sorted({gate.gate for gate in prepared.gates if not gate.passed})
    if fired and wish.reason:
        draft, by = act
        workshop.note("override", by, f"draft {draft} {', '.join(fired)}: {wish.reason}")


def withdrawing(terms: Terms, drafts: Sequence[DraftRecord]) -> Terms:
    """A release that takes another back says so; its note is the draft's where nothing else was said."""
    taken_back = {draft.withdraws for draft in drafts if draft.kind == WITHDRAW}
    note = terms.note or next((draft.note for draft in drafts if draft.note), None)
    return msgspec.structs.replace(
        terms, note=note, withdraws=taken_back.pop() if len(taken_back) == 1 else None
    )


def terms_of(home: Home, wish: Wish) -> Terms:
    """
    When a release becomes public: now, or never before the release before it, whatever the clock says.

    Raises:
        BadQuestion: "published-at-future" or "published-at-order".
    """
    now, last = now_in_seconds(), _last_published(home)
    parts = Parts.ALL if wish.complete else Parts.NONE
    if wish.published_at is None:
        at = now if last is None else max(now, last)
        return Terms(at, note=wish.note, parts=parts)
    if wish.published_at > now:
        raise BadQuestion("published-at-future", found=wish.published_at.isoformat())
    if last is not None and wish.published_at <= last:
        raise BadQuestion("published-at-order", found=wish.published_at.isoformat(), last=last.isoformat())
    return Terms(wish.published_at, note=wish.note, backfilled=True, parts=parts)


def _last_published(home: Home) -> dt.datetime | None:
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return snapshot.published_at


def now_in_seconds() -> dt.datetime:
    """Now, as releases are dated: to the second, in UTC."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)

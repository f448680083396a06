"""What editors do: take a source in as a draft, publish drafts, end a list. Each act is whole or did not happen."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing

import msgspec

from app.home import Home
from app.publish.prepare import Prepared, Request, keep_profile, keep_source, prepare, prepare_close
from app.publish.release import Candidate, Terms, publish
from app.publish.settle import settle
from app.snapshot import Snapshot, open_snapshot
from app.workshop import DraftList, DraftRecord, Workshop
from ingest.files import SourceFile, open_source
from ingest.reading import FirstDays
from lists.errors import BadQuestion, Refused
from lists.gates import GateResult

OPEN, REFUSED, PUBLISHED = "open", "refused", "published"


class Wish(msgspec.Struct, frozen=True):
    """
    How a publish is wished for.

    Attributes:
        published_at: An instant in the past, to fill in history; None for now.
        overrides: Names of gates that may fire.
        reason: Why they may.
        complete: With index and ready answers; without where another release follows at once.
    """

    note: str | None = None
    published_at: dt.datetime | None = None
    overrides: tuple[str, ...] = ()
    reason: str | None = None
    complete: bool = True


class Taken(msgspec.Struct, frozen=True):
    """A source that was taken in: its draft's number, what it says, and the release it became, if it did."""

    draft: int
    prepared: Prepared
    release: int | None
    held_by: tuple[GateResult, ...]


def make_home(home: Home, *, approvals: int) -> None:
    """
    Make an empty home.

    Raises:
        Refused: "home-exists".
    """
    if home.exists():
        raise Refused("home-exists", where=home.path)
    for directory in (home.path, home.sources, home.releases, home.snapshots):
        directory.mkdir(parents=True, exist_ok=True)
    with closing(Workshop(home.workshop)) as workshop:
        workshop.set_approvals(approvals)


def look_at(home: Home, source: SourceFile, request: Request) -> Prepared:
    """Judge a source against what is in force; nothing is stored."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return prepare(snapshot, source, request)


def take_in(
    home: Home, path: str, request: Request, *, by: str, wish: Wish | None, note: str | None = None
) -> Taken:
    """
    Keep a source, judge it, record it as a draft, and publish it where that is wished.

    Args:
        path: Of the file; `-` is standard input.
        wish: Publish at once, where nothing blocks and no gate holds it; None to leave it a draft.

    Raises:
        SourceUnreadable: The file cannot be read; nothing is kept.
        Refused: "approvals-needed": a publish at once is wished, and this home asks for approvals.
    """
    with open_source(path) as source, home.publishing("ingest " + source.name), _workshop(home) as workshop:
        settle(home, workshop)
        if wish is not None and workshop.approvals_needed:
            raise Refused("approvals-needed", expected=workshop.approvals_needed)
        with closing(open_snapshot(home, home.current_release())) as snapshot:
            prepared = prepare(snapshot, source, request)
        keep_source(home, source)
        draft = _draft(home, source, request, prepared)
        number = workshop.add_draft(msgspec.structs.replace(draft, by=by, note=note))
        held_by = _held_by(prepared, wish)
        release = None
        if wish is not None and prepared.editions and not held_by:
            candidate = Candidate(number, source.sha256, prepared.editions)
            release = publish(home, workshop, [candidate], _terms(home, wish))
        return Taken(number, prepared, release, held_by)


def publish_drafts(home: Home, numbers: Sequence[int], wish: Wish) -> int:
    """
    Publish open drafts as one release; each is judged again against what is in force now.

    Raises:
        Refused: "draft-state", "draft-refused", "nothing-to-publish" or "gate-failed".
    """
    with home.publishing("publish"), _workshop(home) as workshop:
        settle(home, workshop)
        candidates = []
        with closing(open_snapshot(home, home.current_release())) as snapshot:
            for number in numbers:
                draft = workshop.draft(number)
                if draft.state != OPEN:
                    raise Refused("draft-state", found=draft.state, draft=number, expected=OPEN)
                candidates.append(_candidate(draft, prepare_draft(home, snapshot, draft), wish))
        return publish(home, workshop, candidates, _terms(home, wish))


def close_list(home: Home, code: str, valid_from: dt.date, *, by: str, wish: Wish) -> int:
    """
    End a list from a day on, by an act of its own (rule 2).

    Raises:
        Refused: "list-not-in-force".
    """
    record = DraftRecord(
        draft=0,
        kind="close",
        state=OPEN,
        by=by,
        received_at=_now(),
        note=wish.note,
        source=None,
        source_name=None,
        profile=None,
        first_days=FirstDays(all=valid_from),
        close=code,
        lists=(),
    )
    with home.publishing("close " + code), _workshop(home) as workshop:
        settle(home, workshop)
        with closing(open_snapshot(home, home.current_release())) as snapshot:
            prepared = prepare_close(snapshot, record)
        number = workshop.add_draft(msgspec.structs.replace(record, lists=prepared.lists))
        return publish(home, workshop, [Candidate(number, None, prepared.editions)], _terms(home, wish))


def prepare_draft(home: Home, snapshot: Snapshot, draft: DraftRecord) -> Prepared:
    """Judge a recorded draft again, from its kept source, exactly as it was read the first time."""
    if draft.kind == "close":
        return prepare_close(snapshot, draft)
    assert draft.source is not None
    assert draft.source_name is not None
    profile = str(home.source(draft.profile)) if draft.profile is not None else None
    with open_source(home.source(draft.source)) as source:
        source.name = draft.source_name
        return prepare(snapshot, source, Request(profile, draft.first_days))


def _candidate(draft: DraftRecord, prepared: Prepared, wish: Wish) -> Candidate:
    if prepared.refused:
        raise Refused("draft-refused", draft=draft.draft)
    if not prepared.editions:
        raise Refused("nothing-to-publish", draft=draft.draft)
    held_by = _held_by(prepared, wish)
    if held_by:
        raise Refused("gate-failed", draft=draft.draft, gates=", ".join(gate.gate for gate in held_by))
    return Candidate(draft.draft, draft.source, prepared.editions)


def _draft(home: Home, source: SourceFile, request: Request, prepared: Prepared) -> DraftRecord:
    lists: tuple[DraftList, ...] = prepared.lists
    return DraftRecord(
        draft=0,
        kind="file",
        state=REFUSED if prepared.refused else OPEN,
        by="",
        received_at=_now(),
        note=None,
        source=source.sha256,
        source_name=source.name,
        profile=keep_profile(home, request.profile),
        first_days=request.first_days,
        close=None,
        lists=lists,
    )


def _held_by(prepared: Prepared, wish: Wish | None) -> tuple[GateResult, ...]:
    """The gates that fired and that nobody gave a reason to pass."""
    allowed = wish.overrides if wish is not None and wish.reason else ()
    return tuple(gate for gate in prepared.gates if not gate.passed and gate.gate not in allowed)


def _terms(home: Home, wish: Wish) -> Terms:
    """
    When a release becomes public: now, or never before the release before it, whatever the clock says.

    Raises:
        BadQuestion: "published-at-future" or "published-at-order".
    """
    now, last = _now(), _last_published(home)
    if wish.published_at is None:
        at = now if last is None else max(now, last)
        return Terms(at, note=wish.note, complete=wish.complete)
    if wish.published_at > now:
        raise BadQuestion("published-at-future", found=wish.published_at.isoformat())
    if last is not None and wish.published_at <= last:
        raise BadQuestion("published-at-order", found=wish.published_at.isoformat(), last=last.isoformat())
    return Terms(wish.published_at, note=wish.note, backfilled=True, complete=wish.complete)


def _last_published(home: Home) -> dt.datetime | None:
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return snapshot.published_at


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _workshop(home: Home) -> "closing[Workshop]":
    home.require()
    return closing(Workshop(home.workshop))

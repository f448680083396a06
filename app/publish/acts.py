"""What editors do: take a source in, publish drafts, end a list. Each act is whole or did not happen."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from app.home import Home, sync_directory
from app.manifest import sha256_of
from app.publish.prepare import Prepared, Request, keep_profile, keep_source, prepare, prepare_close
from app.publish.release import Candidate, Parts, Terms, publish
from app.publish.settle import settle
from app.snapshot import Snapshot, open_snapshot
from app.workshop import DraftList, DraftRecord, Workshop
from ingest.files import SourceFile, open_source
from ingest.reading import FirstDays
from lists.errors import BadQuestion, HomeBroken, Refused
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
    aside = home.path / ".workshop.part"
    for left in home.path.glob(aside.name + "*"):
        left.unlink()
    with closing(Workshop(aside)) as workshop:
        workshop.set_approvals(approvals)
    # The workshop makes it a home: it comes last, and whole.
    aside.replace(home.workshop)
    sync_directory(home.path)


def look_at(home: Home, source: SourceFile, request: Request) -> Prepared:
    """Judge a source against what is in force (nothing where nobody has made a home); store nothing."""
    release = home.current_release() if home.exists() else 0
    with closing(open_snapshot(home, release)) as snapshot:
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
        if wish is not None:
            _require_no_approvals(workshop)
            _terms(home, wish)  # An instant that cannot be is told before the work is done.
        with closing(open_snapshot(home, home.current_release())) as snapshot:
            prepared = prepare(snapshot, source, request)
        keep_source(home, source)
        draft = _draft(home, source, request, prepared)
        number = workshop.add_draft(msgspec.structs.replace(draft, by=by, note=note))
        held_by = _held_by(prepared, wish)
        release = None
        if wish is not None and prepared.editions and not held_by:
            _record_overrides(workshop, number, prepared, wish)
            candidate = Candidate(number, prepared.additions(source.sha256))
            release = publish(home, workshop, [candidate], _terms(home, wish))
        return Taken(number, prepared, release, held_by if wish is not None else ())


def publish_drafts(home: Home, numbers: Sequence[int], *, by: str, wish: Wish) -> int:
    """
    Publish open drafts as one release; each is judged again against what is in force now.

    Raises:
        Refused: "approvals-needed", "draft-state", "draft-refused", "nothing-to-publish", "gate-failed"
            or "list-twice": two of them speak of one list, and a release has one edition of each.
    """
    with home.publishing("publish"), _workshop(home) as workshop:
        settle(home, workshop)
        _require_no_approvals(workshop)
        terms = _terms(home, wish)
        drafts = [workshop.draft(number) for number in dict.fromkeys(numbers)]
        for draft in drafts:
            if draft.state != OPEN:
                raise Refused("draft-state", found=draft.state, draft=draft.draft, expected=OPEN)
        with closing(open_snapshot(home, home.current_release())) as snapshot:
            prepared = [prepare_draft(home, snapshot, draft) for draft in drafts]
        candidates = [_candidate(draft, found, wish) for draft, found in zip(drafts, prepared, strict=True)]
        _refuse_doubled(candidates)
        for draft, found in zip(drafts, prepared, strict=True):
            _record_overrides(workshop, draft.draft, found, wish)
        workshop.note_publish([draft.draft for draft in drafts], by)
        return publish(home, workshop, candidates, terms)


def close_list(home: Home, code: str, valid_from: dt.date, *, by: str, wish: Wish) -> int:
    """
    End a list from a day on, by an act of its own (rule 2).

    Raises:
        Refused: "list-not-in-force" or "approvals-needed".
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
        _require_no_approvals(workshop)
        with closing(open_snapshot(home, home.current_release())) as snapshot:
            prepared = prepare_close(snapshot, record)
        number = workshop.add_draft(msgspec.structs.replace(record, lists=prepared.lists))
        return publish(home, workshop, [Candidate(number, prepared.additions(None))], _terms(home, wish))


def prepare_draft(home: Home, snapshot: Snapshot, draft: DraftRecord) -> Prepared:
    """
    Judge a recorded draft again, from its kept source, exactly as it was read the first time.

    Raises:
        HomeBroken: "file-missing" or "file-differs": what was kept is not there, or not as it was.
    """
    if draft.kind == "close":
        return prepare_close(snapshot, draft)
    assert draft.source is not None
    assert draft.source_name is not None
    profile = str(_kept(home, draft.profile)) if draft.profile is not None else None
    with open_source(_kept(home, draft.source)) as source:
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
    return Candidate(draft.draft, prepared.additions(draft.source))


def _kept(home: Home, sha256: str) -> Path:
    """The path of a kept file that is still what it was."""
    path, where = home.source(sha256), f"sources/{sha256}"
    if not path.is_file():
        raise HomeBroken("file-missing", where=where)
    found = sha256_of(path)
    if found != sha256:
        raise HomeBroken("file-differs", where=where, found=found, expected=sha256)
    return path


def _require_no_approvals(workshop: Workshop) -> None:
    if workshop.approvals_needed:
        raise Refused("approvals-needed", expected=workshop.approvals_needed)


def _refuse_doubled(candidates: Sequence[Candidate]) -> None:
    seen: set[str] = set()
    for candidate in candidates:
        for edition in candidate.editions:
            if edition.terms.list in seen:
                raise Refused("list-twice", found=edition.terms.list, draft=candidate.draft)
            seen.add(edition.terms.list)


def _record_overrides(workshop: Workshop, draft: int, prepared: Prepared, wish: Wish) -> None:
    """Gates that fired and are passed stand in the log, with the reason."""
    fired = sorted({gate.gate for gate in prepared.gates if not gate.passed})
    if fired and wish.reason:
        workshop.override(draft, fired, wish.reason)


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


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _workshop(home: Home) -> "closing[Workshop]":
    home.require()
    return closing(Workshop(home.workshop))

"""What makes a draft or changes one: a source, an act, a value, a correction carried further."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import msgspec

from app.home import Home
from app.publish.keeping import keep_profile, keep_source
from app.publish.looks import is_stale, keep_look, keep_look_or_later
from app.publish.prepare import Prepared, Watch, prepare, prepare_draft
from app.publish.readings import Request, drafts_of, last_in_force, read_or_say
from app.snapshot import Snapshot, open_snapshot
from app.words import say
from app.workshop.database import Workshop
from app.workshop.records import (
    CALENDAR,
    CLOSE,
    FILE,
    FINAL,
    OPEN,
    REFUSED,
    SCHEDULED,
    WITHDRAW,
    ChangeMade,
    DraftRecord,
    Restored,
    Stopped,
)
from ingest.files import SourceFile
from ingest.reading import FirstDays
from lists.days import oslo_day
from lists.editing import Edit, edited
from lists.errors import NotThere, Refused


class Drafted(msgspec.Struct, frozen=True):
    """A draft, and what was seen when it was judged."""

    draft: DraftRecord
    prepared: Prepared


class Why(msgspec.Struct, frozen=True):
    """Who does something, and what they say of it."""

    by: str
    text: str | None = None


def look_at(home: Home, source: SourceFile, request: Request) -> Prepared:
    """Judge a source against what is in force (nothing where nobody has made a home); store nothing."""
    if not home.exists():
        with closing(open_snapshot(home, 0)) as snapshot:
            return prepare(snapshot, source, request)
    with closing(Workshop(home.workshop)) as workshop, _current(home) as snapshot:
        return prepare(snapshot, source, request, watch=watch_of(workshop))


def draft_file(
    home: Home, workshop: Workshop, source: SourceFile, request: Request, *, why: Why, whole: bool = True
) -> Drafted:
    """
    Keep a source, judge it, and record it as a draft, refused or open.

    Args:
        why: Its text is what readers are told about the release.
        whole: See `keep_look`.

    Raises:
        SourceUnreadable: The file cannot be read; nothing is kept.
    """
    with _current(home) as snapshot:
        prepared = prepare(snapshot, source, request, watch=watch_of(workshop), read=read_or_say)
    keep_source(home, source)
    record = _record(FILE, why, first_days=request.first_days)
    record = msgspec.structs.replace(
        record,
        source=source.sha256,
        source_name=source.name,
        source_bytes=source.bytes,
        profile=keep_profile(home, request.profile),
        changes=tuple(_kept_mark(edit, why.by) for edit in prepared.marks),
    )
    return _add(home, workshop, record, prepared, whole=whole)


def draft_close(home: Home, workshop: Workshop, code: str, valid_from: dt.date, *, why: Why) -> Drafted:
    """
    The draft that ends a list from a day on, an act of its own (rule 2).

    Raises:
        Refused: "list-not-in-force".
    """
    with _current(home) as snapshot:
        mark = last_in_force(snapshot, code, valid_from)
        if mark is None or mark.closed:
            raise Refused("list-not-in-force", found=code, valid_on=valid_from)
    record = _record(CLOSE, why, first_days=FirstDays(all=valid_from))
    record = msgspec.structs.replace(record, close=code)
    return _add(home, workshop, record, _prepared(home, workshop, record))


def draft_withdrawal(
    home: Home,
    workshop: Workshop,
    release: int,
    *,
    why: Why,
    lists: Sequence[str] = (),
    valid_from: dt.date | None = None,
) -> Drafted:
    """
    The draft that takes a release back: on each of its lists, what held before it holds again.

    Args:
        lists: Only these lists of it; all where none is named.
        valid_from: From which day; from the first day of each edition that is taken back where absent.

    Raises:
        NotThere: "unknown-release", or "list-not-in-release": the release has no edition of that list.
    """
    with _current(home) as snapshot:
        restores = _restores(snapshot, release, lists, valid_from)
    record = _record(WITHDRAW, why, first_days=FirstDays(all=valid_from))
    record = msgspec.structs.replace(record, withdraws=release, restores=restores)
    return _add(home, workshop, record, _prepared(home, workshop, record))


def change_value(home: Home, workshop: Workshop, number: int, edit: Edit, *, why: Why) -> Drafted:
    """
    Change one value in a draft; whoever approved it has approved something else, so that is void.

    Raises:
        Refused: "draft-state", "edit-of-act" or "draft-changed": somebody else changed it at the same time.
        BadQuestion: As `lists.editing.edited`.
    """
    draft = _changeable(workshop.draft(number))
    if draft.kind != FILE:
        raise Refused("edit-of-act", draft=number)
    before = edited(drafts_of(home, draft), edit).before
    made = ChangeMade(
        why.by,
        _now(),
        edit.subject,
        edit.key,
        edit.field,
        before,
        edit.value,
        why.text or "",
        edit.list,
    )
    changed = msgspec.structs.replace(draft, changes=(*draft.changes, made))
    detail = f"{edit.subject} {edit.key} {edit.field} {_told(before)} → {_told(edit.value)} ({why.text})"
    return _rejudge(home, workshop, draft, changed, act=("edit", why.by, detail))


def carry(home: Home, workshop: Workshop, number: int, *, by: str) -> Drafted:
    """Carry a draft's changes into the editions that are already released for later days (rule 25)."""
    draft = _changeable(workshop.draft(number))
    return _rejudge(
        home, workshop, draft, msgspec.structs.replace(draft, carried=True), act=("carry", by, "")
    )


def refresh(home: Home, workshop: Workshop, number: int) -> Drafted | None:
    """Judge a draft again where something was published since, or what was seen is gone; None where not."""
    draft = workshop.draft(number)
    if not is_stale(home, draft):
        return None
    return _rejudge(home, workshop, draft, draft, act=None)


def judged(home: Home, workshop: Workshop, draft: DraftRecord) -> Drafted:
    """The draft as it is against what is in force now; recorded, where that is something else."""
    return _rejudge(home, workshop, draft, draft, act=None, whole=False)


def watch_of(workshop: Workshop) -> Watch:
    """What the gates of this home look at today."""
    return Watch(workshop.gate_limits, oslo_day(dt.datetime.now(dt.UTC)))


def _kept_mark(edit: Edit, by: str) -> ChangeMade:
    """A mark of the edition before that still means the same, recorded like any other change."""
    reason = say("page", "mark-kept", "nb")
    return ChangeMade(
        *(by, _now(), edit.subject, edit.key, edit.field),
        before=None,
        after=edit.value,
        reason=reason,
        list=edit.list,
    )


def _record(kind: str, why: Why, *, first_days: FirstDays) -> DraftRecord:
    return DraftRecord(
        draft=0,
        kind=kind,
        state=OPEN,
        by=why.by,
        received_at=_now(),
        note=why.text,
        source=None,
        source_name=None,
        profile=None,
        first_days=first_days,
        close=None,
        lists=(),
    )


def _add(
    home: Home, workshop: Workshop, record: DraftRecord, prepared: Prepared, *, whole: bool = True
) -> Drafted:
    numbered = workshop.add_draft(_with_judgement(record, prepared))
    keep_look_or_later(home, numbered, prepared, whole=whole)
    return Drafted(numbered, prepared)


def _rejudge(
    home: Home,
    workshop: Workshop,
    draft: DraftRecord,
    changed: DraftRecord,
    *,
    act: tuple[str, str, str] | None,
    whole: bool = True,
) -> Drafted:
    """
    Judge a draft and record what became of it, unless nothing did.

    Args:
        draft: As it was read; whoever changed it since wins.
        act: What was done to it, by whom, and a detail; None where only time has passed.
    """
    prepared = _prepared(home, workshop, changed)
    now = _with_judgement(changed, prepared)
    if now != draft:
        with workshop.changing():
            if workshop.draft(draft.draft) != draft:
                raise Refused("draft-changed", draft=draft.draft)
            if act is not None:
                # What is on its way out stays what was judged; who publishes looks once more, too.
                home.require_nobody_at_work()
            name, by, detail = act or ("judge", "", f"against release {prepared.base}")
            workshop.put(now, name, by, detail=detail)
    if whole and act is not None:
        keep_look_or_later(home, now, prepared, whole=True)
    elif whole:
        keep_look(home, now, prepared)
    return Drafted(now, prepared)


def _with_judgement(draft: DraftRecord, prepared: Prepared) -> DraftRecord:
    """The draft as judged; approvals are of exact content and fall with it."""
    sha256 = prepared.sha256
    now = msgspec.structs.replace(draft, base=prepared.base, sha256=sha256, lists=prepared.lists)
    if sha256 == draft.sha256 and draft.state != REFUSED and not prepared.refused:
        return now
    held = draft.held
    if draft.schedule is not None:
        held = Stopped(CALENDAR, _now(), "approval-void", {"draft": str(draft.draft)})
    state = REFUSED if prepared.refused else OPEN
    return msgspec.structs.replace(now, state=state, approvals=(), schedule=None, held=held)


def _prepared(home: Home, workshop: Workshop, draft: DraftRecord) -> Prepared:
    with _current(home) as snapshot:
        return prepare_draft(home, snapshot, draft, watch=watch_of(workshop))


def _changeable(draft: DraftRecord) -> DraftRecord:
    if draft.state in FINAL or draft.state == SCHEDULED:
        raise Refused("draft-state", found=draft.state, draft=draft.draft, expected=OPEN)
    return draft


def _restores(
    snapshot: Snapshot, release: int, lists: Sequence[str], valid_from: dt.date | None
) -> tuple[Restored, ...]:
    marks = [mark for mark in snapshot.editions if mark.release == release]
    if not marks:
        raise NotThere("unknown-release", found=release)
    known = sorted({mark.list for mark in marks})
    for code in lists:
        if code not in known:
            raise NotThere("list-not-in-release", found=code, release=release, known=", ".join(known))
    found = []
    for mark in marks:
        if lists and mark.list not in lists:
            continue
        day = max(valid_from, mark.valid_from) if valid_from is not None else mark.valid_from
        before = snapshot.timelines[mark.list].in_force(day, release - 1)
        restored = before.id if before is not None and not before.closed else None
        found.append(Restored(mark.list, day, restored))
    return tuple(dict.fromkeys(found))


def _told(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _current(home: Home) -> "closing[Snapshot]":
    return closing(open_snapshot(home, home.current_release()))

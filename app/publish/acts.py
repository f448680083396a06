"""What puts drafts in force, by hand or at their hour; each act is whole or did not happen."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing

import msgspec

from app.faults import named
from app.home import Home, sync_directory
from app.publish.deciding import approvers, off_calendar
from app.publish.drafting import Drafted, Why, draft_close, draft_file, draft_withdrawal, judged
from app.publish.prepare import Prepared
from app.publish.readings import Request
from app.publish.release import Candidate, Parts, Terms, publish
from app.publish.settle import settle, settle_if_free
from app.snapshot import open_snapshot
from app.workshop.database import Workshop
from app.workshop.records import (
    APPROVED,
    CALENDAR,
    OPEN,
    SCHEDULED,
    WITHDRAW,
    DraftRecord,
    Schedule,
    Stopped,
)
from ingest.files import open_source
from lists.errors import BadQuestion, HomeBusy, ListsError, Refused
from lists.gates import GateResult


class Wish(msgspec.Struct, frozen=True):
    """
    How a publish is wished for.

    Attributes:
        published_at: An instant in the past, to fill in history; None for now.
        overrides: Names of gates that may fire.
        reason: Why they may.
        complete: With index and ready answers; without where another release follows at once.
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


def take_in(
    home: Home, path: str, request: Request, *, by: str, wish: Wish | None, note: str | None = None
) -> Taken:
    """
    Draft a source, and publish it where that is wished.

    Args:
        path: Of the file; `-` is standard input.
        wish: Publish at once, where nothing blocks and no gate holds it; None to leave it a draft.

    Raises:
        SourceUnreadable: The file cannot be read; nothing is kept.
        Refused: "approvals-needed": a publish at once is wished, and this home asks for approvals.
    """
    why = Why(by, note)
    with open_source(path) as source:
        return _drafted(
            home,
            lambda workshop: draft_file(home, workshop, source, request, why=why, whole=wish is None),
            act="ingest " + source.name,
            wish=wish,
        )


def close_list(home: Home, code: str, valid_from: dt.date, *, why: Why, wish: Wish | None = None) -> Taken:
    """
    Draft the end of a list from a day on (rule 2), and publish it where that is wished.

    Raises:
        Refused: "list-not-in-force" or "approvals-needed".
    """
    return _drafted(
        home,
        lambda workshop: draft_close(home, workshop, code, valid_from, why=why),
        act="close " + code,
        wish=wish,
    )


def withdraw(
    home: Home,
    release: int,
    *,
    why: Why,
    wish: Wish | None = None,
    lists: Sequence[str] = (),
    valid_from: dt.date | None = None,
) -> Taken:
    """
    Draft what takes a release back, and publish it where that is wished; see `draft_withdrawal`.

    Raises:
        NotThere: "unknown-release" or "list-not-in-release".
        Refused: "approvals-needed".
    """
    return _drafted(
        home,
        lambda workshop: draft_withdrawal(
            home, workshop, release, why=why, lists=lists, valid_from=valid_from
        ),
        act=f"withdraw {release}",
        wish=wish,
    )


def publish_drafts(home: Home, numbers: Sequence[int], *, by: str, wish: Wish) -> Outcome:
    """
    Publish drafts as one release, each judged again against what is in force now; or at an instant ahead.

    Raises:
        Refused: "draft-state", "approvals-needed", "approval-void", "draft-refused", "nothing-to-publish",
            "gate-failed" or "list-twice": two of them speak of one list on one day.
    """
    with home.publishing("publish"), closing(Workshop(home.workshop)) as workshop:
        settle(home, workshop)
        terms = _terms(home, wish)
        ready = [_ready(workshop, number) for number in dict.fromkeys(numbers)]
        outgoing = [_outgoing(home, workshop, draft, by=by, wish=wish) for draft in ready]
        drafts, candidates = [draft for draft, _ in outgoing], [candidate for _, candidate in outgoing]
        _refuse_doubled(candidates)
        if wish.at is not None and wish.at > _now():
            _schedule(workshop, drafts, by, wish)
            return Outcome(None, wish.at)
        told = f"drafts {', '.join(str(draft.draft) for draft in drafts)}"
        told += f": gates passed, {wish.reason}" if wish.reason else ""
        with workshop.changing():
            _refuse_changed(workshop, drafts)
            workshop.log.add("publish", by, told)
        return Outcome(publish(home, workshop, candidates, _withdrawing(terms, drafts)))


def publish_due(home: Home, now: dt.datetime) -> list[int]:
    """
    Publish all that was scheduled for now or before, in its order, each as its own release.

    What cannot go out any more is taken from the calendar, and says why.

    Raises:
        HomeBusy: Somebody else is publishing; what is still due is so the next time.
        OSError: So is it where the disk takes no more.
    """
    with closing(Workshop(home.workshop)) as workshop:
        settle_if_free(home, workshop)
        due = sorted(
            {
                (draft.schedule.at, draft.schedule.drafts): draft.schedule
                for draft in workshop.in_state(SCHEDULED)
                if draft.schedule is not None and draft.schedule.at <= now
            }.items()
        )
    released = []
    for _, schedule in due:
        wish = Wish(schedule.note, None, schedule.overrides, schedule.reason)
        try:
            outcome = publish_drafts(home, schedule.drafts, by=f"{CALENDAR}: {schedule.by}", wish=wish)
        except (HomeBusy, OSError, sqlite3.Error):
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, what is due after it must not wait for it
            told = error if isinstance(error, ListsError) else named(error)
            _hold(home, schedule, Stopped(CALENDAR, _now(), told.reason, told.facts))
        else:
            assert outcome.release is not None
            released.append(outcome.release)
    return released


def next_due(home: Home) -> dt.datetime | None:
    """The next instant at which something goes out by itself."""
    with closing(Workshop(home.workshop)) as workshop:
        scheduled = (draft.schedule for draft in workshop.in_state(SCHEDULED))
        return min((schedule.at for schedule in scheduled if schedule is not None), default=None)


def _drafted(home: Home, make: Callable[[Workshop], Drafted], *, act: str, wish: Wish | None) -> Taken:
    """Draft something; only what is published at once has the home to itself."""
    home.require()
    with closing(Workshop(home.workshop)) as workshop:
        if wish is None:
            settle_if_free(home, workshop)
            made = make(workshop)
            return Taken(made.draft.draft, made.prepared, None, ())
        with home.publishing(act):
            settle(home, workshop)
            if workshop.approvals_needed:
                raise Refused("approvals-needed", expected=workshop.approvals_needed, found=0, draft="–")
            terms = _terms(home, wish)  # An instant that cannot be is told before the work is done.
            made = make(workshop)
            return _published_at_once(home, workshop, made, wish, terms)


def _published_at_once(home: Home, workshop: Workshop, made: Drafted, wish: Wish, terms: Terms) -> Taken:
    held_by = held(made.prepared, wish)
    release = None
    if made.prepared.editions and not held_by:
        _note_overrides(workshop, made.prepared, wish, act=(made.draft.draft, made.draft.by))
        candidate = Candidate(made.draft.draft, made.prepared.additions(made.draft.source))
        terms = _withdrawing(terms, [made.draft])
        release = publish(home, workshop, [candidate], terms)
    return Taken(made.draft.draft, made.prepared, release, held_by)


def _ready(workshop: Workshop, number: int) -> DraftRecord:
    """A draft that may go out as far as people are concerned."""
    draft = workshop.draft(number)
    needed = workshop.approvals_needed
    if draft.state not in (OPEN, APPROVED, SCHEDULED):
        raise Refused("draft-state", found=draft.state, draft=number, expected=APPROVED if needed else OPEN)
    if len(approvers(draft)) < needed:
        raise Refused("approvals-needed", draft=number, found=len(approvers(draft)), expected=needed)
    return draft


def _outgoing(
    home: Home, workshop: Workshop, draft: DraftRecord, *, by: str, wish: Wish
) -> tuple[DraftRecord, Candidate]:
    """A draft as it is against what is in force now, if its content is still what was approved."""
    made = judged(home, workshop, draft)
    if made.prepared.refused:
        raise Refused("draft-refused", draft=draft.draft)
    if not made.prepared.editions:
        raise Refused("nothing-to-publish", draft=draft.draft)
    if len(approvers(made.draft)) < workshop.approvals_needed:
        raise Refused("approval-void", draft=draft.draft)
    held_by = held(made.prepared, wish)
    if held_by:
        names = dict.fromkeys(gate.gate for gate in held_by)
        raise Refused("gate-failed", draft=draft.draft, gates=", ".join(names))
    _note_overrides(workshop, made.prepared, wish, act=(draft.draft, by))
    return made.draft, Candidate(draft.draft, made.prepared.additions(draft.source))


def held(prepared: Prepared, wish: Wish) -> tuple[GateResult, ...]:
    """The gates that fired and that nobody gave a reason to pass."""
    allowed = wish.overrides if wish.reason else ()
    return tuple(gate for gate in prepared.gates if not gate.passed and gate.gate not in allowed)


def _refuse_doubled(candidates: Sequence[Candidate]) -> None:
    seen: set[tuple[str, dt.date]] = set()
    for candidate in candidates:
        for edition in candidate.editions:
            key = (edition.terms.list, edition.valid_from)
            if key in seen:
                raise Refused("list-twice", found=edition.terms.list, draft=candidate.draft)
            seen.add(key)


def _note_overrides(workshop: Workshop, prepared: Prepared, wish: Wish, *, act: tuple[int, str]) -> None:
    """Gates that fired and are passed stand in the log, with who passed them and the reason."""
    fired = sorted({gate.gate for gate in prepared.gates if not gate.passed})
    if fired and wish.reason:
        draft, by = act
        workshop.note("override", by, f"draft {draft} {', '.join(fired)}: {wish.reason}")


def _refuse_changed(workshop: Workshop, drafts: Sequence[DraftRecord]) -> None:
    """What was judged is what goes out: nobody changes it from here on, the lock is held."""
    for draft in drafts:
        if workshop.draft(draft.draft) != draft:
            raise Refused("draft-changed", draft=draft.draft)


def _schedule(workshop: Workshop, drafts: Sequence[DraftRecord], by: str, wish: Wish) -> None:
    assert wish.at is not None
    numbers = tuple(draft.draft for draft in drafts)
    schedule = Schedule(wish.at, by, numbers, wish.note, wish.overrides, wish.reason)
    with workshop.changing():
        _refuse_changed(workshop, drafts)
        together = {
            other for draft in drafts if draft.schedule is not None for other in draft.schedule.drafts
        }
        for number in sorted(together - set(numbers)):
            # They were to go out with one of these, which now has another hour.
            workshop.put(off_calendar(workshop.draft(number)), "unschedule", by)
        for number in numbers:
            draft = workshop.draft(number)
            scheduled = msgspec.structs.replace(draft, state=SCHEDULED, schedule=schedule, held=None)
            workshop.put(scheduled, "schedule", by, detail=f"at {wish.at.isoformat()}")


def _hold(home: Home, schedule: Schedule, stopped: Stopped) -> None:
    with closing(Workshop(home.workshop)) as workshop, workshop.changing():
        for number in schedule.drafts:
            draft = workshop.draft(number)
            if draft.state == SCHEDULED:
                workshop.put(off_calendar(draft, held=stopped), "hold", CALENDAR, detail=stopped.reason)
            elif not draft.is_final and draft.held is None and draft.schedule is None:
                workshop.put(msgspec.structs.replace(draft, held=stopped), "hold", CALENDAR)


def _withdrawing(terms: Terms, drafts: Sequence[DraftRecord]) -> Terms:
    """A release that takes another back says so; its note is the draft's where nothing else was said."""
    taken_back = {draft.withdraws for draft in drafts if draft.kind == WITHDRAW}
    note = terms.note or next((draft.note for draft in drafts if draft.note), None)
    return msgspec.structs.replace(
        terms, note=note, withdraws=taken_back.pop() if len(taken_back) == 1 else None
    )


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

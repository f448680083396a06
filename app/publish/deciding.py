"""What other people decide about a draft: approve its exact content, reject it, or let it go."""

import datetime as dt

import msgspec

from app.home import Home
from app.publish.looks import forget_preview
from app.workshop.database import Workshop
from app.workshop.records import (
    ABANDONED,
    APPROVED,
    FINAL,
    OPEN,
    REJECTED,
    SCHEDULED,
    Approval,
    DraftRecord,
    Stopped,
    same_person,
)
from lists.errors import Refused


def approve(workshop: Workshop, number: int, *, by: str, note: str | None = None) -> DraftRecord:
    """
    Say yes to exactly the content that a draft has now.

    Raises:
        Refused: "draft-state", "nothing-to-publish", "own-draft" for whoever uploaded or changed it, or
            "approved-already".
    """
    with workshop.changing():
        draft = workshop.draft(number)
        if draft.state not in (OPEN, APPROVED):
            raise Refused("draft-state", found=draft.state, draft=number, expected=OPEN)
        if not draft.sha256:
            raise Refused("nothing-to-publish", draft=number)
        if same_person(by) in draft.authors:
            raise Refused("own-draft", draft=number, by=by)
        if same_person(by) in approvers(draft):
            raise Refused("approved-already", draft=number, by=by)
        approvals = (*draft.approvals, Approval(by, _now(), draft.sha256, note))
        approved = msgspec.structs.replace(draft, approvals=approvals)
        if len(approvers(approved)) >= workshop.approvals_needed:
            approved = msgspec.structs.replace(approved, state=APPROVED, held=None)
        workshop.put(
            approved, "approve", by, detail=f"content {draft.sha256}" + (f" ({note})" if note else "")
        )
        return approved


def reject(home: Home, workshop: Workshop, number: int, *, by: str, reason: str) -> DraftRecord:
    """
    Say no to a draft; it goes no further.

    Raises:
        Refused: "draft-state".
    """
    return _end(home, workshop, number, REJECTED, Stopped(by, _now(), reason))


def abandon(home: Home, workshop: Workshop, number: int, *, by: str, reason: str = "") -> DraftRecord:
    """
    Let a draft go, as whoever made it.

    Raises:
        Refused: "draft-state".
    """
    return _end(home, workshop, number, ABANDONED, Stopped(by, _now(), reason))


def unschedule(home: Home, workshop: Workshop, number: int, *, by: str) -> DraftRecord:
    """
    Take a draft, and all that were to go out with it, from the calendar; approvals stay.

    Raises:
        Refused: "draft-state", or "publish-running": it may be on its way out at this moment.
    """
    with workshop.changing():
        home.require_nobody_at_work()
        draft = workshop.draft(number)
        if draft.state != SCHEDULED or draft.schedule is None:
            raise Refused("draft-state", found=draft.state, draft=number, expected=SCHEDULED)
        for other in draft.schedule.drafts:
            workshop.put(off_calendar(workshop.draft(other)), "unschedule", by)
        return workshop.draft(number)


def approvers(draft: DraftRecord) -> frozenset[str]:
    """Who said yes to the content that the draft has now."""
    valid = (approval for approval in draft.approvals if approval.sha256 == draft.sha256)
    return frozenset(same_person(approval.by) for approval in valid)


def off_calendar(draft: DraftRecord, *, held: Stopped | None = None) -> DraftRecord:
    """A scheduled draft as it was before it was scheduled."""
    state = APPROVED if draft.approvals else OPEN
    return msgspec.structs.replace(draft, state=state, schedule=None, held=held)


def _end(home: Home, workshop: Workshop, number: int, state: str, stopped: Stopped) -> DraftRecord:
    with workshop.changing():
        draft = workshop.draft(number)
        if draft.state in FINAL:
            raise Refused("draft-state", found=draft.state, draft=number, expected=OPEN)
        home.require_nobody_at_work()
        if draft.schedule is not None:
            for other in set(draft.schedule.drafts) - {number}:
                workshop.put(off_calendar(workshop.draft(other)), "unschedule", stopped.by)
        ended = msgspec.structs.replace(draft, state=state, schedule=None, rejected=stopped)
        workshop.put(ended, state, stopped.by, detail=stopped.reason)
    forget_preview(home, number)
    return ended


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)

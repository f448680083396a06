"""Drafts put in force as one release, by hand or at their hour; it is whole or did not happen."""

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing

from app.faults import named
from app.home import Home
from app.publish.deciding import approvers
from app.publish.drafting import judged
from app.publish.release import Candidate, publish
from app.publish.scheduling import hold, refuse_changed, schedule_drafts
from app.publish.settle import settle, settle_if_free
from app.publish.wishes import Outcome, Wish, held, note_overrides, now_in_seconds, terms_of, withdrawing
from app.workshop.database import Workshop
from app.workshop.records import (
    APPROVED,
    CALENDAR,
    OPEN,
    SCHEDULED,
    DraftRecord,
    Stopped,
)
from lists.errors import HomeBusy, ListsError, Refused


def publish_drafts(home: Home, numbers: Sequence[int], *, by: str, wish: Wish) -> Outcome:
    """
    Publish drafts as one release, each judged again against what is in force now; or at an instant ahead.

    Raises:
        Refused: "draft-state", "approvals-needed", "approval-void", "draft-refused", "nothing-to-publish",
            "gate-failed" or "list-twice": two of them speak of one list on one day.
    """
    act = f"publish of draft {', '.join(map(str, numbers))} by {by}"
    with home.publishing(act), closing(Workshop(home.workshop)) as workshop:
        settle(home, workshop)
        terms = terms_of(home, wish)
        ready = [_ready(workshop, number) for number in dict.fromkeys(numbers)]
        outgoing = [_outgoing(home, workshop, draft, by=by, wish=wish) for draft in ready]
        drafts, candidates = [draft for draft, _ in outgoing], [candidate for _, candidate in outgoing]
        del outgoing  # From here on the candidates are the last who hold whole lists.
        _refuse_doubled(candidates)
        if wish.at is not None and wish.at > now_in_seconds():
            schedule_drafts(workshop, drafts, by, wish)
            return Outcome(None, wish.at)
        told = f"drafts {', '.join(str(draft.draft) for draft in drafts)}"
        told += f": gates passed, {wish.reason}" if wish.reason else ""
        with workshop.changing():
            refuse_changed(workshop, drafts)
            workshop.log.add("publish", by, told)
        return Outcome(publish(home, workshop, candidates, withdrawing(terms, drafts)))


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
            hold(home, schedule, Stopped(CALENDAR, now_in_seconds(), told.reason, told.facts))
        else:
            assert outcome.release is not None
            released.append(outcome.release)
    return released


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
    note_overrides(workshop, made.prepared, wish, act=(draft.draft, by))
    return made.draft, Candidate(draft.draft, made.prepared.additions(draft.source))


def _refuse_doubled(candidates: Sequence[Candidate]) -> None:
    seen: set[tuple[str, dt.date]] = set()
    for candidate in candidates:
        for edition in candidate.editions:
            key = (edition.terms.list, edition.valid_from)
            if key in seen:
                raise Refused("list-twice", found=edition.terms.list, draft=candidate.draft)
            seen.add(key)

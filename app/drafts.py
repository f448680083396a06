"""The public JSON of drafts: what an editor took in, what was found in it, what was done with it."""

import datetime as dt
from typing import Any

from msgspec import Struct

from app.moves import ChangeShape
from app.publish.looks import Look
from app.reports import (
    CountShape,
    GateShape,
    ProblemShape,
    counts_of,
    gate_shape,
    listed,
    problem_shape,
)
from app.words import fill
from app.workshop.records import DraftRecord, Stopped
from lists.impact import Impact
from lists.rules import blocks

LISTED_IN_A_ROW = 20
"""So many problems of a draft are told where drafts are listed."""


class SourceShape(Struct, frozen=True):
    """A source file as it was received; it is kept for ever."""

    name: str
    sha256: str
    bytes: int


class DraftListShape(Struct, frozen=True):
    """
    What a draft makes of one list.

    `state` is new, unchanged, left-out or refused; `edition` is what it became, null until it is published.
    """

    list: str
    title: str
    valid_from: dt.date | None
    entries: int
    groups: int
    state: str
    edition: str | None


class DraftReport(Struct, frozen=True):
    """What was found in a draft; `counts` counts all of it, also what is not listed among the problems."""

    problems: tuple[ProblemShape, ...]
    blocking: int
    noted: int
    counts: tuple[CountShape, ...]


class ChangeMadeShape(Struct, frozen=True):
    """One value that an editor changed in a draft, and why."""

    by: str
    at: dt.datetime
    subject: str
    key: str
    field: str
    before: Any
    after: Any
    reason: str
    list: str | None


class ApprovalShape(Struct, frozen=True):
    """One person's yes to exactly the content with this sha256."""

    by: str
    at: dt.datetime
    sha256: str
    note: str | None


class StoppedShape(Struct, frozen=True):
    """Who or what stopped a draft, and why."""

    by: str
    at: dt.datetime
    text: str


class ScheduledShape(Struct, frozen=True):
    """When a draft goes out by itself, and with which others."""

    at: dt.datetime
    by: str
    drafts: tuple[int, ...]
    note: str | None


class DraftShape(Struct, frozen=True):
    """
    A draft.

    `state` is refused, open, approved, scheduled, published, rejected or abandoned; `sha256` tells its
    content apart: an approval holds for it and nothing else.
    """

    draft: int
    kind: str
    state: str
    by: str
    received_at: dt.datetime
    note: str | None
    source: SourceShape | None
    withdraws: int | None
    closes: str | None
    carried: bool
    base: int
    sha256: str
    lists: tuple[DraftListShape, ...]
    report: DraftReport
    gates: tuple[GateShape, ...]
    changes_made: tuple[ChangeMadeShape, ...]
    approvals: tuple[ApprovalShape, ...]
    approvals_needed: int
    scheduled: ScheduledShape | None
    stopped: StoppedShape | None


class DraftsPage(Struct, frozen=True):
    """Drafts, newest first; of each at most twenty problems."""

    release: int
    items: tuple[DraftShape, ...]
    next: str | None


class RatioShape(Struct, frozen=True):
    """How many prices moved to so much of what they were, in thousandths; null is no bound."""

    at_least: int | None
    below: int | None
    count: int


class DraftChangesPage(Struct, frozen=True):
    """
    What a draft would change against what would be in force, those that take something from people first.

    `counts` by kind and `price_ratios` are over all pages; `impact` is what it means for people.
    """

    release: int
    draft: int
    counts: dict[str, int]
    price_ratios: tuple[RatioShape, ...]
    impact: tuple[Impact, ...]
    items: tuple[ChangeShape, ...]
    next: str | None


class EditQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """One value to change: the subject's key, the field by its path, the new value, and why."""

    subject: str
    key: str
    field: str
    value: Any
    reason: str
    list: str | None = None


class ApproveQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """A yes, and a word to the others."""

    note: str | None = None


class ReasonQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: str


class OverrideQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """Gates that may fire, and why."""

    gates: tuple[str, ...]
    reason: str


class PublishQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """When, what readers are told, and which gates may fire."""

    at: dt.datetime | None = None
    note: str | None = None
    override: OverrideQuestion | None = None


class WithdrawQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """Why, which of its lists (all where absent), and from which day (each edition's own where absent)."""

    reason: str
    lists: tuple[str, ...] | None = None
    valid_from: dt.date | None = None


class CloseQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """From which day a list is no more, and why."""

    valid_from: dt.date
    reason: str


def draft_shape(
    draft: DraftRecord, look: Look | None, *, needed: int, lang: str, most: int | None = None
) -> DraftShape:
    """
    A draft as shown.

    Args:
        look: What was seen when it was judged last.
        needed: Approvals before a publish.
        most: So many problems at the most; all that are ever listed where absent.
    """
    problems = look.problems if look is not None else ()
    blocking = sum(blocks(found) for found in problems)
    told = listed(problems)[:most]
    schedule = draft.schedule
    return DraftShape(
        draft=draft.draft,
        kind=draft.kind,
        state=draft.state,
        by=draft.by,
        received_at=draft.received_at,
        note=draft.note,
        source=_source(draft),
        withdraws=draft.withdraws,
        closes=draft.close,
        carried=draft.carried,
        base=draft.base,
        sha256=draft.sha256,
        lists=tuple(
            DraftListShape(
                one.list, one.title, one.valid_from, one.entries, one.groups, one.state, one.edition
            )
            for one in draft.lists
        ),
        report=DraftReport(
            tuple(problem_shape(found, lang) for found in told),
            blocking,
            len(problems) - blocking,
            counts_of(problems),
        ),
        gates=tuple(gate_shape(gate, lang) for gate in look.gates) if look is not None else (),
        changes_made=tuple(
            ChangeMadeShape(
                *(one.by, one.at, one.subject, one.key, one.field),
                before=one.before,
                after=one.after,
                reason=one.reason,
                list=one.list,
            )
            for one in draft.changes
        ),
        approvals=tuple(ApprovalShape(one.by, one.at, one.sha256, one.note) for one in draft.approvals),
        approvals_needed=needed,
        scheduled=ScheduledShape(schedule.at, schedule.by, schedule.drafts, schedule.note)
        if schedule is not None
        else None,
        stopped=_stopped(draft, lang),
    )


def _source(draft: DraftRecord) -> SourceShape | None:
    if draft.source is None:
        return None
    return SourceShape(draft.source_name or "", draft.source, draft.source_bytes)


def _stopped(draft: DraftRecord, lang: str) -> StoppedShape | None:
    """Why it was rejected, in the words of whoever did; or why it did not go out, in ours."""
    if draft.rejected is not None:
        return StoppedShape(draft.rejected.by, draft.rejected.at, draft.rejected.reason)
    if draft.held is None:
        return None
    held: Stopped = draft.held
    return StoppedShape(held.by, held.at, fill(f"reason.{held.reason}.text", lang, held.facts))

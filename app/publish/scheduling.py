"""What goes out by itself: put on the calendar, found when it is due, taken off with the reason."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing

import msgspec

from app.home import Home
from app.publish.deciding import off_calendar
from app.publish.wishes import Wish
from app.workshop.database import Workshop
from app.workshop.records import (
    CALENDAR,
    SCHEDULED,
    DraftRecord,
    Schedule,
    Stopped,
)
from lists.errors import Refused


def next_due(home: Home) -> dt.datetime | None:
    """The next instant at which something goes out by itself."""
    with closing(Workshop(home.workshop)) as workshop:
        scheduled = (draft.schedule for draft in workshop.in_state(SCHEDULED))
        return min((schedule.at for schedule in scheduled if schedule is not None), default=None)


def schedule_drafts(workshop: Workshop, drafts: Sequence[DraftRecord], by: str, wish: Wish) -> None:
    """Have drafts go out together at an instant."""
    assert wish.at is not None
    numbers = tuple(draft.draft for draft in drafts)
    schedule = Schedule(wish.at, by, numbers, wish.note, wish.overrides, wish.reason)
    with workshop.changing():
        refuse_changed(workshop, drafts)
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


def hold(home: Home, schedule: Schedule, stopped: Stopped) -> None:
    """Take what could not go out off the calendar; each of the drafts says why."""
    with closing(Workshop(home.workshop)) as workshop, workshop.changing():
        for number in schedule.drafts:
            draft = workshop.draft(number)
            if draft.state == SCHEDULED:
                workshop.put(off_calendar(draft, held=stopped), "hold", CALENDAR, detail=stopped.reason)
            elif not draft.is_final and draft.held is None and draft.schedule is None:
                workshop.put(msgspec.structs.replace(draft, held=stopped), "hold", CALENDAR)


def refuse_changed(workshop: Workshop, drafts: Sequence[DraftRecord]) -> None:
    """What was judged is what goes out: nobody changes it from here on, the lock is held."""
    for draft in drafts:
        if workshop.draft(draft.draft) != draft:
            raise Refused("draft-changed", draft=draft.draft)

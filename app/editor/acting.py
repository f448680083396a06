"""What somebody may do with a draft as it stands, and when they want it public."""

import datetime as dt

import msgspec

from app.api.identity import APPROVER, EDITOR, Person
from app.home import Home
from app.ordering import Orders
from app.publish.deciding import approvers
from app.questions import bad
from app.workshop.records import APPROVED, FILE, OPEN, REFUSED, SCHEDULED, DraftRecord, same_person
from lists.days import OSLO, parse_day
from lists.errors import BadDay


class Act(msgspec.Struct, frozen=True):
    """Somebody does something with a draft."""

    home: Home
    orders: Orders
    by: str
    draft: int


def acts_open(draft: DraftRecord, person: Person, *, needed: int) -> frozenset[str]:
    """
    What may be done with a draft by somebody.

    Returns:
        Of "approve", "reject", "abandon", "unschedule", "edit", "carry" and "publish".
    """
    if draft.is_final:
        return frozenset()
    found: set[str] = set()
    is_author = same_person(person.name) in draft.authors
    if EDITOR in person.roles:
        found.add("abandon")
        if draft.state != SCHEDULED:
            found.update({"carry"} if draft.kind != FILE else {"carry", "edit"})
    if APPROVER in person.roles:
        found.add("reject")
        if draft.state == SCHEDULED:
            found.add("unschedule")
        elif draft.state != REFUSED and draft.sha256:
            if not is_author and same_person(person.name) not in approvers(draft):
                found.add("approve")
            if len(approvers(draft)) >= needed and draft.state in (OPEN, APPROVED):
                found.add("publish")
    return frozenset(found)


def scheduled_for(day: str, time: str) -> dt.datetime | None:
    """
    The instant a form names, by the clocks of Norway; None where it names none.

    Raises:
        BadQuestion: "bad-date": it names half of one, none that exists, or one that exists twice.
    """
    if not day.strip() and not time.strip():
        return None
    try:
        civil = dt.datetime.combine(parse_day(day.strip()), dt.time.fromisoformat(time.strip()))
    except (BadDay, ValueError) as error:
        raise bad("bad-date", "at", f"{day} {time}".strip(), "day-and-time") from error
    instants = {civil.replace(tzinfo=OSLO, fold=fold).astimezone(dt.UTC) for fold in (0, 1)}
    if len(instants) > 1:
        # In the night of a change of clocks this reading comes twice, or never.
        raise bad("bad-date", "at", f"{day} {time}", "one-instant")
    return instants.pop()

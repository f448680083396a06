"""What takes its time – judging, compiling – as orders, which a process of its own can carry out too."""

import datetime as dt
from contextlib import closing
from typing import TypeAlias

import msgspec

from app.home import Home
from app.publish.acts import close_list, take_in, withdraw
from app.publish.drafting import Why, carry, change_value, refresh
from app.publish.publishing import publish_drafts
from app.publish.readings import Request
from app.publish.settle import settle_if_free
from app.publish.wishes import Wish
from app.workshop.database import Workshop
from ingest.reading import FirstDays
from lists.editing import Edit


class Upload(msgspec.Struct, frozen=True, tag=True):
    """Draft a file."""

    path: str
    why: Why
    profile: str | None = None
    first_days: FirstDays = FirstDays()


class Change(msgspec.Struct, frozen=True, tag=True):
    """Change one value in a draft."""

    draft: int
    edit: Edit
    why: Why


class Carry(msgspec.Struct, frozen=True, tag=True):
    """Carry a draft's changes into editions that are released for later days."""

    draft: int
    by: str


class Refresh(msgspec.Struct, frozen=True, tag=True):
    """Judge a draft again where what is in force has changed."""

    draft: int


class Close(msgspec.Struct, frozen=True, tag=True):
    """Draft the end of a list."""

    list: str
    valid_from: dt.date
    why: Why


class Withdraw(msgspec.Struct, frozen=True, tag=True):
    """Draft what takes a release back."""

    release: int
    why: Why
    lists: tuple[str, ...] = ()
    valid_from: dt.date | None = None


class Publish(msgspec.Struct, frozen=True, tag=True):
    """Publish drafts as one release, now or at an instant."""

    drafts: tuple[int, ...]
    by: str
    wish: Wish


Order: TypeAlias = Upload | Change | Carry | Refresh | Close | Withdraw | Publish


class Done(msgspec.Struct, frozen=True, tag=True):
    """
    What became of an order.

    Attributes:
        draft: The draft it made or changed, None for a publish.
        release: The release it made.
        at: The instant at which there will be one.
    """

    draft: int | None = None
    release: int | None = None
    at: dt.datetime | None = None


def carry_out(home: Home, order: Order) -> Done:
    """
    Do what was ordered.

    Raises:
        ListsError: As the act itself.
    """
    match order:
        case Upload():
            request = Request(order.profile, order.first_days)
            taken = take_in(home, order.path, request, by=order.why.by, wish=None, note=order.why.text)
            return Done(taken.draft)
        case Close():
            return Done(close_list(home, order.list, order.valid_from, why=order.why).draft)
        case Withdraw():
            made = withdraw(
                home, order.release, why=order.why, lists=order.lists, valid_from=order.valid_from
            )
            return Done(made.draft)
        case Publish():
            outcome = publish_drafts(home, order.drafts, by=order.by, wish=order.wish)
            return Done(None, outcome.release, outcome.at)
    home.require()
    with closing(Workshop(home.workshop)) as workshop:
        settle_if_free(home, workshop)
        match order:
            case Change():
                change_value(home, workshop, order.draft, order.edit, why=order.why)
            case Carry():
                carry(home, workshop, order.draft, by=order.by)
            case Refresh():
                refresh(home, workshop, order.draft)
    return Done(order.draft)

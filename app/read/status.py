"""What is served right now, in one glance."""

import datetime as dt
from importlib.metadata import version
from weakref import WeakKeyDictionary

import msgspec

from app.read.service import Runners
from app.read.view import View
from app.shapes import CopyShape, StatusShape
from app.signing.freshness import Freshness
from lists.days import LAST_DAY, day_before


def status_shape(
    view: View,
    freshness: Freshness | None = None,
    copy_of: CopyShape | None = None,
    runners: Runners | None = None,
) -> StatusShape:
    """
    What a view serves.

    Args:
        freshness: What was signed last of which release is the newest.
        copy_of: Whom this service follows, where it does.
        runners: Who runs it, and who answers for its lists.

    `next_change` is the first day after `valid_on` on which a released edition takes over, or
    the day after a product's last day of prescribing or dispensing, whichever is first.
    """
    releases = view.snapshot.releases
    published = next((known for known in releases if known.release == view.release), None)
    known = _KNOWN.get(view)
    if known is None:
        known = _KNOWN[view] = _Counted(_next_change(view), _products(view))
    return StatusShape(
        release=view.release,
        published_at=published.published_at if published is not None else None,
        today=view.valid_on,
        next_change=known.next_change,
        lists=sum(not mark.closed for mark in view.marks.values()),
        products=known.products,
        version=version("blaliste"),
        signed_at=freshness.signed_at if freshness is not None else None,
        fresh_until=freshness.expires if freshness is not None else None,
        copy_of=copy_of,
        operator=runners.operator if runners is not None else None,
        publisher=runners.publisher if runners is not None else None,
    )


class _Counted(msgspec.Struct, frozen=True):
    """What takes long to work out, and is the same for a view as long as there is one."""

    next_change: dt.date | None
    products: int


def _products(view: View) -> int:
    numbers: set[str] = set()
    for mark in view.marks.values():
        values = (mark.list, mark.ordinal, mark.ordinal)
        numbers.update(row[0] for row in view.snapshot.db.execute(_NUMBERS, values))
    return len(numbers)


def _next_change(view: View) -> dt.date | None:
    days = [marks[0].valid_from for marks in view.coming.values() if marks]
    # After the last day there is no other; sources write it for "never".
    days_ahead = (view.valid_on.isoformat(), day_before(LAST_DAY).isoformat())
    for mark in view.marks.values():
        values = (*days_ahead, *days_ahead, mark.list, mark.ordinal, mark.ordinal)
        ends = view.snapshot.db.execute(_ENDS, values).fetchone()
        days += [dt.date.fromisoformat(end) + dt.timedelta(days=1) for end in ends if end is not None]
    return min(days, default=None)


_KNOWN: WeakKeyDictionary[View, _Counted] = WeakKeyDictionary()

_HOLDS = "from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
_NUMBERS = f"SELECT varenr FROM entry WHERE list = ? AND {_HOLDS}"  # noqa: S608 our own text
_ENDS = (
    "SELECT min(CASE WHEN prescribe_until BETWEEN ? AND ? THEN prescribe_until END),"  # noqa: S608 our own text
    " min(CASE WHEN dispense_until BETWEEN ? AND ? THEN dispense_until END)"
    f" FROM placement WHERE list = ? AND {_HOLDS}"
)

"""Whether a product is listed, leaving, past prescribing or ended on a day, and when its last day is."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from lists.days import day_before

LISTED, LEAVING, PRESCRIBING_ENDED, ENDED = "listed", "leaving", "prescribing-ended", "ended"
STATUSES = (LISTED, LEAVING, PRESCRIBING_ENDED, ENDED)


class Stay(msgspec.Struct, frozen=True):
    """
    A product in one group of one list, as long as that goes.

    Attributes:
        gone_from: First day of a released later edition that does not have it, None where all have it.
    """

    prescribe_until: dt.date | None
    dispense_until: dt.date | None
    gone_from: dt.date | None

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it may still be handed out there, None where no end is known."""
        ends = [day for day in (self.dispense_until or self.prescribe_until,) if day is not None]
        if self.gone_from is not None:
            ends.append(day_before(self.gone_from))
        return min(ends, default=None)


class Status(msgspec.Struct, frozen=True):
    """A product's status on a day and its last day, None where no end is known."""

    status: str
    leaves_on: dt.date | None


def status_on(stays: Iterable[Stay], day: dt.date) -> Status:
    """
    The best of a product's stays: it leaves only when it leaves everywhere.

    Args:
        stays: One for each group of each list it is in on this day, at least one.
    """
    known = tuple(stays)
    status = min((_status(stay, day) for stay in known), key=STATUSES.index)
    last_days = [stay.last_day for stay in known]
    ends = [last for last in last_days if last is not None]
    return Status(status, max(ends) if len(ends) == len(last_days) else None)


def _status(stay: Stay, day: dt.date) -> str:
    if stay.dispense_until is not None and stay.dispense_until < day:
        return ENDED
    if stay.prescribe_until is not None and stay.prescribe_until < day:
        return PRESCRIBING_ENDED
    return LISTED if stay.last_day is None else LEAVING

"""What the step from one edition to the next means for people: what they lose, and how suddenly."""

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from lists.conditions import limits_of
from lists.days import day_before
from lists.edges import Between, Edge, edge_of
from lists.edition import Edition
from lists.kinds import last_day, reimbursed
from lists.money import format_amount
from lists.records import Entry

PRICE_MOVE = 20
"""Per cent, up or down, beyond which a price's move is told."""


class CoverageLost(msgspec.Struct, frozen=True, tag_field="impact", tag="coverage-lost"):
    """
    Prescriptions that covered a product and do not any more.

    Attributes:
        codes: The prescription codes that stop covering it.
        instead: Those that cover it now; none where it left the list.
    """

    list: str
    varenr: str
    name: str
    codes: tuple[str, ...]
    instead: tuple[str, ...]


class LastAlternativeLost(msgspec.Struct, frozen=True, tag_field="impact", tag="last-alternative-lost"):
    """
    A group that lost products and leaves no choice.

    Attributes:
        gone: The products that left it.
        remaining: The only product it still has, None where it has none.
    """

    list: str
    group: str
    text: str
    gone: tuple[str, ...]
    remaining: str | None


class LimitHalved(msgspec.Struct, frozen=True, tag_field="impact", tag="limit-halved"):
    """A limit on a group's products that is less than half of what it was, in units per period."""

    list: str
    group: str
    text: str
    per: str
    before: int
    after: int


class PriceMoved(msgspec.Struct, frozen=True, tag_field="impact", tag="price-moved"):
    """
    What is reimbursed for a product moved by more than PRICE_MOVE per cent.

    Attributes:
        of: "pack" or "unit".
        percent: Without its fraction, below zero where it fell; None where it was free before.
    """

    list: str
    varenr: str
    name: str
    of: str
    before: str
    after: str
    currency: str
    percent: int | None


class ShortNotice(msgspec.Struct, frozen=True, tag_field="impact", tag="short-notice"):
    """
    A product that leaves without three months' notice.

    Attributes:
        leaves_on: Its last day.
        told_on: First day of the edition that says so.

    Source:
        Helfo marks a product «utgår dato» for three months before it leaves.
    """

    list: str
    varenr: str
    name: str
    leaves_on: dt.date
    told_on: dt.date


Impact: TypeAlias = CoverageLost | LastAlternativeLost | LimitHalved | PriceMoved | ShortNotice


def impact(before: Edition | None, after: Edition) -> tuple[Impact, ...]:
    """
    What it means for people that one edition follows another.

    Args:
        before: None where the list is new: nobody loses anything.

    Returns:
        By sort, as the types above stand, then by group or product.
    """
    if before is None:
        return ()
    between = Between(edge_of(before, before.valid_from), edge_of(after, after.valid_from))
    code = after.terms.list
    kept = {entry.varenr: entry for entry in after.entries}
    pairs = [(entry, kept.get(entry.varenr)) for entry in before.entries]
    return (
        *_coverage(code, pairs, between),
        *_alternatives(code, between),
        *_limits(code, between),
        *_prices(code, pairs, between),
        *_notices(code, pairs, after.valid_from),
    )


_Pairs: TypeAlias = list[tuple[Entry, Entry | None]]


def _coverage(code: str, pairs: _Pairs, between: Between) -> Iterator[CoverageLost]:
    for was, now in pairs:
        lost = between.lost_codes(was, now)
        if lost:
            instead = tuple(sorted(between.after.covering(now))) if now is not None else ()
            yield CoverageLost(code, was.varenr, was.name, lost, instead)


def _alternatives(code: str, between: Between) -> Iterator[LastAlternativeLost]:
    for group, thinned in sorted(between.thinned.items()):
        text = between.after.groups[group].code.text
        yield LastAlternativeLost(code, group, text, thinned.gone, thinned.remaining)


def _limits(code: str, between: Between) -> Iterator[LimitHalved]:
    for group in sorted(between.before.groups.keys() & between.after.members.keys()):
        old, new = _tightest(between.before, group), _tightest(between.after, group)
        for per in sorted(old.keys() & new.keys()):
            if 2 * new[per] < old[per]:
                text = between.after.groups[group].code.text
                yield LimitHalved(code, group, text, per, old[per], new[per])


def _tightest(edge: Edge, group: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for condition in edge.bound(group):
        for limit in limits_of(condition):
            found[limit.per] = min(limit.max, found.get(limit.per, limit.max))
    return found


def _prices(code: str, pairs: _Pairs, between: Between) -> Iterator[PriceMoved]:
    for was, now in pairs:
        priced = reimbursed(was, now, between) if now is not None else None
        if priced is None or priced.before.currency != priced.after.currency:
            continue
        old, new = priced.before.amount, priced.after.amount
        if 100 * abs(new - old) > PRICE_MOVE * old:
            percent = abs(new - old) * 100 // old * (1 if new > old else -1) if old else None
            told = format_amount(old), format_amount(new), priced.after.currency
            yield PriceMoved(code, was.varenr, was.name, priced.of, *told, percent)


def _notices(code: str, pairs: _Pairs, first_day: dt.date) -> Iterator[ShortNotice]:
    """A last day that was told before is no news here: it was held against the edition that told it."""
    for was, now in pairs:
        told = last_day(was)
        leaves_on = day_before(first_day) if now is None else last_day(now)
        if leaves_on is None or (told is not None and told <= leaves_on):
            continue
        if leaves_on < day_before(_three_months_after(first_day)):
            yield ShortNotice(code, was.varenr, was.name, leaves_on, first_day)


def _three_months_after(day: dt.date) -> dt.date:
    """The same day of the month three months on, or that month's last."""
    year, month = day.year + (day.month + 2) // 12, (day.month + 2) % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

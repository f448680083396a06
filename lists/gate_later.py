"""Gates on days: what a later edition would undo (rule 25), and first days that are worth a word."""

import datetime as dt
from collections.abc import Iterator, Mapping

import msgspec

from lists.carrying import carried
from lists.edition import Draft, Edition, referred_conditions, without_marks
from lists.gate_result import GateResult, Look, first, named
from lists.prices import price_kind, price_on
from lists.records import Condition, Entry, Group

_Record = Entry | Group | Condition


QUARTER_DAYS = ((1, 1), (4, 1), (7, 1), (10, 1))
"""Months and days on which Helfo's lists come into force."""


def later_edition_lacks_it(look: Look) -> GateResult:
    """A correction does not reach what is already released for a later day (rule 25)."""
    lacks = {name: lacking(look.step.former, look.step.following, later) for name, later in look.beside.later}
    names = [name for name, subjects in lacks.items() if subjects]
    subjects = first(dict.fromkeys(subject for of in lacks.values() for subject in of))
    return GateResult("later-edition-lacks-it", look.list, named(names), "0", not names, subjects=subjects)


def later_release_undone(look: Look) -> GateResult:
    """What holds on that day by now came after what is withdrawn, and would be taken back with it."""
    names = list(look.beside.undone)
    return GateResult("later-release-undone", look.list, named(names), "0", not names, subjects=first(names))


def valid_from_past(look: Look) -> GateResult:
    day, today = look.step.following.valid_from, look.beside.asked_on
    return GateResult("valid-from-past", look.list, str(day), str(today), True, noted=day < today)


def no_quarter_day(look: Look) -> GateResult:
    day = look.step.following.valid_from
    limit = ", ".join(f"{month:02}-{of:02}" for month, of in QUARTER_DAYS)
    noted = (day.month, day.day) not in QUARTER_DAYS
    return GateResult("no-quarter-day", look.list, str(day), limit, True, noted=noted)


def lacking(former: Edition, now: Edition, later: Edition) -> list[str]:
    """
    The subjects that would say something else from a later edition's first day on, if it had the
    change from `former` to `now` too.

    Where the later edition says something of its own, neither as before nor as now, that was a
    decision and lacks nothing. Prices that are over by then lack nothing either.

    Returns:
        "list CODE" for the list's own facts, then a varenr, "group CODE" or "condition ID" each.
    """
    with_it = carried(former, Draft("", now.terms, now.valid_from, list(now.entries)), later)
    found = dict.fromkeys(["list " + now.terms.list] if _head(with_it) != _head(later) else [])
    wanted, held = _subjects(with_it), _subjects(later)
    for name in sorted(wanted.keys() | held.keys(), key=_place):
        if _differ(wanted.get(name), held.get(name), later.valid_from):
            found[name] = None
    found.update(dict.fromkeys(_still_there(_subjects(former), _subjects(now), held)))
    return list(found)


def _head(edition: Edition | Draft) -> tuple[object, ...]:
    terms = edition.terms
    return (
        *(terms.title, terms.legal_basis, terms.closed),
        *(terms.requires_listed_product, terms.requires_decision),
    )


def _subjects(edition: Edition | Draft) -> dict[str, _Record]:
    """All that an edition says, by subject; a condition that nothing refers to says nothing."""
    referred = referred_conditions(edition.terms, list(edition.entries))
    return {
        **{entry.varenr: entry for entry in edition.entries},
        **{"group " + group.code.value: group for group in edition.terms.groups},
        **{
            "condition " + condition.id: condition
            for condition in edition.terms.conditions
            if condition.id in referred
        },
    }


def _place(subject: str) -> tuple[bool, bool, str]:
    """Products, then groups, then conditions."""
    return subject.startswith("condition "), subject.startswith("group "), subject


def _differ(one: _Record | None, other: _Record | None, day: dt.date) -> bool:
    if one is None or other is None:
        return one is not other
    if one == other:
        return False
    if isinstance(one, Entry) and isinstance(other, Entry):
        return without_marks(_from(one, day)) != without_marks(_from(other, day))
    return without_marks(one) != without_marks(other)


def _from(entry: Entry, day: dt.date) -> Entry:
    """The entry with the prices that hold on a day or begin after it."""
    kinds = {price_kind(price.kind) for price in entry.prices}
    on_day = {price_on(entry.prices, kind, day) for kind in kinds}
    kept = (price for price in entry.prices if price in on_day or (price.valid_from or day) > day)
    return msgspec.structs.replace(entry, prices=tuple(kept))


def _still_there(
    former: Mapping[str, _Record], now: Mapping[str, _Record], later: Mapping[str, _Record]
) -> Iterator[str]:
    """
    What is gone now, and bound or freed now, and is not so later.

    That something is there at all, and that a condition binds it, count by themselves: a later
    edition with another price of a product that goes has decided nothing about its going, and one
    that binds a group by one more condition nothing about the one that is lifted. One that put
    another condition in the place of an old one has decided.
    """
    for name in sorted(former.keys() & later.keys(), key=_place):
        was, does, will = former[name], now.get(name), later[name]
        if isinstance(was, Condition):
            continue
        if does is None or _bound_otherwise(_conditions(was), _conditions(does), _conditions(will)):
            yield name


def _bound_otherwise(was: frozenset[str], does: frozenset[str], will: frozenset[str]) -> bool:
    """Whether a condition that is lifted still binds later, or one that is brought in does not."""
    return bool((was - does) & will) or (was <= will and bool(does - was - will))


def _conditions(record: _Record) -> frozenset[str]:
    return frozenset(record.conditions) if isinstance(record, (Entry, Group)) else frozenset()

"""What kind of change a change is: facts that a program can act on and a sentence can be made of."""

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from lists.changes import Record
from lists.conditions import limits_of, requirements_of
from lists.edges import Between, Edge
from lists.money import format_amount
from lists.prices import PER_UNIT, REIMBURSED_PER_PACK, price_on
from lists.records import Condition, Entry, Group, Price

KINDS = (
    *("price-up", "price-down", "renamed", "moved", "split"),
    *("limit-new", "limit-tighter", "limit-looser", "limit-lifted"),
    *("requirement-new", "requirement-dropped", "condition-reworded"),
    *("leaves", "ended", "coverage-lost", "last-alternative-lost", "closed", "other"),
)


class Kind(msgspec.Struct, frozen=True):
    """
    One kind that a change is of.

    Attributes:
        kind: One of KINDS.
        before: What it was: a price, a name, groups, a number; "" where there is nothing to name.
        after: What it is.
        of: For prices "pack" or "unit", for limits their period, for requirements what is required.
    """

    kind: str
    before: str = ""
    after: str = ""
    of: str = ""


class Priced(msgspec.Struct, frozen=True):
    """
    What is reimbursed, before and after.

    Attributes:
        of: "pack" or "unit".
    """

    of: str
    before: Price
    after: Price


def kinds_of(before: Record | None, after: Record | None, between: Between) -> tuple[Kind, ...]:
    """
    The kinds of one change.

    Args:
        before: The product, group or condition as it was, None where it was not.
        after: The same as it is, None where it is no more.
        between: The editions that they are of.

    Returns:
        At least one, in the order of KINDS.
    """
    one = before if before is not None else after
    if isinstance(one, Entry):
        assert not isinstance(before, (Group, Condition))
        assert not isinstance(after, (Group, Condition))
        found = _of_product(before, after, between)
    elif isinstance(one, Group):
        found = _of_group(one.code.value, between)
    else:
        found = _of_condition(before, after)
    return _in_order(found)


def kinds_of_list(between: Between) -> tuple[Kind, ...]:
    """The kinds of a change of a list's own facts."""
    return _in_order(_of_list(between))


def reimbursed(before: Entry, after: Entry, between: Between) -> Priced | None:
    """
    The price that moved, of what is reimbursed: per pack, and only where that stayed, per unit.

    Each side's price is the one that holds on its day; where those are alike, the last ones that
    are known are held against each other.
    """
    if before.prices == after.prices:
        return None
    for kind in (*REIMBURSED_PER_PACK, PER_UNIT):
        of = "unit" if kind == PER_UNIT else "pack"
        for first, last in ((between.before.day, between.after.day), (dt.date.max, dt.date.max)):
            old, new = price_on(before.prices, kind, first), price_on(after.prices, kind, last)
            if old is not None and new is not None and _money(old) != _money(new):
                return Priced(of, old, new)
    return None


def _of_product(before: Entry | None, after: Entry | None, between: Between) -> Iterator[Kind]:
    if before is None:
        return
    yield from _lost(before, after, between)
    if after is None:
        yield Kind("ended", before=before.name)
        return
    if before.name != after.name:
        yield Kind("renamed", before=before.name, after=after.name)
    priced = reimbursed(before, after, between)
    if priced is not None:
        up = priced.after.amount > priced.before.amount
        kind = "price-up" if up else "price-down"
        yield Kind(kind, before=_money(priced.before), after=_money(priced.after), of=priced.of)
    yield from _moved(before, after, between)
    yield from _limits(_loosest(before, between.before), _loosest(after, between.after))
    yield from _requirements(_all_bound(before, between.before), _all_bound(after, between.after))
    yield from _leaving(before, after, between.after)


def _of_group(code: str, between: Between) -> Iterator[Kind]:
    was, now, split = between.before, between.after, between.splits
    before, after = was.groups.get(code), now.groups.get(code)
    targets = split.get(code) or next((to for to in split.values() if code in to), ())
    if targets:
        source = next(origin for origin, to in split.items() if to == targets)
        yield Kind("split", before=source, after=_listed(targets))
    if before is None:
        return
    if after is None:
        yield Kind("ended", before=before.code.text)
        return
    if before.code.text != after.code.text:
        yield Kind("renamed", before=before.code.text, after=after.code.text)
    if before.parent != after.parent:
        yield Kind("moved", before=before.parent or "–", after=after.parent or "–")
    old, new = was.bound(code), now.bound(code)
    yield from _limits(_tightest(old), _tightest(new))
    yield from _requirements(old, new)
    lone = between.thinned.get(code)
    if lone is not None:
        yield Kind("last-alternative-lost", before=_listed(lone.gone), after=lone.remaining or "–")


def _of_condition(before: Record | None, after: Record | None) -> Iterator[Kind]:
    if isinstance(before, Condition) and isinstance(after, Condition) and before.text != after.text:
        yield Kind("condition-reworded", before=before.text, after=after.text)


def _of_list(between: Between) -> Iterator[Kind]:
    was, now = between.before, between.after
    if now.closed and not was.closed:
        yield Kind("closed")
    if was.terms is None or now.terms is None:
        return
    if was.terms.title != now.terms.title:
        yield Kind("renamed", before=was.terms.title, after=now.terms.title)
    if was.terms.requires_decision != now.terms.requires_decision:
        kind = "requirement-new" if now.terms.requires_decision else "requirement-dropped"
        yield Kind(kind, of="decision")


def _lost(before: Entry, after: Entry | None, between: Between) -> Iterator[Kind]:
    lost = between.lost_codes(before, after)
    if lost:
        yield Kind("coverage-lost", before=_listed(lost))
    groups = {placement.group for placement in before.placements}
    kept = {placement.group for placement in after.placements} if after is not None else set()
    for code in sorted(groups - kept):
        lone = between.thinned.get(code)
        if lone is not None:
            yield Kind("last-alternative-lost", before=code, after=lone.remaining or "–")
            return


def _moved(before: Entry, after: Entry, between: Between) -> Iterator[Kind]:
    old = tuple(placement.group for placement in before.placements)
    new = tuple(placement.group for placement in after.placements)
    if old == new:
        return
    yield Kind("moved", before=_listed(old), after=_listed(new))
    for source in old:
        targets = between.splits.get(source, ())
        if set(targets) & set(new):
            yield Kind("split", before=source, after=_listed(targets))
            return


def _limits(old: dict[str, int], new: dict[str, int]) -> Iterator[Kind]:
    for per in sorted(old.keys() | new.keys()):
        was, now = old.get(per), new.get(per)
        if was == now:
            continue
        if was is None:
            yield Kind("limit-new", after=str(now), of=per)
        elif now is None:
            yield Kind("limit-lifted", before=str(was), of=per)
        else:
            kind = "limit-tighter" if now < was else "limit-looser"
            yield Kind(kind, before=str(was), after=str(now), of=per)


def _tightest(bound: Iterable[Condition]) -> dict[str, int]:
    """The lowest limit of each period."""
    found: dict[str, int] = {}
    for condition in bound:
        for limit in limits_of(condition):
            found[limit.per] = min(limit.max, found.get(limit.per, limit.max))
    return found


def _loosest(entry: Entry, edge: Edge) -> dict[str, int]:
    """The limits that bind a product in whichever of its groups binds it least."""
    in_groups = [_tightest(edge.bound(placement.group, entry)) for placement in entry.placements]
    shared = set.intersection(*(set(limits) for limits in in_groups))
    return {per: max(limits[per] for limits in in_groups) for per in shared}


def _all_bound(entry: Entry, edge: Edge) -> tuple[Condition, ...]:
    found = {
        known.id: known for placement in entry.placements for known in edge.bound(placement.group, entry)
    }
    return tuple(found.values())


def _requirements(old: Iterable[Condition], new: Iterable[Condition]) -> Iterator[Kind]:
    """Coded requirements by what they ask for, whichever condition says so; texts by their id or number."""
    old, new = tuple(old), tuple(new)
    was, now = _required(old), _required(new)
    for name in sorted(now - was):
        yield Kind("requirement-new", of=name[0], after=name[1])
    for name in sorted(was - now):
        yield Kind("requirement-dropped", of=name[0], before=name[1])
    for before, after in _reworded(old, new):
        yield Kind("condition-reworded", before=before.text, after=after.text)


def _required(bound: Iterable[Condition]) -> set[tuple[str, str]]:
    return {
        (required.kind, str(required.value) if required.value is not None else ", ".join(required.values))
        for condition in bound
        for required in requirements_of(condition)
    }


def _reworded(
    old: tuple[Condition, ...], new: tuple[Condition, ...]
) -> Iterator[tuple[Condition, Condition]]:
    """Conditions under one id, or under one number of the source and a new id, with another text."""
    by_id = {condition.id: condition for condition in old}
    stayed = {condition.id for condition in new}
    by_number = {known.number: known for known in old if known.number and known.id not in stayed}
    for after in new:
        before = by_id.get(after.id) or by_number.get(after.number)
        if before is not None and before.text != after.text:
            yield before, after


def _leaving(before: Entry, after: Entry, now: Edge) -> Iterator[Kind]:
    """A last day that is new or earlier; once it is past, the product has ended."""
    old, new = last_day(before), last_day(after)
    if new is not None and (old is None or new < old):
        kind = "ended" if new < now.day else "leaves"
        yield Kind(kind, before=str(old or "–"), after=str(new))


def last_day(entry: Entry) -> dt.date | None:
    """A product's own last day of dispensing in whichever group goes on longest; None without end."""
    ends = [placement.dispense_until or placement.prescribe_until for placement in entry.placements]
    days = [end for end in ends if end is not None]
    return max(days) if len(days) == len(ends) else None


def _in_order(found: Iterable[Kind]) -> tuple[Kind, ...]:
    once = tuple(dict.fromkeys(found))
    return tuple(sorted(once, key=lambda one: KINDS.index(one.kind))) or (Kind("other"),)


def _money(price: Price) -> str:
    return f"{format_amount(price.amount)} {price.currency}"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes)

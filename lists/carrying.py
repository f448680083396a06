"""Carries a correction into an edition that is already released for a later day (rule 25)."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from lists.changes import KEYS
from lists.edition import Draft, Edition, conditions_of, without_marks
from lists.fields import keyed
from lists.records import Condition, Entry, Group

_Record = TypeVar("_Record", Entry, Group, Condition)
_Plain = dict[str, Any]

_SETS = ("conditions", "gtins", "subterms")
"""Collections of plain texts, sorted; of what has members with keys, `refund_codes` have their own."""


def carried(former: Edition, draft: Draft, later: Edition) -> Draft:
    """
    What a later edition says once it has the change from `former` to `draft` too.

    Only what the change touched and the later edition left as it was goes over; where the later
    edition says something of its own, that was a decision, and stays. That something is there at
    all, and that a condition binds it, count by themselves: what the change takes away goes, also
    where the later edition has it with another price.

    Args:
        former: The edition that the draft corrects.
        later: An edition of the same list, released for a later day.
    """
    head = _merged(*(_head(one) for one in (former, draft, later)))
    terms = msgspec.convert(head, type(later.terms))
    if terms.closed:
        return Draft(draft.file, terms, later.valid_from, [])
    entries = _records(*({entry.varenr: entry for entry in one.entries} for one in (former, draft, later)))
    groups = _records(
        *({group.code.value: group for group in one.terms.groups} for one in (former, draft, later))
    )
    known_groups = [{group.code.value: group for group in one.terms.groups} for one in (draft, later)]
    placed = {placement.group for entry in entries.values() for placement in entry.placements}
    for code in placed - groups.keys():
        # The draft has it no more, something that stands in the later edition is in it still.
        groups[code] = next(one[code] for one in known_groups if code in one)
    known = [{condition.id: condition for condition in one.terms.conditions} for one in (draft, later)]
    conditions = _records({one.id: one for one in former.terms.conditions}, *known)
    referred = set().union(
        *(conditions_of(group) for group in groups.values()),
        *(entry.conditions for entry in entries.values()),
    )
    for identity in referred - conditions.keys():
        # The draft stopped using it, something that the later edition brought still does.
        conditions[identity] = next(one[identity] for one in known if identity in one)
    terms = msgspec.structs.replace(
        terms,
        groups=tuple(groups[code] for code in sorted(groups)),
        conditions=tuple(conditions[identity] for identity in sorted(conditions)),
    )
    return Draft(draft.file, terms, later.valid_from, [entries[number] for number in sorted(entries)])


def _records(
    former: Mapping[str, _Record], draft: Mapping[str, _Record], later: Mapping[str, _Record]
) -> dict[str, _Record]:
    """Records by key, each with the change where the later edition left it as it was."""
    found: dict[str, _Record] = {}
    for key in former.keys() | draft.keys() | later.keys():
        kept = _record(former.get(key), draft.get(key), later.get(key))
        if kept is not None:
            found[key] = kept
    return found


def _record(was: _Record | None, now: _Record | None, then: _Record | None) -> _Record | None:
    if _same(was, now) or _same(now, then):
        return then
    if _same(was, then):
        return now
    if was is not None and now is None and not isinstance(was, Condition):
        return None
    if was is None or now is None or then is None:
        return then
    merged = _merged(*(_plain(one) for one in (was, now, then)))
    if merged.get("placements") == []:
        # Each took it out of another group: where the later edition put it was a decision.
        merged["placements"] = _plain(then)["placements"]
    return msgspec.convert(merged, type(then))


def _same(one: _Record | None, other: _Record | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or without_marks(one) == without_marks(other)


def _merged(was: _Plain, now: _Plain, then: _Plain) -> _Plain:
    """A record field by field: the change's value where the later one has still the former's."""
    return {name: _value(name, was.get(name), now.get(name), then[name]) for name in then}


def _value(name: str, was: Any, now: Any, then: Any) -> Any:
    if was == now or now == then:
        return then
    if was == then:
        return now
    if name == "conditions":
        return _bindings(was, now, then)
    if name in KEYS:
        return _members(KEYS[name], was, now, then)
    if name in _SETS:
        return sorted((set(then) | set(now) - set(was)) - (set(was) - set(now)))
    return then


def _members(key: tuple[str, ...], was: list[_Plain], now: list[_Plain], then: list[_Plain]) -> list[_Plain]:
    """The members of a collection by their keys, in the order of these unless the later one has its own."""
    old, new, later = (keyed(members, key) for members in (was, now, then))
    found: dict[str, _Plain] = {}
    for name in old.keys() | new.keys() | later.keys():
        first, changed, last = old.get(name), new.get(name), later.get(name)
        kept = last if first == changed else changed if first == last else last
        if first is not None and changed is not None and last is not None:
            kept = _merged(first, changed, last)
        if kept is not None:
            found[name] = kept
    places = {name: place for place, name in enumerate(later)}
    if list(later) == sorted(later):
        return [found[name] for name in sorted(found)]
    return [found[name] for name in sorted(found, key=lambda name: (places.get(name, len(places)), name))]


def _bindings(was: list[Any], now: list[Any], then: list[Any]) -> list[Any]:
    """
    Conditions by id, alone or with their days: what was lifted goes, what was brought in comes.

    A later edition that put other conditions in the place of the former ones has decided.
    """
    old, new, later = ([_condition(one) for one in members] for members in (was, now, then))
    lifted = set(old) - set(new)
    kept = [one for one in then if _condition(one) not in lifted]
    if set(old) <= set(later):
        kept += [one for one in now if _condition(one) not in {*old, *later}]
    return sorted(kept, key=_condition)


def _condition(one: Any) -> str:
    return str(one["condition"] if isinstance(one, dict) else one)


def _plain(record: _Record) -> _Plain:
    plain: _Plain = msgspec.to_builtins(without_marks(record))
    return plain


def _head(edition: Edition | Draft) -> _Plain:
    """Title, legal basis and flags."""
    plain: _Plain = msgspec.to_builtins(msgspec.structs.replace(edition.terms, groups=(), conditions=()))
    return plain

"""Two editions side by side: which groups were split or thinned out, which prescriptions lost a product."""

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

import msgspec

from lists.codes import PRODUCT_GROUP
from lists.conditions import binding, path_of
from lists.edition import Edition
from lists.prescribing import UNPRESCRIBED, needs_own
from lists.records import Condition, Entry, Group, Terms


class Edge:
    """
    One end of a comparison: an edition on a day, or nothing where no edition held.

    Attributes:
        terms: None where no edition held.
        members: The products that hang in each group itself.
    """

    def __init__(self, terms: Terms | None, day: dt.date, members: Mapping[str, frozenset[str]]) -> None:
        self.terms = terms
        self.day = day
        self.members = members
        self._bound: dict[tuple[str, tuple[str, ...]], tuple[Condition, ...]] = {}
        self._codes: dict[str, tuple[str, ...]] = {}

    @cached_property
    def groups(self) -> dict[str, Group]:
        """The groups by code."""
        return {group.code.value: group for group in self.terms.groups} if self.terms is not None else {}

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """The conditions by id."""
        return {known.id: known for known in self.terms.conditions} if self.terms is not None else {}

    @property
    def closed(self) -> bool:
        """Whether the list has ended by an act."""
        return self.terms is not None and self.terms.closed

    def bound(self, code: str, entry: Entry | None = None) -> tuple[Condition, ...]:
        """The conditions on a group, or on a product in it; those of the groups above included (rule 5)."""
        own = entry.conditions if entry is not None else ()
        found = self._bound.get((code, own))
        if found is None:
            found = tuple(self.conditions[identity] for identity in binding(code, self.groups, own))
            self._bound[code, own] = found
        return found

    def covering(self, entry: Entry) -> frozenset[str]:
        """The prescription codes that cover a product (rule 17)."""
        return frozenset(code for known in entry.placements for code in self._covering(known.group))

    def _covering(self, group: str) -> tuple[str, ...]:
        if group not in self._codes:
            self._codes[group] = self._codes_of(group)
        return self._codes[group]

    def _codes_of(self, group: str) -> tuple[str, ...]:
        assert self.terms is not None
        if self.terms.list == UNPRESCRIBED:
            return ()
        if any(needs_own(condition) for condition in self.bound(group)):
            return (group,)
        if self.groups[group].code.system != PRODUCT_GROUP:
            return (self.terms.list, group)
        return (self.terms.list, *path_of(group, self.groups))


class Thinned(msgspec.Struct, frozen=True):
    """
    A group that had a choice and has none any more.

    Attributes:
        gone: The products that left it, by number.
        remaining: The only product it still has, None where it has none.
    """

    gone: tuple[str, ...]
    remaining: str | None


def edge_of(edition: Edition | None, day: dt.date) -> Edge:
    """A whole edition as one end of a comparison."""
    members: dict[str, set[str]] = {}
    for entry in edition.entries if edition is not None else ():
        for placement in entry.placements:
            members.setdefault(placement.group, set()).add(entry.varenr)
    frozen = {code: frozenset(numbers) for code, numbers in members.items()}
    return Edge(edition.terms if edition is not None else None, day, frozen)


class Between:
    """What lies between two ends, worked out once for all who ask."""

    def __init__(self, before: Edge, after: Edge) -> None:
        self.before = before
        self.after = after

    @cached_property
    def splits(self) -> dict[str, tuple[str, ...]]:
        """
        The groups that were divided.

        Returns:
            By code, the new groups that products of it went to; it still stands itself, or there are several.
        """
        found: dict[str, tuple[str, ...]] = {}
        new = {
            code: numbers for code, numbers in self.after.members.items() if code not in self.before.groups
        }
        for code, numbers in self.before.members.items():
            left = numbers - self.after.members.get(code, frozenset())
            targets = tuple(sorted(target for target, there in new.items() if left & there))
            if targets and (code in self.after.groups or len(targets) > 1):
                found[code] = targets
        return found

    @cached_property
    def thinned(self) -> dict[str, Thinned]:
        """The groups of both that lost products and have at most one left."""
        found: dict[str, Thinned] = {}
        for code, numbers in self.before.members.items():
            left = self.after.members.get(code, frozenset())
            if code in self.after.groups and numbers - left and len(left) <= 1:
                found[code] = Thinned(tuple(sorted(numbers - left)), next(iter(left), None))
        return found

    def lost_codes(self, before: Entry, after: Entry | None) -> tuple[str, ...]:
        """The prescription codes that covered a product and do not any more, sorted."""
        kept = self.after.covering(after) if after is not None else frozenset()
        return tuple(sorted(self.before.covering(before) - kept))

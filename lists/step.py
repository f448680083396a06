"""The step from one edition of a list to the next, laid side by side once for all who look at it."""

from collections.abc import Mapping
from functools import cached_property

from lists.conditions import path_of
from lists.edges import Edge, edge_of
from lists.edition import Edition
from lists.records import Entry

Members = Mapping[str, set[str]]
"""Products by the group that they hang in, or that stands above it."""


class Step:
    """Two editions of one list; of a list's first edition, `former` has no content."""

    def __init__(self, former: Edition, following: Edition) -> None:
        self.former = former
        self.following = following

    @cached_property
    def before(self) -> Edge:
        """The earlier end, on the day of the step."""
        return edge_of(self.former, self.following.valid_from)

    @cached_property
    def after(self) -> Edge:
        """The later end."""
        return edge_of(self.following, self.following.valid_from)

    @cached_property
    def pairs(self) -> list[tuple[Entry, Entry]]:
        """The products that stay, as they were and are."""
        known = {entry.varenr: entry for entry in self.former.entries}
        return [(known[entry.varenr], entry) for entry in self.following.entries if entry.varenr in known]

    @cached_property
    def gone(self) -> list[str]:
        """The numbers of the products that the later edition does not have."""
        kept = {entry.varenr for entry in self.following.entries}
        return [entry.varenr for entry in self.former.entries if entry.varenr not in kept]

    @cached_property
    def held_before(self) -> Members:
        """The earlier edition's products by group."""
        return _held(self.before)

    @cached_property
    def held_after(self) -> Members:
        """The later edition's products by group."""
        return _held(self.after)


def _held(edge: Edge) -> Members:
    held: dict[str, set[str]] = {}
    for code, numbers in edge.members.items():
        for above in path_of(code, edge.groups):
            held.setdefault(above, set()).update(numbers)
    return held

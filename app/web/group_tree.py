"""A list's groups as a tree, with how each is prescribed, and the texts that bind a group."""

import msgspec

from app.read.lists import group_shapes
from app.read.view import View
from app.shapes import ConditionShape, GroupShape
from app.web.badges import Badge, rule_badges
from app.web.told import Words

OWN = "own"


class Node(msgspec.Struct, frozen=True):
    """A group with its own badges, and the groups below it."""

    group: GroupShape
    badges: tuple[Badge, ...]
    below: "tuple[Node, ...]"


class Text(msgspec.Struct, frozen=True):
    """A condition's text; `group` is where it stands."""

    group: GroupShape
    condition: ConditionShape


class Tree:
    """The groups of a list's edition in force; empty where none is in force."""

    def __init__(self, view: View, code: str) -> None:
        self.groups = {shape.code: shape for shape in group_shapes(view, code)}

    def roots(self, words: Words) -> tuple[Node, ...]:
        """The outermost groups, in code order."""
        return tuple(self.node(code, words) for code, shape in self.groups.items() if shape.parent is None)

    def node(self, code: str, words: Words) -> Node:
        """A group and all below it."""
        shape = self.groups[code]
        below = tuple(self.node(child, words) for child in shape.children)
        return Node(shape, rule_badges(shape.requirements, shape.limits, words), below)

    def path(self, code: str) -> tuple[GroupShape, ...]:
        """The groups above a group, outermost first, without itself."""
        parent = self.groups[code].parent
        return (*self.path(parent), self.groups[parent]) if parent is not None else ()

    def texts(self, code: str) -> tuple[Text, ...]:
        """A group's own texts, then those it has from above, nearest first; each once."""
        found: dict[str, Text] = {}
        for group in (self.groups[code], *reversed(self.path(code))):
            for condition in group.conditions:
                found.setdefault(condition.id, Text(group, condition))
        return tuple(found.values())

    def limited_below(self, code: str) -> bool:
        """Whether a group below a group sets a limit."""
        children = self.groups[code].children
        return any(self.groups[child].limits or self.limited_below(child) for child in children)

    def own(self, code: str | None = None) -> tuple[GroupShape, ...]:
        """
        The innermost groups that need a prescription of their own.

        Args:
            code: Only below this group; on the whole list where None.
        """
        return tuple(
            shape
            for shape in self.groups.values()
            if shape.prescribable == OWN
            and not shape.children
            and (code is None or code in {above.code for above in self.path(shape.code)})
        )

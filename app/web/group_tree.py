"""A list's groups as a tree, with how each is prescribed, and the texts that bind a group."""

import msgspec

from app.read.lists import group_shapes
from app.read.view import View
from app.shapes import ConditionShape, GroupShape
from app.web.badges import RULE, Badge, rule_badges
from app.web.told import Words
from lists.records import Group

OWN = "own"
LONGEST_USE = 120


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
    """
    The groups of a list's edition in force; empty where none is in force.

    Attributes:
        called: What people call each group, beside its code; "" where nothing says.
    """

    def __init__(self, view: View, code: str) -> None:
        self.day = view.valid_on
        mark = view.marks.get(code)
        self._records = view.snapshot.index(mark).groups if mark is not None else {}
        self.groups = {shape.code: shape for shape in group_shapes(view, code)}
        self.called = {name: _called(record) for name, record in self._records.items()}

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

    def with_limits_below(self, code: str, words: Words) -> Node:
        """As `node`, where each group next below says whether a limit stands on it or deeper."""
        node = self.node(code, words)
        below = tuple(
            msgspec.structs.replace(child, badges=(*child.badges, *self._limit_mark(child.group, words)))
            for child in node.below
        )
        return msgspec.structs.replace(node, below=below)

    def _limit_mark(self, shape: GroupShape, words: Words) -> tuple[Badge, ...]:
        if shape.limits:
            return ()
        if any(above.limits for above in self.path(shape.code)):
            return (Badge(RULE, words("group-has-limit")),)
        return (Badge(RULE, words("group-has-limit-below")),) if self.limited_below(shape.code) else ()

    def innermost(self, code: str | None = None) -> tuple[GroupShape, ...]:
        """
        The groups that products hang in, in code order.

        Args:
            code: Only this group and those below it; on the whole list where None.
        """
        if code is None:
            return tuple(shape for shape in self.groups.values() if not shape.children)
        shape = self.groups[code]
        below = (leaf for child in shape.children for leaf in self.innermost(child))
        return tuple(below) if shape.children else (shape,)

    def needs_diagnosis(self, code: str) -> bool:
        """Whether a prescription must carry one of the group's diagnosis codes."""
        return self._records[code].requires_refund_code or bool(self._records[code].refund_codes)


def _called(group: Group) -> str:
    """Its text; where that is only its code, the medicine it is of, else what it is reimbursed for."""
    code, atc = group.code, group.atc
    if code.text not in ("", code.value):
        return code.text
    if atc is not None and atc.text not in ("", atc.value, code.value):
        return atc.text
    use = group.reimbursed_use or ""
    return use if len(use) <= LONGEST_USE else use[: LONGEST_USE - 1].rstrip() + "…"

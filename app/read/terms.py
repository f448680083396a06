"""What the products of a group share, worked out once for each edition: path, limits, requirements, texts."""

from functools import cached_property

import msgspec

from app.shapes import (
    CodeShape,
    ConditionShape,
    LimitShape,
    PathShape,
    RefundCodeShape,
    RequirementShape,
    ScopeShape,
)
from lists.codes import Code
from lists.conditions import binding, limits_of, path_of, requirements_of
from lists.prescription import ListOnDay
from lists.records import Condition, Group, Terms
from lists.timeline import EditionMark

PIECE = "stk"
"""The unit of a limit whose product names none."""


class GroupPart(msgspec.Struct, frozen=True):
    """What an entry says because of its group."""

    group: CodeShape
    path: tuple[PathShape, ...]
    limits: tuple[LimitShape, ...]
    requirements: tuple[RequirementShape, ...]
    conditions: tuple[ConditionShape, ...]
    refund_codes: tuple[RefundCodeShape, ...]
    refund_code_conditions: tuple[ConditionShape, ...]


class TermsIndex:
    """The groups and conditions of one edition, ready to be asked."""

    def __init__(self, mark: EditionMark, terms: Terms) -> None:
        self.mark = mark
        self.terms = terms
        self.legal_basis = code_shape(terms.legal_basis)
        self.groups = {group.code.value: group for group in terms.groups}
        self.conditions = {condition.id: condition for condition in terms.conditions}
        self._parts: dict[tuple[str, str, tuple[str, ...]], GroupPart] = {}

    def part(self, code: str, unit: Code | None, own: tuple[str, ...]) -> GroupPart:
        """
        What an entry in this group says because of it.

        Args:
            unit: The product's unit, which its limits count.
            own: Conditions of the product itself.
        """
        named = unit.value if unit is not None else PIECE
        key = (code, named, own)
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = self._part(code, named, own)
        return part

    def parent(self, code: str) -> str | None:
        """The group next above that this edition has."""
        return next(iter(path_of(code, self.groups)[-2:-1]), None)

    def prescribable(self, code: str) -> str:
        """
        How a group is prescribed (rule 17).

        Returns:
            "no" where it is not, "own" where only its own code covers it, else "top".
        """
        if self.terms.list == "900":
            return "no"
        bound = self._bound(code)
        own = any(
            requirement.kind == "own_prescription"
            for condition in bound
            for requirement in requirements_of(condition)
        )
        return "own" if own else "top"

    @cached_property
    def on_day(self) -> ListOnDay:
        """The same as a check asks for it."""
        return ListOnDay(self.mark.id, self.terms, self.groups, self.conditions)

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """The groups next below each group, in code order."""
        below: dict[str, tuple[str, ...]] = {}
        for code in self.groups:
            parent = self.parent(code)
            if parent is not None:
                below[parent] = (*below.get(parent, ()), code)
        return below

    def refund_conditions(self, group: Group) -> tuple[ConditionShape, ...]:
        """The texts that a group's diagnosis codes refer to, each once; they bind only under their code."""
        named = dict.fromkeys(bound.condition for refund in group.refund_codes for bound in refund.conditions)
        return tuple(condition_shape(self.conditions[identity]) for identity in named)

    def limit_shapes(
        self, conditions: tuple[Condition, ...], unit: str, scope: ScopeShape
    ) -> tuple[LimitShape, ...]:
        """The limits that conditions set, counted over a scope."""
        return tuple(
            LimitShape(limit.max, unit, limit.per, scope, limit.condition)
            for condition in conditions
            for limit in limits_of(condition)
        )

    def scope(self, code: str) -> ScopeShape:
        """
        Over what a group's limits count: each group that products hang in, by itself (rule 5).

        For such a group that is the group; above it, every one below.
        """
        below = self.children.get(code, ())
        if not below:
            return ScopeShape("group", (code,))
        return ScopeShape("group", tuple(leaf for child in below for leaf in self.scope(child).codes))

    def own_conditions(self, group: Group) -> tuple[Condition, ...]:
        """A group's own conditions."""
        return tuple(self.conditions[identity] for identity in group.conditions)

    def _bound(self, code: str, own: tuple[str, ...] = ()) -> tuple[Condition, ...]:
        return tuple(self.conditions[identity] for identity in binding(code, self.groups, own))

    def _part(self, code: str, unit: str, own: tuple[str, ...]) -> GroupPart:
        group = self.groups[code]
        conditions = self._bound(code, own)
        path = path_of(code, self.groups)
        return GroupPart(
            group=code_shape(group.code),
            path=tuple(PathShape(step, self.groups[step].code.text) for step in path),
            limits=self.limit_shapes(conditions, unit, self.scope(code)),
            requirements=requirement_shapes(conditions),
            conditions=tuple(condition_shape(condition) for condition in conditions),
            refund_codes=refund_code_shapes(group),
            refund_code_conditions=self.refund_conditions(group),
        )


def code_shape(code: Code) -> CodeShape:
    """A code as shown."""
    return CodeShape(code.value, code.system, code.text)


def condition_shape(condition: Condition) -> ConditionShape:
    """A condition as shown."""
    return ConditionShape(
        condition.id,
        condition.number,
        condition.applies_to,
        condition.text,
        condition.valid_from,
        condition.valid_to,
        bool(condition.coded),
        condition.expressed_by,
    )


def requirement_shapes(conditions: tuple[Condition, ...]) -> tuple[RequirementShape, ...]:
    """The requirements of conditions as shown."""
    return tuple(
        RequirementShape(
            required.kind,
            required.value,
            required.values,
            required.applies_to,
            required.condition,
            required.type.value,
            required.type.system,
        )
        for condition in conditions
        for required in requirements_of(condition)
    )


def refund_code_shapes(group: Group) -> tuple[RefundCodeShape, ...]:
    """A group's diagnosis codes as shown."""
    return tuple(
        RefundCodeShape(
            refund.code.value,
            refund.code.system,
            refund.code.text,
            refund.subterms,
            refund.valid_from,
            refund.prescribe_until,
            refund.dispense_until,
            tuple(dict.fromkeys(reference.condition for reference in refund.conditions)),
        )
        for refund in group.refund_codes
    )

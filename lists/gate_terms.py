"""Gates on the terms of groups: limits tightened, rules brought in, codes that mean something else."""

from collections.abc import Iterable, Mapping

import msgspec

from lists.conditions import limits_of, path_of
from lists.edges import Edge
from lists.gate_result import GateResult, Look, first, named
from lists.prescribing import needs_own
from lists.records import Condition
from lists.renaming import meaning_differs, renamed_groups
from lists.step import Step

OWN = "own_prescription"


class Tightened(msgspec.Struct, frozen=True):
    """
    A limit that falls, on a group or on a product's own condition.

    Attributes:
        subject: "group CODE", or a varenr.
    """

    subject: str
    before: int
    after: int


class BroughtIn(msgspec.Struct, frozen=True):
    """
    A rule that the products of a group did not have before.

    Attributes:
        max: The limit; None where it is the requirement of an own prescription.
    """

    group: str
    max: int | None


def limit_tightened(look: Look) -> GateResult:
    percent = look.limits.limit_percent
    falls = tightened(look.step, percent=percent)
    found = named([f"{fall.subject.removeprefix('group ')} {fall.before} → {fall.after}" for fall in falls])
    subjects = first(dict.fromkeys(fall.subject for fall in falls))
    return GateResult("limit-tightened", look.list, found, f"{percent} %", not falls, subjects=subjects)


def group_rule_new(look: Look) -> GateResult:
    least = look.limits.group_products
    new = brought_in(look.step, least=least)
    found = named([rule.group if rule.max is None else f"{rule.group} ≤ {rule.max}" for rule in new])
    subjects = first(dict.fromkeys("group " + rule.group for rule in new))
    return GateResult("group-rule-new", look.list, found, str(least), not new, subjects=subjects)


def group_meaning(look: Look) -> GateResult:
    """A code of a group with five or more products in both editions is used with a new meaning (rule 6)."""
    least = look.limits.group_products
    codes = new_meanings(look.step, least=least)
    subjects = first("group " + code for code in codes)
    return GateResult("group-meaning", look.list, named(codes), str(least), not codes, subjects=subjects)


def tightened(step: Step, *, percent: int) -> list[Tightened]:
    """The limits below so many per cent of what they were, in the same group and period (rule 5)."""
    found: list[Tightened] = []
    seen: set[tuple[str, int, int]] = set()
    for code in sorted(step.before.groups.keys() & step.after.groups.keys()):
        above = path_of(code, step.after.groups)
        for old, new in _falls(step.before.bound(code), step.after.bound(code), percent):
            # A limit that stands on a group binds the groups below it too; it is told once.
            if not any((group, old, new) in seen for group in above):
                found.append(Tightened("group " + code, old, new))
            seen.add((code, old, new))
    return [*found, *_tightened_alone(step, percent, {(old, new) for _, old, new in seen})]


def brought_in(step: Step, *, least: int) -> list[BroughtIn]:
    """
    The limits and own-prescription requirements that are new to a group of so many products.

    In a new group, products count that stood elsewhere before without that rule. A rule is told
    of the outermost group that carries it.
    """
    counted: dict[tuple[str, str], int] = {}
    for code, members in step.after.members.items():
        for rule, touched in _new_rules(step, code, members).items():
            for above in path_of(code, step.after.groups):
                if rule in _rules(step.after, above):
                    counted[above, rule] = counted.get((above, rule), 0) + touched
    many = {key for key, touched in counted.items() if touched >= least}
    return [
        BroughtIn(code, _rules(step.after, code)[rule])
        for code, rule in sorted(many)
        if not any((above, rule) in many for above in path_of(code, step.after.groups)[:-1])
    ]


def new_meanings(step: Step, *, least: int) -> list[str]:
    """The codes of groups with so many products in both editions that may mean something else (rule 6)."""
    none: frozenset[str] = frozenset()
    return [
        now.code.value
        for was, now in renamed_groups(step.former, step.following.terms)
        if meaning_differs(was, now)
        and len(step.before.members.get(was.code.value, none)) >= least
        and len(step.after.members.get(now.code.value, none)) >= least
    ]


def _falls(old: Iterable[Condition], new: Iterable[Condition], percent: int) -> Iterable[tuple[int, int]]:
    was, now = _tightest(old), _tightest(new)
    return [
        (was[per], now[per]) for per in sorted(was.keys() & now.keys()) if 100 * now[per] < percent * was[per]
    ]


def _tightened_alone(step: Step, percent: int, of_groups: set[tuple[int, int]]) -> Iterable[Tightened]:
    """Limits in conditions of single products; what already falls for a group is told there."""
    for was, now in step.pairs:
        if was.conditions == now.conditions and not now.conditions:
            continue
        stayed = {placement.group for placement in was.placements} & {
            placement.group for placement in now.placements
        }
        for code in sorted(stayed):
            for fall in _falls(step.before.bound(code, was), step.after.bound(code, now), percent):
                if fall not in of_groups:
                    yield Tightened(now.varenr, *fall)


def _new_rules(step: Step, code: str, members: frozenset[str]) -> Mapping[str, int]:
    """The rules that are new to a group, and to how many of its products."""
    rules = _rules(step.after, code)
    if not rules:
        return {}
    if code in step.before.groups:
        return dict.fromkeys(rules.keys() - _rules(step.before, code).keys(), len(members))
    stood = [was for was, _ in step.pairs if was.varenr in members]
    return {
        rule: sum(
            all(rule not in _rules(step.before, placement.group) for placement in was.placements)
            for was in stood
        )
        for rule in rules
    }


def _rules(edge: Edge, code: str) -> Mapping[str, int | None]:
    """The limits of a group by period, and whether it needs its own prescription."""
    bound = edge.bound(code)
    rules: dict[str, int | None] = {**_tightest(bound)}
    if any(needs_own(condition) for condition in bound):
        rules[OWN] = None
    return rules


def _tightest(bound: Iterable[Condition]) -> dict[str, int]:
    found: dict[str, int] = {}
    for condition in bound:
        for limit in limits_of(condition):
            found[limit.per] = min(limit.max, found.get(limit.per, limit.max))
    return found

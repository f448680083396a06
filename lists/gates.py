"""What asks for a second look before a publish; a gate stops nobody who gives a reason."""

from collections.abc import Callable

import msgspec

from lists.edition import Edition
from lists.gate_later import (
    later_edition_lacks_it,
    later_release_undone,
    no_quarter_day,
    valid_from_past,
)
from lists.gate_prices import price_median, price_ratio
from lists.gate_products import group_emptied, less_content, names_changed, older_content, products_removed
from lists.gate_result import Beside, GateLimits, GateResult, Look
from lists.gate_terms import group_meaning, group_rule_new, limit_tightened
from lists.gate_texts import text_broken
from lists.records import Terms
from lists.rules import Case, edition_of
from lists.step import Step

__all__ = ["Beside", "GateLimits", "GateResult", "gates", "gates_of_act"]


def gates(case: Case, beside: Beside, limits: GateLimits) -> tuple[GateResult, ...]:
    """
    Every gate's result for a draft made of a source.

    Args:
        case: The draft has broken no rule. Of a list's first edition nothing asks for a second look.
    """
    return _results(case, beside, limits, _ALL)


def gates_of_act(case: Case, beside: Beside, limits: GateLimits) -> tuple[GateResult, ...]:
    """The same for an act: who closes a list or withdraws a release means what it does."""
    return _results(case, beside, limits, _OF_ACTS)


_Gate = Callable[[Look], GateResult]


def _results(
    case: Case, beside: Beside, limits: GateLimits, asked: tuple[_Gate, ...]
) -> tuple[GateResult, ...]:
    assert case.draft.valid_from is not None, "a draft without a first day is refused"
    now = edition_of(case.draft, case.draft.valid_from)
    look = Look(Step(case.former or _nothing(now), now), beside, limits)
    results = tuple(gate(look) for gate in asked)
    return results if case.former is not None else tuple(map(_only_told, results))


def _nothing(now: Edition) -> Edition:
    """What a list says before its first edition."""
    bare = Terms(now.terms.list, now.terms.title, now.terms.legal_basis)
    return Edition(bare, now.valid_from, ())


def _only_told(result: GateResult) -> GateResult:
    if result.passed:
        return result
    return msgspec.structs.replace(result, passed=True, noted=True)


_OF_BOTH = (later_edition_lacks_it, valid_from_past, no_quarter_day)
_OF_ACTS = (later_release_undone, *_OF_BOTH)
_ALL = (
    products_removed,
    group_emptied,
    less_content,
    older_content,
    names_changed,
    text_broken,
    price_ratio,
    price_median,
    limit_tightened,
    group_rule_new,
    group_meaning,
    *_OF_BOTH,
)

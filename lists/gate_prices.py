"""Gates on prices: how far one of them moves, and how far the middle of the list does."""

from lists.gate_result import GateResult, Look, first, named
from lists.price_moves import ONE, times


def price_ratio(look: Look) -> GateResult:
    most = look.limits.price_ratio_percent
    farthest = look.moves.farthest
    beyond = [move for move in farthest if move.beyond(most)]
    found = named([move.told for move in beyond]) if beyond else times(farthest[0].ratio if farthest else ONE)
    limit = f"{times(100 * ONE // most)}–{times(most * ONE // 100)}"
    subjects = first(move.varenr for move in beyond)
    return GateResult("price-ratio", look.list, found, limit, not beyond, subjects=subjects)


def price_median(look: Look) -> GateResult:
    """Prices that stay count too: a step that moves the middle moves more than half of the list."""
    low, high = look.limits.median_from_percent, look.limits.median_to_percent
    median = look.moves.median
    passed = low * ONE <= 100 * median <= high * ONE
    limit = f"{times(low * ONE // 100)}–{times(high * ONE // 100)}"
    return GateResult("price-median", look.list, times(median), limit, passed)

"""What every product of an edition costs on a day, read fast: a search by price may be the day's first."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from ingest.store import PriceRow
from lists.codes import Code
from lists.prices import LIST, PER_PACK, PER_UNIT, REIMBURSEMENT, price_kind

REIMBURSED = (PER_PACK, REIMBURSEMENT, LIST, PER_UNIT)
"""What is reimbursed, per pack before per unit: the first kind that a product has a price of counts."""

# The lowest price of each product, in ten-thousandths.
Lowest: TypeAlias = dict[str, int]

_ALWAYS, _NEVER = "", "~"

# A product's price in ten-thousandths, the day it holds from, and the one it no longer holds on, as texts.
Step: TypeAlias = tuple[str, int, str, str]
# The prices of some kind in one edition, of these products or where that is None of all; highest first.
Steps: TypeAlias = Callable[[str, frozenset[str] | None], Sequence[Step]]


def prices_on(steps: Steps, varenrs: Collection[str], day: dt.date) -> tuple[Lowest, ...]:
    """
    What the products of an edition cost on a day.

    Args:
        varenrs: All of its products.

    Returns:
        For each kind of REIMBURSED the products whose price is of that kind.
    """
    on, left = day.isoformat(), set(varenrs)
    found: list[Lowest] = []
    for kind in REIMBURSED:
        # Most have a price of the first kind: only the others are asked for more.
        of_kind = steps(kind, frozenset(left) if found else None) if left else ()
        # The lowest of a product comes last, and stays.
        found.append({varenr: amount for varenr, amount, begins, ends in of_kind if begins <= on < ends})
        left -= found[-1].keys()
    return tuple(found)


def lowest_of(prices: Iterable[tuple[Lowest, ...]]) -> Lowest:
    """The price of each product over all editions it stands in."""
    found: Lowest = {}
    for of_kind in reversed(list(zip(*prices, strict=True))):
        lowest: Lowest = {}
        for one in of_kind:
            twice = lowest.keys() & one.keys()
            lowest |= one | {varenr: min(lowest[varenr], one[varenr]) for varenr in twice}
        found |= lowest
    return found


def steps_of(rows: Sequence[PriceRow], kind: str) -> list[Step]:
    """The prices of a kind, highest first: each until the next of its kind begins (rule 8)."""
    steps: list[Step] = []
    following: tuple[str, str, str] | None = None
    following_begins: str | None = None
    for varenr, _, system, code, amount, first, last in reversed(rows):
        this = varenr, system, code
        until = following_begins if this == following else None
        following, following_begins = this, first
        if _is(kind, code, system):
            steps.append((varenr, amount, first or _ALWAYS, until or _day_after(last)))
    return sorted(steps, key=itemgetter(1), reverse=True)


def _day_after(last: str | None) -> str:
    """What stands behind this day and before the next, in the order of texts."""
    return (last or "") + _NEVER


@lru_cache(maxsize=256)
def _is(kind: str, code: str, system: str) -> bool:
    return price_kind(Code(code, system)) == kind

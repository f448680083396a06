"""What every product of an edition costs on a day, read fast: a search by price may be the day's first."""

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from ingest import store
from ingest.store import PriceRow
from lists.codes import Code
from lists.prices import LIST, PER_PACK, PER_UNIT, REIMBURSEMENT, codes_of, price_kind
from lists.timeline import EditionMark

REIMBURSED = (PER_PACK, REIMBURSEMENT, LIST, PER_UNIT)
"""What is reimbursed, per pack before per unit: the first kind that a product has a price of counts."""

# The lowest price of each product, in ten-thousandths.
Lowest = dict[str, int]


def prices_on(
    db: sqlite3.Connection, mark: EditionMark, varenrs: Collection[str], day: dt.date
) -> tuple[Lowest, ...]:
    """
    What the products of an edition cost on a day.

    Args:
        varenrs: All of its products.

    Returns:
        For each kind of REIMBURSED the products whose price is of that kind.
    """
    left = set(varenrs)
    found: list[Lowest] = []
    for kind in REIMBURSED:
        # Most have a price of the first kind: only the others are asked for more.
        some = left if found else None
        rows = store.price_rows(db, mark, codes_of(kind), varenrs=some) if left else []
        found.append(_lowest(rows, kind, day.isoformat()))
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


def _lowest(rows: Sequence[PriceRow], kind: str, day: str) -> Lowest:
    """Of the prices of a kind that hold on a day: each until the next of its kind begins (rule 8)."""
    lowest: Lowest = {}
    following: tuple[str, str, str] | None = None
    following_begins: str | None = None
    for varenr, _, system, code, amount, first, last in reversed(rows):
        this = varenr, system, code
        until, following_begins = following_begins if this == following else None, first
        following = this
        if first is not None and day < first:
            continue
        ended = last is not None and last < day if until is None else until <= day
        if not ended and _is(kind, code, system):
            lowest[varenr] = min(lowest.get(varenr, amount), amount)
    return lowest


@lru_cache(maxsize=256)
def _is(kind: str, code: str, system: str) -> bool:
    return price_kind(Code(code, system)) == kind

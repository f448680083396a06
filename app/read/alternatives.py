"""The products of one group by what a unit of them comes to, without reading the rest of their edition."""

from collections.abc import Iterator
from decimal import Decimal
from weakref import WeakKeyDictionary

import msgspec

from app.read.view import View
from ingest import store
from lists.prices import PER_UNIT, REIMBURSED_PER_PACK
from lists.records import Entry
from lists.timeline import EditionMark


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """
    A product of a group that may still be handed out.

    Attributes:
        unit: What its pack is counted in; None where the source does not say.
        by_unit: What is reimbursed for a unit, in ten-thousandths; None where that is not known.
    """

    varenr: str
    unit: str | None
    by_unit: Decimal | None


def candidates(view: View, mark: EditionMark, group: str) -> tuple[Candidate, ...]:
    """The products of a group on a view's day, the least dear unit first, those without a price last."""
    known = _KNOWN.setdefault(view, {})
    if (mark, group) not in known:
        known[mark, group] = tuple(sorted(_candidates(view, mark, group), key=_place))
    return known[mark, group]


def entries_of(view: View, mark: EditionMark, numbers: set[str]) -> dict[str, Entry]:
    """The entries of these products in an edition, by number."""
    return {entry.varenr: entry for entry in store.read_some(view.snapshot.db, mark, numbers)}


def _candidates(view: View, mark: EditionMark, group: str) -> Iterator[Candidate]:
    asked = {"list": mark.list, "at": mark.ordinal, "group": group, "day": view.valid_on.isoformat()}
    rows = view.snapshot.db.execute(_IN_GROUP, asked).fetchall()
    left = frozenset(varenr for varenr, _, _ in rows)
    by_unit = _held(view, mark, PER_UNIT, left)
    per_pack: dict[str, int] = {}
    for kind in REIMBURSED_PER_PACK:
        left -= by_unit.keys() | per_pack.keys()
        per_pack |= _held(view, mark, kind, left) if left else {}
    for varenr, unit, units in rows:
        amount, divisor = by_unit.get(varenr), 1
        if amount is None and units:
            amount, divisor = per_pack.get(varenr), units
        yield Candidate(varenr, unit, Decimal(amount) / divisor if amount is not None else None)


def _held(view: View, mark: EditionMark, kind: str, numbers: frozenset[str]) -> dict[str, int]:
    day = view.valid_on.isoformat()
    steps = view.snapshot.price_steps(mark, kind, numbers)
    return {varenr: amount for varenr, amount, begins, ends in steps if begins <= day < ends}


def _place(one: Candidate) -> tuple[bool, Decimal, str]:
    return one.by_unit is None, one.by_unit or _NOTHING, one.varenr


_NOTHING = Decimal(0)
_KNOWN: "WeakKeyDictionary[View, dict[tuple[EditionMark, str], tuple[Candidate, ...]]]" = WeakKeyDictionary()

_HOLDS = "{0}.from_ordinal <= :at AND ({0}.to_ordinal IS NULL OR {0}.to_ordinal > :at)"
_IN_GROUP = (
    "SELECT entry.varenr, entry.unit, entry.units_per_pack"  # noqa: S608 our own text
    " FROM placement JOIN entry USING (list, varenr)"
    f" WHERE placement.list = :list AND placement.group_code = :group AND {_HOLDS.format('placement')}"
    f" AND {_HOLDS.format('entry')} AND (dispense_until IS NULL OR dispense_until >= :day)"
)

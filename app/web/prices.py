"""Which of a product's prices a page shows: what is reimbursed on a day, per pack and per unit."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from app.shapes import EntryShape, MoneyShape, PriceShape
from lists.prices import PER_UNIT, REIMBURSED_PER_PACK

_CENT = Decimal("0.01")


class Reimbursed(msgspec.Struct, frozen=True):
    """
    The most that is reimbursed for a product on one list on a day.

    Attributes:
        by_unit: What a unit comes to, for comparing: its own price, else that of the pack divided by
            the units in it; None where neither is known.
    """

    per_pack: PriceShape | None
    per_unit: PriceShape | None
    by_unit: Decimal | None


def reimbursed_on(entry: EntryShape, units_per_pack: int | None, day: dt.date) -> Reimbursed:
    """What is reimbursed; never a purchase price (rule 23)."""
    return reimbursed_of(entry.prices, units_per_pack, day)


def reimbursed_of(prices: Sequence[PriceShape], units_per_pack: int | None, day: dt.date) -> Reimbursed:
    """The same of prices alone."""
    held = (price_held(prices, kind, day) for kind in REIMBURSED_PER_PACK)
    per_pack = next((price for price in held if price is not None), None)
    per_unit = price_held(prices, PER_UNIT, day)
    by_unit = Decimal(per_unit.amount) if per_unit is not None else None
    if by_unit is None and per_pack is not None and units_per_pack:
        by_unit = Decimal(per_pack.amount) / units_per_pack
    return Reimbursed(per_pack, per_unit, by_unit)


def unit_price(reimbursed: Reimbursed) -> MoneyShape | None:
    """What a unit comes to: its own price as it stands, or worked out to two decimals."""
    if reimbursed.per_unit is not None:
        return MoneyShape(reimbursed.per_unit.amount, reimbursed.per_unit.currency)
    if reimbursed.by_unit is None or reimbursed.per_pack is None:
        return None
    return MoneyShape(str(reimbursed.by_unit.quantize(_CENT, ROUND_HALF_UP)), reimbursed.per_pack.currency)


def unit_named(code: str, text: str) -> str:
    """What is written after "per": the unit's code, or its text where the code is a mere number."""
    return text if text and code.isdigit() else code


def price_held(prices: Iterable[PriceShape], kind: str, day: dt.date) -> PriceShape | None:
    """The price of a kind that holds on a day; periods of one kind do not overlap."""
    return next((price for price in prices if price.kind == kind and _holds(price, day)), None)


def _holds(price: PriceShape, day: dt.date) -> bool:
    begun = price.valid_from is None or price.valid_from <= day
    return begun and (price.valid_to is None or day <= price.valid_to)

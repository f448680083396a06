"""What kinds of prices there are, which one holds on a day (rule 8), and what is reimbursed at the most."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from lists.codes import PRICE_KIND_GOODS, PRICE_KIND_MEDICINES, Code
from lists.prescription import Line
from lists.records import Entry, Price

PURCHASE = "purchase"
PER_UNIT = "max_reimbursement_per_unit"
PER_PACK = "max_reimbursement_per_pack"
REIMBURSEMENT = "reimbursement"
LIST = "list"

_KINDS = {
    (PRICE_KIND_GOODS, "N"): PURCHASE,
    (PRICE_KIND_GOODS, "E"): PER_UNIT,
    (PRICE_KIND_GOODS, "P"): PER_PACK,
    (PRICE_KIND_MEDICINES, "2"): REIMBURSEMENT,
    (PRICE_KIND_MEDICINES, "3"): "pharmacy_purchase",
    (PRICE_KIND_MEDICINES, "4"): "pharmacy_retail",
    (PRICE_KIND_MEDICINES, "5"): "step",
}

REIMBURSED_PER_PACK = (PER_PACK, REIMBURSEMENT, LIST)
"""The kinds that say what is reimbursed for a pack, the first that a product has counts."""


def price_kind(code: Code) -> str:
    """
    What a price is.

    Returns:
        The public name of the kind; a table's own kinds go by their own names.

    Source:
        FEST: kodeverk 7423 for goods, 7453 for medicines.
    """
    return _KINDS.get((code.system, code.value), code.value)


def codes_of(kind: str) -> frozenset[str]:
    """The codes that may stand for a kind, by its public name; which do, their system says (`price_kind`)."""
    return frozenset({kind, *(code for (_, code), name in _KINDS.items() if name == kind)})


def price_on(prices: Iterable[Price], kind: str, day: dt.date) -> Price | None:
    """
    The price of a kind that holds on a day.

    Of several that have begun, the latest holds, whatever the source says of the others' last
    days; the last of all ends when the source says so (rule 8).
    """
    begun = [
        price
        for price in prices
        if price_kind(price.kind) == kind and (price.valid_from is None or price.valid_from <= day)
    ]
    latest = max(begun, key=lambda price: price.valid_from or dt.date.min, default=None)
    if latest is None or (latest.valid_to is not None and latest.valid_to < day):
        return None
    return latest


def reimbursed(entry: Entry, line: Line, units: int | None, day: dt.date) -> Price | None:
    """
    The most that is reimbursed (rule 23): price per pack × packs; only without it, price per unit × units.

    Never from purchase prices, and never the price per unit for a pack that has a price.
    """
    held = (price_on(entry.prices, kind, day) for kind in REIMBURSED_PER_PACK)
    per_pack = next((price for price in held if price is not None), None)
    if per_pack is not None:
        return _times(per_pack, line.packs if line.packs is not None else _whole_packs(entry, units))
    per_unit = price_on(entry.prices, PER_UNIT, day)
    return _times(per_unit, units) if per_unit is not None else None


def _times(price: Price, number: int | None) -> Price | None:
    return msgspec.structs.replace(price, amount=price.amount * number) if number is not None else None


def _whole_packs(entry: Entry, units: int | None) -> int | None:
    """How many packs so many units are; None where they are no whole number of packs."""
    if units is None or not entry.units_per_pack or units % entry.units_per_pack:
        return None
    return units // entry.units_per_pack

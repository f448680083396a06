"""What else there is in a product's group, the least dear unit first, what cannot be compared last."""

from collections.abc import Sequence

import msgspec

from app.read.alternatives import Candidate, candidates, entries_of
from app.read.products import price_shapes
from app.read.view import View
from app.shapes import EntryShape, MoneyShape, ProductShape
from app.web.prices import Reimbursed, reimbursed_of, unit_named, unit_price
from lists.records import Entry

MOST, MOST_APART = 12, 4
"""How many are shown, and how many of those that cannot be compared."""


class Alternative(msgspec.Struct, frozen=True):
    """
    A product of the group.

    Attributes:
        pack: Its text for the pack, with what it counts.
        here: Whether it is the product the page is about.
        by_unit: What a unit comes to, worked out where it has no price of its own.
    """

    entry: Entry
    reimbursed: Reimbursed
    by_unit: MoneyShape | None
    pack: str
    here: bool


class Alternatives(msgspec.Struct, frozen=True):
    """
    The products of a group beside one of them.

    Attributes:
        compared: By what a unit comes to; the product itself among them.
        apart: Without a price, or counted in another unit.
        all: How many products of the group may be handed out on the day.
        between: How many stand between the first ones and the product itself.
    """

    compared: tuple[Alternative, ...]
    apart: tuple[Alternative, ...]
    all: int
    between: int

    @property
    def others(self) -> bool:
        """Whether there is anything else."""
        return any(not one.here for one in (*self.compared, *self.apart))

    @property
    def shown(self) -> int:
        """How many of all of them are shown."""
        return len(self.compared) + len(self.apart)


def alternatives(view: View, product: ProductShape, entry: EntryShape) -> Alternatives:
    """What else is in the group of an entry and may be handed out on the day."""
    mark = view.marks[entry.list]
    all_of_them = candidates(view, mark, entry.group.code)
    unit = product.unit.code if product.unit is not None else None
    alike = [one for one in all_of_them if one.by_unit is not None and one.unit == unit]
    ranks = {one.varenr for one in alike}
    others = [one for one in all_of_them if one.varenr not in ranks]
    shown, apart = _first(alike, MOST, product.varenr), _first(others, MOST_APART, product.varenr)
    entries = entries_of(view, mark, {one.varenr for one in (*shown, *apart)})
    own = next((place for place, one in enumerate(alike) if one.varenr == product.varenr), 0)

    def told(some: Sequence[Candidate]) -> tuple[Alternative, ...]:
        return tuple(_alternative(view, entries[one.varenr], product.varenr) for one in some)

    return Alternatives(told(shown), told(apart), len(all_of_them), max(0, own - MOST))


def _first(some: Sequence[Candidate], most: int, varenr: str) -> list[Candidate]:
    """The first of some, and one of them wherever it stands."""
    return [one for place, one in enumerate(some) if place < most or one.varenr == varenr]


def _alternative(view: View, entry: Entry, varenr: str) -> Alternative:
    reimbursed = reimbursed_of(price_shapes(entry.prices), entry.units_per_pack, view.valid_on)
    unit = unit_named(entry.unit.value, entry.unit.text) if entry.unit is not None else ""
    pack = f"{entry.pack} {unit}".strip() if entry.pack else ""
    return Alternative(entry, reimbursed, unit_price(reimbursed), pack, here=entry.varenr == varenr)

"""A product as a row of a table: its prices, how it stands, and what its groups require and allow."""

import msgspec

from app.read.view import View
from app.shapes import CodeShape, ProductShape
from app.web.badges import Badge, entry_badges, standing_badges
from app.web.prices import Reimbursed, reimbursed_on, unit_price
from app.web.told import Words
from app.words.forms import money_told


class Place(msgspec.Struct, frozen=True):
    """A group that a product stands in, and what it says there beyond what stands above the table."""

    group: CodeShape
    badges: tuple[Badge, ...]


class Row(msgspec.Struct, frozen=True):
    """
    A product as the table shows it.

    Attributes:
        about_unit: What a unit comes to where the list does not say it, rounded; "" where it does.
    """

    product: ProductShape
    reimbursed: Reimbursed
    about_unit: str
    standing: tuple[Badge, ...]
    places: tuple[Place, ...]


def table_row(product: ProductShape, view: View, words: Words, above: tuple[Badge, ...]) -> Row:
    """A product as a table shows it."""
    reimbursed = reimbursed_on(product.entries[0], product.units_per_pack, view.valid_on)
    said = {badge.text for badge in above}
    places = tuple(
        Place(entry.group, tuple(badge for badge in entry_badges(entry, words) if badge.text not in said))
        for entry in product.entries
    )
    return Row(product, reimbursed, _about(reimbursed, words), standing_badges(product, words), places)


def _about(reimbursed: Reimbursed, words: Words) -> str:
    """What a unit comes to, worked out from its pack and rounded, so said to be about that."""
    rounded = unit_price(reimbursed)
    if reimbursed.per_unit is not None or rounded is None:
        return ""
    return words("list-about", price=money_told(rounded.amount, rounded.currency, words.lang))

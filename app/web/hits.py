"""Hits as the first page shows them: what answered stands out, the price, what is required and allowed."""

from collections.abc import Iterable

import msgspec

from app.read.view import View
from app.shapes import EntryShape, PriceShape, ProductShape
from app.web.badges import Badge, entry_badges, standing_badges
from app.web.prices import reimbursed_on
from app.web.told import Words
from search.records import Hit

MOST_ENTRIES = 3
"""Groups of a hit that are shown; its own page has all of them."""


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a text; `lit` where a word of the query stands in it."""

    text: str
    lit: bool = False


class EntryRow(msgspec.Struct, frozen=True):
    """A group that a hit is in, with what it requires and allows; `price` where its price is its own."""

    entry: EntryShape
    group: tuple[Piece, ...]
    price: PriceShape | None
    badges: tuple[Badge, ...]


class HitRow(msgspec.Struct, frozen=True):
    """A hit as the page shows it; `further` counts the groups that are not shown."""

    product: ProductShape
    name: tuple[Piece, ...]
    varenr: tuple[Piece, ...]
    supplier: tuple[Piece, ...]
    size: tuple[Piece, ...]
    price: PriceShape | None
    badges: tuple[Badge, ...]
    entries: tuple[EntryRow, ...]
    further: int


def hit_row(view: View, hit: Hit, words: Words) -> HitRow:
    """One hit on a view's day."""
    product = view.product(hit.varenr)
    prices = [
        reimbursed_on(entry, product.units_per_pack, view.valid_on).per_pack for entry in product.entries
    ]
    differs = len({(price.amount, price.currency) if price is not None else None for price in prices}) > 1
    return HitRow(
        product=product,
        name=pieces(product.name, _of(hit, "name")),
        varenr=pieces(product.varenr, _of(hit, "varenr")),
        supplier=pieces(product.supplier.name if product.supplier is not None else "", _of(hit, "supplier")),
        size=pieces(product.size or "", _of(hit, "size")),
        price=prices[0] if not differs else None,
        badges=standing_badges(product, words),
        entries=tuple(
            EntryRow(
                entry=entry,
                group=pieces(entry.group.text, _of(hit, f"groups[{entry.group.code}]")),
                price=price if differs else None,
                badges=entry_badges(entry, words),
            )
            for entry, price in zip(product.entries[:MOST_ENTRIES], prices, strict=False)
        ),
        further=max(0, len(product.entries) - MOST_ENTRIES),
    )


def pieces(text: str, lit: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """
    A text, cut where the stretches that are lit begin and end.

    >>> [piece.text for piece in pieces("Fjellro pose", [(8, 12)]) if piece.lit]
    ['pose']
    >>> pieces("pose", [(2, 9)])
    (Piece(text='pose', lit=False),)
    """
    cut, at = [], 0
    for start, end in sorted(lit):
        # A text may have been found in another edition, or on another list, than the one that is shown.
        if start < at or end > len(text):
            continue
        cut += [Piece(text[at:start]), Piece(text[start:end], lit=True)]
        at = end
    return tuple(piece for piece in (*cut, Piece(text[at:])) if piece.text)


def _of(hit: Hit, field: str) -> list[tuple[int, int]]:
    return [(light.start, light.end) for light in hit.highlight if light.field == field]

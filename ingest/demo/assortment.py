"""Some 1,500 made-up products from made-up suppliers, the same ones every time they are asked for."""

import random
from collections.abc import Iterator
from functools import cache

import msgspec

from ingest.demo.products import STK, Product
from ingest.demo.quarters import LAST
from ingest.demo.terms import read_toml
from lists.money import UNIT
from lists.records import Supplier

_SEED = "blå liste"
_FIRST_NUMBER = 990_000
_SERIES = (
    *("Aktiv", "Basis", "Duo", "Ekstra", "Klar", "Komfort", "Lett", "Liten", "Mild", "Myk"),
    *("Natt", "Pluss", "Rask", "Sikker", "Stille", "Tett", "Trygg", "Tur", "Varm", "Vid"),
)
_ORE = UNIT // 100


class _Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of product, as assortment.toml says it."""

    group: str
    count: int
    names: tuple[str, ...]
    sizes: str
    packs: tuple[int, ...]
    kroner: tuple[int, int]
    also: str = ""
    kind: str = "consumable"
    unit: str = STK
    splits_to: str = ""


class Dealer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A supplier, as suppliers.toml says it."""

    name: str
    address: str
    phone: str
    letters: str
    brands: tuple[str, ...]
    lists: tuple[str, ...]


class _Stock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sizes: dict[str, tuple[str, ...]]
    item: tuple[_Item, ...]


class _Dealers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    supplier: tuple[Dealer, ...]


@cache
def made_up_products() -> tuple[Product, ...]:
    """All products that ever stand on a list, by varenr; those that come later have higher numbers."""
    stock = msgspec.convert(read_toml("assortment.toml"), _Stock)
    products = [product for item in stock.item for product in _products(item, stock)]
    products.sort(key=lambda product: max(product.entered, 0))
    chance, number = _chance("numbers"), _FIRST_NUMBER
    numbered = []
    for product in products:
        number += chance.randrange(1, 6)
        numbered.append(msgspec.structs.replace(product, varenr=str(number)))
    return tuple(numbered)


@cache
def dealers() -> tuple[Dealer, ...]:
    """All suppliers, in their order."""
    return msgspec.convert(read_toml("suppliers.toml"), _Dealers).supplier


def _products(item: _Item, stock: _Stock) -> Iterator[Product]:
    """The products of one item, in lines of one name in several sizes; the first one always stays."""
    chance = _chance(item.group, *item.names)
    dealing = [dealer for dealer in dealers() if item.group[:3] in dealer.lists]
    left, taken = item.count, set[str]()
    while left > 0:
        line = _line(item, chance.choice(dealing), chance)
        if line.name in taken:
            continue
        taken.add(line.name)
        sizes = _some_sizes(stock.sizes[item.sizes], left, chance)
        for place, size in enumerate(sizes):
            number = f"{line.item_number} {place:02d}" if size else line.item_number
            bare = msgspec.structs.replace(line, size=size or None, item_number=number)
            yield bare if left == item.count else _with_fate(bare, chance)
            left -= 1


def _line(item: _Item, dealer: Dealer, chance: random.Random) -> Product:
    lowest, highest = item.kroner
    name = f"{chance.choice(dealer.brands)} {chance.choice(_SERIES)} {chance.choice(item.names)}"
    groups = (item.group, item.also) if item.also else (item.group,)
    return Product(
        varenr="",
        name=name,
        groups=groups,
        supplier=Supplier(dealer.name, dealer.address, dealer.phone),
        item_number=f"{dealer.letters}{chance.randrange(100, 10_000):04d}",
        pack=chance.choice(item.packs),
        price=chance.randrange(lowest * 100 + 25, highest * 100 + 1) * _ORE,
        kind=item.kind,
        splits_to=item.splits_to,
        unit=item.unit,
        may_exceed_max_price=chance.random() < 0.2,
        margin=chance.randrange(62, 79),
        priced=-chance.randrange(1, 9),
        entered=-chance.randrange(1, 33),
    )


def _some_sizes(sizes: tuple[str, ...], most: int, chance: random.Random) -> tuple[str, ...]:
    length = min(chance.randrange(1, 6), len(sizes), most)
    first = chance.randrange(len(sizes) - length + 1)
    return sizes[first : first + length]


def _with_fate(product: Product, chance: random.Random) -> Product:
    """The same product with a life: one in eight comes later, as many leave, one in four is repriced."""
    entered = chance.randrange(1, LAST + 1) if chance.random() < 0.13 else product.entered
    priced = max(product.priced, entered)
    leaves = product.dispensing_ends
    if chance.random() < 0.12 and entered < LAST:
        leaves = chance.randrange(max(entered, 0) + 2, LAST + 3)
    moves: tuple[tuple[int, int], ...] = ()
    if chance.random() < 0.25 and entered < LAST:
        when = chance.randrange(max(entered, 0) + 1, LAST + 1)
        moves = ((when, _moved(product.price, chance)),)
    return msgspec.structs.replace(
        product,
        entered=entered,
        priced=priced,
        price_moves=moves,
        prescribing_ends=leaves,
        dispensing_ends=leaves,
    )


def _moved(price: int, chance: random.Random) -> int:
    """Another price, up to 5 % lower or 9 % higher, in whole øre."""
    thousandths = chance.choice((950, 965, 980, 1015, 1025, 1040, 1060, 1090))
    moved = price * thousandths // 1000 // _ORE * _ORE
    return moved if moved != price else price + _ORE


def _chance(*about: str) -> random.Random:
    """Chance that is the same every time, and for one item untouched by a change to another."""
    return random.Random("/".join((_SEED, *about)))  # noqa: S311 - nothing is hidden by it

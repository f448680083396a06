"""Who plays a part in the demonstration's story: names for the facts that tests and documents speak of."""

import msgspec

from ingest.demo.assortment import dealers
from ingest.demo.products import LONG_AGO, NEVER, STK, Product
from ingest.demo.terms import read_toml
from lists.money import UNIT
from lists.records import Supplier

TWO_LISTS = "999001"
"""Stands on 502 and on 505."""
ONLY_DISPENSED = "999002"
"""May no longer be prescribed since two editions before the last, but be dispensed for a year more."""
LEAVING = "999003"
"""Leaves the list at the end of the last edition's quarter."""
COMING = "999004"
"""Comes with the last edition."""
GRANULATE = "999005"
"""Stands in the group whose limit came and went; a pack holds 100."""
REPRICED = "999006"
"""Got a new price in three editions."""
MISPRINTED = "999007"
"""Had a wrong price in one edition, which a later release for the same day put right."""
MOVED = "999008"
"""Went from the group that was split to the one split off."""
GLOVES = "999009"
"""Counted in pairs, for children below two years."""
HAEMOPHILIA = "999010"
"""Stood on the list that closed, and on no other."""
SEVERAL_GTINS = "009112"
"""A medicine pack with three GTINs."""

LIMITED_GROUP = "5050609"
LIMIT = "D5053"
"""4000 in a calendar year and 1000 each time, from 1 January to 31 October."""
RENAMED_GROUP = "5020105"
FORMER_NAME = "Tappekat. med pose, hydrofile"
SPLIT_GROUP = "5020304"
SPLIT_OFF_GROUP = "5020305"
TEXT_ONLY_GROUP = "5070104"
"""A condition of its speaks of a number of years that no coded form carries."""
CLOSED_LIST = "506"


class _Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product as cast.toml says it; amounts in whole kroner."""

    varenr: str
    name: str
    groups: tuple[str, ...]
    supplier: str
    item_number: str
    pack: int
    kroner: int
    splits_to: str = ""
    size: str | None = None
    unit: str = STK
    price_moves: tuple[tuple[int, int], ...] = ()
    misprint: tuple[int, int] | None = None
    entered: int = LONG_AGO
    prescribing_ends: int = NEVER
    dispensing_ends: int = NEVER


class _Cast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    product: tuple[_Role, ...]


def named_products() -> tuple[Product, ...]:
    """The products above, in the order of their numbers."""
    known = {dealer.name: Supplier(dealer.name, dealer.address, dealer.phone) for dealer in dealers()}
    roles = msgspec.convert(read_toml("cast.toml"), _Cast).product
    return tuple(_played(role, known[role.supplier]) for role in roles)


def _played(role: _Role, supplier: Supplier) -> Product:
    return Product(
        varenr=role.varenr,
        name=role.name,
        groups=role.groups,
        supplier=supplier,
        item_number=role.item_number,
        pack=role.pack,
        price=role.kroner * UNIT,
        splits_to=role.splits_to,
        size=role.size,
        unit=role.unit,
        price_moves=tuple((edition, kroner * UNIT) for edition, kroner in role.price_moves),
        misprint=(role.misprint[0] * UNIT, role.misprint[1] * UNIT) if role.misprint is not None else None,
        entered=role.entered,
        prescribing_ends=role.prescribing_ends,
        dispensing_ends=role.dispensing_ends,
    )

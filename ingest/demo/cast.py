"""Who plays a part in the demonstration's story: names for the facts that tests and documents speak of."""

from ingest.demo.products import PAR, STK, Product
from ingest.demo.quarters import LAST
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

_FJELLRO = Supplier("Fjellro Stomi AS", "Heiveien 4, 0009 Prøvevik", "+47 00 00 10 01")
_SKODDERIM = Supplier("Skodderim Kateter AS", "Nordre Tåkevei 11, 0006 Utopsund", "+47 00 00 10 04")
_KLOVERDUSK = Supplier("Kløverdusk Medisinsk AS", "Engesletta 14, 0007 Eksempelnes", "+47 00 00 10 11")


def named_products() -> tuple[Product, ...]:
    """The products above, in the order of their numbers."""
    return (
        Product(
            varenr=TWO_LISTS,
            name="Fjellro Natt nattpose med bunnventil",
            groups=("5020301", "5052001"),
            supplier=_FJELLRO,
            item_number="FS1500 90",
            size="1500 ml",
            pack=30,
            price=18 * UNIT,
        ),
        Product(
            varenr=ONLY_DISPENSED,
            name="Fjelline Klassisk pose lukket flat",
            groups=("5052501",),
            supplier=_FJELLRO,
            item_number="FS0770 30",
            size="30 mm",
            pack=30,
            price=29 * UNIT,
            prescribing_ends=LAST - 2,
            dispensing_ends=LAST + 2,
        ),
        Product(
            varenr=LEAVING,
            name="Skoddaflyt Basis tappekateter hydrofilt 40 cm",
            groups=("5020110",),
            supplier=_SKODDERIM,
            item_number="SK4012",
            size="CH 12",
            pack=30,
            price=22 * UNIT,
            prescribing_ends=LAST + 1,
            dispensing_ends=LAST + 1,
        ),
        Product(
            varenr=COMING,
            name="Fjellro Lett plate med ring flat",
            groups=("5052601",),
            supplier=_FJELLRO,
            item_number="FS9050",
            size="50 mm",
            pack=5,
            price=58 * UNIT,
            entered=LAST,
        ),
        Product(
            varenr=GRANULATE,
            name="Fjellro Gele granulat i pute",
            groups=(LIMITED_GROUP,),
            supplier=_FJELLRO,
            item_number="FS2210",
            pack=100,
            price=6 * UNIT,
        ),
        Product(
            varenr=REPRICED,
            name="Fjelline Mild tetningsring",
            groups=("5050616",),
            supplier=_FJELLRO,
            item_number="FS3048 10",
            size="50 mm",
            pack=30,
            price=31 * UNIT,
            price_moves=((2, 32 * UNIT), (5, 30 * UNIT), (LAST, 33 * UNIT)),
        ),
        Product(
            varenr=MISPRINTED,
            name="Fjellro Komfort pose tømbar konveks",
            groups=("5052504",),
            supplier=_FJELLRO,
            item_number="FS5504 25",
            size="25 mm",
            pack=10,
            price=62 * UNIT,
            misprint=(56 * UNIT, 65 * UNIT),
        ),
        Product(
            varenr=MOVED,
            name="Skoddaflyt Klar skyllevæske med sitronsyre",
            groups=(SPLIT_GROUP,),
            splits_to=SPLIT_OFF_GROUP,
            supplier=_SKODDERIM,
            item_number="SK0100 06",
            size="100 ml",
            unit="ml",
            pack=10,
            price=54 * UNIT,
        ),
        Product(
            varenr=GLOVES,
            name="Rimolett sterile hansker lateksfri",
            groups=("5020114",),
            supplier=_SKODDERIM,
            item_number="SK7007",
            size="7",
            unit=PAR,
            pack=50,
            price=4 * UNIT,
        ),
        Product(
            varenr=HAEMOPHILIA,
            name="Kløverstans Rask blodstillende kompress",
            groups=("5060101",),
            supplier=_KLOVERDUSK,
            item_number="KM0505",
            size="5x5 cm",
            unit=STK,
            pack=10,
            price=44 * UNIT,
        ),
    )

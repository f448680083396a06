"""A made-up product through time: what the list says about it at each stage of the story."""

import datetime as dt

import msgspec

from ingest.demo.quarters import LAST, Stage
from lists.codes import PACK_UNIT, PRICE_KIND_GOODS, Code
from lists.money import UNIT
from lists.records import Entry, Placement, Price, Supplier

STK, PAR = "stk", "par"
_UNITS = {STK: "stykk", PAR: "par"}
_PURCHASE = Code("N", PRICE_KIND_GOODS, "Innkjøpspris")
_PER_UNIT = Code("E", PRICE_KIND_GOODS, "Maksimal refusjonspris per enhet")
_PER_PACK = Code("P", PRICE_KIND_GOODS, "Maksimal refusjonspris per pakning")
_TEN_ORE = UNIT // 10
LONG_AGO, NEVER = -12, LAST + 100


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """
    One of the goods; times are numbers of editions, from 0, and below 0 for what was before.

    Attributes:
        splits_to: The group it goes over to when its own is split.
        price: What one unit is reimbursed with, in ten-thousandths.
        margin: The purchase price, in hundredths of the price per pack.
        priced: Since when the first price holds.
        price_moves: Later prices, each with the edition it comes with.
        misprint: The price of the april edition as printed, and as meant.
        entered: The edition it came with.
        prescribing_ends: The edition before which the last day to prescribe it lies.
        dispensing_ends: The edition that is the first without it.
    """

    varenr: str
    name: str
    groups: tuple[str, ...]
    supplier: Supplier
    item_number: str
    pack: int
    price: int
    kind: str = "consumable"
    splits_to: str = ""
    size: str | None = None
    unit: str = STK
    may_exceed_max_price: bool = False
    margin: int = 70
    priced: int = -4
    price_moves: tuple[tuple[int, int], ...] = ()
    misprint: tuple[int, int] | None = None
    entered: int = LONG_AGO
    prescribing_ends: int = NEVER
    dispensing_ends: int = NEVER

    def listed(self, index: int) -> bool:
        """Whether this edition has it."""
        return self.entered <= index < self.dispensing_ends


def entry_at(product: Product, stage: Stage) -> Entry:
    """What the edition of a stage says about a product that it lists."""
    return Entry(
        varenr=product.varenr,
        kind=product.kind,
        name=product.name,
        placements=_placements(product, stage),
        supplier=product.supplier,
        supplier_item_number=product.item_number,
        size=product.size,
        unit=unit_code(product.unit),
        pack=str(product.pack),
        units_per_pack=product.pack,
        may_exceed_max_price=product.may_exceed_max_price,
        prices=tuple(sorted(_prices(product, stage), key=_by_kind_and_day)),
    )


def unit_code(unit: str) -> Code:
    """The code of a unit: stk or par."""
    return Code(unit, PACK_UNIT, _UNITS[unit])


def _placements(product: Product, stage: Stage) -> tuple[Placement, ...]:
    quarters = stage.quarters
    entered, groups = product.entered, product.groups
    if product.splits_to and stage.index >= quarters.october:
        entered, groups = max(entered, quarters.october), (product.splits_to,)
    # A product is announced as leaving for three months before its last day.
    prescribe, dispense = product.prescribing_ends, product.dispensing_ends
    told = stage.index >= prescribe - 1
    return tuple(
        Placement(
            group,
            quarters.day(entered),
            quarters.end(prescribe) if told else None,
            quarters.end(dispense) if told else None,
        )
        for group in sorted(groups)
    )


def _prices(product: Product, stage: Stage) -> list[Price]:
    quarters = stage.quarters
    moves = [(product.priced, product.price), *product.price_moves]
    if product.misprint is not None:
        printed, meant = product.misprint
        moves.append((quarters.april, printed if stage.misprinted else meant))
    held = [(index, price) for index, price in moves if index <= stage.index]
    since, price = held[-1]
    prices = _three_prices(product, price, quarters.day(since), None)
    if since == stage.index and len(held) > 1:
        before, former = held[-2]
        prices += _three_prices(product, former, quarters.day(before), quarters.end(since))
    return prices


def _by_kind_and_day(price: Price) -> tuple[str, str]:
    return price.kind.value, str(price.valid_from)


def _three_prices(product: Product, price: int, first: dt.date, last: dt.date | None) -> list[Price]:
    per_pack = max(price * product.pack // _TEN_ORE, 1) * _TEN_ORE
    purchase = max(per_pack * product.margin // 100 // _TEN_ORE, 1) * _TEN_ORE
    amounts = ((_PER_UNIT, price), (_PURCHASE, purchase), (_PER_PACK, per_pack))
    return [Price(kind, amount, "NOK", first, last) for kind, amount in amounts]

"""One row of a country's table to the entry it means; a row without one leaves a problem that says why."""

import re
from collections.abc import Callable

from ingest.profiles import Names, PriceOf, Profile
from ingest.reading import At, Notes
from ingest.sheet import Sheet, SheetRow
from lists.codes import Code, parse_gtin, parse_snomed, parse_varenr
from lists.errors import BadAmount, BadCode, BadText
from lists.money import parse_amount
from lists.records import Entry, Placement, Price, Supplier
from lists.rules import blocks

PRICE_KIND = "price-kind"
"""Our own system for the prices of tables; its codes are "list" and "premium"."""

_DECIMAL = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,6}))?")
_CHECKS: dict[str, Callable[[str], str]] = {"snomed": parse_snomed, "varenr": parse_varenr}


class Entries:
    """Makes entries; values that repeat over the table are one object, so that 66,000 rows stay small."""

    def __init__(self, sheet: Sheet, profile: Profile, notes: Notes) -> None:
        self._sheet, self._profile, self._notes = sheet, profile, notes
        self._suppliers: dict[str, Supplier] = {}
        self._units: dict[str, Code] = {}
        self._prices: dict[tuple[str, int], Price] = {}
        self._placements: dict[str, tuple[Placement, ...]] = {}

    def entry(self, row: SheetRow) -> Entry | None:
        """The entry of a row, or None; `notes` has then at least one problem with its line."""
        key = self._key(row)
        if self._left_out(row, key):
            return None
        known = len(self._notes.found)
        entry = self._read(row, key)
        return None if any(map(blocks, self._notes.found[known:])) else entry

    def _key(self, row: SheetRow) -> str:
        of = self._profile.key
        return of.joined_by.join(row.cells[column[0]] for column in of.columns)

    def _left_out(self, row: SheetRow, key: str) -> bool:
        """Whether the source itself means this row to be no entry: noted, never silent."""
        at = At(self._notes, row.line, key)
        for rows in self._profile.left_out:
            if row.cells[rows.column[0]] == rows.value:
                at.note("row-left-out", rows.value, column=self._sheet.name_of(rows.column))
                return True
        column = self._profile.key.columns[0]
        if not row.cells[column[0]]:
            name = self._first(row, self._profile.name)
            At(self._notes, row.line, "").note("row-without-key", name, column=self._sheet.name_of(column))
            return True
        return False

    def _read(self, row: SheetRow, key: str) -> Entry:
        profile, at = self._profile, At(self._notes, row.line, key)
        at.value(self._checked_key, key, self._sheet.name_of(profile.key.columns[0]))
        name = self._first(row, profile.name)
        if not name:
            at.note("name-missing", "", column=self._sheet.name_of(profile.name[0]))
        group = row.cells[profile.group.column[0]]
        if not group:
            at.note("product-in-no-group", "", column=self._sheet.name_of(profile.group.column))
        self._check_limit(row, at)
        pack = self._optional(row, profile.pack)
        return Entry(
            varenr=key,
            kind=profile.kind,
            name=name,
            placements=self._placements.setdefault(group, (Placement(group),)),
            supplier=self._supplier(row),
            supplier_item_number=self._optional(row, profile.supplier_item_number),
            size=self._optional(row, profile.size),
            unit=self._unit(row),
            pack=pack,
            units_per_pack=at.value(units_in, pack, self._named(profile.pack)),
            gtins=self._gtins(row, at),
            prices=self._all_prices(row, at),
        )

    def _checked_key(self, key: str) -> str:
        of = self._profile.key
        if of.check:
            _CHECKS[of.check](key)
        if of.pattern and re.fullmatch(of.pattern, key) is None:
            raise BadCode("varenr-form", found=key)
        return key

    def _check_limit(self, row: SheetRow, at: At) -> None:
        """A limit is its group's; but a row whose limit nobody can read is no entry."""
        limit = self._profile.limit
        found = row.cells[limit.column[0]] if limit else ""
        if limit is None or (not found and limit.optional):
            return
        match = re.fullmatch(limit.pattern, found)
        if match is None or match["period"] not in limit.periods:
            at.note("limit-form", found, column=self._sheet.name_of(limit.column))

    def _first(self, row: SheetRow, columns: tuple[Names, ...]) -> str:
        return next((row.cells[names[0]] for names in columns if row.cells[names[0]]), "")

    def _optional(self, row: SheetRow, column: Names) -> str | None:
        return (row.cells[column[0]] or None) if column else None

    def _named(self, column: Names) -> str:
        return self._sheet.name_of(column) if column else ""

    def _supplier(self, row: SheetRow) -> Supplier | None:
        name = self._optional(row, self._profile.supplier)
        return self._suppliers.setdefault(name, Supplier(name)) if name else None

    def _unit(self, row: SheetRow) -> Code | None:
        text = self._optional(row, self._profile.unit)
        system = self._profile.unit_system
        return self._units.setdefault(text, Code(text, system, text)) if text else None

    def _gtins(self, row: SheetRow, at: At) -> tuple[str, ...]:
        gtin = at.value(parse_gtin, self._optional(row, self._profile.gtin), self._named(self._profile.gtin))
        return (gtin,) if gtin else ()

    def _all_prices(self, row: SheetRow, at: At) -> tuple[Price, ...]:
        read = [self._price(row, price, at) for price in self._profile.price]
        found = [price for price in read if price is not None]
        return tuple(sorted(found, key=lambda price: (price.kind.value, price.amount)))

    def _price(self, row: SheetRow, price: PriceOf, at: At) -> Price | None:
        found, column = row.cells[price.column[0]], self._sheet.name_of(price.column)
        if not found and price.optional:
            return None
        if price.negative == "noted" and _is_negative(found):
            at.note("price-negative", found, column=column)
            return None
        amount = at.value(lambda text: parse_amount(text, units=price.unit), found, column)
        if amount is None:
            return None
        made = Price(Code(price.kind, PRICE_KIND), amount, self._profile.currency)
        return self._prices.setdefault((price.kind, amount), made)


def units_in(text: str) -> int | None:
    """
    Units in a pack.

    Args:
        text: A decimal number, as tables write it: "30", "30.0", "0.7".

    Returns:
        None for a fraction: such a pack is not counted in units (rule 14).

    Raises:
        BadText: It is no number, or zero.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[1] + (match[2] or "")).strip("0"):
        raise BadText("number-form", found=text)
    return None if (match[2] or "").strip("0") else int(match[1])


def _is_negative(text: str) -> bool:
    try:
        return text.startswith("-") and parse_amount(text[1:]) > 0
    except BadAmount:
        return False

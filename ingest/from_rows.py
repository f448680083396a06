"""Rows of each table as an edition's records: the way back from `ingest.table_rows`."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.table_rows import Cell, TableRow, Tables
from lists.codes import Code
from lists.days import parse_day
from lists.records import (
    CodedForm,
    Condition,
    ConditionReference,
    Entry,
    Group,
    Medicine,
    Placement,
    Price,
    RefundCode,
    Supplier,
    Terms,
)


def terms_of(head: Terms, tables: Tables) -> Terms:
    """The same head with the groups and conditions that the rows hold."""
    forms = _grouped(tables.get("coded_condition", []), 1)
    conditions = tuple(_condition(row, forms.get(row[:1], ())) for row in tables.get("condition", []))
    bound = _grouped(tables.get("group_condition", []), 1)
    codes = _grouped(tables.get("refund_code", []), 1)
    references = _grouped(tables.get("refund_code_condition", []), 4)
    groups = tuple(
        _group(
            row,
            bound.get(row[:1], ()),
            tuple(_refund_code(code, references) for code in codes.get(row[:1], ())),
        )
        for row in tables.get("product_group", [])
    )
    return Terms(
        list=head.list,
        title=head.title,
        legal_basis=head.legal_basis,
        requires_listed_product=head.requires_listed_product,
        requires_decision=head.requires_decision,
        number_kind=head.number_kind,
        closed=head.closed,
        groups=groups,
        conditions=conditions,
    )


def entries_of(tables: Tables) -> tuple[Entry, ...]:
    """The entries that the rows hold, in the order of the rows of `entry`."""
    placements = _grouped(tables.get("placement", []), 1)
    prices = _grouped(tables.get("price", []), 1)
    gtins = _grouped(tables.get("gtin", []), 1)
    conditions = _grouped(tables.get("entry_condition", []), 1)
    medicines = _grouped(tables.get("medicine", []), 1)
    return tuple(
        _entry(
            row,
            placements=tuple(_placement(part) for part in placements.get(row[:1], ())),
            prices=tuple(_price(part) for part in prices.get(row[:1], ())),
            gtins=tuple(_str(part[1]) for part in gtins.get(row[:1], ())),
            conditions=tuple(_str(part[1]) for part in conditions.get(row[:1], ())),
            medicine=next((_medicine(part) for part in medicines.get(row[:1], ())), None),
        )
        for row in tables.get("entry", [])
    )


def _group(row: TableRow, conditions: Sequence[TableRow], codes: tuple[RefundCode, ...]) -> Group:
    value, system, text, parent, source_id, *atc, requires, use, entry_id, entry_time = row
    return Group(
        code=Code(_str(value), _str(system), _str(text)),
        source_id=_str(source_id),
        parent=_optional(parent),
        atc=_code(*atc),
        requires_refund_code=bool(requires),
        reimbursed_use=_optional(use),
        conditions=tuple(_str(part[1]) for part in conditions),
        refund_codes=codes,
        entry_id=_str(entry_id),
        entry_time=_str(entry_time),
    )


def _refund_code(row: TableRow, references: dict[TableRow, list[TableRow]]) -> RefundCode:
    _, system, code, _, text, subterms, valid_from, prescribe_until, dispense_until = row
    return RefundCode(
        code=Code(_str(code), _str(system), _str(text)),
        subterms=tuple(_str(subterms).split("\n")) if subterms else (),
        valid_from=_day(valid_from),
        prescribe_until=_day(prescribe_until),
        dispense_until=_day(dispense_until),
        conditions=tuple(
            ConditionReference(_str(part[4]), _day(part[6]), _day(part[7]))
            for part in references.get(row[:4], ())
        ),
    )


def _condition(row: TableRow, forms: Sequence[TableRow]) -> Condition:
    identity, number, kind, system, kind_text, applies_to, text = row[:7]
    first, last, expressed_by, entry_id, entry_time = row[7:]
    by_position = _grouped(forms, 2)
    return Condition(
        id=_str(identity),
        text=_str(text),
        applies_to=_str(applies_to),
        number=_str(number),
        group=_code(kind, system, kind_text),
        valid_from=_day(first),
        valid_to=_day(last),
        coded=tuple(_coded_form(parts) for parts in by_position.values()),
        expressed_by=_optional(expressed_by),
        entry_id=_str(entry_id),
        entry_time=_str(entry_time),
    )


def _coded_form(rows: Sequence[TableRow]) -> CodedForm:
    kind = Code(*map(_str, rows[0][3:6]))
    values = [row[6:9] for row in rows if row[6] is not None]
    texts = tuple(_str(value) for value, system, _ in values if system is None)
    codes = tuple(Code(*map(_str, value)) for value in values if value[1] is not None)
    return CodedForm(kind, texts, codes)


def _entry(
    row: TableRow,
    *,
    placements: tuple[Placement, ...],
    prices: tuple[Price, ...],
    gtins: tuple[str, ...],
    conditions: tuple[str, ...],
    medicine: Medicine | None,
) -> Entry:
    (varenr, kind, name, supplier, address, phone, item_number, size, unit, unit_system, unit_text) = row[:11]
    (pack, units_per_pack, may_exceed, entry_id, entry_time) = row[11:]
    return Entry(
        varenr=_str(varenr),
        kind=_str(kind),
        name=_str(name),
        placements=placements,
        supplier=_shared_supplier(*map(_str, (supplier, address, phone))) if supplier is not None else None,
        supplier_item_number=_optional(item_number),
        size=_optional(size),
        unit=_code(unit, unit_system, unit_text),
        pack=_optional(pack),
        units_per_pack=_int(units_per_pack) if units_per_pack is not None else None,
        gtins=gtins,
        may_exceed_max_price=bool(may_exceed) if may_exceed is not None else None,
        prices=prices,
        conditions=conditions,
        medicine=medicine,
        entry_id=_str(entry_id),
        entry_time=_str(entry_time),
    )


def _placement(row: TableRow) -> Placement:
    return Placement(_str(row[1]), _day(row[2]), _day(row[3]), _day(row[4]))


def _price(row: TableRow) -> Price:
    _, _, kind, system, text, amount, currency, first, last = row
    code = _shared_code(_str(kind), _str(system), _str(text))
    return Price(code, _int(amount), _str(currency), _day(first), _day(last))


def _medicine(row: TableRow) -> Medicine:
    return Medicine(
        _code(*row[1:4]), _code(*row[4:7]), _code(*row[7:10]), _code(*row[10:13]), *map(_str, row[13:18])
    )


def _grouped(rows: Iterable[TableRow], length: int) -> dict[TableRow, list[TableRow]]:
    """Rows by the first `length` cells of their key, in their order."""
    groups: dict[TableRow, list[TableRow]] = {}
    for row in rows:
        groups.setdefault(row[:length], []).append(row)
    return groups


@lru_cache(maxsize=4096)
def _shared_code(value: str, system: str, text: str) -> Code:
    """One object for the few codes that ten thousand rows repeat."""
    return Code(value, system, text)


@lru_cache(maxsize=4096)
def _shared_supplier(name: str, address: str, phone: str) -> Supplier:
    """As for codes."""
    return Supplier(name, address, phone)


def _code(value: Cell, system: Cell, text: Cell) -> Code | None:
    return _shared_code(_str(value), _str(system), _str(text)) if value is not None else None


def _str(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)


def _int(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def _optional(cell: Cell) -> str | None:
    return cell if isinstance(cell, str) else None


def _day(cell: Cell) -> dt.date | None:
    return parse_day(cell) if isinstance(cell, str) else None

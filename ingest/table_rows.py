"""An edition as rows of each table, and back: two directions of one translation."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from lists.codes import Code
from lists.days import parse_day
from lists.edition import Edition
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

Cell: TypeAlias = str | int | None
# Cells are what SQLite gives; within one column of a STRICT table they are of one type.
TableRow: TypeAlias = tuple[Any, ...]
Tables: TypeAlias = dict[str, list[TableRow]]


def rows_of(edition: Edition) -> Tables:
    """
    The rows of every table, without list and range: key columns, then values.

    Returns:
        By table name; each list sorted by key.
    """
    tables: Tables = {}
    for name, row in _all_rows(edition):
        tables.setdefault(name, []).append(row)
    for rows in tables.values():
        rows.sort()
    return tables


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


# --- records to rows -------------------------------------------------------


def _all_rows(edition: Edition) -> Iterator[tuple[str, TableRow]]:
    for group in edition.terms.groups:
        yield from _group_rows(group)
    for condition in edition.terms.conditions:
        yield from _condition_rows(condition)
    for entry in edition.entries:
        yield from _entry_rows(entry)


def _group_rows(group: Group) -> Iterator[tuple[str, TableRow]]:
    code = group.code
    yield (
        "product_group",
        (
            code.value,
            code.system,
            code.text,
            group.parent,
            group.source_id,
            *_cells(group.atc),
            int(group.requires_refund_code),
            group.reimbursed_use,
            group.entry_id,
            group.entry_time,
        ),
    )
    for condition in group.conditions:
        yield "group_condition", (code.value, condition)
    for key, refund in _numbered(group):
        yield (
            "refund_code",
            (
                *key,
                refund.code.text,
                "\n".join(refund.subterms),
                _iso(refund.valid_from),
                _iso(refund.prescribe_until),
                _iso(refund.dispense_until),
            ),
        )
        periods: dict[str, int] = {}
        for reference in refund.conditions:
            m = periods[reference.condition] = periods.get(reference.condition, -1) + 1
            days = (_iso(reference.valid_from), _iso(reference.valid_to))
            yield "refund_code_condition", (*key, reference.condition, m, *days)


def _numbered(group: Group) -> Iterator[tuple[tuple[str, str, str, int], RefundCode]]:
    """A group's refund codes with their keys; alternatives under one code are numbered from 0."""
    counted: dict[tuple[str, str], int] = {}
    for refund in group.refund_codes:
        code = (refund.code.system, refund.code.value)
        n = counted[code] = counted.get(code, -1) + 1
        yield (group.code.value, *code, n), refund


def _condition_rows(condition: Condition) -> Iterator[tuple[str, TableRow]]:
    yield (
        "condition",
        (
            condition.id,
            condition.number,
            *_cells(condition.group),
            condition.applies_to,
            condition.text,
            _iso(condition.valid_from),
            _iso(condition.valid_to),
            condition.entry_id,
            condition.entry_time,
        ),
    )
    for position, form in enumerate(condition.coded):
        values = [(text, None, None) for text in form.texts] + [
            (code.value, code.system, code.text) for code in form.codes
        ]
        for n, value in enumerate(values or [(None, None, None)]):
            known = n if values else -1
            yield "coded_condition", (condition.id, position, known, *_cells(form.type), *value)


def _entry_rows(entry: Entry) -> Iterator[tuple[str, TableRow]]:
    varenr, supplier = entry.varenr, entry.supplier
    yield (
        "entry",
        (
            varenr,
            entry.kind,
            entry.name,
            supplier.name if supplier else None,
            supplier.address if supplier else None,
            supplier.phone if supplier else None,
            entry.supplier_item_number,
            entry.size,
            *_cells(entry.unit),
            entry.pack,
            entry.units_per_pack,
            None if entry.may_exceed_max_price is None else int(entry.may_exceed_max_price),
            entry.entry_id,
            entry.entry_time,
        ),
    )
    for placement in entry.placements:
        days = (placement.valid_from, placement.prescribe_until, placement.dispense_until)
        yield "placement", (varenr, placement.group, *map(_iso, days))
    for position, price in enumerate(entry.prices):
        period = (_iso(price.valid_from), _iso(price.valid_to))
        yield "price", (varenr, position, *_cells(price.kind), price.amount, price.currency, *period)
    for gtin in entry.gtins:
        yield "gtin", (varenr, gtin)
    for condition in entry.conditions:
        yield "entry_condition", (varenr, condition)
    if entry.medicine is not None:
        yield "medicine", _medicine_row(varenr, entry.medicine)


def _medicine_row(varenr: str, medicine: Medicine) -> TableRow:
    return (
        varenr,
        *_cells(medicine.atc),
        *_cells(medicine.prescription_group),
        *_cells(medicine.form),
        *_cells(medicine.package_type),
        medicine.multiple,
        medicine.count,
        medicine.amount,
        medicine.brand,
        medicine.package,
    )


def _cells(code: Code | None) -> tuple[Cell, Cell, Cell]:
    return (code.value, code.system, code.text) if code is not None else (None, None, None)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day is not None else None


# --- rows to records -------------------------------------------------------


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
    identity, number, kind, system, kind_text, applies_to, text, first, last, entry_id, entry_time = row
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
        supplier=Supplier(_str(supplier), _str(address), _str(phone)) if supplier is not None else None,
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

"""An edition as rows of each table, and back: two directions of one translation."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeAlias

from lists.codes import Code
from lists.records import (
    Condition,
    Entry,
    Group,
    Medicine,
    RefundCode,
    Terms,
)

Cell: TypeAlias = str | int | None
# Cells are what SQLite gives; within one column of a STRICT table they are of one type.
TableRow: TypeAlias = tuple[Any, ...]
Tables: TypeAlias = dict[str, list[TableRow]]


def rows_of_terms(terms: Terms) -> Tables:
    """
    The rows of what an edition says besides its products, without list and range: key columns, then values.

    Returns:
        By table name; each list sorted by key.
    """
    groups = (row for group in terms.groups for row in _group_rows(group))
    conditions = (row for condition in terms.conditions for row in _condition_rows(condition))
    return _by_table(chain(groups, conditions))


def rows_of_products(entries: Iterable[Entry]) -> Tables:
    """The same of products."""
    return _by_table(row for entry in entries for row in _entry_rows(entry))


def _by_table(rows: Iterable[tuple[str, TableRow]]) -> Tables:
    tables: Tables = {}
    for name, row in rows:
        tables.setdefault(name, []).append(row)
    for of_table in tables.values():
        of_table.sort()
    return tables


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
            condition.expressed_by,
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

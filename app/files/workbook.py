"""The lists as a workbook for people: a sheet for each list, and one that says what its columns mean."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, BinaryIO, TypeAlias

import msgspec
import xlsxwriter

from app.files.content import Selection
from app.shapes import EntryShape, ListShape, ProductShape
from app.web.badges import rule_badges
from app.web.prices import reimbursed_on, unit_price
from app.web.told import Words
from app.words.forms import day_told
from lists.codes import VARENR

Value: TypeAlias = str | int | float | dt.date | None

LONGEST_CELL = 32_767
"""Characters that a cell holds; a longer text would be left out without a word."""
_LONGEST_NAME = 31


class Column(msgspec.Struct, frozen=True):
    """A column: the end of the keys of its name and its meaning, and how wide it is shown."""

    key: str
    width: int


COLUMNS = (
    Column("varenr", 12),
    Column("name", 44),
    Column("size", 14),
    Column("supplier", 26),
    Column("article", 16),
    Column("group", 14),
    Column("group-text", 40),
    Column("pack", 10),
    Column("units", 10),
    Column("unit", 8),
    Column("per-pack", 14),
    Column("per-unit", 14),
    Column("currency", 8),
    Column("rules", 50),
    Column("prescribe-until", 16),
    Column("dispense-until", 16),
)


def write_workbook(selection: Selection, published_at: dt.datetime, stream: BinaryIO) -> int:
    """Write the workbook; returns how many rows its lists have together."""
    # A sheet is written row by row and forgotten, and no text is taken for a formula, a link or a number.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    # What it was made for, never the clock: the same lists give the same bytes.
    book.set_properties({"created": published_at.replace(tzinfo=None)})
    kinds = {selection.view.snapshot.index(mark).terms.number_kind for mark in selection.marks}
    words = Words("nb" if kinds <= {VARENR} else "en")
    writing = _Writing(book, selection, words)
    rows = sum(writing.sheet(shape) for shape in selection.lists() if shape.in_force is not None)
    writing.explained()
    book.close()
    return rows


class _Writing:
    def __init__(self, book: Any, selection: Selection, words: Words) -> None:
        self._book, self._selection, self._words = book, selection, words
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._amount = book.add_format({"num_format": "#,##0.00##"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._names: set[str] = set()

    def sheet(self, shape: ListShape) -> int:
        sheet = self._book.add_worksheet(self._named(shape.list))
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, self._words("sheet-" + column.key), self._head)
        sheet.freeze_panes(1, 2)
        number = 0
        for number, (product, entry) in enumerate(self._selection.of_list(shape.list).entries(), 1):
            self._row(sheet, number, self._cells(product, entry))
        if number:
            sheet.autofilter(0, 0, number, len(COLUMNS) - 1)
        return number

    def explained(self) -> None:
        """The last sheet: what this is, the lists, and the columns."""
        words, view = self._words, self._selection.view
        sheet = self._book.add_worksheet(self._named(words("sheet-about")))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 100, self._wrapped)
        day = day_told(view.valid_on, words.lang)
        rows = [(words("sheet-day"), day), (words("sheet-release"), str(view.release))]
        rows += [
            (f"{words('sheet-list')} {shape.list}", f"{shape.title} ({shape.in_force.edition})")
            for shape in self._selection.lists()
            if shape.in_force is not None
        ]
        rows += [(words("sheet-" + one.key), words("sheet-means-" + one.key)) for one in COLUMNS]
        sheet.write_string(0, 0, words("sheet-column"), self._head)
        sheet.write_string(0, 1, words("sheet-meaning"), self._head)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            self._row(sheet, number, row)

    def _cells(self, product: ProductShape, entry: EntryShape) -> tuple[Value, ...]:
        own = product_on_list(product, entry)
        reimbursed = reimbursed_on(entry, own.units_per_pack, self._selection.view.valid_on)
        unit, pack = unit_price(reimbursed), reimbursed.per_pack
        rules = rule_badges(entry.requirements, entry.limits, self._words)
        shown = pack or unit
        return (
            *(own.varenr, own.name, own.size, own.supplier.name if own.supplier else None),
            *(own.supplier_item_number, entry.group.code, entry.group.text),
            *(own.pack, own.units_per_pack, own.unit.code if own.unit else None),
            # A workbook knows no decimals: these are shown, and the exact ones stand in the other files.
            float(pack.amount) if pack is not None else None,
            float(unit.amount) if unit is not None else None,
            shown.currency if shown is not None else None,
            "; ".join(badge.text for badge in rules),
            *(entry.prescribe_until, entry.dispense_until),
        )

    def _row(self, sheet: Any, number: int, cells: Iterable[Value]) -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(number, place, cell[:LONGEST_CELL])
            elif isinstance(cell, dt.date):
                sheet.write_datetime(number, place, dt.datetime.combine(cell, dt.time()), self._day)
            elif isinstance(cell, float):
                sheet.write_number(number, place, cell, self._amount)
            elif cell is not None:
                sheet.write_number(number, place, cell)

    def _named(self, name: str) -> str:
        """A name that a sheet may have and no other sheet has; capitals make none of its own."""
        allowed = "".join("_" if sign in "[]:*?/\\'" else sign for sign in name)
        kept, count = allowed[:_LONGEST_NAME], 1
        while kept.casefold() in self._names:
            count += 1
            kept = f"{allowed[: _LONGEST_NAME - len(str(count)) - 1]} {count}"
        self._names.add(kept.casefold())
        return kept


def product_on_list(product: ProductShape, entry: EntryShape) -> ProductShape:
    """The product as the list of the entry describes it, where that is otherwise."""
    fields = ("name", "size", "pack", "units_per_pack", "supplier")
    said = {name: getattr(entry, name) for name in fields}
    own = {name: value for name, value in said.items() if value is not msgspec.UNSET}
    return msgspec.structs.replace(product, **own) if own else product

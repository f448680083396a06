"""Reads tables – CSV, XLSX, XLS – as rows of named cells, each with its line."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from ingest.files import SourceFile, workbook_bytes
from ingest.profiles import Names, Profile
from ingest.workbook import Cell, WorkbookFailed, workbook_rows
from lists.errors import SourceUnreadable
from lists.problems import Problem, problem

ROW_LIMIT = 100_000
"""Rows of one table; the largest known list has 66,038."""
COLUMN_LIMIT = 1_000
TEXT_LIMIT = 40_000_000
"""Characters of one table; the largest known list has 17 million."""
LINE_LIMIT = 1 << 20
"""Bytes of one line; the longest real one has 700."""

_DELIMITERS = (",", ";", "\t", "|")
_CODECS = {"utf-8": "utf-8", "latin-1": "latin-1", "windows-1252": "cp1252"}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters no text has; 80 to 9F appear where Windows-1252 is read as Latin-1."""
_SHOWN = 200

_Record = tuple[int, list[Cell]]


class SheetRow(msgspec.Struct, frozen=True, gc=False):
    """
    One row as received.

    Attributes:
        line: Line of a CSV where the row begins, or number of the row in a workbook; from 1.
        cells: Text of every column the profile knows, by the first of the column's names; stripped, NFC.
    """

    line: int
    cells: dict[str, str]


class Sheet:
    """
    A table whose header has been read.

    Attributes:
        problems: What is wrong with the header, then, while `rows` is read, with single rows.
    """

    def __init__(self, file: str, header: _Record, records: Iterator[_Record]) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._line, self._names = header[0], [_clean(_text(cell)) for cell in header[1]]
        self._records = records
        self._places: dict[str, int] = {}

    @property
    def usable(self) -> bool:
        """Whether every column is there once; if not, there is no sense in reading rows."""
        return not any(found.rule != "column-unknown" for found in self.problems)

    def name_of(self, column: Names) -> str:
        """What this table calls a column."""
        return self._names[self._places[column[0]]]

    def match(self, profile: Profile) -> None:
        """Find the profile's columns by name; missing, doubled and unknown ones are all reported."""
        columns = profile.columns()
        if not any(name in self._names for column in columns for name in column):
            self._report("not-this-profile", profile.title, found=", ".join(self._names))
            return
        for column in columns:
            self._place(column)
        known = {name for column in columns for name in column}
        for name in profile.unused:
            if name in self._names:
                self._place((name,))
        for at, name in enumerate(self._names):
            if name not in known and name not in profile.unused:
                self._report("column-unknown", name or _letters(at))

    def rows(self) -> Iterator[SheetRow]:
        """Every row below the header that has as many cells as it; the others are in `problems`."""
        width = len(self._names)
        for line, cells in self._records:
            if cells and (len(cells) < width or any(cells[width:])):
                self._report("row-length", "", line=line, found=str(len(cells)), expected=str(width))
                continue
            yield SheetRow(line, {key: self._cell(line, cells, at) for key, at in self._places.items()})

    def _place(self, column: Names) -> None:
        places = [at for at, name in enumerate(self._names) if name in column]
        if len(places) == 1:
            self._places[column[0]] = places[0]
            return
        found = ", ".join(self._names[at] for at in places)
        rule = "column-repeated" if places else "column-missing"
        self._report(rule, column[0], found=found, expected=" / ".join(column))

    def _cell(self, line: int, cells: list[Cell], at: int) -> str:
        cell = cells[at] if cells else ""
        if not isinstance(cell, str):
            self._report("cell-not-exact", self._names[at], line=line, found=cell[0])
            return ""
        if not cell.isprintable() and _CONTROL.search(cell):
            self._report("cell-not-text", self._names[at], line=line, found=repr(cell))
            return ""
        return _clean(cell)

    def _report(self, rule: str, column: str, *, line: int = 0, found: str = "", **facts: str) -> None:
        at = line or self._line
        shown = found if len(found) <= _SHOWN else found[:_SHOWN] + "…"
        self.problems.append(problem(rule, file=self.file, line=at, column=column, found=shown, **facts))


def read_sheet(source: SourceFile, profile: Profile) -> Sheet:
    """
    Open a table and find its columns.

    Returns:
        Its rows are not read yet; they stream from a CSV.

    Raises:
        SourceUnreadable: Here or while rows are read: no table, no text in the profile's encoding,
            a quotation mark that never ends, more rows or longer lines than any list has.
    """
    if source.kind == "xml":
        raise SourceUnreadable("source-no-table", where=source.name, found="XML")
    read = _csv_records if source.kind == "text" else _workbook_records
    counted = _counted(read(source, profile), source.name)
    header = next((record for record in counted if any(record[1])), None)
    if header is None:
        raise SourceUnreadable("source-empty", where=source.name)
    if len(header[1]) > COLUMN_LIMIT:
        found, limit = len(header[1]), COLUMN_LIMIT
        raise SourceUnreadable("source-too-many-columns", where=source.name, found=found, limit=limit)
    sheet = Sheet(source.name, header, counted)
    sheet.match(profile)
    return sheet


def _counted(records: Iterator[_Record], where: str) -> Iterator[_Record]:
    """The records, until there are more of them than any list has, or more text in them."""
    characters = 0
    for count, record in enumerate(records):
        if count > ROW_LIMIT:
            raise SourceUnreadable("source-too-many-rows", where=where, limit=ROW_LIMIT)
        characters += len(record[1]) + sum(map(len, record[1]))
        if characters > TEXT_LIMIT:
            raise SourceUnreadable("source-too-much-text", where=where, limit=TEXT_LIMIT)
        yield record


def _workbook_records(source: SourceFile, profile: Profile) -> Iterator[_Record]:
    try:
        yield from workbook_rows(workbook_bytes(source), profile.sheet)
    except WorkbookFailed as error:
        raise SourceUnreadable(error.reason, where=source.name, sheet=profile.sheet) from error


def _csv_records(source: SourceFile, profile: Profile) -> Iterator[_Record]:
    with source.open() as stream:
        if stream.peek(2)[:2] in _UTF16:
            raise SourceUnreadable("source-encoding", where=source.name, line="1", expected=profile.encoding)
        lines = _lines(stream, source.name, profile.encoding)
        first = next(lines, "")
        reader = csv.reader(_chained(first, lines), delimiter=_delimiter(first, profile), strict=True)
        while True:
            begins = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise SourceUnreadable("source-csv-broken", where=source.name, line=begins) from error
            if cells is None:
                return
            yield begins, list[Cell](cells)


def _lines(stream: BinaryIO, where: str, encoding: str) -> Iterator[str]:
    """Decoded line by line: the place of a wrong byte is known, and no line outgrows the memory."""
    codec = _CODECS[encoding]
    number = 0
    while line := stream.readline(LINE_LIMIT):
        number += 1
        if len(line) == LINE_LIMIT:
            raise SourceUnreadable("source-line-too-long", where=where, line=number)
        try:
            yield line.decode(codec)
        except UnicodeDecodeError as error:
            raise SourceUnreadable("source-encoding", where=where, line=number, expected=encoding) from error


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str, profile: Profile) -> str:
    """The one that makes most of the profile's column names appear in the first line."""
    wanted = {name for column in profile.columns() for name in column}

    def found(delimiter: str) -> int:
        return len(wanted & {cell.strip(' "\r\n') for cell in header.split(delimiter)})

    return max(_DELIMITERS, key=found)


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]


def _clean(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _letters(at: int) -> str:
    """Where a spreadsheet shows the column: 0 is A, 26 is AA."""
    letters = chr(ord("A") + at % 26)
    return letters if at < 26 else _letters(at // 26 - 1) + letters

"""Writes one small table in every form a table comes in, old Excel included, which no library here writes."""

import csv
import io
import struct
from pathlib import Path

import xlsxwriter

Cells = list[str | float]
_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def as_csv(rows: list[Cells], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[Cells], *, sheets: tuple[str, ...] = ("Sheet1",)) -> bytes:
    """The rows stand on the last of the sheets; the others are empty."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"strings_to_formulas": False}) as book:
        written = [book.add_worksheet(name) for name in sheets][-1]
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell != "":
                    written.write(row, column, cell)
    return whole.getvalue()


def as_xls(rows: list[Cells]) -> bytes:
    """
    A workbook of Excel 97: BIFF8 records in an OLE file of one FAT, one directory and one data sector chain.

    Source:
        [MS-XLS] 2.4 and [MS-CFB] 2; only what a reader needs.
    """
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet += _cell(row, column, cell)
    sheet += _record(0x000A, b"")
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    end = _record(0x000A, b"")
    name = b"\x05\x00Sheet"
    place = len(begin) + 4 + 6 + len(name) + len(end)
    book = begin + _record(0x0085, struct.pack("<IBB", place, 0, 0) + name) + end + sheet
    return _ole(book.ljust(-(-max(len(book), 4096) // _SECTOR) * _SECTOR, b"\x00"))


def as_locked_xlsx() -> bytes:
    """What Excel writes when a password is asked for: the workbook as one sealed stream of an OLE file."""
    return _ole(b"sealed".ljust(4096, b"\x00"), "EncryptedPackage")


def a_file(folder: Path, content: bytes | str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _cell(row: int, column: int, cell: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
        return _record(0x0204, place + text) if cell else b""
    return _record(0x0203, place + struct.pack("<d", cell))


def _ole(stream: bytes, name: str = "Workbook") -> bytes:
    """Sector 0 is the FAT, sector 1 the directory, the stream follows."""
    count = len(stream) // _SECTOR
    chain = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _directory("Root Entry", 5, _END, 0, child=1) + _directory(name, 2, 2, len(stream))
    return header + fat + directory.ljust(_SECTOR, b"\x00") + stream


def _directory(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    entry = text.ljust(64, b"\x00") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<III", _FREE, _FREE, child) + b"\x00" * 36
    return entry + struct.pack("<IQ", start, size)

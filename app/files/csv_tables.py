"""The flat tables as CSV: UTF-8, RFC 4180, a header; exact bytes and nothing escaped for spreadsheets."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import BinaryIO

from app.files.rows import Cell, FlatRow
from app.files.tables import FlatTable


def write_csv(table: FlatTable, rows: Iterable[FlatRow], stream: BinaryIO) -> int:
    """Write a table; returns how many rows stand below its header."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    writer, count = csv.writer(text, lineterminator="\r\n"), 0
    writer.writerow(field.name for field in table.fields)
    for row in rows:
        writer.writerow([_told(cell) for cell in row])
        count += 1
    text.detach()
    return count


def _told(cell: Cell) -> str | int:
    """A cell as text; what is not there is empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, dt.date) else cell

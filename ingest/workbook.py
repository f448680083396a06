"""Reads the rows of an Excel workbook in a process of its own: none takes more than a fixed memory."""

import contextlib
import datetime as dt
import io
import json
import math
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from python_calamine import (
    CalamineError,
    PasswordError,
    WorksheetNotFound,
    load_workbook,
)

MEMORY_LIMIT = 280 << 20
"""Bytes of address space. A sheet of 66,000 rows and 17 columns takes 117 MB; a sheet with one cell in
its last corner would take 400 GB, because the library keeps rows of equal length."""
SECONDS_LIMIT = 60
LINE_LIMIT = 1 << 22

_UNREADABLE, _LOCKED, _NO_SUCH_SHEET = 3, 4, 5
_REASONS = {
    _UNREADABLE: "source-damaged",
    _LOCKED: "source-encrypted",
    _NO_SUCH_SHEET: "source-sheet-missing",
}
_EXACT_DIGITS = 10**15
_SEALED = "EncryptedPackage".encode("utf-16-le")
"""The stream an XLSX with a password lies in; the library then says only that it knows no such format."""


class WorkbookFailed(Exception):
    """A workbook gave no rows, or not all; `reason` is the key of the sentence that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Cell = str | list[str]
"""The text of a cell; a list with one text where Excel holds only the first 15 digits of a number."""


def workbook_rows(content: bytes, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
    """
    The rows of one sheet, each with its number, from 1.

    Args:
        content: The whole workbook, XLSX or XLS.
        sheet: Its name; "" for the first one.

    Raises:
        WorkbookFailed: It is damaged, locked, has no such sheet or is too large to be unfolded.
    """
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        # -I: the child finds its libraries without our path and needs nothing of ours.
        command = [sys.executable, "-I", __file__, sheet]
        with subprocess.Popen(
            command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            try:
                yield from _received(cast("BinaryIO", child.stdout))
            except BaseException:
                child.kill()  # whoever stops reading early does not wait for the rest
                raise
    if child.returncode:
        raise WorkbookFailed(_REASONS.get(child.returncode, "source-workbook-too-large"))


def _received(stream: BinaryIO) -> Iterator[tuple[int, list[Cell]]]:
    while line := stream.readline(LINE_LIMIT):
        if not line.endswith(b"\n"):
            return  # cut short: the exit code says why
        number, cells = json.loads(line)
        yield number, cells


def _main(sheet: str) -> int:
    for limit, most in ((resource.RLIMIT_AS, MEMORY_LIMIT), (resource.RLIMIT_CPU, SECONDS_LIMIT)):
        # macOS knows RLIMIT_AS and refuses to set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        _send(io.BytesIO(content), sheet)
    except PasswordError:
        return _LOCKED
    except WorksheetNotFound:
        return _NO_SUCH_SHEET
    except CalamineError:
        return _LOCKED if _SEALED in content else _UNREADABLE
    return 0


def _send(content: BinaryIO, sheet: str) -> None:
    with load_workbook(content) as book:
        if not book.sheet_names:
            raise WorksheetNotFound
        rows = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        # Rows come from the first of the sheet, cells from the first column that is used.
        left = [""] * (rows.start[1] if rows.start else 0)
        for number, cells in enumerate(rows.iter_rows(), 1):
            line = json.dumps([number, left + [_text(cell) for cell in cells]])
            sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _text(cell: object) -> Cell:
    """What stands in a cell, exactly: text as it is, 30.0 as "30", a day as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        if not math.isfinite(cell):
            return repr(cell)
        text = str(int(cell)) if cell == int(cell) else repr(cell)
        return text if abs(cell) < _EXACT_DIGITS else [text]
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, (dt.date, dt.time, dt.datetime)) else str(cell)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))

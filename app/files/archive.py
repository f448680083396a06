"""The CSV tables with their description as one ZIP file, for who asks for CSV without saying which."""

import hashlib
import io
import zipfile
from typing import BinaryIO

from app.files.content import Selection
from app.files.csv_tables import write_csv
from app.files.make import package_of
from app.files.package import DATAPACKAGE, Written, encoded
from app.files.rows import rows_of
from app.files.tables import TABLES

_ALWAYS = (1980, 1, 1, 0, 0, 0)
"""No clock is in it: the same lists give the same bytes."""


def write_archive(selection: Selection, stream: BinaryIO) -> int:
    """Write all tables; returns how many rows they have together."""
    written, total = [], 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            content = io.BytesIO()
            total += write_csv(table, rows_of(table, selection), content)
            name, text = f"{table.name}.csv", content.getvalue()
            archive.writestr(_entry(name), text)
            written.append(Written(table, name, len(text), hashlib.sha256(text).hexdigest()))
        archive.writestr(_entry(DATAPACKAGE), encoded(package_of(selection, written)))
    return total


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ALWAYS)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry

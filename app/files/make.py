"""Makes the files of a release: for each of its days, of all lists and of each, in every form."""

import datetime as dt
from functools import partial
from pathlib import Path
from typing import BinaryIO

import structlog

from app.files import columns
from app.files.changes import write_changes
from app.files.content import DayContent, Selection, days_of
from app.files.contents import Made
from app.files.csv_tables import write_csv
from app.files.documents import write_groups, write_lists, write_products
from app.files.message import can_be_m30, write_message
from app.files.package import (
    DATAPACKAGE,
    DataPackage,
    Written,
    encoded,
    resources,
    sources_of,
    title_of,
)
from app.files.rows import rows_of
from app.files.shelf import Place, Shelf
from app.files.tables import TABLES, FlatTable
from app.files.workbook import write_workbook
from app.snapshot import Snapshot
from lists.errors import Refused

CHANGES = Place("changes.ndjson", "ndjson", "changes")
_DOCUMENTS = (
    (("products.ndjson", "ndjson", "products"), write_products),
    (("groups.ndjson", "ndjson", "groups"), write_groups),
    (("lists.json", "json", "lists"), write_lists),
)


def make_files(snapshot: Snapshot, databases: tuple[Path | None, Path], directory: Path) -> Made:
    """
    Write the files of a snapshot's last release.

    Args:
        databases: lists.db of the release before, None for the first, and of this one.
        directory: Of the snapshot that is being made.
    """
    shelf = Shelf(directory)
    shelf.put(CHANGES, partial(write_changes, *databases))
    for day in days_of(snapshot):
        content = DayContent(snapshot, day)
        for code in (None, *content.lists):
            _Making(shelf, Selection(content, code)).all_forms()
    return Made(
        tuple(sorted(shelf.files, key=lambda file: file.path)),
        tuple(sorted(shelf.absent, key=lambda file: file.path)),
    )


class _Making:
    def __init__(self, shelf: Shelf, selection: Selection) -> None:
        self._shelf, self._selection = shelf, selection
        published_at = selection.view.snapshot.published_at
        assert published_at is not None
        self._published_at: dt.datetime = published_at

    def all_forms(self) -> None:
        selection, published_at = self._selection, self._published_at
        for what, write in _DOCUMENTS:
            self._shelf.put(self._place(*what), partial(write, selection))
        self._tables()
        workbook = self._place("lists.xlsx", "xlsx", "lists")
        self._shelf.put(workbook, partial(write_workbook, selection, published_at))
        if can_be_m30(selection):
            self._message()

    def _tables(self) -> None:
        written = []
        for table in TABLES:
            file = self._shelf.put(
                self._place(f"csv/{table.name}.csv", "csv", table.name), partial(self._csv, table)
            )
            written.append(Written(table, f"{table.name}.csv", file.bytes, file.sha256))
            if columns.is_there():
                place = self._place(f"parquet/{table.name}.parquet", "parquet", table.name)
                self._shelf.put(place, partial(self._parquet, table))
        place = self._place(f"csv/{DATAPACKAGE}", "json", "package")
        self._shelf.put(place, partial(self._package, written))

    def _message(self) -> None:
        """M30 has no way to write a control character: then there is no message, and it is said why."""
        place = self._place("m30.xml", "m30", "lists")
        try:
            self._shelf.put(place, partial(write_message, self._selection, self._published_at))
        except Refused as error:
            self._shelf.take_away(place, error)
            _LOG.warning("message-not-made", reason=error.reason, **error.facts)

    def _csv(self, table: FlatTable, stream: BinaryIO) -> int:
        return write_csv(table, rows_of(table, self._selection), stream)

    def _parquet(self, table: FlatTable, stream: BinaryIO) -> int:
        return columns.write_parquet(table, rows_of(table, self._selection), stream)

    def _package(self, written: list[Written], stream: BinaryIO) -> int:
        stream.write(encoded(package_of(self._selection, written)))
        return len(written)

    def _place(self, name: str, format_: str, holds: str) -> Place:
        return Place(name, format_, holds, self._selection.view.valid_on, self._selection.list)


def package_of(selection: Selection, written: list[Written]) -> DataPackage:
    """The description of a directory of CSV files."""
    published_at = selection.view.snapshot.published_at
    assert published_at is not None
    shapes = [shape for shape in selection.lists() if shape.in_force is not None]
    return DataPackage(
        name="blaliste",
        title=title_of(shapes),
        version=f"{selection.view.release}",
        created=published_at,
        resources=resources(written),
        sources=sources_of(shapes),
    )


_LOG = structlog.get_logger("blaliste.publish")

"""The command that writes the lists into a file of the form somebody needs."""

import datetime as dt
import shutil
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from app.commands.context import DONE, Session, command
from app.commands.values import DAY
from app.files.archive import write_archive
from app.files.content import DayContent, Selection
from app.files.csv_tables import write_csv
from app.files.documents import write_lists, write_products
from app.files.message import write_message
from app.files.rows import rows_of
from app.files.shelf import Write
from app.files.tables import TABLES
from app.files.workbook import write_workbook
from app.read.lists import require_list
from app.served import today
from app.snapshot import LISTS, Snapshot, open_snapshot, row_counts
from lists.errors import Refused

SQLITE = "sqlite"
FORMATS = ("ndjson", "json", "csv", "xlsx", SQLITE, "m30")


@click.command()
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.option("--list", "code", help="Only this list; all of them by default.")
@click.option("--on", "valid_on", type=DAY, help="The day they show; today in Norway by default.")
@click.option(
    "--table",
    type=click.Choice([table.name for table in TABLES]),
    help="Of csv: this table alone; a ZIP file of all by default.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; standard output by default.")
@command
def export(
    session: Session,
    format_: str,
    code: str | None,
    valid_on: dt.date | None,
    table: str | None,
    output: Path | None,
) -> int:
    """Write the lists to a file: ndjson, json, csv, xlsx, sqlite or m30."""
    session.home.require()
    if table is not None and format_ != "csv":
        raise click.UsageError("--table is for csv.")
    if format_ == SQLITE and (code is not None or valid_on is not None):
        raise Refused("export-whole", format=format_)
    with closing(open_snapshot(session.home, session.home.current_release())) as snapshot:
        if format_ == SQLITE:
            write: Write = partial(_copied, snapshot)
        else:
            write = _writing(_selected(snapshot, code, valid_on or today()), format_, table)
        rows = _written(write, output)
    if output is not None:
        session.give({"file": str(output), "rows": rows, "bytes": output.stat().st_size})
        session.tell("export-done", file=output, rows=rows)
    return DONE


def _selected(snapshot: Snapshot, code: str | None, day: dt.date) -> Selection:
    content = DayContent(snapshot, day)
    if code is not None:
        require_list(content.view, code)
    if not content.lists or (code is not None and code not in content.lists):
        raise Refused("export-nothing", valid_on=day)
    return Selection(content, code)


def _writing(selection: Selection, format_: str, table: str | None) -> Write:
    published_at = selection.view.snapshot.published_at
    assert published_at is not None
    if table is not None:
        wanted = next(known for known in TABLES if known.name == table)
        return partial(write_csv, wanted, rows_of(wanted, selection))
    ways: dict[str, Write] = {
        "ndjson": partial(write_products, selection),
        "json": partial(write_lists, selection),
        "csv": partial(write_archive, selection),
        "xlsx": partial(write_workbook, selection, published_at),
        "m30": partial(write_message, selection, published_at),
    }
    return ways[format_]


def _copied(snapshot: Snapshot, stream: BinaryIO) -> int:
    """The database as it lies in the snapshot."""
    if snapshot.directory is None:
        raise Refused("export-nothing", valid_on=today())
    with (snapshot.directory / LISTS).open("rb") as source:
        shutil.copyfileobj(source, stream)
    return row_counts(snapshot.directory / LISTS)["entry"]


def _written(write: Write, output: Path | None) -> int:
    """Written aside first: a file that could not be written to its end is not there at all."""
    with tempfile.TemporaryDirectory(dir=output.parent if output is not None else None) as directory:
        aside = Path(directory) / "export"
        with aside.open("wb") as stream:
            rows = write(stream)
        if output is not None:
            aside.replace(output)
        else:
            with aside.open("rb") as made:
                shutil.copyfileobj(made, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    return rows


COMMANDS: tuple[click.Command, ...] = (export,)

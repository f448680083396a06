"""Which files a release has: contents.json, which stands beside them and is sealed with the manifest."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from app.manifest import FileMark, Manifest
from app.snapshot import LISTS
from lists.errors import HomeBroken

FILES, CONTENTS = "files", "contents.json"
ALL = "all"
"""Stands for the code of a list where all of them are meant."""

MEDIA_TYPES = {
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "m30": "application/xml",
    "pdf": "application/pdf",
    "sqlite": "application/vnd.sqlite3",
}
"""By the name of a format."""
PACKED = "application/gzip"


class Packed(msgspec.Struct, frozen=True):
    """The same bytes packed with gzip, under the same path with `.gz` behind it."""

    bytes: int
    sha256: str


class ReleasedFile(msgspec.Struct, frozen=True):
    """
    One file.

    Attributes:
        path: Below the release's files.
        format: A key of MEDIA_TYPES.
        holds: What of the lists: "products", "lists", a table, "changes", "history" …
        day: The day whose lists it shows; None where it is of the release as a whole.
        list: The one list it shows; None where it shows all.
        rows: What a row is depends on the format; None where there are none to count.
        gzip: Its packed twin, where that is worth having.
    """

    path: str
    format: str
    holds: str
    day: dt.date | None
    list: str | None
    bytes: int
    sha256: str
    rows: int | None = None
    gzip: Packed | None = None


class AbsentFile(msgspec.Struct, frozen=True):
    """
    A file that could not be made, and why.

    Attributes:
        path: Where it would stand.
        reason: Key of the sentence that tells it, with the facts that the sentence names.
    """

    path: str
    format: str
    holds: str
    day: dt.date | None
    list: str | None
    reason: str
    facts: dict[str, str]


class Made(msgspec.Struct, frozen=True):
    """The files of a release, and those that could not be made; by path."""

    files: tuple[ReleasedFile, ...]
    absent: tuple[AbsentFile, ...]


class Contents(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    All files of a release but this one.

    Attributes:
        days: The days whose lists they show; from the last of them that is not after today.
        absent: What the others have and could not be made here; said only where there is such a file.
    """

    release: int
    published_at: dt.datetime
    days: tuple[dt.date, ...]
    lists: tuple[str, ...]
    files: tuple[ReleasedFile, ...]
    absent: tuple[AbsentFile, ...] = ()

    def begun(self, day: dt.date) -> tuple[dt.date, ...]:
        """Its days that are not after another: the last of them is shown on that."""
        return tuple(one for one in self.days if one <= day)


def directory_of(day: dt.date, code: str | None) -> str:
    """Where the files of a day lie, of one list or of all; whatever a list is called, it stays within."""
    return f"{day.isoformat()}/{ALL if code is None else _as_name(code)}"


def contents_of(directory: Path) -> Contents | None:
    """
    The contents in a snapshot's or a release's directory; None where no files were made.

    Raises:
        HomeBroken: "manifest-broken": they are not what was written.
    """
    path = directory / FILES / CONTENTS
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else None


def sealed_marks(directory: Path, manifest: Manifest) -> Iterator[FileMark]:
    """Every file that a manifest covers, by itself and through the contents it names."""
    yield from manifest.files
    own = {file.path for file in manifest.files}
    contents = contents_of(directory) if f"{FILES}/{CONTENTS}" in own else None
    for file in contents.files if contents is not None else ():
        path = place_of(file.path)
        if path not in own:
            yield FileMark(path, file.bytes, file.sha256, file.rows)
        if file.gzip is not None:
            yield FileMark(f"{path}.gz", file.gzip.bytes, file.gzip.sha256)


def place_of(path: str) -> str:
    """Where a file lies in the directory of its release: the database stands beside the others."""
    return path if path == LISTS else f"{FILES}/{path}"


@lru_cache(maxsize=64)
def _read(path: Path, _written: int) -> Contents:
    """As they were sealed: what was written once is not written again."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Contents)
    except (OSError, msgspec.DecodeError) as error:
        where = f"{path.parent.parent.name}/{FILES}/{CONTENTS}"
        raise HomeBroken("manifest-broken", where=where, found=error) from error


def _as_name(code: str) -> str:
    name = re.sub("[^0-9A-Za-z-]", lambda found: f"_{ord(found[0]):x}_", code)
    return f"{name}_" if name.lower() == ALL else name

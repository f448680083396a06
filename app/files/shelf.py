"""Puts files where a release keeps them, each measured and, where that is worth it, packed beside."""

import datetime as dt
import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec

from app.files.contents import FILES, AbsentFile, Packed, ReleasedFile, directory_of
from app.manifest import sha256_of
from lists.errors import ListsError

Write: TypeAlias = Callable[[BinaryIO], int]
"""Writes a file into a stream, and returns how many rows it has."""

WORTH_PACKING = 1400
"""Bytes: what goes in one packet goes no faster packed."""
_LEVEL = 6
_BLOCK = 1 << 20
_PACKED_FORMATS = {"ndjson", "json", "csv", "m30"}


class Place(msgspec.Struct, frozen=True):
    """
    What a file is to be.

    Attributes:
        name: Its name in the directory of its day and list.
    """

    name: str
    format: str
    holds: str
    day: dt.date | None = None
    list: str | None = None

    @property
    def path(self) -> str:
        """Below the release's files."""
        return f"{directory_of(self.day, self.list)}/{self.name}" if self.day is not None else self.name


class Shelf:
    """
    The files of a release that is being made.

    Attributes:
        files: In the order in which they were put there.
        absent: What was taken away again.
    """

    def __init__(self, directory: Path) -> None:
        self._base = directory / FILES
        self.files: list[ReleasedFile] = []
        self.absent: list[AbsentFile] = []

    def put(self, place: Place, write: Write) -> ReleasedFile:
        """Write a file in its place."""
        path = self._base / place.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            rows = write(stream)
        return self._measured(place, path, rows)

    def link(self, place: Place, source: Path) -> None:
        """A file that is there already stands here too."""
        path = self._base / place.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(source)
        self._measured(place, path, None)

    def take_away(self, place: Place, why: ListsError) -> None:
        """Of a file that could not be written to its end, nothing is left but why it is not there."""
        (self._base / place.path).unlink()
        about = (place.path, place.format, place.holds, place.day, place.list)
        self.absent.append(AbsentFile(*about, why.reason, why.facts))

    def _measured(self, place: Place, path: Path, rows: int | None) -> ReleasedFile:
        size, sha256 = path.stat().st_size, sha256_of(path)
        twin = None
        if place.format in _PACKED_FORMATS and size > WORTH_PACKING:
            packed = path.with_name(f"{path.name}.gz")
            pack(path, packed)
            twin = Packed(packed.stat().st_size, sha256_of(packed))
        made = ReleasedFile(
            *(place.path, place.format, place.holds, place.day, place.list, size, sha256, rows, twin)
        )
        self.files.append(made)
        return made


def pack(source: Path, target: Path) -> None:
    """Pack a file with gzip, in blocks, without name or time: the same bytes give the same bytes."""
    with (
        source.open("rb") as given,
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(given, packed, _BLOCK)

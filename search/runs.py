"""Puts more in order than memory should hold: sorted runs are laid aside, and merged when they are read."""

import os
import tempfile
from collections.abc import Iterator
from heapq import merge
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

_Item = TypeVar("_Item", bound=tuple[Any, ...])
_SLICE = 128
_LENGTH = 4


class Runs(Generic[_Item]):
    """
    Items in their order, as often as they are asked for.

    What is laid aside lies in files without a name, which go with the process, however that ends.
    """

    def __init__(self, directory: Path, kind: type[list[_Item]], *, most: int) -> None:
        """
        Args:
            directory: Where there is room for all of them.
            kind: What some of them are, to be read again.
            most: So many are held in memory.
        """
        self._directory, self._most = directory, most
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._held: list[_Item] = []
        self._files: list[BinaryIO] = []

    def add(self, item: _Item) -> None:
        """One more, in any order."""
        self._held.append(item)
        if len(self._held) >= self._most:
            self._lay_aside()

    def __iter__(self) -> Iterator[_Item]:
        self._held.sort()
        return merge(*map(self._read, self._files), self._held) if self._files else iter(self._held)

    def close(self) -> None:
        """Let all of them go."""
        self._held.clear()
        for file in self._files:
            file.close()

    def _lay_aside(self) -> None:
        self._held.sort()
        file = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 it is read later
        for start in range(0, len(self._held), _SLICE):
            content = msgspec.msgpack.encode(self._held[start : start + _SLICE])
            file.write(len(content).to_bytes(_LENGTH, "little") + content)
        file.flush()
        self._files.append(file)
        self._held.clear()

    def _read(self, file: BinaryIO) -> Iterator[_Item]:
        # Each reader has a place of its own in the file.
        place = 0
        while head := os.pread(file.fileno(), _LENGTH, place):
            length = int.from_bytes(head, "little")
            yield from self._decoder.decode(os.pread(file.fileno(), length, place + _LENGTH))
            place += _LENGTH + length

"""Unpacks gzip and zip in bounded time and memory, whatever the packed bytes claim about themselves."""

import io
import os
import struct
import zipfile
import zlib
from typing import Any, BinaryIO, cast

from lists.errors import SourceUnreadable

GIVEN_LIMIT = 1 << 30
UNPACKED_LIMIT = 1 << 30
"""Bytes. The largest real file, the public FEST extract, is 118 MB unpacked."""
BOMB_SIZE = 50 << 20
BOMB_RATIO = 300
"""Deflate reaches 1032 : 1 on zeros; the lists known to us reach 24 : 1, repetitive XML about 60 : 1."""
ROOM = 1 << 18

_DIRECTORY_LIMIT = 1 << 20
"""Bytes of a zip's directory, some 20,000 names; Python would read one of 1 GB into memory."""
_MEMBER_LIMIT = 100_000
_GZIP_WINDOW = 31


class Slice(io.RawIOBase):
    """The first `size` bytes of an open file, with a position of its own: several streams share one file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__()
        self._file, self._size, self._at = file, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("seek before the start")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        wanted = max(0, min(len(view), self._size - self._at))
        taken = os.pread(self._file.fileno(), wanted, self._at)
        view[: len(taken)] = taken
        self._at += len(taken)
        return len(taken)


def limited(packed: BinaryIO | io.RawIOBase, *, where: str, given: int) -> io.BufferedReader:
    """What `packed` unpacks to, refused as soon as it grows past the limits for `given` packed bytes."""
    return io.BufferedReader(_Limited(packed, where, given), ROOM)


def gunzipped(stream: BinaryIO) -> io.RawIOBase:
    """The content of a gzip file of one or more members; EOFError or zlib.error where it is broken."""
    return _Gunzip(stream)


def members(stream: BinaryIO, where: str) -> list[zipfile.ZipInfo]:
    """
    The directory of a zip.

    Raises:
        SourceUnreadable: It has no directory (it was cut short), a damaged or an oversized one.
    """
    with _archive(stream, where) as archive:
        return archive.infolist()


def unzipped(stream: BinaryIO, member: zipfile.ZipInfo, where: str) -> BinaryIO:
    """The content of one member; what it unpacks to is the caller's to limit."""
    try:
        return cast("BinaryIO", _archive(stream, where).open(member))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SourceUnreadable("source-damaged", where=where) from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceUnreadable("source-packing-unknown", where=where, found=str(error)) from error


def refuse_bomb(unpacked: int, given: int, where: str) -> None:
    """
    Judge how many bytes unpack from how many given ones.

    Raises:
        SourceUnreadable: More than 1 GiB, or more than 50 MiB and more than 300 times the given ones.
    """
    if unpacked > UNPACKED_LIMIT:
        limit = size_text(UNPACKED_LIMIT)
        raise SourceUnreadable("source-too-large", where=where, found=f"> {limit}", limit=limit)
    if unpacked > max(BOMB_SIZE, given * BOMB_RATIO):
        found = size_text(unpacked)
        raise SourceUnreadable(
            "source-bomb", where=where, given=size_text(given), found=found, limit=BOMB_RATIO
        )


def size_text(size: int) -> str:
    """A number of bytes as people write it."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} B"


def _archive(stream: BinaryIO, where: str) -> zipfile.ZipFile:
    guard = cast("BinaryIO", _DirectoryGuard(stream, where))
    try:
        return zipfile.ZipFile(guard)
    except zipfile.BadZipFile as error:
        raise SourceUnreadable("source-truncated", where=where) from error
    except (OSError, ValueError, NotImplementedError, IndexError, struct.error) as error:
        raise SourceUnreadable("source-damaged", where=where) from error


class _DirectoryGuard(io.RawIOBase):
    """Refuses the one large read a zip can ask for: its directory."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        super().__init__()
        self._stream, self._where = stream, where

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1) -> bytes:
        if size > _DIRECTORY_LIMIT:
            raise SourceUnreadable("source-several-files", where=self._where, count="> 10000", found="…")
        return self._stream.read(_DIRECTORY_LIMIT if size < 0 else size)


class _Gunzip(io.RawIOBase):
    """zlib in a loop. Python's own gzip reader walks an endless file name byte by byte."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream, self._waiting, self._left = stream, b"", _MEMBER_LIMIT
        self._inflate = zlib.decompressobj(_GZIP_WINDOW)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        while not self._inflate.eof or self._next_member():
            self._waiting = self._waiting or self._stream.read(ROOM)
            at_end = not self._waiting
            content = self._inflate.decompress(self._waiting, len(view))
            self._waiting = self._inflate.unconsumed_tail or self._inflate.unused_data
            if content:
                view[: len(content)] = content
                return len(content)
            if at_end and not self._inflate.eof:
                raise EOFError
        return 0

    def _next_member(self) -> bool:
        """Begin the next member; False at the end, where some tapes and tools leave zeros."""
        while not self._waiting.strip(b"\x00"):
            self._waiting = self._stream.read(ROOM)
            if not self._waiting:
                return False
        self._waiting = self._waiting.lstrip(b"\x00")
        self._left -= 1
        if not self._left:
            raise zlib.error("more members than any tool writes")
        self._inflate = zlib.decompressobj(_GZIP_WINDOW)
        return True


class _Limited(io.RawIOBase):
    def __init__(self, packed: BinaryIO | io.RawIOBase, where: str, given: int) -> None:
        super().__init__()
        self._packed, self._where, self._given, self._taken = packed, where, given, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        content = self._read(len(view))
        self._taken += len(content)
        refuse_bomb(self._taken, self._given, self._where)
        view[: len(content)] = content
        return len(content)

    def _read(self, size: int) -> bytes:
        try:
            return self._packed.read(size) or b""
        except EOFError as error:
            raise SourceUnreadable("source-truncated", where=self._where) from error
        except (zlib.error, zipfile.BadZipFile) as error:
            raise SourceUnreadable("source-damaged", where=self._where) from error

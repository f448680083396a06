"""Opens any file safely: what it is, is found from its content, and no file costs more than its limits."""

import hashlib
import io
import os
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self, cast

from ingest.unpacking import (
    GIVEN_LIMIT,
    ROOM,
    Slice,
    gunzipped,
    limited,
    members,
    refuse_bomb,
    size_text,
    unzipped,
)
from lists.errors import SourceUnreadable

Form = Literal["plain", "gzip", "zip"]
Kind = Literal["xml", "xlsx", "xls", "text"]

WORKBOOK_LIMIT = 64 << 20
"""Bytes of a workbook as it lies on the disk; a full national list takes some 5 MB."""

_UTF8_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16_XML = (b"\xff\xfe<\x00", b"\xfe\xff\x00<", b"<\x00?\x00", b"\x00<\x00?")
_PACKERS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
    _GZIP: "gzip",
}
_OOXML_CONTENTS = "[Content_Types].xml"


class SourceFile:
    """
    One source file, held open from the moment its hash was taken.

    Attributes:
        name: The last part of its path, or "standard input".
        sha256: Of the bytes as given, packed or not.
        bytes: Their number.
        form: How the content is packed. A workbook counts as "plain".
        kind: What the content is.
    """

    def __init__(self, handle: BinaryIO, name: str) -> None:
        self._handle = handle
        self._stamp = _stamp(handle)
        self.name = name
        self.bytes, self.sha256 = _measure(handle, name)
        self.form, self._member = _form_of(self)
        self.kind = _content_kind(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; streams that were opened from it end here too."""
        self._handle.close()

    def open(self) -> io.BufferedReader:
        """
        A new stream over the unpacked content, from its start, without a UTF-8 byte order mark.

        Raises:
            SourceUnreadable: Here or while reading: cut short, damaged, a bomb, or larger than 1 GiB.
        """
        stream = self._unpacked()
        if stream.peek(3)[:3] == _UTF8_BOM:
            stream.read(3)
        return stream

    def given(self) -> io.BufferedReader:
        """A new, seekable stream over the bytes as given, which `sha256` is the hash of."""
        if _stamp(self._handle) != self._stamp:
            raise SourceUnreadable("source-changed", where=self.name)
        return io.BufferedReader(Slice(self._handle, self.bytes))

    def copy_to(self, path: Path) -> None:
        """Write the bytes as given to a new file; what is written has `sha256`, or nothing is kept."""
        digest = hashlib.sha256()
        with self.given() as stream, path.open("xb") as copy:
            for block in _blocks(stream):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        if digest.hexdigest() != self.sha256:
            path.unlink()
            raise SourceUnreadable("source-changed", where=self.name)

    def _unpacked(self) -> io.BufferedReader:
        given = self.given()
        if self.form == "gzip":
            return limited(gunzipped(given), where=self.name, given=self.bytes)
        if self._member is not None:
            return limited(unzipped(given, self._member, self.name), where=self.name, given=self.bytes)
        return given


def open_source(path: str | Path) -> SourceFile:
    """
    Open a file, or standard input for "-".

    Raises:
        SourceUnreadable: It is absent, empty, too large, no file, damaged or packed in a way not taken.
    """
    if str(path) == "-":
        return _opened(_spooled(sys.stdin.buffer, "standard input"), "standard input")
    place = Path(path)
    where = place.name or str(path)
    try:
        # O_NONBLOCK: opening a pipe nobody writes to would otherwise wait for ever.
        handle = os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
    except FileNotFoundError as error:
        raise SourceUnreadable("source-missing", where=where) from error
    except IsADirectoryError as error:
        raise SourceUnreadable("source-is-a-directory", where=where) from error
    except (OSError, ValueError) as error:
        found = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceUnreadable("source-not-readable", where=where, found=found or "") from error
    return _opened(_regular(cast("BinaryIO", handle), where), where)


def kind_of(source: SourceFile) -> Kind:
    """What the unpacked content is: told by its first bytes, never by its name."""
    return source.kind


def _opened(handle: BinaryIO, where: str) -> SourceFile:
    try:
        return SourceFile(handle, where)
    except BaseException:
        handle.close()
        raise


def _regular(handle: BinaryIO, where: str) -> BinaryIO:
    """The handle itself for a file, a spooled copy for a pipe, a refusal for all else."""
    mode = os.fstat(handle.fileno()).st_mode
    if stat.S_ISREG(mode):
        return handle
    with handle:
        if stat.S_ISDIR(mode):
            raise SourceUnreadable("source-is-a-directory", where=where)
        if not stat.S_ISFIFO(mode):
            raise SourceUnreadable("source-not-a-file", where=where)
        os.set_blocking(handle.fileno(), True)
        return _spooled(handle, where)


def _spooled(stream: BinaryIO, where: str) -> BinaryIO:
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the source
    taken = 0
    for block in _blocks(stream):
        taken += len(block)
        if taken > GIVEN_LIMIT:
            spool.close()
            raise _too_large(where, f"> {size_text(GIVEN_LIMIT)}")
        spool.write(block)
    spool.flush()
    return cast("BinaryIO", spool)


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(ROOM):
        yield block


def _too_large(where: str, found: str) -> SourceUnreadable:
    return SourceUnreadable("source-too-large", where=where, found=found, limit=size_text(GIVEN_LIMIT))


def _stamp(handle: BinaryIO) -> tuple[int, int]:
    seen = os.fstat(handle.fileno())
    return seen.st_size, seen.st_mtime_ns


def _measure(handle: BinaryIO, where: str) -> tuple[int, str]:
    """Size and hash of the bytes as given; the size is judged before one byte is read."""
    size = os.fstat(handle.fileno()).st_size
    if size > GIVEN_LIMIT:
        raise _too_large(where, size_text(size))
    if not size:
        raise SourceUnreadable("source-empty", where=where)
    digest = hashlib.sha256()
    with io.BufferedReader(Slice(handle, size)) as stream:
        for block in _blocks(stream):
            digest.update(block)
    return size, digest.hexdigest()


def _form_of(source: SourceFile) -> tuple[Form, zipfile.ZipInfo | None]:
    with source.given() as stream:
        head = stream.read(8)
        if head.startswith(_GZIP):
            return "gzip", None
        if not head.startswith(_ZIP):
            return "plain", None
        inside = members(stream, source.name)
    if any(member.filename == _OOXML_CONTENTS for member in inside):
        return "plain", None
    return "zip", _only(inside, source.name)


def _only(inside: list[zipfile.ZipInfo], where: str) -> zipfile.ZipInfo:
    """The one file of an archive; folders and macOS's shadow entries are no files."""
    real = [
        member for member in inside if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if not real:
        raise SourceUnreadable("source-no-file-inside", where=where)
    if len(real) > 1:
        shown = ", ".join(repr(member.filename[:80]) for member in real[:5])
        found = shown if len(real) <= 5 else f"{shown}, …"
        raise SourceUnreadable("source-several-files", where=where, count=len(real), found=found)
    if real[0].flag_bits & 0x1:
        raise SourceUnreadable("source-encrypted", where=where)
    if real[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # bzip2 and LZMA let the file choose how much memory unpacking takes.
        raise SourceUnreadable("source-packing-unknown", where=where, found=f"zip {real[0].compress_type}")
    return real[0]


def _content_kind(source: SourceFile) -> Kind:
    with source.open() as stream:
        head = stream.read(4096)
    if not head:
        raise SourceUnreadable("source-empty", where=source.name)
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(_ZIP):
        return _workbook_or_refuse(source)
    packer = next((name for mark, name in _PACKERS.items() if head.startswith(mark)), None)
    if packer is not None:
        reason = "source-packing-unknown" if source.form == "plain" else "source-packed-twice"
        raise SourceUnreadable(reason, where=source.name, found=packer)
    if head.lstrip().startswith(b"<") or head.startswith(_UTF16_XML):
        return "xml"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceUnreadable("source-not-text", where=source.name)
    return "text"


def _workbook_or_refuse(source: SourceFile) -> Kind:
    """A workbook is a zip itself: alone or packed once it is taken, any other zip in a package is not."""
    with io.BytesIO(workbook_bytes(source)) as book:
        inside = members(book, source.name)
    if not any(member.filename == _OOXML_CONTENTS for member in inside):
        raise SourceUnreadable("source-packed-twice", where=source.name, found="zip")
    refuse_bomb(sum(member.file_size for member in inside), source.bytes, source.name)
    return "xlsx"


def workbook_bytes(source: SourceFile) -> bytes:
    """
    The whole unpacked content of a workbook, in memory.

    Raises:
        SourceUnreadable: It is larger than 64 MiB.
    """
    with source.open() as stream:
        content = stream.read(WORKBOOK_LIMIT + 1)
    if len(content) > WORKBOOK_LIMIT:
        limit = size_text(WORKBOOK_LIMIT)
        raise SourceUnreadable("source-too-large", where=source.name, found=f"> {limit}", limit=limit)
    return content

"""What a sealed snapshot says of itself: manifest.json, which travels, and local.json, which never leaves."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from lists.errors import HomeBroken

FORMAT = 1
MANIFEST, LOCAL = "manifest.json", "local.json"

_Record = TypeVar("_Record", bound=msgspec.Struct)


class FileMark(msgspec.Struct, frozen=True):
    """One file: path within the snapshot, size, hash, and rows where it has rows."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


class PublishedDraft(msgspec.Struct, frozen=True):
    """A draft that became public with a release, and the editions it became."""

    draft: int
    editions: tuple[str, ...]


class Manifest(msgspec.Struct, frozen=True):
    """
    A release and the files that are the same wherever it is kept.

    Attributes:
        previous: sha256 of the manifest before, None for the first.
        rows: Rows of every table of lists.db.
        audit: Hash of the audit log's last entry when the release was made.
        key: Name of the key that signed this; None before releases were signed.
        demonstration: Its lists are made up, which every page that shows them says; unset before this was
            written down.
    """

    format: int
    release: int
    published_at: dt.datetime
    note: str | None
    withdraws: int | None
    backfilled: bool
    editions: tuple[str, ...]
    drafts: tuple[PublishedDraft, ...]
    previous: str | None
    audit: str
    rows: dict[str, int]
    files: tuple[FileMark, ...]
    key: str | None = None
    demonstration: bool | msgspec.UnsetType = msgspec.UNSET


class LocalManifest(msgspec.Struct, frozen=True):
    """The files every node builds for itself: index, answers and printed lists; none where not built."""

    format: int
    release: int
    documents: int
    answers: int
    files: tuple[FileMark, ...]


def mark(path: Path, base: Path, *, rows: int | None = None) -> FileMark:
    """Measure a file below `base`."""
    return FileMark(path.relative_to(base).as_posix(), path.stat().st_size, sha256_of(path), rows)


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_json(record: msgspec.Struct, path: Path) -> None:
    """Write a manifest."""
    path.write_bytes(as_document(record))


def as_document(record: object) -> bytes:
    """A record as JSON, indented for people; the same bytes for the same record."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def read_manifest(directory: Path) -> Manifest:
    """
    The manifest in a snapshot's or a release's directory.

    Raises:
        HomeBroken: "manifest-broken": it is absent or not what was written.
    """
    return _read(directory / MANIFEST, Manifest)


def read_local(directory: Path) -> LocalManifest:
    """As `read_manifest`, for what this node built."""
    return _read(directory / LOCAL, LocalManifest)


def _read(path: Path, kind: type[_Record]) -> _Record:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError) as error:
        raise HomeBroken("manifest-broken", where=f"{path.parent.name}/{path.name}", found=error) from error

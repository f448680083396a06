"""The files of a release: which there are, and where one lies."""

from functools import lru_cache
from pathlib import Path

import msgspec

from app.files.contents import (
    CONTENTS,
    FILES,
    MEDIA_TYPES,
    PACKED,
    Contents,
    ReleasedFile,
    contents_of,
    directory_of,
    place_of,
)
from app.home import Home
from app.manifest import read_manifest
from app.snapshot import Snapshot
from lists.errors import NotThere


class OnDisk(msgspec.Struct, frozen=True):
    """
    A file as it is sent.

    Attributes:
        name: What whoever keeps it will find it by.
        gzip: The same bytes packed, where they are kept so too.
    """

    path: Path
    bytes: int
    sha256: str
    media_type: str
    name: str
    gzip: "OnDisk | None" = None


def release_contents(home: Home, snapshot: Snapshot, release: int) -> Contents:
    """
    What files a release has; where none were made, the database alone.

    Raises:
        NotThere: "unknown-release".
    """
    return _contents(_directory(home, snapshot, release))


def release_file(home: Home, snapshot: Snapshot, release: int, path: str) -> OnDisk:
    """
    A file by its path; only what is sealed is found.

    Raises:
        NotThere: "unknown-release", "unknown-file".
    """
    found = _files_in(_directory(home, snapshot, release), release).get(path)
    if found is None:
        raise NotThere("unknown-file", release=release, found=path)
    return found


@lru_cache(maxsize=64)
def _files_in(directory: Path, release: int) -> dict[str, OnDisk]:
    """All files of a release and their twins by path; they never change."""
    found: dict[str, OnDisk] = {}
    for file in read_manifest(directory).files:
        if file.path == f"{FILES}/{CONTENTS}":
            found[CONTENTS] = OnDisk(
                *(directory / file.path, file.bytes, file.sha256),
                *(MEDIA_TYPES["json"], _named(release, CONTENTS)),
            )
    for released in _contents(directory).files:
        whole = found[released.path] = _on_disk(directory, release, released)
        if whole.gzip is not None:
            found[f"{released.path}.gz"] = msgspec.structs.replace(whole.gzip, media_type=PACKED)
    return found


def _contents(directory: Path) -> Contents:
    contents, manifest = contents_of(directory), read_manifest(directory)
    if contents is not None:
        return contents
    known = (file for file in manifest.files if (directory / file.path).is_file())
    files = tuple(
        ReleasedFile(file.path, "sqlite", "history", None, None, file.bytes, file.sha256, file.rows)
        for file in known
    )
    return Contents(manifest.release, manifest.published_at, (), (), files)


def _on_disk(directory: Path, release: int, file: ReleasedFile) -> OnDisk:
    place, name = directory / place_of(file.path), _name_of(release, file)
    media_type = MEDIA_TYPES[file.format]
    twin = None
    if file.gzip is not None:
        packed = place.with_name(f"{place.name}.gz")
        twin = OnDisk(packed, file.gzip.bytes, file.gzip.sha256, media_type, f"{name}.gz")
    return OnDisk(place, file.bytes, file.sha256, media_type, name, twin)


def _name_of(release: int, file: ReleasedFile) -> str:
    """Says of itself what it is, wherever it is kept."""
    last = file.path.rpartition("/")[2]
    if file.day is None:
        return _named(release, last)
    return _named(release, f"{directory_of(file.day, file.list).replace('/', '-')}-{last}")


def _named(release: int, name: str) -> str:
    return f"blaliste-{release}-{name}"


def _directory(home: Home, snapshot: Snapshot, release: int) -> Path:
    """Where a release's files lie; those of the current one may not have been kept yet."""
    if not 0 < release <= snapshot.release:
        raise NotThere("unknown-release", found=release)
    return home.sealed(release)

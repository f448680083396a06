"""Fetches a release from its source: what is here already is not asked for, and all of it is checked."""

import gzip
import os
import shutil
import zlib
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path, PurePosixPath

from app.files.contents import FILES, sealed_marks
from app.following.source import Source
from app.home import Home
from app.manifest import MANIFEST, FileMark, Manifest, read_manifest, sha256_of
from app.signing.freshness import Freshness
from app.signing.keys import Keyring
from app.signing.manifests import SIGNATURE, verify_signature
from app.snapshot import LISTS, Snapshot, row_counts
from ingest import store
from lists.errors import HomeBroken, ListsError, Refused

FETCHED = "followed"
"""Below `work`: what is being fetched; what a killed try left is gone on from."""
_BLOCK = 1 << 20


def fetch_release(home: Home, source: Source, ring: Keyring, word: Freshness, *, all_of_it: bool) -> Path:
    """
    Fetch the newest release, and the manifests of those between, into a home's work directory; check it all.

    Args:
        all_of_it: Also what could be had without asking: of the release in force, or out of a packed twin.

    Returns:
        Where it lies.

    Raises:
        Refused: As `catch_up`.
    """
    place = home.work / FETCHED
    directory = place / f"{word.release:06d}"
    _drop_other_tries(place, directory)
    try:
        manifest = _Chain(home, source, ring).fetch(word)
    except Refused as refused:
        # Whatever of it was fetched for an earlier try is not believed in the next one.
        if refused.reason == "source-wrong":
            shutil.rmtree(place)
        raise
    files = _Files(source, directory, word.release, {} if all_of_it else _here(home))
    files.fetch(manifest.files, unpacking=False)
    # The manifest covers its contents, and these name the other files.
    files.fetch(sealed_marks(directory, manifest), unpacking=not all_of_it)
    _verify_rows(source, directory, manifest)
    return directory


class _Chain:
    """The manifests from the one after ours to the newest: each follows the one before."""

    def __init__(self, home: Home, source: Source, ring: Keyring) -> None:
        self._home, self._source, self._ring = home, source, ring

    def fetch(self, word: Freshness) -> Manifest:
        current = self._home.current_release()
        former = sha256_of(self._home.release(current) / MANIFEST) if current else None
        for release in range(current + 1, word.release + 1):
            directory = self._home.work / FETCHED / f"{release:06d}"
            if not self._is_here(directory, release, former):
                directory.mkdir(parents=True, exist_ok=True)
                content, signature = self._source.manifest(release)
                (directory / MANIFEST).write_bytes(content)
                (directory / SIGNATURE).write_bytes(signature)
            manifest = self._verified(directory)
            if (manifest.release, manifest.previous) != (release, former):
                raise _wrong(self._source, f"{directory.name}/{MANIFEST}")
            former = sha256_of(directory / MANIFEST)
        if former != word.manifest_sha256:
            raise _wrong(self._source, f"{word.release:06d}/{MANIFEST}")
        return manifest

    def _is_here(self, directory: Path, release: int, former: str | None) -> bool:
        with suppress(Refused):
            manifest = self._verified(directory)
            return (manifest.release, manifest.previous) == (release, former)
        return False

    def _verified(self, directory: Path) -> Manifest:
        """What a source sent is not our home that broke: it is told as the source's fault."""
        try:
            manifest = read_manifest(directory)
            if manifest.key is not None:
                verify_signature(directory, self._ring)
        except HomeBroken as error:
            raise _wrong(self._source, error.facts.get("where", "")) from error
        return manifest


class _Files:
    """The files of one release, each by what it must be."""

    def __init__(self, source: Source, directory: Path, release: int, here: dict[str, Path]) -> None:
        """Args: here: Files that lie in this home already, by their hash."""
        self._source, self._directory, self._release, self._here = source, directory, release, here

    def fetch(self, files: Iterable[FileMark], *, unpacking: bool) -> None:
        """Have each of them; with `unpacking`, of one that has a packed twin only that is asked for."""
        known = {file.path: file for file in files}
        for file in known.values():
            self._have(file, known.get(f"{file.path}.gz") if unpacking else None)

    def _have(self, file: FileMark, twin: FileMark | None) -> None:
        path = _inside(file.path, self._source)
        into = self._directory / path
        if _is_as_marked(into, file):
            return
        into.parent.mkdir(parents=True, exist_ok=True)
        into.unlink(missing_ok=True)
        here = self._here.get(file.sha256)
        if here is not None and _is_as_marked(here, file):
            os.link(here, into)
        elif twin is not None:
            self._have(twin, None)
            self._unpack(self._directory / twin.path, file, into)
        else:
            self._source.download(self._address(path), file, into)

    def _unpack(self, packed: Path, file: FileMark, into: Path) -> None:
        part = into.with_name(f"{into.name}.part")
        try:
            _unpacked(packed, part, most=file.bytes)
        except (OSError, EOFError, zlib.error) as error:
            raise _wrong(self._source, f"{file.path}.gz") from error
        if not _is_as_marked(part, file):
            raise _wrong(self._source, f"{file.path}.gz")
        part.rename(into)

    def _address(self, path: str) -> str:
        return f"/v1/releases/{self._release}/files/{path.removeprefix(FILES + '/')}"


def _unpacked(packed: Path, into: Path, *, most: int) -> None:
    """However little there is of it, no more is written than is wanted, and a block."""
    with gzip.open(packed, "rb") as stream, into.open("wb") as out:
        while out.tell() <= most and (block := stream.read(_BLOCK)):
            out.write(block)


def _here(home: Home) -> dict[str, Path]:
    """The files of the release in force, by their hash."""
    current = home.current_release()
    directory = home.snapshot(current)
    if not current:
        return {}
    return {file.sha256: directory / file.path for file in sealed_marks(directory, read_manifest(directory))}


def _is_as_marked(path: Path, file: FileMark) -> bool:
    return path.is_file() and path.stat().st_size == file.bytes and sha256_of(path) == file.sha256


def _inside(path: str, source: Source) -> str:
    """A path that stays within its directory, whoever signed it."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or path in (MANIFEST, SIGNATURE):
        raise _wrong(source, path)
    return path


def _verify_rows(source: Source, directory: Path, manifest: Manifest) -> None:
    """The database opens, has the rows that were signed, and ends with this very release."""
    try:
        counted = row_counts(directory / LISTS)
        with closing(Snapshot(store.connect(directory / LISTS), None)) as snapshot:
            release = snapshot.release
    except (ListsError, OSError) as error:
        raise _wrong(source, LISTS) from error
    if counted != manifest.rows or release != manifest.release:
        raise _wrong(source, LISTS)


def _wrong(source: Source, found: str) -> Refused:
    return Refused("source-wrong", where=source.url, found=found)


def _drop_other_tries(place: Path, directory: Path) -> None:
    """Of what was begun of another release only the manifest is of use: it may be one of those between."""
    for other in place.iterdir() if place.is_dir() else ():
        for path in other.iterdir() if other != directory else ():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in (MANIFEST, SIGNATURE):
                path.unlink()

"""Releases as their manifests tell them."""

from functools import lru_cache
from pathlib import Path

from app.home import Home
from app.manifest import MANIFEST, Manifest, read_manifest, sha256_of
from app.shapes import FileShape, ReleaseShape
from app.snapshot import Snapshot


def release_shapes(home: Home, snapshot: Snapshot, *, after: int, until: int) -> list[ReleaseShape]:
    """The releases of a snapshot behind number `after`, up to and with `until`, oldest first."""
    return [
        _shape(*_manifest(_directory(home, snapshot, known.release)))
        for known in snapshot.releases
        if after < known.release <= until
    ]


def release_of(home: Home, release: int) -> ReleaseShape:
    """One release, also the one that has just been put in force."""
    return _shape(*_manifest(home.sealed(release)))


def _directory(home: Home, snapshot: Snapshot, release: int) -> Path:
    """Where a release's manifest lies; the current one's may not have been kept with the releases yet."""
    if release == snapshot.release and snapshot.directory is not None:
        return snapshot.directory
    return home.release(release)


@lru_cache(maxsize=4096)
def _manifest(directory: Path) -> tuple[Manifest, str]:
    """A manifest and its hash; neither ever changes."""
    return read_manifest(directory), sha256_of(directory / MANIFEST)


def _shape(manifest: Manifest, sha256: str) -> ReleaseShape:
    return ReleaseShape(
        release=manifest.release,
        published_at=manifest.published_at,
        editions=manifest.editions,
        note=manifest.note,
        withdraws=manifest.withdraws,
        backfilled=manifest.backfilled,
        files=tuple(FileShape(file.path, file.bytes, file.rows, file.sha256) for file in manifest.files),
        manifest_sha256=sha256,
    )

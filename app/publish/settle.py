"""Brings a home into line with what its current snapshot says: a crash between two commits heals here."""

import shutil

from app.home import SNAPSHOTS_KEPT, Home, sync_directory
from app.manifest import MANIFEST, Manifest, read_manifest
from app.workshop import Workshop


def settle(home: Home, workshop: Workshop) -> None:
    """
    Finish what a publish does after its commit; done already, it changes nothing. The caller holds the lock.

    The manifest of the current snapshot is kept with the releases, its drafts are marked
    published, and older snapshots than the last three go.
    """
    current = home.current_release()
    if current == 0:
        return
    manifest = read_manifest(home.snapshot(current))
    _keep_manifest(home, manifest)
    for draft in manifest.drafts:
        workshop.mark_published(draft, manifest.release)
    _prune(home, current)


def _keep_manifest(home: Home, manifest: Manifest) -> None:
    directory = home.release(manifest.release)
    if (directory / MANIFEST).is_file():
        return
    directory.mkdir(parents=True, exist_ok=True)
    aside = directory / f".{MANIFEST}"
    shutil.copyfile(home.snapshot(manifest.release) / MANIFEST, aside)
    aside.replace(directory / MANIFEST)
    sync_directory(directory)
    sync_directory(home.releases)


def _prune(home: Home, current: int) -> None:
    for directory in home.snapshots.iterdir():
        if directory.name.isdecimal() and int(directory.name) <= current - SNAPSHOTS_KEPT:
            shutil.rmtree(directory)

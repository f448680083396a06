"""Brings a home into line with what its current snapshot says: a crash between two commits heals here."""

import shutil

from app.home import SNAPSHOTS_KEPT, Home, sync_directory, write_whole
from app.manifest import MANIFEST, Manifest, read_manifest
from app.publish.looks import forget_preview
from app.workshop.database import Workshop
from lists.errors import HomeBusy


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
        workshop.mark_published(draft)
        forget_preview(home, draft.draft)
    _prune(home, current)


def settle_if_free(home: Home, workshop: Workshop) -> None:
    """As `settle`, for whoever only looks: while somebody else is at work here, that is theirs to do."""
    if _is_settled(home, workshop):
        return
    try:
        with home.publishing("settle"):
            settle(home, workshop)
    except (HomeBusy, OSError):
        return


def _is_settled(home: Home, workshop: Workshop) -> bool:
    current = home.current_release()
    if current == 0:
        return True
    drafts = read_manifest(home.snapshot(current)).drafts
    kept = (home.release(current) / MANIFEST).is_file()
    return kept and all(workshop.draft(known.draft).state == "published" for known in drafts)


def _keep_manifest(home: Home, manifest: Manifest) -> None:
    directory = home.release(manifest.release)
    if (directory / MANIFEST).is_file():
        return
    directory.mkdir(parents=True, exist_ok=True)
    write_whole((home.snapshot(manifest.release) / MANIFEST).read_bytes(), directory / MANIFEST)
    sync_directory(home.releases)


def _prune(home: Home, current: int) -> None:
    for directory in home.snapshots.iterdir():
        if directory.name.isdecimal() and int(directory.name) <= current - SNAPSHOTS_KEPT:
            shutil.rmtree(directory)

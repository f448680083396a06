"""Brings a home into line with what its current snapshot says: a crash between two commits heals here."""

import shutil
from pathlib import Path

from app.files.contents import sealed_marks
from app.home import SNAPSHOTS_KEPT, Home, sync_directory, write_whole
from app.manifest import MANIFEST, Manifest, PublishedDraft, read_manifest
from app.publish.looks import forget_preview
from app.signing.manifests import SIGNATURE
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
    for draft in _own_drafts(home, manifest):
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
    drafts = _own_drafts(home, read_manifest(home.snapshot(current)))
    kept = (home.release(current) / MANIFEST).is_file()
    return kept and all(workshop.draft(known.draft).state == "published" for known in drafts)


def _own_drafts(home: Home, manifest: Manifest) -> tuple[PublishedDraft, ...]:
    """The drafts of a release; those of a home that follows another are not here."""
    return () if home.follows() else manifest.drafts


def _keep_manifest(home: Home, manifest: Manifest) -> None:
    directory = home.release(manifest.release)
    if (directory / MANIFEST).is_file():
        return
    directory.mkdir(parents=True, exist_ok=True)
    keep_files(home.snapshot(manifest.release), directory, manifest)
    # The manifest comes last: where it is, all that goes with it is there too.
    for name in (SIGNATURE, MANIFEST):
        path = home.snapshot(manifest.release) / name
        if path.is_file():
            write_whole(path.read_bytes(), directory / name)
    sync_directory(home.releases)


def keep_files(source: Path, target: Path, manifest: Manifest) -> None:
    """Have what a manifest covers stand in a second directory too, not copied; what is there stays."""
    for file in sealed_marks(source, manifest):
        place = target / file.path
        if not place.exists() and (source / file.path).is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.hardlink_to(source / file.path)
    for directory in (*target.rglob("*"), target):
        if directory.is_dir():
            sync_directory(directory)


def _prune(home: Home, current: int) -> None:
    for directory in home.snapshots.iterdir():
        if directory.name.isdecimal() and int(directory.name) <= current - SNAPSHOTS_KEPT:
            shutil.rmtree(directory)

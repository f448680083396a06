"""Brings back the files of a release in a snapshot that is made again, and those that stay for ever."""

import shutil
from contextlib import suppress
from pathlib import Path

from app.files.contents import CONTENTS, FILES, sealed_marks
from app.home import Home
from app.manifest import FileMark, Manifest, sha256_of
from app.publish.filed import Filing
from app.snapshot import LISTS, PRINTED
from lists.errors import HomeBroken


def restore_files(home: Home, manifest: Manifest, kept: Path, work: Path) -> None:
    """
    Put the files of a release into the directory of its snapshot.

    They come from where they stay for ever, for a later program may write them otherwise; what is not
    there any more as it was sealed is made again. What even then has other bytes stays away, and
    `verify` says so: the lists do not wait for it.
    """
    if _mark_of_contents(manifest) is None or _linked(kept, work, manifest):
        return
    again = home.work / "again"
    again.mkdir()
    (again / LISTS).hardlink_to(work / LISTS)
    if (work / PRINTED).is_dir():
        (again / PRINTED).symlink_to((work / PRINTED).absolute())
    with suppress(HomeBroken):
        Filing(home, manifest.release, again).finish()
        _linked(again, work, manifest)
    shutil.rmtree(again)


def heal_kept(source: Path, kept: Path, manifest: Manifest) -> None:
    """Where a file that stays for ever is not as it was sealed, it is taken from another directory."""
    with suppress(HomeBroken):
        for file in sealed_marks(source, manifest):
            if _is_sealed(source, file) and not _is_sealed(kept, file):
                (kept / file.path).unlink(missing_ok=True)
                (kept / file.path).parent.mkdir(parents=True, exist_ok=True)
                (kept / file.path).hardlink_to(source / file.path)


def _linked(source: Path, target: Path, manifest: Manifest) -> bool:
    """Have what is as it was sealed stand in a second directory too; whether that was all of it."""
    contents, whole = _mark_of_contents(manifest), True
    if contents is not None and not _is_sealed(source, contents):
        return False
    for file in sealed_marks(source, manifest):
        place = target / file.path
        if place.exists():
            continue
        if not _is_sealed(source, file):
            whole = False
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.hardlink_to(source / file.path)
    return whole


def _is_sealed(directory: Path, file: FileMark) -> bool:
    path = directory / file.path
    return path.is_file() and sha256_of(path) == file.sha256


def _mark_of_contents(manifest: Manifest) -> FileMark | None:
    return next((file for file in manifest.files if file.path == f"{FILES}/{CONTENTS}"), None)

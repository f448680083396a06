"""Looks over a home and names the first thing that is not as it was sealed; makes a snapshot again."""

import shutil
from contextlib import closing
from pathlib import Path

import msgspec

from app.files.contents import sealed_marks
from app.home import SNAPSHOTS_KEPT, Home, switch, sync_directory, sync_tree
from app.manifest import MANIFEST, FileMark, Manifest, read_local, read_manifest, sha256_of, write_json
from app.publish.documents import documents
from app.publish.prepare import prepare_draft
from app.publish.release import build_local
from app.publish.restoring import heal_kept, restore_files
from app.publish.settle import settle
from app.signing.keys import read_keyring
from app.signing.manifests import SIGNATURE, verify_signature
from app.snapshot import INDEX, LISTS, Snapshot, empty_snapshot, row_counts
from app.workshop.database import Workshop
from app.workshop.told import first_untold
from ingest import store
from ingest.write import Addition, write
from lists.errors import HomeBroken
from lists.timeline import EditionMark
from search.find import Finder


class Verified(msgspec.Struct, frozen=True):
    """What was looked over, and what lies about that no release needs."""

    release: int
    releases: int
    sources: int
    files: int
    documents: int
    left_over: tuple[str, ...]


def verify(home: Home) -> Verified:
    """
    Check every hash, row count, the index against the database, the manifests' chain and the audit log.

    Raises:
        HomeBroken: The first thing that is wrong.
    """
    home.require()
    current = home.current_release()
    with closing(Workshop(home.workshop)) as workshop:
        broken = workshop.first_broken_entry()
        if broken is not None:
            raise HomeBroken("audit-broken", found=broken)
        untold = first_untold(workshop)
        if untold is not None:
            raise HomeBroken("people-untold", found=untold)
        logged = workshop.audit_hashes()
        sources = _verify_sources(home, workshop)
    files = documents_found = 0
    if current:
        _verify_chain(home, current, logged)
        files = sum(_verify_files(directory) for directory in _kept_snapshots(home, current))
        files += sum(_verify_kept(home, release) for release in range(1, current + 1))
        documents_found = _verify_index(home.snapshot(current))
    return Verified(current, current, sources, files, documents_found, _left_over(home, current))


def rebuild(home: Home) -> int:
    """
    Make the current snapshot again from the kept sources, and put it in the old one's place.

    Returns:
        The release that was rebuilt, 0 where nothing was published.

    Raises:
        Refused: "home-follows".
        HomeBroken: "rebuild-differs": the sources no longer give the bytes that were sealed.
    """
    home.require_own()
    with home.publishing("rebuild"), closing(Workshop(home.workshop)) as workshop:
        current = home.named_release()
        if current == 0:
            return 0
        shutil.rmtree(home.work, ignore_errors=True)
        home.work.mkdir()
        manifests = [read_manifest(home.sealed(release)) for release in range(1, current + 1)]
        former: Path | None = None
        for manifest in manifests:
            former = _replay(home, workshop, manifest, former)
        assert former is not None
        _put_in_place(home, manifests[-1], former)
        heal_kept(home.snapshot(current), home.release(current), manifests[-1])
        _drop_broken(home, current)
        settle(home, workshop)
        return current


def _replay(home: Home, workshop: Workshop, manifest: Manifest, former: Path | None) -> Path:
    """Write a release's lists.db again, from the sources of its drafts."""
    additions: list[Addition] = []
    with closing(_opened(former)) as snapshot:
        for published in manifest.drafts:
            draft = workshop.draft(published.draft)
            prepared = prepare_draft(home, snapshot, draft)
            additions += prepared.additions(draft.source)
    release = store.Release(
        manifest.release, manifest.published_at, manifest.note, manifest.withdraws, manifest.backfilled
    )
    directory = home.work / f"{manifest.release:06d}"
    directory.mkdir()
    target = directory / LISTS
    write(target, former=former, release=release, additions=additions)
    sealed = next(file for file in manifest.files if file.path == LISTS)
    if sha256_of(target) != sealed.sha256:
        raise HomeBroken("rebuild-differs", where=f"{manifest.release}", expected=sealed.sha256)
    heal_kept(directory, home.release(manifest.release), msgspec.structs.replace(manifest, files=(sealed,)))
    if former is not None:
        shutil.rmtree(former.parent)
    return target


def _opened(lists_db: Path | None) -> Snapshot:
    return empty_snapshot() if lists_db is None else Snapshot(store.connect(lists_db), None)


def _put_in_place(home: Home, manifest: Manifest, lists_db: Path) -> None:
    """
    Seal the rebuilt snapshot under the name of the old one.

    The old one is moved aside first; between the two renames `current` leads nowhere for an
    instant, which a running server sees as "not yet" and looks again.
    """
    work = lists_db.parent
    build_local(home, work)
    restore_files(home, manifest, home.sealed(manifest.release), work)
    write_json(manifest, work / MANIFEST)
    if manifest.key is not None:
        shutil.copyfile(home.sealed(manifest.release) / SIGNATURE, work / SIGNATURE)
    sync_tree(work)
    place = home.snapshot(manifest.release)
    place.parent.mkdir(exist_ok=True)
    aside = home.work / "replaced"
    if place.exists():
        place.rename(aside)
    work.rename(place)
    sync_directory(home.snapshots)
    switch(home, manifest.release)
    shutil.rmtree(aside, ignore_errors=True)


def _drop_broken(home: Home, current: int) -> None:
    """Older snapshots are kept for convenience only: one that is not as it was sealed goes."""
    for directory in _kept_snapshots(home, current)[1:]:
        try:
            _verify_files(directory)
        except HomeBroken:
            shutil.rmtree(directory)


def _verify_sources(home: Home, workshop: Workshop) -> int:
    named = {sha256 for draft in workshop.drafts() for sha256 in (draft.source, draft.profile)}
    kept = sorted(sha256 for sha256 in named if sha256 is not None)
    for sha256 in kept:
        path = home.source(sha256)
        if not path.is_file():
            raise HomeBroken("file-missing", where=f"sources/{sha256}")
        found = sha256_of(path)
        if found != sha256:
            raise HomeBroken("file-differs", where=f"sources/{sha256}", found=found, expected=sha256)
    return len(kept)


def _verify_chain(home: Home, current: int, logged: set[str]) -> None:
    """Every manifest names the one before it by its hash, and an entry of the log; snapshots have it too."""
    before: str | None = None
    signed, ring = False, read_keyring(home)
    for release in range(1, current + 1):
        kept = home.release(release)
        # A kill may have come before the current one was kept.
        directory = home.sealed(release) if release == current else kept
        where = f"{directory.parent.name}/{directory.name}/{MANIFEST}"
        manifest = read_manifest(directory)
        if manifest.release != release or manifest.previous != before:
            raise HomeBroken("chain-broken", where=where)
        if not home.follows() and manifest.audit not in logged:
            raise HomeBroken("audit-cut", where=where)
        signed = signed or manifest.key is not None
        if signed:
            verify_signature(directory, ring)
        before = sha256_of(directory / MANIFEST)
        sealed = home.snapshot(release) / MANIFEST
        if sealed.is_file() and sha256_of(sealed) != before:
            raise HomeBroken("chain-broken", where=f"snapshots/{sealed.parent.name}/{MANIFEST}")


def _kept_snapshots(home: Home, current: int) -> list[Path]:
    """The current snapshot, and those before it that are there still."""
    numbers = range(current, max(0, current - SNAPSHOTS_KEPT), -1)
    return [
        home.snapshot(number) for number in numbers if number == current or home.snapshot(number).is_dir()
    ]


def _verify_files(directory: Path) -> int:
    manifest, local = read_manifest(directory), read_local(directory)
    every = (*sealed_marks(directory, manifest), *local.files)
    for file in every:
        _verify_file(directory, file)
    counted = row_counts(directory / LISTS)
    for table, expected in manifest.rows.items():
        if counted.get(table) != expected:
            raise HomeBroken("rows-differ", where=table, found=counted.get(table, 0), expected=expected)
    return len(every)


def _verify_kept(home: Home, release: int) -> int:
    """
    What stays of a release for ever, as far as its snapshot does not hold the same files.

    A release from before there were files kept its manifest only.
    """
    kept, count = home.release(release), 0
    if not (kept / MANIFEST).is_file():
        return 0
    manifest = read_manifest(kept)
    # Whatever is signed was kept with its files; a home that follows another passes over what came between.
    passed_over = manifest.key is None or (home.follows() and not (kept / LISTS).is_file())
    for file in sealed_marks(kept, manifest) if not passed_over else ():
        place, twin = kept / file.path, home.snapshot(release) / file.path
        if not (place.is_file() and twin.is_file() and place.samefile(twin)):
            _verify_file(kept, file)
            count += 1
    return count


def _verify_file(directory: Path, file: FileMark) -> None:
    path = directory / file.path
    where = f"{directory.name}/{file.path}"
    if not path.is_file():
        raise HomeBroken("file-missing", where=where)
    found = sha256_of(path)
    if found != file.sha256:
        raise HomeBroken("file-differs", where=where, found=found, expected=file.sha256)


def _verify_index(directory: Path) -> int:
    """The index holds as many documents as the database makes, and finds a product of every list."""
    expected = read_local(directory).documents
    if not (directory / INDEX).is_dir():
        return 0
    with closing(Snapshot(store.connect(directory / LISTS), None)) as snapshot:
        made = sum(1 for _ in documents(snapshot))
        if made != expected:
            raise HomeBroken("index-differs", found=expected, expected=made)
        samples = _sample_numbers(snapshot)
    with closing(Finder(directory / INDEX)) as finder:
        for varenr in samples:
            if varenr not in {hit.varenr for hit in finder.find(varenr).hits[:20]}:
                raise HomeBroken("index-differs", found=0, expected=varenr)
    return made


def _sample_numbers(snapshot: Snapshot) -> list[str]:
    marks: dict[str, EditionMark] = {mark.list: mark for mark in snapshot.editions}
    numbers = (min(store.numbers(snapshot.db, mark), default=None) for mark in marks.values())
    return [varenr for varenr in numbers if varenr is not None]


def _left_over(home: Home, current: int) -> tuple[str, ...]:
    """Work that was killed and snapshots that were sealed but never put in force; harmless, and said."""
    if home.is_at_work():
        return ()
    kept = {home.snapshot(number) for number in range(max(1, current - SNAPSHOTS_KEPT + 1), current + 1)}
    left = list(home.work.iterdir()) if home.work.is_dir() else []
    left += [path for path in home.snapshots.iterdir() if path not in kept]
    left += [
        path for place in (home.path, home.sources, home.releases, home.drafts) for path in place.glob(".*")
    ]
    return tuple(sorted(path.relative_to(home.path).as_posix() for path in left))

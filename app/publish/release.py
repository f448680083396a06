"""The publish: compile aside, seal, switch. One short list of steps; a failure at any changes nothing."""

import datetime as dt
import enum
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import structlog

from app.files.contents import CONTENTS, FILES, contents_of
from app.home import Home, switch, sync_directory, sync_tree
from app.manifest import (
    FORMAT,
    LOCAL,
    MANIFEST,
    FileMark,
    LocalManifest,
    Manifest,
    PublishedDraft,
    mark,
    read_manifest,
    sha256_of,
    write_json,
)
from app.publish.documents import documents
from app.publish.filed import Filing
from app.publish.local import as_built
from app.publish.printed import Printing
from app.publish.ready import make_answers
from app.publish.settle import settle
from app.publish.undisturbed import undisturbed
from app.signing.freshness import sign_freshness
from app.signing.keys import Signer, signer
from app.signing.manifests import sign_manifest
from app.snapshot import (
    ANSWERS,
    INDEX,
    LISTS,
    PRINTED,
    Snapshot,
    first_ready_day,
    lists_db_of,
    row_counts,
)
from app.workshop.database import Workshop
from ingest import store
from ingest.write import Addition, write
from lists.days import oslo_day
from lists.edition import Edition
from lists.timeline import EditionMark


class Parts(enum.Flag):
    """What is made of a release beside lists.db: by every node for itself, and FILES, which are sealed."""

    NONE = 0
    ANSWERS = enum.auto()
    INDEX = enum.auto()
    PRINTED = enum.auto()
    FILES = enum.auto()
    ALL = ANSWERS | INDEX | PRINTED | FILES


class Candidate(msgspec.Struct, frozen=True):
    """A draft on its way out: its number, and the editions that are new in it."""

    draft: int
    additions: tuple[Addition, ...]

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions alone."""
        return tuple(addition.edition for addition in self.additions)


class Terms(msgspec.Struct, frozen=True):
    """
    Under what terms a release goes out.

    Attributes:
        published_at: When it becomes public.
        backfilled: It is dated back to fill in history.
        parts: All of them, or none where another release follows at once.
    """

    published_at: dt.datetime
    note: str | None = None
    withdraws: int | None = None
    backfilled: bool = False
    parts: Parts = Parts.ALL


@undisturbed()
def publish(home: Home, workshop: Workshop, candidates: list[Candidate], terms: Terms) -> int:
    """
    Make a release of drafts and put it in force. The caller holds the home's lock.

    Args:
        candidates: Handed over: they are taken from the list as they are written, for nothing as large
            should be held while the rest is built.

    Returns:
        The number of the release; it is in force and survives a kill when this returns.

    Raises:
        Refused: "home-follows".
    """
    home.require_own()
    former = home.current_release()
    number = former + 1
    work = _clean_work(home, number)
    release = store.Release(number, terms.published_at, terms.note, terms.withdraws, terms.backfilled)
    drafts = tuple(_published(candidate, release) for candidate in candidates)
    additions = _handed_over(candidates)
    write(work / LISTS, former=lists_db_of(home, former), release=release, additions=additions)
    with _filing(home, number, work, wanted=Parts.FILES in terms.parts):
        build_local(home, work, terms.parts)
    signs = signer(home)
    manifest = _manifest(home, workshop, drafts, release)
    write_json(msgspec.structs.replace(manifest, key=signs.public.key), work / MANIFEST)
    sign_manifest(work, signs)
    sync_tree(work)
    _seal(home, work, number)
    switch(home, number)
    _settle_or_later(home, workshop, signs)
    return number


def _handed_over(candidates: list[Candidate]) -> Iterator[Addition]:
    while candidates:
        yield from candidates.pop(0).additions


def _settle_or_later(home: Home, workshop: Workshop, signs: Signer) -> None:
    """What is in force is published: that the rest must wait for the next act is no failure of this one."""
    try:
        settle(home, workshop)
        sign_freshness(home, signs, dt.datetime.now(dt.UTC))
    except (OSError, sqlite3.Error) as error:
        _LOG.warning("settled-later", error=str(error))


def build_local(home: Home, directory: Path, parts: Parts = Parts.ALL) -> None:
    """Build what every node builds for itself from a verified lists.db in a directory of its home."""
    answers = documents_made = 0
    with closing(Snapshot(store.connect(directory / LISTS), None)) as snapshot:
        assert snapshot.published_at is not None
        first_day = first_ready_day(snapshot.published_at, oslo_day(dt.datetime.now(dt.UTC)))
        with _printing(home, snapshot, first_day, directory, wanted=Parts.PRINTED in parts):
            if Parts.ANSWERS in parts:
                answers = make_answers(snapshot, first_day, directory / ANSWERS)
            if Parts.INDEX in parts:
                from search.build import build  # of many releases in a row, only the last has an index

                former = home.snapshot_before(snapshot.release)
                documents_made = build(
                    documents(snapshot),
                    directory / INDEX,
                    dictionaries=home.dictionaries,
                    former=former / INDEX if as_built(former, INDEX) else None,
                )
        local = LocalManifest(FORMAT, snapshot.release, documents_made, answers, _local_marks(directory))
    write_json(local, directory / LOCAL)


@contextmanager
def _filing(home: Home, number: int, work: Path, *, wanted: bool) -> Iterator[None]:
    """The files are made while the rest is built, and are there when that is."""
    filing = Filing(home, number, work) if wanted else None
    try:
        yield
        if filing is not None:
            filing.finish()
    except BaseException:
        if filing is not None:
            filing.stop()
        raise


@contextmanager
def _printing(
    home: Home, snapshot: Snapshot, first_day: dt.date, directory: Path, *, wanted: bool
) -> Iterator[None]:
    """The documents are set while the rest is built, and are there when that is."""
    printing = Printing(home, snapshot, first_day, directory) if wanted else None
    try:
        yield
    except BaseException:
        if printing is not None:
            printing.stop()
        raise
    if printing is not None:
        printing.finish()


def _local_marks(directory: Path) -> tuple[FileMark, ...]:
    parts = (directory / ANSWERS, directory / INDEX, directory / PRINTED)
    paths = sorted(path for part in parts if part.is_dir() for path in part.rglob("*") if path.is_file())
    return tuple(mark(path, directory) for path in paths)


def _clean_work(home: Home, number: int) -> Path:
    """An empty work directory; what a killed publish left or sealed without switching to it goes."""
    shutil.rmtree(home.work, ignore_errors=True)
    shutil.rmtree(home.snapshot(number), ignore_errors=True)
    work = home.work / f"{number:06d}"
    work.mkdir(parents=True)
    return work


def _manifest(
    home: Home, workshop: Workshop, drafts: tuple[PublishedDraft, ...], release: store.Release
) -> Manifest:
    work = home.work / f"{release.release:06d}"
    rows = row_counts(work / LISTS)
    before = home.release(release.release - 1) / MANIFEST
    return Manifest(
        format=FORMAT,
        release=release.release,
        published_at=release.published_at,
        note=release.note,
        withdraws=release.withdraws,
        backfilled=release.backfilled,
        editions=tuple(edition for draft in drafts for edition in draft.editions),
        drafts=drafts,
        previous=sha256_of(before) if before.is_file() else None,
        audit=workshop.log.head(),
        rows=rows,
        files=(mark(work / LISTS, work, rows=rows["entry"]), *_contents_mark(work)),
        demonstration=home.is_demonstration(),
    )


def _contents_mark(work: Path) -> tuple[FileMark, ...]:
    """All other files stand in their contents: a manifest, and a list of releases, stay short."""
    contents = contents_of(work)
    if contents is None:
        return ()
    return (mark(work / FILES / CONTENTS, work, rows=len(contents.files)),)


def _published(candidate: Candidate, release: store.Release) -> PublishedDraft:
    ids = (_edition_id(edition, release) for edition in candidate.editions)
    return PublishedDraft(candidate.draft, tuple(ids))


def _edition_id(edition: Edition, release: store.Release) -> str:
    return EditionMark(edition.terms.list, 0, edition.valid_from, release.release).id


def _seal(home: Home, work: Path, number: int) -> None:
    home.snapshots.mkdir(exist_ok=True)
    work.rename(home.snapshot(number))
    sync_directory(home.snapshots)


def manifest_of(home: Home, release: int) -> Manifest:
    """The manifest of any release that was ever published."""
    return read_manifest(home.release(release))


_LOG = structlog.get_logger("blaliste.publish")

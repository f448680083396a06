"""What was seen when a draft was judged, and the lists as they would be; derived from it and its base."""

import os
import shutil
import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from app.home import Home, alone_in
from app.moves import ChangeShape
from app.publish.prepare import Prepared
from app.read.change_marks import ChangeMark
from app.read.draft_changes import change_marks, whole_changes
from app.snapshot import LISTS, Snapshot, lists_db_of, open_snapshot
from app.workshop.records import DraftRecord
from ingest import store
from ingest.write import write
from lists.gates import GateResult
from lists.impact import Impact
from lists.problems import Problem

_Kept = TypeVar("_Kept")

LOOK = "look"
CHANGES = "changes"


class Look(msgspec.Struct, frozen=True):
    """
    What was seen when a draft was judged.

    Attributes:
        base: The release it was judged against.
        changes: How many values had been changed in it by then.
        carried: Whether its changes were carried further.
        problems: All of them, by place.
        whole: The lists as they would be were built too, and can be opened with `open_preview`.
    """

    base: int
    changes: int
    carried: bool
    problems: tuple[Problem, ...]
    gates: tuple[GateResult, ...]
    impact: tuple[Impact, ...]
    whole: bool = False

    def is_of(self, draft: DraftRecord) -> bool:
        """Whether the draft is as it was when this was seen."""
        then = (self.base, self.changes, self.carried)
        return then == (draft.base, len(draft.changes), draft.carried)


def keep_look(home: Home, draft: DraftRecord, prepared: Prepared, *, whole: bool = True) -> None:
    """
    Keep what was seen; what was kept of an earlier judgement goes.

    Args:
        whole: Build the lists as they would be; not worth it where the draft goes public at once.
    """
    aside = _place_aside(home, draft.draft)
    try:
        _look_into(aside, home, draft, prepared, whole=whole)
        place = home.draft(draft.draft)
        with alone_in(home.drafts):
            shutil.rmtree(place, ignore_errors=True)
            aside.rename(place)
    finally:
        # A disk that takes no more gets back what was begun.
        shutil.rmtree(aside, ignore_errors=True)


def keep_look_or_later(home: Home, draft: DraftRecord, prepared: Prepared, *, whole: bool) -> None:
    """As `keep_look` after the draft is recorded: a disk that takes no more undoes nothing of that."""
    try:
        keep_look(home, draft, prepared, whole=whole)
    except (OSError, sqlite3.Error) as error:
        _LOG.warning("looked-later", draft=draft.draft, error=str(error))


def _look_into(aside: Path, home: Home, draft: DraftRecord, prepared: Prepared, *, whole: bool) -> None:
    whole = whole and bool(prepared.editions)
    if whole:
        base = prepared.base
        coming = store.Release(base + 1, draft.received_at)
        additions = prepared.additions(draft.source)
        write(aside / LISTS, former=lists_db_of(home, base), release=coming, additions=additions)
        with closing(Snapshot(store.connect(aside / LISTS), None)) as preview:
            places = [(edition.terms.list, edition.valid_from) for edition in prepared.editions]
            _keep(change_marks(preview, places), aside / CHANGES)
    look = Look(
        *(prepared.base, len(draft.changes), draft.carried),
        problems=prepared.problems,
        gates=prepared.gates,
        impact=prepared.impact,
        whole=whole,
    )
    _keep(look, aside / LOOK)


def has_preview(home: Home, draft: int) -> bool:
    """Whether the lists as they would be, and what would change, are there."""
    place = home.draft(draft)
    return (place / LISTS).is_file() and (place / CHANGES).is_file()


def read_look(home: Home, draft: int) -> Look | None:
    """What was seen last, None where nothing (usable) is kept."""
    return _read(home.draft(draft) / LOOK, Look)


def is_stale(home: Home, draft: DraftRecord) -> bool:
    """Whether something was published since a draft was judged, or what was seen then is gone."""
    if draft.is_final:
        return False
    look = read_look(home, draft.draft)
    seen = look is not None and look.is_of(draft) and (has_preview(home, draft.draft) or not draft.sha256)
    return not seen or draft.base != home.current_release()


def read_changes(home: Home, draft: int) -> list[ChangeMark]:
    """What the draft would change, in short; nothing where nothing (usable) is kept."""
    return _read(home.draft(draft) / CHANGES, list[ChangeMark]) or []


def open_preview(home: Home, draft: int) -> Snapshot:
    """The lists as they would be, as if the draft were the next release."""
    return Snapshot(store.connect(home.draft(draft) / LISTS), None)


def shown_changes(
    home: Home, draft: DraftRecord, marks: Sequence[ChangeMark], lang: str
) -> tuple[ChangeShape, ...]:
    """
    Some of a draft's changes whole: out of its preview, or out of what is public once it is.

    Returns:
        Nothing for one that was let go: its preview went with it.
    """
    release = next((int(known.edition.split("/")[-1]) for known in draft.lists if known.edition), None)
    if not marks or (release is None and not has_preview(home, draft.draft)):
        return ()
    if release is None:
        with closing(open_preview(home, draft.draft)) as preview:
            return tuple(whole_changes(preview, marks, lang))
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return tuple(whole_changes(snapshot, marks, lang, release=release))


def _place_aside(home: Home, draft: int) -> Path:
    """A directory of our own; what somebody left who was killed over the same draft goes."""
    for left in home.drafts.glob(f".{draft:06d}.*"):
        if not Path("/proc", left.suffix[1:]).exists():
            shutil.rmtree(left, ignore_errors=True)
    aside = home.drafts / f".{draft:06d}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    return aside


def _keep(content: object, path: Path) -> None:
    path.write_bytes(zlib.compress(msgspec.msgpack.encode(content), 1))


def _read(path: Path, kind: type[_Kept]) -> _Kept | None:
    try:
        return msgspec.msgpack.decode(zlib.decompress(path.read_bytes()), type=kind)
    except (OSError, zlib.error, msgspec.DecodeError):
        return None


def forget_preview(home: Home, draft: int) -> None:
    """The lists as they would be go; what was found, and what changed in short, stays."""
    path: Path = home.draft(draft) / LISTS
    path.unlink(missing_ok=True)


_LOG = structlog.get_logger("blaliste.looks")

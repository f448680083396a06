"""What a draft says of each list before it is judged: from its kept file or its act, with its changes."""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from app.home import Home
from app.publish.keeping import kept
from app.snapshot import Snapshot
from app.workshop.records import CLOSE, FILE, WITHDRAW, ChangeMade, DraftRecord
from ingest import store
from ingest.files import SourceFile, open_source
from ingest.reading import FirstDays, Reading
from lists.editing import Edit, edited
from lists.edition import Draft, Edition, closed_edition
from lists.errors import Refused, SourceUnreadable
from lists.problems import problem
from lists.rules import RULES
from lists.timeline import EditionMark


class Request(msgspec.Struct, frozen=True):
    """
    How a source is to be read.

    Attributes:
        profile: Name or path of the profile of a table; None for M30.
        first_days: First days the editor gives.
    """

    profile: str | None = None
    first_days: FirstDays = FirstDays()


def read_or_say(source: SourceFile, request: Request) -> Reading:
    """
    As `read_source`; what cannot be read to its end is a problem like others, for a draft that is refused.

    Raises:
        SourceUnreadable: There is nothing in it that a rule speaks of.
    """
    try:
        return read_source(source, request)
    except SourceUnreadable as error:
        if error.reason not in RULES:
            raise
        line = int(error.facts.get("line", "0"))
        found = problem(error.reason, file=source.name, line=line, found=error.facts.get("found", ""))
        return Reading([], [found])


def said_by(home: Home, snapshot: Snapshot, draft: DraftRecord) -> Reading:
    """
    What a recorded draft says, with the values that editors changed, the same whenever it is asked.

    Raises:
        HomeBroken: "file-missing" or "file-differs": what was kept is not there, or not as it was.
        Refused: "list-not-in-force": an act speaks of a list that is not there (any more).
    """
    if draft.kind == FILE:
        reading = _read_kept(home, draft)
    elif draft.kind == CLOSE:
        reading = Reading([_closing(snapshot, draft)], [])
    else:
        assert draft.kind == WITHDRAW
        reading = Reading([_restoring(snapshot, draft, place) for place in range(len(draft.restores))], [])
    return Reading(with_changes(reading.drafts, draft.changes), reading.problems, reading.received)


def drafts_of(home: Home, draft: DraftRecord) -> list[Draft]:
    """What a file says with the changes made to it, not judged yet; see `prepare_draft`."""
    return with_changes(_read_kept(home, draft).drafts, draft.changes)


def with_changes(drafts: Sequence[Draft], changes: Sequence[ChangeMade]) -> list[Draft]:
    """The same drafts with the values that editors changed, in the order they did."""
    edits = (Edit(change.subject, change.key, change.field, change.after, change.list) for change in changes)
    return with_edits(drafts, edits)


def with_edits(drafts: Sequence[Draft], edits: Iterable[Edit]) -> list[Draft]:
    """The same drafts with these values, in this order."""
    changed = list(drafts)
    for edit in edits:
        changed = edited(changed, edit).drafts
    return changed


def read_source(source: SourceFile, request: Request) -> Reading:
    """
    What a source says of each list.

    Raises:
        SourceUnreadable: It is not what it claims to be.
        Refused: "profile-missing".
    """
    # Loaded by who reads a file: this module is there in each process that only answers, too.
    if request.profile is not None:
        from ingest.convert_sheet import convert_sheet
        from ingest.profiles import load_profile

        return convert_sheet(source, load_profile(request.profile), first_days=request.first_days)
    if source.kind != "xml":
        raise Refused("profile-missing", where=source.name, found=source.kind)
    from ingest.convert import convert
    from ingest.m30.read import read

    with source.open() as stream:
        return convert(read(stream, source.name), file=source.name, first_days=request.first_days)


def _read_kept(home: Home, draft: DraftRecord) -> Reading:
    """A draft's kept source, read exactly as it was read the first time."""
    assert draft.source is not None
    assert draft.source_name is not None
    profile = str(kept(home, draft.profile)) if draft.profile is not None else None
    with open_source(kept(home, draft.source)) as source:
        source.name = draft.source_name
        return read_or_say(source, Request(profile, draft.first_days))


def _closing(snapshot: Snapshot, draft: DraftRecord) -> Draft:
    """The act that ends a list from a day on (rule 2)."""
    assert draft.close is not None
    assert draft.first_days.all is not None
    return _ending(snapshot, draft.close, draft.first_days.all)


def _ending(snapshot: Snapshot, code: str, valid_from: dt.date) -> Draft:
    """The end of a list; where somebody has ended it already, nothing new."""
    mark = last_in_force(snapshot, code, valid_from)
    if mark is None:
        raise Refused("list-not-in-force", found=code, valid_on=valid_from)
    return _draft_of(closed_edition(store.read_terms(snapshot.db, mark), valid_from))


def last_in_force(snapshot: Snapshot, code: str, day: dt.date) -> EditionMark | None:
    """The edition of a list that holds on a day, its end included; None before its first."""
    line = snapshot.timelines.get(code)
    mark: EditionMark | None = line.in_force(day, snapshot.release) if line is not None else None
    return mark


def _restoring(snapshot: Snapshot, draft: DraftRecord, place: int) -> Draft:
    """What a withdrawal puts on one list again: what it said before, or its end where it was not there."""
    restored = draft.restores[place]
    if restored.edition is None:
        return _ending(snapshot, restored.list, restored.valid_from)
    marks = {mark.id: mark for mark in snapshot.editions}
    former = store.read_edition(snapshot.db, marks[restored.edition])
    return _draft_of(Edition(former.terms, restored.valid_from, former.entries))


def _draft_of(edition: Edition) -> Draft:
    return Draft("", edition.terms, edition.valid_from, list(edition.entries))

"""From a draft's source or act to judged lists: what it would publish, and everything wrong or noteworthy."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from app.home import Home
from app.publish.keeping import kept
from app.snapshot import Snapshot
from app.workshop.records import CLOSE, FILE, WITHDRAW, ChangeMade, DraftList, DraftRecord
from ingest import store
from ingest.convert import convert
from ingest.convert_sheet import convert_sheet
from ingest.files import SourceFile, open_source
from ingest.m30.read import read
from ingest.profiles import load_profile
from ingest.reading import FirstDays, Reading
from ingest.write import Addition
from lists.carrying import carried
from lists.editing import Edit, edited
from lists.edition import Draft, Edition, closed_edition, content_digest
from lists.errors import Refused
from lists.gates import Beside, GateLimits, GateResult, gates, gates_of_act
from lists.impact import Impact, impact
from lists.marks import lost_marks
from lists.problems import Problem
from lists.records import Terms
from lists.rules import Case, Judgement, blocks, judge
from lists.timeline import EditionMark

OLDER_COMPARED = 6
"""So many editions before the one in force are held against a draft: the slip is last quarter's file."""


class Request(msgspec.Struct, frozen=True):
    """
    How a source is to be read.

    Attributes:
        profile: Name or path of the profile of a table; None for M30.
        first_days: First days the editor gives.
    """

    profile: str | None = None
    first_days: FirstDays = FirstDays()


class Prepared(msgspec.Struct, frozen=True):
    """
    A source or an act, judged against one release.

    Attributes:
        base: The release it was judged against.
        problems: Of the file and of all its lists, sorted.
        of_file: Those of the file as a whole.
        gates: Of every list that has something new; empty where nobody looked.
        impact: What it means for people; empty where nobody looked.
        marks: Rule 22's marks that the edition before had and that still mean the same: already made.
    """

    base: int
    judgements: tuple[Judgement, ...]
    problems: tuple[Problem, ...]
    gates: tuple[GateResult, ...] = ()
    of_file: tuple[Problem, ...] = ()
    impact: tuple[Impact, ...] = ()
    marks: tuple[Edit, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether anything in it blocks; then nothing of it is published."""
        return any(blocks(found) for found in self.problems)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions it would publish; none where it is refused or has nothing new."""
        if self.refused:
            return ()
        return tuple(judgement.edition for judgement in self.judgements if judgement.edition is not None)

    @property
    def sha256(self) -> str:
        """Tells apart what it would publish: lists, first days and contents; "" where that is nothing."""
        told = [
            f"{edition.terms.list} {edition.valid_from} {content_digest(edition)}"
            for edition in self.editions
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest() if told else ""

    def additions(self, source: str | None) -> tuple[Addition, ...]:
        """The same editions on their way into the store, with what was noted in each and in their file."""
        if self.refused:
            return ()
        return tuple(
            Addition(judged.edition, source, findings=(*self.of_file, *judged.problems))
            for judged in self.judgements
            if judged.edition is not None
        )

    @property
    def lists(self) -> tuple[DraftList, ...]:
        """What it makes of each list."""
        return tuple(_draft_list(judgement) for judgement in self.judgements)


class Watch(msgspec.Struct, frozen=True):
    """Who looks at the step from one edition to the next: the gates' limits, and the day it is."""

    limits: GateLimits
    today: dt.date


def prepare(
    snapshot: Snapshot, source: SourceFile, request: Request, *, watch: Watch | None = None
) -> Prepared:
    """
    Read and judge a source against what a snapshot holds.

    Raises:
        SourceUnreadable: The file is not what it claims to be.
        Refused: "number-kind-mixed": it is kept under another kind of number than the home.
    """
    reading = read_source(source, request)
    kept_marks = tuple(
        edit for draft in reading.drafts for edit in lost_marks(_terms_in_force(snapshot, draft), draft)
    )
    drafts = _edited(reading.drafts, kept_marks)
    prepared = _judged(snapshot, drafts, _Manner(tuple(reading.problems), watch))
    return msgspec.structs.replace(prepared, marks=kept_marks)


def prepare_draft(
    home: Home, snapshot: Snapshot, draft: DraftRecord, *, watch: Watch | None = None
) -> Prepared:
    """
    Judge a recorded draft: its kept source or act, with the changes made to it.

    The same record and the same snapshot give the same editions, whenever this is asked.

    Raises:
        HomeBroken: "file-missing" or "file-differs": what was kept is not there, or not as it was.
        Refused: "list-not-in-force": an act speaks of a list that is not there (any more).
    """
    of_file: tuple[Problem, ...] = ()
    if draft.kind == FILE:
        reading = _read_kept(home, draft)
        drafts, of_file = reading.drafts, tuple(reading.problems)
    elif draft.kind == CLOSE:
        drafts = [_closing(snapshot, draft)]
    else:
        assert draft.kind == WITHDRAW
        drafts = [_restoring(snapshot, draft, place) for place in range(len(draft.restores))]
    drafts = with_changes(drafts, draft.changes)
    manner = _Manner(of_file, watch, is_act=draft.kind != FILE, carry=draft.carried)
    return _judged(snapshot, drafts, manner)


def drafts_of(home: Home, draft: DraftRecord) -> list[Draft]:
    """What a file says with the changes made to it, not judged yet; see `prepare_draft`."""
    return with_changes(_read_kept(home, draft).drafts, draft.changes)


def with_changes(drafts: Sequence[Draft], changes: Sequence[ChangeMade]) -> list[Draft]:
    """The same drafts with the values that editors changed, in the order they did."""
    edits = (Edit(change.subject, change.key, change.field, change.after, change.list) for change in changes)
    return _edited(drafts, edits)


def _edited(drafts: Sequence[Draft], edits: Iterable[Edit]) -> list[Draft]:
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
    if request.profile is not None:
        return convert_sheet(source, load_profile(request.profile), first_days=request.first_days)
    if source.kind != "xml":
        raise Refused("profile-missing", where=source.name, found=source.kind)
    with source.open() as stream:
        return convert(read(stream, source.name), file=source.name, first_days=request.first_days)


class _Manner(msgspec.Struct, frozen=True):
    """
    How drafts are judged.

    Attributes:
        of_file: What was found in their file.
        watch: Who watches; None where nobody does.
        is_act: They are made by an act, not from a file.
        carry: Their changes are carried into editions that are released for later days.
        own: Lists and days that they speak of themselves.
    """

    of_file: tuple[Problem, ...] = ()
    watch: Watch | None = None
    is_act: bool = False
    carry: bool = False
    own: frozenset[tuple[str, dt.date | None]] = frozenset()


def _judged(snapshot: Snapshot, drafts: Sequence[Draft], manner: _Manner) -> Prepared:
    for draft in drafts:
        _refuse_other_numbers(snapshot, draft)
    own = frozenset((draft.terms.list, draft.valid_from) for draft in drafts)
    manner = msgspec.structs.replace(manner, own=own)
    judgements: list[Judgement] = []
    fired: list[GateResult] = []
    meant: list[Impact] = []
    for draft in drafts:
        for case in _cases(snapshot, draft, manner):
            judgement = judge(case.draft, case.former)
            judgements.append(judgement)
            if judgement.edition is not None and manner.watch is not None:
                look = gates_of_act if manner.is_act else gates
                fired += look(case, _beside(snapshot, case, manner), manner.watch.limits)
                meant += impact(case.former, judgement.edition) if case.former is not None else ()
    problems = sorted([*manner.of_file, *(found for judged in judgements for found in judged.problems)])
    return Prepared(
        snapshot.release, tuple(judgements), tuple(problems), tuple(fired), manner.of_file, tuple(meant)
    )


def _cases(snapshot: Snapshot, draft: Draft, manner: _Manner) -> Iterator[Case]:
    """A draft against the edition it would follow and, carried, against each that is released for later."""
    former = _in_force(snapshot, draft)
    yield Case(draft, former)
    if not manner.carry or former is None:
        return
    for mark in _later(snapshot, draft):
        if (mark.list, mark.valid_from) in manner.own:
            continue  # The draft itself says what holds from that day.
        later = store.read_edition(snapshot.db, mark)
        yield Case(carried(former, draft, later), later)


def _beside(snapshot: Snapshot, case: Case, manner: _Manner) -> Beside:
    assert manner.watch is not None
    later = () if manner.carry else _later(snapshot, case.draft)
    older = _older(snapshot, case.draft)
    return Beside(
        asked_on=manner.watch.today,
        older=((mark.id, store.outline(snapshot.db, mark)) for mark in older),
        later=tuple(
            (mark.id, store.read_edition(snapshot.db, mark))
            for mark in later
            if (mark.list, mark.valid_from) not in manner.own
        ),
    )


def _older(snapshot: Snapshot, draft: Draft) -> list[EditionMark]:
    """The editions before the one a draft would follow, the nearest first."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return []
    chain = [mark for mark in line.chain(snapshot.release) if mark.valid_from <= draft.valid_from]
    return chain[-2 : -2 - OLDER_COMPARED : -1]


def _later(snapshot: Snapshot, draft: Draft) -> tuple[EditionMark, ...]:
    """The editions of a draft's list that are released already for a later day."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return ()
    return line.coming(draft.valid_from, snapshot.release)


def _read_kept(home: Home, draft: DraftRecord) -> Reading:
    """A draft's kept source, read exactly as it was read the first time."""
    assert draft.source is not None
    assert draft.source_name is not None
    profile = str(kept(home, draft.profile)) if draft.profile is not None else None
    with open_source(kept(home, draft.source)) as source:
        source.name = draft.source_name
        return read_source(source, Request(profile, draft.first_days))


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


def _in_force(snapshot: Snapshot, draft: Draft) -> Edition | None:
    """The edition a draft would follow: the one in force on its first day."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return None
    mark: EditionMark | None = line.in_force(draft.valid_from, snapshot.release)
    return store.read_edition(snapshot.db, mark) if mark is not None else None


def _terms_in_force(snapshot: Snapshot, draft: Draft) -> Terms | None:
    """The groups and conditions of the edition a draft would follow, without diagnosis codes."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return None
    mark = line.in_force(draft.valid_from, snapshot.release)
    return store.read_tree(snapshot.db, mark) if mark is not None else None


def _refuse_other_numbers(snapshot: Snapshot, draft: Draft) -> None:
    known = snapshot.db.execute("SELECT number_kind, edition FROM edition LIMIT 1").fetchone()
    if known is not None and known[0] != draft.terms.number_kind:
        raise Refused("number-kind-mixed", where=draft.file, found=draft.terms.number_kind, expected=known[0])


def _draft_list(judgement: Judgement) -> DraftList:
    draft = judgement.draft
    return DraftList(
        list=draft.terms.list,
        title=draft.terms.title,
        valid_from=draft.valid_from,
        entries=len(draft.entries),
        groups=len(draft.terms.groups),
        state=judgement.state,
    )

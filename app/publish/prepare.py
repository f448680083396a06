"""From a draft's source or act to judged lists: what it would publish, and everything wrong or noteworthy."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence

import msgspec

from app.home import Home
from app.publish.readings import Request, read_source, said_by, with_edits
from app.publish.told import told_list, without_content
from app.publish.undisturbed import undisturbed
from app.snapshot import Snapshot
from app.workshop.records import FILE, DraftList, DraftRecord
from ingest import store
from ingest.files import SourceFile
from ingest.reading import Reading
from ingest.write import Addition
from lists.carrying import carried
from lists.editing import Edit
from lists.edition import Draft, Edition, content_digest
from lists.errors import Refused
from lists.gates import Beside, GateLimits, GateResult, gates, gates_of_act
from lists.impact import Impact, impact
from lists.marks import lost_marks
from lists.problems import Problem
from lists.records import Terms
from lists.rules import Case, Judgement, blocks, edition_of, judge
from lists.sharing import sharing
from lists.timeline import EditionMark

OLDER_COMPARED = 6
"""So many editions before the one in force are held against a draft: the slip is last quarter's file."""


class Prepared(msgspec.Struct, frozen=True):
    """
    A source or an act, judged against one release.

    Attributes:
        base: The release it was judged against.
        problems: Of the file and of all its lists, sorted.
        lists: What it makes of each list.
        of_file: Those of the file as a whole.
        gates: Of every list that has something new; empty where nobody looked.
        impact: What it means for people; empty where nobody looked.
        marks: Rule 22's marks that the edition before had and that still mean the same: already made.
    """

    base: int
    judgements: tuple[Judgement, ...]
    problems: tuple[Problem, ...]
    lists: tuple[DraftList, ...]
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

    def without_content(self) -> "Prepared":
        """The same for whoever only tells of it: what its lists say of products and groups is let go."""
        bare = tuple(without_content(judgement) for judgement in self.judgements)
        return msgspec.structs.replace(self, judgements=bare)


class Watch(msgspec.Struct, frozen=True):
    """Who looks at the step from one edition to the next: the gates' limits, and the day it is."""

    limits: GateLimits
    today: dt.date


@undisturbed()
def prepare(
    snapshot: Snapshot,
    source: SourceFile,
    request: Request,
    *,
    watch: Watch | None = None,
    read: Callable[[SourceFile, Request], Reading] = read_source,
) -> Prepared:
    """
    Read and judge a source against what a snapshot holds.

    Args:
        read: `read_source`, or `read_or_say` for what is kept as a draft even where it is refused.

    Raises:
        SourceUnreadable: The file is not what it claims to be.
        Refused: "number-kind-mixed": it is kept under another kind of number than the home.
    """
    reading = read(source, request)
    kept_marks = tuple(
        edit for draft in reading.drafts for edit in lost_marks(_terms_in_force(snapshot, draft), draft)
    )
    drafts = with_edits(reading.drafts, kept_marks)
    prepared = _judged(snapshot, drafts, _Manner(tuple(reading.problems), watch))
    return msgspec.structs.replace(prepared, marks=kept_marks)


@undisturbed()
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
    said = said_by(home, snapshot, draft)
    manner = _Manner(tuple(said.problems), watch, is_act=draft.kind != FILE, carry=draft.carried)
    manner = msgspec.structs.replace(manner, withdraws=draft.withdraws)
    return _judged(snapshot, said.drafts, manner)


class _Manner(msgspec.Struct, frozen=True):
    """
    How drafts are judged.

    Attributes:
        of_file: What was found in their file.
        watch: Who watches; None where nobody does.
        is_act: They are made by an act, not from a file.
        carry: Their changes are carried into editions that are released for later days.
        withdraws: The release that they take back.
        own: Lists and days that they speak of themselves.
    """

    of_file: tuple[Problem, ...] = ()
    watch: Watch | None = None
    is_act: bool = False
    carry: bool = False
    withdraws: int | None = None
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
        cases = _cases(snapshot, draft, manner)
        for case in cases:
            judgement = judge(case.draft, case.former)
            judgements.append(judgement)
            if judgement.edition is not None and manner.watch is not None:
                look = gates_of_act if manner.is_act else gates
                beside = _beside(snapshot, case, manner, carried_to=cases[1:] if case is cases[0] else None)
                fired += look(case, beside, manner.watch.limits)
                meant += impact(case.former, judgement.edition) if case.former is not None else ()
    problems = sorted([*manner.of_file, *(found for judged in judgements for found in judged.problems)])
    return Prepared(
        base=snapshot.release,
        judgements=tuple(judgements),
        problems=tuple(problems),
        lists=tuple(map(told_list, judgements)),
        gates=tuple(fired),
        of_file=manner.of_file,
        impact=tuple(meant),
    )


def _cases(snapshot: Snapshot, draft: Draft, manner: _Manner) -> list[Case]:
    """A draft against the edition it would follow and, carried, against each that is released for later."""
    former = _in_force(snapshot, draft)
    cases = [Case(draft, former)]
    if manner.carry and former is not None:
        later = (store.read_edition(snapshot.db, mark) for mark in _later(snapshot, draft, manner))
        cases += (Case(carried(former, draft, edition), edition) for edition in later)
    return cases


def _beside(snapshot: Snapshot, case: Case, manner: _Manner, *, carried_to: Sequence[Case] | None) -> Beside:
    """
    What the gates look at beside a case.

    Args:
        carried_to: The cases of the later days it is carried to; what could not be carried is still
            asked about. None where the case is one of these itself.
    """
    assert manner.watch is not None
    later: tuple[tuple[str, Edition], ...] = ()
    if carried_to is not None:
        marks = _later(snapshot, case.draft, manner)
        editions = (
            (edition_of(one.draft, mark.valid_from) for one, mark in zip(carried_to, marks, strict=True))
            if manner.carry and case.former is not None
            else (store.read_edition(snapshot.db, mark) for mark in marks)
        )
        later = tuple((mark.id, edition) for mark, edition in zip(marks, editions, strict=True))
    older = _older(snapshot, case.draft)
    return Beside(
        asked_on=manner.watch.today,
        older=((mark.id, store.outline(snapshot.db, mark)) for mark in older),
        later=later,
        undone=_undone(snapshot, case.draft, manner.withdraws),
    )


def _undone(snapshot: Snapshot, draft: Draft, withdrawn: int | None) -> tuple[str, ...]:
    """What holds on a draft's first day by now, where that came after the release it takes back."""
    line = snapshot.timelines.get(draft.terms.list)
    if withdrawn is None or line is None or draft.valid_from is None:
        return ()
    mark = line.in_force(draft.valid_from, snapshot.release)
    return (mark.id,) if mark is not None and mark.release > withdrawn else ()


def _older(snapshot: Snapshot, draft: Draft) -> list[EditionMark]:
    """The editions before the one a draft would follow, the nearest first."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return []
    chain = [mark for mark in line.chain(snapshot.release) if mark.valid_from <= draft.valid_from]
    return chain[-2 : -2 - OLDER_COMPARED : -1]


def _later(snapshot: Snapshot, draft: Draft, manner: _Manner) -> tuple[EditionMark, ...]:
    """The editions released already for later days, but for days of which the same file or act speaks."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return ()
    coming = line.coming(draft.valid_from, snapshot.release)
    return tuple(mark for mark in coming if (mark.list, mark.valid_from) not in manner.own)


def _in_force(snapshot: Snapshot, draft: Draft) -> Edition | None:
    """The edition a draft would follow, in force on its first day; what both say is held once."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return None
    mark: EditionMark | None = line.in_force(draft.valid_from, snapshot.release)
    if mark is None:
        return None
    mine = {entry.varenr: entry for entry in draft.entries}
    held = (sharing(entry, mine.get(entry.varenr)) for entry in store.each_entry(snapshot.db, mark))
    return Edition(store.read_terms(snapshot.db, mark), mark.valid_from, tuple(held))


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

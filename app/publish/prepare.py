"""From a source file to judged lists: what it would publish, and everything wrong or noteworthy in it."""

import hashlib

import msgspec

from app.home import Home, sync_directory, write_whole
from app.snapshot import Snapshot
from app.workshop import DraftList, DraftRecord
from ingest import store
from ingest.convert import convert
from ingest.convert_sheet import convert_sheet
from ingest.files import SourceFile
from ingest.m30.read import read
from ingest.profiles import load_profile, profile_path
from ingest.reading import FirstDays, Reading
from ingest.write import Addition
from lists.edition import Draft, Edition, closed_edition
from lists.errors import Refused
from lists.gates import GateResult, gates
from lists.problems import Problem
from lists.rules import Case, Judgement, blocks, judge
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


class Prepared(msgspec.Struct, frozen=True):
    """
    A source or an act, judged against one release.

    Attributes:
        base: The release it was judged against.
        problems: Of the file and of all its lists, sorted.
        of_file: Those of the file as a whole.
        gates: Of every list that has something new.
    """

    base: int
    judgements: tuple[Judgement, ...]
    problems: tuple[Problem, ...]
    gates: tuple[GateResult, ...]
    of_file: tuple[Problem, ...] = ()

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


def prepare(snapshot: Snapshot, source: SourceFile, request: Request) -> Prepared:
    """
    Read and judge a source against what a snapshot holds.

    Raises:
        SourceUnreadable: The file is not what it claims to be.
        Refused: "number-kind-mixed": it is kept under another kind of number than the home.
    """
    reading = _read(source, request)
    for draft in reading.drafts:
        _refuse_other_numbers(snapshot, draft)
    judgements: list[Judgement] = []
    fired: list[GateResult] = []
    for draft in reading.drafts:
        former = _in_force(snapshot, draft)
        judgement = judge(draft, former)
        judgements.append(judgement)
        if judgement.edition is not None:
            fired += gates(Case(draft, former))
    problems = [*reading.problems, *(found for judged in judgements for found in judged.problems)]
    return Prepared(
        snapshot.release, tuple(judgements), tuple(sorted(problems)), tuple(fired), tuple(reading.problems)
    )


def prepare_close(snapshot: Snapshot, draft: DraftRecord) -> Prepared:
    """
    The act that ends a list from a day on (rule 2).

    Raises:
        Refused: "list-not-in-force": no edition of it is in force on that day.
    """
    assert draft.close is not None
    valid_from = draft.first_days.all
    assert valid_from is not None
    line = snapshot.timelines.get(draft.close)
    mark = line.in_force(valid_from, snapshot.release) if line is not None else None
    if mark is None or mark.closed:
        raise Refused("list-not-in-force", found=draft.close, valid_on=valid_from)
    edition = closed_edition(store.read_terms(snapshot.db, mark), valid_from)
    judged = Judgement(Draft("", edition.terms, valid_from), [], "new", edition)
    return Prepared(snapshot.release, (judged,), (), ())


def keep_source(home: Home, source: SourceFile) -> None:
    """Keep a source under its hash, for ever; a file that is there already stays."""
    target = home.source(source.sha256)
    if target.exists():
        return
    aside = target.with_name(f".{target.name}.part")
    aside.unlink(missing_ok=True)
    source.copy_to(aside)
    aside.replace(target)
    sync_directory(home.sources)


def keep_profile(home: Home, profile: str | None) -> str | None:
    """Keep the profile a source was read with; returns the hash it lies under."""
    if profile is None:
        return None
    content = profile_path(profile).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if not home.source(sha256).exists():
        write_whole(content, home.source(sha256))
    return sha256


def _read(source: SourceFile, request: Request) -> Reading:
    if request.profile is not None:
        return convert_sheet(source, load_profile(request.profile), first_days=request.first_days)
    if source.kind != "xml":
        raise Refused("profile-missing", where=source.name, found=source.kind)
    with source.open() as stream:
        return convert(read(stream, source.name), file=source.name, first_days=request.first_days)


def _in_force(snapshot: Snapshot, draft: Draft) -> Edition | None:
    """The edition a draft would follow: the one in force on its first day."""
    line = snapshot.timelines.get(draft.terms.list)
    if line is None or draft.valid_from is None:
        return None
    mark: EditionMark | None = line.in_force(draft.valid_from, snapshot.release)
    return store.read_edition(snapshot.db, mark) if mark is not None else None


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

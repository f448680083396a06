"""What a draft says of one thing, to be changed: from the lists as they would be, else from its source."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import structlog

from app.faults import named
from app.home import Home
from app.logs import set_up_logs
from app.processes import environment
from app.publish.apart import Refusal
from app.publish.looks import has_preview, open_preview
from app.publish.readings import drafts_of
from app.snapshot import Snapshot
from app.workshop.database import Workshop
from app.workshop.records import DraftRecord
from ingest import store
from lists.conditions import expresses
from lists.editing import CONDITION, GROUP, PRODUCT
from lists.edition import Draft
from lists.errors import HomeBroken, ListsError
from lists.records import Condition, Entry, Group, Terms
from lists.slots import Editable, Field, slots
from lists.timeline import EditionMark

MOST_HITS = 50


class Asked(msgspec.Struct, frozen=True):
    """One thing of a draft: by its key, or by words of its key and name."""

    draft: int
    subject: str
    key: str


class Value(msgspec.Struct, frozen=True):
    """
    One value that may be changed.

    Attributes:
        list: Of this list only; "" where all lists that have it say the same.
        title: What that list is called.
    """

    field: Field
    list: str = ""
    title: str = ""


class Hit(msgspec.Struct, frozen=True):
    """One thing that may be meant."""

    key: str
    name: str
    lists: tuple[str, ...]


class Said(msgspec.Struct, frozen=True):
    """
    What a draft says of what was asked.

    Attributes:
        name: What it is called; "" where there is no such key.
        values: What may be changed in it.
        expressing: The conditions of its lists that may express a text (rule 22).
        hits: What may be meant instead, at most 50 of `total`.
    """

    name: str = ""
    lists: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    expressing: tuple[Hit, ...] = ()
    hits: tuple[Hit, ...] = ()
    total: int = 0


async def said(home: Home, draft: DraftRecord, asked: Asked) -> Said:
    """
    What a draft, judged as it is, says of a thing.

    Raises:
        ListsError: Its source cannot be read as it was.
    """
    if has_preview(home, draft.draft):
        return await asyncio.to_thread(_from_preview, home, draft, asked)
    # Reading a source takes seconds and the whole interpreter: never beside readers.
    return await _from_process(home, asked)


class _List:
    """One list of a draft."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def entries(self, varenr: str) -> Sequence[Entry]:
        """The entries of a product: one, in a source that is refused perhaps more."""
        raise NotImplementedError

    def products(self) -> Iterable[tuple[str, str]]:
        """Number and name of every product."""
        raise NotImplementedError

    def records(self, subject: str, key: str) -> Sequence[Editable]:
        """What has that key."""
        if subject == PRODUCT:
            return self.entries(key)
        if subject == GROUP:
            return [group for group in self.terms.groups if group.code.value == key]
        if subject == CONDITION:
            return [condition for condition in self.terms.conditions if condition.id == key]
        return [self.terms] if self.terms.list == key else []

    def names(self, subject: str) -> Iterable[tuple[str, str]]:
        """Key and name of everything of a subject."""
        if subject == PRODUCT:
            return self.products()
        if subject == GROUP:
            return ((group.code.value, group.code.text) for group in self.terms.groups)
        if subject == CONDITION:
            return ((condition.id, condition.text) for condition in self.terms.conditions)
        return ((self.terms.list, self.terms.title),)


class _OfPreview(_List):
    """A list as it would be."""

    def __init__(self, preview: Snapshot, mark: EditionMark) -> None:
        super().__init__(preview.index(mark).terms)
        self._db, self._mark = preview.db, mark

    def entries(self, varenr: str) -> Sequence[Entry]:
        entry = store.read_entry(self._db, self._mark, varenr)
        return () if entry is None else (entry,)

    def products(self) -> Iterable[tuple[str, str]]:
        return ((varenr, name) for _, name, varenr, _ in store.placed_names(self._db, self._mark))


class _OfSource(_List):
    """A list as its source says it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.terms)
        self._entries = draft.entries

    def entries(self, varenr: str) -> Sequence[Entry]:
        return [entry for entry in self._entries if entry.varenr == varenr]

    def products(self) -> Iterable[tuple[str, str]]:
        return ((entry.varenr, entry.name) for entry in self._entries)


def _from_preview(home: Home, draft: DraftRecord, asked: Asked) -> Said:
    with closing(open_preview(home, draft.draft)) as preview:
        return _said(list(_lists_of(preview, draft)), asked)


def _lists_of(preview: Snapshot, draft: DraftRecord) -> Iterator[_List]:
    """The lists that the draft speaks of; carried further, it is the first of each that is changed."""
    seen: set[str] = set()
    for known in draft.lists:
        if known.list in seen or known.valid_from is None or known.list not in preview.timelines:
            continue
        mark = preview.timelines[known.list].in_force(known.valid_from, preview.release)
        if mark is not None and known.state in ("new", "unchanged"):
            seen.add(known.list)
            yield _OfPreview(preview, mark)


def _from_source(home: Home, asked: Asked) -> Said:
    with closing(Workshop(home.workshop)) as workshop:
        draft = workshop.draft(asked.draft)
    return _said([_OfSource(one) for one in drafts_of(home, draft)], asked)


def _said(lists: Sequence[_List], asked: Asked) -> Said:
    found = [(one, record) for one in lists for record in one.records(asked.subject, asked.key)]
    if not found:
        return _meant(lists, asked)
    return Said(
        name=_name(found[0][1]),
        lists=tuple(dict.fromkeys(one.terms.list for one, _ in found)),
        values=tuple(_values(found)),
        expressing=tuple(_expressing(found, asked.key)) if asked.subject == CONDITION else (),
    )


def _values(found: Sequence[tuple[_List, Editable]]) -> Iterator[Value]:
    """Each value once where all lists say the same, else once for each list."""
    by_path: dict[str, dict[tuple[str, str], Field]] = {}
    for one, record in found:
        for path, slot in slots(record, number_kind=one.terms.number_kind).items():
            by_path.setdefault(path, {})[one.terms.list, one.terms.title] = slot.field
    for fields in by_path.values():
        first = next(iter(fields.values()))
        if all(field.value == first.value for field in fields.values()):
            yield Value(first)
        else:
            yield from (Value(field, code, title) for (code, title), field in fields.items())


def _expressing(found: Sequence[tuple[_List, Editable]], key: str) -> Iterator[Hit]:
    """Conditions that a program can judge, of every list that has the text."""
    known: dict[str, list[Condition]] = {}
    for one, _ in found:
        for condition in one.terms.conditions:
            if condition.id != key and expresses(condition):
                known.setdefault(condition.id, []).append(condition)
    for identity, conditions in sorted(known.items()):
        if len(conditions) == len(found):
            yield Hit(identity, conditions[0].text, ())


def _meant(lists: Sequence[_List], asked: Asked) -> Said:
    """What all of the words stand in, in key or name; nothing where no word is given."""
    words = asked.key.casefold().split()
    found: dict[str, tuple[str, dict[str, None]]] = {}
    for one in lists if words else ():
        for key, name in one.names(asked.subject):
            text = f"{key} {name}".casefold()
            if all(word in text for word in words):
                found.setdefault(key, (name, {}))[1][one.terms.list] = None
    hits = [Hit(key, name, tuple(codes)) for key, (name, codes) in sorted(found.items())]
    return Said(hits=tuple(hits[:MOST_HITS]), total=len(hits))


def _name(record: Editable) -> str:
    if isinstance(record, Entry):
        return record.name
    if isinstance(record, Group):
        return record.code.text
    return record.text if isinstance(record, Condition) else record.title


# --- in a process of its own ------------------------------------------------


async def _from_process(home: Home, asked: Asked) -> Said:
    async with _TURNS:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "app.editor.said", str(home.path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment(),
        )
        written, _ = await process.communicate(msgspec.json.encode(asked))
    try:
        answer = msgspec.json.decode(written, type=_Answer)
    except msgspec.DecodeError as error:
        _LOG.error("order-lost", code=process.returncode, order="said")
        raise HomeBroken("order-lost", found=process.returncode) from error
    if answer.refusal is not None:
        raise answer.refusal.error()
    return answer.said


class _Answer(msgspec.Struct, frozen=True):
    said: Said = Said()
    refusal: Refusal | None = None


def main() -> None:
    """`python -m app.editor.said HOME`: what is asked as JSON on standard input, the answer on the output."""
    set_up_logs()
    try:
        asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
        answer = _Answer(_from_source(Home(Path(sys.argv[1])), asked))
    except Exception as error:  # noqa: BLE001 whatever it is, whoever asked is told
        told = error if isinstance(error, ListsError) else named(error)
        answer = _Answer(refusal=Refusal(type(told).__name__, told.reason, told.facts))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


_TURNS = asyncio.Semaphore(1)
_LOG = structlog.get_logger("blaliste.editor")

if __name__ == "__main__":
    main()

"""What an edition brought, in short: how many changes of which sort, people's consequences first."""

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import groupby

import msgspec

from app.read.change_marks import ChangeMark, marks_of
from app.read.changes import change_shape
from app.read.compared import ADDED, CONDITION, GROUP, LIST, PRODUCT, REMOVED, Compared, Difference, compared
from app.read.telling import became
from app.read.view import View
from app.snapshot import Snapshot
from app.words import LANGUAGES
from lists.timeline import EditionMark

NEW, NEW_GROUP, GROUP_ENDED = "new", "new-group", "group-ended"
SORTS = (
    "closed",
    "coverage-lost",
    "ended",
    "last-alternative-lost",
    GROUP_ENDED,
    "limit-new",
    "limit-tighter",
    "requirement-new",
    "leaves",
    "moved",
    "split",
    NEW,
    NEW_GROUP,
    "price-up",
    "price-down",
    "limit-looser",
    "limit-lifted",
    "requirement-dropped",
    "condition-reworded",
    "renamed",
    "other",
)
"""Every change is told as one of these: the first that it is of."""

_OF_GROUPS = ("limit-new", "limit-tighter", "limit-looser", "limit-lifted")
"""Of these a group is told, not every product in it; so are requirements."""


_LONGEST_NAME = 80


class NewsItem(msgspec.Struct, frozen=True):
    """
    The changes of one sort.

    Attributes:
        count: How many; of what groups bring, the groups.
        changes: How many changes that are, those of products in the groups included.
        one: The sentence of the only one, by language; empty where there are several, or little to say.
    """

    sort: str
    count: int
    changes: int
    one: Mapping[str, str]


class EditionNews(msgspec.Struct, frozen=True):
    """
    What one edition brought.

    Attributes:
        before: The edition that would have held without it; None for the first of its list.
        title: Of its list, or of the one thing that it is told for.
        entries: How many products that has.
        items: In the order of SORTS.
    """

    edition: str
    list: str
    title: str
    valid_from: dt.date
    release: int
    before: str | None
    corrects: bool
    entries: int
    items: tuple[NewsItem, ...]


def edition_before(snapshot: Snapshot, mark: EditionMark) -> EditionMark | None:
    """What held on an edition's first day before the release that brought it."""
    return snapshot.timelines[mark.list].in_force(mark.valid_from, mark.release - 1)


def step_to(snapshot: Snapshot, mark: EditionMark) -> Compared:
    """A list on an edition's first day, before the release that brought it and with it."""
    was, now = (
        View(snapshot, valid_on=mark.valid_from, release=known) for known in (mark.release - 1, mark.release)
    )
    return compared(was, now, mark.list)


def edition_news(snapshot: Snapshot, mark: EditionMark) -> EditionNews:
    """What an edition brought; whatever is released later, this stays."""
    step = step_to(snapshot, mark)
    shape = step.now.list_shape()
    assert shape is not None
    items = news_items(step, marks_of(step, mark.valid_from)) if step.was.mark is not None else ()
    return news_of(step, title=shape.title, entries=shape.products, items=items)


def news_of(step: Compared, *, title: str, entries: int, items: tuple[NewsItem, ...]) -> EditionNews:
    """What the step to an edition brought, for its list or for something on it."""
    before, mark = step.was.mark, step.now.mark
    assert mark is not None
    return EditionNews(
        edition=mark.id,
        list=mark.list,
        title=title,
        valid_from=mark.valid_from,
        release=mark.release,
        before=before.id if before is not None else None,
        corrects=before is not None and before.valid_from == mark.valid_from,
        entries=entries,
        items=items,
    )


def news_items(step: Compared, marks: Iterable[ChangeMark]) -> tuple[NewsItem, ...]:
    """Changes counted by sort; that a list has another number of products is told by those."""
    sorted_marks = sorted(
        (mark for mark in marks if mark.subject != LIST or mark.kinds != ("other",)),
        key=lambda mark: SORTS.index(sort_of(mark)),
    )
    return tuple(_item(step, sort, tuple(some)) for sort, some in groupby(sorted_marks, key=sort_of))


def sorts_of(mark: ChangeMark) -> frozenset[str]:
    """All sorts that a change is of."""
    kinds = set(mark.kinds)
    if mark.subject == PRODUCT and mark.event == REMOVED:
        # That prescriptions do not cover it either goes without saying.
        return frozenset(kinds - {"coverage-lost"})
    if mark.subject == GROUP and mark.event in (ADDED, REMOVED):
        kinds = kinds - {"ended", "other"} | {NEW_GROUP if mark.event == ADDED else GROUP_ENDED}
    if mark.subject == PRODUCT and mark.event == ADDED:
        kinds = kinds - {"other"} | {NEW}
    return frozenset(kinds)


def sort_of(mark: ChangeMark) -> str:
    """The one that a change is told as."""
    return min(sorts_of(mark), key=SORTS.index)


def _item(step: Compared, sort: str, marks: tuple[ChangeMark, ...]) -> NewsItem:
    of_groups = sort in _OF_GROUPS or sort.startswith("requirement-")
    told = [mark for mark in marks if of_groups and mark.subject == GROUP] or list(marks)
    # Of what no sort names there is little to say: fields by their names.
    alone = len(told) == 1 and sort != SORTS[-1]
    return NewsItem(sort, len(told), len(marks), _sentences(step, told[0]) if alone else {})


def _sentences(step: Compared, mark: ChangeMark) -> dict[str, str]:
    return {lang: _sentence(step, mark, lang) for lang in LANGUAGES}


def _sentence(step: Compared, mark: ChangeMark, lang: str) -> str:
    """What is told of it, beside its list: which list it is on is said there already."""
    text = change_shape(step, Difference(mark.subject, mark.key, mark.event), lang).text
    if mark.subject == CONDITION:
        return text
    name = mark.name if len(mark.name) <= _LONGEST_NAME else mark.name[: _LONGEST_NAME - 1] + "…"
    return f"{name}: {became(text, mark.subject, lang, key=mark.key, list=mark.list, name=mark.name)}"

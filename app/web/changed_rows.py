"""The changes between two ends as a page shows them: sorted, chosen, and each told with where to look."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from weakref import WeakKeyDictionary

import msgspec

from app.api.answer import AnyRequest
from app.moves import ChangeShape
from app.read.change_marks import ChangeMark, marks_of
from app.read.changes import change_shape
from app.read.compared import GROUP, PRODUCT, REMOVED, Compared, Difference
from app.read.edition_news import SORTS, sort_of, sorts_of
from app.read.telling import became
from app.served import today
from app.web.addresses import part, with_lang
from app.web.changed_values import FieldTold, field_told
from app.web.told import Words

_LONGEST_NAME = 200


class Changed(msgspec.Struct, frozen=True):
    """One change, and the comparison that found it."""

    step: Compared
    mark: ChangeMark


class ChangedRow(msgspec.Struct, frozen=True):
    """
    One change as the page shows it.

    Attributes:
        sort: One of SORTS.
        became: What became of it, as a sentence.
        address: Where it is told of; "" where it has no page.
        changes: What differs field by field, in a few words each.
    """

    sort: str
    name: str
    became: str
    address: str
    shape: ChangeShape
    key: str
    changes: tuple[FieldTold, ...]


def changes_between(step: Compared) -> tuple[Changed, ...]:
    """All that differs, people's consequences first."""
    if step not in _KEPT:
        marks = marks_of(step, step.now.view.valid_on)
        by_sort = sorted(marks, key=lambda mark: SORTS.index(sort_of(mark)))
        _KEPT[step] = tuple(by_sort)
    return tuple(Changed(step, mark) for mark in _KEPT[step])


def chosen(found: Iterable[Changed], *, kind: str, q: str) -> list[Changed]:
    """
    Some of the changes, people's consequences first whatever the list.

    Args:
        kind: One of SORTS; of every sort where it is none.
        q: Words of which all must stand in key or name.
    """
    words = q.casefold().split()
    some = (
        change
        for change in found
        if (kind not in SORTS or kind in sorts_of(change.mark))
        and all(word in f"{change.mark.key} {change.mark.name}".casefold() for word in words)
    )
    return sorted(some, key=lambda change: SORTS.index(_told_as(change.mark, kind)))


def counted(found: Iterable[Changed]) -> dict[str, int]:
    """How many changes are of each sort, people's consequences first."""
    counts = Counter(sort for change in found for sort in sorts_of(change.mark))
    return {sort: counts[sort] for sort in SORTS if counts[sort]}


def changed_row(request: AnyRequest, change: Changed, words: Words, *, kind: str = "") -> ChangedRow:
    """One change, told whole."""
    step, mark = change.step, change.mark
    shape = change_shape(step, Difference(mark.subject, mark.key, mark.event), words.lang)
    name = "" if mark.subject == "condition" else mark.name
    told = became(shape.text, mark.subject, words.lang, key=mark.key, list=mark.list, name=name)
    shown = mark.name if len(mark.name) <= _LONGEST_NAME else mark.name[: _LONGEST_NAME - 1] + "…"
    told = told[:1].upper() + told[1:]
    fields = tuple(field_told(field, words) for field in shape.changes)
    return ChangedRow(
        _told_as(mark, kind), shown, told, _address(request, change), shape, shape.key, changes=fields
    )


def _told_as(mark: ChangeMark, kind: str) -> str:
    return kind if kind in SORTS else sort_of(mark)


def _address(request: AnyRequest, change: Changed) -> str:
    """Its page on the later day; on the earlier one where it is gone by then."""
    mark, step = change.mark, change.step
    end = step.was if mark.event == REMOVED else step.now
    if mark.subject == PRODUCT:
        return _on_day(request, f"/vare/{part(mark.key)}", end.view.valid_on)
    if mark.subject == GROUP:
        return _on_day(request, f"/gruppe/{part(mark.key)}?list={part(mark.list)}", end.view.valid_on)
    return ""


def _on_day(request: AnyRequest, path: str, day: dt.date) -> str:
    if day != today():
        path += f"{'&' if '?' in path else '?'}valid_on={day.isoformat()}"
    return with_lang(request, path)


_KEPT: WeakKeyDictionary[Compared, tuple[ChangeMark, ...]] = WeakKeyDictionary()
"""What was sorted once is there for the pages that follow, as long as the comparison is kept."""

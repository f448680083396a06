"""What a draft would change, against what would be in force on its days without it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from app.moves import ChangeShape
from app.read.change_marks import PEOPLE_FIRST, ChangeMark, marks_of, rank
from app.read.changes import change_shape
from app.read.compared import Compared, Difference, compared
from app.read.view import View
from app.snapshot import Snapshot

STEPS = (333, 500, 800, 950, 1000, 1050, 1250, 2000, 3000)
"""Where the histogram of price ratios is cut, in thousandths; 1000 is an unchanged price."""


class Bucket(msgspec.Struct, frozen=True):
    """How many price ratios lie in [from, to), in thousandths; null is no bound."""

    at_least: int | None
    below: int | None
    count: int


def change_marks(preview: Snapshot, editions: Iterable[tuple[str, dt.date]]) -> list[ChangeMark]:
    """
    Every change of a draft, those that take something from people first.

    Args:
        preview: The lists as if the draft were the next release, and that release its last.
        editions: List and first day of each edition that is new in it.
    """
    found: list[ChangeMark] = []
    for code, valid_from in editions:
        found += marks_of(_step(preview, preview.release, (code, valid_from)), valid_from)
    return sorted(found, key=lambda mark: (rank(mark), mark.list, mark.valid_from))


def whole_changes(
    snapshot: Snapshot, marks: Sequence[ChangeMark], lang: str, *, release: int | None = None
) -> Iterator[ChangeShape]:
    """
    The same changes whole: what was, what would be, field by field, with a sentence.

    Args:
        snapshot: A preview, or one in which the draft is public.
        release: The release that brought it; the snapshot's last where absent.
    """
    brought = release if release is not None else snapshot.release
    steps: dict[tuple[str, dt.date], Compared] = {}
    for mark in marks:
        place = (mark.list, mark.valid_from)
        if place not in steps:
            steps[place] = _step(snapshot, brought, place)
        yield change_shape(steps[place], Difference(mark.subject, mark.key, mark.event), lang)


def chosen(marks: Iterable[ChangeMark], filters: Mapping[str, str]) -> list[ChangeMark]:
    """
    Some of the changes, in their order.

    Args:
        filters: `list`, `subject`, `kind` and `q`, words of which all must stand in key or name.
    """
    words = filters.get("q", "").casefold().split()
    return [
        mark
        for mark in marks
        if filters.get("list", mark.list) == mark.list
        and filters.get("subject", mark.subject) == mark.subject
        and ("kind" not in filters or filters["kind"] in mark.kinds)
        and all(word in f"{mark.key} {mark.name}".casefold() for word in words)
    ]


def counts_by_kind(marks: Iterable[ChangeMark]) -> dict[str, int]:
    """How many changes are of each kind, those that take something from people first."""
    counted = Counter(kind for mark in marks for kind in mark.kinds)
    return {kind: counted[kind] for kind in PEOPLE_FIRST if counted[kind]}


def histogram(marks: Iterable[ChangeMark]) -> tuple[Bucket, ...]:
    """How the prices that moved did: their ratios, counted by size."""
    ratios = [mark.ratio for mark in marks if mark.ratio is not None]
    ends = (None, *STEPS, None)
    return tuple(
        Bucket(low, high, sum(_between(ratio, low, high) for ratio in ratios)) for low, high in pairwise(ends)
    )


def _between(ratio: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= ratio) and (high is None or ratio < high)


def _step(snapshot: Snapshot, brought: int, place: tuple[str, dt.date]) -> Compared:
    """A list on an edition's first day, before the release that brought it and with it."""
    code, valid_from = place
    was, now = (View(snapshot, valid_on=valid_from, release=known) for known in (brought - 1, brought))
    return compared(was, now, code)

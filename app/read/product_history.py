"""What became of one product, edition by edition, with what kind of change each was to it."""

import msgspec

from app.moves import HistoryItem
from app.read.history import history
from app.read.view import View
from lists.edges import Between, Edge
from lists.kinds import Kind, kinds_of
from lists.timeline import EditionMark


class Happened(msgspec.Struct, frozen=True):
    """
    What an edition meant for a product.

    Attributes:
        name: What it was called then.
        kinds: At least one where it changed; none where it came or went.
        begins: Whether the edition is the first that is known of its list.
    """

    item: HistoryItem
    name: str
    kinds: tuple[Kind, ...]
    begins: bool = False


def happened(view: View, varenr: str) -> tuple[Happened, ...]:
    """
    A product's history as of a view's release, those first whose day is last.

    Raises:
        NotThere: "never-listed".
    """
    items = history(view.snapshot, varenr, release=view.release, today=view.valid_on)
    return tuple(_happened(view, varenr, item) for item in reversed(items))


def _happened(view: View, varenr: str, item: HistoryItem) -> Happened:
    marks = [mark for mark in view.snapshot.timelines[item.list].marks if mark.release <= view.release]
    place = next(place for place, mark in enumerate(marks) if mark.id == item.edition)
    mark, former = marks[place], marks[place - 1] if place else None
    entry = view.snapshot.entry
    now, was = entry(mark, varenr), entry(former, varenr) if former is not None else None
    told = now if now is not None else was
    assert told is not None
    if now is None or was is None or former is None:
        return Happened(item, told.name, (), begins=former is None)
    between = Between(_edge(view, former), _edge(view, mark))
    return Happened(item, told.name, kinds_of(was, now, between))


def _edge(view: View, mark: EditionMark) -> Edge:
    """An edition by its terms alone: what the groups' other products do is not this product's history."""
    return Edge(view.snapshot.index(mark).terms, mark.valid_from, {})

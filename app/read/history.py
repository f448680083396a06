"""The history of one product: what each edition meant for it, read from the rows of this product alone."""

import datetime as dt
from collections.abc import Iterator

from app.moves import FieldChangeShape, HistoryItem
from app.read.changes import field_changes
from app.read.products import Listed, product_shape
from app.shapes import ProductShape
from app.snapshot import Snapshot
from ingest import store
from lists.errors import NotThere
from lists.timeline import EditionMark

_Span = tuple[int, int | None]


def history(snapshot: Snapshot, varenr: str, *, release: int, today: dt.date) -> list[HistoryItem]:
    """
    What each edition meant for a product, in the order in which they take over.

    Carried out one after the other up to those of a day, the changes lead to the product as it
    is shown on that day: of two editions for one day, the later released stands behind.

    Args:
        release: The last release that counts.
        today: Named where there is nothing to tell.

    Raises:
        NotThere: "never-listed".
    """
    items = list(_items(snapshot, varenr, release))
    if not items:
        raise NotThere("never-listed", varenr=varenr, valid_on=today)
    return items


def _items(snapshot: Snapshot, varenr: str, release: int) -> Iterator[HistoryItem]:
    spans = _spans(snapshot, varenr)
    corrections = _corrections(snapshot, spans)
    marks = [mark for code in spans for mark in snapshot.timelines[code].marks if mark.release <= release]
    listed: dict[str, Listed] = {}
    shown: ProductShape | None = None
    for mark in sorted(marks, key=lambda mark: (mark.valid_from, mark.release, mark.list)):
        was_listed = mark.list in listed
        holds = _holds(spans[mark.list], mark.ordinal)
        if not was_listed and not holds:
            continue
        listed.pop(mark.list, None)
        if holds:
            entry = store.read_entry(snapshot.db, mark, varenr)
            assert entry is not None
            listed[mark.list] = Listed(snapshot.index(mark), entry, None)
        before, shown = shown, _shape(listed, mark)
        if shown is None or before is None or shown.fingerprint != before.fingerprint:
            event = _event(mark, corrections, was=was_listed, now=holds)
            yield _item(mark, event, field_changes(before, shown))


def _shape(listed: dict[str, Listed], mark: EditionMark) -> ProductShape | None:
    in_order = [listed[code] for code in sorted(listed)]
    return product_shape(in_order, mark.valid_from) if in_order else None


def _event(mark: EditionMark, corrections: set[str], *, was: bool, now: bool) -> str:
    if was != now:
        return "added" if now else "removed"
    return "corrected" if mark.id in corrections else "changed"


def _item(mark: EditionMark, event: str, changes: tuple[FieldChangeShape, ...]) -> HistoryItem:
    return HistoryItem(mark.id, mark.list, mark.valid_from, mark.release, event, changes)


def _spans(snapshot: Snapshot, varenr: str) -> dict[str, list[_Span]]:
    """Where the product is listed: of each list the first ordinal and the first without it."""
    spans: dict[str, list[_Span]] = {}
    for code, first, end in snapshot.db.execute(_SPANS, (varenr,)):
        spans.setdefault(code, []).append((first, end))
    return spans


def _corrections(snapshot: Snapshot, lists: dict[str, list[_Span]]) -> set[str]:
    """The editions of these lists that correct another."""
    return {row[0] for code in lists for row in snapshot.db.execute(_CORRECTIONS, (code,))}


def _holds(spans: list[_Span], ordinal: int) -> bool:
    return any(first <= ordinal and (end is None or ordinal < end) for first, end in spans)


_SPANS = "SELECT list, from_ordinal, to_ordinal FROM entry WHERE varenr = ?"
_CORRECTIONS = "SELECT edition FROM edition WHERE list = ? AND corrects IS NOT NULL"

"""Why something is not there on a day: where it was, where it comes, or what was probably meant."""

import datetime as dt
from itertools import zip_longest
from typing import TYPE_CHECKING

from ingest import store
from lists.codes import VARENR
from lists.days import LAST_DAY, day_before
from lists.errors import NotThere
from lists.timeline import EditionMark

if TYPE_CHECKING:
    from app.read.view import View


def absent(view: "View", varenr: str) -> NotThere:
    """
    Why a product is not there on a view's day.

    Returns:
        "not-listed" with where it was last, "not-yet-listed" with where it comes, or "never-listed"
        with what it may be instead: a group's code, or a number that lost its leading zero.
    """
    past, future = _stays(view, varenr)
    asked = {"varenr": varenr, "valid_on": view.valid_on}
    if past:
        mark, valid_to = max(past, key=lambda one: (one[1], one[0].release))
        entry = store.read_entry(view.snapshot.db, mark, varenr)
        assert entry is not None
        last = {"edition": mark.id, "valid_from": mark.valid_from, "valid_to": valid_to, "name": entry.name}
        return NotThere("not-listed", **asked, **last)
    if future:
        mark = min(future, key=lambda one: one.valid_from)
        return NotThere("not-yet-listed", **asked, edition=mark.id, valid_from=mark.valid_from)
    return NotThere("never-listed", **asked, candidate=_with_zero(view, varenr), group=_group(view, varenr))


def unknown_group(view: "View", code: str, on_list: str | None) -> NotThere:
    """
    Why a group is not there on a view's day: never, or not any more, with the code it goes by now.

    The successor is the group that carries the same id in the source (`Refusjonsgruppe/Id`).
    """
    for name, line in sorted(view.snapshot.timelines.items()):
        if on_list not in (None, name):
            continue
        chain = line.chain(view.release)
        for mark, after in reversed(list(zip_longest(chain, chain[1:]))):
            group = view.snapshot.index(mark).groups.get(code)
            if group is None or mark.valid_from > view.valid_on:
                continue
            until = day_before(after.valid_from) if after is not None else LAST_DAY
            told = {"retired": group.code.text, "edition": mark.id, "valid_to": until}
            successor = _successor(view, name, group.source_id)
            return NotThere("unknown-group", found=code, **told, successor=successor)
    return NotThere("unknown-group", found=code)


def _stays(view: "View", varenr: str) -> tuple[list[tuple[EditionMark, dt.date]], list[EditionMark]]:
    """The editions that have a product: those begun, each with its last day, and those to come."""
    past: list[tuple[EditionMark, dt.date]] = []
    future: list[EditionMark] = []
    for code, spans in view.spans(varenr).items():
        chain = view.snapshot.timelines[code].chain(view.release)
        for mark, after in zip_longest(chain, chain[1:]):
            if not any(span.holds(mark) for span in spans):
                continue
            if mark.valid_from > view.valid_on:
                future.append(mark)
            else:
                past.append((mark, day_before(after.valid_from) if after is not None else LAST_DAY))
    return past, future


def _with_zero(view: "View", varenr: str) -> str:
    """The six digits that five may be: spreadsheets drop a leading zero. It is named, never answered for."""
    candidate = "0" + varenr
    if len(varenr) != 5 or not varenr.isdecimal() or not view.spans(candidate):
        return ""
    kinds = {view.snapshot.index(mark).terms.number_kind for mark in view.marks.values()}
    return candidate if kinds <= {VARENR} else ""


def _group(view: "View", code: str) -> str:
    """What the group of this code is called, where a group was asked for as a product."""
    for mark in view.marks.values():
        group = view.snapshot.index(mark).groups.get(code)
        if group is not None:
            return group.code.text or code
    return ""


def _successor(view: "View", on_list: str, source_id: str) -> str:
    mark = view.marks.get(on_list)
    if mark is None or not source_id:
        return ""
    groups = view.snapshot.index(mark).groups.values()
    return next((group.code.value for group in groups if group.source_id == source_id), "")

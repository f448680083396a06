"""Changes between two views, each with what it was and is, field by field, its kinds and a sentence."""

import datetime as dt
from typing import Any

import msgspec

from app.moves import ChangeShape, FieldChangeShape
from app.questions import bad
from app.read.compared import CONDITION, GROUP, LIST, Compared, Difference, End
from app.read.products import Listed
from app.read.telling import told
from app.read.view import View
from app.shapes import ConditionShape, GroupShape, ListShape, ProductShape
from app.snapshot import Snapshot
from lists.days import parse_day
from lists.errors import BadDay, NotThere
from lists.fields import differences
from lists.kinds import kinds_of, kinds_of_list
from lists.records import Condition, Entry, Group
from lists.timeline import EditionMark

KEYS = {
    "entries": ("list", "group.code"),
    "group_path": ("code",),
    "prices": ("code", "valid_from"),
    "limits": ("per", "condition"),
    "requirements": ("kind", "condition"),
    "conditions": ("id",),
    "refund_codes": ("system", "code"),
    "refund_code_conditions": ("id",),
}
"""By what the members of a shape's collections are named in a path; a price by kind and first day."""

Shown = ProductShape | GroupShape | ConditionShape | ListShape

_NO_CONTENT = ("release", "valid_on", "status", "leaves_on", "fingerprint", "edition")
_NO_CONTENT_OF_LISTS = ("release", "valid_on", "in_force", "next", "active")


class Ends(msgspec.Struct, frozen=True):
    """
    The two ends of a question for changes.

    Attributes:
        lists: The lists that are compared, at least one.
        before: Day and release of the earlier end.
        after: Day and release of the later end.
        past: Neither end is today or ahead.
    """

    lists: tuple[str, ...]
    before: tuple[dt.date, int]
    after: tuple[dt.date, int]
    past: bool


def read_ends(
    snapshot: Snapshot,
    list_code: str | None,
    texts: tuple[str | None, str | None],
    *,
    release: int,
    today: dt.date,
) -> Ends:
    """
    What is to be compared.

    Args:
        list_code: One list; None for all, or for the list of the editions.
        texts: `from` and `to`: two edition ids of one list, or two days.
        release: The last release that counts.

    Raises:
        BadQuestion: An end is missing or neither, the two are not of one kind or list.
        NotThere: "unknown-list", "unknown-edition".
    """
    first, last = (_end(text, name) for text, name in zip(texts, ("from", "to"), strict=True))
    known = sorted(code for code, line in snapshot.timelines.items() if line.chain(release))
    if list_code is not None and list_code not in known:
        raise NotThere("unknown-list", found=list_code, known=", ".join(known) or "–")
    if isinstance(first, dt.date) and isinstance(last, dt.date):
        lists = (list_code,) if list_code is not None else tuple(known)
        return Ends(lists, (first, release), (last, release), max(first, last) < today)
    if isinstance(first, dt.date) or isinstance(last, dt.date):
        field = "from" if isinstance(first, dt.date) else "to"
        raise bad("bad-request", field, str(texts[0 if field == "from" else 1]), "two-ends")
    old, new = _edition(snapshot, first, release), _edition(snapshot, last, release)
    if old.list != new.list:
        raise bad("bad-request", "to", last, "one-list")
    if list_code not in (None, old.list):
        raise bad("bad-request", "list", str(list_code), "one-list")
    past = max(old.valid_from, new.valid_from) < today
    # The first end as it was first published: what a client may have had longest.
    return Ends((old.list,), (old.valid_from, old.release), _seen(snapshot, new, release), past)


def change_shape(compared: Compared, difference: Difference, lang: str) -> ChangeShape:
    """One change, told in a language."""
    subject, key = difference.subject, difference.key
    before, old = _shown(compared.was, subject, key)
    after, new = _shown(compared.now, subject, key)
    fields = field_changes(before, after) if before is not None and after is not None else ()
    kinds = kinds_of_list(compared.between) if subject == LIST else kinds_of(old, new, compared.between)
    text = told(
        *(subject, lang),
        kinds=kinds,
        event=difference.event,
        fields=fields,
        key=key,
        list=compared.now.code,
        name=_name(after if after is not None else before),
    )
    names = tuple(dict.fromkeys(kind.kind for kind in kinds))
    return ChangeShape(subject, key, compared.now.code, difference.event, names, text, before, after, fields)


def field_changes(before: Shown | None, after: Shown | None) -> tuple[FieldChangeShape, ...]:
    """What differs between two shapes of one subject; None has no fields at all."""
    found = differences(content(before), content(after), KEYS)
    return tuple(FieldChangeShape(change.field, change.before, change.after) for change in found)


def content(shape: Shown | None) -> dict[str, Any]:
    """A shape as plain values without what says when and where: editions, days, status, fingerprint."""
    if shape is None:
        return {}
    plain: dict[str, Any] = msgspec.to_builtins(shape)
    for name in _NO_CONTENT_OF_LISTS if isinstance(shape, ListShape) else _NO_CONTENT:
        plain.pop(name, None)
    for entry in plain.get("entries", ()):
        entry.pop("edition", None)
    return plain


def _shown(end: End, subject: str, key: str) -> tuple[Shown | None, Entry | Group | Condition | None]:
    """A subject as shown at an end, and its record."""
    if subject == LIST:
        return end.list_shape(), None
    if subject == GROUP:
        return end.groups.get(key), end.edge.groups.get(key)
    if subject == CONDITION:
        return end.conditions.get(key), end.edge.conditions.get(key)
    listed: Listed | None = end.listed(key)
    return (end.product(listed), listed.entry) if listed is not None else (None, None)


def _name(shape: Shown | None) -> str:
    match shape:
        case ProductShape():
            return shape.name
        case GroupShape():
            return shape.text
        case ListShape():
            return shape.title
    return ""


def _end(text: str | None, name: str) -> dt.date | str:
    """An end of the question: a day, or the id of an edition."""
    if text is None:
        raise bad("bad-request", name, "", "two-ends")
    if "/" in text:
        return text
    try:
        return parse_day(text)
    except BadDay as error:
        raise bad("bad-date", name, text, "two-ends") from error


def _edition(snapshot: Snapshot, text: str, release: int) -> EditionMark:
    found = next((mark for mark in snapshot.editions if mark.id == text and mark.release <= release), None)
    if found is None:
        raise NotThere("unknown-edition", found=text)
    return found


def _seen(snapshot: Snapshot, mark: EditionMark, release: int) -> tuple[dt.date, int]:
    """From where an edition is in force: its first day, as known now or, where it was corrected, then."""
    held = snapshot.timelines[mark.list].in_force(mark.valid_from, release)
    return (mark.valid_from, release if held == mark else mark.release)


def views_of(snapshot: Snapshot, ends: Ends) -> tuple[View, View]:
    """The two views of a question, made for it alone."""
    (first, then), (last, now) = ends.before, ends.after
    return View(snapshot, valid_on=first, release=then), View(snapshot, valid_on=last, release=now)

"""One value of a draft changed by an editor: found by subject, key and path, read, and put in its place."""

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from lists.conditions import expresses
from lists.edition import Draft
from lists.errors import BadQuestion
from lists.records import Entry, Group, Terms
from lists.slots import Editable, Field, Slot, slots
from lists.values import WrongForm

PRODUCT, GROUP, CONDITION, LIST = "product", "group", "condition", "list"
SUBJECTS = (PRODUCT, GROUP, CONDITION, LIST)


class Edit(msgspec.Struct, frozen=True):
    """
    A new value for one place of a draft.

    Attributes:
        subject: "product", "group", "condition" or "list".
        key: Its varenr, code, id or list.
        field: A path such as `/v1/changes` writes: `name`, `prices[E,2026-01-01].amount`.
        value: Plain JSON; null takes away what a record may be without.
        list: Only on this list; None for every list of the draft that has the subject.
    """

    subject: str
    key: str
    field: str
    value: Any
    list: str | None = None


class Edited(msgspec.Struct):
    """
    Drafts with a new value.

    Attributes:
        drafts: All of them in their order; those that the value is not in are the given ones.
        before: What stood there, as plain JSON.
        lists: Which lists were changed.
    """

    drafts: list[Draft]
    before: Any
    lists: tuple[str, ...]


class _Place(msgspec.Struct, frozen=True):
    """
    Where one record with the value stands.

    Attributes:
        draft: Which of the drafts.
        at: Which of the draft's records of that subject.
    """

    draft: int
    at: int
    record: Editable
    slot: Slot


def editable(record: Editable) -> tuple[Field, ...]:
    """What an editor may change in a record."""
    return tuple(slot.field for slot in slots(record).values())


def edited(drafts: Sequence[Draft], edit: Edit) -> Edited:
    """
    Change one value, wherever the drafts have it.

    Returns:
        New drafts, to be judged like any others; the given ones stay as they are.

    Raises:
        BadQuestion: "edit-subject-unknown", "edit-list-unknown", "edit-key-unknown",
            "edit-field-unknown", each with the nearest known name; "edit-values-differ";
            "edit-value-form", "expressed-by-unknown", "edit-nothing-changed".
    """
    places = _places(drafts, edit)
    before = places[0].slot.field.value
    if any(place.slot.field.value != before for place in places):
        said = ", ".join(dict.fromkeys(_json(place.slot.field.value) for place in places))
        raise BadQuestion("edit-values-differ", field="list", key=edit.key, path=edit.field, found=said)
    changed = list(drafts)
    for place in places:
        record = place.slot.put(_value(place, edit, drafts[place.draft].terms))
        changed[place.draft] = _with(changed[place.draft], place.at, record)
    if changed == list(drafts):
        found = _json(before)
        raise BadQuestion("edit-nothing-changed", field="value", key=edit.key, path=edit.field, found=found)
    lists = tuple(dict.fromkeys(drafts[place.draft].terms.list for place in places))
    return Edited(changed, before, lists)


# --- where ------------------------------------------------------------------


def _places(drafts: Sequence[Draft], edit: Edit) -> list[_Place]:
    """Every place of the value; at least one."""
    if edit.subject not in SUBJECTS:
        raise _unknown("edit-subject-unknown", "subject", edit.subject, SUBJECTS)
    lists = [draft.terms.list for draft in drafts]
    if edit.list is not None and edit.list not in lists:
        raise _unknown("edit-list-unknown", "list", edit.list, lists)
    numbers = [number for number, code in enumerate(lists) if edit.list in (None, code)]
    records = [
        (number, at, record)
        for number in numbers
        for at, (key, record) in enumerate(_records(drafts[number], edit.subject))
        if key == edit.key
    ]
    if not records:
        keys = [key for number in numbers for key, _ in _records(drafts[number], edit.subject)]
        raise _unknown("edit-key-unknown", "key", edit.key, keys, expected=_KEYS[edit.subject])
    known = [slots(record, number_kind=drafts[number].terms.number_kind) for number, _, record in records]
    places = [
        _Place(number, at, record, there[edit.field])
        for (number, at, record), there in zip(records, known, strict=True)
        if edit.field in there
    ]
    if not places:
        paths = [path for there in known for path in there]
        raise _unknown("edit-field-unknown", "field", edit.field, paths, key=edit.key)
    return places


def _records(draft: Draft, subject: str) -> Iterator[tuple[str, Editable]]:
    """The records of a subject with their keys, in the order of the draft."""
    terms = draft.terms
    if subject == PRODUCT:
        yield from ((entry.varenr, entry) for entry in draft.entries)
    elif subject == GROUP:
        yield from ((group.code.value, group) for group in terms.groups)
    elif subject == CONDITION:
        yield from ((condition.id, condition) for condition in terms.conditions)
    else:
        yield terms.list, terms


def _with(draft: Draft, at: int, record: Editable) -> Draft:
    """The draft with another record in one place; whatever it shares with the old one is never changed."""
    terms = draft.terms
    if isinstance(record, Entry):
        entries = [*draft.entries[:at], record, *draft.entries[at + 1 :]]
        return msgspec.structs.replace(draft, entries=entries)
    if isinstance(record, Terms):
        terms = record
    elif isinstance(record, Group):
        groups = (*terms.groups[:at], record, *terms.groups[at + 1 :])
        terms = msgspec.structs.replace(terms, groups=groups)
    else:
        conditions = (*terms.conditions[:at], record, *terms.conditions[at + 1 :])
        terms = msgspec.structs.replace(terms, conditions=conditions)
    return msgspec.structs.replace(draft, terms=terms)


# --- what -------------------------------------------------------------------


def _value(place: _Place, edit: Edit, terms: Terms) -> Any:
    """The new value as the record holds it."""
    field = place.slot.field
    if edit.value is None and field.optional:
        return None
    try:
        value = place.slot.read(edit.value)
    except WrongForm as error:
        raise BadQuestion(
            "edit-value-form",
            field="value",
            key=edit.key,
            path=edit.field,
            found=_json(edit.value),
            expected=error.expected,
            optional="null" if field.optional else "",
        ) from error
    if field.kind == "condition-id":
        _require_coded(terms, edit.key, value)
    return value


def _require_coded(terms: Terms, key: str, marked: str) -> None:
    """A text is expressed by another condition of its list, one that a program can judge (rule 22)."""
    others = {condition.id for condition in terms.conditions if condition.id != key and expresses(condition)}
    if marked not in others:
        raise _unknown("expressed-by-unknown", "value", marked, others, key=key, expected="coded-condition")


# --- refusals ---------------------------------------------------------------

_KEYS = {
    PRODUCT: "edit-key-product",
    GROUP: "edit-key-group",
    CONDITION: "edit-key-condition",
    LIST: "edit-key-list",
}
_NAMED_AT_MOST = 20
_LONGEST_TOLD = 200


def _unknown(reason: str, field: str, found: str, known: Iterable[str], **facts: str) -> BadQuestion:
    """
    The refusal of a name.

    Args:
        field: Which part of the edit says it.
        known: The names there are; told where they are few, the nearest of them in any case.
    """
    names = sorted(set(known))
    nearest = next(iter(difflib.get_close_matches(found[:100], names, n=1, cutoff=0.5)), "")
    told = ", ".join(names) if len(names) <= _NAMED_AT_MOST else ""
    return BadQuestion(reason, field=field, found=_shortened(found), nearest=nearest, known=told, **facts)


def _json(value: Any) -> str:
    """A value as a refusal shows it, at most some two hundred characters of it."""
    try:
        written = json.dumps(value, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        return "…"
    return _shortened(written).encode(errors="replace").decode()


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TOLD else text[: _LONGEST_TOLD - 1] + "…"

"""What of a record an editor may change: each value by its path, and how a new one is put in its place."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from lists import values
from lists.changes import KEYS
from lists.codes import CONDITION_TYPE, LIMIT_PERIOD, VARENR, Code
from lists.conditions import PERIODS, limit_period
from lists.fields import keyed
from lists.money import format_amount
from lists.records import CodedForm, Condition, Entry, Group, Terms

Editable = Entry | Group | Condition | Terms


class Field(msgspec.Struct, frozen=True):
    """
    One value that an editor may change.

    Attributes:
        path: As `/v1/changes` writes it: `name`, `prices[E,2026-01-01].amount`.
        value: What stands there, as plain JSON; None where nothing does.
        kind: "text", "money", "day", "whole", "coded", "condition-id" or "truth".
        optional: Whether null takes the value away.
        choices: The only values there are; none where any of its kind may stand.
    """

    path: str
    value: Any
    kind: str
    optional: bool = False
    choices: tuple[str, ...] = ()


class Slot(msgspec.Struct, frozen=True):
    """
    One value's place in a record.

    Attributes:
        read: Makes plain JSON what the record holds; raises `values.WrongForm`.
        put: The record with another value there.
    """

    field: Field
    read: Callable[[Any], Any]
    put: Callable[[Any], Editable]


def slots(record: Editable, *, number_kind: str = VARENR) -> dict[str, Slot]:
    """
    The places of a record by their paths.

    Args:
        number_kind: Of the list it stands on: M30's lists code a limit by kodeverk 7439, tables by period.
    """
    if isinstance(record, Entry):
        found = _of_entry(record)
    elif isinstance(record, Group):
        found = _of_group(record)
    elif isinstance(record, Condition):
        found = _of_condition(record, number_kind)
    else:
        found = iter((_simple(record, "title", "text"),))
    return {slot.field.path: slot for slot in found}


def _of_entry(entry: Entry) -> Iterator[Slot]:
    yield _simple(entry, "name", "text")
    for name in ("size", "pack"):
        yield _simple(entry, name, "text", optional=True)
    yield _simple(entry, "units_per_pack", "whole", optional=True)
    yield _simple(entry, "supplier_item_number", "text", optional=True)
    yield _simple(entry, "may_exceed_max_price", "truth", optional=True)
    yield from _of_members(entry, "prices", _PRICE)
    yield from _of_members(entry, "placements", _PLACEMENT)


def _of_group(group: Group) -> Iterator[Slot]:
    def named(text: str) -> Group:
        return msgspec.structs.replace(group, code=msgspec.structs.replace(group.code, text=text))

    yield Slot(Field("text", group.code.text, "text"), values.text, named)
    yield _simple(group, "reimbursed_use", "text", optional=True)


def _of_condition(condition: Condition, number_kind: str) -> Iterator[Slot]:
    yield _simple(condition, "text", "text")
    bound = Field("applies_to", condition.applies_to, "text", choices=values.WHOM)
    yield Slot(bound, values.whom, lambda whom: msgspec.structs.replace(condition, applies_to=whom))
    yield _simple(condition, "valid_to", "day", optional=True)
    for period in PERIODS:
        yield from _of_limit(condition, period, _type_of(period, number_kind))
    forms = [values.plain_form(form) for form in condition.coded]
    yield Slot(
        Field("coded", forms, "coded", optional=True),
        values.coded,
        lambda coded: msgspec.structs.replace(condition, coded=coded or ()),
    )
    yield _simple(condition, "expressed_by", "condition-id", optional=True)


# --- members of collections ------------------------------------------------

_PRICE = (("amount", "money", False), ("valid_to", "day", True))
_PLACEMENT = (("prescribe_until", "day", True), ("dispense_until", "day", True))


def _of_members(entry: Entry, collection: str, parts: tuple[tuple[str, str, bool], ...]) -> Iterator[Slot]:
    """Values of the members of a collection, each member named by its key."""
    members = getattr(entry, collection)
    # Plain, but for the place that tells members with one key apart.
    numbered = [{**msgspec.to_builtins(member), "place": at} for at, member in enumerate(members)]
    for key, member in keyed(numbered, KEYS[collection]).items():
        at = member["place"]
        for name, kind, optional in parts:
            inner = _simple(members[at], name, kind, optional=optional)
            field = msgspec.structs.replace(inner.field, path=f"{collection}[{key}].{name}")
            yield Slot(field, inner.read, _putting(entry, collection, at, inner.put))


def _putting(entry: Entry, collection: str, at: int, put: Callable[[Any], Any]) -> Callable[[Any], Entry]:
    """What puts a value into one member, and the member back into its entry."""

    def putting(value: Any) -> Entry:
        members = getattr(entry, collection)
        return msgspec.structs.replace(entry, **{collection: (*members[:at], put(value), *members[at + 1 :])})

    return putting


# --- limits ----------------------------------------------------------------


def _of_limit(condition: Condition, period: str, new_type: Code) -> Iterator[Slot]:
    """The limit of a period; where a condition sets several of one period, only its coded form tells them."""
    forms = [form for form in condition.coded if limit_period(form.type) == period]
    known = forms[0] if forms else CodedForm(new_type)
    if len(forms) > 1 or len(known.texts) > 1 or known.codes:
        return
    said = known.texts[0] if known.texts else None
    shown = int(said) if said is not None and values.WHOLE.fullmatch(said) else said

    def limited(most: int | None) -> Condition:
        form = CodedForm(known.type, (str(most),))
        if most is None:
            coded = tuple(one for one in condition.coded if one not in forms)
        elif forms:
            coded = tuple(form if one in forms else one for one in condition.coded)
        else:
            coded = tuple(sorted((*condition.coded, form)))
        return msgspec.structs.replace(condition, coded=coded)

    yield Slot(Field(f"limit[{period}]", shown, "whole", optional=True), values.whole, limited)


def _type_of(period: str, number_kind: str) -> Code:
    value = _LIMIT_TYPES.get(period) if number_kind == VARENR else None
    if value is None:
        return Code(period, LIMIT_PERIOD)
    return Code(value, CONDITION_TYPE, values.TYPES[value])


_LIMIT_TYPES = {"calendar_year": "15", "dispensing": "16"}


# --- single values ---------------------------------------------------------


def _simple(record: Any, name: str, kind: str, *, optional: bool = False) -> Slot:
    """The place of one attribute."""
    value = getattr(record, name)
    return Slot(
        Field(name, _PLAIN.get(kind, _as_is)(value), kind, optional),
        _READ[kind],
        lambda new: msgspec.structs.replace(record, **{name: new}),
    )


def _as_is(value: Any) -> Any:
    return value


def _plain_day(value: dt.date | None) -> str | None:
    return value.isoformat() if value is not None else None


_PLAIN: dict[str, Callable[[Any], Any]] = {"day": _plain_day, "money": format_amount}
_READ: dict[str, Callable[[Any], Any]] = {
    "text": values.text,
    "condition-id": values.text,
    "whole": values.whole,
    "truth": values.truth,
    "day": values.day,
    "money": values.money,
}

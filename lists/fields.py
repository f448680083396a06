"""What differs between two records field by field, each by a path that names members by key."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

import msgspec


class FieldChange(msgspec.Struct, frozen=True):
    """
    One field that differs; before and after are whole values.

    Attributes:
        field: A path such as `prices[E,2026-01-01].amount`: names of fields, and in brackets the key of
            a member. Within a key, a backslash stands before "\\", "]" and ",". The second and later
            members with one key end in `#2`, `#3` … Where members of both sides stand in another
            order, the collection is one value.
        before: None where there was no such field or member.
        after: None where there is none any more.
    """

    field: str
    before: object
    after: object


Keys = Mapping[str, tuple[str, ...]]
"""For collections whose members have a key, by name: the fields that make the key, inner ones with a dot."""


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], keys: Keys, *, path: str = ""
) -> Iterator[FieldChange]:
    """
    The fields that differ between two records of plain values, by name.

    Args:
        keys: Collections without a key here are compared as one value.
    """
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        inner = f"{path}.{name}" if path else name
        if isinstance(was, dict) and isinstance(now, dict):
            yield from differences(was, now, keys, path=inner)
        elif name in keys and _of_records(was) and _of_records(now):
            yield from _of_members(keyed(was, keys[name]), keyed(now, keys[name]), keys, inner)
        else:
            yield FieldChange(inner, was, now)


def keyed(members: Sequence[dict[str, Any]], names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The members of a collection by key, in their order; those with one key are told apart by a number."""
    found: dict[str, dict[str, Any]] = {}
    counted: dict[str, int] = {}
    for member in members:
        key = ",".join(_part(member, name) for name in names)
        counted[key] = counted.get(key, 0) + 1
        found[key if counted[key] == 1 else f"{key}#{counted[key]}"] = member
    return found


def _of_records(value: Any) -> TypeGuard[Sequence[dict[str, Any]]]:
    return isinstance(value, (list, tuple)) and all(isinstance(member, dict) for member in value)


def _of_members(
    old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]], keys: Keys, path: str
) -> Iterator[FieldChange]:
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield FieldChange(path, list(old.values()), list(new.values()))
        return
    for key in sorted(old.keys() | new.keys()):
        was, now, inner = old.get(key), new.get(key), f"{path}[{key}]"
        if was is None or now is None:
            yield FieldChange(inner, was, now)
        else:
            yield from differences(was, now, keys, path=inner)


def _part(member: dict[str, Any], name: str) -> str:
    value: Any = member
    for step in name.split("."):
        value = value[step] if value is not None else None
    text = "" if value is None else str(value)
    return text.replace("\\", "\\\\").replace("]", "\\]").replace(",", "\\,")

"""JSON that people and programs send: read into its form, and what is wrong with it told by its place."""

import difflib
import re
from typing import Any, TypeVar

import msgspec

from app.questions import bad
from lists.errors import BadQuestion

_Form = TypeVar("_Form")

BODY = "body"
"""Names the whole body where no field of it is at fault."""

_BY_NAME = {
    "varenr": "numbers",
    "valid_on": "day",
    "valid_from": "day",
    "known_at": "past-instant",
    "at": "instant",
    "reason": "reason",
}
_BY_TYPE = {"int": "whole-number", "bool": "truth", "str": "plain-text", "array": "array"}
_UNKNOWN = re.compile(r"unknown field `(.*)`$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(.*)`$", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(\w+)")
_PLACE = re.compile(r" - at `\$\.?(.*)`$", re.DOTALL)


def read_form(body: bytes, form: type[_Form]) -> _Form:
    """
    JSON as a record.

    Raises:
        BadQuestion: As `read_plain` and `as_form`.
    """
    return as_form(read_plain(body), form)


def as_form(plain: Any, form: type[_Form]) -> _Form:
    """
    Plain values as a record.

    Raises:
        BadQuestion: They are not of that form.
    """
    try:
        return msgspec.convert(plain, form)
    except msgspec.ValidationError as error:
        raise wrong_form(str(error), plain, form) from error


def read_plain(body: bytes) -> Any:
    """
    JSON as plain values.

    Raises:
        BadQuestion: It is no JSON, or nested beyond measure.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad("bad-request", BODY, body[:80].decode(errors="replace"), "json-object") from error


def wrong_form(message: str, plain: Any, form: Any) -> BadQuestion:
    """
    What is wrong with a body that is JSON and has another form than asked for.

    Args:
        message: As msgspec says it.
        plain: The body as plain values.
        form: The type it was to have.
    """
    placed = _PLACE.search(message)
    message = _PLACE.sub("", message)
    parts = [part for part in re.split(r"\.|(\[\d+\])", placed[1]) if part] if placed is not None else []
    unknown = _UNKNOWN.search(message)
    if unknown is not None:
        return _unknown_field(parts, unknown[1], form)
    missing = _MISSING.search(message)
    if missing is not None:
        return bad("bad-request", _path([*parts, missing[1]]), "null", _by_name(missing[1], "json-object"))
    expected = _EXPECTED.search(message)
    kind = _BY_TYPE.get(expected[1], "json-object") if expected is not None else "day"
    found = _as_json(_value_at(plain, parts))
    return bad("bad-request", _path(parts), found, _by_name(parts[-1] if parts else "", kind))


def _unknown_field(parts: list[str], name: str, form: Any) -> BadQuestion:
    """A field that is not known where it stands, with the nearest that is."""
    record = msgspec.inspect.type_info(form)
    known = sorted(_fields_at(record, parts) or _fields_at(record, []))
    nearest = next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.5)), "")
    field = _path([*parts, name])
    return BadQuestion("unknown-parameter", field=field, found=name, nearest=nearest, known=", ".join(known))


def _fields_at(kind: msgspec.inspect.Type, parts: list[str]) -> list[str]:
    """The names a record may have at a place within a body's type."""
    if isinstance(kind, msgspec.inspect.UnionType):
        kind = next(one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType))
    if isinstance(kind, msgspec.inspect.Metadata):
        return _fields_at(kind.type, parts)
    if isinstance(kind, (msgspec.inspect.VarTupleType, msgspec.inspect.ListType)):
        return _fields_at(kind.item_type, parts[1:])
    if not isinstance(kind, msgspec.inspect.StructType):
        return []
    if not parts:
        return [field.encode_name for field in kind.fields]
    inner = next((field.type for field in kind.fields if field.encode_name == parts[0]), None)
    return _fields_at(inner, parts[1:]) if inner is not None else []


def _value_at(plain: Any, parts: list[str]) -> Any:
    """What stands at a place; nothing where a field's own name only looked like a place."""
    try:
        for part in parts:
            plain = plain[int(part[1:-1])] if part.startswith("[") else plain[part]
    except (KeyError, IndexError, TypeError):
        return None
    return plain


def _path(parts: list[str]) -> str:
    """A place in a body as people write it: `lines[0].packs`."""
    return "".join(part if part.startswith("[") else f".{part}" for part in parts).lstrip(".") or BODY


def _by_name(name: str, otherwise: str) -> str:
    return _BY_NAME.get(name, otherwise)


def _as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()[:200]

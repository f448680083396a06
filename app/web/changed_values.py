"""The two sides of a change in a few words: what an entry, a price or a condition is, never all it holds."""

from typing import Any

import msgspec

from app.moves import FieldChangeShape
from app.shapes import LimitShape, RequirementShape
from app.web.badges import rule_badges
from app.web.told import Words
from app.words.forms import as_told, money_told, number_told

LONGEST = 120
"""Characters of a cell."""

_MOST_MEMBERS = 5
_NOTHING, _MORE = "–", "…"


class FieldTold(msgspec.Struct, frozen=True):
    """A field that differs, with both values in words."""

    field: str
    before: str
    after: str


def field_told(change: FieldChangeShape, words: Words) -> FieldTold:
    """A field that differs; a value that has no words of its own is left to the JSON."""
    told = _amount_told if change.field.endswith(".amount") else value_told
    return FieldTold(shortened(change.field), told(change.before, words), told(change.after, words))


def value_told(value: Any, words: Words) -> str:
    """A value as a reader is told it, at most `LONGEST` characters."""
    match value:
        case None | "" | [] | ():
            return _NOTHING
        case bool():
            return words("product-yes") if value else words("product-no")
        case int():
            return number_told(value, words.lang)
        case str():
            return shortened(as_told(value, words.lang))
        case dict():
            return shortened(_record_told(value, words))
        case list() | tuple():
            told = [value_told(one, words) for one in value[:_MOST_MEMBERS]]
            more = (_MORE,) if len(value) > _MOST_MEMBERS else ()
            return shortened("; ".join(dict.fromkeys((*told, *more))))
    return _MORE


def _amount_told(value: Any, words: Words) -> str:
    """An amount by itself: its currency is another field, that did not change."""
    return money_told(value, "", words.lang).strip() if isinstance(value, str) else _NOTHING


def shortened(text: str) -> str:
    """A text on one line, cut where it is longer than a cell."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + _MORE


def _record_told(record: dict[str, Any], words: Words) -> str:
    """What a record is: an entry by its group, a price by its amount, a condition by its text."""
    match record:
        case {"group": {"code": str(code), "text": str(text)}}:
            return _coded(code, text)
        case {"amount": str(amount), "currency": str(currency)}:
            return money_told(amount, currency, words.lang)
        case {"max": _, "per": _}:
            return _rules(words, (msgspec.convert(record, LimitShape),), ())
        case {"kind": _, "applies_to": _, "values": _}:
            return _rules(words, (), (msgspec.convert(record, RequirementShape),))
        case {"code": str(code), "text": str(text)}:
            return _coded(code, text)
        case {"text": str(text)} | {"name": str(text)} if text:
            return text
    return _MORE


def _coded(code: str, text: str) -> str:
    return f"{code} {text}" if text and text != code else code


def _rules(words: Words, limits: tuple[LimitShape, ...], requirements: tuple[RequirementShape, ...]) -> str:
    return "; ".join(badge.text for badge in rule_badges(requirements, limits, words)) or _MORE

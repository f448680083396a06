"""A change as a sentence: what it is about, then what became of it."""

import re
from collections.abc import Callable, Sequence

from app.moves import FieldChangeShape
from app.words import say
from app.words.forms import as_told, money_told, number_told
from lists.kinds import Kind

_PARTED = ("price-up", "price-down", "limit-new", "limit-tighter", "limit-looser", "limit-lifted")
_MOST_FIELDS = 3
_LONGEST = 200
_KEY = re.compile(r"\[(?:\\.|[^\]\\])*\]")


def told(
    about: str,
    lang: str,
    *,
    kinds: tuple[Kind, ...],
    event: str,
    fields: Sequence[FieldChangeShape],
    **facts: str,
) -> str:
    """
    The sentence of a change.

    Args:
        about: The subject: "product", "group", "condition" or "list".
        kinds: What it is, at least one kind.
        fields: What differs, named where no kind says more.
        facts: `key`, `list` and `name` of the subject.
    """
    phrases = (_phrase(kind, event, fields, lang) for kind in kinds)
    return f"{_about(about, lang, facts)}: {'; '.join(dict.fromkeys(phrases))}."


def became(text: str, about: str, lang: str, **facts: str) -> str:
    """What became of it: a sentence that `told` made of these facts, without its subject."""
    return text.removeprefix(f"{_about(about, lang, facts)}: ")


def _about(about: str, lang: str, facts: dict[str, str]) -> str:
    return say("change", "about-" + about, lang, **facts)


def _phrase(kind: Kind, event: str, fields: Sequence[FieldChangeShape], lang: str) -> str:
    if kind.kind == "other":
        named = tuple(dict.fromkeys(_field(field) for field in fields))
        more = "" if len(named) <= _MOST_FIELDS else " …"
        return say("change", "event-" + event, lang, fields=", ".join(named[:_MOST_FIELDS]) + more)
    part = "text"
    if kind.kind in _PARTED or kind.kind.startswith("requirement-"):
        part = kind.of
    elif kind.kind == "ended" and kind.after:
        part = "day"
    write = _WRITTEN.get(kind.kind, _as_it_stands)
    facts = {"before": _shortened(write(kind.before, lang)), "after": _shortened(write(kind.after, lang))}
    return say("change", kind.kind, lang, part=part, **facts)


def _as_it_stands(text: str, _lang: str) -> str:
    return text


def _money(text: str, lang: str) -> str:
    amount, _, currency = text.partition(" ")
    return money_told(amount, currency, lang)


def _number(text: str, lang: str) -> str:
    return number_told(int(text), lang) if text else text


_WRITTEN: dict[str, Callable[[str, str], str]] = {
    "price-up": _money,
    "price-down": _money,
    "leaves": as_told,
    "ended": as_told,
    **dict.fromkeys(("limit-new", "limit-tighter", "limit-looser", "limit-lifted"), _number),
}
"""What a language writes in its own way, by the kind that tells of it; all else stands as it is."""


def _field(change: FieldChangeShape) -> str:
    """A field as people name it, without keys; with both values where it is a plain one of the subject."""
    name = _KEY.sub("", change.field).removeprefix("entries.").split(".")[0]
    values = (change.before, change.after)
    if name != change.field or any(isinstance(value, (dict, list, tuple)) for value in values):
        return name
    before, after = (_shortened(str(value)) if value is not None else "–" for value in values)
    return f"{name}: {before} → {after}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

"""The gate on texts that were decoded as what they are not: UTF-8 read as Latin-1, letters lost."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from lists.edition import Edition, without_marks
from lists.gate_result import GateResult, Look, first, named
from lists.records import Condition, Entry, Group

# What Windows-1252 makes of the bytes 80 to 9F; Latin-1 makes control characters of them, which are no text.
_WINDOWS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_BROKEN = re.compile(
    "\N{REPLACEMENT CHARACTER}"
    "|[\x80-\x9f]"
    f"|Ã[\xa0-\xbf{_WINDOWS}]"  # ø, å, æ, é …
    "|Â[\xa0-\xbf]"  # °, ½, ® …
    "|â[€„‚]"  # dashes, quotation marks, ™, superscripts
    "|ï¿½|ï»¿"  # a lost letter, or a file's first mark, decoded once more
    "|[├┬][\x80-\uffff]"  # the same letters in an old console
)
# Every broken text has one of these bytes in UTF-8; to look for them is faster than to look for all of it.
_SIGNS = (*(letter.encode() for letter in ("\N{REPLACEMENT CHARACTER}", *"ÃÂâï├┬")), b"\xc2")
_AROUND = 12
"""So many characters before and after are told with a broken place."""

Place = tuple[str, str]
"""A subject, and the path of a text in it."""

_Record = Entry | Group | Condition


def text_broken(look: Look) -> GateResult:
    broken = broken_texts(look.step.former, look.step.following)
    found = named([f"{subject} «{text}»" for (subject, _), text in broken.items()])
    subjects = first(dict.fromkeys(subject for subject, _ in broken))
    return GateResult("text-broken", look.list, found, "0", not broken, subjects=subjects)


def broken_texts(was: Edition, now: Edition) -> dict[Place, str]:
    """
    The broken texts that the edition before did not have broken in the same place.

    Returns:
        What stands in each place, as far as it is broken.
    """
    found: dict[Place, str] = {}
    former = dict(_subjects(was))
    for subject, record in _subjects(now):
        broken = _broken_in(record)
        if broken:
            before = _broken_in(former.get(subject))
            found.update(((subject, path), text) for path, text in broken.items() if path not in before)
    return found


def _subjects(edition: Edition) -> Iterator[tuple[str, object]]:
    terms = edition.terms
    yield "list " + terms.list, msgspec.structs.replace(terms, groups=(), conditions=())
    for group in terms.groups:
        yield "group " + group.code.value, group
    for condition in terms.conditions:
        yield "condition " + condition.id, condition
    for entry in edition.entries:
        yield entry.varenr, entry


def _broken_in(record: object) -> Mapping[str, str]:
    """By path, the broken texts of a record; nearly all records are told to have none by one look."""
    encoded = msgspec.json.encode(record)
    if not any(sign in encoded for sign in _SIGNS) or _BROKEN.search(encoded.decode()) is None:
        return {}
    bare = without_marks(record) if isinstance(record, _Record) else record
    return dict(_texts(msgspec.to_builtins(bare), ""))


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        match = _BROKEN.search(value)
        if match is not None:
            yield path, value[max(0, match.start() - _AROUND) : match.end() + _AROUND]
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{place}]")

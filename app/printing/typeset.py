"""Sets a document as tagged PDF (PDF/UA-1): the same bytes on every machine, with our own typefaces."""

import datetime as dt
import re
import unicodedata
from pathlib import Path

import msgspec
import typst

from app.printing.document import PrintedList

LONGEST_TEXT = 4000
_LONGEST_WORD = 40

_TEMPLATE = Path(__file__).with_name("list.typ.txt")

_SETTABLE = (
    *((0x20, 0x7E), (0xA0, 0x24F), (0x386, 0x3CF), (0x400, 0x45F), (0x1E00, 0x1EFF)),
    *((0x2010, 0x2027), (0x2030, 0x2040), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2122, 0x2122)),
    *((0x2150, 0x2151), (0x2153, 0x215E), (0x2190, 0x219F), (0x2200, 0x226F), (0x25A0, 0x25CF)),
)
"""The letters that the typeface has; PDF/UA takes no document with one that it has not."""
_REPLACEMENT = "\ufffd"


def typeset(document: PrintedList, published_at: dt.datetime) -> bytes:
    """
    The document as PDF.

    Args:
        published_at: What it says of its own making; no clock is asked.
    """
    safe = msgspec.convert(_settable(msgspec.to_builtins(document)), PrintedList)
    return typst.compile(
        _TEMPLATE.read_bytes(),
        sys_inputs={"list": msgspec.json.encode(safe).decode()},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(published_at.timestamp()),
    )


def settable(text: str) -> str:
    """
    A text of a list as the typeface can show it: what it has no letter for becomes a mark that says so.

    >>> settable("Pose 30 mm, \\u202eturned\\u202c 中")
    'Pose 30 mm, turned \ufffd'
    """
    if _PLAIN.fullmatch(text) and _LONG.search(text) is None:
        return text
    composed = unicodedata.normalize("NFC", text[:LONGEST_TEXT])
    return _LONG.sub(_broken, "".join(map(_letter, composed)))


def _settable(value: object) -> object:
    if isinstance(value, str):
        return settable(value)
    if isinstance(value, dict):
        return {key: _settable(inner) for key, inner in value.items()}
    return [_settable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _letter(letter: str) -> str:
    if letter in "\n\r\t\u2028\u2029":
        return " "
    if unicodedata.category(letter) in ("Cc", "Cf"):
        return ""
    code = ord(letter)
    return letter if any(first <= code <= last for first, last in _SETTABLE) else _REPLACEMENT


def _broken(word: re.Match[str]) -> str:
    """An endless word with places where a line may end."""
    return "\u00ad".join(re.findall(rf".{{1,{_LONGEST_WORD}}}", word[0]))


# Nearly all of a list: nothing to look at letter by letter.
_PLAIN = re.compile(rf"[\x20-\x7e\xa0-\xac\xae-\xff\u2013]{{0,{LONGEST_TEXT}}}")
_LONG = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")

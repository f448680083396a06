"""How a text becomes words: the same for what is indexed and for what is typed, and safe for Norwegian.

Æ, ø and å are letters of their own; every other accent is dropped. A text keeps its length, so that
a place in the plain text is a place in the text as received (in NFC).
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import msgspec

# Swedish and German names write æ and ø otherwise; it is the same letter to who types them.
_SAME_LETTER = {"ä": "æ", "ö": "ø", "×": "x"}
_OWN_LETTERS = frozenset("æøå")
# "§ 5", "§5.1", "§5-14", "paragraf 5 nr. 1": a paragraph of a law or regulation is one word.
_PARAGRAPH = (
    r"(?:§+|\bparagraf)\s*[0-9]+(?:-[0-9]+)?(?:\s*(?:\.\s?|,?\s*(?:nr|nummer|pkt|punkt)\b\.?)\s*[0-9]+)?"
)
# "2,5" is one number, "06,20" two. "m/" and "u/" are short for words.
_NUMBER = r"(?:0|[1-9][0-9]{0,3})[.,][0-9]+|[0-9]+"
# "10cmx10cm": a unit, and the sign of an area.
_UNIT_OF_AREA = r"(?<=[0-9])[cm]?m(?=x[0-9])|(?<=m)x(?=[0-9])"
_SHORT = {"m/": "med", "u/": "uten"}
_TOKEN = re.compile(rf"{_PARAGRAPH}|{_NUMBER}|\b[mu]/|{_UNIT_OF_AREA}|[^\W\d_]+|\d+")
_PARAGRAPH_NUMBERS = re.compile(r"[0-9]+(?:-[0-9]+)?")
_PLAIN_CACHE = 5_000

# Words that say how the others hang together. They are searched only when there is nothing else.
_JOINING_TEXT = """
    i og til for av på med den det de dei ei en et eit som ved fra frå eller
    and or the of with to in a an x
    str størrelse storleik nr vnr varenr varenummer artnr artikkelnr artikkelnummer ref gtin ean
"""
JOINING = frozenset(_JOINING_TEXT.split())
# Words that tell what something is for or comes with: behind them stands another thing than what it is.
_PURPOSE_TEXT = "til for av ved fra frå under over på mot of for from"
_BESIDE_TEXT = "med uten utan with without"
PURPOSE = frozenset(_PURPOSE_TEXT.split())
BEHIND = PURPOSE.union(_BESIDE_TEXT.split())

# A unit of measure → the unit of its kind that sizes are compared in, and how many of those it is.
# French gauge and Charrière are one scale under two names.
_UNITS = {
    "mm": ("mm", 1),
    "cm": ("mm", 10),
    "m": ("mm", 1000),
    "ml": ("ml", 1),
    "cl": ("ml", 10),
    "dl": ("ml", 100),
    "l": ("ml", 1000),
    "liter": ("ml", 1000),
    "litre": ("ml", 1000),
    "litres": ("ml", 1000),
    "mg": ("mg", 1),
    "g": ("mg", 1000),
    "gram": ("mg", 1000),
    "kg": ("mg", 1_000_000),
    "ch": ("ch", 1),
    "fr": ("ch", 1),
    "french": ("ch", 1),
    "charriere": ("ch", 1),
    "stk": ("stk", 1),
    "stykk": ("stk", 1),
    "stykker": ("stk", 1),
}
_UNIT_FIRST = frozenset({"ch", "fr"})


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word or number in its plain form, and the characters [start, end) it was written with."""

    text: str
    start: int
    end: int


class Measure(NamedTuple):
    """A size as one term, made of neighbouring tokens: places [first, first + width)."""

    term: str
    first: int
    width: int = 2


class _PlainLetters(dict[int, str]):
    def __missing__(self, code: int) -> str:
        plain = _plain_letter(chr(code))
        if len(self) < _PLAIN_CACHE:
            self[code] = plain
        return plain


def _plain_letter(letter: str) -> str:
    low = letter.lower()
    if low in _OWN_LETTERS:
        return low
    low = _SAME_LETTER.get(low, low)
    apart = unicodedata.normalize("NFKD", low)
    if all(map(unicodedata.combining, apart[1:])):
        return apart[0]
    return low if len(low) == 1 else letter


_PLAIN = _PlainLetters()


def composed(text: str) -> str:
    """The text in NFC: Å is one character, however it was typed."""
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """
    The text in the form words are compared in, as long as its NFC.

    >>> plain("Barrièrekrem, TØMBAR")
    'barrierekrem, tømbar'
    """
    return composed(text).translate(_PLAIN)


def compact(text: str) -> str:
    """
    The letters and digits alone: how a number is compared, however it is pasted.

    >>> compact("AST408 08.00")
    'ast4080800'
    """
    return "".join(filter(str.isalnum, plain(text)))


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """
    The words and numbers of a text in their order; letters and digits never share one.

    >>> [token.text for token in tokens("Kateter CH12, 2,50 m")]
    ['kateter', 'ch', '12', '2.5', 'm']
    """
    return tuple(Token(_term(match[0]), *match.span()) for match in _TOKEN.finditer(plain(text)))


def measures(text: str, words: tuple[Token, ...]) -> list[Measure]:
    """
    The sizes in a text, as terms that do not depend on how they are written.

    >>> [measure.term for measure in measures("1,5 l, CH 12", tokens("1,5 l, CH 12"))]
    ['=1500ml', '=12ch']
    """
    found = []
    text = composed(text)
    for place in range(len(words) - 1):
        left, right = words[place], words[place + 1]
        if not _beside(text, left, right):
            continue
        if is_number(left.text) and right.text in _UNITS:
            found.append(Measure(measure_term(left.text, right.text), place))
        elif left.text in _UNIT_FIRST and is_number(right.text):
            found.append(Measure(measure_term(right.text, left.text), place))
    return [*found, *_areas(words)]


def _areas(words: tuple[Token, ...]) -> Iterator[Measure]:
    """The sizes of two or three sides, "10x10 cm" and "10 cm x 10 cm" alike: without units, then with."""
    place = 0
    while place < len(words):
        sides, end = _sides(words, place)
        if len(sides) > 1:
            yield Measure("=" + "x".join(number for number, _ in sides), place, end - place)
            last = next((unit for _, unit in reversed(sides) if unit), "")
            if last:
                measured = (measure_term(number, unit or last).removeprefix("=") for number, unit in sides)
                yield Measure("=" + "x".join(measured), place, end - place)
        place = max(end, place + 1)


def _sides(words: tuple[Token, ...], place: int) -> tuple[list[tuple[str, str]], int]:
    """The numbers with an "x" between them from here on, each with its unit, and where they end."""
    sides: list[tuple[str, str]] = []
    end = place
    while place < len(words) and is_number(words[place].text):
        unit = words[place + 1].text if place + 1 < len(words) and words[place + 1].text in _UNITS else ""
        sides.append((words[place].text, unit))
        end = place = place + (2 if unit else 1)
        if place == len(words) or words[place].text != "x":
            break
        place += 1
    return sides, end


def _beside(text: str, left: Token, right: Token) -> bool:
    return left.end == right.start or text[left.end : right.start].isspace()


@lru_cache(maxsize=4096)
def places(text: str) -> tuple[Token, ...]:
    """The words, numbers and sizes of a text where they stand, each place once for each of its terms."""
    found = tokens(text)
    sizes = [
        Token(size.term, token.start, token.end)
        for size in measures(text, found)
        for token in found[size.first : size.first + size.width]
    ]
    return tuple(sorted((*found, *sizes), key=lambda token: token.start)) if sizes else found


def written_together(text: str, words: tuple[Token, ...]) -> set[str]:
    """
    The words that are written as one but for a sign between them, as one.

    >>> sorted(written_together("Nu-Hope K.I.C. plate", tokens("Nu-Hope K.I.C. plate")))
    ['kic', 'nuhope']
    """
    found, run = set(), [words[0].text] if words else []
    for left, right in pairwise(words):
        if right.start - left.end != 1 or text[left.end].isspace() or not (left.text + right.text).isalpha():
            found.add("".join(run) if len(run) > 1 else "")
            run = []
        run.append(right.text)
    found.add("".join(run) if len(run) > 1 else "")
    return found - {""}


def measure_term(number: str, unit: str) -> str:
    """The term of a size: "=" stands in no word."""
    kind, factor = _UNITS[unit]
    return f"={_trimmed(format(Decimal(number) * factor, 'f'))}{kind}"


def is_number(word: str) -> bool:
    """Whether a token is written in digits 0 to 9."""
    return word[0] in "0123456789"


def wider(term: str) -> frozenset[str]:
    """
    The paragraph that a point of a paragraph belongs to.

    >>> wider("§5.1")
    frozenset({'§5'})
    """
    return frozenset({term.partition(".")[0]} if term[0] == "§" and "." in term else ())


def before_any(joining: Container[str], text: str) -> str:
    """
    The beginning of a text up to the first of some words, unless it begins with one.

    >>> before_any(BEHIND, "Benpose m/filter til kateter")
    'Benpose '
    """
    text = composed(text)
    return next((text[: token.start] for token in tokens(text)[1:] if token.text in joining), text)


def _term(text: str) -> str:
    if text[0] in "0123456789":
        return _trimmed(text.replace(",", "."))
    if text in _SHORT:
        return _SHORT[text]
    if text[0] == "§" or (text.startswith("paragraf") and not text.isalpha()):
        return "§" + ".".join(_PARAGRAPH_NUMBERS.findall(text))
    return text


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number

"""Which words of an index a wrongly typed one may have been meant for."""

import re
from collections.abc import Callable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_TWO_MISTAKES_FROM = 8
_MOST_GUESSES = 3


def mistakes_in(word: str) -> int:
    """How many mistakes are allowed in a word: one, two from eight letters on."""
    return 2 if len(word) >= _TWO_MISTAKES_FROM else 1


def guesses(word: str, words: Sequence[str], *, weight: Callable[[str], float], mistakes: int) -> list[str]:
    """
    The nearest words, best first; at most three, all equally near.

    Two letters changed about are one mistake, also at the beginning. Among equally near words the one
    with the greater `weight` is the better guess.
    """
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=mistakes, limit=None)
    if not found:
        return []
    nearest = min(distance for _, distance, _ in found)
    best = [guess for guess, distance, _ in found if distance == nearest]
    return sorted(best, key=lambda guess: (-weight(guess), guess))[:_MOST_GUESSES]


def as_norwegian(word: str) -> str:
    """
    A word of Greek or Latin, written in English, as Norwegian writes it.

    >>> as_norwegian("levothyroxine")
    'levotyroksin'
    """
    for english, norwegian in _WRITTEN_OTHERWISE:
        word = english.sub(norwegian, word)
    return word


_WRITTEN_OTHERWISE = tuple(
    (re.compile(english), norwegian)
    for english, norwegian in (
        ("th", "t"),
        ("ph", "f"),
        ("x", "ks"),
        ("ch?(?![eiy])", "k"),
        ("ch", "k"),
        ("e$", ""),
    )
)

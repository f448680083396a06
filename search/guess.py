"""What a query may have been meant to say, where nothing answers it. A number is never guessed."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from search.query import Typed
from search.reach import ALL, BASE, MEANT_PART, PREFIX, SIGHT, WORD, Reach, Reacher, common, either_of
from search.records import Why

_SHORTEST_TYPO = 4


class Guess(NamedTuple):
    """What the pieces of a query may reach instead, why, and the query in other words."""

    reaches: Sequence[Reach]
    why: Why
    did_you_mean: str | None


def guess(typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher, allowed: int) -> Guess | None:
    """
    The best guess that finds something among the `allowed` documents.

    Words that reach nothing are guessed, or left out where there are others; where each word reaches
    something, but nothing has them all, one of them that is written nowhere just so is guessed.
    """
    dead = [place for place, reach in enumerate(reaches) if not reach.levels[SIGHT][ALL] & allowed]
    if dead:
        return _instead_of(dead, typed, reaches, reacher=reacher, allowed=allowed)
    for place in range(len(reaches)):
        if not reaches[place].levels[WORD][ALL] and _words_meant(reaches[place].word, reacher, among=allowed):
            found = _instead_of([place], typed, reaches, reacher=reacher, allowed=allowed)
            if found is not None and found.did_you_mean is not None:
                return found
    return None


def better_written(typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher) -> str | None:
    """The query with one letter put right in each word that is written so nowhere, though it was answered."""
    meant = {}
    for reach in reaches:
        if len(reach.word) >= _SHORTEST_TYPO and not reacher.is_written(reach.word):
            found = reacher.guesses(reach.word, weight=_frequency(reacher), mistakes=1)
            if found:
                meant[reach.word] = found[0]
    return typed.saying(meant) if meant else None


def _instead_of(
    places: Sequence[int], typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher, allowed: int
) -> Guess | None:
    """The pieces at these places guessed: as mistyped, else by the last part, else left out."""
    others = {place: reach for place, reach in enumerate(reaches) if place not in places}
    among = common(others.values(), PREFIX, ALL) & allowed if others else allowed
    meant = {}
    for place in places:
        word = reaches[place].word
        words = _words_meant(word, reacher, among=among)
        if words:
            meant[word] = words[0]
            others[place] = either_of(map(reacher.word, words))
        elif len(word) >= _SHORTEST_TYPO and (head := reacher.head(word)):
            others[place] = head
        elif word and len(reaches) > 1:
            meant[word] = ""
        else:
            return None
    if not others or not common(others.values(), PREFIX, ALL) & allowed:
        return None
    found = tuple(others.values())
    return Guess(found, "spelling", typed.saying(meant)) if meant else Guess(found, "part-of-word", None)


def _words_meant(word: str, reacher: Reacher, *, among: int) -> list[str]:
    if len(word) < _SHORTEST_TYPO:
        return []
    weight = _frequency(reacher, among)
    return [guess for guess in reacher.guesses(word, weight=weight) if weight(guess)]


def _frequency(reacher: Reacher, among: int = -1) -> Callable[[str], float]:
    """In how many of the documents a word stands; less than one for a word that only means what stands."""

    def weight(word: str) -> float:
        levels = reacher.word(word).levels
        return (levels[BASE][ALL] & among).bit_count() or bool(levels[MEANT_PART][ALL] & among) / 2

    return weight

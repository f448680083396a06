"""What a query may have been meant to say, where nothing answers it. A number is never guessed."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from search.query import Typed
from search.reach import ALL, BASE, PREFIX, SIGHT, Reach, Reacher, all_of, either_of
from search.records import Why


class Guess(NamedTuple):
    """What the pieces of a query may reach instead, why, and the query in other words."""

    reaches: Sequence[Reach]
    why: Why
    did_you_mean: str | None


def guess(typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher, allowed: int) -> Guess | None:
    """
    The best guess that finds something among the `allowed` documents.

    Words that reach nothing are guessed; where each word reaches something, but nothing has them all,
    one of them.
    """
    dead = [place for place, reach in enumerate(reaches) if not reach.levels[SIGHT][ALL] & allowed]
    if dead:
        return _instead_of(dead, typed, reaches, reacher=reacher, allowed=allowed)
    for place in range(len(reaches)):
        found = _instead_of([place], typed, reaches, reacher=reacher, allowed=allowed)
        if found is not None and found.did_you_mean is not None:
            return found
    return None


def better_written(typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher) -> str | None:
    """The query with one letter put right in each word that is written so nowhere, though it was answered."""
    meant = {}
    for reach in reaches:
        if reach.typo and not reacher.is_written(reach.typo):
            found = reacher.guesses(reach.typo, weight=_frequency(reacher), mistakes=1)
            if found:
                meant[reach.typo] = found[0]
    return typed.saying(meant) if meant else None


def _instead_of(
    places: Sequence[int], typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher, allowed: int
) -> Guess | None:
    alive = [reach for place, reach in enumerate(reaches) if place not in places]
    among = all_of(alive).levels[PREFIX][ALL] & allowed if alive else allowed
    others, meant = list(reaches), {}
    for place in places:
        typo = reaches[place].typo
        weight = _frequency(reacher, among)
        words = [word for word in reacher.guesses(typo, weight=weight) if weight(word)] if typo else []
        if words:
            meant[typo] = words[0]
            others[place] = either_of(map(reacher.word, words))
        elif typo and (head := reacher.head(typo)):
            others[place] = head
        else:
            return None
    if not all_of(others).levels[PREFIX][ALL] & allowed:
        return None
    if not meant:
        return Guess(others, "part-of-word", None)
    return Guess(others, "spelling", typed.saying(meant))


def _frequency(reacher: Reacher, among: int = -1) -> Callable[[str], int]:
    """In how many of the documents a word stands."""

    def weight(word: str) -> int:
        return (reacher.word(word).levels[BASE][ALL] & among).bit_count()

    return weight

"""What a query may have been meant to say, where nothing answers it. A number is never guessed."""

from collections.abc import Sequence
from typing import NamedTuple

from search.query import Typed
from search.reach import ALL, BASE, PREFIX, SIGHT, Reach, Reacher, all_of, either_of
from search.records import Why
from search.spelling import guesses


class Guess(NamedTuple):
    """Other words for the words that reach nothing: whom that finds, why, and the query in those words."""

    documents: int
    why: Why
    reaches: Sequence[Reach]
    did_you_mean: str | None


def guess(typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher, allowed: int) -> Guess | None:
    """The best guess that finds something among the `allowed` documents."""
    alive = [reach for reach in reaches if reach.levels[SIGHT][ALL] & allowed]
    among = all_of(alive).levels[PREFIX][ALL] & allowed if alive else allowed
    others, meant = list(alive), {}
    for reach in reaches:
        if reach.levels[SIGHT][ALL] & allowed:
            continue
        words = _words_meant(reach, reacher, among=among) if reach.typo else []
        if words:
            meant[reach.typo] = words[0]
            others.append(either_of(reacher.word(word) for word in words))
        elif reach.typo and (head := reacher.head(reach.typo)):
            others.append(head)
        else:
            return None
    if not others or len(others) == len(alive):
        return None
    documents = all_of(others).levels[PREFIX][ALL] & allowed
    if not documents:
        return None
    if not meant:
        return Guess(documents, "part-of-word", others, None)
    return Guess(documents, "spelling", others, typed.saying(meant))


def _words_meant(reach: Reach, reacher: Reacher, *, among: int) -> list[str]:
    def weight(word: str) -> int:
        return (reacher.word(word).levels[BASE][ALL] & among).bit_count()

    return [word for word in guesses(reach.typo, reacher.spellable, weight=weight) if weight(word)]

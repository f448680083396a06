"""What a query may have been meant to say, where nothing answers it. A number is never guessed."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from search.query import Typed
from search.reach import Reacher
from search.records import Why
from search.standing import ALL, BASE, PREFIX, SIGHT, WORD, Reach, common, either_of

_SHORTEST_TYPO = 4
# Without them a query says the opposite.
_NEVER_LEFT_OUT = frozenset({"uten", "utan", "ikke", "ikkje", "without", "not", "no", "non"})


class Guess(NamedTuple):
    """
    What the pieces of a query may reach instead, why, and the query in other words.

    `best` is what `did_you_mean` says, `reaches` all that may be meant as well.
    """

    best: Sequence[Reach]
    reaches: Sequence[Reach]
    why: Why
    did_you_mean: str | None


class Guesses:
    """Guesses at one query in one index, for the `allowed` documents."""

    def __init__(self, typed: Typed, reaches: Sequence[Reach], *, reacher: Reacher, allowed: int) -> None:
        self._typed = typed
        self._reaches = reaches
        self._reacher = reacher
        self._allowed = allowed
        self._nearest: dict[tuple[str, int], list[str]] = {}

    def apart(self) -> Sequence[Reach] | None:
        """The pieces with each compound in its parts too, if that finds something."""
        opened = [self._reacher.apart(reach) for reach in self._reaches]
        return opened if self._found(opened) else None

    def guess(self) -> Guess | None:
        """
        The best guess that finds something.

        Words that reach nothing are guessed, or left out where there are others; where each word reaches
        something, but nothing has them all, one of them that is written nowhere just so is guessed.
        """
        nowhere = [place for place, reach in enumerate(self._reaches) if not self._reached(reach, SIGHT)]
        if nowhere:
            return self._instead_of(nowhere)
        unwritten = (place for place, reach in enumerate(self._reaches) if not reach.levels[WORD][ALL])
        found = (self._mistyped(place) for place in unwritten)
        return next((guess for guess in found if guess is not None), None)

    def better_written(self) -> str | None:
        """The query with one letter put right in each word that is written nowhere, though it is answered."""
        meant: dict[str, str] = {}
        for reach in self._reaches:
            if len(reach.word) < _SHORTEST_TYPO or reach.levels[BASE][ALL]:
                continue
            if not self._reacher.is_written(reach.word):
                words = self._reacher.near(reach.word, weight=partial(self._reacher.frequency, among=-1))
                if words:
                    meant[reach.word] = words[0]
        return self._typed.saying(meant) if meant else None

    def _mistyped(self, place: int) -> Guess | None:
        others = [reach for number, reach in enumerate(self._reaches) if number != place]
        among = common(others, PREFIX, ALL) & self._allowed if others else self._allowed
        return self._instead_of([place]) if self._meant(self._reaches[place].word, among=among) else None

    def _instead_of(self, places: Sequence[int]) -> Guess | None:
        """The pieces at these places as mistyped, else by their last part, else left out."""
        best = {place: reach for place, reach in enumerate(self._reaches) if place not in places}
        among = common(best.values(), PREFIX, ALL) & self._allowed if best else self._allowed
        every, said = dict(best), {}
        for place in places:
            word = self._reaches[place].word
            meant = self._meant(word, among=among)
            if meant:
                said[word] = meant[0]
                best[place] = self._reacher.word(meant[0])
                every[place] = best[place] if len(meant) == 1 else either_of(map(self._reacher.word, meant))
            elif (head := self._head(word)) is not None:
                best[place] = every[place] = head
            elif word and word not in _NEVER_LEFT_OUT:
                said[word] = ""
            else:
                return None
        if not all(said.values()) and not self._says_something(best):
            return None
        if not best or not self._found(tuple(every.values())):
            return None
        why: Why = "spelling" if said else "part-of-word"
        meant_so = self._typed.saying(said) if said else None
        return Guess(tuple(best.values()), tuple(every.values()), why, meant_so)

    def _says_something(self, kept: Mapping[int, Reach]) -> bool:
        """Whether what is kept of a query is at least half of it, and more than a letter or a digit."""
        known = any(len(reach.word) >= _SHORTEST_TYPO or reach.keys for reach in kept.values())
        return known and 2 * len(kept) >= len(self._reaches)

    def _meant(self, word: str, *, among: int) -> list[str]:
        """The words a mistyped one may be meant for that stand in one of these documents, best first."""
        if len(word) < _SHORTEST_TYPO:
            return []
        found = self._nearest.get((word, among))
        if found is None:
            weight = cache(partial(self._reacher.frequency, among=among))
            found = [guess for guess in self._reacher.guesses(word, weight=weight) if weight(guess)]
            self._nearest[word, among] = found
        return found

    def _head(self, word: str) -> Reach | None:
        return self._reacher.head(word) if len(word) >= _SHORTEST_TYPO else None

    def _found(self, reaches: Sequence[Reach]) -> int:
        return common(reaches, PREFIX, ALL) & self._allowed

    def _reached(self, reach: Reach, level: int) -> int:
        return reach.levels[level][ALL] & self._allowed

"""What a query may have been meant to say, where nothing answers it. A number is never guessed."""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property, partial
from typing import NamedTuple

from search.everyday import EVERYDAY
from search.query import Typed
from search.reach import Reacher
from search.records import Why
from search.standing import ALL, BASE, MEANT_PART, PART, PREFIX, SIGHT, WORD, Reach, common, either_of

_SHORTEST_TYPO = 4
_FEWEST_KEPT = 2
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
        """
        The pieces with each compound in its parts too, if that finds something; without the words of
        everyday speech, if only that does.
        """
        opened = [self._reacher.apart(reach) for reach in self._reaches]
        if self._found(opened):
            return opened
        if len(self._telling) == len(self._reaches):
            return None
        opened = [self._reacher.apart(reach) for reach in self._telling]
        return opened if self._found(opened) else None

    def guess(self) -> Guess | None:
        """
        The best guess that finds something.

        Words that reach nothing are guessed, or left out where there are others; where each word reaches
        something, but nothing has them all, one of them that is written nowhere just so is guessed. Then
        words are left out that only begin others, and sizes that no text has; last, one word of several.
        """
        reaches = self._telling
        nowhere = [place for place, reach in enumerate(reaches) if not self._reached(reach, SIGHT)]
        unwritten = [place for place, reach in enumerate(reaches) if not reach.levels[WORD][ALL]]
        tried = (self._instead_of(nowhere),) if nowhere else map(self._mistyped, unwritten)
        found = next((guess for guess in tried if guess is not None), None)
        if found is not None or len(reaches) == 1:
            return found
        unknown = [place for place, reach in enumerate(reaches) if self._is_unknown(reach)]
        found = self._instead_of(unknown) if unknown and unknown != nowhere else None
        return found or self._without_one(unknown)

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

    @cached_property
    def _telling(self) -> Sequence[Reach]:
        """The pieces without the words of everyday speech that happen to stand in a text, if any is left."""
        return [reach for reach in self._reaches if reach.word not in EVERYDAY] or self._reaches

    def _mistyped(self, place: int) -> Guess | None:
        others = [reach for number, reach in enumerate(self._telling) if number != place]
        among = common(others, PREFIX, ALL) & self._allowed if others else self._allowed
        return self._instead_of([place]) if self._meant(self._telling[place].word, among=among) else None

    def _instead_of(self, places: Sequence[int]) -> Guess | None:
        """The pieces at these places as mistyped, else by their last part, else left out."""
        if self._typed.has_numbers and not self._may_lack_numbers(places):
            return None
        best = {place: reach for place, reach in enumerate(self._telling) if place not in places}
        among = common(best.values(), PREFIX, ALL) & self._allowed if best else self._allowed
        if not among:
            return None
        every, said, left_out = dict(best), {}, list[Reach]()
        for place in places:
            word = self._telling[place].word
            meant = self._meant(word, among=among)
            if meant:
                said[word] = meant[0]
                best[place] = self._reacher.word(meant[0])
                every[place] = best[place] if len(meant) == 1 else either_of(map(self._reacher.word, meant))
            elif (head := self._head(word, beside=best.values())) is not None:
                best[place] = every[place] = head
            else:
                left_out.append(self._telling[place])
                if word:  # a number is not taken out of what somebody typed
                    said[word] = ""
        if left_out and not self._says_something(best.values()):
            return None
        if not all(map(self._may_be_left_out, left_out)):
            return None
        if not best or not self._found(tuple(every.values())):
            return None
        why: Why = "spelling" if said or left_out else "part-of-word"
        meant_so = self._typed.saying(said) if said else None
        return Guess(tuple(best.values()), tuple(every.values()), why, meant_so)

    def _without_one(self, unknown: Sequence[int]) -> Guess | None:
        """What has all known pieces but one word, and at least two: one that is only meant, else the last."""
        reaches = self._telling
        if len(reaches) - len(unknown) <= _FEWEST_KEPT:
            return None
        if not all(self._may_be_left_out(reaches[place]) for place in unknown):
            return None
        known = [place for place in range(len(reaches)) if place not in unknown]
        for place in sorted(known, key=lambda place: (self._reached(reaches[place], PART) > 0, -place)):
            left_out = reaches[place]
            rest = [reaches[other] for other in known if other != place]
            if left_out.word and self._may_be_left_out(left_out) and self._found(rest):
                gone = (left_out, *(reaches[other] for other in unknown))
                said = {reach.word: "" for reach in gone if reach.word}
                return Guess(rest, rest, "spelling", self._typed.saying(said))
        return None

    def _is_unknown(self, reach: Reach) -> bool:
        """Whether nothing has a word in any form, as a part or by what is meant, or has a size."""
        return bool(reach.unknown) or not self._reached(reach, MEANT_PART)

    def _may_lack_numbers(self, places: Sequence[int]) -> bool:
        """Whether none of the pieces at these places that are no words must stay."""
        gone = (self._telling[place] for place in places)
        return all(reach.word or self._may_be_left_out(reach) for reach in gone)

    def _may_be_left_out(self, reach: Reach) -> bool:
        """Whether a query without a piece still asks for the same thing: a number may be all it asks for."""
        if reach.word:
            return reach.word not in _NEVER_LEFT_OUT and not self._typed.may_be_code(reach.word)
        if len(reach.unknown) == 1:
            return not reach.keys and not self._typed.may_be_code(*reach.unknown)
        return bool(reach.unknown)

    def _says_something(self, kept: Iterable[Reach]) -> bool:
        """Whether what is kept of a query has a known word, and no short one by chance, or a number."""
        return any(
            reach.keys or any(len(word) >= _SHORTEST_TYPO and word.isalpha() for word in reach.lit)
            for reach in kept
            if self._reached(reach, MEANT_PART)
        )

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

    def _head(self, word: str, *, beside: Iterable[Reach]) -> Reach | None:
        """What the last part of an unknown compound reaches, where anything has that beside the others."""
        head = self._reacher.head(word) if len(word) >= _SHORTEST_TYPO else None
        return head if head is not None and self._found((*beside, head)) else None

    def _found(self, reaches: Sequence[Reach]) -> int:
        return common(reaches, PREFIX, ALL) & self._allowed

    def _reached(self, reach: Reach, level: int) -> int:
        return reach.levels[level][ALL] & self._allowed

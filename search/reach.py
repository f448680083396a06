"""What one piece of a query reaches: sets of documents, from the strictest way of matching to the loosest."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, or_

import msgspec

from search.lexicon import Lexicon
from search.shelf import Shelf
from search.words import compact, is_number

# The ways a word may match, each with all that the ones before it reach.
WORD, BASE, PART, PREFIX, SIGHT = range(5)
_SHORTEST_KEY_PREFIX = 4
_SHORTEST_TYPO = 4
_CACHED = 1024


# One set of documents for each way.
Levels = tuple[int, int, int, int, int]


class Reach(msgspec.Struct, frozen=True):
    """
    What a piece of a query reaches.

    Each of `levels`, WORD to SIGHT, is a part of the next. `lit` are
    the words of the index to be highlighted, `keys` the numbers. `typo` is the piece itself where it
    is a word that may have been mistyped.
    """

    levels: Levels
    lit: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    typo: str = ""


def all_of(reaches: Iterable[Reach]) -> Reach:
    """What every one of the pieces reaches, each level by itself; at least one piece."""
    pieces = tuple(reaches)
    return Reach(_merged(and_, pieces), _lit(pieces), frozenset().union(*(piece.keys for piece in pieces)))


def either_of(reaches: Iterable[Reach]) -> Reach:
    """What one of the pieces reaches, each level by itself; at least one piece."""
    pieces = tuple(reaches)
    return Reach(_merged(or_, pieces), _lit(pieces), frozenset().union(*(piece.keys for piece in pieces)))


def loosened(reach: Reach) -> Reach:
    """The same documents by base form at best: what is meant was not what was said."""
    _, base, part, _, _ = reach.levels
    return Reach((0, base, part, part, part), reach.lit, reach.keys)


class Reacher:
    """Looks pieces up in one index, and keeps what it found. For one thread."""

    def __init__(self, shelf: Shelf, lexicon: Lexicon) -> None:
        self._shelf = shelf
        self._lexicon = lexicon
        self._words: dict[str, Reach] = {}

    def word(self, word: str) -> Reach:
        """What one word or number reaches, with what is meant by it."""
        found = self._words.get(word)
        if found is None:
            if len(self._words) >= _CACHED:
                self._words.clear()
            found = self._words[word] = self._looked_up(word)
        return found

    def size(self, term: str, *, otherwise: tuple[str, ...]) -> Reach:
        """What a size reaches; if no text has it, what its number and unit reach as words."""
        mask = self._shelf.having("words", term)
        if not mask:
            return all_of(self.word(word) for word in otherwise)
        return Reach((mask,) * 5, frozenset({term}))

    def number(self, key: str, *, otherwise: Reach) -> Reach | None:
        """What a number reaches, whole or by its beginning; None where there is no such number."""
        mask = self._shelf.having("words", key)
        longer = self._longer_keys(key)
        if not mask and not longer:
            return None
        prefix = mask | self._shelf.having_any("keys", longer)
        keyed = Reach((mask, mask, mask, prefix, prefix), frozenset({key}), frozenset({key, *longer}))
        return either_of((keyed, otherwise))

    def is_key(self, key: str) -> bool:
        """Whether a product has this number."""
        return bool(self._shelf.having("keys", key))

    def joined(self, words: tuple[str, ...]) -> Reach | None:
        """What the words reach written as one; None where no text writes them so."""
        word = "".join(words)
        return self.word(word) if word in self._lexicon.words else None

    def head(self, compound: str) -> Reach | None:
        """What the last part of a compound reaches, where the rest of it is unknown."""
        head = self._lexicon.head_of(compound)
        if head is None:
            return None
        part = self._plain(head).levels[PART]
        return Reach((0, 0, part, part, part), frozenset({head}))

    @property
    def spellable(self) -> list[str]:
        """The words a mistyped one may have been meant for."""
        return self._lexicon.spellable

    def meant_by(self, words: tuple[str, ...]) -> Reach | None:
        """What is meant by words that are said for others; None where nobody says them so."""
        meanings = self._meanings(words)
        if not meanings:
            return None
        return loosened(either_of(all_of(self._plain(word) for word in meaning) for meaning in meanings))

    def _looked_up(self, word: str) -> Reach:
        if is_number(word):
            mask = self._shelf.having("words", word)
            prefix = mask | self._shelf.having_any("keys", self._longer_keys(word))
            return Reach((mask, mask, mask, prefix, prefix), frozenset({word}))
        own = self._plain(word)
        meant = self.meant_by((word,))
        reach = either_of((own, meant)) if meant else own
        compound = self._compound(word) if not reach.levels[PREFIX] else None
        reach = either_of((reach, compound)) if compound else reach
        typo = word if len(word) >= _SHORTEST_TYPO else ""
        return Reach(reach.levels, reach.lit, reach.keys, typo)

    def _plain(self, word: str) -> Reach:
        """What a word reaches by itself, without its synonyms."""
        lexicon, having_any = self._lexicon, self._shelf.having_any
        sets = (
            {word},
            lexicon.same_base(word),
            lexicon.with_part(word),
            lexicon.beginning_with(word),
            lexicon.seen_as(word),
        )
        exact, base, part, prefix, sight = (having_any("words", words) for words in sets)
        levels = (
            exact,
            exact | base,
            exact | base | part,
            exact | base | part | prefix,
            exact | base | part | prefix | sight,
        )
        return Reach(levels, frozenset().union(*sets))

    def _compound(self, word: str) -> Reach | None:
        parts = self._lexicon.parts_of(word)
        if not parts:
            return None
        _, _, part, _, _ = (whole := all_of(self._plain(piece) for piece in parts)).levels
        return Reach((0, 0, part, part, part), whole.lit)

    def _meanings(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        known = self._lexicon.meanings
        found = list(known.get(words, ()))
        *before, last = words
        for base in sorted(self._lexicon.bases_of(last) - {last}):
            found += known.get((*before, base), ())
        return found

    def _longer_keys(self, key: str) -> list[str]:
        if len(key) < _SHORTEST_KEY_PREFIX or key != compact(key):
            return []
        return [term for term in self._shelf.beginning_with("keys", key) if term != key]


def _merged(how: Callable[[int, int], int], pieces: tuple[Reach, ...]) -> Levels:
    word, base, part, prefix, sight = (
        reduce(how, level) for level in zip(*(p.levels for p in pieces), strict=True)
    )
    return word, base, part, prefix, sight


def _lit(pieces: tuple[Reach, ...]) -> frozenset[str]:
    return frozenset().union(*(piece.lit for piece in pieces))

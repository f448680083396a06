"""What one piece of a query reaches: sets of documents, from the strictest way of matching to the loosest."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import and_, or_

import msgspec

from search.compounds import JOINTS
from search.lexicon import Lexicon, sight
from search.shelf import Shelf
from search.spelling import as_norwegian, guesses
from search.terms import PLACES
from search.words import compact, is_number

# The ways a word may match, each with all that the ones before it reach: as it stands, by its base form,
# as the last part of a compound (which says what the thing is), as any part; what is meant by it in the
# same ways; as a beginning, by sight.
WORD, BASE, LAST, PART, MEANT, MEANT_LAST, MEANT_PART, PREFIX, SIGHT = range(9)
# The places where it may stand (see `search.terms`), each but REST with all that the ones before have.
HEAD, OWN, NEAR, ALL, REST = range(5)

_HARDLY = 1e-9
_SHORTEST_KEY_PREFIX = 4
_SHORTEST_WITHIN = 6
_CACHED = 256

# Sets of documents, one for each place.
Places = tuple[int, ...]
# And those for each way.
Levels = tuple[Places, ...]
_AS_LAST = {PART: LAST, MEANT_PART: MEANT_LAST}
NOWHERE: Places = (0, 0, 0, 0, 0)


class Reach(msgspec.Struct, frozen=True, gc=False):
    """
    What a piece of a query reaches.

    Each of `levels`, WORD to SIGHT, is a part of the next, place by place.
    `lit` are the words of the index to be highlighted, `keys` the numbers. `word` is the piece itself
    where it is a word in letters.
    """

    levels: Levels
    lit: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    word: str = ""


def all_of(reaches: Iterable[Reach]) -> Reach:
    """What every one of the pieces reaches, each level by itself; at least one piece."""
    return _merged(and_, tuple(reaches))


def either_of(reaches: Iterable[Reach]) -> Reach:
    """What one of the pieces reaches, each level by itself; at least one piece."""
    return _merged(or_, tuple(reaches))


def common(reaches: Iterable[Reach], level: int, place: int) -> int:
    """The documents that every one of the pieces reaches in one way and place; at least one piece."""
    return reduce(and_, (reach.levels[level][place] for reach in reaches))


def named(first: Sequence[Reach], last: Reach) -> Reach:
    """
    What the parts of a name reach together: the last says what the thing is, the others of which kind.

    A plate on the list "ved stomi" is a stomiplate; a strap "til stomiplate" stands near one.
    """
    every = all_of((*first, last))
    levels = []
    for level, places in enumerate(every.levels):
        called = last.levels[_AS_LAST.get(level, level)][HEAD]
        head = called & common(first, level, OWN)
        own = head | called & common(first, level, NEAR)
        near = own | places[NEAR]
        levels.append((head, own, near, near | places[ALL], places[REST]))
    return Reach(tuple(levels), every.lit, every.keys)


def meant(reach: Reach) -> Reach:
    """The same documents by what is meant: it was not what was said."""
    _, base, last, part, *_ = reach.levels
    return Reach((*(NOWHERE,) * 4, base, last, part, part, part), reach.lit, reach.keys)


def by_part(reach: Reach) -> Reach:
    """The same documents by a part of a word at best, by the last where that says what the thing is."""
    part, other = reach.levels[PART], reach.levels[MEANT_PART]
    last = (*(part[OWN],) * 4, 0)
    return Reach((NOWHERE, NOWHERE, last, part, *(other,) * 5), reach.lit, reach.keys)


class Reacher:
    """Looks pieces up in one index, and keeps what it found. For one thread."""

    def __init__(self, shelf: Shelf, lexicon: Lexicon) -> None:
        self._shelf = shelf
        self._lexicon = lexicon
        self._words: dict[str, Reach] = {}
        self._as_said: dict[str, Reach] = {}
        self._meanings: dict[tuple[str, ...], Reach] = {}

    def word(self, word: str) -> Reach:
        """What one word or number reaches, with what is meant by it."""
        found = self._words.get(word)
        if found is None:
            if len(self._words) >= _CACHED:
                self._words.clear()
            found = self._words[word] = self._looked_up(word)
        return found

    def size(self, terms: Iterable[str], *, otherwise: tuple[str, ...]) -> Reach:
        """What the first of some ways to say a size reaches; if no text has it, what its words reach."""
        for term in terms:
            places = self._places({term})
            if places[ALL]:
                written = [self._places({word}) for word in otherwise]
                literal = reduce(_both, written, places)
                return Reach((literal, *(places,) * 8), frozenset({term}))
        return all_of(map(self._measured, otherwise))

    def _measured(self, word: str) -> Reach:
        """What a number or a unit beside one reaches: "g" is the beginning of nothing there."""
        if is_number(word):
            return self.word(word)
        return Reach((self._places({word}),) * 9, frozenset({word}))

    def number(self, key: str, *, otherwise: Reach) -> Reach | None:
        """What a number reaches, whole or by its beginning; None where there is no such number."""
        places = self._places({key})
        longer = self._longer_keys(key)
        if not places[ALL] and not longer:
            return None
        prefix = self._beginning(places, longer)
        keyed = Reach((*(places,) * 7, prefix, prefix), frozenset({key}), frozenset({key, *longer}))
        return either_of((keyed, otherwise))

    def is_key(self, key: str) -> bool:
        """Whether a product has this number."""
        return bool(self._shelf.having("keys", key))

    def joined(self, words: tuple[str, ...]) -> Reach | None:
        """What the words reach written as one; None where no text writes them so."""
        word = self._lexicon.joined(words)
        if word is None:
            return None
        reach = self.word(word)
        if word.startswith(words[0]):
            return reach
        return Reach((NOWHERE, *reach.levels[1:]), reach.lit)  # "pose for natten" is not "nattpose" itself

    def apart(self, reach: Reach) -> Reach:
        """What a word reaches, with its parts where they stand apart, else with the words it stands in."""
        compound = self._compound(reach.word)
        if compound is not None:
            return either_of((reach, compound))
        unknown = len(reach.word) >= _SHORTEST_WITHIN and not reach.levels[SIGHT][ALL]
        words = self._lexicon.within(reach.word) if unknown else set()
        places = self._places(words)
        return (
            either_of((reach, Reach((*(NOWHERE,) * 3, *(places,) * 6), frozenset(words)))) if words else reach
        )

    def head(self, compound: str) -> Reach | None:
        """What the last part of a compound reaches, where the rest of it is unknown."""
        head = self._lexicon.head_of(compound)
        if head is None:
            return None
        return by_part(Reach(self._said(head).levels, frozenset({head})))

    def near(self, word: str, *, weight: Callable[[str], float]) -> list[str]:
        """The words a mistyped one is one letter away from, best first."""
        return guesses(word, self._lexicon.spellable(len(word)), weight=weight, mistakes=1)

    def guesses(self, word: str, *, weight: Callable[[str], float]) -> list[str]:
        """The words a mistyped one may have been meant for, best first; see `search.spelling`."""
        found = guesses(word, self._lexicon.spellable(len(word)), weight=weight)
        if found:
            return found
        seen = guesses(sight(word), self._lexicon.sights, weight=lambda _: 0)
        found = sorted({meant for one in seen for meant in self._lexicon.seen_so[one]})
        other = as_norwegian(word)
        if found or other == word:
            return found
        return guesses(other, self._lexicon.spellable(len(other)), weight=weight)

    def frequency(self, word: str, *, among: int) -> float:
        """In how many of these documents a word stands; next to none for one that only means what stands."""
        documents = self._places({word})[ALL] & among
        if documents:
            return documents.bit_count()
        other = self.meant_by((word,))
        return _HARDLY if other is not None and other.levels[MEANT_PART][ALL] & among else 0

    def is_written(self, word: str) -> bool:
        """Whether a text of the index has the word, in any form, as it is typed or as it begins."""
        known = self._lexicon
        if known.with_part(word):
            return True
        return (
            known.is_word(word)
            or known.is_form(word)
            or bool(known.beginning_with(word) or known.seen_as(word))
        )

    def meant_by(self, words: tuple[str, ...]) -> Reach | None:
        """What is meant by words that are said for others, the last in any form, if they are."""
        known = self._lexicon.meanings
        *before, last = words
        forms = sorted(self._lexicon.bases_of(last) - {last})
        said = [one for one in (words, *((*before, form) for form in forms)) if one in known]
        return either_of(map(self._meant, said)) if said else None

    def warm(self) -> None:
        """Look up all that is said for other words."""
        for said in self._lexicon.meanings:
            self._meant(said)

    def _meant(self, said: tuple[str, ...]) -> Reach:
        found = self._meanings.get(said)
        if found is None:
            meanings = self._lexicon.meanings[said]
            found = meant(either_of(all_of(map(self._said, meaning)) for meaning in meanings))
            self._meanings[said] = found
        return found

    def _looked_up(self, word: str) -> Reach:
        if is_number(word):
            places = self._places({word})
            # "77.61" is a decimal where one is written, else how a number begins.
            key = word if places[ALL] else compact(word)
            prefix = self._beginning(places, self._longer_keys(key))
            keys = frozenset({word} if self.is_key(word) else ())
            return Reach((*(places,) * 7, prefix, prefix), frozenset({word}), keys)
        own = self._plain(word)
        other = self.meant_by((word,))
        reach = either_of((own, other)) if other else own
        compound = self._compound(word) if not reach.levels[LAST][HEAD] else None
        reach = either_of((reach, compound)) if compound else reach
        return Reach(reach.levels, reach.lit, reach.keys, word if word.isalpha() else "")

    def _plain(self, word: str) -> Reach:
        """What a word reaches by itself, without its synonyms."""
        said, lexicon = self._said(word), self._lexicon
        levels, reached, seen = [], said.levels[PART], set(said.lit)
        for words in (lexicon.beginning_with(word), lexicon.seen_as(word)):
            reached = self._with(reached, words, seen=seen)
            levels.append(reached)
        return Reach((*said.levels[:PREFIX], *levels), frozenset(seen))

    def _said(self, word: str) -> Reach:
        """What has a word, in any form or as a part; kept, as it is asked again for what is meant."""
        found = self._as_said.get(word)
        if found is None:
            if len(self._as_said) >= _CACHED:
                self._as_said.clear()
            lexicon = self._lexicon
            levels, reached, seen = [], NOWHERE, set[str]()
            forms = (lexicon.same_base, lexicon.with_last_part, lexicon.with_part)
            for words in ({word}, *(form(word) for form in forms)):
                reached = self._with(reached, words, seen=seen)
                levels.append(reached)
            found = self._as_said[word] = Reach((*levels, *(reached,) * 5), frozenset(seen))
        return found

    def _with(self, reached: Places, words: Iterable[str], *, seen: set[str]) -> Places:
        """What was reached, and what has one of these words too; those that were seen are not asked again."""
        new = set(words) - seen
        seen |= new
        return _either(reached, self._places(new)) if new else reached

    def _compound(self, word: str) -> Reach | None:
        parts = self._lexicon.parts_of(word)
        if not parts:
            return None
        *first, last = map(self._part, parts)
        return by_part(named(first, last))

    def _part(self, part: str) -> Reach:
        """What a part of a compound reaches, with and without the letter that may join it to the next."""
        bare = part[:-1] if part[-1:] in JOINTS else ""
        return either_of(map(self.word, (part, bare) if self._lexicon.is_word(bare) else (part,)))

    def _places(self, words: Iterable[str]) -> Places:
        head, own, rest, behind = [self._shelf.having_any(place, words) for place in PLACES]
        near = (own := head | own) | rest
        return head, own, near, near | behind, rest

    def _beginning(self, places: Places, longer: Iterable[str]) -> Places:
        """Numbers are a product's own: they stand in every place."""
        mask = self._shelf.having_any("keys", longer)
        return _either(places, (mask, mask, mask, mask, 0))

    def _longer_keys(self, key: str) -> list[str]:
        if len(key) < _SHORTEST_KEY_PREFIX or key != compact(key):
            return []
        return [term for term in self._shelf.beginning_with("keys", key) if term != key]


def _either(one: Places, other: Places) -> Places:
    return tuple(map(or_, one, other))


def _both(one: Places, other: Places) -> Places:
    return tuple(map(and_, one, other))


def _merged(how: Callable[[int, int], int], pieces: tuple[Reach, ...]) -> Reach:
    if len(pieces) == 1:
        return pieces[0]
    levels = pieces[0].levels
    for piece in pieces[1:]:
        levels = tuple(tuple(map(how, *places)) for places in zip(levels, piece.levels, strict=True))
    lit = frozenset().union(*(piece.lit for piece in pieces))
    return Reach(levels, lit, frozenset().union(*(piece.keys for piece in pieces)))

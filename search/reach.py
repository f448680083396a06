"""What one piece of a query reaches in an index, looked up in its words and kept."""

from collections.abc import Callable, Collection, Iterable
from functools import reduce

from search.compounds import JOINTS
from search.lexicon import Lexicon, sight
from search.shelf import Shelf
from search.spelling import as_norwegian, guesses, mistakes_in
from search.standing import (
    ALL,
    BASE,
    HEAD,
    LAST,
    MEANT_PART,
    NOWHERE,
    OWN,
    PART,
    PREFIX,
    SIGHT,
    Places,
    Reach,
    all_of,
    both,
    by_part,
    compound,
    either,
    either_of,
    meant,
)
from search.terms import PLACES
from search.words import compact, is_number

_HARDLY = 1e-9
_SHORTEST_KEY_PREFIX = 4
_SHORTEST_WITHIN = 6
_CACHED = 256


class Reacher:
    """Looks pieces up in one index, and keeps what it found. For one thread."""

    def __init__(self, shelf: Shelf, lexicon: Lexicon) -> None:
        self._shelf = shelf
        self._lexicon = lexicon
        self._words: dict[str, Reach] = {}
        self._as_said: dict[str, Reach] = {}
        self._compounds: dict[str, Reach | None] = {}
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
                literal = reduce(both, written, places)
                return Reach((literal, *(places,) * 8), frozenset({term}))
        apart = all_of(map(self._measured, otherwise))
        return Reach(apart.levels, apart.lit, apart.keys, unknown=otherwise)

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
        by_parts = self._compound(reach.word)
        if by_parts is not None:
            return either_of((reach, by_parts))
        unknown = len(reach.word) >= _SHORTEST_WITHIN and not reach.levels[SIGHT][ALL]
        words = self._lexicon.within(reach.word) if unknown else set()
        if not words:
            return reach
        within = Reach((*(NOWHERE,) * 3, *(self._places(words),) * 6), frozenset(words))
        return either_of((reach, within))

    def head(self, compound: str) -> Reach | None:
        """What the last part of a compound reaches, where the rest of it is unknown."""
        head = self._lexicon.head_of(compound)
        if head is None:
            return None
        return by_part(Reach(self._said(head).levels, frozenset({head})))

    def near(self, word: str, *, weight: Callable[[str], float]) -> list[str]:
        """The words a mistyped one is one letter away from, best first."""
        return self._guesses(word, weight=weight, mistakes=1)

    def guesses(self, word: str, *, weight: Callable[[str], float]) -> list[str]:
        """The words a mistyped one may have been meant for, best first; see `search.spelling`."""
        found = self._guesses(word, weight=weight, mistakes=mistakes_in(word))
        if found:
            return found
        look = sight(word)
        seen = guesses(look, self._lexicon.sights, weight=lambda _: 0, mistakes=mistakes_in(look))
        found = sorted({meant for one in seen for meant in self._lexicon.seen_so[one]})
        other = as_norwegian(word)
        if found or other == word:
            return found
        return self._guesses(other, weight=weight, mistakes=mistakes_in(other))

    def _guesses(self, word: str, *, weight: Callable[[str], float], mistakes: int) -> list[str]:
        words = self._lexicon.spellable(len(word), mistakes=mistakes)
        return guesses(word, words, weight=weight, mistakes=mistakes)

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
        if known.is_word(word) or known.is_form(word):
            return True
        return bool(known.with_part(word) or known.beginning_with(word) or known.seen_as(word))

    def meant_by(self, words: tuple[str, ...]) -> Reach | None:
        """What is meant by words that are said for others, the last in any form, if they are."""
        known = self._lexicon.meanings
        *before, last = words
        if tuple(before) not in self._lexicon.begun:
            return None
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
            unknown = () if places[ALL] else (word,)
            return Reach((*(places,) * 7, prefix, prefix), frozenset({word}), keys, unknown=unknown)
        own = self._plain(word)
        other = self.meant_by((word,))
        reach = either_of((own, other)) if other else own
        by_parts = self._compound(word) if not reach.levels[LAST][HEAD] else None
        if by_parts is not None:
            reach = either_of((reach, _but_for(by_parts, own=own, other=other)))
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
            levels, reached, seen = [], NOWHERE, set[str]()
            for words in ({word}, *self._lexicon.related(word)):
                reached = self._with(reached, words, seen=seen)
                levels.append(reached)
            found = self._as_said[word] = Reach((*levels, *(reached,) * 5), frozenset(seen))
        return found

    def _with(self, reached: Places, words: Iterable[str], *, seen: set[str]) -> Places:
        """What was reached, and what has one of these words too; those that were seen are not asked again."""
        new = set(words) - seen
        seen |= new
        return either(reached, self._places(new)) if new else reached

    def _compound(self, word: str) -> Reach | None:
        """What a word reaches by its parts; kept, as it is asked again where nothing has the word itself."""
        if word not in self._compounds:
            parts = self._lexicon.parts_of(word)
            found = compound(*self._parts(parts)) if parts else None
            if len(self._compounds) >= _CACHED:
                self._compounds.clear()
            self._compounds[word] = found
        return self._compounds[word]

    def _parts(self, parts: tuple[str, ...]) -> tuple[list[Reach], Reach]:
        *first, last = map(self._part, parts)
        return first, last

    def _part(self, part: str) -> Reach:
        """What a part of a compound reaches, with and without the letter that may join it to the next."""
        bare = part[:-1] if part[-1:] in JOINTS else ""
        return either_of(map(self.word, (part, bare) if self._lexicon.is_word(bare) else (part,)))

    def _places(self, words: Collection[str]) -> Places:
        head, own, rest, behind = self._shelf.in_each(PLACES, words)
        near = (own := head | own) | rest
        return head, own, near, near | behind, rest

    def _beginning(self, places: Places, longer: Iterable[str]) -> Places:
        """Numbers are a product's own: they stand in every place."""
        mask = self._shelf.having_any("keys", longer)
        return either(places, (mask, mask, mask, mask, 0))

    def _longer_keys(self, key: str) -> list[str]:
        if len(key) < _SHORTEST_KEY_PREFIX or key != compact(key):
            return []
        return [term for term in self._shelf.beginning_with("keys", key) if term != key]


def _but_for(by_parts: Reach, *, own: Reach, other: Reach | None) -> Reach:
    """
    What a compound reaches by its parts without what it then is not: what has the compound only behind
    "under" or "til", and, where people say it for something else, what is not called so by its last part.
    """
    written = own.levels[BASE]
    elsewhere = written[OWN] & ~written[HEAD]
    meant = other.levels[MEANT_PART][ALL] if other is not None else 0
    if not (elsewhere or meant):
        return by_parts
    right = (by_parts.levels[LAST][HEAD] | meant if meant else -1) & ~elsewhere
    *least, most = (
        tuple(place & right for place in by_parts.levels[level]) for level in (LAST, PART, MEANT_PART)
    )
    return Reach((NOWHERE, NOWHERE, *least, *(most,) * 5), by_parts.lit, by_parts.keys)

"""The words of an index and how one leads to another: by form, by part, by beginning, by sight.

Written once, beside the index; a Finder holds it in memory.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from itertools import product
from pathlib import Path

import msgspec

from search.compounds import JOINTS, cut_in_two, known_head, parts_of
from search.endings import guessed_bases, plural_stems
from search.shelf import LAST_LETTER
from search.versioned import read_versioned

FILE = "lexicon.msgpack"
_VERSION = 4
_SPECIAL = str.maketrans({"æ": "a", "ø": "o", "å": "a"})
_SHORTEST_SEEN_PREFIX = 3
_SHORTEST_FIRST_PART = 3
_SURELY_A_WORD = 6
# What a word of a query may be a form of is asked in one way after the other.
_KEPT = 256


class Word(msgspec.Struct, frozen=True, array_like=True):
    """
    A word of the index: the base forms it may have, the words (with their bases) it is made of, and
    those of them that are its last part.
    """

    bases: tuple[str, ...]
    parts: tuple[str, ...]
    last: tuple[str, ...] = ()


class Synonym(msgspec.Struct, frozen=True, array_like=True):
    """Words that are said for others; each as plain words."""

    said: tuple[str, ...]
    meant: tuple[str, ...]


class Lexicon(msgspec.Struct, frozen=True, dict=True):
    """All that is known of the words of one index."""

    version: int
    words: dict[str, Word]
    forms: dict[str, tuple[str, ...]]
    synonyms: tuple[Synonym, ...] = ()

    def bases_of(self, word: str) -> frozenset[str]:
        """The base forms a word as typed may have; by its last part, or guessed, where it is unknown."""
        found = self._bases.get(word)
        if found is None:
            if len(self._bases) >= _KEPT:
                self._bases.clear()
            known = self.forms.get(word)
            guessed = guessed_bases(word).union(self._bases_by_last_part(word)) if known is None else known
            found = self._bases[word] = frozenset(guessed)
        return found

    def is_form(self, word: str) -> bool:
        """Whether a compound is a form of a word of the index, as its last part is one of a known word."""
        return any(base in self._by_base for base in self._bases_by_last_part(word))

    def same_base(self, word: str) -> set[str]:
        """The words of the index that share a base form with `word`."""
        return self._union(self._by_base, self.bases_of(word))

    def with_part(self, word: str) -> set[str]:
        """The words of the index that `word`, in any form, is a part of."""
        return self._union(self._by_part, self._as_part(word))

    def related(self, word: str) -> tuple[set[str], set[str], set[str]]:
        """
        The words of the index that share a base form with `word`; those that it is, in any form, the last
        part of (a stomipose is a pose); those that it is a part of.
        """
        part = self._as_part(word)
        return self.same_base(word), self._union(self._by_last_part, part), self._union(self._by_part, part)

    def beginning_with(self, prefix: str) -> list[str]:
        """The words of the index that begin so, in alphabetical order."""
        return _range(self._sorted, prefix)

    def seen_as(self, word: str) -> set[str]:
        """The words with æ, ø or å that someone without those keys would type so, or begin so."""
        if not word.isascii():
            return set()
        seen = sight(word)
        found = set(self._by_sight.get(seen, ()))
        if len(seen) >= _SHORTEST_SEEN_PREFIX:
            for longer in _range(self._sights, seen):
                found.update(self._by_sight[longer])
        return found

    @cached_property
    def seen_so(self) -> dict[str, list[str]]:
        """How the words of the index with æ, ø or å look without them → those words."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.words:
            if not word.isascii():
                found[sight(word)].append(word)
        return dict(found)

    def parts_of(self, word: str) -> tuple[str, ...]:
        """The known words a compound as typed is made of; empty where it does not come apart."""
        return parts_of(word, self._cost) or cut_in_two(word, self.words.__contains__) or ()

    def joined(self, words: tuple[str, ...]) -> str | None:
        """The word that the words are when they are written as one, in this order or, if two, the other."""
        if len(words) > 2:
            written = (joint.join(words) for joint in JOINTS)
            return next((word for word in written if word in self.words), None)
        firsts, lasts = ((word, *self.forms.get(word, ())) for word in words)
        for first, last in product(firsts, lasts):
            for one, other in ((first, last), (last, first)):
                for word in (one + joint + other for joint in JOINTS):
                    if word in self.words or (word,) in self.meanings:
                        return word
        return None

    def head_of(self, word: str) -> str | None:
        """The word of the index, in any form, that an otherwise unknown compound ends with."""
        return known_head(word, self._head_cost)

    def within(self, text: str) -> set[str]:
        """The words of the index that have a text anywhere in them."""
        if text not in self._lines:
            return set()
        return {word for word in self.words if text in word}

    def warm(self) -> None:
        """Work out all that is worked out at first use."""
        _ = self._by_last_part, self._by_part, self._by_base, self._known
        _ = self._by_length, self._lines, self._said, self.sights, self._sights

    def spellable(self, length: int, *, mistakes: int) -> list[str]:
        """
        The words that one of this length may have been meant for, if it was mistyped: of the index, or said
        for one of them, and at most so many letters longer or shorter.
        """
        found = self._spellable.get((length, mistakes))
        if found is None:
            near = range(length - mistakes, length + mistakes + 1)
            found = [word for size in near for word in self._by_length.get(size, ())]
            self._spellable[length, mistakes] = found
        return found

    @cached_property
    def meanings(self) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
        """What is said → all that is meant by it."""
        found: defaultdict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for synonym in self.synonyms:
            found[synonym.said].append(synonym.meant)
        return dict(found)

    def said_beginning_with(self, prefix: str) -> list[str]:
        """What is said for other words and begins so, with blanks between its words, in order."""
        return _range(self._said, prefix)

    @cached_property
    def _said(self) -> list[str]:
        return sorted(map(" ".join, self.meanings))

    @cached_property
    def begun(self) -> frozenset[tuple[str, ...]]:
        """All that is said for other words, without its last word."""
        return frozenset(said[:-1] for said in self.meanings)

    @cached_property
    def _lines(self) -> str:
        """All words, one a line: most texts stand in none of them."""
        return "\n".join(self._sorted)

    @cached_property
    def _bases(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _spellable(self) -> dict[tuple[int, int], list[str]]:
        return {}

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        said = {words[0] for words in self.meanings if len(words) == 1}
        found: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(said.union(self.words)):
            found[len(word)].append(word)
        return dict(found)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def _by_base(self) -> dict[str, list[str]]:
        return _inverted((word, facts.bases) for word, facts in self.words.items())

    @cached_property
    def _by_part(self) -> dict[str, list[str]]:
        return _inverted((word, facts.parts) for word, facts in self.words.items())

    @cached_property
    def _by_last_part(self) -> dict[str, list[str]]:
        return _inverted((word, facts.last) for word, facts in self.words.items())

    @cached_property
    def _by_sight(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for form, bases in self.forms.items():
            if not form.isascii():
                meant = self._union(self._by_base, bases) | self._union(self._by_part, (form, *bases))
                found[sight(form)].extend(meant)
        return dict(found)

    @cached_property
    def sights(self) -> list[str]:
        """How the words of the index with æ, ø or å look without them."""
        return sorted(self.seen_so)

    @cached_property
    def _sights(self) -> list[str]:
        return sorted(self._by_sight)

    @cached_property
    def _known(self) -> frozenset[str]:
        said = (words[0] for words in self.meanings if len(words) == 1)
        return frozenset().union(self.forms, self._by_base, self._by_part, said)

    def is_word(self, text: str) -> bool:
        """Whether a text is a word of the index, in any form, a part of one, or said for one."""
        return text in self._known

    def _as_part(self, word: str) -> set[str]:
        """What a word may be as a part of another: in any form, also where a dictionary knows none of it."""
        known = self.forms.get(word)
        return {word, *known, *plural_stems(word)} if known is not None else {*guessed_bases(word)}

    def _bases_by_last_part(self, word: str) -> set[str]:
        cuts = range(_SHORTEST_FIRST_PART, len(word) - 2)
        return {word[:cut] + base for cut in cuts for base in self.forms.get(word[cut:], ())}

    def _head_cost(self, end: str) -> int | None:
        """A short end is mostly chance, unless it is a word of the index by itself."""
        if len(end) >= _SURELY_A_WORD and self.is_word(end):
            return 1
        return 1 if self.bases_of(end) & self._by_base.keys() else None

    def _cost(self, part: str) -> int | None:
        return 2 if self.is_word(part) else None

    @staticmethod
    def _union(index: dict[str, list[str]], keys: Iterable[str]) -> set[str]:
        return set[str]().union(*[index.get(key, ()) for key in keys])


def new_lexicon(
    words: dict[str, Word], forms: dict[str, tuple[str, ...]], *, synonyms: tuple[Synonym, ...]
) -> Lexicon:
    """A lexicon as this version of the program writes it, without what is said for no word of the index."""
    bare = Lexicon(_VERSION, words, forms)
    known = cache(lambda word: bool(bare.same_base(word) or bare.with_part(word)))
    return Lexicon(_VERSION, words, forms, tuple(one for one in synonyms if all(map(known, one.meant))))


def write(lexicon: Lexicon, directory: Path) -> None:
    """Lay the lexicon beside the index; the same lexicon gives the same bytes."""
    (directory / FILE).write_bytes(msgspec.msgpack.encode(lexicon))


def read(directory: Path) -> Lexicon:
    """Raises: IndexUnreadable, where there is none or another version's."""
    return read_versioned(directory / FILE, Lexicon, version=_VERSION)


def sight(word: str) -> str:
    bare = word.translate(_SPECIAL)
    for pair, single in (("ae", "a"), ("oe", "o"), ("aa", "a")):
        bare = bare.replace(pair, single)
    return bare


def _inverted(rows: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word, keys in rows:
        for key in keys:
            found[key].append(word)
    return dict(found)


def _range(ordered: list[str], prefix: str) -> list[str]:
    start = bisect_left(ordered, prefix)
    end = bisect_left(ordered, prefix + LAST_LETTER, start)
    return ordered[start:end]

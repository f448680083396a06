"""The base forms of the words of an index, from the dictionaries of Norwegian and English.

Only the building process loads them: what a query needs of them is written into the lexicon.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from search.compounds import SHORTEST_PART, known_head, parts_of, with_joints
from search.dictionary import Dictionary, dictionary
from search.endings import er_forms, guessed_bases, plural_stems
from search.lexicon import Word

LANGUAGES = ("nb", "nn", "en")
_SHORTEST_DICTIONARY_PART = 4
# Short words that begin or end the names of many things; others of three letters are mostly chance.
_SHORT_PARTS = frozenset(
    {"arm", "bag", "ben", "fot", "gel", "hud", "hæl", "lår", "rør", "sår", "tær", "øre", "øye"}
)
# Words of their own that at the end of another are hardly ever one.
_MOSTLY_ENDINGS = frozenset(
    {"able", "ening", "fil", "filt", "ising", "king", "lett", "ling", "men", "ment", "red", "sing", "ting"}
)


class Forms:
    """What the dictionaries say of the words of one index (plain words in letters, no numbers)."""

    def __init__(
        self, words: Iterable[str], *, languages: Iterable[str], dictionaries: Path | None = None
    ) -> None:
        """Args: dictionaries: Where they are kept once they were made; None to keep them nowhere."""
        named = {code: dictionary(code, dictionaries) for code in languages}
        self._dictionaries: list[Dictionary] = list(named.values())
        self._norwegian = [named[code] for code in ("nb", "nn") if code in named]
        self._own = frozenset(words)
        self._known: dict[str, frozenset[str]] = {}
        self._own_bases = frozenset(base for word in self._own for base in self._dictionary_bases(word))
        self._shortened = {form: word for word in self._own | self._own_bases for form in er_forms(word)}

    def words(self) -> dict[str, Word]:
        """Every word of the index with its base forms and the words it is made of, in alphabetical order."""
        return {word: self._word(word) for word in sorted(self._own)}

    def leading_to(self, words: Mapping[str, Word], *, said: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Every form of the words, their parts and what is said for them → the base forms it may have."""
        targets = {base for word in words.values() for base in (*word.bases, *word.parts)}.union(said)
        forms: defaultdict[str, set[str]] = defaultdict(set)
        for target in targets:
            for form in er_forms(target):
                forms[form].add(target)
            for known in self._dictionaries:
                for form in known.forms(target):
                    forms[form].add(target)
        for word in self._own:
            forms[word].update(words[word].bases)
        return {form: tuple(sorted(forms[form])) for form in sorted(forms)}

    def _word(self, word: str) -> Word:
        parts = parts_of(word, self._cost)
        if not parts and not self._dictionary_bases(word):
            parts = parts_of(word, self._short_cost)
        if parts and not self._plausible(word, parts):
            parts = ()
        if not parts and not self._dictionary_bases(word):
            head = known_head(word, self._head_cost)
            parts = (head,) if head else ()
        bases = set(self._dictionary_bases(word) or guessed_bases(word))
        bases |= plural_stems(word) & (self._own | self._own_bases)
        if word in self._shortened:
            bases.add(self._shortened[word])
        if len(parts) > 1:
            before = word[: -len(parts[-1])]
            bases |= {before + base for base in self._dictionary_bases(parts[-1])}
        within = (inner for part in parts for inner in self._plain_parts(part))
        named = (*parts, *with_joints(word, parts), *within)
        return Word(tuple(sorted(bases)), self._named(named), self._named(parts[-1:]))

    def _plain_parts(self, part: str) -> tuple[str, ...]:
        """The parts of a part, where it is plausibly made of some."""
        inner = parts_of(part, self._cost)
        return inner if inner and self._plausible(part, inner) else ()

    def _named(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The parts with their base forms."""
        return tuple(sorted({name for part in parts for name in (part, *self._dictionary_bases(part))}))

    def _plausible(self, word: str, parts: tuple[str, ...]) -> bool:
        """Whether the last part is a word here and no ending, and no English word was cut to pieces."""
        if parts[-1] in _MOSTLY_ENDINGS or word.endswith("ering"):
            return False
        return (
            self._is_norwegian(word)
            or min(map(len, parts)) > SHORTEST_PART
            or not self._dictionary_bases(word)
        )

    def _is_norwegian(self, word: str) -> bool:
        return any(known.get(word) is not None for known in self._norwegian)

    def _dictionary_bases(self, word: str) -> frozenset[str]:
        if len(word) < SHORTEST_PART:
            return frozenset()  # "m" is a size here, and no form of "be"
        found = self._known.get(word)
        if found is None:
            bases = (known.get(word) for known in self._dictionaries)
            found = self._known[word] = frozenset(
                base for base in bases if base and len(base) >= SHORTEST_PART
            )
        return found

    def _cost(self, part: str) -> int | None:
        if part in self._own or part in self._own_bases:
            return 2
        if part in _SHORT_PARTS or (len(part) >= _SHORTEST_DICTIONARY_PART and self._dictionary_bases(part)):
            return 3
        return None

    def _short_cost(self, part: str) -> int | None:
        """For words no dictionary knows: three letters may be a word of their own in them."""
        return self._cost(part) or (4 if self._dictionary_bases(part) else None)

    def _head_cost(self, part: str) -> int | None:
        """A head behind something unknown must be a word of the index that a dictionary knows too."""
        owned = (part in self._own or part in self._own_bases) and part not in _MOSTLY_ENDINGS
        return 1 if owned and self._dictionary_bases(part) else None

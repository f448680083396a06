"""Words in, hits out: every document that answers a query, best first, and never an error but one.

Anything that can be typed has an answer; only what is too long to be searched raises QueryTooLong.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from itertools import chain
from operator import or_
from pathlib import Path
from typing import NamedTuple

import msgspec

from search import lexicon
from search.guess import Guesses
from search.hits import Hits
from search.laid import Read
from search.limits import LONGEST_QUERY, bounded
from search.pages import Pages
from search.query import Typed
from search.ranking import Tier, alike, tiers_of
from search.reach import Reacher
from search.shelf import Shelf
from search.standing import ALL, PREFIX, SIGHT, Reach, common, either_of
from search.terms import (
    PRODUCT_FIELDS,
    PRODUCTS,
    SUGGESTION_FIELDS,
    SUGGESTIONS,
    TEXTS,
    asked_number_terms,
)
from search.traits import Traits
from search.understand import Understanding

_SHORTEST_NUMBER = 3
_KEPT = 64
_EVERY = -1

# The editions in force: list and place in publication order, by list.
_Day = tuple[tuple[str, int], ...]


class Found(msgspec.Struct, frozen=True):
    """
    The hits in rank order, and the query as it may have been meant.

    `guessed`: nothing answers it as typed, and the hits are those of what it may have meant, if any.
    """

    hits: Hits
    did_you_mean: str | None = None
    guessed: bool = False


class _Whole(NamedTuple):
    """
    What the whole of a query may be.

    `terms`: The numbers and the name it is. The others are documents: with this number, with this name,
    in a group or on a list that is called so, with a number that begins so.
    """

    terms: frozenset[str]
    named: int
    called: int
    number: int = 0
    begun: int = 0
    is_code: bool = False


class Finder:
    """One index, open for one thread. `close` lets its files go; hits are to be read before."""

    def __init__(self, directory: Path) -> None:
        """Raises: IndexUnreadable. Nothing is written into the directory."""
        self._directory = directory
        self.lexicon = lexicon.read(directory)
        self.products = Shelf(directory, PRODUCTS)
        self.suggestions = Shelf(directory, SUGGESTIONS)
        self.read = Read(self.products, Pages(directory, TEXTS))
        self._reacher = Reacher(self.products, self.lexicon)
        self._understanding = Understanding(self._reacher)
        self._answers: dict[tuple[str, _Day | None], Found] = {}
        self._in_force: dict[_Day, int] = {}

    def find(self, query: str, *, editions: Mapping[str, int] | None = None) -> Found:
        """
        Find what answers a query.

        Args:
            editions: Which edition of each list is in force (list → place in its publication order);
                only texts that hold in one of them are found. Without it, all are.

        Raises:
            QueryTooLong: More than 64 characters or 8 words.
        """
        day = None if editions is None else tuple(sorted(editions.items()))
        asked = bounded(query), day
        found = self._answers.get(asked)
        if found is None:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            allowed = _EVERY if day is None else self._holding(day)
            found = self._answers[asked] = self._search(Typed(asked[0]), allowed)
        return found

    @cached_property
    def traits(self) -> Traits:
        """What the documents are filtered and counted by."""
        return Traits(self._directory)

    def warm(self) -> None:
        """Read the whole index into memory, so that also the first queries are fast."""
        self.products.warm(PRODUCT_FIELDS)
        self.suggestions.warm(SUGGESTION_FIELDS)
        self.read.warm()
        _ = self.traits
        self.lexicon.warm()
        self._reacher.warm()

    def close(self) -> None:
        """Let the index go."""
        for shelf in (self.products, self.suggestions):
            shelf.close()

    def _holding(self, day: _Day) -> int:
        found = self._in_force.get(day)
        if found is None:
            if len(self._in_force) >= _KEPT:
                self._in_force.clear()
            holding = (self.traits.in_edition(code, ordinal) for code, ordinal in day)
            found = self._in_force[day] = reduce(or_, holding, 0)
        return found

    def _search(self, typed: Typed, allowed: int) -> Found:
        reaches = self._understanding.reaches(typed)
        whole = self._as_whole(typed)
        if not reaches:
            return Found(self._hits((), whole, allowed=allowed), guessed=True)
        if all(reach.keys for reach in reaches) and not common(reaches, PREFIX, ALL):
            reaches = [either_of(reaches)]  # several numbers are several products
        guesses = Guesses(typed, reaches, reacher=self._reacher, allowed=allowed)
        if (common(reaches, SIGHT, ALL) | whole.number | whole.named | whole.begun) & allowed:
            hits = self._hits(_tiers(reaches, whole), whole, allowed=allowed)
            return Found(hits, _if_short(guesses.better_written()))
        apart = guesses.apart()
        if apart is not None:
            return Found(self._hits(_tiers(apart, whole), whole, allowed=allowed))
        guess = guesses.guess()
        if guess is None:
            return Found(self._hits((), whole, allowed=allowed), guessed=True)
        tiers = tiers_of(guess.best, why=guess.why)
        if guess.reaches != guess.best:
            tiers += tiers_of(guess.reaches, why=guess.why)
        meant = self._hits(tiers, whole, allowed=allowed)
        return Found(meant, _if_short(guess.did_you_mean), guessed=True)

    def _hits(self, tiers: Sequence[Tier], whole: _Whole, *, allowed: int) -> Hits:
        return Hits(tiers, whole.terms, read=self.read, allowed=allowed)

    def _as_whole(self, typed: Typed) -> _Whole:
        products, name = self.products, typed.name
        named, called = products.having("name", name), products.having("called", name)
        terms = frozenset({name} if named else ())
        written = typed.number(0, len(typed.chunks))
        if not written:
            return _Whole(terms, named=named, called=called)
        keys = asked_number_terms(written)
        begun = (products.beginning_with("keys", key) for key in keys if len(key) >= _SHORTEST_NUMBER)
        return _Whole(
            terms | keys,
            named=named,
            called=called,
            number=products.having_any("keys", keys),
            begun=products.having_any("keys", chain.from_iterable(begun)),
            is_code=bool(keys),
        )


def _tiers(reaches: Sequence[Reach], whole: _Whole) -> list[Tier]:
    """The documents by how well they answer, best first; a later tier may repeat an earlier one's."""
    *ranked, seen = tiers_of(reaches, called=whole.called, first=whole.is_code)
    exact = (alike(documents, "exact") for documents in (whole.number, whole.named))
    return [*exact, *ranked, alike(whole.begun, "prefix"), seen]


def _if_short(text: str | None) -> str | None:
    return text if text is not None and len(text) <= LONGEST_QUERY else None

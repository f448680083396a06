"""What products are filtered and counted by on one day, as sets of documents.

A product on two lists has two documents; here each set that has one of them has both.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter

from app.read.edition_sets import EditionSets
from app.read.price_sets import lowest_of, prices_on
from app.read.view import View
from lists.status import LISTED, STATUSES, Stay, status_on
from lists.timeline import EditionMark
from search.facets import Facet, set_of
from search.shelf import members

TRUE, FALSE = "true", "false"
"""The values of what a product is or has, or not."""


class DaySets:
    """The documents in force on a view's day by what a search is narrowed by."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._traits = view.snapshot.traits()
        self._editions = {mark: view.snapshot.edition_sets(mark) for mark in view.marks.values()}
        self.in_force = 0
        for sets in self._editions.values():
            self.in_force |= sets.documents
        self._of_several = self._on_several_lists()
        self.several = set_of(self._of_several)
        groups: dict[str, str] = {}
        for sets in self._editions.values():
            groups |= sets.texts
        titles = {mark.list: sets.title for mark, sets in self._editions.items()}
        self._texts = {"list": titles, "group": groups}
        self.facets = {
            "list": Facet({mark.list: self._both(sets.documents) for mark, sets in self._editions.items()}),
            "group": self._groups(),
            "supplier": self._suppliers(),
            "status": self._statuses(),
            "own_prescription": self._truth([sets.own_prescription for sets in self._editions.values()]),
            "has_limit": self._truth([sets.has_limit for sets in self._editions.values()]),
        }

    @property
    def leaving(self) -> int:
        """The documents of products that will leave, or have."""
        return self.in_force & ~self.facets["status"].having(LISTED)

    def texts(self, facet: str) -> Mapping[str, str]:
        """What the values of a facet are called, where they have names beside their codes."""
        return self._texts.get(facet, {})

    def in_group(self, code: str) -> int:
        """The documents of products in a group or in one below it."""
        found = 0
        for sets in self._editions.values():
            found |= sets.below.get(code, 0)
        return self._both(found)

    def priced(self, least: int | None, most: int | None) -> int:
        """The documents of products whose price per pack that is reimbursed on the day is in between."""
        amounts, numbers = self._prices
        first = 0 if least is None else bisect_left(amounts, least)
        end = len(amounts) if most is None else bisect_right(amounts, most)
        return self._both(set_of(numbers[first:end]))

    def warm(self) -> None:
        """Read what only some searches ask for."""
        _ = self._prices

    def same_product(self, number: int) -> Sequence[int]:
        """The documents of a product of several lists, that of its newest edition last."""
        return self._of_several[number]

    def _both(self, documents: int) -> int:
        """With each document of a product all of its documents."""
        some = documents & self.several
        if not some:
            return documents
        return documents | set_of(chain.from_iterable(map(self._of_several.__getitem__, members(some))))

    def _on_several_lists(self) -> dict[int, tuple[int, ...]]:
        """The documents of each product that stands on several lists, newest edition last."""
        by_number: dict[str, list[int]] = {}
        by_age = sorted(self._editions.items(), key=lambda one: _age(one[0]))
        for _, sets in by_age:
            for number in members(sets.documents & self._traits.several):
                by_number.setdefault(self._traits.numbers[number], []).append(number)
        several = [tuple(numbers) for numbers in by_number.values() if len(numbers) > 1]
        return {number: numbers for numbers in several for number in numbers}

    def _groups(self) -> Facet:
        also: dict[str, list[int]] = {}
        for number, same in self._of_several.items():
            for code in self._traits.groups_of(number):
                also.setdefault(code, []).extend(same)
        groups = self._traits.groups
        return groups.changed({code: groups.having(code) | set_of(numbers) for code, numbers in also.items()})

    def _suppliers(self) -> Facet:
        """A product's supplier is that of its newest entry (rule 10)."""
        suppliers = self._traits.suppliers
        changed: dict[str, int] = {}
        for same in set(self._of_several.values()):
            names = {self._traits.supplier_of(number) for number in same}
            newest = self._traits.supplier_of(same[-1])
            for name in names if len(names) > 1 else ():
                having = changed.get(name, suppliers.having(name))
                changed[name] = having | set_of(same) if name == newest else having & ~set_of(same)
        return suppliers.changed(changed)

    def _statuses(self) -> Facet:
        """The best status of each product: it leaves only when it leaves everywhere."""
        held = dict.fromkeys(STATUSES, 0)
        for mark, sets in self._editions.items():
            for status, documents in self._held(mark, sets):
                held[status] |= documents
        better, found = 0, {}
        for status in STATUSES:
            found[status] = self._both(held[status]) & ~better
            better |= found[status]
        return Facet(found)

    def _held(self, mark: EditionMark, sets: EditionSets) -> Iterator[tuple[str, int]]:
        coming = self.view.coming[mark.list]
        staying = self._staying(sets.documents, coming)
        gone_from = coming[0].valid_from if coming else None
        for (prescribe_until, dispense_until), documents in sets.last_days.items():
            for those, gone in ((documents & staying, None), (documents & ~staying, gone_from)):
                if those:
                    stay = Stay(prescribe_until, dispense_until, gone)
                    yield status_on([stay], self.view.valid_on).status, those

    def _staying(self, documents: int, coming: Sequence[EditionMark]) -> int:
        """Those whose product is in every coming edition of the list too, there perhaps with another text."""
        later = [self._traits.in_edition(mark.list, mark.ordinal) for mark in coming]
        staying = documents
        for those in later:
            staying &= those
        rewritten = documents & ~staying & self._traits.several
        kept = []
        for number in members(rewritten):
            same = set_of(self._traits.of_product[self._traits.numbers[number]])
            if all(same & those for those in later):
                kept.append(number)
        return staying | set_of(kept)

    def _truth(self, holding: Sequence[int]) -> Facet:
        true = 0
        for documents in holding:
            true |= documents
        true = self._both(true)
        return Facet({TRUE: true, FALSE: self.in_force & ~true})

    @cached_property
    def _prices(self) -> tuple[list[int], list[int]]:
        """The lowest price of each product, ascending, and a document of each."""
        numbers = {mark: self._numbers(sets.documents) for mark, sets in self._editions.items()}
        steps, day = self.view.snapshot.price_steps, self.view.valid_on
        prices = lowest_of(prices_on(partial(steps, mark), those, day) for mark, those in numbers.items())
        known = {varenr: number for those in numbers.values() for varenr, number in those.items()}
        ascending = sorted(prices.items(), key=itemgetter(1))
        return [amount for _, amount in ascending], [known[varenr] for varenr, _ in ascending]

    def _numbers(self, documents: int) -> dict[str, int]:
        """The products of these documents, each with its own."""
        return {self._traits.numbers[number]: number for number in members(documents)}


def _age(mark: EditionMark) -> tuple[dt.date, int, str]:
    return mark.valid_from, mark.release, mark.list

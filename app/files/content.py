"""What the files of a day say: every list in force on it, every group and product, as the API shows them."""

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import groupby
from typing import TypeAlias

import msgspec

from app.files.stock import Stock
from app.read.lists import group_shapes, known_lists, list_shape
from app.read.products import Listed, product_shape
from app.read.view import View
from app.shapes import EntryShape, GroupShape, ListShape, ProductShape
from app.snapshot import Snapshot
from ingest import store
from lists.days import oslo_day
from lists.edition import Edition
from lists.records import Entry
from lists.timeline import EditionMark

_Found: TypeAlias = tuple[str, Entry]
"""An entry, and the list it stands on."""


def days_of(snapshot: Snapshot) -> tuple[dt.date, ...]:
    """The day the last release became public, and each later one on which an edition takes over."""
    assert snapshot.published_at is not None
    first = oslo_day(snapshot.published_at)
    lines = snapshot.timelines.values()
    later = {mark.valid_from for line in lines for mark in line.coming(first, snapshot.release)}
    return (first, *sorted(later))


class DayContent:
    """
    The lists as they stand on a day; what is read of them is read once.

    Attributes:
        lists: Codes of the lists in force on the day, sorted.
    """

    def __init__(self, snapshot: Snapshot, day: dt.date) -> None:
        self.view = View(snapshot, valid_on=day, release=snapshot.release)
        self.lists = tuple(self.view.marks)

    @cached_property
    def products(self) -> Stock:
        """Every product that stands on a list, by number."""
        return Stock(self._each_product())

    def _each_product(self) -> Iterator[ProductShape]:
        marks, index = self.view.marks, self.view.snapshot.index
        gone_from = {code: _leaving(self.view, code) for code in marks}
        # By number, and of one number by list: as the editions have them, and as they are given here.
        entries = heapq.merge(*(_each_entry(self.view, code) for code in marks), key=_varenr)
        for varenr, found in groupby(entries, key=_varenr):
            yield self._product(
                [Listed(index(marks[code]), entry, gone_from[code](varenr)) for code, entry in found]
            )

    def _product(self, listed: list[Listed]) -> ProductShape:
        day = self.view.valid_on
        shape = product_shape(listed, day)
        return msgspec.structs.replace(shape, release=self.view.release, valid_on=day)


class Selection:
    """
    All that a day's files say, or what they say of one list.

    Attributes:
        list: The one list; None where it is all of them.
    """

    def __init__(self, content: DayContent, code: str | None) -> None:
        self.view = content.view
        self.list = code
        self.codes = content.lists if code is None else (code,)
        self._content = content

    def of_list(self, code: str) -> "Selection":
        """What they say of one of these lists."""
        return Selection(self._content, code)

    @property
    def marks(self) -> tuple[EditionMark, ...]:
        """The editions in force, by list."""
        return tuple(self.view.marks[code] for code in self.codes)

    def lists(self) -> tuple[ListShape, ...]:
        """The lists; of all, also those that are not in force yet."""
        codes = known_lists(self.view) if self.list is None else self.codes
        return tuple(list_shape(self.view, code) for code in codes)

    def groups(self) -> Iterator[GroupShape]:
        """The groups, by list and code."""
        for code in self.codes:
            yield from group_shapes(self.view, code)

    def products(self) -> Iterator[ProductShape]:
        """The products, by number, each with all that every list says of it."""
        products = self._content.products
        yield from products if self.list is None else products.on_list(self.list)

    def entries(self) -> Iterator[tuple[ProductShape, EntryShape]]:
        """Every product in every group of these lists, by list, number and group."""
        for code in self.codes:
            for product in self._content.products.on_list(code):
                for entry in product.entries:
                    if entry.list == code:
                        yield product, entry

    def editions(self) -> Iterator[Edition]:
        """The editions themselves, whole, one after the other."""
        for mark in self.marks:
            yield store.read_edition(self.view.snapshot.db, mark)


def _each_entry(view: View, code: str) -> Iterator[_Found]:
    return ((code, entry) for entry in store.each_entry(view.snapshot.db, view.marks[code]))


def _varenr(found: _Found) -> str:
    return found[1].varenr


def _leaving(view: View, code: str) -> "Callable[[str], dt.date | None]":
    """From when a product is gone from a list: the first day of a released later edition without it."""
    later = [(mark.valid_from, store.numbers(view.snapshot.db, mark)) for mark in view.coming[code]]

    def gone_from(varenr: str) -> dt.date | None:
        return next((first for first, numbers in later if varenr not in numbers), None)

    return gone_from

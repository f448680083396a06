"""What each list ever said of its products' prices, row by row, with the editions in which it stands."""

import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec

from app.read.view import Span, View
from app.shapes import CodeShape
from lists.codes import Code
from lists.days import parse_day
from lists.records import Price


class Named(msgspec.Struct, frozen=True, gc=False):
    """What a product is and what it is called in some editions of a list."""

    varenr: str
    span: Span
    name: str
    kind: str


class Dated(msgspec.Struct, frozen=True, gc=False):
    """A price of a product as some editions of a list write it."""

    varenr: str
    span: Span
    price: Price


class Rows(msgspec.Struct, frozen=True):
    """All that a list ever said of a product and of its prices, these by kind."""

    named: tuple[Named, ...]
    dated: tuple[tuple[Code, tuple[Dated, ...]], ...]

    def spans(self) -> Iterator[Span]:
        """The editions in which each of it stands."""
        yield from (one.span for one in self.named)
        yield from (one.span for _, of_kind in self.dated for one in of_kind)


class Edition(msgspec.Struct, frozen=True):
    """What an edition says of its whole list."""

    legal_basis: CodeShape
    number_kind: str


class PriceRows:
    """
    The rows of one list.

    Attributes:
        editions: What each edition says of the whole list, by ordinal.
    """

    def __init__(self, view: View, code: str) -> None:
        self._db = view.snapshot.db
        self._list = code
        self.editions = {
            ordinal: Edition(CodeShape(basis, system, text or ""), number_kind)
            for ordinal, basis, system, text, number_kind in self._db.execute(_EDITIONS, (code,))
        }

    def of(self, varenr: str | None = None) -> Iterator[tuple[str, Rows]]:
        """
        What the list ever said of each product that had a price, by number.

        Args:
            varenr: Of this one only.
        """
        dated = {
            number: tuple((kind, tuple(of_kind)) for kind, of_kind in groupby(of, _bare_kind))
            for number, of in groupby(self._dated(varenr), attrgetter("varenr"))
        }
        for number, of in groupby(self._named(varenr), attrgetter("varenr")):
            if number in dated:
                yield number, Rows(tuple(of), dated[number])

    def _named(self, varenr: str | None) -> Iterator[Named]:
        for number, name, kind, first, end in self._select(_NAMED, varenr):
            yield Named(number, Span(first, end), name, kind)

    def _dated(self, varenr: str | None) -> Iterator[Dated]:
        for number, _, first, end, *said in self._select(_DATED, varenr):
            kind, system, text, amount, currency, begins, ends = said
            # Thousands of prices name one system: they share its name.
            price = Price(
                Code(kind, sys.intern(system), text or ""), amount, currency, _day(begins), _day(ends)
            )
            yield Dated(number, Span(first, end), price)

    def _select(self, select: str, varenr: str | None) -> Iterable[tuple[Any, ...]]:
        of_one = "" if varenr is None else " AND varenr = ?"
        values = (self._list, *(() if varenr is None else (varenr,)))
        return self._db.execute(f"{select}{of_one} ORDER BY varenr, 2", values)


def _bare_kind(dated: Dated) -> Code:
    return Code(dated.price.kind.value, dated.price.kind.system)


def _day(text: str | None) -> dt.date | None:
    return parse_day(text) if text is not None else None


_EDITIONS = (
    "SELECT ordinal, legal_basis, legal_basis_system, legal_basis_text, number_kind"
    " FROM edition WHERE list = ?"
)
_NAMED = "SELECT varenr, name, kind, from_ordinal, to_ordinal FROM entry WHERE list = ?"
_DATED = (
    "SELECT varenr, kind || ' ' || kind_system, from_ordinal, to_ordinal, kind, kind_system, kind_text,"
    " amount, currency, valid_from, valid_to FROM price WHERE list = ?"
)

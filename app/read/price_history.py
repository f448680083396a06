"""How long a product has been on each list and what it cost there, read from its own rows alone."""

import datetime as dt
from collections.abc import Iterator
from itertools import zip_longest

import msgspec

from app.read.view import Span, View
from lists.codes import Code
from lists.days import day_before, parse_day
from lists.price_periods import Window
from lists.records import Price
from lists.timeline import EditionMark


class Stayed(msgspec.Struct, frozen=True):
    """
    A product's time on one list, coming days included, as known at a view's release.

    Attributes:
        windows: The prices of each edition that has the product, by first day.
        came_on: First day of the stay that holds on the view's day; None where there is none, or where it
            is as old as the list: of a first edition all is new, which says nothing.
    """

    list: str
    windows: tuple[Window, ...]
    came_on: dt.date | None


def stayed(view: View, varenr: str) -> dict[str, Stayed]:
    """A product's time on every list that ever had it, by list."""
    spans = view.spans(varenr)
    return {code: _stayed(view, varenr, code, spans[code]) for code in sorted(spans)}


def _stayed(view: View, varenr: str, code: str, spans: list[Span]) -> Stayed:
    chain = view.snapshot.timelines[code].chain(view.release)
    rows = [_row(*row) for row in view.snapshot.db.execute(_PRICES, (code, varenr))]
    return Stayed(code, tuple(_windows(chain, spans, rows)), _came_on(view, chain, spans))


def _windows(
    chain: tuple[EditionMark, ...], spans: list[Span], rows: list[tuple[Span, Price]]
) -> Iterator[Window]:
    for place, (mark, later) in enumerate(zip_longest(chain, chain[1:])):
        if any(span.holds(mark) for span in spans):
            last = day_before(later.valid_from) if later is not None else None
            prices = tuple(price for held, price in rows if held.holds(mark))
            yield Window(mark.valid_from, last, prices, begins=place == 0)


def _came_on(view: View, chain: tuple[EditionMark, ...], spans: list[Span]) -> dt.date | None:
    came: dt.date | None = None
    former = True
    for mark in chain:
        if mark.valid_from > view.valid_on:
            break
        holds = any(span.holds(mark) for span in spans)
        if holds and not former:
            came = mark.valid_from
        former, came = holds, came if holds else None
    return came


def _row(first: int, end: int | None, kind: str, system: str, *rest: object) -> tuple[Span, Price]:
    amount, currency, valid_from, valid_to = rest
    return Span(first, end), Price(
        Code(kind, system), int(str(amount)), str(currency), _day(valid_from), _day(valid_to)
    )


def _day(text: object) -> dt.date | None:
    return parse_day(str(text)) if text is not None else None


_PRICES = (
    "SELECT from_ordinal, to_ordinal, kind, kind_system, amount, currency, valid_from, valid_to"
    " FROM price WHERE list = ? AND varenr = ? ORDER BY position"
)

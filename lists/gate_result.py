"""What gates go by and what they answer: their limits, what they look at, and their results."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Annotated

import msgspec

from lists.edition import Edition
from lists.outline import Outline
from lists.price_moves import Moves, moves
from lists.step import Step

MOST_NAMED = 5
MOST_SUBJECTS = 20

_Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Count = Annotated[int, msgspec.Meta(ge=0)]
_Above = Annotated[int, msgspec.Meta(ge=100)]


class GateLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What the gates hold against what they find: settings of a home, in per cent or in numbers of products.

    Attributes:
        removed_percent: More than so much of a list's products removed fires `products-removed` …
        removed_least: … where it is at least so many products.
        group_products: A group of so many products is not emptied, bound by a new limit or given
            another meaning by a slip.
        price_ratio_percent: A price above so much of what it was, or below its inverse, fires `price-ratio`.
        median_from_percent: The median ratio of all products' prices below this fires `price-median`,
        median_to_percent: and above this.
        names_changed_percent: More than so much of the staying products renamed fires `names-changed`.
        limit_percent: A limit below so much of what it was fires `limit-tightened`.
        content_percent: Less than so much of the products, prices, groups or conditions fires
            `less-content`.
    """

    removed_percent: _Percent = 2
    removed_least: _Count = 5
    group_products: _Count = 5
    price_ratio_percent: _Above = 300
    median_from_percent: _Percent = 80
    median_to_percent: _Above = 125
    names_changed_percent: _Percent = 5
    limit_percent: _Percent = 50
    content_percent: _Percent = 80


class Beside(msgspec.Struct, frozen=True):
    """
    What the gates look at beside a case.

    Attributes:
        asked_on: The day it is.
        older: Earlier editions of the list than the one in force, by name, the nearest first; asked
            for one by one, and only where the draft differs from the one in force.
        later: Editions of the list already released for a later day than the draft's, as they hold
            now, by day (rule 25).
        undone: Editions that came after the one a withdrawal takes back, and would go with it.
    """

    asked_on: dt.date
    older: Iterable[tuple[str, Outline]] = ()
    later: tuple[tuple[str, Edition], ...] = ()
    undone: tuple[str, ...] = ()


class GateResult(msgspec.Struct, frozen=True):
    """
    What one gate found for one list.

    Attributes:
        found: What was measured or met, as text.
        limit: What it was held against.
        passed: Whether it asks for nothing.
        noted: It asks for nothing, and what it found is told all the same.
        subjects: The first twenty concerned: a varenr, "group CODE", "condition ID", the name of an edition.
    """

    gate: str
    list: str
    found: str
    limit: str
    passed: bool
    noted: bool = False
    subjects: tuple[str, ...] = ()


class Look:
    """What every gate gets."""

    def __init__(self, step: Step, beside: Beside, limits: GateLimits) -> None:
        self.step = step
        self.beside = beside
        self.limits = limits
        self.list = step.following.terms.list

    @cached_property
    def moves(self) -> Moves:
        """How far prices move."""
        return moves(self.step.pairs, self.step.following.valid_from)


def share(part: int, whole: int) -> str:
    """
    A part of a whole, in numbers and in per cent.

    >>> share(24, 1000)
    '24/1000 (2.4 %)'
    """
    if not whole:
        return f"{part}/{whole}"
    tenths = 1000 * part // whole
    return f"{part}/{whole} ({tenths // 10}.{tenths % 10} %)"


def named(names: Sequence[str]) -> str:
    """The first names, and how many there are; "0" where there is none."""
    told = ", ".join(names[:MOST_NAMED]) or "0"
    return f"{told} … ({len(names)})" if len(names) > MOST_NAMED else told


def first(subjects: Iterable[str]) -> tuple[str, ...]:
    """The first of all that are concerned."""
    return tuple(subjects)[:MOST_SUBJECTS]

"""What an edition says, as a set of small facts: cheap to make and to hold against another edition's."""

from collections.abc import Iterator
from typing import TypeAlias

from lists.edition import Edition
from lists.records import Condition, Entry, Group

Fact: TypeAlias = tuple[str | None, ...]
Outline: TypeAlias = frozenset[Fact]
"""
The facts that tell contents apart; days are text, as they are stored.

    (varenr, name)
    ("varenr kind-of-price first-day amount",)
    ("varenr in group",)
    ("group", code, text)
    ("group condition", code, condition)
    ("refund code", group, code, last day of prescribing)
    ("condition", id, text)
    ("coded", condition, type, value)
"""


def outline_of(edition: Edition) -> Outline:
    """The facts of an edition; the store gives the same of a stored one without reading it whole."""
    facts: set[Fact] = set()
    for entry in edition.entries:
        facts.update(_of_entry(entry))
    for group in edition.terms.groups:
        facts.update(_of_group(group))
    for condition in edition.terms.conditions:
        facts.update(_of_condition(condition))
    return frozenset(facts)


def distance(one: Outline, other: Outline) -> int:
    """In how many facts two editions differ; a fact that changed counts twice, as it was and as it is."""
    return len(one ^ other)


def _of_entry(entry: Entry) -> Iterator[Fact]:
    yield entry.varenr, entry.name
    for placement in entry.placements:
        yield (f"{entry.varenr} in {placement.group}",)
    for price in entry.prices:
        first_day = price.valid_from.isoformat() if price.valid_from is not None else ""
        yield (f"{entry.varenr} {price.kind.value} {first_day} {price.amount}",)


def _of_group(group: Group) -> Iterator[Fact]:
    code = group.code.value
    yield "group", code, group.code.text
    for condition in group.conditions:
        yield "group condition", code, condition
    for refund in group.refund_codes:
        until = refund.prescribe_until.isoformat() if refund.prescribe_until is not None else None
        yield "refund code", code, refund.code.value, until


def _of_condition(condition: Condition) -> Iterator[Fact]:
    yield "condition", condition.id, condition.text
    for form in condition.coded:
        values = (*form.texts, *(code.value for code in form.codes))
        for value in values or (None,):
            yield "coded", condition.id, form.type.value, value

"""What an edition says, as a set of small facts: cheap to make and to hold against another edition's."""

from collections.abc import Iterator
from typing import TypeAlias

from lists.edition import Edition
from lists.records import Condition, Entry, Group, Terms

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
    facts = _of_terms(edition.terms)
    for entry in edition.entries:
        facts.update(_of_entry(entry))
    return frozenset(facts)


def distance(one: Outline, other: Outline) -> int:
    """In how many facts two editions differ; a fact that changed counts twice, as it was and as it is."""
    return len(one ^ other)


def step_distance(former: Edition, following: Edition) -> int:
    """The same of two editions, product by product: most of them say the same in both."""
    known = {entry.varenr: entry for entry in former.entries}
    found = len(_of_terms(former.terms) ^ _of_terms(following.terms))
    for entry in following.entries:
        was = known.pop(entry.varenr, None)
        if was is None or _said(was) != _said(entry):
            found += len({*_of_entry(entry)} ^ ({*_of_entry(was)} if was is not None else set()))
    return found + sum(len({*_of_entry(gone)}) for gone in known.values())


def _said(entry: Entry) -> tuple[object, ...]:
    return entry.name, entry.placements, entry.prices


def _of_terms(terms: Terms) -> set[Fact]:
    facts: set[Fact] = set()
    for group in terms.groups:
        facts.update(_of_group(group))
    for condition in terms.conditions:
        facts.update(_of_condition(condition))
    return facts


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

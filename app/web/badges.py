"""What somebody must know of a product at a glance, in words: how it stands, what is required, how much."""

from collections.abc import Iterable

import msgspec

from app.shapes import EntryShape, LimitShape, ProductShape, RequirementShape
from app.web.told import Words, day_told, number_told
from lists.status import LISTED

WARNING, RULE = "warning", "rule"
_TOLD = {
    "own_prescription": "own-prescription",
    "specialist_or_hospital": "specialist-or-hospital",
    "hospital": "hospital",
    "age_from": "age-from",
    "age_below": "age-below",
    "strips_per_day_stated": "strips-per-day-stated",
}
"""The requirements that have words of their own; any other stands as its condition's text."""


class Badge(msgspec.Struct, frozen=True):
    """A few words; `kind` is "warning" where they call for something, "rule" where they say what holds."""

    kind: str
    text: str


def standing_badges(product: ProductShape, words: Words) -> tuple[Badge, ...]:
    """How a product stands on the lists, where that is anything but listed, and its last day."""
    if product.status == LISTED or not isinstance(product.status, str):
        return ()
    told = words("status-" + product.status)
    if product.leaves_on:
        told += " · " + words("last-day", day=day_told(product.leaves_on, words.lang))
    return (Badge(WARNING, told),)


def entry_badges(entry: EntryShape, words: Words) -> tuple[Badge, ...]:
    """What a product's group requires and how much it allows, each once."""
    return rule_badges(entry.requirements, entry.limits, words)


def rule_badges(
    requirements: Iterable[RequirementShape], limits: Iterable[LimitShape], words: Words
) -> tuple[Badge, ...]:
    """Requirements, then limits, each once, as a group or an entry has them."""
    told = [
        words("requires-" + _TOLD[required.kind], value=required.value)
        for required in requirements
        if required.kind in _TOLD
    ]
    told += [
        words("limit-" + limit.per, max=number_told(limit.max, words.lang), unit=limit.unit)
        for limit in limits
    ]
    return tuple(Badge(RULE, text) for text in dict.fromkeys(told))

"""What somebody must know of a product at a glance, in words: how it stands, what is required, how much."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from app.shapes import EntryShape, LimitShape, ProductShape, RequirementShape
from app.web.told import Words
from app.words.forms import day_told, number_told
from lists.price_periods import Period
from lists.status import LISTED, PRESCRIBING_ENDED

WARNING, RULE, NEWS = "warning", "rule", "news"
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
    """
    A few words.

    Attributes:
        kind: "warning" where they call for something, "rule" where they say what holds, "news" for what
            is otherwise than it was.
    """

    kind: str
    text: str


def standing_badges(product: ProductShape, words: Words) -> tuple[Badge, ...]:
    """How a product stands on the lists, where that is anything but listed, and its last day."""
    if product.status == LISTED or not isinstance(product.status, str):
        return ()
    told = words("status-" + product.status)
    if product.leaves_on:
        # Prescribing has ended already: the last day is that of handing out.
        last = "dispensed-until" if product.status == PRESCRIBING_ENDED else "last-day"
        told += " · " + words(last, day=day_told(product.leaves_on, words.lang))
    return (Badge(WARNING, told),)


def news_badges(
    new_since: dt.date | None, moved: tuple[Period, Period] | None, words: Words
) -> tuple[Badge, ...]:
    """
    What is otherwise than it was a short while ago.

    Args:
        new_since: Since when the product is there, where it was not before.
        moved: The price before and the price now, where it changed.
    """
    told = []
    if new_since is not None:
        told.append(words("product-new", day=day_told(new_since, words.lang)))
    if moved is not None:
        former, now = moved
        key = "product-price-up" if now.amount > former.amount else "product-price-down"
        told.append(words(key, day=day_told(now.first, words.lang)))
    return tuple(Badge(NEWS, text) for text in told)


def last_day_badges(entry: EntryShape, day: dt.date, words: Words) -> tuple[Badge, ...]:
    """Until when a product may be prescribed and handed out in a group, where that ends."""
    prescribe, dispense = entry.prescribe_until, entry.dispense_until
    if prescribe is not None and prescribe == dispense:
        return (_until("both", prescribe, day, words),)
    named = (("prescribe", prescribe), ("dispense", dispense))
    return tuple(_until(what, last, day, words) for what, last in named if last is not None)


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
        words("limit-" + limit.per, max=number_told(limit.max, words.lang), unit=words.unit(limit.unit))
        for limit in limits
    ]
    return tuple(Badge(RULE, text) for text in dict.fromkeys(told))


def _until(what: str, last: dt.date, day: dt.date, words: Words) -> Badge:
    beginning = "product-until-" if day <= last else "product-was-until-"
    return Badge(WARNING, words(beginning + what, day=day_told(last, words.lang)))

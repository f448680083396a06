"""The public JSON of time: what changed, a product's history, and what a client's copy must learn."""

import datetime as dt
from typing import Any

from msgspec import Struct

from app.pages import MissingShape
from app.shapes import GroupShape, ProductShape


class FieldChangeShape(Struct, frozen=True):
    """
    One field that differs; `before` and `after` are whole values, null where there was or is none.

    `field` is a path into the shape: names of fields, and in brackets the key of a member of a
    list, such as `entries[505,5050901].prices[E,2026-01-01].amount`.
    """

    field: str
    before: Any
    after: Any


class ChangeShape(Struct, frozen=True):
    """
    A product, group, condition or list that differs.

    `before` and `after` are whole: a ProductShape as this list alone shows it, a GroupShape,
    a ConditionShape or a ListShape, as `subject` says; null where it was not there, or is not.
    """

    subject: str
    key: str
    list: str
    event: str
    kinds: tuple[str, ...]
    text: str
    before: Any
    after: Any
    changes: tuple[FieldChangeShape, ...]


class ChangesPage(Struct, frozen=True, rename={"from_": "from"}):
    """Changes by list, then list, groups, conditions and products by key."""

    release: int
    from_: str
    to: str
    items: tuple[ChangeShape, ...]
    next: str | None


class HistoryItem(Struct, frozen=True):
    """What an edition meant for a product: it came, changed, went, or was corrected."""

    edition: str
    list: str
    valid_from: dt.date
    release: int
    event: str
    changes: tuple[FieldChangeShape, ...]


class HistoryPage(Struct, frozen=True):
    """The history of a product, oldest first."""

    release: int
    varenr: str
    items: tuple[HistoryItem, ...]
    next: str | None


class WatchQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """What a client has: fingerprints by product number and by code of a group, at most 5,000 together."""

    products: dict[str, str] = {}
    groups: dict[str, str] = {}
    valid_on: str | None = None
    known_at: str | None = None


class GoneGroup(Struct, frozen=True):
    """A code that has no group on that day, and why: a NAME of a problem."""

    code: str
    reason: str


class WatchedProducts(Struct, frozen=True):
    """Products that changed, whole; those that are gone; how many did not change."""

    changed: tuple[ProductShape, ...]
    gone: tuple[MissingShape, ...]
    unchanged: int


class WatchedGroups(Struct, frozen=True):
    """Groups that changed, whole; those that are gone; how many did not change."""

    changed: tuple[GroupShape, ...]
    gone: tuple[GoneGroup, ...]
    unchanged: int


class WatchAnswer(Struct, frozen=True):
    """What became of the products and groups that a client has."""

    release: int
    valid_on: dt.date
    products: WatchedProducts
    groups: WatchedGroups

"""The public JSON of whole answers: pages of items, and what is said beside them."""

import datetime as dt
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from app.shapes import EditionShape, GroupShape, ListShape, ProductShape, ReleaseShape


class MissingShape(Struct, frozen=True):
    """A product number that has no product on that day, and why: a NAME of a problem."""

    varenr: str
    reason: str


class ListsPage(Struct, frozen=True):
    """All lists."""

    release: int
    valid_on: dt.date
    items: tuple[ListShape, ...]
    next: str | None


class EditionsPage(Struct, frozen=True):
    """Editions, newest first."""

    release: int
    items: tuple[EditionShape, ...]
    next: str | None


class ProductsPage(Struct, frozen=True):
    """Products of a list by group, name and number."""

    release: int
    valid_on: dt.date
    items: tuple[ProductShape, ...]
    next: str | None


class GroupsPage(Struct, frozen=True):
    """Groups in code order."""

    release: int
    valid_on: dt.date
    items: tuple[GroupShape, ...]
    next: str | None


class ReleasesPage(Struct, frozen=True):
    """Releases, oldest first."""

    release: int
    items: tuple[ReleaseShape, ...]
    next: str | None


class LookupAnswer(Struct, frozen=True):
    """Products in the order asked, and the numbers that have none."""

    release: int
    valid_on: dt.date
    items: tuple[ProductShape, ...]
    missing: tuple[MissingShape, ...]


class HighlightShape(Struct, frozen=True):
    """Where a word of the query stands in a field: characters [start, end)."""

    field: str
    start: int
    end: int


class HitShape(Struct, frozen=True):
    """A product that answers a query, and the loosest way in which one of the words does."""

    product: ProductShape
    why: str
    highlight: tuple[HighlightShape, ...]


class FacetShape(Struct, frozen=True):
    """One value and how many of the hits have it."""

    code: str
    text: str
    count: int


class FacetsShape(Struct, frozen=True):
    """Values of the hits, most frequent first."""

    list: tuple[FacetShape, ...]
    group: tuple[FacetShape, ...]
    supplier: tuple[FacetShape, ...]
    status: tuple[FacetShape, ...]
    own_prescription: tuple[FacetShape, ...]
    has_limit: tuple[FacetShape, ...]


class SearchPage(Struct, frozen=True):
    """Hits, best first."""

    release: int
    valid_on: dt.date
    total: int
    items: tuple[HitShape, ...]
    facets: FacetsShape
    did_you_mean: str | None
    next: str | None


class SuggestionShape(Struct, frozen=True):
    """A text to search for."""

    text: str
    kind: str
    code: str


class SuggestAnswer(Struct, frozen=True):
    """At most ten suggestions."""

    release: int
    valid_on: dt.date
    items: tuple[SuggestionShape, ...]


class ExampleShape(Struct, frozen=True):
    """One place where a rule noted something; line 0 is the file as a whole."""

    line: int
    subject: str
    found: str


class RuleShape(Struct, frozen=True):
    """What one rule noted in an edition's source; at most five examples. What blocks is never published."""

    rule: str
    blocks: bool
    text: str
    count: int
    examples: tuple[ExampleShape, ...]


class UncodedShape(Struct, frozen=True):
    """A condition that is text only."""

    condition: str
    text: str


class QualityAnswer(Struct, frozen=True):
    """The quality of the edition in force; `edition` is null where none is."""

    release: int
    edition: str | None
    rules: tuple[RuleShape, ...]
    uncoded: tuple[UncodedShape, ...]


class ProblemDetail(Struct, frozen=True):
    """One input that cannot be used: where, what was found, what was expected."""

    field: str
    found: str
    expected: str


class ComingShape(Struct, frozen=True):
    """The edition that a product comes with."""

    edition: str
    valid_from: dt.date


class LastShape(Struct, frozen=True):
    """The last edition that had a product, the days it was in force, and what it called the product."""

    edition: str
    valid_from: dt.date
    valid_to: dt.date
    name: str


class ProblemAnswer(Struct, frozen=True):
    """A refusal (RFC 9457); `type` is the address of a page that explains it."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[ProblemDetail, ...] | UnsetType = UNSET
    next: ComingShape | UnsetType = UNSET
    last: LastShape | UnsetType = UNSET


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

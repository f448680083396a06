"""The public JSON of whole answers: pages of items, and what is said beside them."""

import datetime as dt

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


class KeyShape(Struct, frozen=True):
    """
    A key that signs or once signed.

    `public` is its 32 bytes in base64, `pem` the same as openssl reads it; `voucher` is the signature of the
    key that it follows, base64, over the bytes of `vouching`.
    """

    key: str
    public: str
    pem: str
    since: dt.datetime
    vouched_by: str | None
    voucher: str | None
    vouching: str | None
    signs: bool


class KeysAnswer(Struct, frozen=True):
    """All keys, the oldest first; the last one signs."""

    release: int
    items: tuple[KeyShape, ...]


class FreshnessAnswer(Struct, frozen=True):
    """
    Which release was the newest when this was signed.

    `signature` is over the bytes of `signed`, base64; from `expires` on nobody should rely on it.
    """

    release: int
    manifest_sha256: str
    signed_at: dt.datetime
    expires: dt.datetime
    expired: bool
    key: str
    signed: str
    signature: str


class CalendarItemShape(Struct, frozen=True):
    """
    Something that happens to a list on a day: an edition comes into force (`in-force`), the list closes
    (`closes`), an edition is to be published at an instant (`publishes`), products have a last day (`ends`).

    `last_day_of` is `prescribing`, or `listed` where they may not be handed out from that list any more.
    """

    on: dt.date
    at: dt.datetime | None
    kind: str
    list: str
    title: str
    edition: str | None
    valid_from: dt.date | None
    products: int | None
    last_day_of: str | None
    text: str


class CalendarPage(Struct, frozen=True):
    """What happens, by day; `today` is the day in Norway."""

    release: int
    today: dt.date
    items: tuple[CalendarItemShape, ...]
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


class PackedShape(Struct, frozen=True):
    """The same file packed with gzip, under its path with `.gz` behind it."""

    bytes: int
    sha256: str


class ReleasedFileShape(Struct, frozen=True):
    """
    A file of a release, below `/v1/releases/{release}/files/`.

    `day` is null where it is of the release as a whole, `list` where it shows all lists. `rows` counts its
    lines or records, of `lists.db` its entries; null where there are none to count.
    """

    path: str
    format: str
    holds: str
    day: dt.date | None
    list: str | None
    media_type: str
    bytes: int
    rows: int | None
    sha256: str
    gzip: PackedShape | None


class FileFormatShape(Struct, frozen=True):
    """What files of a format and content are."""

    format: str
    holds: str
    media_type: str
    description: str


class AbsentFileShape(Struct, frozen=True):
    """A file that could not be made, where it would stand, and why in a sentence."""

    path: str
    format: str
    holds: str
    day: dt.date | None
    list: str | None
    reason: str
    text: str


class FilesAnswer(Struct, frozen=True):
    """The files of a release; `note` says why there are few, `absent` which could not be made and why."""

    release: int
    published_at: dt.datetime
    days: tuple[dt.date, ...]
    lists: tuple[str, ...]
    note: str | None
    formats: tuple[FileFormatShape, ...]
    items: tuple[ReleasedFileShape, ...]
    absent: tuple[AbsentFileShape, ...] = ()

"""The public JSON: what answers look like. Names are the contract's; fields are added, never changed."""

import datetime as dt
import hashlib

import msgspec
from msgspec import UNSET, Struct, UnsetType


class CodeShape(Struct, frozen=True):
    """A code with its code system (an OID without prefix, or a plain name) and its text."""

    code: str
    system: str
    text: str


class PathShape(Struct, frozen=True):
    """One step on the way from the outermost group."""

    code: str
    text: str


class MoneyShape(Struct, frozen=True):
    """An amount as a decimal string with two to four decimals."""

    amount: str
    currency: str


class PriceShape(Struct, frozen=True):
    """One price for one period; `valid_to` is the last day, null while no other follows."""

    kind: str
    code: str
    system: str
    amount: str
    currency: str
    valid_from: dt.date | None
    valid_to: dt.date | None


class ScopeShape(Struct, frozen=True):
    """Over what a limit counts: each `group` of these by itself, the `groups` together, or the `product`."""

    kind: str
    codes: tuple[str, ...]


class LimitShape(Struct, frozen=True):
    """At most `max` units (not packs) per period, over the scope."""

    max: int
    unit: str
    per: str
    scope: ScopeShape
    condition: str


class RequirementShape(Struct, frozen=True):
    """What a prescription must fulfil; `code` and `system` are the source's own type."""

    kind: str
    value: int | None
    values: tuple[str, ...]
    applies_to: str
    condition: str
    code: str
    system: str


class ConditionShape(Struct, frozen=True):
    """
    A condition as text; `coded` tells whether it also has a coded form.

    `expressed_by` is the id of the coded condition that says the same, where an editor marked one.
    """

    id: str
    number: str
    applies_to: str
    text: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    coded: bool
    expressed_by: str | None


class RefundCodeShape(Struct, frozen=True):
    """A diagnosis code under which a group is reimbursed."""

    code: str
    system: str
    text: str
    subterms: tuple[str, ...]
    valid_from: dt.date | None
    prescribe_until: dt.date | None
    dispense_until: dt.date | None
    conditions: tuple[str, ...]


class SupplierShape(Struct, frozen=True):
    """Who supplies a product, as the source writes it."""

    name: str
    address: str
    phone: str


class UnitShape(Struct, frozen=True):
    """The unit of a pack."""

    code: str
    text: str


class EditionPointer(Struct, frozen=True):
    """An edition and when it takes over."""

    edition: str
    valid_from: dt.date
    release: int


class EntryShape(Struct, frozen=True):
    """
    A product on one list in one group.

    Where the product is described otherwise on this list than in its newest entry, the entry
    says its own name, size, pack and supplier; else it leaves them out.
    """

    list: str
    legal_basis: CodeShape
    group: CodeShape
    group_path: tuple[PathShape, ...]
    prices: tuple[PriceShape, ...]
    valid_from: dt.date | None
    prescribe_until: dt.date | None
    dispense_until: dt.date | None
    may_exceed_max_price: bool | None
    limits: tuple[LimitShape, ...]
    requirements: tuple[RequirementShape, ...]
    conditions: tuple[ConditionShape, ...]
    refund_codes: tuple[RefundCodeShape, ...]
    refund_code_conditions: tuple[ConditionShape, ...]
    name: str | UnsetType = UNSET
    size: str | UnsetType | None = UNSET
    pack: str | UnsetType | None = UNSET
    units_per_pack: int | UnsetType | None = UNSET
    supplier: SupplierShape | UnsetType | None = UNSET
    edition: str | UnsetType = UNSET


class ProductShape(Struct, frozen=True, kw_only=True):
    """A product as it stands on a day: what it is, and each list and group it is on."""

    release: int | UnsetType = UNSET
    valid_on: dt.date | UnsetType = UNSET
    varenr: str
    name: str
    kind: str
    supplier: SupplierShape | None
    supplier_item_number: str | None
    size: str | None
    unit: UnitShape | None
    pack: str | None
    units_per_pack: int | None
    gtins: tuple[str, ...]
    atc: str | None
    status: str | UnsetType = UNSET
    leaves_on: dt.date | UnsetType | None = UNSET
    entries: tuple[EntryShape, ...]
    fingerprint: str | UnsetType = UNSET


class GroupShape(Struct, frozen=True, kw_only=True):
    """A group with its own conditions only; an entry has the union with the groups above."""

    release: int | UnsetType = UNSET
    valid_on: dt.date | UnsetType = UNSET
    code: str
    system: str
    text: str
    list: str
    parent: str | None
    children: tuple[str, ...]
    prescribable: str
    in_force_since: dt.date
    reimbursed_use: str | None
    refund_codes: tuple[RefundCodeShape, ...]
    refund_code_conditions: tuple[ConditionShape, ...]
    limits: tuple[LimitShape, ...]
    requirements: tuple[RequirementShape, ...]
    conditions: tuple[ConditionShape, ...]
    products: int
    fingerprint: str | UnsetType = UNSET
    edition: str | UnsetType = UNSET


class ListShape(Struct, frozen=True):
    """A list on a day; `products` counts the entries in force, `active` those not past `dispense_until`."""

    release: int
    valid_on: dt.date
    list: str
    title: str
    legal_basis: CodeShape
    requires_decision: bool
    requires_listed_product: bool
    closed: bool
    in_force: EditionPointer | None
    next: EditionPointer | None
    products: int
    active: int
    groups: int


class EditionShape(Struct, frozen=True):
    """One edition of a list; counts of products."""

    edition: str
    list: str
    valid_from: dt.date
    release: int
    published_at: dt.datetime
    note: str | None
    corrects: str | None
    closed: bool
    entries: int
    added: int
    removed: int
    changed: int


class FileShape(Struct, frozen=True):
    """A file of a release."""

    path: str
    bytes: int
    rows: int | None
    sha256: str


class ReleaseShape(Struct, frozen=True):
    """One act of publishing."""

    release: int
    published_at: dt.datetime
    editions: tuple[str, ...]
    note: str | None
    withdraws: int | None
    backfilled: bool
    files: tuple[FileShape, ...]
    manifest_sha256: str


class CopyShape(Struct, frozen=True):
    """
    What a service that is a copy knows of the one it follows.

    `key` is the name of the key it trusts. `current_at` is when all that `url` had was last here, and
    `tried_at` when it was last asked; where that went wrong, `trouble` names why and `detail` tells it.
    """

    url: str
    key: str
    current_at: dt.datetime | None
    tried_at: dt.datetime | None
    trouble: str | None
    detail: str | None


class OperatorShape(Struct, frozen=True):
    """
    Who runs a service, as far as that was said.

    `orgnr` is a Norwegian organisation number. `kind` is one of national-authority, regional-authority,
    local-authority, company and non-profit. `page` is where one can ask. `address` is what whole addresses
    begin with: of an operator where its service is reached, of a publisher where its lists are named.
    """

    name: str | None
    orgnr: str | None
    kind: str | None
    email: str | None
    page: str | None
    address: str | None


class StatusShape(Struct, frozen=True):
    """
    What is served.

    `next_change` is the next day on which an answer changes by itself. `signed_at` is when it was last signed
    that this release is the newest; from `fresh_until` on that is no longer known. `copy_of` tells whom this
    service follows; null where it publishes itself. `operator` runs this service and `publisher` answers for
    its lists: the same, but for a copy, whose publisher is that of the service it follows.
    """

    release: int
    published_at: dt.datetime | None
    today: dt.date
    next_change: dt.date | None
    lists: int
    products: int
    version: str
    signed_at: dt.datetime | None = None
    fresh_until: dt.datetime | None = None
    copy_of: CopyShape | None = None
    operator: OperatorShape | None = None
    publisher: OperatorShape | None = None


encode = msgspec.json.Encoder().encode


def fingerprint(shape: ProductShape | GroupShape) -> str:
    """
    The first 16 hex digits of the sha256 of a shape's content.

    Args:
        shape: Without `release`, `valid_on`, `edition`, `fingerprint`, `status` and `leaves_on`:
            they say when and where, not what.
    """
    return hashlib.sha256(encode(shape)).hexdigest()[:16]

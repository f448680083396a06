"""The rows of an M30 file: texts as received, each with the line it begins on."""

import msgspec


class CodedText(msgspec.Struct, frozen=True, gc=False):
    """An element of type CV or CS: attributes V, S and DN, "" where absent."""

    value: str
    system: str
    text: str


class HeadRow(msgspec.Struct, frozen=True):
    """The message's own dates: `HentetDato`, and `GyldigFradatoHelfo` where it has one."""

    received: str | None
    helfo_valid_from: str | None


class CatalogueRow(msgspec.Struct, frozen=True):
    """A catalogue is present, by its name, with entries or without."""

    name: str


class Marks(msgspec.Struct, frozen=True, gc=False):
    """What every entry begins with."""

    line: int
    id: str
    time: str
    status: str


class PriceRow(msgspec.Struct, frozen=True, gc=False):
    """`PrisVare`."""

    kind: CodedText | None
    amount: str
    currency: str
    valid_from: str | None
    valid_to: str | None


class RefundRow(msgspec.Struct, frozen=True, gc=False):
    """`Refusjon`: references to refund groups, and one triple of days they share."""

    groups: tuple[str, ...]
    valid_from: str | None
    prescribe_until: str | None
    dispense_until: str | None


class MedicineRow(msgspec.Struct, frozen=True, gc=False):
    """What only `Legemiddelpakning` has."""

    atc: CodedText | None
    prescription_group: CodedText | None
    form: CodedText | None
    package_type: CodedText | None
    multiple: str
    count: str
    amount: str
    brand: str
    package: str


class SupplierRow(msgspec.Struct, frozen=True, gc=False):
    """`Leverandor`."""

    name: str
    address: str
    phone: str


class ProductRow(msgspec.Struct, frozen=True, gc=False):
    """One of the goods, or one medicine package."""

    marks: Marks
    kind: str
    varenr: str | None
    name: str | None
    item_number: str | None
    size: str | None
    unit: CodedText | None
    pack: str | None
    may_exceed_max_price: str | None
    supplier: SupplierRow | None
    gtins: tuple[str, ...]
    conditions: tuple[str, ...]
    prices: tuple[PriceRow, ...]
    refunds: tuple[RefundRow, ...]
    medicine: MedicineRow | None


class ConditionReferenceRow(msgspec.Struct, frozen=True, gc=False):
    """`Refusjonsvilkar`."""

    condition: str | None
    valid_from: str | None
    valid_to: str | None


class RefundCodeRow(msgspec.Struct, frozen=True, gc=False):
    """`Refusjonskode`."""

    code: CodedText | None
    subterms: tuple[str, ...]
    valid_from: str | None
    prescribe_until: str | None
    dispense_until: str | None
    conditions: tuple[ConditionReferenceRow, ...]


class GroupRow(msgspec.Struct, frozen=True, gc=False):
    """`Refusjonsgruppe`."""

    line: int
    id: str | None
    code: CodedText | None
    atc: CodedText | None
    requires_refund_code: str | None
    reimbursed_use: str | None
    conditions: tuple[str, ...]
    refund_codes: tuple[RefundCodeRow, ...]


class BasisRow(msgspec.Struct, frozen=True, gc=False):
    """`Refusjonshjemmel`: a legal basis and groups of the list that rests on it."""

    marks: Marks
    legal_basis: CodedText | None
    requires_listed_product: str | None
    requires_decision: str | None
    groups: tuple[GroupRow, ...]


class CodedFormRow(msgspec.Struct, frozen=True, gc=False):
    """`StrukturertVilkar`."""

    type: CodedText | None
    texts: tuple[str, ...]
    codes: tuple[CodedText, ...]


class ConditionRow(msgspec.Struct, frozen=True, gc=False):
    """`Vilkar`."""

    marks: Marks
    id: str | None
    number: str
    group: CodedText | None
    applies_to: str
    text: str | None
    valid_from: str | None
    valid_to: str | None
    coded: tuple[CodedFormRow, ...]


class StrayRow(msgspec.Struct, frozen=True, gc=False):
    """An entry of a used kind that holds nothing we can read: another namespace, no payload, or status U."""

    marks: Marks
    name: str
    namespace: str


Row = HeadRow | CatalogueRow | ProductRow | BasisRow | ConditionRow | StrayRow

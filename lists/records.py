"""The records every room speaks in: what one edition of one list holds, checked and in canonical order."""

import datetime as dt

import msgspec

from lists.codes import Code


class Supplier(msgspec.Struct, frozen=True, order=True, gc=False):
    """Who supplies a product (`Leverandor`); address and phone as written, "" where the source has none."""

    name: str
    address: str = ""
    phone: str = ""


class Price(msgspec.Struct, frozen=True, gc=False):
    """
    One price of one kind for one period.

    Attributes:
        kind: Code of kodeverk 7423 (N, E, P) or 7453 (2, 3, 4, 5), or of a table's own system.
        amount: Ten-thousandths of the currency.
        currency: ISO 4217.
        valid_from: First day, or None where the source says none.
        valid_to: The source's own last day; what is shown follows rule 8 instead.

    Source:
        FEST M30, `PrisVare`.
    """

    kind: Code
    amount: int
    currency: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Placement(msgspec.Struct, frozen=True, gc=False):
    """
    One group a product stands in, with its own days there.

    Attributes:
        group: Code of the group in the same edition.
        prescribe_until: Last day on which it may be prescribed.
        dispense_until: Last day on which it may be handed out.

    Source:
        FEST M30, `Refusjon`; rule 9.
    """

    group: str
    valid_from: dt.date | None = None
    prescribe_until: dt.date | None = None
    dispense_until: dt.date | None = None


class Medicine(msgspec.Struct, frozen=True, gc=False):
    """
    What only medicine packages have; texts as received, kept for the reader and for the export.

    Source:
        FEST M30, `Legemiddelpakning` and its first `Pakningsinfo`.
    """

    atc: Code | None = None
    prescription_group: Code | None = None
    form: Code | None = None
    package_type: Code | None = None
    multiple: str = ""
    count: str = ""
    amount: str = ""
    brand: str = ""
    package: str = ""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """
    A product on a list: one pack with one number, in one or more groups.

    Attributes:
        kind: "consumable", "nutrition", "prosthesis", "medicine" or "other".
        pack: The source's text for the pack.
        units_per_pack: Pieces in the pack, or None where the source gives no whole number.
        gtins: Sorted.
        placements: At least one, by group.
        prices: By kind, first day, amount.
        conditions: Conditions of this product alone, sorted; groups have their own.
        entry_id: The source's mark on this version (`Oppf*/Id`); no content.
        entry_time: When the source says this version was made (`Tidspunkt`); no content.
    """

    varenr: str
    kind: str
    name: str
    placements: tuple[Placement, ...]
    supplier: Supplier | None = None
    supplier_item_number: str | None = None
    size: str | None = None
    unit: Code | None = None
    pack: str | None = None
    units_per_pack: int | None = None
    gtins: tuple[str, ...] = ()
    may_exceed_max_price: bool | None = None
    prices: tuple[Price, ...] = ()
    conditions: tuple[str, ...] = ()
    medicine: Medicine | None = None
    entry_id: str = ""
    entry_time: str = ""


class CodedForm(msgspec.Struct, frozen=True, order=True, gc=False):
    """
    The coded form of a condition: a type and its values, texts or codes.

    Source:
        FEST M30, `StrukturertVilkar`; types are kodeverk 7439.
    """

    type: Code
    texts: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()


class Condition(msgspec.Struct, frozen=True, gc=False):
    """
    What must hold for reimbursement: a text that is always shown, and coded forms where the source has them.

    Attributes:
        number: The source's own number of it (`VilkarNr`).
        group: Kodeverk 7437.
        applies_to: "prescriber", "dispenser" or "both".
        valid_from: What the source wrote, not since when it is in force (rule 7).
        expressed_by: Id of another, coded condition of the same edition that says the same; an editor's
            mark, which no source carries (rule 22).
    """

    id: str
    text: str
    applies_to: str
    number: str = ""
    group: Code | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    coded: tuple[CodedForm, ...] = ()
    expressed_by: str | None = None
    entry_id: str = ""
    entry_time: str = ""


class ConditionReference(msgspec.Struct, frozen=True, gc=False):
    """A condition that binds a refund code for a period (`Refusjonsvilkar`)."""

    condition: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class RefundCode(msgspec.Struct, frozen=True, gc=False):
    """
    A diagnosis code under which a group is reimbursed, with its own days and conditions.

    Source:
        FEST M30, `Refusjonskode`; systems as in rule 12.
    """

    code: Code
    subterms: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    prescribe_until: dt.date | None = None
    dispense_until: dt.date | None = None
    conditions: tuple[ConditionReference, ...] = ()


class Group(msgspec.Struct, frozen=True, gc=False):
    """
    A node of a list's tree, with its own conditions only (rule 5).

    Attributes:
        source_id: The source's own id of it, the same when it is renamed (`Refusjonsgruppe/Id`).
        parent: Code of the group above where the source says it; in kodeverk 7403 the code itself does.
        refund_codes: By system, code, first day.
    """

    code: Code
    source_id: str = ""
    parent: str | None = None
    atc: Code | None = None
    requires_refund_code: bool = False
    reimbursed_use: str | None = None
    conditions: tuple[str, ...] = ()
    refund_codes: tuple[RefundCode, ...] = ()
    entry_id: str = ""
    entry_time: str = ""


class Terms(msgspec.Struct, frozen=True):
    """
    Under what a list reimburses: its legal basis, its groups and its conditions, without the products.

    Attributes:
        list: Code of the list: 505, 200, IXC.
        title: What the list is called (rule 6).
        number_kind: The kind of product number its entries are kept under.
        closed: The list has ended by an act; it has no groups and no entries then.
        groups: By code, each once.
        conditions: By id, each once; every one is referred to by a group, a refund code or an entry.
    """

    list: str
    title: str
    legal_basis: Code
    requires_listed_product: bool = True
    requires_decision: bool = False
    number_kind: str = "varenr"
    closed: bool = False
    groups: tuple[Group, ...] = ()
    conditions: tuple[Condition, ...] = ()

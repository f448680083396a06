"""What each entry of an M30 file says: its elements become one row, text by text, and nothing is judged."""

from collections.abc import Callable

from lxml import etree

from ingest.m30 import names
from ingest.m30.parts import Element, Parts
from ingest.m30.rows import (
    BasisRow,
    CodedFormRow,
    ConditionReferenceRow,
    ConditionRow,
    GroupRow,
    Marks,
    MedicineRow,
    PriceRow,
    ProductRow,
    RefundCodeRow,
    RefundRow,
    StrayRow,
    SupplierRow,
)

EntryRow = ProductRow | BasisRow | ConditionRow | StrayRow


def entry_row(element: Element, name: str, namespace: str) -> EntryRow:
    """
    The row that an entry makes.

    Args:
        name: Its name, one of `names.USED`.
        namespace: The M30 namespace of the file's root.

    Returns:
        StrayRow where it holds nothing we can read.
    """
    entry = Parts(element, namespace)
    marks = Marks(
        line=entry.line,
        id=entry.text("Id") or "",
        time=entry.text("Tidspunkt") or "",
        status=entry.attribute("Status", "V"),
    )
    own = etree.QName(element).namespace or ""
    row: EntryRow | None = None
    if own == namespace and marks.status != names.EXPIRED:
        in_payload = name in (names.GOODS, names.PACKAGE)
        payload = Parts(element, namespace.replace(names.M30, names.PAYLOAD)) if in_payload else entry
        row = _READERS[name](payload, marks)
    return row or StrayRow(marks, name, own)


def _goods(payload: Parts, marks: Marks) -> ProductRow | None:
    for element, kind in names.KINDS.items():
        if element in payload:
            return _product(payload.part(element), marks, kind)
    return None


def _product(product: Parts, marks: Marks, kind: str) -> ProductRow:
    more = product.part("ProduktInfoVare")
    return ProductRow(
        marks=marks,
        kind=kind,
        varenr=product.text("Nr"),
        name=product.text("Navn"),
        item_number=more.text("ProduktNr"),
        size=more.text("Volum"),
        unit=more.coded("EnhetStorrelse"),
        pack=more.text("AntPerPakning"),
        may_exceed_max_price=more.text("TillattMerMakspris"),
        supplier=_supplier(product.part("Leverandor")) if "Leverandor" in product else None,
        gtins=(),
        conditions=more.texts("RefVilkar"),
        prices=_prices(product),
        refunds=_refunds(product),
        medicine=None,
    )


def _package(payload: Parts, marks: Marks) -> ProductRow | None:
    if "Legemiddelpakning" not in payload:
        return None
    package = payload.part("Legemiddelpakning")
    pack = package.part("Pakningsinfo")
    return ProductRow(
        marks=marks,
        kind="medicine",
        varenr=package.text("Varenr"),
        name=package.text("NavnFormStyrke"),
        item_number=None,
        size=None,
        unit=pack.coded("EnhetPakning"),
        pack=pack.text("Pakningsstr"),
        may_exceed_max_price=None,
        supplier=None,
        gtins=package.texts("Ean"),
        conditions=package.texts("RefVilkar"),
        prices=_prices(package),
        refunds=_refunds(package),
        medicine=_medicine(package, pack),
    )


def _medicine(package: Parts, pack: Parts) -> MedicineRow:
    return MedicineRow(
        atc=package.coded("Atc"),
        prescription_group=package.coded("Reseptgruppe"),
        form=package.coded("LegemiddelformKort"),
        package_type=pack.coded("Pakningstype"),
        multiple=pack.text("Multippel") or "",
        count=pack.text("Antall") or "",
        amount=pack.text("Mengde") or "",
        brand=pack.text("RefLegemiddelMerkevare") or "",
        package=package.text("Id") or "",
    )


def _supplier(supplier: Parts) -> SupplierRow:
    return SupplierRow(
        supplier.text("Navn") or "", supplier.text("Adresse") or "", supplier.text("Telefon") or ""
    )


def _prices(product: Parts) -> tuple[PriceRow, ...]:
    return tuple(
        PriceRow(
            kind=price.coded("Type"),
            amount=price.attribute("Pris", "V"),
            currency=price.attribute("Pris", "U"),
            valid_from=price.text("GyldigFraDato"),
            valid_to=price.text("GyldigTilDato"),
        )
        for price in product.parts("PrisVare")
    )


def _refunds(product: Parts) -> tuple[RefundRow, ...]:
    return tuple(
        RefundRow(
            groups=refund.texts("RefRefusjonsgruppe"),
            valid_from=refund.text("GyldigFraDato"),
            prescribe_until=refund.text("ForskrivesTilDato"),
            dispense_until=refund.text("UtleveresTilDato"),
        )
        for refund in product.parts("Refusjon")
    )


def _basis(entry: Parts, marks: Marks) -> BasisRow | None:
    if "Refusjonshjemmel" not in entry:
        return None
    basis = entry.part("Refusjonshjemmel")
    return BasisRow(
        marks=marks,
        legal_basis=basis.coded("Refusjonshjemmel"),
        requires_listed_product=basis.text("KreverVarekobling"),
        requires_decision=basis.text("KreverVedtak"),
        groups=tuple(map(_group, basis.parts("Refusjonsgruppe"))),
    )


def _group(group: Parts) -> GroupRow:
    return GroupRow(
        line=group.line,
        id=group.text("Id"),
        code=group.coded("GruppeNr"),
        atc=group.coded("Atc"),
        requires_refund_code=group.text("KreverRefusjonskode"),
        reimbursed_use=group.text("RefusjonsberettighetBruk"),
        conditions=group.texts("RefVilkar"),
        refund_codes=tuple(map(_refund_code, group.parts("Refusjonskode"))),
    )


def _refund_code(code: Parts) -> RefundCodeRow:
    return RefundCodeRow(
        code=code.coded("Refusjonskode"),
        subterms=code.texts("Underterm"),
        valid_from=code.text("GyldigFraDato"),
        prescribe_until=code.text("ForskrivesTilDato"),
        dispense_until=code.text("UtleveresTilDato"),
        conditions=tuple(
            ConditionReferenceRow(
                reference.text("RefVilkar"), reference.text("FraDato"), reference.text("TilDato")
            )
            for reference in code.parts("Refusjonsvilkar")
        ),
    )


def _condition(entry: Parts, marks: Marks) -> ConditionRow | None:
    if "Vilkar" not in entry:
        return None
    condition = entry.part("Vilkar")
    applies_to = condition.coded("GjelderFor")
    return ConditionRow(
        marks=marks,
        id=condition.text("Id"),
        number=condition.text("VilkarNr") or "",
        group=condition.coded("Gruppe"),
        applies_to=applies_to.value if applies_to else "",
        text=condition.text("Tekst"),
        valid_from=condition.text("GyldigFraDato"),
        valid_to=condition.text("GyldigTilDato"),
        coded=tuple(map(_coded_form, condition.parts("StrukturertVilkar"))),
    )


def _coded_form(form: Parts) -> CodedFormRow:
    return CodedFormRow(form.coded("Type"), form.texts("VerdiTekst"), form.codes("VerdiKodet"))


_READERS: dict[str, Callable[[Parts, Marks], EntryRow | None]] = {
    names.GOODS: _goods,
    names.PACKAGE: _package,
    names.REFUND: _basis,
    names.CONDITION: _condition,
}

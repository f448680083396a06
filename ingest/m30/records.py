"""M30 rows to records: every text becomes a value or a problem; references stay as the file writes them."""

import re

from ingest.m30 import names
from ingest.m30.rows import CodedText, ConditionRow, GroupRow, Marks, ProductRow, SupplierRow
from ingest.reading import At, Notes
from lists.codes import Code, parse_gtin, parse_varenr
from lists.money import parse_amount
from lists.records import (
    CodedForm,
    Condition,
    ConditionReference,
    Entry,
    Group,
    Medicine,
    Placement,
    Price,
    RefundCode,
    Supplier,
)


class Records:
    """The records of one file; a row that lacks what a record must have gives None and a problem."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._codes: dict[CodedText, Code] = {}
        self._suppliers: dict[SupplierRow, Supplier] = {}
        self._texts: dict[str, str] = {}

    def entry(self, row: ProductRow) -> Entry | None:
        """A product; its placements name refund groups by the ids they have in the file."""
        at = At(self._notes, row.marks.line, row.varenr or row.marks.id)
        varenr = at.value(parse_varenr, at.present(row.varenr, "Nr"), "Nr")
        name = at.present(row.name, "Navn")
        if varenr is None or name is None:
            return None
        placements = tuple(
            Placement(
                group,
                at.day(refund.valid_from, "GyldigFraDato"),
                at.day(refund.prescribe_until, "ForskrivesTilDato"),
                at.day(refund.dispense_until, "UtleveresTilDato"),
            )
            for refund in row.refunds
            for group in refund.groups
        )
        return Entry(
            varenr=varenr,
            kind=row.kind,
            name=name,
            placements=placements,
            supplier=self._supplier(row.supplier) if row.supplier else None,
            supplier_item_number=row.item_number,
            size=row.size,
            unit=self.code(row.unit),
            pack=self._shared(row.pack) if row.pack else row.pack,
            units_per_pack=self._units(row, at),
            gtins=self._gtins(row, at),
            may_exceed_max_price=at.truth(row.may_exceed_max_price, "TillattMerMakspris"),
            prices=self._prices(row, at),
            conditions=tuple(sorted(set(row.conditions))),
            medicine=self._medicine(row),
            entry_id=row.marks.id,
            entry_time=self._shared(row.marks.time),
        )

    def _units(self, row: ProductRow, at: At) -> int | None:
        """Whole pieces in a pack; goods must say it, a medicine's pack may be a text such as 6 x 250."""
        if row.medicine is not None and not (row.pack or "").isdecimal():
            return None
        return at.whole(row.pack, "AntPerPakning")

    def _gtins(self, row: ProductRow, at: At) -> tuple[str, ...]:
        read = (at.value(parse_gtin, gtin, "Ean") for gtin in row.gtins)
        return tuple(sorted({gtin for gtin in read if gtin is not None}))

    def _prices(self, row: ProductRow, at: At) -> tuple[Price, ...]:
        prices = []
        for price in row.prices:
            kind = self.code(price.kind)
            amount = at.value(parse_amount, price.amount, "PrisVare/Pris")
            if kind is None:
                at.missing("PrisVare/Type")
            if not price.currency:
                at.missing("PrisVare/Pris/@U")
            if kind is None or amount is None or not price.currency:
                continue
            first, last = at.day(price.valid_from, "GyldigFraDato"), at.day(price.valid_to, "GyldigTilDato")
            prices.append(Price(kind, amount, self._shared(price.currency), first, last))
        return tuple(sorted(prices, key=_price_order))

    def _medicine(self, row: ProductRow) -> Medicine | None:
        medicine = row.medicine
        if medicine is None:
            return None
        return Medicine(
            atc=self.code(medicine.atc),
            prescription_group=self.code(medicine.prescription_group),
            form=self.code(medicine.form),
            package_type=self.code(medicine.package_type),
            multiple=medicine.multiple,
            count=medicine.count,
            amount=medicine.amount,
            brand=medicine.brand,
            package=medicine.package,
        )

    def group(self, row: GroupRow, marks: Marks) -> Group | None:
        """A group, with the marks of the entry it stands in."""
        at = At(self._notes, row.line, row.code.value if row.code else row.id or "")
        source_id, group_code = at.present(row.id, "Id"), self.code(row.code)
        if group_code is None or not group_code.value:
            at.missing("GruppeNr")
        if source_id is None or group_code is None or not group_code.value:
            return None
        return Group(
            code=self._named(group_code, at),
            source_id=source_id,
            parent=None,
            atc=self.code(row.atc),
            requires_refund_code=bool(at.stated(row.requires_refund_code, "KreverRefusjonskode")),
            reimbursed_use=row.reimbursed_use,
            conditions=tuple(sorted(set(row.conditions))),
            refund_codes=self._refund_codes(row, at),
            entry_id=marks.id,
            entry_time=marks.time,
        )

    def _named(self, code: Code, at: At) -> Code:
        """The group's code and text; a placeholder is never published as a name (rule 6)."""
        if _PLACEHOLDER.match(code.text) is None:
            return code
        at.note("placeholder-name", code.text)
        return Code(code.value, code.system, code.value)

    def _refund_codes(self, row: GroupRow, at: At) -> tuple[RefundCode, ...]:
        codes = []
        for refund in row.refund_codes:
            code = self.code(refund.code)
            if code is None:
                at.missing("Refusjonskode")
                continue
            references = [
                ConditionReference(
                    reference.condition or "",
                    at.day(reference.valid_from, "FraDato"),
                    at.day(reference.valid_to, "TilDato"),
                )
                for reference in refund.conditions
            ]
            codes.append(
                RefundCode(
                    code=code,
                    subterms=tuple(sorted(" ".join(term.split()) for term in refund.subterms if term)),
                    valid_from=at.day(refund.valid_from, "GyldigFraDato"),
                    prescribe_until=at.day(refund.prescribe_until, "ForskrivesTilDato"),
                    dispense_until=at.day(refund.dispense_until, "UtleveresTilDato"),
                    conditions=tuple(sorted(references, key=_reference_order)),
                )
            )
        return tuple(sorted(codes, key=_refund_order))

    def condition(self, row: ConditionRow) -> Condition | None:
        """A condition with its coded forms, whatever their types."""
        at = At(self._notes, row.marks.line, "condition " + (row.id or row.marks.id))
        identity, text = at.present(row.id, "Id"), at.present(row.text, "Tekst")
        applies_to = names.APPLIES_TO.get(row.applies_to)
        if applies_to is None:
            at.missing("GjelderFor")
        if identity is None or text is None or applies_to is None:
            return None
        return Condition(
            id=identity,
            text=text,
            applies_to=applies_to,
            number=row.number,
            group=self.code(row.group),
            valid_from=at.day(row.valid_from, "GyldigFraDato"),
            valid_to=at.day(row.valid_to, "GyldigTilDato"),
            coded=self._coded_forms(row, at),
            entry_id=row.marks.id,
            entry_time=row.marks.time,
        )

    def _coded_forms(self, row: ConditionRow, at: At) -> tuple[CodedForm, ...]:
        forms = []
        for form in row.coded:
            kind = self.code(form.type)
            if kind is None:
                at.missing("StrukturertVilkar/Type")
                continue
            codes = (self.code(code) for code in form.codes)
            forms.append(CodedForm(kind, form.texts, tuple(code for code in codes if code is not None)))
        return tuple(sorted(forms))

    def _supplier(self, row: SupplierRow) -> Supplier:
        """One object for each, as for codes."""
        supplier = self._suppliers.get(row)
        if supplier is None:
            supplier = self._suppliers[row] = Supplier(row.name, row.address, row.phone)
        return supplier

    def _shared(self, text: str) -> str:
        """The same text once, where a file repeats few of them."""
        return self._texts.setdefault(text, text)

    def code(self, text: CodedText | None) -> Code | None:
        """The same Code object for the same texts: a file repeats a few of them ten thousand times."""
        if text is None:
            return None
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = Code(text.value, text.system, text.text)
        return code


def _price_order(price: Price) -> tuple[str, str, str, int, str]:
    kind, days = price.kind, [str(day or "") for day in (price.valid_from, price.valid_to)]
    return (kind.system, kind.value, days[0], price.amount, days[1])


def _reference_order(known: ConditionReference) -> tuple[str, str, str]:
    return (known.condition, str(known.valid_from or ""), str(known.valid_to or ""))


def _refund_order(known: RefundCode) -> tuple[object, ...]:
    days = (known.prescribe_until, known.dispense_until)
    return (
        *(known.code.system, known.code.value, str(known.valid_from or ""), known.subterms),
        *(str(day or "") for day in days),
        [_reference_order(reference) for reference in known.conditions],
    )


_PLACEHOLDER = re.compile(r"TestGruppe|Kodeteksten vil bli oppdatert")

"""Writes editions as an M30 file, which the reader reads back as the same editions."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

import msgspec

from ingest.m30 import names
from ingest.m30.joining import Joined, Product, joined
from ingest.m30.tags import Tags
from lists.codes import VARENR, Code
from lists.edition import Edition, without_marks
from lists.errors import Refused
from lists.money import format_amount
from lists.records import CodedForm, Condition, Entry, Group, Medicine, Price, RefundCode, Terms


def write_m30(
    editions: Sequence[Edition], stream: BinaryIO, *, received: str, helfo_valid_from: dt.date | None
) -> None:
    """
    Write editions of one or several lists as a full extract, M30 2014-12-01.

    What records do not hold is left out, also where the schema asks for it: what a valid file said
    is written as a valid file. A closed list has nothing that M30 could say and is passed over;
    so are GTINs of goods and the marks by which an editor says what a text is expressed by, for
    which M30 has no place. Brands are named only as far as packages
    refer to them.

    Args:
        editions: One of each list.
        received: HentetDato, and when versions were made that do not say it themselves.
        helfo_valid_from: From when the lists of goods hold; None where the file shall not say.

    Raises:
        Refused: "m30-other-numbers": a list whose products have no varenr. "xml-character".
    """
    for edition in editions:
        if edition.terms.number_kind != VARENR:
            raise Refused("m30-other-numbers", list=edition.terms.list, found=edition.terms.number_kind)
    content = joined([edition for edition in editions if not edition.terms.closed])
    _Writer(Tags(stream), received).message(content, helfo_valid_from)


class _Writer:
    def __init__(self, tags: Tags, received: str) -> None:
        self._tags = tags
        self._received = received
        self._taken: set[str] = set()

    def message(self, content: Joined, helfo_valid_from: dt.date | None) -> None:
        tags = self._tags
        packages = [product for product in content.products if product.entry.kind == "medicine"]
        goods = [product for product in content.products if product.entry.kind != "medicine"]
        with tags.inside(names.ROOT, namespace=_M30):
            tags.text("HentetDato", self._received)
            tags.text("GyldigFradatoHelfo", helfo_valid_from)
            self._catalogue("KatLegemiddelMerkevare", _brands(packages), self._brand)
            self._catalogue(names.PACKAGE_CATALOGUE, packages, self._package)
            self._catalogue(names.GOODS_CATALOGUE, goods, self._goods)
            with tags.inside("KatRefusjon"):
                for terms in content.terms:
                    self._bases(terms)
            self._catalogue("KatVilkar", content.conditions, self._condition)

    def _catalogue(self, name: str, members: Sequence[msgspec.Struct], write: Callable[..., None]) -> None:
        """A catalogue that nothing stands in says nothing and is left out (rule 1)."""
        if members:
            with self._tags.inside(name):
                for member in members:
                    write(member)

    def _marks(self, entry_id: str, entry_time: str, *about: object) -> None:
        """What every entry begins with; without an id of its own it gets one made of its content."""
        if not entry_id or entry_id in self._taken:
            entry_id = _made_id(*about, len(self._taken) if entry_id in self._taken else "")
        self._taken.add(entry_id)
        self._tags.text("Id", entry_id)
        self._tags.text("Tidspunkt", entry_time or self._received)
        self._tags.values("Status", V=names.ACTIVE, DN="Aktiv oppføring")

    # --- products ------------------------------------------------------------

    def _brand(self, brand: "_Brand") -> None:
        tags = self._tags
        with tags.inside("OppfLegemiddelMerkevare"):
            self._marks("", "", brand.id)
            with tags.inside("LegemiddelMerkevare", namespace=_PAYLOAD):
                tags.text("NavnFormStyrke", brand.name)
                tags.coded("Reseptgruppe", brand.prescription_group)
                tags.text("Id", brand.id)
                tags.text("Varenavn", brand.name)

    def _goods(self, product: Product) -> None:
        entry, tags = product.entry, self._tags
        with tags.inside(names.GOODS):
            self._marks(entry.entry_id, entry.entry_time, *_content(product))
            with tags.inside(_TAGS_OF_KINDS.get(entry.kind, "MedForbMatr"), namespace=_PAYLOAD):
                tags.text("Nr", entry.varenr)
                tags.text("Navn", entry.name)
                self._product_facts(entry)
                self._supplier(entry)
                self._prices(entry.prices)
                self._refunds(product)

    def _product_facts(self, entry: Entry) -> None:
        tags, pack = self._tags, _pack(entry)
        facts = (entry.supplier_item_number, entry.size, entry.unit, pack, entry.may_exceed_max_price)
        if not entry.conditions and all(fact is None for fact in facts):
            return
        with tags.inside("ProduktInfoVare"):
            tags.text("ProduktNr", entry.supplier_item_number)
            tags.text("Volum", entry.size)
            tags.coded("EnhetStorrelse", entry.unit)
            tags.text("AntPerPakning", pack)
            self._references("RefVilkar", entry.conditions)
            tags.truth("TillattMerMakspris", holds=entry.may_exceed_max_price)

    def _supplier(self, entry: Entry) -> None:
        if entry.supplier is not None:
            with self._tags.inside("Leverandor"):
                self._tags.text("Navn", entry.supplier.name)
                self._tags.text("Adresse", entry.supplier.address)
                self._tags.text("Telefon", entry.supplier.phone)

    def _package(self, product: Product) -> None:
        entry, tags = product.entry, self._tags
        medicine = entry.medicine or Medicine()
        with tags.inside(names.PACKAGE):
            self._marks(entry.entry_id, entry.entry_time, *_content(product))
            with tags.inside("Legemiddelpakning", namespace=_PAYLOAD):
                tags.coded("Atc", medicine.atc)
                tags.text("NavnFormStyrke", entry.name)
                tags.coded("Reseptgruppe", medicine.prescription_group)
                tags.coded("LegemiddelformKort", medicine.form)
                self._references("RefVilkar", entry.conditions)
                self._refunds(product)
                tags.text("Id", medicine.package or None)
                tags.text("Varenr", entry.varenr)
                self._references("Ean", entry.gtins)
                self._pack_facts(entry, medicine)
                self._prices(entry.prices)

    def _pack_facts(self, entry: Entry, medicine: Medicine) -> None:
        tags, pack = self._tags, _pack(entry)
        texts = (medicine.brand, pack, medicine.multiple, medicine.count, medicine.amount)
        if not any(texts) and entry.unit is None and medicine.package_type is None:
            return
        with tags.inside("Pakningsinfo"):
            tags.text("RefLegemiddelMerkevare", medicine.brand or None)
            tags.text("Pakningsstr", pack)
            tags.coded("EnhetPakning", entry.unit)
            tags.coded("Pakningstype", medicine.package_type)
            tags.text("Multippel", medicine.multiple or None)
            tags.text("Antall", medicine.count or None)
            tags.text("Mengde", medicine.amount or None)

    def _prices(self, prices: Iterable[Price]) -> None:
        tags = self._tags
        for price in prices:
            with tags.inside("PrisVare"):
                tags.coded("Type", price.kind)
                tags.values("Pris", V=format_amount(price.amount), U=price.currency)
                tags.text("GyldigFraDato", price.valid_from)
                tags.text("GyldigTilDato", price.valid_to)

    def _refunds(self, product: Product) -> None:
        tags = self._tags
        for days, groups in product.refunds:
            with tags.inside("Refusjon"):
                self._references("RefRefusjonsgruppe", groups)
                tags.text("GyldigFraDato", days.valid_from)
                tags.text("ForskrivesTilDato", days.prescribe_until)
                tags.text("UtleveresTilDato", days.dispense_until)

    def _references(self, name: str, references: Iterable[str]) -> None:
        for reference in references:
            self._tags.text(name, reference)

    # --- refund groups and conditions ----------------------------------------

    def _bases(self, terms: Terms) -> None:
        """One entry for each that the source had; groups that no source made share one."""
        by_entry: dict[tuple[str, str], list[Group]] = {}
        for group in terms.groups:
            by_entry.setdefault((group.entry_id, group.entry_time), []).append(group)
        for (entry_id, entry_time), groups in by_entry.items():
            with self._tags.inside(names.REFUND):
                self._marks(entry_id, entry_time, terms.legal_basis, *map(without_marks, groups))
                self._basis(terms, groups)

    def _basis(self, terms: Terms, groups: Iterable[Group]) -> None:
        tags = self._tags
        with tags.inside("Refusjonshjemmel"):
            tags.coded("Refusjonshjemmel", terms.legal_basis)
            tags.truth("KreverVarekobling", holds=terms.requires_listed_product)
            tags.truth("KreverVedtak", holds=terms.requires_decision)
            for group in groups:
                with tags.inside("Refusjonsgruppe"):
                    self._group(group)

    def _group(self, group: Group) -> None:
        tags = self._tags
        tags.text("Id", group.source_id)
        tags.coded("GruppeNr", group.code)
        tags.coded("Atc", group.atc)
        tags.truth("KreverRefusjonskode", holds=group.requires_refund_code)
        tags.text("RefusjonsberettighetBruk", group.reimbursed_use)
        self._references("RefVilkar", group.conditions)
        for code in group.refund_codes:
            with tags.inside("Refusjonskode"):
                self._refund_code(code)

    def _refund_code(self, code: RefundCode) -> None:
        tags = self._tags
        tags.coded("Refusjonskode", code.code)
        self._references("Underterm", code.subterms)
        tags.text("GyldigFraDato", code.valid_from)
        tags.text("ForskrivesTilDato", code.prescribe_until)
        tags.text("UtleveresTilDato", code.dispense_until)
        for reference in code.conditions:
            with tags.inside("Refusjonsvilkar"):
                tags.text("RefVilkar", reference.condition)
                tags.text("FraDato", reference.valid_from)
                tags.text("TilDato", reference.valid_to)

    def _condition(self, condition: Condition) -> None:
        tags = self._tags
        applies_to = _APPLIES_TO[condition.applies_to]
        with tags.inside(names.CONDITION):
            self._marks(condition.entry_id, condition.entry_time, without_marks(condition))
            with tags.inside("Vilkar"):
                tags.text("Id", condition.id)
                tags.text("VilkarNr", condition.number or None)
                tags.coded("Gruppe", condition.group)
                tags.values("GjelderFor", V=applies_to, DN=_APPLIES_TO_TEXTS[applies_to])
                tags.text("Tekst", condition.text)
                tags.text("GyldigFraDato", condition.valid_from)
                tags.text("GyldigTilDato", condition.valid_to)
                for form in condition.coded:
                    self._coded_form(form)

    def _coded_form(self, form: CodedForm) -> None:
        with self._tags.inside("StrukturertVilkar"):
            self._tags.coded("Type", form.type)
            self._references("VerdiTekst", form.texts)
            for code in form.codes:
                self._tags.coded("VerdiKodet", code)


class _Brand(msgspec.Struct, frozen=True):
    """What is known of a brand: the first package that refers to it."""

    id: str
    name: str
    prescription_group: Code | None


def _brands(packages: Iterable[Product]) -> list[_Brand]:
    brands: dict[str, _Brand] = {}
    for product in packages:
        medicine = product.entry.medicine
        if medicine is not None and medicine.brand:
            brand = _Brand(medicine.brand, product.entry.name, medicine.prescription_group)
            brands.setdefault(medicine.brand, brand)
    return [brands[identity] for identity in sorted(brands)]


def _pack(entry: Entry) -> str | None:
    """The source's text for the pack; a number where a record has only that."""
    if entry.pack is None and entry.units_per_pack is not None:
        return str(entry.units_per_pack)
    return entry.pack


def _content(product: Product) -> tuple[object, ...]:
    return without_marks(product.entry), product.refunds


def _made_id(*about: object) -> str:
    return "ID_" + hashlib.sha256(msgspec.msgpack.encode(about)).hexdigest()[:32].upper()


_M30 = names.M30 + names.VERSIONS[0]
_PAYLOAD = names.PAYLOAD + names.VERSIONS[0]
_TAGS_OF_KINDS = {kind: tag for tag, kind in names.KINDS.items()}
_APPLIES_TO = {word: value for value, word in names.APPLIES_TO.items()}
_APPLIES_TO_TEXTS = {"1": "Rekvirent", "2": "Utleverer", "3": "Rekvirent og utleverer"}

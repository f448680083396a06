"""What every product of the lists has in FHIR, whichever resource it becomes: numbers, supplier, listings."""

from msgspec import Struct

from app.fhir.extensions import listing
from app.fhir.names import EDITION, FEST_BRAND, FEST_PACKAGE, GTIN, Base
from app.fhir.types import Address, Coding, ContactPoint, Extension, Identifier, Organization
from app.fhir.version import Standing
from app.shapes import ProductShape, SupplierShape
from lists.codes import Code
from lists.records import Medicine

SUPPLIER = "supplier"
"""The id of a supplier within the product that names it."""


class Product(Struct, frozen=True):
    """
    A product as it is told.

    Attributes:
        number_kind: The kind of its number.
        unit: The unit of its pack with its code system.
        medicine: What only medicine packages have.
    """

    shape: ProductShape
    number_kind: str
    unit: Code | None
    medicine: Medicine | None
    standing: Standing


def identifiers(base: Base, product: Product) -> tuple[Identifier, ...]:
    """Its number, the source's own ids of it, and its bar codes."""
    medicine, found = product.medicine, [Identifier(base.numbers(product.number_kind), product.shape.varenr)]
    if medicine is not None and medicine.package:
        found.append(Identifier(FEST_PACKAGE, medicine.package))
    if medicine is not None and medicine.brand:
        found.append(Identifier(FEST_BRAND, medicine.brand))
    return (*found, *(Identifier(GTIN, gtin) for gtin in product.shape.gtins))


def number_coding(base: Base, product: Product) -> Coding:
    """Its number as a code."""
    return Coding(base.numbers(product.number_kind), product.shape.varenr, product.shape.name)


def listings(base: Base, product: Product) -> tuple[Extension, ...]:
    """Each list and group it is on."""
    return tuple(listing(base, entry) for entry in product.shape.entries)


def supplier(told: SupplierShape) -> Organization:
    """A supplier as the product names it."""
    phones = (ContactPoint("phone", told.phone),) if told.phone else ()
    return Organization(SUPPLIER, told.name, phones, (Address(told.address),) if told.address else ())


def editions(base: Base, product: Product) -> tuple[Coding, ...]:
    """The editions it is told by, as tags."""
    named = dict.fromkeys(entry.edition for entry in product.shape.entries if isinstance(entry.edition, str))
    return tuple(edition_tag(base, edition) for edition in named)


def edition_tag(base: Base, edition: str) -> Coding:
    """An edition as a tag."""
    return Coding(base.system(EDITION), edition)

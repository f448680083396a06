"""Medicine packages as Medication, coded as Norwegian resources code them: varenummer and ATC."""

from msgspec import Struct

from app.fhir.names import FEST_BRAND, FEST_PACKAGE, Base, as_id
from app.fhir.product import Product, editions, identifiers, listings, number_coding
from app.fhir.types import CodeableConcept, Coding, Extension, Identifier, Meta, Quantity, Ratio
from app.fhir.version import versioned
from lists.codes import Code


class Medication(
    Struct, frozen=True, rename="camel", omit_defaults=True, tag_field="resourceType", tag="Medication"
):
    """A medicine package with its number."""

    id: str
    identifier: tuple[Identifier, ...]
    code: CodeableConcept
    status: str
    meta: Meta | None = None
    extension: tuple[Extension, ...] = ()
    form: CodeableConcept | None = None
    amount: Ratio | None = None


def medication(base: Base, product: Product) -> Medication:
    """A medicine package."""
    shape, medicine = product.shape, product.medicine
    form = medicine.form if medicine is not None else None
    resource = Medication(
        id=as_id(shape.varenr),
        extension=listings(base, product),
        identifier=identifiers(base, product),
        code=CodeableConcept(codings(base, product), shape.name),
        # It is on a list as long as the edition in force has it (rule 9); its last days stand in the listing.
        status="active",
        form=CodeableConcept((_coding(base, form),)) if form is not None else None,
        amount=_in_a_pack(base, product),
    )
    return versioned(resource, product.standing, editions(base, product))


def codings(base: Base, product: Product) -> tuple[Coding, ...]:
    """What a medicine package goes by: its number, FEST's package and brand, ATC."""
    medicine, found = product.medicine, [number_coding(base, product)]
    if medicine is None:
        return tuple(found)
    known = ((FEST_PACKAGE, medicine.package), (FEST_BRAND, medicine.brand))
    found += [Coding(system, code) for system, code in known if code]
    return (*found, *((_coding(base, medicine.atc),) if medicine.atc is not None else ()))


def _coding(base: Base, code: Code) -> Coding:
    return Coding(base.system(code.system), code.value, code.text or None)


def _in_a_pack(base: Base, product: Product) -> Ratio | None:
    """How many units a pack holds; none where the source gives no whole number."""
    count, unit = product.shape.units_per_pack, product.unit
    if count is None:
        return None
    named = () if unit is None else (unit.text or unit.value, base.system(unit.system), unit.value)
    return Ratio(Quantity(count, *named), Quantity(1))

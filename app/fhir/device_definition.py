"""Consumables, nutrition and prostheses as DeviceDefinition: R4 has no resource for food, nor one for goods.

A Medication would tell a system that prescribes to offer them as medicines; in Norway all of them are
"handelsvarer", prescribed by their group and kept apart from medicines. What kind of goods one is, `property`
says.
"""

from msgspec import Struct

from app.fhir.names import Base, as_id
from app.fhir.own_codes import DISPLAYS, PRODUCT_KIND
from app.fhir.product import SUPPLIER, Product, editions, identifiers, listings, supplier
from app.fhir.types import (
    CodeableConcept,
    Coding,
    Extension,
    Identifier,
    Meta,
    Organization,
    Quantity,
    Reference,
)
from app.fhir.version import versioned


class DeviceName(Struct, frozen=True):
    """What a product is called."""

    name: str
    type: str = "user-friendly-name"


class Property(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Something about a product, in words."""

    type: CodeableConcept
    value_code: tuple[CodeableConcept, ...]


class DeviceDefinition(
    Struct, frozen=True, rename="camel", omit_defaults=True, tag_field="resourceType", tag="DeviceDefinition"
):
    """A product that is no medicine: one pack with one number."""

    id: str
    identifier: tuple[Identifier, ...]
    device_name: tuple[DeviceName, ...]
    type: CodeableConcept
    meta: Meta | None = None
    contained: tuple[Organization, ...] = ()
    extension: tuple[Extension, ...] = ()
    model_number: str | None = None
    property: tuple[Property, ...] = ()
    owner: Reference | None = None
    quantity: Quantity | None = None


def device_definition(base: Base, product: Product) -> DeviceDefinition:
    """A product that is no medicine."""
    shape = product.shape
    groups = {(entry.group.system, entry.group.code): entry.group for entry in shape.entries}
    facts = (("size", shape.size), ("pack", shape.pack))
    kind = Coding(base.system(PRODUCT_KIND), shape.kind, DISPLAYS.get((PRODUCT_KIND, shape.kind)))
    resource = DeviceDefinition(
        id=as_id(shape.varenr),
        contained=(supplier(shape.supplier),) if shape.supplier is not None else (),
        extension=listings(base, product),
        identifier=identifiers(base, product),
        device_name=(DeviceName(shape.name),),
        model_number=shape.supplier_item_number or None,
        type=CodeableConcept(
            tuple(Coding(base.system(one.system), one.code, one.text or None) for one in groups.values())
        ),
        property=(
            Property(CodeableConcept(text="kind"), (CodeableConcept((kind,), shape.kind),)),
            *(
                Property(CodeableConcept(text=name), (CodeableConcept(text=value),))
                for name, value in facts
                if value
            ),
        ),
        owner=Reference(f"#{SUPPLIER}", display=shape.supplier.name) if shape.supplier is not None else None,
        quantity=_in_a_pack(base, product),
    )
    return versioned(resource, product.standing, editions(base, product))


def _in_a_pack(base: Base, product: Product) -> Quantity | None:
    """How many units a pack holds; none where the source gives no whole number."""
    count, unit = product.shape.units_per_pack, product.unit
    if count is None:
        return None
    if unit is None:
        return Quantity(count)
    return Quantity(count, unit.text or unit.value, base.system(unit.system), unit.value)

"""Prices as ChargeItemDefinition: one for each product, list, kind and period, each naming the one before."""

import datetime as dt
from decimal import Decimal

from msgspec import Struct

from app.fhir.names import Base, as_id, joined_id
from app.fhir.product import Product, editions
from app.fhir.types import CodeableConcept, Coding, Identifier, Meta, Money, Period, Reference
from app.fhir.version import versioned
from app.shapes import CodeShape, EntryShape, PriceShape

MEDICINE = "medicine"
_CONTEXT = "http://terminology.hl7.org/CodeSystem/usage-context-type"


class UsageContext(Struct, frozen=True, rename="camel"):
    """Under what a price is reimbursed: a legal basis, which FHIR calls a program."""

    code: Coding
    value_codeable_concept: CodeableConcept


class PriceComponent(Struct, frozen=True, omit_defaults=True):
    """
    The price itself.

    Attributes:
        type: FHIR asks for one: nothing is added to what a list says, so it is the base.
        code: The kind of price, in its own code system.
    """

    type: str
    code: CodeableConcept
    amount: Money


class PropertyGroup(Struct, frozen=True, rename="camel"):
    """FHIR's own nesting: one group with one component."""

    price_component: tuple[PriceComponent, ...]


class ChargeItemDefinition(
    Struct,
    frozen=True,
    rename="camel",
    omit_defaults=True,
    tag_field="resourceType",
    tag="ChargeItemDefinition",
):
    """One price of a product on a list for one period."""

    id: str
    url: str
    identifier: tuple[Identifier, ...]
    title: str
    code: CodeableConcept
    use_context: tuple[UsageContext, ...]
    property_group: tuple[PropertyGroup, ...]
    status: str
    meta: Meta | None = None
    replaces: tuple[str, ...] = ()
    instance: tuple[Reference, ...] = ()
    effective_period: Period | None = None


class Priced(Struct, frozen=True):
    """
    A price of a product on a list.

    Attributes:
        entry: Any of the product's entries on that list: they share their prices.
        of_kind: All prices of that kind there, by first day.
    """

    product: Product
    entry: EntryShape
    price: PriceShape
    of_kind: tuple[PriceShape, ...]


def price_id(code: str, varenr: str, kind: str, first: dt.date | None) -> str:
    """The id of a price: list, product, kind and first day."""
    return joined_id(code, varenr, kind, first.strftime("%Y%m%d") if first is not None else "0")


def charge_item_definition(base: Base, priced: Priced) -> ChargeItemDefinition:
    """One price for one period."""
    product, price, entry = priced.product, priced.price, priced.entry
    shape = product.shape
    name = entry.name if isinstance(entry.name, str) else shape.name
    identity = price_id(entry.list, shape.varenr, price.code, price.valid_from)
    url = base.of(ChargeItemDefinition.__name__, identity)
    numbers = base.numbers(product.number_kind)
    kind = CodeableConcept((Coding(base.system(price.system), price.code),), price.kind)
    before = [
        one for one in priced.of_kind if (one.valid_from or dt.date.min) < (price.valid_from or dt.date.min)
    ]
    resource = ChargeItemDefinition(
        id=identity,
        url=url,
        identifier=(Identifier(numbers, shape.varenr),),
        title=f"{name}: {price.kind}",
        status="active",
        replaces=tuple(_url_of(base, entry, shape.varenr, one) for one in before[-1:]),
        code=CodeableConcept((Coding(numbers, shape.varenr, name),), name),
        instance=_instance(product, name),
        use_context=(_legal_basis(base, entry.legal_basis),),
        effective_period=_period(price),
        property_group=(
            PropertyGroup((PriceComponent("base", kind, Money(Decimal(price.amount), price.currency)),)),
        ),
    )
    tags = [tag for tag in editions(base, product) if tag.code == entry.edition]
    return versioned(resource, product.standing, tags)


def _url_of(base: Base, entry: EntryShape, varenr: str, price: PriceShape) -> str:
    identity = price_id(entry.list, varenr, price.code, price.valid_from)
    return base.of(ChargeItemDefinition.__name__, identity)


def _instance(product: Product, name: str) -> tuple[Reference, ...]:
    """R4 lets a price point at a Medication, and at no DeviceDefinition: goods go by their number alone."""
    if product.shape.kind != MEDICINE:
        return ()
    return (Reference(f"Medication/{as_id(product.shape.varenr)}", display=name),)


def _legal_basis(base: Base, basis: CodeShape) -> UsageContext:
    coded = Coding(base.system(basis.system), basis.code, basis.text or None)
    return UsageContext(Coding(_CONTEXT, "program"), CodeableConcept((coded,), basis.text or None))


def _period(price: PriceShape) -> Period | None:
    if price.valid_from is None and price.valid_to is None:
        return None
    return Period(price.valid_from, price.valid_to)

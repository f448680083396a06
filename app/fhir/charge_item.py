"""Prices as ChargeItemDefinition: one for each product, list, kind and period, each naming the one before."""

import datetime as dt
from decimal import Decimal

from msgspec import Struct

from app.fhir.names import Base, as_id, joined_id
from app.fhir.product import edition_tag
from app.fhir.types import CodeableConcept, Coding, Identifier, Meta, Money, Period, Reference
from app.fhir.version import Standing, versioned
from app.shapes import CodeShape
from lists.codes import Code
from lists.money import format_amount
from lists.prices import price_kind

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
    version: str | None = None
    experimental: bool | None = None
    date: str | None = None
    publisher: str | None = None
    replaces: tuple[str, ...] = ()
    instance: tuple[Reference, ...] = ()
    effective_period: Period | None = None


class Priced(Struct, frozen=True):
    """
    A price of a product on a list, as it is told.

    Attributes:
        number_kind: The kind of the product's number.
        name: What the product is called with this price.
        is_medicine: The product is a medicine package.
        kind: The kind of the price, in the source's words where it has any.
        former: First day of the price of its kind before; None where this is the first.
        edition: The last edition that has it.
    """

    list: str
    varenr: str
    number_kind: str
    name: str
    is_medicine: bool
    legal_basis: CodeShape
    kind: Code
    amount: int
    currency: str
    first: dt.date
    last: dt.date | None
    former: dt.date | None
    edition: str
    standing: Standing


def price_id(code: str, varenr: str, kind: str, first: dt.date) -> str:
    """The id of a price: list, product, kind and first day."""
    return joined_id(code, varenr, kind, first.strftime("%Y%m%d"))


def charge_item_definition(base: Base, priced: Priced) -> ChargeItemDefinition:
    """One price for one period."""
    numbers, name = base.numbers(priced.number_kind), priced.name
    words = priced.kind.text or price_kind(priced.kind).replace("_", " ")
    kind = CodeableConcept((Coding(base.system(priced.kind.system), priced.kind.value, words),), words)
    # Its decimals are the amount's own: two at the least.
    amount = Money(Decimal(format_amount(priced.amount)), priced.currency)
    resource = ChargeItemDefinition(
        id=_id_of(priced, priced.first),
        url=_url_of(base, priced, priced.first),
        identifier=(Identifier(numbers, priced.varenr),),
        title=f"{name}: {words}",
        status="active",
        replaces=(_url_of(base, priced, priced.former),) if priced.former is not None else (),
        code=CodeableConcept((Coding(numbers, priced.varenr, name),), name),
        instance=_instance(priced),
        use_context=(_legal_basis(base, priced.legal_basis),),
        effective_period=Period(priced.first, priced.last),
        property_group=(PropertyGroup((PriceComponent("base", kind, amount),)),),
    )
    return versioned(resource, priced.standing, (edition_tag(base, priced.edition),))


def _id_of(priced: Priced, first: dt.date) -> str:
    return price_id(priced.list, priced.varenr, priced.kind.value, first)


def _url_of(base: Base, priced: Priced, first: dt.date) -> str:
    return base.of(ChargeItemDefinition.__name__, _id_of(priced, first))


def _instance(priced: Priced) -> tuple[Reference, ...]:
    """R4 lets a price point at a Medication, and at no DeviceDefinition: goods go by their number alone."""
    if not priced.is_medicine:
        return ()
    return (Reference(f"Medication/{as_id(priced.varenr)}", display=priced.name),)


def _legal_basis(base: Base, basis: CodeShape) -> UsageContext:
    coded = Coding(base.system(basis.system), basis.code, basis.text or None)
    return UsageContext(Coding(_CONTEXT, "program"), CodeableConcept((coded,), basis.text or None))

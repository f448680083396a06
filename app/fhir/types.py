"""FHIR's data types, as far as the lists need them; what is None or empty is left out, as FHIR asks."""

import datetime as dt
from decimal import Decimal

import msgspec
from msgspec import Struct

MEDIA_TYPE = "application/fhir+json"
VERSION = "4.0.1"

# Decimals are written with the digits they have: 12.50 stays 12.50.
encode = msgspec.json.Encoder(decimal_format="number").encode


class Coding(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A code of a code system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The same thing in several code systems, and in words."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


NORWAY = CodeableConcept((Coding("urn:iso:std:iso:3166", "NO", "Norway"),))
"""Where the lists hold."""


class Identifier(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A number of a numbering system."""

    system: str
    value: str


class Period(Struct, frozen=True, rename="camel", omit_defaults=True):
    """From a day to a day, both included."""

    start: dt.date | None = None
    end: dt.date | None = None


class Quantity(Struct, frozen=True, rename="camel", omit_defaults=True):
    """So many of a unit."""

    value: int
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Ratio(Struct, frozen=True, rename="camel", omit_defaults=True):
    """So many for each."""

    numerator: Quantity
    denominator: Quantity


class Money(Struct, frozen=True, rename="camel", omit_defaults=True):
    """An amount of a currency."""

    value: Decimal
    currency: str


class Reference(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Another resource."""

    reference: str | None = None
    type: str | None = None
    display: str | None = None


class ContactPoint(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A phone number as written."""

    system: str
    value: str


class Address(Struct, frozen=True, rename="camel", omit_defaults=True):
    """An address as written."""

    text: str


class Organization(
    Struct, frozen=True, rename="camel", omit_defaults=True, tag_field="resourceType", tag="Organization"
):
    """A supplier as one product names it; held within that product, because no number tells who it is."""

    id: str
    name: str
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()


class Extension(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What FHIR itself has no place for: one value, or parts of its own."""

    url: str
    extension: tuple["Extension", ...] = ()
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_string: str | None = None
    value_code: str | None = None
    value_date: dt.date | None = None
    value_coding: Coding | None = None


class Meta(Struct, frozen=True, rename="camel", omit_defaults=True):
    """
    Which version of a resource this is.

    Attributes:
        last_updated: RFC 3339 in UTC.
        tag: The editions it is told by.
        security: That it is made up, where it is.
    """

    version_id: str | None = None
    last_updated: str | None = None
    security: tuple[Coding, ...] = ()
    tag: tuple[Coding, ...] = ()

"""What a search answers: a Bundle of what was found, page by page, with what was left out of account."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Raw, Struct

from app.fhir.charge_item import ChargeItemDefinition
from app.fhir.definitions import StructureDefinition
from app.fhir.device_definition import DeviceDefinition
from app.fhir.medication import Medication
from app.fhir.naming_system import NamingSystem
from app.fhir.outcome import OperationOutcome
from app.fhir.terminology import CodeSystem, ValueSet

Resource: TypeAlias = (
    CodeSystem
    | ValueSet
    | Medication
    | DeviceDefinition
    | ChargeItemDefinition
    | StructureDefinition
    | NamingSystem
)


class Link(Struct, frozen=True):
    """This page, or the next."""

    relation: str
    url: str


class Search(Struct, frozen=True):
    """Why an entry is there: it was found, or it tells of the search."""

    mode: str


class Entry(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A resource with its address."""

    resource: Resource | OperationOutcome | Raw
    search: Search
    full_url: str | None = None


class Bundle(Struct, frozen=True, omit_defaults=True, tag_field="resourceType", tag="Bundle"):
    """A page of what was found; `total` counts all pages."""

    type: str
    total: int
    link: tuple[Link, ...]
    entry: tuple[Entry, ...] = ()


def bundle(
    total: int,
    found: Sequence[tuple[str, Resource | Raw]],
    links: tuple[Link, ...],
    outcome: OperationOutcome | None = None,
) -> Bundle:
    """
    A page.

    Args:
        found: Resources with their addresses, or what is shown of them.
        outcome: What is said of the search besides.
    """
    entries = [Entry(resource, Search("match"), address) for address, resource in found]
    if outcome is not None:
        entries.append(Entry(outcome, Search("outcome")))
    return Bundle("searchset", total, links, tuple(entries))

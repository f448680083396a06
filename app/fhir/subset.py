"""A resource with only some of its elements, marked as such: what `_summary` and `_elements` ask for."""

import msgspec
from msgspec import Raw

from app.fhir.bundle import Resource
from app.fhir.shown import Shown
from app.fhir.types import Coding, Meta, encode

SUBSETTED = Coding("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED", "subsetted")

_ALWAYS = ("resourceType", "id", "meta")
_CONFORMANCE = (
    "url",
    "identifier",
    "version",
    "name",
    "title",
    "status",
    "experimental",
    "date",
    "publisher",
)

SUMMARY = {
    "CodeSystem": (
        *_CONFORMANCE,
        *("jurisdiction", "caseSensitive", "valueSet", "hierarchyMeaning", "content", "count", "property"),
    ),
    "ValueSet": (*_CONFORMANCE, "jurisdiction"),
    "Medication": ("identifier", "code", "status", "amount"),
    # FHIR's own summary of it has nothing that tells one product from another.
    "DeviceDefinition": ("identifier", "deviceName", "type"),
    "ChargeItemDefinition": (*_CONFORMANCE, "replaces", "useContext", "effectivePeriod", "code"),
    "StructureDefinition": (
        *_CONFORMANCE,
        *("fhirVersion", "kind", "abstract", "context", "type", "baseDefinition", "derivation"),
    ),
    "NamingSystem": ("name", "status", "kind", "date", "publisher", "jurisdiction", "uniqueId"),
}
"""The elements of a summary, by kind of resource."""

NEEDED = {
    "CodeSystem": ("status", "content"),
    "ValueSet": ("status",),
    "Medication": (),
    "DeviceDefinition": (),
    "ChargeItemDefinition": ("url", "status"),
    "StructureDefinition": ("url", "name", "status", "kind", "abstract", "type"),
    "NamingSystem": ("name", "status", "kind", "date", "uniqueId"),
}
"""The elements without which it would be no resource of its kind."""


def shown_of(resource: Resource, shown: Shown) -> Resource | Raw:
    """
    What is shown of a resource; where that is not all, its `meta.tag` says so.

    Args:
        resource: With its `meta`.
    """
    if shown.is_whole:
        return resource
    kind = type(resource).__name__
    kept = {*_ALWAYS, *NEEDED[kind], *shown.elements, *(SUMMARY[kind] if shown.summary == "true" else ())}
    parts = msgspec.json.decode(encode(resource), type=dict[str, Raw])
    found = {name: part for name, part in parts.items() if name in kept}
    meta = resource.meta or Meta()
    found["meta"] = Raw(encode(msgspec.structs.replace(meta, tag=(*meta.tag, SUBSETTED))))
    return Raw(encode(found))

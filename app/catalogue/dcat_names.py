"""What the short names of the DCAT file stand for, and the vocabularies its values are taken from."""

from typing import TypeAlias

Context: TypeAlias = dict[str, str | dict[str, str]]

EU = "http://publications.europa.eu/resource/authority"
LANGUAGE_NAMES = {
    "nb": f"{EU}/language/NOB",
    "nn": f"{EU}/language/NNO",
    "en": f"{EU}/language/ENG",
}
THEMES = f"{EU}/data-theme"
HEALTH = f"{THEMES}/HEAL"
PUBLIC = f"{EU}/access-right/PUBLIC"
NORWAY = f"{EU}/country/NOR"
QUARTERLY = f"{EU}/frequency/QUARTERLY"
TEST_DATA = f"{EU}/dataset-type/TEST_DATA"
COMPLETED = f"{EU}/distribution-status/COMPLETED"
STABLE, EXPERIMENTAL = (f"{EU}/planned-availability/{how}" for how in ("STABLE", "EXPERIMENTAL"))
FILE_TYPES = f"{EU}/file-type"
MEDIA_TYPES = "https://www.w3.org/ns/iana/media-types"
"""
IANA's media types as DCAT-AP-NO 3 has them told: at the addresses that answer with RDF.

What IANA does not list has none: `application/x-ndjson` is told by its format, JSON, and by what it conforms
to, as DCAT has it of media types that are not registered.
"""
REGISTER = "https://data.brreg.no/enhetsregisteret/api/enheter"
"""Where the Norwegian register has an organisation, by its number: the form that DCAT-AP-NO shows."""
KINDS = "http://purl.org/adms/publishertype"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"

_PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "odrs": "http://schema.theodi.org/odrs#",
    "org": "http://www.w3.org/ns/org#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TEXTS = {
    "title": "dct:title",
    "description": "dct:description",
    "name": "foaf:name",
    "contactName": "vcard:fn",
    "keyword": "dcat:keyword",
    "notice": "odrs:copyrightNotice",
}
_RESOURCES = {
    **{
        name: f"dct:{name}"
        for name in (
            *("publisher", "creator", "language", "spatial", "accessRights", "format", "temporal"),
            *("rights", "conformsTo", "accrualPeriodicity"),
        )
    },
    **{
        name: f"dcat:{name}"
        for name in (
            *("dataset", "service", "contactPoint", "theme", "themeTaxonomy", "distribution", "landingPage"),
            *("accessURL", "downloadURL", "mediaType", "compressFormat", "packageFormat", "accessService"),
            *("endpointURL", "endpointDescription", "servesDataset"),
        )
    },
    "kind": "dct:type",
    "applicableLegislation": "dcatap:applicableLegislation",
    "availability": "dcatap:availability",
    "status": "adms:status",
    "homepage": "foaf:homepage",
    "hasEmail": "vcard:hasEmail",
    "hasURL": "vcard:hasURL",
    "guidelines": "odrs:reuserGuidelines",
    "checksum": "spdx:checksum",
    "algorithm": "spdx:algorithm",
}
_TYPED = {
    "modified": ("dct:modified", "xsd:dateTime"),
    "issued": ("dct:issued", "xsd:dateTime"),
    "byteSize": ("dcat:byteSize", "xsd:nonNegativeInteger"),
    "startDate": ("dcat:startDate", "xsd:date"),
    "checksumValue": ("spdx:checksumValue", "xsd:hexBinary"),
}

CONTEXT: Context = {
    **_PREFIXES,
    "id": "@id",
    "type": "@type",
    "identifier": "dct:identifier",
    "version": "dcat:version",
    **{name: {"@id": meant, "@container": "@language"} for name, meant in _TEXTS.items()},
    **{name: {"@id": meant, "@type": "@id"} for name, meant in _RESOURCES.items()},
    **{name: {"@id": meant, "@type": kind} for name, (meant, kind) in _TYPED.items()},
}
"""What the short names stand for."""

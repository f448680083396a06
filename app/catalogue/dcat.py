"""The lists as DCAT-AP-NO 3 in JSON-LD: a catalogue, a data set for each list, its files, the services."""

import datetime as dt
from typing import TypeAlias
from urllib.parse import quote

import msgspec
from msgspec import Struct

from app.catalogue.told import Catalogue, Texts, ToldList
from app.files.contents import MEDIA_TYPES, ReleasedFile
from lists.days import instant_text

_EU = "http://publications.europa.eu/resource/authority"
_IANA = "http://www.iana.org/assignments/media-types"
_LANGUAGES = {"nb": f"{_EU}/language/NOB", "nn": f"{_EU}/language/NNO", "en": f"{_EU}/language/ENG"}
_FORMATS = {
    "ndjson": "JSON",
    "json": "JSON",
    "csv": "CSV",
    "xlsx": "XLSX",
    "m30": "XML",
    "pdf": "PDF",
    "sqlite": "SQLITE",
    "parquet": "PARQUET",
}
_ALIASES: dict[str, str | dict[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    **{name: {"@id": f"dct:{name}", "@container": "@language"} for name in ("title", "description")},
    "name": {"@id": "foaf:name", "@container": "@language"},
    "organizationName": {"@id": "vcard:fn", "@container": "@language"},
    "modified": {"@id": "dct:modified", "@type": "xsd:dateTime"},
    **{
        name: {"@id": f"dct:{name}", "@type": "@id"}
        for name in ("publisher", "language", "spatial", "accessRights", "format", "temporal")
    },
    **{
        name: {"@id": f"dcat:{name}", "@type": "@id"}
        for name in (
            *("dataset", "service", "contactPoint", "theme", "distribution", "landingPage", "accessURL"),
            *("downloadURL", "mediaType", "endpointURL", "endpointDescription", "servesDataset"),
            *("accessService",),
        )
    },
    "homepage": {"@id": "foaf:homepage", "@type": "@id"},
    "hasURL": {"@id": "vcard:hasURL", "@type": "@id"},
    "byteSize": {"@id": "dcat:byteSize", "@type": "xsd:nonNegativeInteger"},
    "version": "dcat:version",
    "startDate": {"@id": "dcat:startDate", "@type": "xsd:date"},
}
"""What the short names stand for."""


class Agent(Struct, frozen=True):
    """Who publishes."""

    id: str
    type: str
    name: Texts


class Contact(Struct, frozen=True, rename="camel"):
    """Where one asks."""

    type: str
    organization_name: Texts
    hasURL: str  # noqa: N815 so vCard writes it


class Period(Struct, frozen=True, rename="camel"):
    """From a day on."""

    type: str
    start_date: dt.date


class Distribution(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One form in which a data set is had."""

    id: str
    type: str
    accessURL: str  # noqa: N815 so DCAT writes it
    format: str
    media_type: str
    title: Texts
    downloadURL: str | None = None  # noqa: N815 so DCAT writes it
    byte_size: str | None = None
    access_service: str | None = None


class Dataset(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A list."""

    id: str
    type: str
    title: Texts
    description: Texts
    publisher: str
    contact_point: Contact
    theme: str
    access_rights: str
    language: str
    modified: str
    version: str
    temporal: Period
    landing_page: str
    distribution: tuple[Distribution, ...]
    spatial: str | None = None


class Service(Struct, frozen=True, rename="camel"):
    """Where programs ask."""

    id: str
    type: str
    title: Texts
    publisher: str
    contact_point: Contact
    endpointURL: str  # noqa: N815 so DCAT writes it
    endpoint_description: str
    serves_dataset: tuple[str, ...]


class CatalogueNode(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The catalogue itself."""

    id: str
    type: str
    title: Texts
    description: Texts
    publisher: Agent
    contact_point: Contact
    homepage: str
    language: tuple[str, ...]
    dataset: tuple[Dataset, ...] = ()
    service: tuple[Service, ...] = ()
    modified: str | None = None


Context: TypeAlias = dict[str, str | dict[str, str]]


class Document(Struct, frozen=True):
    """What is sent: the catalogue with what its names mean."""

    context: Context = msgspec.field(name="@context")
    graph: tuple[CatalogueNode, ...] = msgspec.field(name="@graph")


def document(catalogue: Catalogue) -> Document:
    """The whole catalogue."""
    publisher = Agent(catalogue.address("/#publisher"), "foaf:Agent", catalogue.title())
    contact = Contact("vcard:Organization", catalogue.title(), catalogue.address("/utvikler"))
    datasets = tuple(_dataset(catalogue, told, publisher.id, contact) for told in catalogue.lists)
    node = CatalogueNode(
        id=catalogue.address("/catalogue/dcat.jsonld"),
        type="dcat:Catalog",
        title=catalogue.title(),
        description=catalogue.description(),
        publisher=publisher,
        contact_point=contact,
        homepage=catalogue.address("/"),
        language=tuple(_LANGUAGES.values()),
        dataset=datasets,
        service=_services(catalogue, datasets, publisher.id, contact),
        modified=instant_text(catalogue.published_at) if catalogue.published_at is not None else None,
    )
    return Document(_ALIASES, (node,))


def _dataset(catalogue: Catalogue, told: ToldList, publisher: str, contact: Contact) -> Dataset:
    shape = told.shape
    assert shape.in_force is not None
    here = catalogue.address(f"/liste/{quote(shape.list, safe='')}")
    return Dataset(
        id=f"{here}#dataset",
        type="dcat:Dataset",
        title={catalogue.language: catalogue.list_title(told)},
        description=catalogue.list_description(told),
        publisher=publisher,
        contact_point=contact,
        theme=f"{_EU}/data-theme/HEAL",
        access_rights=f"{_EU}/access-right/PUBLIC",
        language=_LANGUAGES[catalogue.language],
        modified=instant_text(told.published_at),
        version=shape.in_force.edition,
        temporal=Period("dct:PeriodOfTime", shape.in_force.valid_from),
        landing_page=here,
        spatial=f"{_EU}/country/NOR" if catalogue.norwegian else None,
        distribution=(
            _asked(catalogue, shape.list, here),
            *(_file(catalogue, file) for file in told.files),
        ),
    )


def _asked(catalogue: Catalogue, code: str, here: str) -> Distribution:
    """The list page by page, from the API."""
    address = catalogue.address(f"/v1/lists/{quote(code, safe='')}/products")
    return Distribution(
        id=f"{here}#api",
        type="dcat:Distribution",
        accessURL=address,
        format=f"{_EU}/file-type/JSON",
        media_type=f"{_IANA}/application/json",
        title=catalogue.paged(),
        access_service=catalogue.address("/v1#service"),
    )


def _file(catalogue: Catalogue, file: ReleasedFile) -> Distribution:
    address = catalogue.file(file)
    name = file.path.rpartition("/")[2]
    return Distribution(
        id=f"{address}#distribution",
        type="dcat:Distribution",
        accessURL=address,
        downloadURL=address,
        format=f"{_EU}/file-type/{_FORMATS[file.format]}",
        media_type=f"{_IANA}/{MEDIA_TYPES[file.format]}",
        title={"en": name, "nb": name, "nn": name},
        byte_size=str(file.bytes),
    )


def _services(
    catalogue: Catalogue, datasets: tuple[Dataset, ...], publisher: str, contact: Contact
) -> tuple[Service, ...]:
    served = tuple(dataset.id for dataset in datasets)
    return tuple(
        Service(
            id=catalogue.address(f"{path}#service"),
            type="dcat:DataService",
            title={"en": title, "nb": title, "nn": title},
            publisher=publisher,
            contact_point=contact,
            endpointURL=catalogue.address(path),
            endpoint_description=catalogue.address(described),
            serves_dataset=served,
        )
        for path, described, title in (
            ("/v1", "/schema/openapi.json", "Blåliste API"),
            ("/fhir", "/fhir/metadata", "Blåliste FHIR R4"),
        )
    )

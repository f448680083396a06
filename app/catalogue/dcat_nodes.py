"""The nodes of DCAT-AP-NO 3, as far as we tell them; what they are called stands in `dcat_names`."""

import datetime as dt
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from app.catalogue.dcat_names import Context
from app.catalogue.told import Texts


class Agent(Struct, frozen=True, omit_defaults=True):
    """Who publishes, or gives out."""

    id: str
    type: tuple[str, ...]
    name: Texts
    identifier: str | None = None
    kind: str | None = None
    homepage: str | None = None


class Contact(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Where one asks."""

    id: str
    type: str
    contact_name: Texts
    has_email: str | None = None
    hasURL: str | None = None  # noqa: N815 so vCard writes it


class Legislation(Struct, frozen=True):
    """A regulation by which lists are kept."""

    id: str
    type: str
    title: Texts
    identifier: str


class Rights(Struct, frozen=True):
    """What may be done with it, in words: no licence is given."""

    id: str
    type: tuple[str, ...]
    notice: Texts
    guidelines: str


class Period(Struct, frozen=True, rename="camel"):
    """From a day on."""

    type: str
    start_date: dt.date


class Checksum(Struct, frozen=True, rename="camel"):
    """By which a file is known to be whole."""

    type: str
    algorithm: str
    checksum_value: str


class Distribution(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One form in which a whole data set is had."""

    id: str
    type: str
    title: Texts
    description: Texts
    accessURL: str  # noqa: N815 so DCAT writes it
    format: str
    rights: str
    status: str
    availability: str
    media_type: str | None = None
    downloadURL: tuple[str, ...] = ()  # noqa: N815 so DCAT writes it
    byte_size: str | None = None
    checksum: Checksum | None = None
    compress_format: str | None = None
    package_format: str | None = None
    conforms_to: str | None = None
    access_service: str | None = None
    issued: str | None = None


class Described(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What is said of everything that somebody answers for."""

    id: str
    type: str
    identifier: str
    title: Texts
    description: Texts
    publisher: str
    contact_point: str


class Offered(Described, frozen=True):
    """What is said of everything that a portal shows."""

    theme: str
    keyword: Mapping[str, tuple[str, ...]]
    access_rights: str


class Dataset(Offered, frozen=True):
    """A list."""

    language: str
    issued: str
    modified: str
    version: str
    temporal: Period
    landing_page: str
    distribution: tuple[Distribution, ...]
    creator: str | None = None
    applicable_legislation: str | None = None
    accrual_periodicity: str | None = None
    spatial: str | None = None
    kind: str | None = None


class Service(Offered, frozen=True):
    """Where programs ask."""

    rights: str
    format: str
    conforms_to: str
    availability: str
    status: str
    endpointURL: str  # noqa: N815 so DCAT writes it
    endpoint_description: str
    landing_page: str
    serves_dataset: tuple[str, ...] = ()
    applicable_legislation: str | None = None


class CatalogueNode(Described, frozen=True):
    """The catalogue itself."""

    homepage: str
    language: tuple[str, ...]
    theme_taxonomy: str
    rights: str
    dataset: tuple[Dataset, ...] = ()
    service: tuple[Service, ...] = ()
    issued: str | None = None
    modified: str | None = None
    spatial: str | None = None
    applicable_legislation: str | None = None


class Document(Struct, frozen=True):
    """What is sent: the catalogue and whom it names, with what its names mean."""

    context: Context = msgspec.field(name="@context")
    graph: tuple[CatalogueNode | Agent | Contact | Legislation | Rights, ...] = msgspec.field(name="@graph")

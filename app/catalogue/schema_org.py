"""The lists as schema.org tells data to search engines: a DataCatalog, and a Dataset for each list."""

import datetime as dt
from urllib.parse import quote

import msgspec
from msgspec import Struct

from app.catalogue.told import Catalogue, ToldList
from app.files.contents import MEDIA_TYPES, ReleasedFile
from app.operator import Operator
from lists.days import instant_text

_CONTEXT = "https://schema.org"


class Named(Struct, frozen=True):
    """Somewhere, by name."""

    type: str = msgspec.field(name="@type")
    name: str


class Organisation(Struct, frozen=True, omit_defaults=True):
    """Who publishes, or gives out."""

    type: str = msgspec.field(name="@type")
    name: str
    url: str | None = None
    email: str | None = None
    identifier: str | None = None


class Source(Struct, frozen=True):
    """What a list was made from: the list of whoever gives it out."""

    type: str = msgspec.field(name="@type")
    name: str
    publisher: Organisation


class Download(Struct, frozen=True, rename="camel"):
    """A file."""

    type: str = msgspec.field(name="@type")
    encoding_format: str
    content_url: str
    content_size: str
    sha256: str


class Dataset(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A list; the context only where it stands alone."""

    type: str = msgspec.field(name="@type")
    id: str = msgspec.field(name="@id")
    name: str
    description: str
    url: str
    in_language: str
    is_accessible_for_free: bool
    version: str
    date_published: str
    temporal_coverage: str
    usage_info: str
    creator: Organisation | None = None
    publisher: Organisation | None = None
    is_based_on: Source | None = None
    distribution: tuple[Download, ...] = ()
    spatial_coverage: Named | None = None
    context: str | None = msgspec.field(name="@context", default=None)


class DataCatalog(Struct, frozen=True, rename="camel", omit_defaults=True):
    """All lists."""

    context: str = msgspec.field(name="@context")
    type: str = msgspec.field(name="@type")
    id: str = msgspec.field(name="@id")
    name: str
    description: str
    url: str
    is_accessible_for_free: bool
    dataset: tuple[Dataset, ...]
    publisher: Organisation | None = None


def data_catalog(catalogue: Catalogue, lang: str) -> DataCatalog:
    """
    All lists.

    Args:
        lang: The language of the sentences.
    """
    return DataCatalog(
        context=_CONTEXT,
        type="DataCatalog",
        id=catalogue.address("/#catalogue"),
        name=catalogue.title()[lang],
        description=catalogue.description()[lang],
        url=catalogue.address("/"),
        is_accessible_for_free=True,
        dataset=tuple(_dataset(catalogue, told, lang) for told in catalogue.lists),
        publisher=_organisation(catalogue.operator),
    )


def dataset(catalogue: Catalogue, told: ToldList, lang: str) -> Dataset:
    """One list by itself."""
    return msgspec.structs.replace(_dataset(catalogue, told, lang), context=_CONTEXT)


def _dataset(catalogue: Catalogue, told: ToldList, lang: str) -> Dataset:
    shape = told.shape
    assert shape.in_force is not None
    here = f"/liste/{quote(shape.list, safe='')}"
    issuer, publisher = catalogue.issuer(told), _organisation(catalogue.publisher)
    given_out = Organisation("Organization", issuer.name, issuer.page) if issuer is not None else None
    title = catalogue.list_title(told)
    return Dataset(
        type="Dataset",
        id=catalogue.name(f"{here}#dataset"),
        name=title,
        description=catalogue.list_description(told)[lang],
        url=catalogue.address(here),
        in_language=catalogue.language,
        is_accessible_for_free=True,
        version=shape.in_force.edition,
        date_published=instant_text(told.published_at),
        temporal_coverage=_open(shape.in_force.valid_from),
        usage_info=catalogue.address("/utvikler"),
        creator=given_out or publisher,
        publisher=publisher,
        is_based_on=Source("Dataset", title, given_out) if given_out is not None else None,
        distribution=tuple(_download(catalogue, file) for file in told.files),
        spatial_coverage=Named("Country", "Norway") if catalogue.norwegian else None,
    )


def _download(catalogue: Catalogue, file: ReleasedFile) -> Download:
    return Download(
        type="DataDownload",
        encoding_format=MEDIA_TYPES[file.format],
        content_url=catalogue.address(catalogue.file_path(file)),
        content_size=f"{file.bytes} B",
        sha256=file.sha256,
    )


def _organisation(known: Operator) -> Organisation | None:
    """Whoever said who they are; nobody is made up for those who did not."""
    if known.name is None:
        return None
    return Organisation("Organization", known.name, known.page, known.email, known.orgnr)


def _open(first: dt.date) -> str:
    """A period without an end, as ISO 8601 writes it."""
    return f"{first.isoformat()}/.."

"""The lists as schema.org tells data to search engines: a DataCatalog, and a Dataset for each list."""

import datetime as dt
from urllib.parse import quote

import msgspec
from msgspec import Struct

from app.catalogue.told import Catalogue, ToldList
from app.files.contents import MEDIA_TYPES, ReleasedFile
from lists.days import instant_text

_CONTEXT = "https://schema.org"


class Named(Struct, frozen=True):
    """Somebody, or somewhere, by name."""

    type: str = msgspec.field(name="@type")
    name: str


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
    creator: Named
    distribution: tuple[Download, ...] = ()
    spatial_coverage: Named | None = None
    context: str | None = msgspec.field(name="@context", default=None)


class DataCatalog(Struct, frozen=True, rename="camel"):
    """All lists."""

    context: str = msgspec.field(name="@context")
    type: str = msgspec.field(name="@type")
    id: str = msgspec.field(name="@id")
    name: str
    description: str
    url: str
    is_accessible_for_free: bool
    dataset: tuple[Dataset, ...]


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
    )


def dataset(catalogue: Catalogue, told: ToldList, lang: str) -> Dataset:
    """One list by itself."""
    return msgspec.structs.replace(_dataset(catalogue, told, lang), context=_CONTEXT)


def _dataset(catalogue: Catalogue, told: ToldList, lang: str) -> Dataset:
    shape = told.shape
    assert shape.in_force is not None
    here = catalogue.address(f"/liste/{quote(shape.list, safe='')}")
    return Dataset(
        type="Dataset",
        id=f"{here}#dataset",
        name=catalogue.list_title(told),
        description=catalogue.list_description(told)[lang],
        url=here,
        in_language=catalogue.language,
        is_accessible_for_free=True,
        version=shape.in_force.edition,
        date_published=instant_text(told.published_at),
        temporal_coverage=_open(shape.in_force.valid_from),
        creator=Named("Organization", catalogue.title()[lang]),
        distribution=tuple(_download(catalogue, file) for file in told.files),
        spatial_coverage=Named("Country", "Norway") if catalogue.norwegian else None,
    )


def _download(catalogue: Catalogue, file: ReleasedFile) -> Download:
    return Download(
        type="DataDownload",
        encoding_format=MEDIA_TYPES[file.format],
        content_url=catalogue.file(file),
        content_size=f"{file.bytes} B",
        sha256=file.sha256,
    )


def _open(first: dt.date) -> str:
    """A period without an end, as ISO 8601 writes it."""
    return f"{first.isoformat()}/.."

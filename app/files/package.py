"""Describes the CSV tables to programs: datapackage.json, as Frictionless Data has it."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from app.files.tables import CONDITIONS, ENTRIES, GROUPS, LISTS, PRODUCTS, FlatTable
from app.manifest import as_document
from app.shapes import ListShape

DATAPACKAGE = "datapackage.json"


class Constraints(msgspec.Struct, frozen=True):
    """What every value of a field holds to."""

    required: bool


class FieldSchema(msgspec.Struct, frozen=True):
    """A column."""

    name: str
    type: str
    description: str
    constraints: Constraints


class Reference(msgspec.Struct, frozen=True):
    """The columns of another table that tell its rows apart."""

    resource: str
    fields: tuple[str, ...]


class ForeignKey(msgspec.Struct, frozen=True):
    """Columns whose values, in every row, are those of a row of another table."""

    fields: tuple[str, ...]
    reference: Reference


class TableSchema(msgspec.Struct, frozen=True, rename="camel"):
    """The columns of a table; an empty cell of any type is a value that is not there."""

    fields: tuple[FieldSchema, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    missing_values: tuple[str, ...] = ("",)


class Dialect(msgspec.Struct, frozen=True, rename="camel"):
    """How the CSV is written: RFC 4180."""

    delimiter: str = ","
    line_terminator: str = "\r\n"
    quote_char: str = '"'
    double_quote: bool = True
    header: bool = True


class Resource(msgspec.Struct, frozen=True):
    """A CSV file."""

    name: str
    path: str
    description: str
    bytes: int
    hash: str
    schema: TableSchema
    profile: str = "tabular-data-resource"
    format: str = "csv"
    mediatype: str = "text/csv"
    encoding: str = "utf-8"
    dialect: Dialect = Dialect()


class Source(msgspec.Struct, frozen=True):
    """What the tables were made from."""

    title: str


class Licence(msgspec.Struct, frozen=True):
    """On what terms the tables may be used."""

    name: str
    title: str


NO_LICENCE = Licence("notspecified", "No licence is given here: ask whoever gives the lists out.")
"""As the Open Definition's register calls it where there is none."""


class DataPackage(msgspec.Struct, frozen=True):
    """All CSV files of a directory."""

    name: str
    title: str
    version: str
    created: dt.datetime
    resources: tuple[Resource, ...]
    profile: str = "tabular-data-package"
    sources: tuple[Source, ...] = ()
    licenses: tuple[Licence, ...] = (NO_LICENCE,)


class Written(msgspec.Struct, frozen=True):
    """A CSV file that was written."""

    table: FlatTable
    path: str
    bytes: int
    sha256: str


def resources(written: Sequence[Written]) -> tuple[Resource, ...]:
    """The files as the package names them."""
    return tuple(
        Resource(
            name=_resource_name(file.table.name),
            path=file.path,
            description=file.table.meaning,
            bytes=file.bytes,
            hash=f"sha256:{file.sha256}",
            schema=_schema(file.table),
        )
        for file in written
    )


def title_of(lists: Sequence[ListShape]) -> str:
    """What the tables are called, however many lists they hold."""
    if len(lists) == 1:
        return f"{lists[0].list} {lists[0].title}"
    return f"{len(lists)} product and price lists"


def sources_of(lists: Sequence[ListShape]) -> tuple[Source, ...]:
    """The editions that the tables show, by their public names."""
    return tuple(
        Source(f"{shape.list} {shape.title}, edition {shape.in_force.edition}")
        for shape in lists
        if shape.in_force is not None
    )


def encoded(package: DataPackage) -> bytes:
    """The document, indented for people."""
    return as_document(package)


def _schema(table: FlatTable) -> TableSchema:
    fields = (
        FieldSchema(field.name, field.type, field.meaning, Constraints(field.required))
        for field in table.fields
    )
    return TableSchema(tuple(fields), table.key, _foreign_keys(table))


def _foreign_keys(table: FlatTable) -> tuple[ForeignKey, ...]:
    """Every column or two that a table shares with the key of another, unless that other leads on to it."""
    own = {field.name for field in table.fields if field.required}
    found: list[FlatTable] = []
    for other in _LED_TO:
        leads_on = any(set(other.key) <= set(near.key) for near in found)
        if other is not table and set(other.key) <= own and not leads_on:
            found.append(other)
    return tuple(ForeignKey(other.key, Reference(_resource_name(other.name), other.key)) for other in found)


def _resource_name(table: str) -> str:
    return table.replace("_", "-")


_LED_TO = (ENTRIES, CONDITIONS, GROUPS, PRODUCTS, LISTS)
"""Tables that others lead to, the narrowest first."""

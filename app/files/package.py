"""Describes the CSV tables to programs: datapackage.json, as Frictionless Data has it."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from app.files.tables import FlatTable
from app.manifest import as_document

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


class TableSchema(msgspec.Struct, frozen=True, rename="camel"):
    """The columns of a table; an empty cell of any type is a value that is not there."""

    fields: tuple[FieldSchema, ...]
    primary_key: tuple[str, ...]
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


class DataPackage(msgspec.Struct, frozen=True):
    """All CSV files of a directory."""

    name: str
    title: str
    version: str
    created: dt.datetime
    resources: tuple[Resource, ...]
    profile: str = "tabular-data-package"


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
            name=file.table.name.replace("_", "-"),
            path=file.path,
            description=file.table.meaning,
            bytes=file.bytes,
            hash=f"sha256:{file.sha256}",
            schema=_schema(file.table),
        )
        for file in written
    )


def encoded(package: DataPackage) -> bytes:
    """The document, indented for people."""
    return as_document(package)


def _schema(table: FlatTable) -> TableSchema:
    fields = (
        FieldSchema(field.name, field.type, field.meaning, Constraints(field.required))
        for field in table.fields
    )
    return TableSchema(tuple(fields), table.key)

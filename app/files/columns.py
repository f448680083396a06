"""The flat tables as Parquet, where its library is installed."""

import importlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from importlib.util import find_spec
from itertools import islice
from typing import Any, BinaryIO

from app.files.rows import FlatRow
from app.files.tables import AMOUNT, DAY, TEXT, TRUTH, WHOLE, FlatTable

ROWS_AT_ONCE = 20_000


def is_there() -> bool:
    """Whether the extra `parquet` is installed."""
    return find_spec("pyarrow") is not None


def write_parquet(table: FlatTable, rows: Iterable[FlatRow], stream: BinaryIO) -> int:
    """Write a table, its columns typed: amounts are decimals, days are dates; returns how many rows."""
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    schema, count = _schema(arrow, table), 0
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        for some in _batches(rows):
            columns = [
                arrow.array(_typed(cells, field.type), type=field.type)
                for cells, field in zip(zip(*some, strict=True), schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))
            count += len(some)
    return count


def _schema(arrow: Any, table: FlatTable) -> Any:
    types = {
        TEXT: arrow.string(),
        WHOLE: arrow.int64(),
        AMOUNT: arrow.decimal128(18, 4),
        DAY: arrow.date32(),
        TRUTH: arrow.bool_(),
    }
    return arrow.schema(
        [
            arrow.field(field.name, types[field.type], not field.required, {"meaning": field.meaning})
            for field in table.fields
        ]
    )


def _typed(cells: Iterable[Any], kind: Any) -> list[Any]:
    """Amounts as the decimals that their text says."""
    decimal = str(kind).startswith("decimal")
    return [Decimal(cell) if decimal and cell is not None else cell for cell in cells]


def _batches(rows: Iterable[FlatRow]) -> Iterator[list[FlatRow]]:
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        yield some

"""Rows of several tables that are read side by side, some products at a time."""

from collections.abc import Iterator

from ingest.table_rows import TableRow


class InStep:
    """Rows of one table by product number, taken in step with those of another."""

    def __init__(self, rows: Iterator[TableRow]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def up_to(self, varenr: str) -> list[TableRow]:
        """The rows up to and with a product, after those taken before."""
        found: list[TableRow] = []
        row, rows = self._next, self._rows
        while row is not None and row[0] <= varenr:
            found.append(row)
            row = next(rows, None)
        self._next = row
        return found

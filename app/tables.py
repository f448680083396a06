"""Reports and changes as CSV that a spreadsheet opens: exact texts, one row for each."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from app.moves import ChangeShape
from app.reports import problem_shape
from lists.problems import Problem

PROBLEM_COLUMNS = (
    *("rule", "blocks", "file", "line", "column", "subject", "found", "expected", "advice", "message"),
)
CHANGE_COLUMNS = ("list", "subject", "key", "event", "kinds", "text", "field", "before", "after")


def problems_csv(problems: Iterable[Problem], lang: str) -> str:
    """Every problem, as its shape has it."""
    shapes = (problem_shape(found, lang) for found in problems)
    return _csv(PROBLEM_COLUMNS, ([getattr(shape, name) for name in PROBLEM_COLUMNS] for shape in shapes))


def changes_csv(changes: Iterable[ChangeShape]) -> str:
    """Every change, a row for each field that differs, one row where a subject comes or goes."""
    rows = []
    for change in changes:
        kinds = " ".join(change.kinds)
        about = [change.list, change.subject, change.key, change.event, kinds, change.text]
        fields = change.changes or (None,)
        rows += [
            [*about, field.field, _told(field.before), _told(field.after)]
            if field is not None
            else [*about, "", "", ""]
            for field in fields
        ]
    return _csv(CHANGE_COLUMNS, rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _safe(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula is shown instead."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell


def _told(value: Any) -> str:
    """A value of a field: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


_FORMULA = ("=", "+", "-", "@", "\t", "\r")

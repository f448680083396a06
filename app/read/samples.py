"""A product to show something by, found without reading a whole list."""

from app.read.view import View


def first_product(view: View, code: str) -> str | None:
    """The lowest number on a list on the day; None where it has no products."""
    mark = view.marks.get(code)
    if mark is None:
        return None
    row = view.snapshot.db.execute(_FIRST, (mark.list, mark.ordinal, mark.ordinal)).fetchone()
    return str(row[0]) if row[0] is not None else None


_FIRST = (
    "SELECT min(varenr) FROM entry"
    " WHERE list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
)

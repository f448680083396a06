"""Which products a code of a FHIR search means: by number, bar code, FEST's ids, ATC, group or list."""

from collections.abc import Iterable, Iterator

from app.fhir.names import FEST_BRAND, FEST_PACKAGE, GTIN, Base
from app.read.lists import products_in
from app.read.on_list import groups_below
from app.read.view import View
from lists.timeline import EditionMark


def numbered(view: View, base: Base, system: str | None, code: str) -> set[str]:
    """
    The products that a number means.

    Args:
        system: Of the number; None where any will do.
    """
    found = set[str]()
    for mark in view.marks.values():
        kind = view.snapshot.index(mark).terms.number_kind
        if system in (None, base.numbers(kind)):
            found.add(code)
        found.update(_by_column(view, mark, system, code))
    return found


def classified(view: View, base: Base, system: str | None, code: str) -> set[str]:
    """The medicines with an ATC code."""
    rows = (
        (varenr, atc_system)
        for mark in view.marks.values()
        for varenr, atc_system in view.snapshot.db.execute(_ATC, (*_range(mark), code))
    )
    return {varenr for varenr, atc_system in rows if system in (None, base.system(atc_system))}


def grouped(view: View, base: Base, system: str | None, code: str, *, below: bool) -> set[str]:
    """
    The products of a group.

    Args:
        below: Those of the groups below it too.
    """
    found = set[str]()
    for mark in view.marks.values():
        index = view.snapshot.index(mark)
        group = index.groups.get(code)
        if group is None or system not in (None, base.system(group.code.system)):
            continue
        inside = groups_below(index, code) if below else {code}
        found.update(row.varenr for row in view.snapshot.ordered(mark) if row.group in inside)
    return found


def on_lists(view: View, codes: Iterable[str]) -> set[str]:
    """The products of these lists."""
    return {varenr for code in codes for varenr in products_in(view, code, group=None, supplier=None)}


def _by_column(view: View, mark: EditionMark, system: str | None, code: str) -> Iterator[str]:
    for of, select in _SELECTS.items():
        if system in (None, of):
            yield from (row[0] for row in view.snapshot.db.execute(select, (*_range(mark), code)))


def _range(mark: EditionMark) -> tuple[str, int, int]:
    return (mark.list, mark.ordinal, mark.ordinal)


_HOLDS = "list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
_SELECTS = {
    GTIN: f"SELECT varenr FROM gtin WHERE {_HOLDS} AND gtin = ?",  # noqa: S608 our own text
    FEST_PACKAGE: f"SELECT varenr FROM medicine WHERE {_HOLDS} AND package = ?",  # noqa: S608
    FEST_BRAND: f"SELECT varenr FROM medicine WHERE {_HOLDS} AND brand = ?",  # noqa: S608
}
_ATC = f"SELECT varenr, atc_system FROM medicine WHERE {_HOLDS} AND atc = ?"  # noqa: S608 our own text

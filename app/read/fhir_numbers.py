"""Which products a code of a FHIR search means: by number, bar code, FEST's ids, ATC, group or list."""

from collections.abc import Iterable, Iterator

from app.fhir.names import FEST_BRAND, FEST_PACKAGE, GTIN, KNOWN, URI, Base
from app.read.lists import products_in
from app.read.on_list import groups_below
from app.read.view import View
from lists.codes import NUMBER_KINDS
from lists.timeline import EditionMark


def numbered(view: View, base: Base, system: str | None, code: str | None) -> set[str]:
    """
    The products that a number means.

    Args:
        system: Of the number; None where any will do.
        code: The number; None where any of the system will do.
    """
    found = set[str]()
    for mark in view.marks.values():
        kind = view.snapshot.index(mark).terms.number_kind
        if system in (None, base.numbers(kind)):
            found.update((code,) if code is not None else (row.varenr for row in view.snapshot.ordered(mark)))
        found.update(_by_column(view, mark, system, code))
    return found


def number_kinds(view: View) -> set[str]:
    """The kinds of product number that the lists were ever kept under."""
    return {kind for (kind,) in view.snapshot.db.execute("SELECT DISTINCT number_kind FROM edition")}


def classified(view: View, base: Base, system: str | None, code: str | None) -> set[str]:
    """The medicines with an ATC code; with any of the system where no code is named."""
    rows = (
        (varenr, atc_system)
        for mark in view.marks.values()
        for varenr, atc_system in view.snapshot.db.execute(_ATC, (*_range(mark), code))
    )
    return {varenr for varenr, of in rows if system is None or system in base.called(of)}


def grouped(view: View, base: Base, system: str | None, code: str | None, *, below: bool) -> set[str]:
    """
    The products of a group.

    Args:
        code: Of the group; None where any of the system will do.
        below: Those of the groups below it too.
    """
    found = set[str]()
    for mark in view.marks.values():
        index = view.snapshot.index(mark)
        inside = set[str]()
        for group in index.groups.values() if code is None else filter(None, (index.groups.get(code),)):
            if system is None or system in base.called(group.code.system):
                inside |= groups_below(index, group.code.value) if below else {group.code.value}
        if inside:
            found.update(row.varenr for row in view.snapshot.ordered(mark) if row.group in inside)
    return found


def known_systems(view: View, base: Base) -> set[str]:
    """All that the code systems and numbering systems known here may be called."""
    indexes = [view.snapshot.index(mark) for mark in view.marks.values()]
    used = {group.code.system for index in indexes for group in index.groups.values()}
    used |= {system for (system,) in view.snapshot.db.execute("SELECT DISTINCT kind_system FROM price")}
    numbers = {base.numbers(kind) for kind in (*NUMBER_KINDS, *number_kinds(view))}
    called = {name for system in (*KNOWN, *used) for name in base.called(system)}
    return called | numbers | {GTIN, FEST_PACKAGE, FEST_BRAND, URI}


def on_lists(view: View, codes: Iterable[str]) -> set[str]:
    """The products of these lists."""
    return {varenr for code in codes for varenr in products_in(view, code, group=None, supplier=None)}


def _by_column(view: View, mark: EditionMark, system: str | None, code: str | None) -> Iterator[str]:
    for of, select in _SELECTS.items():
        if system in (None, of):
            yield from (row[0] for row in view.snapshot.db.execute(select, (*_range(mark), code)))


def _range(mark: EditionMark) -> tuple[str, int, int]:
    return (mark.list, mark.ordinal, mark.ordinal)


_HOLDS = "list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
# Where no code is named, any will do, but not none.
_SELECTS = {
    GTIN: f"SELECT varenr FROM gtin WHERE {_HOLDS} AND gtin = coalesce(?, gtin)",  # noqa: S608 our own text
    FEST_PACKAGE: f"SELECT varenr FROM medicine WHERE {_HOLDS} AND package = coalesce(?, package)",  # noqa: S608
    FEST_BRAND: f"SELECT varenr FROM medicine WHERE {_HOLDS} AND brand = coalesce(?, brand)",  # noqa: S608
}
_ATC = f"SELECT varenr, atc_system FROM medicine WHERE {_HOLDS} AND atc = coalesce(?, atc)"  # noqa: S608

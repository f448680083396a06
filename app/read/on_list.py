"""The products of one list as they stand on it: in a group, narrowed and ordered as a table is asked to."""

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial

import msgspec

from app.read.price_sets import prices_on
from app.read.products import Listed, product_shape
from app.read.terms import TermsIndex
from app.read.view import View
from app.shapes import ProductShape
from app.snapshot import Placed
from ingest import store
from lists.prices import PER_UNIT
from lists.records import Entry
from lists.timeline import EditionMark

NAME, VARENR, SIZE, SUPPLIER, PACK_PRICE, UNIT_PRICE = "name", "varenr", "size", "supplier", "pack", "unit"
ORDERS = (NAME, VARENR, SIZE, SUPPLIER, PACK_PRICE, UNIT_PRICE)

# What a product is ordered by; None stands last, whichever way the order runs.
_Key = Callable[[str], object | None]


class Asked(msgspec.Struct, frozen=True):
    """
    Which products a table shows, and how.

    Attributes:
        group: Of this group and those below it; of the whole list where None.
        text: Each of its words stands somewhere in name, number, supplier or size.
        supplier: By this name, exactly; any where "".
        order: One of ORDERS; products alike in it stand by name, then number.
    """

    group: str | None = None
    text: str = ""
    supplier: str = ""
    order: str = NAME
    falling: bool = False


def numbers_shown(view: View, code: str, asked: Asked) -> list[str]:
    """The numbers of the products that a table of a list shows, in its order."""
    mark = view.marks.get(code)
    if mark is None:
        return []
    rows = _placed(view, mark, asked.group)
    if asked.supplier:
        rows = [row for row in rows if row.supplier == asked.supplier]
    if asked.text:
        telling = _telling(view, mark)
        words = asked.text.casefold().split()
        rows = [row for row in rows if all(word in telling[row.varenr] for word in words)]
    return _ordered(view, mark, rows, asked)


def suppliers_in(view: View, code: str, group: str | None) -> list[str]:
    """The suppliers that a list or group has products of, by name."""
    mark = view.marks.get(code)
    rows = _placed(view, mark, group) if mark is not None else []
    return sorted({row.supplier for row in rows if row.supplier}, key=str.casefold)


def products_on(
    view: View, code: str, varenrs: Iterable[str] | None, *, group: str | None = None
) -> list[ProductShape]:
    """
    Products as one list tells of them: its own entry alone, and how they stand on it.

    Args:
        varenrs: Which, in the order they are wanted; all of the list, by number, where None.
        group: Only as they stand in this group and those below it.
    """
    mark = view.marks.get(code)
    if mark is None:
        return []
    index, db = view.snapshot.index(mark), view.snapshot.db
    wanted = list(varenrs) if varenrs is not None else None
    entries = store.read_entries(db, mark) if wanted is None else store.read_some(db, mark, wanted)
    within = groups_below(index, group)
    later = [(one, store.numbers(db, one)) for one in view.coming[code]]
    shapes: dict[str, ProductShape] = {}
    for entry in entries:
        gone = next((one.valid_from for one, numbers in later if entry.varenr not in numbers), None)
        shapes[entry.varenr] = product_shape([Listed(index, _within(entry, within), gone)], view.valid_on)
    return [shapes[varenr] for varenr in wanted] if wanted is not None else list(shapes.values())


def groups_below(index: TermsIndex, group: str | None) -> frozenset[str]:
    """A group and all below it; all groups where None."""
    if group is None:
        return frozenset(index.groups)
    below = (groups_below(index, child) for child in index.children.get(group, ()))
    return frozenset({group}).union(*below)


def _within(entry: Entry, groups: frozenset[str]) -> Entry:
    """An entry as it stands in these groups only."""
    placements = tuple(placement for placement in entry.placements if placement.group in groups)
    return msgspec.structs.replace(entry, placements=placements)


def _placed(view: View, mark: EditionMark, group: str | None) -> list[Placed]:
    """One row for each product, by name and number."""
    within = groups_below(view.snapshot.index(mark), group)
    rows = {row.varenr: row for row in view.snapshot.ordered(mark) if row.group in within}
    return sorted(rows.values(), key=lambda row: (row.name, row.varenr))


def _ordered(view: View, mark: EditionMark, rows: list[Placed], asked: Asked) -> list[str]:
    numbers = [row.varenr for row in rows]
    if asked.order == NAME:
        return numbers[::-1] if asked.falling else numbers
    key = _key(view, mark, rows, asked.order)
    known = [(told, varenr) for varenr in numbers if (told := key(varenr)) is not None]
    found = {varenr for _, varenr in known}
    known.sort(key=lambda one: one[0], reverse=asked.falling)  # type: ignore[arg-type, return-value]
    return [varenr for _, varenr in known] + [varenr for varenr in numbers if varenr not in found]


def _key(view: View, mark: EditionMark, rows: list[Placed], order: str) -> _Key:
    if order == SUPPLIER:
        suppliers = {row.varenr: row.supplier.casefold() for row in rows if row.supplier}
        return suppliers.get
    if order == SIZE:
        return {varenr: _natural(size) for varenr, size in _sizes(view, mark)}.get
    if order == PACK_PRICE:
        return _pack_prices(view, mark, [row.varenr for row in rows]).get
    if order == UNIT_PRICE:
        return _unit_prices(view, mark, [row.varenr for row in rows]).get
    return str


def _pack_prices(view: View, mark: EditionMark, numbers: list[str]) -> dict[str, Fraction]:
    steps = partial(view.snapshot.price_steps, mark)
    *per_pack, _ = prices_on(steps, numbers, view.valid_on)
    return {varenr: Fraction(amount) for one in reversed(per_pack) for varenr, amount in one.items()}


def _unit_prices(view: View, mark: EditionMark, numbers: list[str]) -> dict[str, Fraction]:
    """What a unit comes to: its own price, else that of the pack divided by the units in it."""
    on = view.valid_on.isoformat()
    packs = _pack_prices(view, mark, numbers)
    units = dict(view.snapshot.db.execute(_UNITS, _range(mark)))
    prices = {varenr: amount / units[varenr] for varenr, amount in packs.items() if units.get(varenr)}
    own = view.snapshot.price_steps(mark, PER_UNIT, None)
    return prices | {varenr: Fraction(amount) for varenr, amount, begins, ends in own if begins <= on < ends}


def _telling(view: View, mark: EditionMark) -> dict[str, str]:
    """What a product is narrowed by, without capitals."""
    rows = view.snapshot.db.execute(_TELLING, _range(mark))
    return {row[0]: " ".join(filter(None, row)).casefold() for row in rows}


def _sizes(view: View, mark: EditionMark) -> list[tuple[str, str]]:
    return list(view.snapshot.db.execute(_SIZES, _range(mark)))


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers within a text stand by what they count: 9 mm before 10 mm."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", text.casefold())
    return tuple((0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts)


def _range(mark: EditionMark) -> tuple[str, int, int]:
    return (mark.list, mark.ordinal, mark.ordinal)


_HOLDS = "list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
_TELLING = f"SELECT varenr, name, supplier, size, supplier_item_number FROM entry WHERE {_HOLDS}"  # noqa: S608
_SIZES = f"SELECT varenr, size FROM entry WHERE size IS NOT NULL AND {_HOLDS}"  # noqa: S608 our own text
_UNITS = f"SELECT varenr, units_per_pack FROM entry WHERE {_HOLDS}"  # noqa: S608 our own text

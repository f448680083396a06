"""Two views of one list held against each other: which groups, conditions and products differ as shown."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from app.read.lists import group_shapes, list_shape
from app.read.products import Listed, product_shape
from app.read.terms import TermsIndex, condition_shape
from app.read.view import View
from app.shapes import ConditionShape, GroupShape, ListShape, ProductShape
from ingest import store
from lists.edges import Between, Edge
from lists.records import Entry
from lists.timeline import EditionMark

LIST, GROUP, CONDITION, PRODUCT = "list", "group", "condition", "product"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class Difference(msgspec.Struct, frozen=True, gc=False):
    """One subject that differs as shown; `event` is added, removed or changed."""

    subject: str
    key: str
    event: str


class End:
    """One list as a view shows it; nothing where no edition is in force."""

    def __init__(self, view: View, code: str) -> None:
        self.view = view
        self.code = code
        self.mark: EditionMark | None = view.marks.get(code)

    @property
    def index(self) -> TermsIndex | None:
        """The groups and conditions of its edition."""
        return self.view.snapshot.index(self.mark) if self.mark is not None else None

    @cached_property
    def groups(self) -> dict[str, GroupShape]:
        """Its groups as shown, by code."""
        return {shape.code: shape for shape in group_shapes(self.view, self.code)}

    @cached_property
    def conditions(self) -> dict[str, ConditionShape]:
        """Its conditions as shown, by id."""
        known = self.index.conditions.values() if self.index is not None else ()
        return {condition.id: condition_shape(condition) for condition in known}

    @cached_property
    def edge(self) -> Edge:
        """The same without shapes, for the rules of `lists`."""
        members: dict[str, set[str]] = {}
        if self.mark is not None:
            for group, varenr in store.placements(self.view.snapshot.db, self.mark):
                members.setdefault(group, set()).add(varenr)
        frozen = {group: frozenset(numbers) for group, numbers in members.items()}
        terms = self.index.terms if self.index is not None else None
        return Edge(terms, self.view.valid_on, frozen)

    def list_shape(self) -> ListShape | None:
        """The list itself as shown."""
        return list_shape(self.view, self.code) if self.mark is not None else None

    def numbers(self) -> set[str]:
        """Its product numbers."""
        return store.numbers(self.view.snapshot.db, self.mark) if self.mark is not None else set()

    def entries(self, numbers: set[str]) -> dict[str, Entry]:
        """Some of its entries, by product number."""
        if self.mark is None or not numbers:
            return {}
        found = store.read_some(self.view.snapshot.db, self.mark, numbers)
        return {entry.varenr: entry for entry in found}

    def listed(self, varenr: str) -> Listed | None:
        """A product's entry on this list."""
        return next((one for one in self.view.listed(varenr) if one.index.mark.list == self.code), None)

    def product(self, listed: Listed) -> ProductShape:
        """A product as this list alone shows it."""
        shape = product_shape([listed], self.view.valid_on)
        return msgspec.structs.replace(shape, release=self.view.release, valid_on=self.view.valid_on)

    def fingerprint(self, entry: Entry) -> object:
        """Tells apart what is shown of an entry."""
        assert self.index is not None
        return product_shape([Listed(self.index, entry, None)], self.view.valid_on).fingerprint


class Compared:
    """One list on two views, and all that differs: the list, then groups, conditions, products, by key."""

    def __init__(self, was: End, now: End) -> None:
        self.was = was
        self.now = now

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What differs, looked for when it is first asked."""
        return tuple(_differences(self.was, self.now))

    @cached_property
    def between(self) -> Between:
        """What the kinds of its changes are told by."""
        return Between(self.was.edge, self.now.edge)


def compared(was: View, now: View, code: str) -> Compared:
    """Hold two views of a list of one snapshot against each other."""
    return Compared(End(was, code), End(now, code))


def shown_of_list(shape: ListShape) -> tuple[object, ...]:
    """What a list's shape says whatever the day and the edition: its content."""
    flags = (shape.requires_decision, shape.requires_listed_product, shape.closed)
    return (shape.title, shape.legal_basis, *flags, shape.products, shape.groups)


def _differences(was: End, now: End) -> Iterator[Difference]:
    if was.mark == now.mark:
        # One edition says the same; only since when its groups are in force may be known otherwise.
        if was.view.release != now.view.release:
            yield from _of_groups(was, now)
        return
    old, new = was.list_shape(), now.list_shape()
    if old is None or new is None:
        yield Difference(LIST, was.code, ADDED if old is None else REMOVED)
    elif shown_of_list(old) != shown_of_list(new):
        yield Difference(LIST, was.code, CHANGED)
    yield from _of_groups(was, now)
    yield from _of_shapes(CONDITION, was.conditions, now.conditions)
    before, after = was.numbers(), now.numbers()
    changed = _changed_products(was, now, before & after)
    for varenr in sorted((before ^ after) | changed):
        event = CHANGED if varenr in changed else ADDED if varenr in after else REMOVED
        yield Difference(PRODUCT, varenr, event)


def _of_groups(was: End, now: End) -> Iterator[Difference]:
    groups = ({code: shape.fingerprint for code, shape in end.groups.items()} for end in (was, now))
    return _of_shapes(GROUP, *groups)


def _of_shapes(subject: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Difference]:
    for key in sorted(old.keys() | new.keys()):
        if key not in old or key not in new:
            yield Difference(subject, key, ADDED if key in new else REMOVED)
        elif old[key] != new[key]:
            yield Difference(subject, key, CHANGED)


def _changed_products(was: End, now: End, both: set[str]) -> set[str]:
    """Products of both that are shown otherwise: by rows of their own, or by what their group says."""
    sure, unsure = _by_rows(was, now)
    by_group, unsure_too = _by_terms(was, now)
    sure = (sure | by_group) & both
    open_cases = (unsure | unsure_too) & both - sure
    old, new = was.entries(open_cases), now.entries(open_cases)
    return sure | {key for key in open_cases if was.fingerprint(old[key]) != now.fingerprint(new[key])}


def _by_rows(was: End, now: End) -> tuple[set[str], set[str]]:
    """Products whose rows differ: where what is shown surely does, and where it may."""
    if was.mark is None or now.mark is None:
        return set(), set()
    ends = {"list": was.code, "one": was.mark.ordinal, "other": now.mark.ordinal}
    turned = {**ends, "one": ends["other"], "other": ends["one"]}
    execute = now.view.snapshot.db.execute
    sure: set[str] = set()
    unsure: set[str] = set()
    for select in _SELECT_SHOWN:
        differing = set(execute(select, ends)) ^ set(execute(select, turned))
        # A row that tells nothing of what is shown, as a medicine's without ATC, is as good as none.
        sure.update(varenr for varenr, *told in differing if any(value is not None for value in told))
    for select in _SELECT_TOUCHED:
        unsure.update(row[0] for values in (ends, turned) for row in execute(select, values))
    return sure, unsure


def _by_terms(was: End, now: End) -> tuple[set[str], set[str]]:
    """Products whose group is told otherwise, and those with conditions of their own that are."""
    old, new = was.index, now.index
    if old is None or new is None or old.terms == new.terms:
        return set(), set()
    told: set[str] = set()
    all_told = old.legal_basis != new.legal_basis
    for code in old.groups.keys() & new.groups.keys():
        if all_told or old.part(code, None, ()) != new.part(code, None, ()):
            in_both = was.edge.members.get(code, frozenset()) & now.edge.members.get(code, frozenset())
            told |= in_both
    assert now.mark is not None
    values = (now.code, now.mark.ordinal, now.mark.ordinal)
    own = {row[0] for row in now.view.snapshot.db.execute(_WITH_OWN_CONDITIONS, values)}
    return told, own


_HOLDS = "from_ordinal <= :{0} AND (to_ordinal IS NULL OR to_ordinal > :{0})"
_ONLY_ONE = f"list = :list AND {_HOLDS.format('one')} AND NOT ({_HOLDS.format('other')})"

_SHOWN = {
    "entry": "kind, name, supplier, supplier_address, supplier_phone, supplier_item_number, size, unit,"
    " unit_text, pack, units_per_pack, may_exceed_max_price",
    "placement": "group_code, valid_from, prescribe_until, dispense_until",
    "price": "kind, kind_system, amount, currency, valid_from",
    "gtin": "gtin",
    "medicine": "atc",
}
"""Columns of which each is told as it stands: where one differs, so does what is shown."""

_SELECT_SHOWN = [
    f"SELECT varenr, {columns} FROM {table} WHERE {_ONLY_ONE}"  # noqa: S608 our own text
    for table, columns in _SHOWN.items()
]
# Where a price ends is told by the next one too, and a product's condition may be its group's as well.
_SELECT_TOUCHED = [
    f"SELECT DISTINCT varenr FROM {table} WHERE {_ONLY_ONE}"  # noqa: S608 our own text
    for table in ("price", "entry_condition")
]
_WITH_OWN_CONDITIONS = (
    "SELECT DISTINCT varenr FROM entry_condition WHERE list = ? AND from_ordinal <= ?"
    " AND (to_ordinal IS NULL OR to_ordinal > ?)"
)

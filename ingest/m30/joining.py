"""Several editions as one file: each product and condition once, each reference leading somewhere."""

import datetime as dt
import hashlib
from collections.abc import Sequence

import msgspec

from lists.edition import Edition, without_marks
from lists.records import Condition, Entry, Group, Placement, Terms


class Days(msgspec.Struct, frozen=True):
    """The three days that the groups of one `Refusjon` share."""

    valid_from: dt.date | None
    prescribe_until: dt.date | None
    dispense_until: dt.date | None


class Product(msgspec.Struct, frozen=True):
    """
    One row for a product.

    Attributes:
        entry: Without placements.
        refunds: Ids of refund groups by the days they share, in the order of lists and groups.
    """

    entry: Entry
    refunds: tuple[tuple[Days, tuple[str, ...]], ...]


class Joined(msgspec.Struct, frozen=True):
    """
    What one file says.

    Attributes:
        products: By varenr; a product whose lists disagree about it has a row for each opinion.
        terms: By list; ids of groups and conditions are those of the file.
        conditions: By id, each once.
    """

    products: tuple[Product, ...]
    terms: tuple[Terms, ...]
    conditions: tuple[Condition, ...]


def joined(editions: Sequence[Edition]) -> Joined:
    """
    Join editions of different lists.

    An id stands for one thing in a file. Where two lists use one for different things, because
    their editions are of different days, the later list's gets the code of the list behind it.
    """
    joining = _Joining()
    for edition in sorted(editions, key=lambda edition: edition.terms.list):
        joining.take(edition)
    return joining.joined()


class _Row(msgspec.Struct):
    entry: Entry
    refunds: dict[Days, list[str]]


class _Joining:
    def __init__(self) -> None:
        self._conditions: dict[str, Condition] = {}
        self._group_ids: set[str] = set()
        self._terms: list[Terms] = []
        self._rows: dict[str, list[_Row]] = {}

    def take(self, edition: Edition) -> None:
        code = edition.terms.list
        known = edition.terms.conditions
        conditions = {condition.id: self._condition(condition, code) for condition in known}
        groups = [self._group(group, conditions, code) for group in edition.terms.groups]
        self._terms.append(msgspec.structs.replace(edition.terms, groups=tuple(groups), conditions=()))
        ids = {group.code.value: group.source_id for group in groups}
        for entry in edition.entries:
            self._product(entry, ids, conditions)

    def joined(self) -> Joined:
        products = (
            Product(row.entry, tuple((days, tuple(groups)) for days, groups in row.refunds.items()))
            for varenr in sorted(self._rows)
            for row in self._rows[varenr]
        )
        conditions = tuple(self._conditions[identity] for identity in sorted(self._conditions))
        return Joined(tuple(products), tuple(self._terms), conditions)

    def _condition(self, condition: Condition, code: str) -> str:
        """The id under which the file has this condition, without the mark that M30 has no place for."""
        condition = msgspec.structs.replace(condition, expressed_by=None)
        known = self._conditions.setdefault(condition.id, condition)
        if without_marks(known) == without_marks(condition):
            return condition.id
        own = f"{condition.id}_{code}"
        self._conditions[own] = msgspec.structs.replace(condition, id=own)
        return own

    def _group(self, group: Group, conditions: dict[str, str], code: str) -> Group:
        source_id = group.source_id or _made_id(code, group.code.value)
        if source_id in self._group_ids:
            source_id = f"{source_id}_{code}"
        self._group_ids.add(source_id)
        if source_id == group.source_id and all(known == own for known, own in conditions.items()):
            return group
        refund_codes = tuple(
            msgspec.structs.replace(
                refund,
                conditions=tuple(
                    msgspec.structs.replace(reference, condition=conditions[reference.condition])
                    for reference in refund.conditions
                ),
            )
            for refund in group.refund_codes
        )
        own = tuple(sorted(conditions[condition] for condition in group.conditions))
        return msgspec.structs.replace(group, source_id=source_id, conditions=own, refund_codes=refund_codes)

    def _product(self, entry: Entry, groups: dict[str, str], conditions: dict[str, str]) -> None:
        refunds: dict[Days, list[str]] = {}
        for placement in entry.placements:
            refunds.setdefault(_days(placement), []).append(groups[placement.group])
        own = tuple(sorted(conditions[condition] for condition in entry.conditions))
        bare = msgspec.structs.replace(entry, placements=(), conditions=own)
        rows = self._rows.setdefault(entry.varenr, [])
        for row in rows:
            if _agree(row, bare, refunds):
                for days, ids in refunds.items():
                    row.refunds.setdefault(days, []).extend(ids)
                return
        rows.append(_Row(bare, refunds))


def _agree(row: _Row, entry: Entry, refunds: dict[Days, list[str]]) -> bool:
    """Whether one row can say both; goods have one triple of days in M30, packages may have several."""
    if entry.kind != "medicine" and row.refunds.keys() != refunds.keys():
        return False
    return without_marks(row.entry) == without_marks(entry)


def _days(placement: Placement) -> Days:
    return Days(placement.valid_from, placement.prescribe_until, placement.dispense_until)


def _made_id(*about: str) -> str:
    return "ID_" + hashlib.sha256("/".join(about).encode()).hexdigest()[:32].upper()

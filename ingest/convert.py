"""M30 rows to drafts: products find their lists, and every reference is followed or reported."""

import datetime as dt
from collections.abc import Callable, Iterable

import msgspec

from ingest.m30 import names
from ingest.m30.records import Records
from ingest.m30.rows import (
    BasisRow,
    CatalogueRow,
    ConditionRow,
    GroupRow,
    HeadRow,
    Marks,
    ProductRow,
    Row,
    StrayRow,
)
from ingest.reading import At, FirstDays, Notes, Reading
from lists.codes import Code, parse_list
from lists.days import day_of_instant, parse_day
from lists.edition import Draft, referred_conditions, without_marks
from lists.errors import BadText
from lists.records import (
    Condition,
    Entry,
    Group,
    Placement,
    Terms,
)
from lists.rules import blocks


def convert(rows: Iterable[Row], *, file: str, first_days: FirstDays) -> Reading:
    """
    Make drafts of the rows of one M30 file.

    Args:
        rows: As `ingest.m30.read.read` yields them.
        file: Last part of the file's name, for the problems.
        first_days: What the editor says; else the file's own dates decide (rule 3).

    Returns:
        A draft for each list the file has a refund group for; none where it is no full extract.
    """
    conversion = _Conversion(file)
    for row in rows:
        conversion.take(row)
    return conversion.reading(first_days)


class _List(msgspec.Struct):
    """What is known of one list while the file is being read."""

    legal_basis: Code
    requires_listed_product: bool
    requires_decision: bool
    groups: dict[str, Group] = msgspec.field(default_factory=dict)
    entries: list[Entry] = msgspec.field(default_factory=list)
    lines: dict[str, int] = msgspec.field(default_factory=dict)


class _Place(msgspec.Struct, frozen=True):
    list: str
    group: str


class _Conversion:
    """One file on its way; references are resolved at the end, because goods come before their groups."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._notes = Notes(file)
        self._records = Records(self._notes)
        self._catalogues: set[str] = set()
        self._head = HeadRow(None, None)
        self._lists: dict[str, _List] = {}
        self._places: dict[str, _Place] = {}
        self._products: dict[str, tuple[Entry, int]] = {}
        self._doubled: list[tuple[Entry, int]] = []
        self._conditions: dict[str, Condition] = {}
        self._condition_lines: dict[str, int] = {}
        self._strays: list[StrayRow] = []

    def take(self, row: Row) -> None:
        if isinstance(row, ProductRow):
            self._take_product(row)
        elif isinstance(row, BasisRow):
            self._take_basis(row)
        elif isinstance(row, ConditionRow):
            self._take_condition(row)
        elif isinstance(row, StrayRow):
            self._strays.append(row)
        elif isinstance(row, CatalogueRow):
            self._catalogues.add(row.name)
        else:
            self._head = row

    def reading(self, first_days: FirstDays) -> Reading:
        self._report_strays()
        if not self._lists and not any(blocks(found) for found in self._notes.found):
            self._notes.add("no-entries-found", found="0", kind=names.REFUND, namespace="")
        self._place_products()
        drafts = [self._draft(code, first_days) for code in sorted(self._lists)]
        self._report_unused(drafts)
        return Reading(drafts, self._notes.found, self._head.received or "")

    # --- products ------------------------------------------------------------

    def _take_product(self, row: ProductRow) -> None:
        entry = self._records.entry(row)
        if entry is None:
            return
        line = row.marks.line
        known = self._products.get(entry.varenr)
        if known is None:
            self._products[entry.varenr] = (entry, line)
        elif _same(known[0], entry):
            self._notes.add("row-repeated", line=line, subject=entry.varenr, found=entry.name, first=known[1])
        else:
            self._doubled.append((entry, line))

    def _place_products(self) -> None:
        """Hang every product under its lists; one that hangs under none is noted. As read they are let go."""
        products, self._products = [*self._products.values(), *self._doubled][::-1], {}
        while products:
            entry, line = products.pop()
            placed: dict[str, dict[str, Placement]] = {}
            for placement in entry.placements:
                place = self._places.get(placement.group)
                if place is None:
                    self._unknown("RefRefusjonsgruppe", entry.varenr, placement.group, line=line)
                    continue
                there = msgspec.structs.replace(placement, group=place.group)
                if placed.setdefault(place.list, {}).setdefault(place.group, there) != there:
                    self._repeated("RefRefusjonsgruppe", entry.varenr, place.group, line=line)
            if not entry.placements:
                self._notes.add("product-on-no-list", line=line, subject=entry.varenr, found=entry.name)
            for code, placements in placed.items():
                by_group = tuple(placements[group] for group in sorted(placements))
                known = self._lists[code]
                known.entries.append(msgspec.structs.replace(entry, placements=by_group))
                if entry.varenr in known.lines:
                    known.lines.setdefault("first " + entry.varenr, known.lines[entry.varenr])
                known.lines[entry.varenr] = line

    # --- groups --------------------------------------------------------------

    def _take_basis(self, row: BasisRow) -> None:
        basis, line = self._records.code(row.legal_basis), row.marks.line
        at = At(self._notes, line, basis.value if basis else row.marks.id)
        said = at.present(basis.value if basis else None, "Refusjonshjemmel")
        code = at.value(parse_list, said, "Refusjonshjemmel")
        if code is None or basis is None:
            return
        bound = at.stated(row.requires_listed_product, "KreverVarekobling")
        decided = at.stated(row.requires_decision, "KreverVedtak")
        if bound is None or decided is None:
            return
        known = self._lists.setdefault(code, _List(basis, bound, decided))
        first = (known.legal_basis, known.requires_listed_product, known.requires_decision)
        if first != (basis, bound, decided):
            at.note("legal-basis-contradicts", f"{basis.text} {bound} {decided}")
        for group in row.groups:
            self._take_group(code, group, row.marks)

    def _take_group(self, code: str, row: GroupRow, marks: Marks) -> None:
        group = self._records.group(row, marks)
        if group is None:
            return
        known = self._lists[code]
        if group.code.value in known.groups or group.source_id in self._places:
            self._repeated("Refusjonsgruppe", group.code.value, group.source_id, line=row.line)
            return
        known.groups[group.code.value] = group
        known.lines["group " + group.code.value] = row.line
        self._places[group.source_id] = _Place(code, group.code.value)

    # --- conditions ----------------------------------------------------------

    def _take_condition(self, row: ConditionRow) -> None:
        condition = self._records.condition(row)
        if condition is None:
            return
        line, subject = row.marks.line, "condition " + condition.id
        if condition.id in self._conditions:
            self._notes.add("condition-repeated", line=line, subject=subject, found=condition.text[:80])
            return
        self._condition_lines[condition.id] = line
        self._conditions[condition.id] = condition

    # --- the drafts ----------------------------------------------------------

    def _draft(self, code: str, first_days: FirstDays) -> Draft:
        known = self._lists[code]
        groups = tuple(known.groups[group] for group in sorted(known.groups))
        terms = Terms(
            list=code,
            title=known.groups[code].code.text if code in known.groups else known.legal_basis.text,
            legal_basis=known.legal_basis,
            requires_listed_product=known.requires_listed_product,
            requires_decision=known.requires_decision,
            groups=groups,
        )
        draft = Draft(self._file, terms, self._first_day(code, first_days), known.entries, lines=known.lines)
        draft.catalogue_present = _catalogue_of(code) in self._catalogues
        draft.terms = msgspec.structs.replace(terms, conditions=self._referred(draft))
        return draft

    def _referred(self, draft: Draft) -> tuple[Condition, ...]:
        """The conditions this list refers to; `judge` reports a reference that leads nowhere."""
        referred = sorted(referred_conditions(draft.terms, draft.entries) & self._conditions.keys())
        for identity in referred:
            draft.lines["condition " + identity] = self._condition_lines[identity]
        return tuple(self._conditions[identity] for identity in referred)

    def _first_day(self, code: str, first_days: FirstDays) -> dt.date | None:
        """From when the list holds (rule 3); a day given that the file contradicts is noted."""
        helfo = self._date(parse_day, self._head.helfo_valid_from, "GyldigFradatoHelfo")
        said = helfo
        if not names.is_goods_list(code):
            received = self._date(day_of_instant, self._head.received, "HentetDato")
            said = max((day for day in (helfo, received) if day is not None), default=None)
        given = first_days.of(code)
        if given is None:
            return said
        if said is not None and said != given:
            self._notes.add("valid-from-given", subject=code, found=str(given), file_says=said)
        return given

    def _date(self, parse: Callable[[str], dt.date], text: str | None, column: str) -> dt.date | None:
        try:
            return parse(text) if text is not None else None
        except BadText as error:
            told = any(found.column == column for found in self._notes.found)
            if not told:
                self._notes.add(error.reason, column=column, found=text or "")
            return None

    # --- what is left over -----------------------------------------------------

    def _report_strays(self) -> None:
        """Entries that could not be read block, once for each cause, with their count."""
        causes: dict[tuple[str, str, str], list[StrayRow]] = {}
        for row in self._strays:
            status = row.marks.status if row.marks.status == names.EXPIRED else ""
            causes.setdefault((status, row.name, row.namespace), []).append(row)
        for (status, name, namespace), rows in sorted(causes.items()):
            rule = "increment" if status else "no-entries-found"
            at = At(self._notes, rows[0].marks.line, rows[0].marks.id)
            at.note(rule, str(len(rows)), kind=name, namespace=namespace)

    def _report_unused(self, drafts: list[Draft]) -> None:
        used = {condition.id for draft in drafts for condition in draft.terms.conditions}
        for identity in sorted(self._conditions.keys() - used):
            self._notes.add(
                "condition-unused",
                line=self._condition_lines[identity],
                subject="condition " + identity,
                found=self._conditions[identity].text[:80],
            )

    def _unknown(self, column: str, subject: str, reference: str, *, line: int) -> None:
        self._notes.add("reference-unknown", line=line, column=column, subject=subject, found=reference)

    def _repeated(self, column: str, subject: str, found: str, *, line: int) -> None:
        self._notes.add("group-repeated", line=line, column=column, subject=subject, found=found)


def _catalogue_of(code: str) -> str:
    return names.GOODS_CATALOGUE if names.is_goods_list(code) else names.PACKAGE_CATALOGUE


def _same(known: Entry, other: Entry) -> bool:
    return without_marks(known) == without_marks(other)

"""
The rules of judging read slowly: no index and no cache, every edition and every entry is looped over.

Written from the rules alone; it shares with the program only the records it reads and answers with.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from lists.edition import Edition
from lists.prescription import Already, Dispensing, Line
from lists.records import CodedForm, Condition, Entry, Group, Placement, RefundCode

Found = frozenset[tuple[object, ...]]
ORDER = {"yes": 0, "ask": 1, "no": 2}
SIDE = {"7110": "icd-10", "7435": "icd-10", "7170": "icpc-2", "7434": "icpc-2"}


class Told(msgspec.Struct, frozen=True):
    """One line as the slow reading judges it; reasons are (code, verdict, field, would cover, condition)."""

    verdict: str
    reasons: Found
    shown: frozenset[str] = frozenset()
    group: str | None = None
    limits: tuple[tuple[object, ...], ...] = ()
    amount: int | None = None


class Naive:
    """All editions, in the order they were released, and one dispensing."""

    def __init__(self, editions: Iterable[Edition], dispensing: Dispensing) -> None:
        self.editions, self.asked = tuple(editions), dispensing.prescription
        self.day, self.lines, self.already = dispensing.dispensed_on, dispensing.lines, dispensing.already
        self.codes = sorted({edition.terms.list for edition in self.editions})

    def judge(self) -> list[Told]:
        """Every line."""
        return [self.line(line) for line in self.lines]

    # --- looking up ------------------------------------------------------------

    def edition(self, code: str, day: dt.date) -> Edition | None:
        known = [one for one in self.editions if one.terms.list == code and one.valid_from <= day]
        return max(enumerate(known), key=lambda one: (one[1].valid_from, one[0]))[1] if known else None

    def entry(self, code: str, varenr: str, day: dt.date) -> Entry | None:
        edition = self.edition(code, day)
        for entry in edition.entries if edition is not None else ():
            if entry.varenr == varenr:
                return entry
        return None

    def list_of(self, code: str, day: dt.date) -> str | None:
        for known in self.codes:
            edition = self.edition(known, day)
            groups = [group.code.value for group in edition.terms.groups] if edition is not None else []
            tree = known[0] in "569" and code[:3] == known and len(code) in (5, 7)
            if code == known or code in groups or tree:
                return known
        return None

    # --- one line ----------------------------------------------------------------

    def line(self, line: Line) -> Told:
        code = self.list_of(self.asked.code, self.day)
        edition = self.edition(code, self.day) if code is not None else None
        if edition is not None and edition.terms.closed:
            [other] = self.elsewhere(line).reasons
            return one_reason("list-closed", "no", would_cover=other[3])
        entry = self.entry(edition.terms.list, line.varenr, self.day) if edition is not None else None
        if edition is None or entry is None:
            return self.unlisted(edition, line)
        judged = [
            self.in_group(edition, entry, placement, row, line)
            for placement in entry.placements
            for row in (*self.rows(group_of(edition, placement.group), self.day),) or (None,)
        ]
        best = min(ORDER[one.verdict] for one in judged)
        return next(one for one in judged if ORDER[one.verdict] == best)

    def unlisted(self, edition: Edition | None, line: Line) -> Told:
        if edition is not None and not edition.terms.requires_listed_product:
            reasons = {reason("not-listed", "ask"), *self.of_prescription(edition)}
            return Told(worst(reasons), frozenset(reasons))
        return self.elsewhere(line)

    def elsewhere(self, line: Line) -> Told:
        for code in self.codes:
            there, entry = self.edition(code, self.day), self.entry(code, line.varenr, self.day)
            if there is not None and entry is not None and code != "900":
                needed = [would_cover(there, placement.group) for placement in entry.placements]
                shortest = min(needed, key=lambda one: len(one or ""))
                return one_reason("not-under-this-prescription", "no", would_cover=shortest)
        return one_reason("not-listed", "no")

    def of_prescription(self, edition: Edition) -> Iterator[tuple[object, ...]]:
        written = self.asked.written_on
        leap = (written.month, written.day) == (2, 29)
        last = dt.date(written.year + 1, written.month, 28 if leap else written.day)
        if self.day > last:
            yield reason("prescription-expired", "no")
        if edition.terms.requires_decision and self.asked.decision is False:
            yield reason("decision-needed", "no")
        if edition.terms.requires_decision and self.asked.decision is None:
            yield reason("decision-needed", "ask", field="decision")

    def in_group(
        self, edition: Edition, entry: Entry, placement: Placement, row: RefundCode | None, line: Line
    ) -> Told:
        group, asked = group_of(edition, placement.group), self.asked
        reasons = set(self.of_prescription(edition))
        shown: set[str] = set()
        if placement.prescribe_until is not None and asked.written_on > placement.prescribe_until:
            reasons.add(reason("prescribing-ended", "no"))
        if placement.dispense_until is not None and self.day > placement.dispense_until:
            reasons.add(reason("dispensing-ended", "no"))
        if group.requires_refund_code and row is None:
            missing = asked.refund_code is None
            reasons.add(
                reason("fact-missing", "ask", field="refund_code")
                if missing
                else reason("refund-code-not-covered", "no")
            )
        now = conditions_on(edition, entry, group, row, self.day)
        before = self.on_writing(edition.terms.list, entry, group, row)
        if before is None:
            reasons.add(reason("fact-missing", "ask", field="written_on"))
        changing = any(
            one.prescribe_until is not None
            and one.dispense_until is not None
            and one.prescribe_until < self.day <= one.dispense_until
            for one in (placement, row)
            if one is not None
        )
        if before is not None and changing:
            governing, limiting = before, before
        else:
            of_writing = now if before is None else before
            governing = [one for one in of_writing if one.applies_to == "prescriber"]
            governing += [one for one in now if one.applies_to != "prescriber"]
            limiting = now
        tree = group.code.system.endswith(".7403")
        covered = edition.terms.list != "900" and (
            asked.code in (edition.terms.list, group.code.value)
            or (tree and group.code.value.startswith(asked.code))
        )
        if not covered:
            needed = would_cover(edition, placement.group)
            reasons.add(reason("not-under-this-prescription", "no", would_cover=needed))
        for condition in governing:
            found = set(self.condition(condition, group.code.value, covered=covered))
            if self.expressed(condition, governing, limiting):
                found -= {one for one in found if one[0] == "condition-to-judge"}
            reasons |= found
            if not known(condition) and condition.applies_to == "prescriber":
                shown.add(condition.id)
        owners = [one for one in reasons if one[0] == "own-prescription-needed"]
        first = next((c.id for c in governing if is_own(c)), None)
        reasons -= {one for one in owners if one[4] != first}
        limits = []
        for condition in limiting:
            for most, per in limits_in(condition):
                told, more = self.limit(edition, placement.group, most, per, condition.id)
                reasons |= more
                limits.append(told)
        verdict = worst(reasons)
        final = frozenset(reasons or {reason("covered", "yes")})
        return Told(
            verdict, final, frozenset(shown), placement.group, tuple(limits), self.amount(entry, line)
        )

    def expressed(self, one: Condition, governing: list[Condition], limiting: Iterable[Condition]) -> bool:
        """Whether its mark names a coded condition all of which is judged beside it."""
        required = [other for other in governing if other.id == one.expressed_by]
        limited = [other for other in limiting if other.id == one.expressed_by]
        said = [*required, *limited]
        if not said or not all(known(other) and asks(other) for other in said):
            return False
        if not required and any(set(kinds_in(other)) - LIMITS for other in said):
            return False
        return bool(limited) or not any(set(kinds_in(other)) & LIMITS for other in said)

    def condition(self, one: Condition, group: str, *, covered: bool) -> Iterator[tuple[object, ...]]:
        asked = self.asked
        age = asked.patient_age
        missing = {"code": "fact-missing", "verdict": "ask", "condition": one.id}
        for form in one.coded:
            kind, values = form.type.value, values_of(form)
            if kind == "11" and "1" in values and covered and asked.code != group:
                yield reason("own-prescription-needed", "no", would_cover=group, condition=one.id)
            if kind in ("1", "2") and age is None:
                yield reason(**missing, field="patient_age")
            if kind == "1" and age is not None and age < int(values[0]):
                yield reason("age", "no", condition=one.id)
            if kind == "2" and age is not None and age >= int(values[0]):
                yield reason("age", "no", condition=one.id)
            if kind == "22" and "1" in values and asked.strips_per_day is None:
                yield reason(**missing, field="strips_per_day")
            yield from self.prescriber(kind, values, one.id)
        if not known(one) and one.applies_to != "prescriber":
            yield reason("condition-to-judge", "ask", condition=one.id)

    def prescriber(self, kind: str, values: list[str], condition: str) -> Iterator[tuple[object, ...]]:
        hospital, specialties = self.asked.hospital, self.asked.specialties
        missing = {"code": "fact-missing", "verdict": "ask", "condition": condition}
        if kind == "9" and "1" in values and hospital is None:
            yield reason(**missing, field="prescriber.hospital")
        if kind == "9" and "1" in values and hospital is False:
            yield reason("hospital-needed", "no", condition=condition)
        if kind == "10" and not hospital and not set(values) & set(specialties or ()):
            if specialties is None:
                yield reason(**missing, field="prescriber.specialties")
            elif hospital is None:
                yield reason(**missing, field="prescriber.hospital")
            else:
                yield reason("specialist-needed", "no", condition=condition)

    # --- what governs ------------------------------------------------------------

    def rows(self, group: Group, day: dt.date) -> list[RefundCode]:
        asked = self.asked.refund_code
        found: list[RefundCode] = []
        for row in group.refund_codes:
            same = (
                asked is not None
                and row.code.value == asked.code
                and SIDE[row.code.system.rpartition(".")[2]] == asked.system
            )
            begun = row.valid_from is None or row.valid_from <= day
            prescribed = row.prescribe_until is None or self.asked.written_on <= row.prescribe_until
            if same and begun and prescribed and (row.dispense_until is None or day <= row.dispense_until):
                found.append(row)
        return found

    def on_writing(
        self, code: str, entry: Entry, group: Group, row: RefundCode | None
    ) -> list[Condition] | None:
        written = self.asked.written_on
        edition = self.edition(code, written)
        if edition is None:
            return None
        then = self.entry(code, entry.varenr, written)
        placed = [placement.group for placement in then.placements] if then is not None else []
        name = group.code.value if group.code.value in placed or not placed else placed[0]
        if name not in [one.code.value for one in edition.terms.groups]:
            return []
        rows = self.rows(group_of(edition, name), written) if row is not None else []
        chosen = nearest(rows, row)
        return conditions_on(edition, then or entry, group_of(edition, name), chosen, written)

    # --- numbers -----------------------------------------------------------------

    def limit(
        self, edition: Edition, group: str, most: int, per: str, condition: str
    ) -> tuple[tuple[object, ...], set[tuple[object, ...]]]:
        code, reasons = edition.terms.list, set()
        asked = 0
        for line in self.lines:
            entry = self.entry(code, line.varenr, self.day)
            if entry is not None and group in [placement.group for placement in entry.placements]:
                number = units_asked(line, entry)
                if number is None:
                    reasons.add(reason("fact-missing", "ask", field="units", condition=condition))
                asked += number or 0
        used = sum(item.units for item in self.already or () if self.counts(item, code, group, per))
        if self.already is None and per != "dispensing":
            reasons.add(reason("fact-missing", "ask", field="already", condition=condition))
        if used + asked > most:
            name = "year" if per == "calendar_year" else per
            reasons.add(reason(f"limit-exceeded-{name}", "no", condition=condition))
        left = (max(0, most - used), max(0, most - used - asked))
        return (most, per, group, condition, used, asked, *left), reasons

    def counts(self, item: Already, code: str, group: str, per: str) -> bool:
        same_year = item.on.year == self.day.year
        in_period = {
            "calendar_year": same_year,
            "month": same_year and item.on.month == self.day.month,
            "dispensing": False,
        }[per]
        entry = self.entry(code, item.varenr, self.day)
        if entry is None:
            entry = self.entry(code, item.varenr, item.on)
        inside = entry is not None and group in [placement.group for placement in entry.placements]
        return in_period and inside and (item.code is None or self.list_of(item.code, item.on) == code)

    def amount(self, entry: Entry, line: Line) -> int | None:
        number = units_asked(line, entry)
        packs = line.packs
        if packs is None and number is not None and entry.units_per_pack:
            packs = number // entry.units_per_pack if number % entry.units_per_pack == 0 else None
        for kind, times in (("P", packs), ("E", number)):
            begun = [
                one
                for one in entry.prices
                if one.kind.value == kind and (one.valid_from is None or one.valid_from <= self.day)
            ]
            if begun:
                latest = max(begun, key=lambda one: one.valid_from or dt.date.min)
                if latest.valid_to is None or self.day <= latest.valid_to:
                    return latest.amount * times if times is not None else None
        return None


def reason(
    code: str,
    verdict: str,
    field: str | None = None,
    would_cover: object = None,
    condition: str | None = None,
) -> tuple[object, ...]:
    return code, verdict, field, would_cover, condition


def one_reason(code: str, verdict: str, would_cover: object = None) -> Told:
    return Told(verdict, frozenset({reason(code, verdict, would_cover=would_cover)}))


def worst(reasons: Iterable[tuple[object, ...]]) -> str:
    return max((str(one[1]) for one in reasons), key=ORDER.__getitem__, default="yes")


def group_of(edition: Edition, code: str) -> Group:
    return next(group for group in edition.terms.groups if group.code.value == code)


def conditions_on(
    edition: Edition, entry: Entry, group: Group, row: RefundCode | None, day: dt.date
) -> list[Condition]:
    """Those of the groups above from the outermost, of the group, of the product and of the diagnosis."""
    code = group.code.value
    ids: list[str] = []
    for above in sorted(edition.terms.groups, key=lambda one: len(one.code.value)):
        tree = above.code.system.endswith(".7403") and code.startswith(above.code.value)
        if above.code.value == code or tree:
            ids += above.conditions
    ids += entry.conditions
    for bound in row.conditions if row is not None else ():
        if (bound.valid_from or day) <= day <= (bound.valid_to or day):
            ids.append(bound.condition)
    held = {condition.id: condition for condition in edition.terms.conditions}
    return [held[one] for one in dict.fromkeys(ids) if one in held]


def nearest(rows: list[RefundCode], row: RefundCode | None) -> RefundCode | None:
    """The row of another edition that is most like this one: by its conditions, then by its first day."""

    def unlike(one: RefundCode) -> tuple[bool, bool]:
        other = row is None or one.code.system != row.code.system
        return (
            other or row is None or one.conditions != row.conditions,
            other or row is None or one.valid_from != row.valid_from,
        )

    return min(rows, key=unlike, default=None)


def would_cover(edition: Edition, group: str) -> str | None:
    if edition.terms.list == "900":
        return None
    owned = any(
        is_own(condition)
        for one in edition.terms.groups
        if group == one.code.value or (one.code.system.endswith(".7403") and group.startswith(one.code.value))
        for condition in edition.terms.conditions
        if condition.id in one.conditions
    )
    return group if owned else edition.terms.list


def is_own(condition: Condition) -> bool:
    return any(form.type.value == "11" and "1" in values_of(form) for form in condition.coded)


def known(condition: Condition) -> bool:
    """Whether all it says is coded in a way that we know."""
    kinds = {form.type.value for form in condition.coded}
    return bool(kinds) and kinds <= {"1", "2", "9", "10", "11", "15", "16", "22", "month"}


LIMITS = {"15", "16", "month"}


def kinds_in(condition: Condition) -> list[str]:
    """The types of its coded forms that ask for something."""
    return [
        form.type.value
        for form in condition.coded
        if form.type.value not in ("9", "11", "22") or "1" in values_of(form)
    ]


def asks(condition: Condition) -> bool:
    return bool(kinds_in(condition))


def limits_in(condition: Condition) -> list[tuple[int, str]]:
    per = {"15": "calendar_year", "16": "dispensing", "month": "month"}
    return [
        (int(value), per[form.type.value])
        for form in condition.coded
        if form.type.value in per
        for value in values_of(form)
    ]


def values_of(form: CodedForm) -> list[str]:
    return list(form.texts) or [code.value for code in form.codes]


def units_asked(line: Line, entry: Entry) -> int | None:
    if line.units is not None:
        return line.units
    return line.packs * entry.units_per_pack if line.packs and entry.units_per_pack is not None else None

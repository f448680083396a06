"""Does this prescription cover this product on this day, and how many more? Rules 16 to 24."""

import datetime as dt

import msgspec

from lists.conditions import Limit, Requirement, limits_of, requirements_of
from lists.counting import asked_now, units_of, used_before
from lists.governing import Bound, governing, matching, past
from lists.prescribing import UNPRESCRIBED, code_needed, covers, expires_on, list_of, needs_own
from lists.prescription import (
    ASK,
    NO,
    VERDICTS,
    YES,
    Answer,
    Dispensing,
    LimitUse,
    Line,
    LineAnswer,
    Listed,
    ListOnDay,
    Lists,
    NotJudged,
    Reason,
)
from lists.prices import PER_UNIT, REIMBURSED_PER_PACK, price_on
from lists.records import Entry, Placement, Price, RefundCode

EXCEEDED = {
    "calendar_year": "limit-exceeded-year",
    "dispensing": "limit-exceeded-dispensing",
    "month": "limit-exceeded-month",
}


def check(lists: Lists, dispensing: Dispensing) -> Answer:
    """
    Judge one dispensing.

    Args:
        lists: All lists on any day, as known at one instant.
        dispensing: Neither `written_on` nor any `already` is after `dispensed_on`.

    Returns:
        One answer for each line, in their order; the worst is the answer (rule 24).
    """
    code = list_of(lists, dispensing.prescription.code, dispensing.dispensed_on)
    lines = tuple(_line(lists, code, dispensing, line) for line in dispensing.lines)
    return Answer(min((line.verdict for line in lines), key=VERDICTS.index, default=YES), lines)


def _line(lists: Lists, code: str | None, dispensing: Dispensing, line: Line) -> LineAnswer:
    on = lists.on(code, dispensing.dispensed_on) if code is not None else None
    if code is None or on is None:
        return _unlisted(line, _elsewhere(lists, dispensing, line) or Reason("not-listed", NO))
    if on.terms.closed:
        return _unlisted(line, Reason("list-closed", NO, edition=on.edition))
    entry = lists.entry(code, line.varenr, dispensing.dispensed_on)
    if entry is None:
        return _unlisted(line, _not_listed(lists, on, dispensing, line))
    judged = [
        _Judging(lists, Listed(on, entry, placement), dispensing, line).answer()
        for placement in entry.placements
    ]
    # Placements are by group code, so of equals the first is the line's, as the contract says.
    return max(judged, key=lambda answer: VERDICTS.index(answer.verdict))


def _unlisted(line: Line, reason: Reason) -> LineAnswer:
    return LineAnswer(line.varenr, reason.verdict, (reason,), units=line.units)


def _not_listed(lists: Lists, on: ListOnDay, dispensing: Dispensing, line: Line) -> Reason:
    """A product that is not on the list: for a person to judge (rule 19), or covered elsewhere, or not."""
    if not on.terms.requires_listed_product:
        return Reason("not-listed", ASK, edition=on.edition)
    return _elsewhere(lists, dispensing, line) or Reason("not-listed", NO, edition=on.edition)


def _elsewhere(lists: Lists, dispensing: Dispensing, line: Line) -> Reason | None:
    """The first list, by code, whose prescription would cover the product."""
    for code in lists.codes():
        on = lists.on(code, dispensing.dispensed_on)
        entry = lists.entry(code, line.varenr, dispensing.dispensed_on) if on is not None else None
        needed = code_needed(on, entry.placements[0].group) if on is not None and entry is not None else None
        if on is not None and needed is not None:
            return Reason("not-under-this-prescription", NO, would_cover=needed, edition=on.edition)
    return None


class _Judging:
    """One product in one group under one prescription: reasons are collected, the worst is the verdict."""

    def __init__(self, lists: Lists, listed: Listed, dispensing: Dispensing, line: Line) -> None:
        self._lists, self._listed, self._dispensing, self._line = lists, listed, dispensing, line
        self._on, self._asked = listed.on, dispensing.prescription
        self._group = listed.placement.group
        self._reasons: list[Reason] = []
        self._not_judged: list[NotJudged] = []

    def answer(self) -> LineAnswer:
        units = units_of(self._line, self._listed.entry)
        self._days(self._listed.placement)
        governs = governing(self._lists, self._listed, self._dispensing, self._refund_code())
        if not governs.written_known:
            self._missing("written_on")
        self._code(governs.rules)
        self._decision()
        for bound in governs.rules:
            self._rule(bound)
        uses = (self._limit(limit, bound) for bound in governs.limits for limit in limits_of(bound.condition))
        return self._answered(units, tuple(uses))

    def _answered(self, units: int | None, uses: tuple[LimitUse, ...]) -> LineAnswer:
        reasons = sorted(dict.fromkeys(self._reasons), key=lambda reason: VERDICTS.index(reason.verdict))
        reasons = reasons or [Reason("covered", YES, edition=self._on.edition)]
        price = _reimbursed(self._listed.entry, self._line, units, self._dispensing.dispensed_on)
        return LineAnswer(
            varenr=self._line.varenr,
            verdict=reasons[0].verdict,
            reasons=tuple(reasons),
            not_judged=tuple(dict.fromkeys(self._not_judged)),
            listed=self._listed,
            units=units,
            limits=uses,
            amount=price.amount if price is not None else None,
            currency=price.currency if price is not None else None,
        )

    # --- days and codes ------------------------------------------------------

    def _days(self, placement: Placement) -> None:
        """A prescription's year, and the product's two last days (rules 9 and 16)."""
        day, written_on = self._dispensing.dispensed_on, self._asked.written_on
        if day > expires_on(written_on):
            self._no("prescription-expired", found=str(expires_on(written_on)))
        if placement.valid_from is not None and day < placement.valid_from:
            self._no("not-listed", found=str(placement.valid_from))
        if past(placement.prescribe_until, written_on):
            self._no("prescribing-ended", found=str(placement.prescribe_until))
        if past(placement.dispense_until, day):
            self._no("dispensing-ended", found=str(placement.dispense_until))

    def _code(self, rules: tuple[Bound, ...]) -> None:
        """Whether the prescription's code covers the group (rule 17)."""
        needed = code_needed(self._on, self._group)
        if self._on.terms.list == UNPRESCRIBED or not covers(self._asked.code, self._on, self._group):
            self._no("not-under-this-prescription", would_cover=needed)
            return
        own = next((bound for bound in rules if needs_own(bound.condition)), None)
        if own is not None and self._asked.code != self._group:
            self._no("own-prescription-needed", own, would_cover=self._group)

    def _refund_code(self) -> RefundCode | None:
        """The row of the prescription's diagnosis that holds; one is enough (rule 12)."""
        group, asked = self._on.groups[self._group], self._asked.refund_code
        if not group.requires_refund_code:
            return None
        if asked is None:
            self._missing("refund_code")
            return None
        holding = next((row for row in matching(group, asked) if self._holds(row)), None)
        if holding is None:
            self._no("refund-code-not-covered", found=asked.code)
        return holding

    def _holds(self, row: RefundCode) -> bool:
        day = self._dispensing.dispensed_on
        begun = row.valid_from is None or row.valid_from <= day
        prescribed = not past(row.prescribe_until, self._asked.written_on)
        return begun and prescribed and not past(row.dispense_until, day)

    def _decision(self) -> None:
        """Where Helfo must have decided for the patient (rule 19)."""
        if not self._on.terms.requires_decision or self._asked.decision is True:
            return
        unknown = self._asked.decision is None
        self._add(Reason("decision-needed", ASK if unknown else NO, field="decision" if unknown else None))

    # --- conditions ----------------------------------------------------------

    def _rule(self, bound: Bound) -> None:
        """A coded condition is judged; a text is shown, and asks where it binds the dispenser (rule 22)."""
        condition = bound.condition
        required = requirements_of(condition)
        for requirement in required:
            self._requirement(requirement, bound)
        coded = limits_of(condition) or any(requirement.kind != "other" for requirement in required)
        if coded or (condition.coded and not required):
            return
        if condition.applies_to == "prescriber":
            self._not_judged.append(NotJudged(condition.id, condition.text))
        else:
            self._add(Reason("condition-to-judge", ASK), bound)

    def _requirement(self, required: Requirement, bound: Bound) -> None:
        if required.value is not None:
            self._age(required.kind, required.value, bound)
        elif required.kind == "strips_per_day_stated" and self._asked.strips_per_day is None:
            self._missing("strips_per_day", bound)
        elif required.kind == "hospital" and self._asked.hospital is not True:
            if self._asked.hospital is None:
                self._missing("prescriber.hospital", bound)
            else:
                self._no("hospital-needed", bound)
        elif required.kind == "specialist_or_hospital":
            self._specialist(required.values, bound)

    def _age(self, kind: str, value: int, bound: Bound) -> None:
        age = self._asked.patient_age
        if age is None:
            self._missing("patient_age", bound)
        elif age < value if kind == "age_from" else age >= value:
            self._no("age", bound, found=str(age))

    def _specialist(self, specialties: tuple[str, ...], bound: Bound) -> None:
        """Fulfilled by one of the specialties, or by a hospital (rule 20)."""
        asked = self._asked
        if asked.hospital or not set(specialties).isdisjoint(asked.specialties or ()):
            return
        if asked.specialties is None:
            self._missing("prescriber.specialties", bound)
        elif asked.hospital is None:
            self._missing("prescriber.hospital", bound)
        else:
            self._no("specialist-needed", bound)

    def _limit(self, limit: Limit, bound: Bound) -> LimitUse:
        """How far a limit is used, all lines of the dispensing together (rule 21)."""
        code = self._on.terms.list
        asked = asked_now(self._lists, code, self._group, self._dispensing)
        if asked is None:
            self._missing("units", bound)
        if self._dispensing.already is None and limit.per != "dispensing":
            self._missing("already", bound)
        used = used_before(self._lists, code, self._group, limit, self._dispensing)
        unit = self._listed.entry.unit
        use = LimitUse(limit, self._group, unit.value if unit is not None else "stk", used, asked or 0)
        if use.exceeded:
            self._no(EXCEEDED[limit.per], bound, found=str(use.used + use.asked), limit=limit.max)
        return use

    # --- reasons -------------------------------------------------------------

    def _no(
        self,
        code: str,
        bound: Bound | None = None,
        *,
        found: str | None = None,
        would_cover: str | None = None,
        limit: int | None = None,
    ) -> None:
        self._add(Reason(code, NO, found=found, would_cover=would_cover, limit=limit), bound)

    def _missing(self, field: str, bound: Bound | None = None) -> None:
        self._add(Reason("fact-missing", ASK, field=field), bound)

    def _add(self, reason: Reason, bound: Bound | None = None) -> None:
        if bound is None:
            self._reasons.append(msgspec.structs.replace(reason, edition=self._on.edition))
            return
        condition = bound.condition
        self._reasons.append(
            msgspec.structs.replace(
                reason, edition=bound.edition, condition=condition.id, condition_text=condition.text
            )
        )


def _reimbursed(entry: Entry, line: Line, units: int | None, day: dt.date) -> Price | None:
    """
    The most that is reimbursed (rule 23): price per pack × packs; only without it, price per unit × units.

    Never from purchase prices, and never the price per unit for a pack that has a price.
    """
    held = (price_on(entry.prices, kind, day) for kind in REIMBURSED_PER_PACK)
    per_pack = next((price for price in held if price is not None), None)
    if per_pack is not None:
        return _times(per_pack, line.packs if line.packs is not None else _whole_packs(entry, units))
    per_unit = price_on(entry.prices, PER_UNIT, day)
    return _times(per_unit, units) if per_unit is not None else None


def _times(price: Price, number: int | None) -> Price | None:
    return msgspec.structs.replace(price, amount=price.amount * number) if number is not None else None


def _whole_packs(entry: Entry, units: int | None) -> int | None:
    """How many packs so many units are; None where they are no whole number of packs."""
    if units is None or not entry.units_per_pack or units % entry.units_per_pack:
        return None
    return units // entry.units_per_pack

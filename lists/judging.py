"""One product in one group under one prescription: every rule that speaks, each with its reason."""

from collections.abc import Iterable

import msgspec

from lists.conditions import Limit, Requirement, is_coded
from lists.counting import Count, units_of
from lists.governing import PRESCRIBER, Governing, governing, past
from lists.prescribing import (
    UNPRESCRIBED,
    code_needed,
    covers,
    expires_on,
)
from lists.prescription import (
    ASK,
    NO,
    VERDICTS,
    YES,
    Bound,
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
from lists.prices import reimbursed
from lists.records import Placement, RefundCode

EXCEEDED = {
    "calendar_year": "limit-exceeded-year",
    "dispensing": "limit-exceeded-dispensing",
    "month": "limit-exceeded-month",
}


class Case(msgspec.Struct, frozen=True):
    """One dispensing, the list its prescription's code belongs to, and what counts over its groups."""

    lists: Lists
    dispensing: Dispensing
    on: ListOnDay
    count: Count


class Judging:
    """One product in one group under one prescription: reasons are collected, the worst is the verdict."""

    def __init__(self, case: Case, listed: Listed, line: Line) -> None:
        self._case, self._listed, self._line = case, listed, line
        self._on, self._dispensing, self._asked = case.on, case.dispensing, case.dispensing.prescription
        self._group = listed.placement.group
        self._reasons: list[Reason] = []
        self._not_judged: list[NotJudged] = []

    def answer(self, matched: RefundCode | None) -> LineAnswer:
        """
        Args:
            matched: The row of the diagnosis to judge by; None where none holds or none is needed.
        """
        units = units_of(self._line, self._listed.entry)
        self._days(self._listed.placement)
        self._refund_code(matched)
        governs = governing(self._case.lists, self._listed, self._dispensing, matched)
        if not governs.written_known:
            written_on = str(self._asked.written_on)
            self._add(Reason("fact-missing", ASK, field="written_on", found=written_on))
        self._code(governs.rules)
        for bound in governs.rules:
            self._rule(bound, governs)
        uses = (self._limit(limit, bound) for bound in governs.limits for limit in bound.limits)
        return self._answered(units, tuple(uses))

    def _answered(self, units: int | None, uses: tuple[LimitUse, ...]) -> LineAnswer:
        reasons = worst_first(self._reasons or [Reason("covered", YES, edition=self._on.edition)])
        price = reimbursed(self._listed.entry, self._line, units, self._dispensing.dispensed_on)
        return LineAnswer(
            varenr=self._line.varenr,
            verdict=reasons[0].verdict,
            reasons=reasons,
            not_judged=tuple(dict.fromkeys(self._not_judged)),
            listed=self._listed,
            units=units,
            limits=uses,
            amount=price.amount if price is not None else None,
            currency=price.currency if price is not None else None,
        )

    # --- days and codes ------------------------------------------------------

    def _days(self, placement: Placement) -> None:
        """A prescription's year, what it needs besides, and the product's own days (rules 9, 16, 19)."""
        day, written_on = self._dispensing.dispensed_on, self._asked.written_on
        for reason in (expired(self._dispensing), undecided(self._on, self._dispensing)):
            if reason is not None:
                self._add(reason)
        if placement.valid_from is not None and day < placement.valid_from:
            verdict = NO if self._on.terms.requires_listed_product else ASK
            self._add(Reason("not-listed", verdict, found=str(placement.valid_from)))
        if past(placement.prescribe_until, written_on):
            self._no("prescribing-ended", found=str(placement.prescribe_until))
        if past(placement.dispense_until, day):
            self._no("dispensing-ended", found=str(placement.dispense_until))

    def _code(self, rules: tuple[Bound, ...]) -> None:
        """Whether the prescription's code covers the group (rule 17)."""
        if self._on.terms.list == UNPRESCRIBED or not covers(self._asked.code, self._on, self._group):
            self._no("not-under-this-prescription", would_cover=code_needed(self._on, self._group))
            return
        own = next((bound for bound in rules if bound.needs_own), None)
        if own is not None and self._asked.code != self._group:
            self._no("own-prescription-needed", own, would_cover=self._group)

    def _refund_code(self, matched: RefundCode | None) -> None:
        """Where a diagnosis is needed, one of its rows must hold (rule 12)."""
        if matched is not None or not self._on.groups[self._group].requires_refund_code:
            return
        if self._asked.refund_code is None:
            self._missing("refund_code")
        else:
            self._no("refund-code-not-covered", found=self._asked.refund_code.code)

    # --- conditions ----------------------------------------------------------

    def _rule(self, bound: Bound, governs: Governing) -> None:
        """
        A coded condition is judged; a text is shown, and asks where it binds the dispenser (rule 22).

        It asks nothing where it is marked as expressed by a coded condition that is judged here itself.
        """
        condition = bound.condition
        for requirement in bound.requirements:
            self._requirement(requirement, bound)
        # What is coded in a way that we do not know is text, whatever else is coded beside it.
        if is_coded(condition):
            return
        if condition.applies_to == PRESCRIBER:
            self._not_judged.append(NotJudged(condition.id, condition.text))
        elif not governs.judges(condition.expressed_by):
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
        asked = self._case.count.asked(self._group)
        if None in asked:
            self._missing("units", bound)
        if self._dispensing.already is None and limit.per != "dispensing":
            self._missing("already", bound)
        used = self._case.count.used(self._group, limit.per)
        unit = self._listed.entry.unit
        counted = sum(filter(None, asked))
        use = LimitUse(limit, self._group, unit.value if unit is not None else "stk", used, counted)
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


def expired(dispensing: Dispensing) -> Reason | None:
    last = expires_on(dispensing.prescription.written_on)
    return Reason("prescription-expired", NO, found=str(last)) if dispensing.dispensed_on > last else None


def undecided(on: ListOnDay, dispensing: Dispensing) -> Reason | None:
    """Where Helfo must have decided for the patient (rule 19)."""
    decision = dispensing.prescription.decision
    if not on.terms.requires_decision or decision is True:
        return None
    if decision is None:
        return Reason("decision-needed", ASK, field="decision")
    return Reason("decision-needed", NO)


def worst_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each once."""
    return tuple(sorted(dict.fromkeys(reasons), key=lambda reason: VERDICTS.index(reason.verdict)))

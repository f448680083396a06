"""What is asked when a product is handed out, and what is answered: the records of one check."""

import datetime as dt
from typing import Protocol

import msgspec

from lists.codes import ICD_10, ICD_10_OWN, ICPC_2, ICPC_2_OWN
from lists.conditions import Limit, Requirement, binding, limits_of, requirements_of
from lists.records import Condition, Entry, Group, Placement, Terms

YES, ASK, NO = "yes", "ask", "no"
VERDICTS = (NO, ASK, YES)
"""From the worst to the best: the worst line is the answer, the best entry is the line's."""

SIDES = {
    ICD_10: "icd-10",
    ICD_10_OWN: "icd-10",
    "icd-10": "icd-10",
    ICPC_2: "icpc-2",
    ICPC_2_OWN: "icpc-2",
    "icpc-2": "icpc-2",
}
"""Which side a code system of diagnoses is on (rule 12); a code matches on its own side only."""


class Diagnosis(msgspec.Struct, frozen=True):
    """
    The refund code of a prescription.

    Attributes:
        system: A key of SIDES.
    """

    code: str
    system: str


class Prescription(msgspec.Struct, frozen=True):
    """
    What is known of a prescription; None is unknown, never false (rule 18).

    Attributes:
        code: A list (505, 200), or a group of 5 or 7 digits.
        decision: Whether Helfo has decided for the patient.
        specialties: Of the prescriber, codes of kodeverk 7426.
        hospital: Whether it was written in a hospital.
        patient_age: In years, on the day of dispensing.
        strips_per_day: Test strips per day and night that the prescription states.
    """

    code: str
    written_on: dt.date
    refund_code: Diagnosis | None = None
    decision: bool | None = None
    specialties: tuple[str, ...] | None = None
    hospital: bool | None = None
    patient_age: int | None = None
    strips_per_day: int | None = None


class Line(msgspec.Struct, frozen=True):
    """One product to hand out, as packs or as units; at least one of the two."""

    varenr: str
    packs: int | None = None
    units: int | None = None


class Already(msgspec.Struct, frozen=True):
    """
    What was handed out before.

    Attributes:
        code: The list or group it was dispensed under; None counts under all.
    """

    varenr: str
    units: int
    on: dt.date
    code: str | None = None


class Dispensing(msgspec.Struct, frozen=True):
    """
    One dispensing, to be judged.

    Attributes:
        already: What the patient got before; None where nobody knows.
    """

    prescription: Prescription
    dispensed_on: dt.date
    lines: tuple[Line, ...]
    already: tuple[Already, ...] | None = None


class Bound(msgspec.Struct, frozen=True):
    """A condition with what its coded forms mean, and the edition whose word it is."""

    condition: Condition
    edition: str
    limits: tuple[Limit, ...]
    requirements: tuple[Requirement, ...]

    @property
    def needs_own(self) -> bool:
        """Whether it asks for a prescription of its own."""
        return any(required.kind == "own_prescription" for required in self.requirements)


class ListOnDay:
    """One list as its edition in force on a day says it; what its conditions mean is read once."""

    def __init__(
        self, edition: str, terms: Terms, groups: dict[str, Group], conditions: dict[str, Condition]
    ) -> None:
        self.edition, self.terms, self.groups, self.conditions = edition, terms, groups, conditions
        self._bounds: dict[str, Bound] = {}
        self._in_groups: dict[str, tuple[Bound, ...]] = {}

    def bound(self, identity: str) -> Bound:
        """A condition by its id."""
        bound = self._bounds.get(identity)
        if bound is None:
            said = self.conditions[identity]
            bound = Bound(said, self.edition, limits_of(said), requirements_of(said))
            self._bounds[identity] = bound
        return bound

    def bound_in(self, group: str) -> tuple[Bound, ...]:
        """The conditions of a group and of those above it, outermost first (rule 5)."""
        bounds = self._in_groups.get(group)
        if bounds is None:
            bounds = tuple(self.bound(identity) for identity in binding(group, self.groups))
            self._in_groups[group] = bounds
        return bounds


class Lists(Protocol):
    """Where a check looks things up: all lists on any day, as known at one instant."""

    def codes(self) -> tuple[str, ...]:
        """The codes of all lists, sorted."""

    def on(self, code: str, day: dt.date) -> ListOnDay | None:
        """A list on a day; None before its first edition."""

    def entry(self, code: str, varenr: str, day: dt.date) -> Entry | None:
        """A product on a list on a day."""


class Reason(msgspec.Struct, frozen=True):
    """
    Why a verdict is what it is.

    Attributes:
        verdict: What this reason alone would mean.
        field: The fact that is missing.
        would_cover: A prescription code that would cover the product.
        condition: Id of the condition that says so.
        edition: The edition it was judged by.
        found: What was found, where the sentence names it: an age, a last day, a number.
        limit: What it was held against, for limits.
    """

    code: str
    verdict: str
    field: str | None = None
    would_cover: str | None = None
    condition: str | None = None
    edition: str | None = None
    found: str | None = None
    limit: int | None = None
    condition_text: str | None = None


class LimitUse(msgspec.Struct, frozen=True):
    """
    How far a limit is used; all numbers are units.

    Attributes:
        group: The 7-digit group it counts over.
        used: What was handed out before in its period, as far as was told.
        asked: What all lines of this dispensing ask for together.
    """

    limit: Limit
    group: str
    unit: str
    used: int
    asked: int

    @property
    def left_before(self) -> int:
        """What could be handed out before this dispensing."""
        return max(0, self.limit.max - self.used)

    @property
    def left_after(self) -> int:
        """What could still be handed out after it."""
        return max(0, self.limit.max - self.used - self.asked)

    @property
    def exceeded(self) -> bool:
        """Whether it is more than the limit allows."""
        return self.used + self.asked > self.limit.max


class NotJudged(msgspec.Struct, frozen=True):
    """A condition that only a person can judge and that changes nothing here (rule 22)."""

    condition: str
    text: str


class LineAnswer(msgspec.Struct, frozen=True):
    """
    The judgement of one line.

    Attributes:
        reasons: Those that made the verdict, each once; never empty.
        entry: The entry it was judged by and its group; None where it is not on the list.
        units: What the line asks for; None where packs cannot be turned into units.
        amount: Ten-thousandths that are reimbursed at the most; None where no price says it.
    """

    varenr: str
    verdict: str
    reasons: tuple[Reason, ...]
    not_judged: tuple[NotJudged, ...] = ()
    listed: "Listed | None" = None
    units: int | None = None
    limits: tuple[LimitUse, ...] = ()
    amount: int | None = None
    currency: str | None = None


class Listed(msgspec.Struct, frozen=True):
    """A product's entry on a list and the one placement a judgement is about."""

    on: ListOnDay
    entry: Entry
    placement: Placement


class Answer(msgspec.Struct, frozen=True):
    """The judgement of a dispensing: the worst line's verdict (rule 24)."""

    verdict: str
    lines: tuple[LineAnswer, ...]

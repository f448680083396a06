"""Which conditions govern a dispensing: those of the day of writing, or those of its own day (rule 16)."""

import datetime as dt

import msgspec

from lists.conditions import expresses
from lists.prescription import SIDES, Bound, Diagnosis, Dispensing, Listed, ListOnDay, Lists, Prescription
from lists.records import Entry, Group, Placement, RefundCode

PRESCRIBER = "prescriber"


class Governing(msgspec.Struct, frozen=True):
    """
    The conditions that govern one product in one group.

    Attributes:
        rules: Requirements and texts; what binds the prescriber only is of the day of writing.
        limits: Conditions that may set limits.
        written_known: Whether an edition is known for the day of writing.
    """

    rules: tuple[Bound, ...]
    limits: tuple[Bound, ...]
    written_known: bool

    def judges(self, condition: str | None) -> bool:
        """
        Whether all that a condition says is judged here: requirements by `rules`, limits by `limits`.

        The two may have it from different editions, and one of them may not have it at all.
        """
        versions = [bound for bound in (*self.rules, *self.limits) if bound.condition.id == condition]
        if not versions or not all(expresses(bound.condition) for bound in versions):
            return False
        required, limited = _has(condition, self.rules), _has(condition, self.limits)
        return all(
            (required or not bound.requirements) and (limited or not bound.limits) for bound in versions
        )


def _has(condition: str | None, bounds: tuple[Bound, ...]) -> bool:
    return any(bound.condition.id == condition for bound in bounds)


def governing(lists: Lists, listed: Listed, dispensing: Dispensing, matched: RefundCode | None) -> Governing:
    """
    The conditions that govern a dispensing.

    Where prescribing has ended and dispensing goes on, all are those of the day of writing.

    Args:
        matched: The row of the prescription's diagnosis it is judged by, one that holds on its day.
    """
    day = dispensing.dispensed_on
    now = _conditions_of(listed.on, listed.entry, listed.placement.group, matched, day)
    before = _on_writing(lists, listed, dispensing, matched)
    if before is not None and _in_transition(listed.placement, matched, day):
        return Governing(before, before, written_known=True)
    of_prescriber = now if before is None else before
    rules = (
        *(bound for bound in of_prescriber if bound.condition.applies_to == PRESCRIBER),
        *(bound for bound in now if bound.condition.applies_to != PRESCRIBER),
    )
    return Governing(rules, now, written_known=before is not None)


def matching(group: Group, asked: Diagnosis) -> list[RefundCode]:
    """The rows of a diagnosis in a group, on its own side, exactly, without parents or children (rule 12)."""
    return [
        row
        for row in group.refund_codes
        if row.code.value == asked.code and SIDES.get(row.code.system) == SIDES[asked.system]
    ]


def holding(group: Group, asked: Prescription, day: dt.date) -> list[RefundCode]:
    """The rows of a prescription's diagnosis that hold on a day: alternatives, one is enough (rule 12)."""
    rows = matching(group, asked.refund_code) if asked.refund_code is not None else []
    return [row for row in rows if _holds(row, asked.written_on, day)]


def _holds(row: RefundCode, written_on: dt.date, day: dt.date) -> bool:
    begun = row.valid_from is None or row.valid_from <= day
    return begun and not past(row.prescribe_until, written_on) and not past(row.dispense_until, day)


def past(last: dt.date | None, day: dt.date) -> bool:
    """Whether a last day, if there is one, lies before a day."""
    return last is not None and last < day


def _on_writing(
    lists: Lists, listed: Listed, dispensing: Dispensing, matched: RefundCode | None
) -> tuple[Bound, ...] | None:
    """The conditions of the day of writing; None where no edition is known for it."""
    day, varenr = dispensing.prescription.written_on, listed.entry.varenr
    on = lists.on(listed.on.terms.list, day)
    if on is None:
        return None
    entry = lists.entry(on.terms.list, varenr, day)
    group = _group_then(listed.placement.group, entry)
    if group not in on.groups:
        return ()
    then = holding(on.groups[group], dispensing.prescription, day) if matched is not None else []
    # Of several alternatives the same one is meant, as far as it was there already.
    same = max(then, key=lambda row: _likeness(row, matched), default=None)
    return _conditions_of(on, entry or listed.entry, group, same, day)


def _likeness(row: RefundCode, other: RefundCode | None) -> tuple[bool, bool]:
    """Alternatives are often alike but for their conditions; two editions of one, but for its last days."""
    if other is None:
        return False, False
    alike = (row.code.system, row.subterms) == (other.code.system, other.subterms)
    return row.conditions == other.conditions and alike, row.valid_from == other.valid_from and alike


def _group_then(group: str, entry: Entry | None) -> str:
    """The group a product hung in when the prescription was written: the same one, if it was among them."""
    then = [placement.group for placement in entry.placements] if entry is not None else []
    return group if group in then or not then else then[0]


def _in_transition(placement: Placement, matched: RefundCode | None, day: dt.date) -> bool:
    known: tuple[Placement | RefundCode, ...] = (placement, *((matched,) if matched is not None else ()))
    return any(
        one.prescribe_until is not None
        and one.dispense_until is not None
        and one.prescribe_until < day <= one.dispense_until
        for one in known
    )


def _conditions_of(
    on: ListOnDay, entry: Entry, group: str, matched: RefundCode | None, day: dt.date
) -> tuple[Bound, ...]:
    """The conditions of a group and those above it, of the product, and of its diagnosis on that day."""
    if matched is None and not entry.conditions:
        return on.bound_in(group)
    bounds = dict.fromkeys(bound.condition.id for bound in on.bound_in(group))
    bounds.update(dict.fromkeys(identity for identity in entry.conditions if identity in on.conditions))
    for reference in matched.conditions if matched is not None else ():
        begun = reference.valid_from is None or reference.valid_from <= day
        if begun and not past(reference.valid_to, day):
            bounds[reference.condition] = None
    return tuple(map(on.bound, bounds))

"""
Lists in memory, as a check asks for them: each list is a chain of editions, and the later one holds.

What a test of one rule needs around it is made here; name only what your test is about.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from lists.codes import CONDITION_TYPE, LIMIT_PERIOD, PRICE_KIND_GOODS, SPECIALTY, Code
from lists.coverage import check
from lists.edition import Edition
from lists.prescription import Already, Answer, Dispensing, Line, LineAnswer, ListOnDay, Prescription
from lists.records import CodedForm, Condition, Entry, Placement, Price
from tests.builders import FIRST_DAY, a_condition, a_form, a_group, an_edition, an_entry

WRITTEN = dt.date(2026, 3, 2)
DISPENSED = dt.date(2026, 6, 1)


class KnownLists:
    """The lists of some editions; of two for the same day the one named later holds."""

    def __init__(self, *editions: Edition) -> None:
        numbered = sorted(enumerate(editions, start=1), key=lambda known: known[1].valid_from)
        self.chains: dict[str, list[tuple[str, Edition]]] = {}
        for number, edition in numbered:
            identity = f"{edition.terms.list}/{edition.valid_from}/{number}"
            self.chains.setdefault(edition.terms.list, []).append((identity, edition))

    def codes(self) -> tuple[str, ...]:
        """The codes of all lists, sorted."""
        return tuple(sorted(self.chains))

    def on(self, code: str, day: dt.date) -> ListOnDay | None:
        """A list on a day; None before its first edition."""
        known = self.held(code, day)
        if known is None:
            return None
        identity, edition = known
        groups = {group.code.value: group for group in edition.terms.groups}
        conditions = {condition.id: condition for condition in edition.terms.conditions}
        return ListOnDay(identity, edition.terms, groups, conditions)

    def entry(self, code: str, varenr: str, day: dt.date) -> Entry | None:
        """A product on a list on a day."""
        known = self.held(code, day)
        entries = known[1].entries if known is not None else ()
        return next((entry for entry in entries if entry.varenr == varenr), None)

    def held(self, code: str, day: dt.date) -> tuple[str, Edition] | None:
        """The edition in force on a day with its name."""
        begun = [known for known in self.chains[code] if known[1].valid_from <= day]
        return begun[-1] if begun else None


# --- what is asked ---------------------------------------------------------


def a_dispensing(*lines: Line | str, **changes: Any) -> Dispensing:
    """
    One pack of 600007 on a 505 prescription, written in March and handed out in June, nothing before.

    Args:
        lines: A varenr is one pack of it.
        changes: Facts of the prescription by their names; `on` and `already` of the dispensing.
    """
    day = changes.pop("on", DISPENSED)
    already = changes.pop("already", ())
    asked = msgspec.structs.replace(Prescription("505", WRITTEN), **changes)
    wanted = tuple(Line(line, packs=1) if isinstance(line, str) else line for line in lines or ("600007",))
    return Dispensing(asked, day, wanted, tuple(already) if already is not None else None)


def units(number: int, varenr: str = "600007") -> Line:
    """A line that asks for so many units."""
    return Line(varenr, units=number)


def before(number: int, on: str, varenr: str = "600007", code: str | None = "505") -> Already:
    """So many units were handed out on that day."""
    return Already(varenr, number, dt.date.fromisoformat(on), code)


def judge(lists: KnownLists, *lines: Line | str, **changes: Any) -> Answer:
    """The answer to `a_dispensing`."""
    return check(lists, a_dispensing(*lines, **changes))


def judge_line(lists: KnownLists, *lines: Line | str, **changes: Any) -> LineAnswer:
    """The first line of the answer to `a_dispensing`."""
    return judge(lists, *lines, **changes).lines[0]


def why(line: LineAnswer) -> list[str]:
    """The codes of a line's reasons, with the missing field where one is."""
    return [reason.code + (f" {reason.field}" if reason.field else "") for reason in line.reasons]


def used(line: LineAnswer) -> list[tuple[int, str, int, int, int, int]]:
    """A line's limits: max, period, used, asked, left before and after."""
    return [
        (use.limit.max, use.limit.per, use.used, use.asked, use.left_before, use.left_after)
        for use in line.limits
    ]


# --- what lists say --------------------------------------------------------


def a_product(varenr: str = "600007", *groups: str, **changes: Any) -> Entry:
    """A product of 30 pieces in these groups (5050101 unless told) since the first day of 2026."""
    placements = tuple(Placement(group, FIRST_DAY) for group in groups or ("5050101",))
    return an_entry(varenr, placements=placements, **changes)


def a_condition_of(kind: str, *values: str, identity: str = "", **changes: Any) -> Condition:
    """A condition with one coded form of a type of kodeverk 7439, which binds both unless told."""
    form = a_form(kind, *values)
    made: dict[str, Any] = {"applies_to": "both", "coded": (form,), **changes}
    return a_condition(identity or f"ID_{kind}", text=f"Vilkår av type {kind}.", **made)


def needs_own(identity: str = "ID_EGEN", **changes: Any) -> Condition:
    """The group needs its own prescription; it binds both unless told."""
    return a_condition_of("11", "1", identity=identity, **changes)


def at_most(number: int, per: str = "calendar_year", identity: str = "") -> Condition:
    """A limit of a period, named after both unless told."""
    kind = {"calendar_year": "15", "dispensing": "16"}.get(per)
    form_type = Code(kind, CONDITION_TYPE) if kind is not None else Code(per, LIMIT_PERIOD)
    coded = (CodedForm(form_type, (str(number),)),)
    return a_condition(
        identity or f"ID_{number}", text=f"Høyst {number} stk.", applies_to="both", coded=coded
    )


def by_specialist(*specialties: str, **changes: Any) -> Condition:
    """Must be prescribed by a specialist of these, or in a hospital."""
    form = CodedForm(Code("10", CONDITION_TYPE), (), tuple(Code(code, SPECIALTY) for code in specialties))
    made: dict[str, Any] = {"applies_to": "prescriber", "coded": (form,), **changes}
    return a_condition(made.pop("identity", "ID_SPES"), text="Bare spesialist.", **made)


def a_text(identity: str = "ID_TEKST", **changes: Any) -> Condition:
    """A condition that only a person can judge; it binds the prescriber unless told."""
    return a_condition(identity, text="Bare etter stomioperasjon.", **changes)


def per_pack(amount: int, **changes: Any) -> Price:
    """A price of a pack, in ten-thousandths of a krone."""
    price = Price(Code("P", PRICE_KIND_GOODS), amount, "NOK", FIRST_DAY)
    return msgspec.structs.replace(price, **changes)


# --- whole lists -----------------------------------------------------------

EDITION = "505/2026-01-01/1"
"""The name of the first edition that a test names, where that is `stoma`."""


def stoma(*conditions: Condition, products: Sequence[Entry] = (), **changes: Any) -> Edition:
    """505 with the usual product in 5050101, bound by these conditions."""
    bound = a_group("5050101", conditions=tuple(condition.id for condition in conditions))
    groups = [a_group("505"), bound]
    return an_edition(products or (a_product(),), groups=groups, conditions=conditions, **changes)


def urine(*products: Entry) -> Edition:
    """502 with 903279 unless told."""
    return an_edition(products or (a_product("903279", "5020101"),), list="502", title="Urinretensjon")


def day(text: str) -> dt.date:
    """A civil day, as short as a table needs it."""
    return dt.date.fromisoformat(text)

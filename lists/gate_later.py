"""Gates on days: what a later edition would undo (rule 25), and first days that are worth a word."""

from collections.abc import Iterator, Mapping

from lists.carrying import carried
from lists.edition import Draft, Edition, without_marks
from lists.gate_result import GateResult, Look, first, named
from lists.records import Condition, Entry, Group

_Record = Entry | Group | Condition


QUARTER_DAYS = ((1, 1), (4, 1), (7, 1), (10, 1))
"""Months and days on which Helfo's lists come into force."""


def later_edition_lacks_it(look: Look) -> GateResult:
    """A correction does not reach what is already released for a later day (rule 25)."""
    lacks = {name: lacking(look.step.was, look.step.now, later) for name, later in look.beside.later}
    names = [name for name, subjects in lacks.items() if subjects]
    subjects = first(dict.fromkeys(subject for of in lacks.values() for subject in of))
    return GateResult("later-edition-lacks-it", look.list, named(names), "0", not names, subjects=subjects)


def valid_from_past(look: Look) -> GateResult:
    day, today = look.step.now.valid_from, look.beside.today
    return GateResult("valid-from-past", look.list, str(day), str(today), True, noted=day < today)


def no_quarter_day(look: Look) -> GateResult:
    day = look.step.now.valid_from
    limit = ", ".join(f"{month:02}-{of:02}" for month, of in QUARTER_DAYS)
    noted = (day.month, day.day) not in QUARTER_DAYS
    return GateResult("no-quarter-day", look.list, str(day), limit, True, noted=noted)


def lacking(former: Edition, now: Edition, later: Edition) -> list[str]:
    """
    The subjects that would differ in a later edition if it had the change from `former` to `now` too.

    Where the later edition says something of its own, neither as before nor as now, that was a
    decision and lacks nothing.

    Returns:
        "list CODE" for the list's own facts, then a varenr, "group CODE" or "condition ID" each.
    """
    change = Draft("", now.terms, now.valid_from, list(now.entries))
    with_it = carried(former, change, later)
    found = ["list " + now.terms.list] if _differs(with_it, later) else []
    pairs = zip(_subjects(with_it), _subjects(later), strict=True)
    return [*found, *(name for wanted, held in pairs for name in _different(wanted, held))]


def _differs(one: Edition | Draft, other: Edition | Draft) -> bool:
    """Whether title, legal basis or flags are not the same."""
    facts = [
        (terms.title, terms.legal_basis, terms.requires_listed_product, terms.requires_decision, terms.closed)
        for terms in (one.terms, other.terms)
    ]
    return facts[0] != facts[1]


def _subjects(edition: Edition | Draft) -> tuple[Mapping[str, _Record], ...]:
    return (
        {entry.varenr: entry for entry in edition.entries},
        {"group " + group.code.value: group for group in edition.terms.groups},
        {"condition " + condition.id: condition for condition in edition.terms.conditions},
    )


def _different(wanted: Mapping[str, _Record], held: Mapping[str, _Record]) -> Iterator[str]:
    for name in sorted(wanted.keys() | held.keys()):
        one, other = wanted.get(name), held.get(name)
        if one == other:
            continue
        if one is None or other is None or without_marks(one) != without_marks(other):
            yield name

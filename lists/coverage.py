"""Does this prescription cover this product on this day, and how many more? Rules 16 to 24."""

from collections.abc import Iterator

import msgspec

from lists.counting import Count
from lists.governing import holding
from lists.judging import Case, Judging, expired, undecided, worst_first
from lists.prescribing import (
    covered_elsewhere,
    list_of,
)
from lists.prescription import (
    ASK,
    NO,
    VERDICTS,
    YES,
    Answer,
    Dispensing,
    Line,
    LineAnswer,
    Listed,
    ListOnDay,
    Lists,
    Reason,
)
from lists.records import Entry


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
    on = lists.on(code, dispensing.dispensed_on) if code is not None else None
    if on is None:
        judged = (_on_no_list(lists, dispensing, line) for line in dispensing.lines)
    else:
        case = Case(lists, dispensing, on, Count(lists, on.terms.list, dispensing))
        judged = (_line(case, line) for line in dispensing.lines)
    lines = tuple(judged)
    return Answer(min((line.verdict for line in lines), key=VERDICTS.index, default=YES), lines)


def _line(case: Case, line: Line) -> LineAnswer:
    on, dispensing = case.on, case.dispensing
    if on.terms.closed:
        needed, _ = covered_elsewhere(case.lists, line.varenr, dispensing.dispensed_on) or (None, "")
        return _unlisted(line, Reason("list-closed", NO, would_cover=needed, edition=on.edition))
    entry = case.lists.entry(on.terms.list, line.varenr, dispensing.dispensed_on)
    if entry is not None:
        return _best(case, entry, line)
    if not on.terms.requires_listed_product:
        return _unlisted(line, *_for_a_person(on, dispensing))
    return _on_no_list(case.lists, dispensing, line, on.edition)


def _best(case: Case, entry: Entry, line: Line) -> LineAnswer:
    """A listed product in each of its groups and on each row of the diagnosis: the best verdict counts."""
    on, day, asked = case.on, case.dispensing.dispensed_on, case.dispensing.prescription
    judged = [
        Judging(case, Listed(on, entry, placement), line).answer(matched)
        for placement in entry.placements
        for matched in holding(on.groups[placement.group], asked, day) or (None,)
    ]
    # Placements are by group code, so of equals the first is the line's, as the contract says.
    return max(judged, key=lambda answer: VERDICTS.index(answer.verdict))


def _on_no_list(lists: Lists, dispensing: Dispensing, line: Line, edition: str | None = None) -> LineAnswer:
    elsewhere = covered_elsewhere(lists, line.varenr, dispensing.dispensed_on)
    if elsewhere is None:
        return _unlisted(line, Reason("not-listed", NO, edition=edition))
    needed, there = elsewhere
    return _unlisted(line, Reason("not-under-this-prescription", NO, would_cover=needed, edition=there))


def _unlisted(line: Line, *reasons: Reason) -> LineAnswer:
    ordered = worst_first(reasons)
    return LineAnswer(line.varenr, ordered[0].verdict, ordered, units=line.units)


def _for_a_person(on: ListOnDay, dispensing: Dispensing) -> Iterator[Reason]:
    """A product that is not on the list, where that alone is no bar (rule 19)."""
    yield Reason("not-listed", ASK, edition=on.edition)
    for reason in (expired(dispensing), undecided(on, dispensing)):
        if reason is not None:
            yield msgspec.structs.replace(reason, edition=on.edition)

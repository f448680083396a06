"""A judged source as a report: for programs as the contract's shapes, for people as sentences."""

import datetime as dt

import msgspec

from app.commands.context import Session
from app.publish.prepare import Prepared
from app.reports import (
    CountShape,
    GateShape,
    ProblemShape,
    counts_of,
    gate_shape,
    listed,
    problem_shape,
)
from app.words import say, say_problem
from app.workshop.records import DraftList
from lists.rules import blocks

MOST_TOLD = 40


class ListReport(msgspec.Struct, frozen=True):
    """What a source makes of one list."""

    list: str
    title: str
    valid_from: dt.date | None
    entries: int
    groups: int
    state: str
    edition: str | None


class Report(msgspec.Struct, frozen=True):
    """The answer of `validate` and `ingest`; problems by place, at most 5,000 of them."""

    lists: tuple[ListReport, ...]
    problems: tuple[ProblemShape, ...]
    counts: tuple[CountShape, ...]
    gates: tuple[GateShape, ...]
    draft: int | None = None
    release: int | None = None


def report(prepared: Prepared, lang: str, *, draft: int | None = None, release: int | None = None) -> Report:
    """A judged source as programs read it."""
    editions = {edition.terms.list: edition for edition in prepared.editions}
    return Report(
        lists=tuple(
            _list_report(known, release if known.list in editions else None) for known in prepared.lists
        ),
        problems=tuple(problem_shape(found, lang) for found in listed(prepared.problems)),
        counts=counts_of(prepared.problems),
        gates=tuple(gate_shape(gate, lang) for gate in prepared.gates),
        draft=draft,
        release=release,
    )


def tell(session: Session, prepared: Prepared) -> None:
    """A judged source as people read it: what blocks first, then how often what was noted, then each list."""
    blocking = [found for found in prepared.problems if blocks(found)]
    noted = [found for found in prepared.problems if not blocks(found)]
    for found in blocking[:MOST_TOLD]:
        session.tell_text(say_problem(found, session.lang))
    if len(blocking) > MOST_TOLD:
        session.tell("more-problems", count=len(blocking) - MOST_TOLD)
    for count in counts_of(noted):
        example = next(found for found in noted if found.rule == count.rule)
        session.tell("noted", count=count.count, rule=count.rule, example=say_problem(example, session.lang))
    for known in prepared.lists:
        state = say("page", "state-" + known.state, session.lang)
        session.tell(
            "list-line",
            list=known.list,
            title=known.title,
            state=state,
            valid_from=known.valid_from or "–",
            entries=known.entries,
            groups=known.groups,
        )


def _list_report(known: DraftList, release: int | None) -> ListReport:
    edition = f"{known.list}/{known.valid_from}/{release}" if release is not None else known.edition
    return ListReport(
        known.list, known.title, known.valid_from, known.entries, known.groups, known.state, edition
    )

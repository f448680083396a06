"""A judged source as a report: for programs as the contract's shapes, for people as sentences."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec

from app.commands.context import Session
from app.publish.prepare import Prepared
from app.words import say, say_problem
from app.workshop import DraftList
from lists.gates import GateResult
from lists.problems import Problem
from lists.rules import RULES, blocks

MOST_LISTED = 5000
MOST_TOLD = 40


class ProblemShape(msgspec.Struct, frozen=True):
    """One finding, with what was expected and what to do."""

    rule: str
    blocks: bool
    file: str
    line: int
    column: str
    subject: str
    found: str
    expected: str
    advice: str
    message: str


class ListReport(msgspec.Struct, frozen=True):
    """What a source makes of one list."""

    list: str
    title: str
    valid_from: dt.date | None
    entries: int
    groups: int
    state: str
    edition: str | None


class CountShape(msgspec.Struct, frozen=True):
    """How often a rule found something; all of it, also what is not listed."""

    rule: str
    blocks: bool
    count: int


class GateShape(msgspec.Struct, frozen=True):
    """What a gate found."""

    gate: str
    list: str
    found: str
    limit: str
    passed: bool
    text: str


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
        problems=tuple(_problem_shape(found, lang) for found in _listed(prepared.problems)),
        counts=_counts(prepared.problems),
        gates=tuple(_gate_shape(gate, lang) for gate in prepared.gates),
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
    for count in _counts(noted):
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


def _listed(problems: Sequence[Problem]) -> list[Problem]:
    """As many as are listed, in their order; what blocks goes before what is noted."""
    ranked = sorted(problems, key=lambda found: not blocks(found))
    return sorted(ranked[:MOST_LISTED])


def _list_report(known: DraftList, release: int | None) -> ListReport:
    edition = f"{known.list}/{known.valid_from}/{release}" if release is not None else known.edition
    return ListReport(
        known.list, known.title, known.valid_from, known.entries, known.groups, known.state, edition
    )


def _problem_shape(found: Problem, lang: str) -> ProblemShape:
    return ProblemShape(
        rule=found.rule,
        blocks=blocks(found),
        file=found.file,
        line=found.line,
        column=found.column,
        subject=found.subject,
        found=found.found,
        expected=say_problem(found, lang, part="expected"),
        advice=say_problem(found, lang, part="advice"),
        message=say_problem(found, lang),
    )


def _counts(problems: Sequence[Problem]) -> tuple[CountShape, ...]:
    """By rule, what blocks first, then the most frequent."""
    counted = Counter(found.rule for found in problems)
    ranked = sorted(counted.items(), key=lambda one: (not RULES[one[0]], -one[1], one[0]))
    return tuple(CountShape(rule, RULES[rule], count) for rule, count in ranked)


def _gate_shape(gate: GateResult, lang: str) -> GateShape:
    text = say("gate", gate.gate, lang, list=gate.list, found=gate.found, limit=gate.limit)
    return GateShape(gate.gate, gate.list, gate.found, gate.limit, gate.passed, text)

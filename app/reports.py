"""What was found in a draft as programs read it: problems, how often, gates; each with its sentences."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from app.words import say, say_problem
from lists.gates import GateResult
from lists.problems import Problem
from lists.rules import RULES, blocks

MOST_LISTED = 5000


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
    noted: bool
    text: str


def listed(problems: Sequence[Problem]) -> list[Problem]:
    """As many as are listed, in their order; what blocks goes before what is noted."""
    ranked = sorted(problems, key=lambda found: not blocks(found))
    return sorted(ranked[:MOST_LISTED])


def problem_shape(found: Problem, lang: str) -> ProblemShape:
    """A finding with its sentences."""
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


def counts_of(problems: Sequence[Problem]) -> tuple[CountShape, ...]:
    """By rule, what blocks first, then the most frequent."""
    counted = Counter(found.rule for found in problems)
    ranked = sorted(counted.items(), key=lambda one: (not RULES[one[0]], -one[1], one[0]))
    return tuple(CountShape(rule, RULES[rule], count) for rule, count in ranked)


def gate_shape(gate: GateResult, lang: str) -> GateShape:
    """A gate's result with its sentence."""
    text = say("gate", gate.gate, lang, list=gate.list, found=gate.found, limit=gate.limit)
    return GateShape(gate.gate, gate.list, gate.found, gate.limit, gate.passed, gate.noted, text)

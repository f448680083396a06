"""
What a pharmacy asks at the counter: is this covered, how many more, why, and according to which release?

    python docs/examples/pharmacy_check.py http://127.0.0.1:8000 docs/examples/dispensing.json

The file is a question to /v1/check: a prescription, the day, what is to be handed out, and what was before
(`already`); `-` is standard input. What is not in it counts as unknown and never as "no". Nobody's name is
sent, and the service keeps nothing. The answers kept here for when it is away belong where prescriptions are.
Exit codes: 0 covered, 1 not covered, 2 a wrong question, 3 a person must judge or a fact is missing,
4 nobody answers.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.checks import CheckAnswer, CheckQuestion, LimitUseShape
from app.client import Lists, Problem, Unreachable

EXIT = {"yes": 0, "no": 1, "ask": 3}
WRONG, AWAY = 2, 4
MINUTE = dt.timedelta(minutes=1)
VERDICT = {"yes": "COVERED", "no": "NOT COVERED", "ask": "NOT DECIDED"}
COUNTED_BEFORE = ("calendar_year", "month")
"""Limits for which it matters what was handed out earlier."""


def main() -> int:
    """Check the dispensing that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("dispensing")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "blaliste-checks")
    asked = parser.parse_args()
    asked.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        content = sys.stdin.buffer.read() if asked.dispensing == "-" else Path(asked.dispensing).read_bytes()
        question = msgspec.json.decode(content, type=CheckQuestion)
    except (OSError, msgspec.DecodeError) as error:
        print(f"{asked.dispensing} is no question, and nothing was asked: {error}", file=sys.stderr)
        print("Days are written YYYY-MM-DD; /schema describes every field of /v1/check.", file=sys.stderr)
        return WRONG
    # Somebody stands and waits: two tries, and then the last answer.
    with Lists(asked.url, cache=asked.cache, keep_checks=True, tries=2) as lists:
        return check(lists, question)


def check(lists: Lists, question: CheckQuestion) -> int:
    """Ask, print the answer, and say how it went by an exit code."""
    try:
        answer = lists.check(question)
        lines = [*told(question, answer), *unlisted(lists, question, answer)]
        print(*lines, released(lists, answer.release), sep="\n")
        return EXIT[answer.verdict]
    except Problem as problem:
        print(f"The question cannot be answered. {problem.answer.detail}", file=sys.stderr)
        return WRONG
    except Unreachable as away:
        return last_answer(question, away)


def last_answer(question: CheckQuestion, away: Unreachable) -> int:
    """Nobody answers: what was answered to the very same question is shown as what it is, old."""
    print("NOBODY ANSWERS. Whether this is covered now is not known.", file=sys.stderr)
    if away.kept is None or not isinstance(away.kept.answer, CheckAnswer):
        print("The same was never asked before: ask again, or call.", file=sys.stderr)
        return AWAY
    answer, age = away.kept.answer, dt.datetime.now(dt.UTC) - away.kept.held_at
    print(f"THE LAST ANSWER IS {age // MINUTE} MINUTES OLD, from release {answer.release}:")
    print(*told(question, answer), sep="\n")
    return AWAY


def told(question: CheckQuestion, answer: CheckAnswer) -> Iterator[str]:
    """The answer in words, line by line."""
    for line in answer.lines:
        amount = f"{line.units} units" if line.units is not None else "units not known"
        yield f"{VERDICT[line.verdict]}: {line.varenr}, {amount}"
        for reason in line.reasons:
            edition = f" [{reason.edition}]" if reason.edition is not None else ""
            yield f"  because: {reason.text}{edition}"
        for limit in line.limits:
            yield f"  {left(limit, known=question.already is not None)}"
        if line.max_reimbursement is not None and line.verdict != "no":
            yield f"  paid at most: {line.max_reimbursement.amount} {line.max_reimbursement.currency}"
        for judged in line.not_judged:
            yield f"  a person judges: {judged.text}"
    for judged in answer.not_judged:
        yield f"a person judges: {judged.text}"


def left(limit: LimitUseShape, *, known: bool) -> str:
    """How many more; nobody can say where it was not told what was handed out before."""
    beginning = f"at most {limit.max} {limit.unit} per {limit.per.replace('_', ' ')}:"
    if limit.per in COUNTED_BEFORE and not known:
        return f"{beginning} how many are left is not known, for what was handed out before was not told"
    if limit.asked > limit.left_before:
        return f"{beginning} {limit.used} used, {limit.asked} now is too many, {limit.left_before} are left"
    return f"{beginning} {limit.used} used, {limit.asked} now, {limit.left_after} left after it"


def unlisted(lists: Lists, question: CheckQuestion, answer: CheckAnswer) -> Iterator[str]:
    """A number that is on no list is perhaps a slip of the finger: what the service says of it."""
    for line in answer.lines:
        if any(reason.code == "not-listed" for reason in line.reasons):
            try:
                lists.product(line.varenr, valid_on=question.dispensed_on)
            except Problem as problem:
                yield f"{line.varenr}: {problem.answer.detail}"


def released(lists: Lists, release: int) -> str:
    """From which release an answer is, and since when that is public."""
    return f"from release {release}, public since {lists.manifest(release).published_at:%Y-%m-%d %H:%M} UTC"


if __name__ == "__main__":
    sys.exit(main())

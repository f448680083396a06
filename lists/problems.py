"""What is wrong or noteworthy in a source, once for each place, in an order that owes nothing to chance."""

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True, gc=False):
    """
    One finding of one rule.

    Attributes:
        file: Last part of the source's name.
        line: Line or row in it, from 1; 0 where the file as a whole is meant.
        column: Name of the column or element, "" where the row as a whole is meant.
        rule: Name of the rule, a key of `lists.rules.RULES`.
        subject: What it is about: a varenr, a group code, a list.
        found: What stands there, as it stands.
        facts: What else the sentence names, by name, sorted.
    """

    file: str
    line: int
    column: str
    rule: str
    subject: str = ""
    found: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def problem(
    rule: str,
    *,
    file: str,
    line: int = 0,
    column: str = "",
    subject: str = "",
    found: str = "",
    **facts: object,
) -> Problem:
    """A Problem whose further facts are given by name."""
    named = tuple(sorted((name, str(value)) for name, value in facts.items()))
    return Problem(file, line, column, rule, subject, found, named)

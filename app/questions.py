"""How an input that cannot be used is refused, wherever a question comes from."""

from lists.errors import BadQuestion


def bad(name: str, field: str, found: str, expected: str) -> BadQuestion:
    """
    The refusal of one input.

    Args:
        name: The public NAME of the problem.
        field: Where in the question.
        found: What stands there.
        expected: Key of the table of expectations.
    """
    return BadQuestion(name, field=field, found=found, expected=expected)

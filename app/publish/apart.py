"""Carries out one order in a process of its own: a server that answers readers has no time for it."""

import sys
from pathlib import Path
from typing import TypeAlias

import msgspec

from app.faults import named
from app.home import Home
from app.logs import set_up_logs
from app.publish.orders import Done, Order, carry_out
from lists import errors
from lists.errors import ListsError


class Refusal(msgspec.Struct, frozen=True, tag=True):
    """
    Why an order was not carried out.

    Attributes:
        kind: Name of the refusal's class in `lists.errors`.
    """

    kind: str
    reason: str
    facts: dict[str, str]

    def error(self) -> ListsError:
        """The refusal, as it was raised over there."""
        kind = getattr(errors, self.kind, ListsError)
        facts = dict(self.facts)
        error: ListsError = kind(self.reason, **facts)
        return error


Answer: TypeAlias = Done | Refusal


def main() -> None:
    """`python -m app.publish.apart HOME`: an order as JSON on standard input, the answer on the output."""
    set_up_logs()
    answer: Answer
    try:
        order: Order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
        answer = carry_out(Home(Path(sys.argv[1])), order)
    except Exception as error:  # noqa: BLE001 whatever it is, whoever gave the order is told
        told = error if isinstance(error, ListsError) else named(error)
        answer = Refusal(type(told).__name__, told.reason, told.facts)
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()

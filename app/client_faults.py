"""What a client of the API is told where it gets no answer that it can use."""

import datetime as dt

import msgspec

from app.pages import ProblemAnswer


class Kept(msgspec.Struct, frozen=True):
    """
    The last answer to the same question.

    Attributes:
        answer: The shape that was asked for.
        held_at: When the service last said so.
    """

    answer: object
    held_at: dt.datetime


class Problem(Exception):
    """The service refused a question: `answer` says why, with what was found and expected."""

    def __init__(self, answer: ProblemAnswer) -> None:
        super().__init__(f"{answer.title}: {answer.detail}")
        self.answer = answer

    @property
    def name(self) -> str:
        """The name of the problem, such as `never-listed`."""
        return self.answer.type.rpartition("/")[2]


class Unreachable(Exception):
    """
    Nobody answered, however often it was tried, or what answered is no such service.

    Attributes:
        kept: The last answer to the same question, where there was one. It may no longer hold: whoever
            shows it says how old it is.
    """

    kept: Kept | None = None


class Damaged(Exception):
    """A file came otherwise than it was sealed; nothing of it was kept."""

"""What every command has: the home, the language, and one way to speak to people and to programs."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import click
import msgspec

from app.home import Home
from app.words import say, say_error
from lists.errors import BadQuestion, HomeBroken, ListsError

DONE, REFUSED, WRONG_USE, BROKEN = 0, 1, 2, 3

Parameters = ParamSpec("Parameters")


class Session(msgspec.Struct, frozen=True):
    """
    One call of the program.

    Attributes:
        json: One JSON document goes to standard output, and nothing else.
    """

    home: Home
    json: bool
    lang: str

    def tell(self, key: str, **facts: object) -> None:
        """Say a sentence to a person; a program gets none."""
        if not self.json:
            click.echo(say("page", key, self.lang, **facts))

    def tell_text(self, text: str) -> None:
        """Say a text that needs no words of ours to a person."""
        if not self.json:
            click.echo(text)

    def give(self, document: object) -> None:
        """Give a program its document."""
        if self.json:
            self.print_json(document)

    def print_json(self, document: object) -> None:
        """Print a document as JSON, indented where a person reads it."""
        encoded = document if isinstance(document, bytes) else msgspec.json.encode(document)
        sys.stdout.buffer.write((encoded if self.json else msgspec.json.format(encoded)) + b"\n")
        sys.stdout.buffer.flush()


def command(function: Callable[Concatenate[Session, Parameters], int | None]) -> Callable[Parameters, None]:
    """Give a command its session, tell its refusals, and end with the exit code of the contract."""

    @click.pass_obj
    @wraps(function)
    def run(session: Session, *args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            code = function(session, *args, **kwargs)
        except ListsError as error:
            _refuse(session, error)
            code = BROKEN if isinstance(error, HomeBroken) else REFUSED
        click.get_current_context().exit(code or DONE)

    return run


def wrong_use(error: BadQuestion, session: Session) -> click.UsageError:
    """A parameter that cannot be used, as click reports it."""
    return click.UsageError(say_error(error, session.lang))


def _refuse(session: Session, error: ListsError) -> None:
    sentence = say_error(error, session.lang)
    session.give({"error": {"reason": error.reason, **error.facts, "message": sentence}})
    if not session.json:
        click.echo(sentence, err=True)

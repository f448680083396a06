"""What every command has: the home, the language, and one way to speak to people and to programs."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from typing import Any, Concatenate, NoReturn, ParamSpec

import click
import msgspec

from app.faults import named
from app.home import Home
from app.words import say, say_error
from lists.errors import HomeBroken, ListsError

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
            click.echo(say("page", key, self.lang, part="text", **facts))

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
        _write(encoded if self.json else msgspec.json.format(encoded))


class Program(click.Group):
    """The whole program: whatever goes wrong, a program that asked for JSON gets one document of it."""

    def __init__(self, *names: Any, **extra: Any) -> None:
        super().__init__(*names, **extra)
        self._modules: dict[str, str] = {}

    def add_module(self, module: str, names: Sequence[str]) -> None:
        """Have commands of these names; their module is loaded when one of them is called."""
        self._modules.update(dict.fromkeys(names, module))

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(self._modules)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """A command, loaded by now; None where there is none of that name."""
        if name in self._modules and name not in self.commands:
            for loaded in import_module(self._modules[name]).COMMANDS:
                self.add_command(loaded)
        return super().get_command(context, name)

    def main(self, args: Sequence[str] | None = None, *names: Any, **extra: Any) -> NoReturn:
        """Run, and end with the exit code of the contract."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(given, *names, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            code = _show(error, as_json="--json" in given)
        except click.Abort:
            code = _stopped(as_json="--json" in given)
        sys.exit(code if isinstance(code, int) else DONE)


def command(function: Callable[Concatenate[Session, Parameters], int]) -> Callable[Parameters, None]:
    """Give a command its session, tell its refusals, and end with the exit code of the contract."""

    @click.pass_obj
    @wraps(function)
    def run(session: Session, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            code = function(session, *args, **kwargs)
        except click.ClickException:
            raise
        except BrokenPipeError:
            code = _nobody_reads()
        except Exception as error:  # noqa: BLE001 none ends in a trace for a person; the log has it
            code = _refuse(session, error)
        click.get_current_context().exit(code)

    return run


def _refuse(session: Session, error: Exception) -> int:
    told = error if isinstance(error, ListsError) else named(error)
    sentence = say_error(told, session.lang)
    session.give({"error": {**told.facts, "reason": told.reason, "message": sentence}})
    if not session.json:
        click.echo(sentence, err=True)
    return BROKEN if isinstance(told, HomeBroken) else REFUSED


def _show(error: click.ClickException, *, as_json: bool) -> int:
    """Tell wrong use as click does, or as the document that was asked for."""
    if as_json:
        reason = "wrong-use" if isinstance(error, click.UsageError) else "bad-request"
        document = {"error": {"reason": reason, "message": error.format_message()}}
        _write(msgspec.json.encode(document))
    else:
        error.show()
    return error.exit_code


def _stopped(*, as_json: bool) -> int:
    """Somebody pressed Ctrl-C; what was not in force yet is not."""
    if as_json:
        _write(msgspec.json.encode({"error": {"reason": "stopped", "message": "Aborted!"}}))
    else:
        click.echo("Aborted!", err=True)
    return REFUSED


def _nobody_reads() -> int:
    """Whoever read our output has closed it: there is nobody to tell."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 it lives as long as we do
    return REFUSED


def _write(encoded: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()

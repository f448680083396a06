"""The command that says who runs a home, which catalogues, FHIR resources and copies pass on."""

from collections.abc import Callable

import click
import msgspec

from app.commands.context import DONE, Session, command
from app.operator import (
    KINDS,
    Operator,
    keep_operator,
    parse_address,
    parse_email,
    parse_name,
    parse_orgnr,
    parse_page,
    read_operator,
)

_PARSED: dict[str, Callable[[str], str]] = {
    "name": parse_name,
    "orgnr": parse_orgnr,
    "kind": str,
    "email": parse_email,
    "page": parse_page,
    "address": parse_address,
}
"""How each part is read."""


@click.command("operator")
@click.option("--name", help="What whoever runs this home is called.")
@click.option("--orgnr", help="Norwegian organisation number: nine digits.")
@click.option("--kind", type=click.Choice(("", *KINDS)), help="What kind of operator it is.")
@click.option("--email", help="Where one can write.")
@click.option("--page", help="Web page where one can ask, with https://.")
@click.option("--address", help="Public address: scheme and host, such as https://lists.example.")
@command
def operator(session: Session, /, **said: str | None) -> int:
    """
    Who runs this home, and at what address it is public.

    Without options it is shown. A part that is given as "" is forgotten.
    """
    session.home.require()
    changes = {part: _PARSED[part](text) if text else None for part, text in said.items() if text is not None}
    known = read_operator(session.home)
    if changes:
        known = msgspec.structs.replace(known, **changes)
        keep_operator(session.home, known)
    session.give(known)
    _tell(session, known)
    return DONE


def _tell(session: Session, known: Operator) -> None:
    told = {part: text for part, text in msgspec.structs.asdict(known).items() if text is not None}
    for part, text in told.items():
        session.tell("operator-" + part, found=text)
    if "name" not in told:
        session.tell("operator-nobody")
    if "address" not in told:
        session.tell("operator-no-address")


COMMANDS: tuple[click.Command, ...] = (operator,)

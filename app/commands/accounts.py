"""Commands for who may do what: people with their roles, and tokens for programs."""

import datetime as dt
import sys
from contextlib import closing
from pathlib import Path

import click
import msgspec

from app.commands.context import DONE, Session, command
from app.commands.publishing import EDITOR as COMMAND_LINE
from app.words import say
from app.workshop.accounts import ROLES, Accounts, User, join_roles
from app.workshop.database import Workshop
from app.workshop.passwords import LONGEST, hash_password
from app.workshop.tokens import DAYS, MOST_DAYS, Token, Tokens
from lists.errors import Refused

STANDARD_INPUT = "-"
_MOST_READ = 8 * LONGEST
"""Bytes of a password's file."""


@click.group()
def user() -> None:
    """Who may sign in, and as what."""


@click.group()
def token() -> None:
    """Tokens with which programs act under a name."""


_ROLE = click.Choice(ROLES)
_BY = click.option("--by", default=COMMAND_LINE, show_default=True, help="Who does this, for the log.")
_PASSWORD = click.option(
    "--password-file", help="A file with the password and nothing else; - is standard input."
)


@user.command("add")
@click.argument("name")
@click.option("--role", "roles", type=_ROLE, multiple=True, required=True, help="May be repeated.")
@_PASSWORD
@_BY
@command
def add_user(session: Session, name: str, roles: tuple[str, ...], password_file: str | None, by: str) -> int:
    """Let NAME sign in; asks for the password on a terminal."""
    with closing(_workshop(session)) as workshop:
        accounts = Accounts(workshop)
        accounts.require_free(name)
        made = hash_password(_password(session, name, password_file))
        added = accounts.add(name, roles=roles, password_hash=made, by=by)
    session.give(added)
    session.tell("user-added", name=added.name, roles=join_roles(added.roles))
    return DONE


@user.command("list")
@command
def list_users(session: Session) -> int:
    """Everybody who may sign in or ever might."""
    with closing(_workshop(session)) as workshop:
        found = Accounts(workshop).all()
    session.give({"items": found})
    for known in found:
        _tell_user(session, known)
    if not found:
        session.tell("users-none")
    return DONE


@user.command("password")
@click.argument("name")
@_PASSWORD
@_BY
@command
def change_password(session: Session, name: str, password_file: str | None, by: str) -> int:
    """Give NAME another password; sessions of that name end."""
    with closing(_workshop(session)) as workshop:
        accounts = Accounts(workshop)
        known = accounts.require(name)
        made = hash_password(_password(session, known.name, password_file))
        changed = accounts.set_password(known.name, made, by=by)
    session.give(changed)
    session.tell("user-password-set", name=changed.name)
    return DONE


@user.command("role")
@click.argument("name")
@click.option("--role", "roles", type=_ROLE, multiple=True, required=True, help="May be repeated.")
@_BY
@command
def change_roles(session: Session, name: str, roles: tuple[str, ...], by: str) -> int:
    """Give NAME these roles and no others."""
    with closing(_workshop(session)) as workshop:
        changed = Accounts(workshop).set_roles(name, roles, by=by)
    session.give(changed)
    session.tell("user-roles-set", name=changed.name, roles=join_roles(changed.roles))
    return DONE


@user.command("remove")
@click.argument("name")
@_BY
@command
def remove_user(session: Session, name: str, by: str) -> int:
    """Let NAME sign in no longer; sessions and tokens of that name end, the log keeps it."""
    with closing(_workshop(session)) as workshop:
        removed = Accounts(workshop).remove(name, by=by)
    session.give(removed)
    session.tell("user-gone", name=removed.name)
    return DONE


@token.command("add")
@click.argument("name")
@click.option(
    "--role", "roles", type=_ROLE, multiple=True, help="May be repeated; the user's own where absent."
)
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=DAYS,
    show_default=True,
    help="For how many days it holds.",
)
@_BY
@command
def add_token(session: Session, name: str, roles: tuple[str, ...], days: int, by: str) -> int:
    """Make a token that acts under NAME, and show it once."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with closing(_workshop(session)) as workshop:
        made = Tokens(workshop).add(name, roles, expires=now + dt.timedelta(days=days), by=by, now=now)
    session.give(made)
    session.tell_text(made.token)
    if not session.json:
        told = msgspec.structs.asdict(made) | {"roles": join_roles(made.roles)}
        # Whoever keeps the output in a variable has the token there and nothing else.
        click.echo(say("page", "token-once", session.lang, **told), err=True)
    return DONE


@token.command("list")
@command
def list_tokens(session: Session) -> int:
    """All tokens, newest first; never the tokens themselves."""
    with closing(_workshop(session)) as workshop:
        found = Tokens(workshop).all()
    session.give({"items": found})
    for known in found:
        _tell_token(session, known)
    if not found:
        session.tell("tokens-none")
    return DONE


@token.command("revoke")
@click.argument("number", metavar="ID", type=int)
@_BY
@command
def revoke_token(session: Session, number: int, by: str) -> int:
    """End token ID now."""
    with closing(_workshop(session)) as workshop:
        revoked = Tokens(workshop).revoke(number, by=by)
    session.give(revoked)
    session.tell("token-ended", id=revoked.id, name=revoked.name)
    return DONE


def _workshop(session: Session) -> Workshop:
    session.home.require()
    return Workshop(session.home.workshop)


def _tell_user(session: Session, known: User) -> None:
    if known.disabled is not None:
        session.tell("user-line-gone", name=known.name, disabled=known.disabled)
    else:
        session.tell("user-line", name=known.name, roles=join_roles(known.roles), added=known.added)


def _tell_token(session: Session, known: Token) -> None:
    if known.revoked is not None:
        session.tell("token-line-gone", id=known.id, name=known.name, revoked=known.revoked)
    else:
        roles = join_roles(known.roles)
        session.tell("token-line", id=known.id, name=known.name, roles=roles, expires=known.expires)


def _password(session: Session, name: str, file: str | None) -> str:
    """
    A password: from a file, from standard input, or asked for twice.

    Raises:
        Refused: "password-twice" or "password-unread".
    """
    if file is not None:
        return _read_password(file)
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked for the password here: name --password-file")
    asked = [
        click.prompt(said, hide_input=True, err=True)
        for said in (
            say("page", "password-ask", session.lang, name=name),
            say("page", "password-again", session.lang),
        )
    ]
    if asked[0] != asked[1]:
        raise Refused("password-twice")
    return str(asked[0])


def _read_password(file: str) -> str:
    """The first and only line; the line's end is no part of it."""
    try:
        if file == STANDARD_INPUT:
            content = sys.stdin.buffer.read(_MOST_READ + 1)
        else:
            with Path(file).open("rb") as handle:
                content = handle.read(_MOST_READ + 1)
        if len(content) > _MOST_READ:
            raise Refused("password-unread", where=file, found=f"> {_MOST_READ} bytes")
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("password-unread", where=file, found=error) from error
    return text.removesuffix("\n").removesuffix("\r")


COMMANDS: tuple[click.Command, ...] = (user, token)

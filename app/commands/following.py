"""The command that keeps this home current from another one."""

import click

from app.commands.context import DONE, Session, command
from app.following.beginning import begin
from app.following.catching_up import CaughtUp
from app.following.follower import follow as follow_for_ever
from app.following.follower import follow_once
from app.words import say_error
from lists.days import instant_text
from lists.errors import ListsError


@click.command()
@click.argument("url")
@click.option("--key", help="Name of the key that is trusted; by default the oldest that URL shows.")
@click.option("--once", is_flag=True, help="Catch up and end; else go on until stopped.")
@command
def follow(session: Session, url: str, key: str | None, once: bool) -> int:  # noqa: FBT001 click passes flags by name
    """Keep this home current from the one whose API is at URL; `serve` goes on with it by itself."""
    following = begin(session.home, url, key=key)
    session.tell("follow-begun", url=following.url, name=following.key)
    if once:
        caught = follow_once(session.home)
        session.give(caught)
        _tell(session, caught)
        return DONE
    follow_for_ever(
        session.home,
        caught_up=lambda caught: _tell(session, caught),
        in_trouble=lambda error: _tell_trouble(session, error),
    )
    return DONE


def _tell(session: Session, caught: CaughtUp) -> None:
    signed_at = instant_text(caught.freshness.signed_at)
    if caught.before == caught.release:
        session.tell("follow-current", release=caught.release, signed_at=signed_at)
    else:
        session.tell("follow-caught-up", before=caught.before, release=caught.release, signed_at=signed_at)


def _tell_trouble(session: Session, error: ListsError) -> None:
    session.tell("follow-trouble", message=say_error(error, session.lang))


COMMANDS: tuple[click.Command, ...] = (follow,)

"""Commands for the keys that releases are signed with."""

from contextlib import closing

import click
import msgspec

from app.commands.context import DONE, Session, command
from app.commands.publishing import EDITOR as COMMAND_LINE
from app.publish.wishes import now_in_seconds
from app.signing.freshness import sign_freshness
from app.signing.keys import PublicKey, make_key, read_keyring
from app.workshop.database import Workshop


class KeyLine(msgspec.Struct, frozen=True):
    """A key as the command tells it; `pem` is what openssl reads."""

    key: str
    since: str
    signs: bool
    pem: str


@click.group()
def keys() -> None:
    """The keys that releases are signed with."""


@keys.command("list")
@command
def list_keys(session: Session) -> int:
    """The public keys, the oldest first; the last one signs."""
    session.home.require()
    ring = read_keyring(session.home)
    lines = [_line(known, signs=known is ring.keys[-1]) for known in ring.keys]
    session.give({"items": lines})
    for line in lines:
        session.tell("key-line-signs" if line.signs else "key-line", name=line.key, since=line.since)
        session.tell_text(line.pem)
    if not lines:
        session.tell("keys-none")
    return DONE


@keys.command("rotate")
@click.option("--by", default=COMMAND_LINE, show_default=True, help="Who does this, for the log.")
@command
def rotate_key(session: Session, by: str) -> int:
    """Make a key that signs from now on; the one before vouches for it, and its private half is deleted."""
    with session.home.publishing("keys rotate"), closing(Workshop(session.home.workshop)) as workshop:
        made = make_key(session.home)
        with workshop.changing():
            workshop.log.add("key", by, f"key {made.public.key} follows {made.public.vouched_by or 'none'}")
        sign_freshness(session.home, made, now_in_seconds())
    session.give(_line(made.public, signs=True))
    session.tell("key-made", name=made.public.key, former=made.public.vouched_by or "–")
    return DONE


def _line(known: PublicKey, *, signs: bool) -> KeyLine:
    return KeyLine(known.key, known.since.isoformat(), signs, known.pem().decode())


COMMANDS: tuple[click.Command, ...] = (keys,)

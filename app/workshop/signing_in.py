"""Signing in: from a name and a password to a session; it takes as long whatever is wrong."""

import datetime as dt
from contextlib import closing
from pathlib import Path

import msgspec

from app.workshop.accounts import Accounts, User
from app.workshop.attempts import Attempts
from app.workshop.database import Workshop
from app.workshop.passwords import COST, Cost, check_password, hash_password
from app.workshop.sessions import Sessions
from lists.errors import Refused


class Asking(msgspec.Struct, frozen=True):
    """
    What somebody typed who wants to sign in.

    Attributes:
        former: The cookie that came along: its session ends, and its value is never taken over.
    """

    name: str
    password: str
    former: str | None = None


def sign_in(path: Path, asking: Asking, *, now: dt.datetime, cost: Cost = COST) -> str:
    """
    Begin a session; it takes about a tenth of a second, so not on an event loop.

    Args:
        path: The workshop's database.

    Returns:
        The value of the cookie.

    Raises:
        Refused: "sign-in-wrong" whatever was wrong, or "sign-in-wait" after too many wrong passwords.
    """
    with closing(Workshop(path)) as workshop:
        wait = Attempts(workshop).begin(asking.name, now=now)
        if wait:
            raise Refused("sign-in-wait", seconds=wait)
        kept = Accounts(workshop).password_hash(asking.name)
        checked = check_password(asking.password, kept, cost=cost)
        user = Accounts(workshop).find(asking.name)
        if not checked.right or user is None or kept is None:
            Attempts(workshop).refused(user.name if user else None, now=now)
            raise Refused("sign-in-wrong")
        renewed = hash_password(asking.password, cost=cost) if checked.outdated else kept
        return _begin(workshop, asking, user, hashes=(kept, renewed), now=now)


def _begin(
    workshop: Workshop, asking: Asking, user: User, *, hashes: tuple[str, str], now: dt.datetime
) -> str:
    """The session of somebody whose password was right, unless it was changed while it was checked."""
    accounts, sessions = Accounts(workshop), Sessions(workshop)
    kept, renewed = hashes
    with workshop.changing():
        if accounts.password_hash(user.name) != kept:
            raise Refused("sign-in-wrong")
        accounts.renew_hash(user.name, former=kept, made=renewed)
        Attempts(workshop).succeeded(user.name)
        if asking.former is not None:
            sessions.end(asking.former)
        secret = sessions.begin(user.name, now=now)
        workshop.log.add("sign-in", user.name, "")
    return secret

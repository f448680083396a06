"""Tokens for programs: shown once, kept as hashes, each with a name, roles and a last instant."""

import datetime as dt
import hashlib
import re
import secrets

import msgspec

from app.workshop.accounts import Accounts, join_roles, ordered_roles, person_key, person_name, split_roles
from app.workshop.database import Workshop
from lists.days import instant_text
from lists.errors import Refused

DAYS, MOST_DAYS = 90, 3650
FORM = re.compile(r"bl_[A-Za-z0-9_-]{43}")


class NewToken(msgspec.Struct, frozen=True):
    """A token as it is shown, this once."""

    id: int
    token: str
    expires: str
    name: str
    roles: tuple[str, ...]


class Token(msgspec.Struct, frozen=True):
    """What is known of a token; not the token itself."""

    id: int
    name: str
    roles: tuple[str, ...]
    added: str
    expires: str
    revoked: str | None


class Bearer(msgspec.Struct, frozen=True):
    """Whom a token acts for, and what it may do."""

    name: str
    roles: frozenset[str]


class Tokens:
    """The tokens of one workshop."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._db = workshop.db.conn

    def add(
        self, name: str, roles: tuple[str, ...] = (), *, expires: dt.datetime, by: str, now: dt.datetime
    ) -> NewToken:
        """
        Make a token that acts under a name.

        Args:
            roles: Those of the user of that name where none are given.

        Raises:
            Refused: "name-form", "role-unknown", "user-removed"; "token-role" where NAME is no user and
                no role is given; "token-beyond" where its user does not have the role.
        """
        token = "bl_" + secrets.token_urlsafe(32)
        with self._workshop.changing():
            named, held = self._named(name, roles)
            row = (token_hash(token), person_key(named), named, join_roles(held))
            times = (instant_text(now), instant_text(expires))
            cursor = self._db.execute(
                "INSERT INTO token (hash, person, name, roles, added, expires) VALUES (?, ?, ?, ?, ?, ?)",
                (*row, *times),
            )
            made = NewToken(int(cursor.lastrowid or 0), token, times[1], named, held)
            self._workshop.log.add("token-add", by, token_entry(made))
        return made

    def _named(self, name: str, roles: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """The name as it is logged, and the roles of the token."""
        user = Accounts(self._workshop).find(name)
        if user is None:
            if not roles:
                raise Refused("token-role", name=name)
            return person_name(name), ordered_roles(roles)
        if user.disabled is not None:
            raise Refused("user-removed", name=user.name)
        held = ordered_roles(roles or user.roles)
        if beyond := set(held) - set(user.roles):
            raise Refused("token-beyond", name=user.name, role=", ".join(sorted(beyond)))
        return user.name, held

    def all(self) -> list[Token]:
        """All tokens, the newest first."""
        rows = self._db.execute("SELECT id, name, roles, added, expires, revoked FROM token ORDER BY id DESC")
        return [Token(row[0], row[1], split_roles(row[2]), row[3], row[4], row[5]) for row in rows]

    def revoke(self, number: int, *, by: str) -> Token:
        """
        End a token now.

        Raises:
            Refused: "token-unknown" or "token-revoked".
        """
        now = instant_text(dt.datetime.now(dt.UTC))
        with self._workshop.changing():
            found = next((token for token in self.all() if token.id == number), None)
            if found is None:
                raise Refused("token-unknown", found=number)
            if found.revoked is not None:
                raise Refused("token-revoked", found=number, at=found.revoked)
            self._db.execute("UPDATE token SET revoked = ? WHERE id = ?", (now, number))
            self._workshop.log.add("token-revoke", by, f"{number} for {found.name}")
        return msgspec.structs.replace(found, revoked=now)

    def bearer(self, token: str, *, now: dt.datetime) -> Bearer | None:
        """
        Whom a token acts for; None where it is unknown, ended or revoked.

        Where its name is a user's, it may do no more than the user may now.
        """
        if FORM.fullmatch(token) is None:
            return None
        row = self._db.execute(
            "SELECT token.name, token.roles, token.expires, user.roles, user.disabled"
            " FROM token LEFT JOIN user ON user.person = token.person"
            " WHERE token.hash = ? AND token.revoked IS NULL",
            (token_hash(token),),
        ).fetchone()
        if row is None or now >= dt.datetime.fromisoformat(row[2]) or row[4] is not None:
            return None
        roles = frozenset(split_roles(row[1]))
        return Bearer(row[0], roles if row[3] is None else roles & set(split_roles(row[3])))


def token_entry(token: NewToken | Token) -> str:
    """What the log says of a token when it is made."""
    return f"{token.id} for {token.name}: {join_roles(token.roles)}, until {token.expires}"


def token_hash(token: str) -> str:
    """What is kept of a token: 32 random bytes need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()

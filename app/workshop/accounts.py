"""Who may do what: people with their roles; one person is one name, and no name is ever forgotten."""

import datetime as dt
import unicodedata
from collections.abc import Iterable

import msgspec

from app.workshop.database import Workshop
from lists.days import instant_text
from lists.errors import Refused

EDITOR, APPROVER, ADMIN = "editor", "approver", "admin"
ROLES = (EDITOR, APPROVER, ADMIN)
LONGEST_NAME = 64
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Kinds of characters that a reader of the log would not see, or not as they are."""


class User(msgspec.Struct, frozen=True):
    """
    Somebody who may sign in.

    Attributes:
        roles: In the order of ROLES.
        disabled: Since when no longer.
    """

    name: str
    roles: tuple[str, ...]
    added: str
    disabled: str | None = None


class Accounts:
    """The people of one workshop."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._db = workshop.db.conn

    def all(self) -> list[User]:
        """Everybody who ever was added, by name."""
        rows = self._db.execute("SELECT name, roles, added, disabled FROM user ORDER BY person")
        return [User(name, split_roles(roles), added, disabled) for name, roles, added, disabled in rows]

    def find(self, name: str) -> User | None:
        """The person of a name, removed or not; None where nobody ever had it."""
        columns = "name, roles, added, disabled"
        row = self._db.execute(f"SELECT {columns} FROM user WHERE person = ?", (person_key(name),)).fetchone()  # noqa: S608 our columns
        return User(row[0], split_roles(row[1]), row[2], row[3]) if row else None

    def password_hash(self, name: str) -> str | None:
        """What a person's password is held against; None where there is no such person, or no longer."""
        asked = "SELECT hash FROM user WHERE person = ? AND disabled IS NULL"
        row = self._db.execute(asked, (person_key(name),)).fetchone()
        return str(row[0]) if row else None

    def add(self, name: str, *, roles: Iterable[str], password_hash: str, by: str) -> User:
        """
        Let somebody in; a removed person may come back.

        Raises:
            Refused: "name-form", "user-exists" or "role-unknown".
        """
        added = User(person_name(name), ordered_roles(roles), instant_text(dt.datetime.now(dt.UTC)))
        with self._workshop.changing():
            self.require_free(added.name)
            self._db.execute(
                "INSERT OR REPLACE INTO user (person, name, roles, hash, added) VALUES (?, ?, ?, ?, ?)",
                (person_key(added.name), added.name, join_roles(added.roles), password_hash, added.added),
            )
            self._workshop.log.add("user-add", by, f"{added.name}: {join_roles(added.roles)}")
        return added

    def set_roles(self, name: str, roles: Iterable[str], *, by: str) -> User:
        """
        Give somebody these roles and no others; they hold from the next request on.

        Raises:
            Refused: "user-unknown" or "role-unknown".
        """
        ordered = ordered_roles(roles)
        with self._workshop.changing():
            user = self.require(name)
            changed = (join_roles(ordered), person_key(name))
            self._db.execute("UPDATE user SET roles = ? WHERE person = ?", changed)
            self._workshop.log.add("user-role", by, f"{user.name}: {join_roles(ordered)}")
        return msgspec.structs.replace(user, roles=ordered)

    def set_password(self, name: str, password_hash: str, *, by: str) -> User:
        """
        Give somebody another password; whoever is signed in under the name no longer is.

        Raises:
            Refused: "user-unknown".
        """
        with self._workshop.changing():
            user = self.require(name)
            self._db.execute("UPDATE user SET hash = ? WHERE person = ?", (password_hash, person_key(name)))
            self._db.execute("DELETE FROM session WHERE person = ?", (person_key(name),))
            self._workshop.log.add("user-password", by, user.name)
        return user

    def renew_hash(self, name: str, *, former: str, made: str) -> None:
        """Keep the same password at today's cost, unless it was changed meanwhile; no act of anybody's."""
        asked = "UPDATE user SET hash = ? WHERE person = ? AND hash = ?"
        self._db.execute(asked, (made, person_key(name), former))

    def remove(self, name: str, *, by: str) -> User:
        """
        Let somebody in no longer: sessions and tokens of the name end, the log keeps it.

        Raises:
            Refused: "user-unknown".
        """
        now = instant_text(dt.datetime.now(dt.UTC))
        with self._workshop.changing():
            user, person = self.require(name), person_key(name)
            self._db.execute("UPDATE user SET disabled = ?, hash = '' WHERE person = ?", (now, person))
            self._db.execute("DELETE FROM session WHERE person = ?", (person,))
            self._db.execute(
                "UPDATE token SET revoked = ? WHERE person = ? AND revoked IS NULL", (now, person)
            )
            self._workshop.log.add("user-remove", by, user.name)
        return msgspec.structs.replace(user, disabled=now)

    def require_free(self, name: str) -> None:
        """
        Raises:
            Refused: "name-form" or "user-exists".
        """
        known = self.find(person_name(name))
        if known is not None and known.disabled is None:
            raise Refused("user-exists", name=known.name)

    def require(self, name: str) -> User:
        """
        Raises:
            Refused: "user-unknown": nobody has this name, or no longer.
        """
        user = self.find(name)
        if user is None or user.disabled is not None:
            raise Refused("user-unknown", name=name)
        return user


def person_name(text: str) -> str:
    """
    A name as it is shown and logged.

    Raises:
        Refused: "name-form": it is empty, too long, or holds what cannot be seen.
    """
    unseen = any(unicodedata.category(letter) in _UNSEEN for letter in text)
    name = " ".join(unicodedata.normalize("NFC", text).split()) if not unseen else ""
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused("name-form", found=ascii(text[:LONGEST_NAME]), longest=LONGEST_NAME)
    return name


def person_key(name: str) -> str:
    """What a person is known by: one for all ways to type the name, composed letters or not."""
    # Unseen characters are not read past here: whoever types them is nobody.
    plain = " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
    key = unicodedata.normalize("NFKC", plain)
    return key.encode("utf-8", "replace").decode()


def ordered_roles(roles: Iterable[str]) -> tuple[str, ...]:
    """
    Roles, each once.

    Raises:
        Refused: "role-unknown": there is none, or none of that name.
    """
    given = set(roles)
    if not given or given - set(ROLES):
        raise Refused("role-unknown", found=", ".join(sorted(given - set(ROLES))), known=", ".join(ROLES))
    return tuple(role for role in ROLES if role in given)


def join_roles(roles: tuple[str, ...]) -> str:
    """Roles as the database and the log keep them."""
    return ", ".join(roles)


def split_roles(text: str) -> tuple[str, ...]:
    """Roles as `join_roles` wrote them."""
    return tuple(text.split(", "))

"""Passwords: read in one form, kept as argon2id hashes alone, and checked in the same time for everybody."""

import base64
import secrets
import unicodedata
from typing import TYPE_CHECKING

import msgspec

from lists.errors import Refused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 1024
"""Characters."""


class Cost(msgspec.Struct, frozen=True):
    """What one check of a password takes: passes over so much memory, in so many lanes."""

    passes: int = 2
    kibibytes: int = 64 * 1024
    lanes: int = 1

    def hasher(self) -> "PasswordHasher":
        """Argon2id at this cost."""
        # Loaded by who signs somebody in: most processes never do.
        from argon2 import PasswordHasher, Type

        return PasswordHasher(self.passes, self.kibibytes, self.lanes, type=Type.ID)


COST = Cost()


class Checked(msgspec.Struct, frozen=True):
    """Whether a password was right, and whether its hash was made at another cost than today's."""

    right: bool
    outdated: bool


def hash_password(password: str, *, cost: Cost = COST) -> str:
    """
    What is kept of a password.

    Raises:
        Refused: "password-length".
    """
    secret = _read(password)
    if secret is None or len(secret.decode()) < SHORTEST:
        raise Refused("password-length", shortest=SHORTEST, longest=LONGEST)
    return cost.hasher().hash(secret)


def check_password(password: str, kept: str | None, *, cost: Cost = COST) -> Checked:
    """
    Hold a password against what is kept.

    Args:
        kept: None where there is no such person: as much work is done, and the answer is no.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    secret = _read(password)
    if secret is None:
        return Checked(right=False, outdated=False)
    hasher = cost.hasher()
    try:
        hasher.verify(kept or _nobodys(cost), secret)
    except (VerificationError, InvalidHashError):
        return Checked(right=False, outdated=False)
    return Checked(right=kept is not None, outdated=kept is not None and hasher.check_needs_rehash(kept))


def _read(password: str) -> bytes | None:
    """
    A password as bytes, None where it can be nobody's.

    The same letters are the same password, however a keyboard composes them.
    """
    if len(password) > LONGEST:
        return None
    try:
        return unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        return None


def _nobodys(cost: Cost) -> str:
    """A hash that no password has, as dear to check as a real one."""
    salt, made = (base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (16, 32))
    return f"$argon2id$v=19$m={cost.kibibytes},t={cost.passes},p={cost.lanes}${salt}${made}"

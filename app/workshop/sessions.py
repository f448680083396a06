"""Sessions: who is signed in, known by the hash of a cookie; they end idle, old, or with the person."""

import datetime as dt
import hashlib
import hmac
import secrets
import sqlite3
from contextlib import suppress

import msgspec

from app.workshop.accounts import person_key, split_roles
from app.workshop.database import Workshop

IDLE_SECONDS, LONGEST_SECONDS = 60 * 60, 12 * 60 * 60
SEEN_EVERY_SECONDS = 60
"""How exactly it is kept when somebody was here last."""
MOST_OF_ONE_PERSON = 20


class SignedIn(msgspec.Struct, frozen=True):
    """Whose session it is, what the person may do now, and what a form of theirs must carry."""

    name: str
    roles: frozenset[str]
    csrf: str


class Sessions:
    """The sessions of one workshop."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._db = workshop.db.conn

    def begin(self, name: str, *, now: dt.datetime) -> str:
        """
        Begin a session, within `changing`; what is over is cleared away, and the oldest of too many.

        Returns:
            The value of the cookie; it is kept nowhere.
        """
        secret, person, second = secrets.token_urlsafe(32), person_key(name), int(now.timestamp())
        self._db.execute(
            "DELETE FROM session WHERE seen <= ? OR begun <= ?",
            (second - IDLE_SECONDS, second - LONGEST_SECONDS),
        )
        self._db.execute(
            "DELETE FROM session WHERE person = ? AND hash NOT IN"
            " (SELECT hash FROM session WHERE person = ? ORDER BY seen DESC LIMIT ?)",
            (person, person, MOST_OF_ONE_PERSON - 1),
        )
        row = (_kept(secret), person, second, second)
        self._db.execute("INSERT INTO session (hash, person, begun, seen) VALUES (?, ?, ?, ?)", row)
        return secret

    def signed_in(self, secret: str, *, now: dt.datetime) -> SignedIn | None:
        """Whose session a cookie names; None where it is unknown or over."""
        row = self._db.execute(
            "SELECT user.name, user.roles, session.begun, session.seen FROM session"
            " JOIN user ON user.person = session.person AND user.disabled IS NULL WHERE session.hash = ?",
            (_kept(secret),),
        ).fetchone()
        second = int(now.timestamp())
        if row is None or second - row[2] >= LONGEST_SECONDS or second - row[3] >= IDLE_SECONDS:
            return None
        if second - row[3] >= SEEN_EVERY_SECONDS:
            # Where somebody else writes at this moment, the next request will tell.
            with suppress(sqlite3.OperationalError):
                self._db.execute("UPDATE session SET seen = ? WHERE hash = ?", (second, _kept(secret)))
        return SignedIn(row[0], frozenset(split_roles(row[1])), csrf_of(secret))

    def end(self, secret: str) -> None:
        """End a session; one that is none is no matter. Within `changing`."""
        self._db.execute("DELETE FROM session WHERE hash = ?", (_kept(secret),))

    def sign_out(self, secret: str, *, now: dt.datetime) -> None:
        """End a session as an act of its person."""
        with self._workshop.changing():
            known = self.signed_in(secret, now=now)
            self.end(secret)
            if known is not None:
                self._workshop.log.add("sign-out", known.name, "")


def csrf_of(secret: str) -> str:
    """What the forms of a session carry: nobody makes it without the cookie, or the cookie from it."""
    return hmac.new(secret.encode(), b"blaliste form", hashlib.sha256).hexdigest()


def same_text(given: str, expected: str) -> bool:
    """Compare in a time that does not tell how much is right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _kept(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()

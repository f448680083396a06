"""The log of every act: each entry's hash covers the one before, so nothing is rewritten unseen."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lists.days import instant_text

if TYPE_CHECKING:
    from sqlite_utils import Database

FIRST_AUDIT = "0" * 64
TABLE = {"entry": int, "at": str, "by": str, "act": str, "what": str, "hash": str}


class AuditEntry(msgspec.Struct, frozen=True):
    """
    One act.

    Attributes:
        what: What it was about; for a draft its number, state and the hash of its record come first.
        hash: sha256 over the hash before, and this entry.
    """

    entry: int
    at: str
    by: str
    act: str
    what: str
    hash: str


class AuditLog:
    """The log of one workshop; whoever changes a table writes to it within the same transaction."""

    def __init__(self, db: "Database") -> None:
        self._db = db

    def add(self, act: str, by: str, what: str) -> None:
        """Write down an act."""
        at = instant_text(dt.datetime.now(dt.UTC))
        entry = {"at": at, "by": by, "act": act, "what": what}
        self._db.table("audit").insert({**entry, "hash": _chained(self.head(), at, by, act, what)})

    def head(self) -> str:
        """Hash of the last entry."""
        row = self._db.conn.execute("SELECT hash FROM audit ORDER BY entry DESC LIMIT 1").fetchone()
        return str(row[0]) if row else FIRST_AUDIT

    def entries(self) -> Iterator[AuditEntry]:
        """All entries, oldest first."""
        for row in self._db.conn.execute("SELECT entry, at, by, act, what, hash FROM audit ORDER BY entry"):
            yield AuditEntry(*row)

    def newest(self, *, limit: int, before: int | None = None) -> list[AuditEntry]:
        """The last entries, newest first; those before an entry where one is named."""
        rows = self._db.conn.execute(
            "SELECT entry, at, by, act, what, hash FROM audit WHERE entry < ? ORDER BY entry DESC LIMIT ?",
            (before if before is not None else 1 << 62, limit),
        )
        return [AuditEntry(*row) for row in rows]

    def first_broken(self) -> int | None:
        """The first entry that is not where it was, or whose hash does not follow; None where all do."""
        columns = ", ".join(f"CAST({name} AS BLOB)" for name in ("hash", "at", "by", "act", "what"))
        rows = self._db.conn.execute(f"SELECT entry, {columns} FROM audit ORDER BY entry")  # noqa: S608 our names
        before = FIRST_AUDIT.encode()
        for place, (entry, hashed, *parts) in enumerate(rows, 1):
            # Compared as bytes: what somebody changed need not be text any more.
            if entry != place or None in parts or hashed != _hash_of(before, *parts).encode():
                return int(entry)
            before = hashed
        return None


def _chained(*parts: str) -> str:
    return _hash_of(*(part.encode() for part in parts))


def _hash_of(*parts: bytes) -> str:
    return hashlib.sha256(b"\n".join(parts)).hexdigest()

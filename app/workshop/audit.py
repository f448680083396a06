"""The log of every act: each entry's hash covers the one before, so nothing is rewritten unseen."""

import datetime as dt
import hashlib
from collections.abc import Iterator

import msgspec
from sqlite_utils import Database

from lists.days import instant_text

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

    def __init__(self, db: Database) -> None:
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
        """The first entry whose hash does not follow from the one before, None where all do."""
        before = FIRST_AUDIT
        for entry in self.entries():
            if entry.hash != _chained(before, entry.at, entry.by, entry.act, entry.what):
                return entry.entry
            before = entry.hash
        return None


def _chained(before: str, at: str, by: str, act: str, what: str) -> str:
    return hashlib.sha256("\n".join((before, at, by, act, what)).encode()).hexdigest()

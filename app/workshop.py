"""The editors' state in its own database: drafts, and a log that nobody rewrites unseen."""

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec
import sqlite_utils
from sqlite_utils import Database, Migrations

from app.manifest import PublishedDraft
from ingest.reading import FirstDays
from lists.days import instant_text
from lists.errors import Refused

FIRST_AUDIT = "0" * 64


class DraftList(msgspec.Struct, frozen=True):
    """What a draft makes of one list: its state, and the edition it became."""

    list: str
    title: str
    valid_from: dt.date | None
    entries: int
    groups: int
    state: str
    edition: str | None = None


class DraftRecord(msgspec.Struct, frozen=True):
    """
    One draft.

    Attributes:
        kind: "file", or "close" for the act that ends a list.
        state: "refused", "open", "approved", "scheduled", "published", "rejected" or "abandoned".
        source: sha256 of the kept file, None for an act.
        profile: sha256 of the kept profile, None where the file needs none.
        first_days: As the editor gave them.
        close: The list that ends, for an act.
    """

    draft: int
    kind: str
    state: str
    by: str
    received_at: dt.datetime
    note: str | None
    source: str | None
    source_name: str | None
    profile: str | None
    first_days: FirstDays
    close: str | None
    lists: tuple[DraftList, ...]


class Workshop:
    """The workshop of one home; every change is one transaction and one entry of the audit log."""

    def __init__(self, path: Path) -> None:
        self._db = Database(sqlite3.connect(path, isolation_level=None, timeout=10))
        self._db.conn.execute("PRAGMA journal_mode = WAL")
        self._db.conn.execute("PRAGMA synchronous = FULL")
        _MIGRATIONS.apply(self._db)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    @property
    def approvals_needed(self) -> int:
        """How many other people must approve a draft before it is published."""
        row = self._db.conn.execute("SELECT value FROM setting WHERE name = 'approvals'").fetchone()
        return int(row[0]) if row else 1

    def set_approvals(self, number: int) -> None:
        """Set how many approvals a publish needs."""
        with self._db.atomic():
            self._db.table("setting").insert({"name": "approvals", "value": str(number)}, replace=True)
            self._log("init", "", f"approvals {number}")

    def add_draft(self, draft: DraftRecord) -> int:
        """
        Record a draft.

        Args:
            draft: Its number is given here, whatever it says.
        """
        with self._db.atomic():
            known = self._db.conn.execute("SELECT coalesce(max(draft), 0) + 1 FROM draft").fetchone()[0]
            numbered = msgspec.structs.replace(draft, draft=known)
            self._db.table("draft").insert({"draft": known, "state": draft.state, "record": _json(numbered)})
            self._log("draft", draft.by, _told(numbered))
        return int(known)

    def draft(self, number: int) -> DraftRecord:
        """
        One draft.

        Raises:
            Refused: "draft-unknown".
        """
        row = self._db.conn.execute("SELECT record FROM draft WHERE draft = ?", (number,)).fetchone()
        if row is None:
            raise Refused("draft-unknown", found=number)
        return msgspec.json.decode(row[0], type=DraftRecord)

    def drafts(self) -> list[DraftRecord]:
        """All drafts, newest first."""
        rows = self._db.conn.execute("SELECT record FROM draft ORDER BY draft DESC")
        return [msgspec.json.decode(row[0], type=DraftRecord) for row in rows]

    def mark_published(self, published: PublishedDraft) -> None:
        """Record that a draft is public; done already, it changes nothing."""
        draft = self.draft(published.draft)
        if draft.state == "published":
            return
        lists = tuple(
            msgspec.structs.replace(known, edition=published.lists.get(known.list)) for known in draft.lists
        )
        self._set(msgspec.structs.replace(draft, state="published", lists=lists))

    def override(self, number: int, gates: Sequence[str], reason: str) -> None:
        """Record that gates of a draft were passed, and why."""
        with self._db.atomic():
            self._log("override", self.draft(number).by, f"draft {number} {', '.join(gates)}: {reason}")

    def note_publish(self, numbers: Sequence[int], by: str) -> None:
        """Record who publishes drafts, before it is done."""
        with self._db.atomic():
            self._log("publish", by, "drafts " + ", ".join(map(str, numbers)))

    def audit_head(self) -> str:
        """Hash of the log's last entry."""
        row = self._db.conn.execute("SELECT hash FROM audit ORDER BY entry DESC LIMIT 1").fetchone()
        return str(row[0]) if row else FIRST_AUDIT

    def broken_audit_entry(self) -> int | None:
        """
        The first entry of the log whose hash does not follow from the one before, None where all do.

        The entry behind the last is named where a draft is not as the log tells it: its end is cut off.
        """
        before, last = FIRST_AUDIT, 0
        told: set[str] = set()
        for entry, at, by, act, what, known in self._db.conn.execute("SELECT * FROM audit ORDER BY entry"):
            if known != _chained(before, at, by, act, what):
                return int(entry)
            before, last = known, int(entry)
            told.add(what)
        return None if all(_told(draft) in told for draft in self.drafts()) else last + 1

    def audit_hashes(self) -> set[str]:
        """The hashes of all entries of the log."""
        return {row[0] for row in self._db.conn.execute("SELECT hash FROM audit")} | {FIRST_AUDIT}

    def _set(self, draft: DraftRecord) -> None:
        with self._db.atomic():
            self._db.table("draft").update(draft.draft, {"state": draft.state, "record": _json(draft)})
            self._log(draft.state, draft.by, _told(draft))

    def _log(self, act: str, by: str, what: str) -> None:
        at = instant_text(dt.datetime.now(dt.UTC))
        entry = {"at": at, "by": by, "act": act, "what": what}
        self._db.table("audit").insert({**entry, "hash": _chained(self.audit_head(), at, by, act, what)})


def _told(draft: DraftRecord) -> str:
    """A draft as the log tells it: whoever changes the record unseen must change the log too."""
    return f"draft {draft.draft} {draft.state} sha256 {hashlib.sha256(_json(draft).encode()).hexdigest()}"


def _json(record: msgspec.Struct) -> str:
    return msgspec.json.encode(record).decode()


def _chained(before: str, at: str, by: str, act: str, what: str) -> str:
    return hashlib.sha256("\n".join((before, at, by, act, what)).encode()).hexdigest()


_MIGRATIONS = Migrations("workshop")


@_MIGRATIONS()
def first_tables(db: sqlite_utils.Database) -> None:
    """Settings, drafts and the log."""
    db.table("setting").create({"name": str, "value": str}, pk="name", strict=True)
    db.table("draft").create({"draft": int, "state": str, "record": str}, pk="draft", strict=True)
    columns = {"entry": int, "at": str, "by": str, "act": str, "what": str, "hash": str}
    db.table("audit").create(columns, pk="entry", strict=True)

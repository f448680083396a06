"""The editors' state in its own database; each change is one transaction with an entry in the log."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from app.manifest import PublishedDraft
from app.workshop.audit import FIRST_AUDIT, AuditLog
from app.workshop.records import PUBLISHED, DraftList, DraftRecord
from lists.errors import NotThere
from lists.gates import GateLimits


class Workshop:
    """The workshop of one home."""

    def __init__(self, path: Path) -> None:
        # Whoever only answers readers opens no workshop, and does not load what it stands on.
        from app.workshop.migrations import opened

        self.db = opened(path)
        self.log = AuditLog(self.db)

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One transaction that nobody else writes beside; what is read in it still holds when it ends."""
        # Taken at once: a transaction that began with reading could find its page changed when it writes.
        self.db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.conn.execute("ROLLBACK")
            raise
        self.db.conn.execute("COMMIT")

    @property
    def approvals_needed(self) -> int:
        """How many other people must approve a draft before it is published."""
        row = self.db.conn.execute("SELECT value FROM setting WHERE name = 'approvals'").fetchone()
        return int(row[0]) if row else 1

    def set_approvals(self, number: int, *, by: str = "") -> None:
        """Set how many approvals a publish needs."""
        with self.changing():
            self.db.table("setting").insert({"name": "approvals", "value": str(number)}, replace=True)
            self.log.add("init", by, f"approvals {number}")

    @property
    def gate_limits(self) -> GateLimits:
        """What the gates hold a draft against."""
        row = self.db.conn.execute("SELECT value FROM setting WHERE name = 'gates'").fetchone()
        return msgspec.json.decode(row[0], type=GateLimits) if row else GateLimits()

    def set_gate_limits(self, limits: GateLimits, *, by: str) -> None:
        """Set what the gates hold a draft against."""
        with self.changing():
            self.db.table("setting").insert({"name": "gates", "value": _json(limits)}, replace=True)
            self.log.add("gates", by, _json(limits))

    def add_draft(self, draft: DraftRecord) -> DraftRecord:
        """
        Record a draft.

        Args:
            draft: Its number is given here, whatever it says.
        """
        with self.changing():
            known = self.db.conn.execute("SELECT coalesce(max(draft), 0) + 1 FROM draft").fetchone()[0]
            numbered = msgspec.structs.replace(draft, draft=int(known))
            row = {"draft": numbered.draft, "state": draft.state, "record": _json(numbered)}
            self.db.table("draft").insert(row)
            self.log.add("draft", draft.by, _told(numbered))
        return numbered

    def draft(self, number: int) -> DraftRecord:
        """
        One draft.

        Raises:
            NotThere: "draft-unknown".
        """
        if not 0 < number <= _LARGEST:
            raise NotThere("draft-unknown", found=number)
        row = self.db.conn.execute("SELECT record FROM draft WHERE draft = ?", (number,)).fetchone()
        if row is None:
            raise NotThere("draft-unknown", found=number)
        return msgspec.json.decode(row[0], type=DraftRecord)

    def drafts(self) -> list[DraftRecord]:
        """All drafts, newest first."""
        rows = self.db.conn.execute("SELECT record FROM draft ORDER BY draft DESC")
        return [msgspec.json.decode(row[0], type=DraftRecord) for row in rows]

    def in_state(self, *states: str) -> list[DraftRecord]:
        """The drafts in one of these states, oldest first."""
        places = ", ".join("?" * len(states))
        rows = self.db.conn.execute(
            f"SELECT record FROM draft WHERE state IN ({places}) ORDER BY draft",  # noqa: S608 our places
            states,
        )
        return [msgspec.json.decode(row[0], type=DraftRecord) for row in rows]

    def put(self, draft: DraftRecord, act: str, by: str, *, detail: str = "") -> None:
        """
        Record what became of a draft; within `changing`, where it was read too.

        Args:
            act: What was done: "approve", "edit", "schedule" …
            detail: What whoever reads the log should see at once.
        """
        self.db.table("draft").update(draft.draft, {"state": draft.state, "record": _json(draft)})
        self.log.add(act, by, _told(draft) + (f": {detail}" if detail else ""))

    def mark_published(self, published: PublishedDraft) -> None:
        """Record that a draft is public; done already, it changes nothing."""
        with self.changing():
            draft = self.draft(published.draft)
            if draft.state == PUBLISHED:
                return
            lists = tuple(_became(known, published.editions) for known in draft.lists)
            done = msgspec.structs.replace(draft, state=PUBLISHED, lists=lists, schedule=None, held=None)
            self.put(done, PUBLISHED, draft.by)

    def note(self, act: str, by: str, what: str) -> None:
        """Write down an act that changes no draft."""
        with self.changing():
            self.log.add(act, by, what)

    def first_broken_entry(self) -> int | None:
        """
        The first entry of the log that does not follow from the one before, None where all do.

        Where a draft is not as the log tells it last, that entry is named; where the log never told it
        so, the entry behind the last: its end is cut off, or the draft was changed.
        """
        broken = self.log.first_broken()
        if broken is not None:
            return broken
        told = [(entry.entry, match) for entry in self.log.entries() if (match := _TELLS.match(entry.what))]
        last = {int(match[1]): (entry, match[0]) for entry, match in told}
        ever, end = {match[0] for _, match in told}, sum(1 for _ in self.log.entries())
        kept = dict(self._as_kept())
        wrong = [
            last[number][0] if number in last and kept.get(number) in {None, *ever} else end + 1
            for number in kept.keys() | last.keys()
            if number not in last or kept.get(number) != last[number][1]
        ]
        return min(wrong, default=None)

    def _as_kept(self) -> Iterator[tuple[int, str]]:
        """Each draft as the log would tell it, from the very bytes that are kept."""
        rows = self.db.conn.execute("SELECT draft, CAST(state AS BLOB), CAST(record AS BLOB) FROM draft")
        for number, state, record in rows:
            yield number, _telling(number, state.decode(errors="replace"), record)

    def audit_hashes(self) -> set[str]:
        """The hashes of all entries of the log."""
        return {entry.hash for entry in self.log.entries()} | {FIRST_AUDIT}


_LARGEST = (1 << 63) - 1
"""SQLite has no larger whole numbers."""


def _became(known: DraftList, editions: tuple[str, ...]) -> DraftList:
    begins = f"{known.list}/{known.valid_from}/"
    edition = next((edition for edition in editions if edition.startswith(begins)), None)
    return msgspec.structs.replace(known, edition=edition)


def _told(draft: DraftRecord) -> str:
    """A draft as the log tells it: whoever changes the record unseen must change the log too."""
    return _telling(draft.draft, draft.state, _json(draft).encode())


def _telling(number: int, state: str, record: bytes) -> str:
    return f"draft {number} {state} sha256 {hashlib.sha256(record).hexdigest()}"


_TELLS = re.compile(r"draft (\d+) [a-z]+ sha256 [0-9a-f]{64}(?=:|$)")


def _json(record: msgspec.Struct) -> str:
    return msgspec.json.encode(record).decode()

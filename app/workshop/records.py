"""A draft as the workshop keeps it: where it came from, what was done with it, who did it and why."""

import datetime as dt
import unicodedata
from typing import Any

import msgspec

from ingest.reading import FirstDays

REFUSED, OPEN, APPROVED, SCHEDULED = "refused", "open", "approved", "scheduled"
PUBLISHED, REJECTED, ABANDONED = "published", "rejected", "abandoned"
FINAL = (PUBLISHED, REJECTED, ABANDONED)
"""States that nothing leads out of."""

CALENDAR = "calendar"
"""Who publishes what was scheduled, and takes from the calendar what cannot go out."""

FILE, CLOSE, WITHDRAW = "file", "close", "withdraw"


class DraftList(msgspec.Struct, frozen=True):
    """What a draft makes of one list: its state, and the edition it became."""

    list: str
    title: str
    valid_from: dt.date | None
    entries: int
    groups: int
    state: str
    edition: str | None = None


class ChangeMade(msgspec.Struct, frozen=True):
    """
    One value that an editor changed in a draft; see `lists.editing.Edit` for subject, key, field, value.

    Attributes:
        before: What stood there, as plain JSON.
        list: Of this list only; None for every list of the draft that has the subject.
    """

    by: str
    at: dt.datetime
    subject: str
    key: str
    field: str
    before: Any
    after: Any
    reason: str
    list: str | None = None


class Approval(msgspec.Struct, frozen=True):
    """One person's yes to exactly the content that has this sha256."""

    by: str
    at: dt.datetime
    sha256: str
    note: str | None = None


class Restored(msgspec.Struct, frozen=True):
    """
    What a withdrawal puts back on one list.

    Attributes:
        valid_from: From which day.
        edition: The edition whose content comes back; None where the list was not there before.
    """

    list: str
    valid_from: dt.date
    edition: str | None


class Schedule(msgspec.Struct, frozen=True):
    """
    When a draft is to become public, and under what terms.

    Attributes:
        drafts: All that go out together, this one among them.
        overrides: Gates that may fire.
    """

    at: dt.datetime
    by: str
    drafts: tuple[int, ...]
    note: str | None = None
    overrides: tuple[str, ...] = ()
    reason: str | None = None


class Stopped(msgspec.Struct, frozen=True):
    """
    Why somebody rejected a draft, or why it did not go out when it was due.

    Attributes:
        reason: What a person wrote; for a schedule the key of the refusal.
        facts: What the refusal names.
    """

    by: str
    at: dt.datetime
    reason: str
    facts: dict[str, str] = {}


class DraftRecord(msgspec.Struct, frozen=True):
    """
    One draft.

    Attributes:
        kind: "file", "close" for the act that ends a list, or "withdraw" for one that takes a release back.
        state: "refused", "open", "approved", "scheduled", "published", "rejected" or "abandoned".
        source: sha256 of the kept file, None for an act.
        profile: sha256 of the kept profile, None where the file needs none.
        first_days: As the editor gave them.
        close: The list that ends.
        withdraws: The release that is taken back.
        restores: What comes in its place, list by list.
        carried: Its changes are carried into editions that are already released for later days (rule 25).
        base: The release it was judged against last.
        sha256: Tells its content apart: what is approved is this and nothing else; "" while it is refused.
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
    source_bytes: int = 0
    withdraws: int | None = None
    restores: tuple[Restored, ...] = ()
    carried: bool = False
    base: int = 0
    sha256: str = ""
    changes: tuple[ChangeMade, ...] = ()
    approvals: tuple[Approval, ...] = ()
    schedule: Schedule | None = None
    held: Stopped | None = None
    rejected: Stopped | None = None

    @property
    def authors(self) -> frozenset[str]:
        """Who uploaded or changed it, and so cannot approve it."""
        return frozenset(same_person(name) for name in (self.by, *(change.by for change in self.changes)))

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.state in FINAL


def same_person(name: str) -> str:
    """A name so that one person is one name, whatever capitals, spaces, forms of letters
    and unseen characters were typed."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Cc"))
    return " ".join(unicodedata.normalize("NFKC", seen).split()).casefold()

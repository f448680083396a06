"""What differs between two editions: product by product, group by group, field by field."""

from collections.abc import Iterator
from typing import Any

import msgspec

from lists.edition import Edition, without_marks
from lists.fields import FieldChange, differences
from lists.records import Condition, Entry, Group

Record = Entry | Group | Condition

KEYS = {
    "prices": ("kind.value", "valid_from"),
    "placements": ("group",),
    "refund_codes": ("code.system", "code.value"),
}
"""By what the members of a record's collections are told apart."""


class Change(msgspec.Struct, frozen=True):
    """
    One subject that differs.

    Attributes:
        subject: "product", "group" or "condition".
        key: Its varenr, code or id.
        event: "added", "removed" or "changed".
        before: The record as it was, None where it was added.
        after: The record as it is, None where it was removed.
    """

    subject: str
    key: str
    event: str
    before: Record | None
    after: Record | None

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """What differs in a changed record, by path; empty for added and removed ones."""
        if self.before is None or self.after is None:
            return ()
        return tuple(differences(_plain(self.before), _plain(self.after), KEYS))


class Comparison(msgspec.Struct, frozen=True):
    """All changes from one edition to another, by subject and key; unchanged subjects do not appear."""

    changes: tuple[Change, ...]

    def count(self, event: str, subject: str = "product") -> int:
        """How many subjects of a kind were added, removed or changed."""
        return sum(change.event == event and change.subject == subject for change in self.changes)


def compare(before: Edition | None, after: Edition) -> Comparison:
    """
    What a reader who knows `before` must learn to know `after`.

    Args:
        before: The earlier edition, or None where the list is new.

    Returns:
        Changes by subject (products, groups, conditions) and key. The source's marks on its
        versions are no content and make no change.
    """
    old, new = _subjects(before), _subjects(after)
    changes = (change for subject in new for change in _changes(subject, old[subject], new[subject]))
    return Comparison(tuple(changes))


def apply(comparison: Comparison, before: Edition, *, head: Edition) -> Edition:
    """
    Carry changes out on an edition: `apply(compare(a, b), a, head=b)` says what b says.

    Args:
        head: Gives what changes do not carry: first day, title, legal basis and flags.
    """
    records = _subjects(before)
    for change in comparison.changes:
        if change.after is None:
            records[change.subject].pop(change.key)
        else:
            records[change.subject][change.key] = change.after
    kept = [records[subject][key] for subject in records for key in sorted(records[subject])]
    terms = msgspec.structs.replace(
        head.terms,
        groups=tuple(record for record in kept if isinstance(record, Group)),
        conditions=tuple(record for record in kept if isinstance(record, Condition)),
    )
    return Edition(terms, head.valid_from, tuple(record for record in kept if isinstance(record, Entry)))


def _subjects(edition: Edition | None) -> dict[str, dict[str, Record]]:
    """All records of an edition by subject and key."""
    if edition is None:
        return {"product": {}, "group": {}, "condition": {}}
    return {
        "product": {entry.varenr: entry for entry in edition.entries},
        "group": {group.code.value: group for group in edition.terms.groups},
        "condition": {condition.id: condition for condition in edition.terms.conditions},
    }


def _changes(subject: str, old: dict[str, Record], new: dict[str, Record]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was is None:
            yield Change(subject, name, "added", None, now)
        elif now is None:
            yield Change(subject, name, "removed", was, None)
        elif was != now and without_marks(was) != without_marks(now):
            yield Change(subject, name, "changed", was, now)


def _plain(record: Record) -> dict[str, Any]:
    """A record as names and values, without the source's marks."""
    plain: dict[str, Any] = msgspec.to_builtins(without_marks(record))
    return plain

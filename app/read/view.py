"""A snapshot seen on one day, as known at one release: which editions hold and what they say."""

import datetime as dt
from functools import cached_property

import msgspec

from app.read.absence import absent
from app.read.products import Listed, product_shape
from app.shapes import ProductShape
from app.snapshot import Snapshot
from ingest import store
from lists.timeline import EditionMark


class View:
    """
    What held on `valid_on`, as of `release`.

    Attributes:
        marks: The edition in force of each list that has one, by list.
    """

    def __init__(self, snapshot: Snapshot, *, valid_on: dt.date, release: int) -> None:
        self.snapshot = snapshot
        self.valid_on = valid_on
        self.release = release
        in_force = {code: line.in_force(valid_on, release) for code, line in snapshot.timelines.items()}
        self.marks = {code: mark for code, mark in sorted(in_force.items()) if mark is not None}

    @cached_property
    def coming(self) -> dict[str, tuple[EditionMark, ...]]:
        """The released editions that take over later, by list and first day."""
        lines = self.snapshot.timelines.items()
        return {code: line.coming(self.valid_on, self.release) for code, line in lines}

    @cached_property
    def ordinals(self) -> dict[str, int]:
        """The editions in force by their place in each list's publication order."""
        return {code: mark.ordinal for code, mark in self.marks.items()}

    def product(self, varenr: str) -> ProductShape:
        """
        A product as it stands on the day.

        Raises:
            NotThere: As `require_listed`.
        """
        shape = product_shape(self.require_listed(varenr), self.valid_on)
        return msgspec.structs.replace(shape, release=self.release, valid_on=self.valid_on)

    def require_listed(self, varenr: str) -> list[Listed]:
        """
        A product's entries in the editions in force, by list, at least one.

        Raises:
            NotThere: "never-listed", "not-yet-listed" (facts edition, valid_from) or
                "not-listed" (facts edition, valid_from, valid_to, name).
        """
        listed = self.listed(varenr)
        if not listed:
            raise absent(self, varenr)
        return listed

    def listed(self, varenr: str) -> list[Listed]:
        """A product's entries in the editions in force, by list."""
        spans = self.spans(varenr)
        found = []
        for code, mark in self.marks.items():
            if code not in spans or not _in(spans[code], mark):
                continue
            entry = store.read_entry(self.snapshot.db, mark, varenr)
            assert entry is not None
            found.append(Listed(self.snapshot.index(mark), entry, self._gone_from(code, spans[code])))
        return found

    def _gone_from(self, code: str, spans: "list[Span]") -> dt.date | None:
        """The first day of a later edition of a list without a product that stands in these."""
        whole = self._coming_ordinals.get(code)
        if whole is None or any(span.covers(whole) for span in spans):
            return None
        return next((later.valid_from for later in self.coming[code] if not _in(spans, later)), None)

    @cached_property
    def _coming_ordinals(self) -> "dict[str, Span]":
        """From the first to the last of the editions that take over later, in publication order, by list."""
        ordinals = {code: [mark.ordinal for mark in marks] for code, marks in self.coming.items() if marks}
        return {code: Span(min(known), max(known) + 1) for code, known in ordinals.items()}

    def spans(self, varenr: str) -> "dict[str, list[Span]]":
        """In which editions of which lists a product number stands."""
        spans: dict[str, list[Span]] = {}
        rows = self.snapshot.db.execute(
            "SELECT list, from_ordinal, to_ordinal FROM entry WHERE varenr = ? ORDER BY list, from_ordinal",
            (varenr,),
        )
        for code, first, last in rows:
            known = spans.setdefault(code, [])
            # A product that says something else from an edition on has another row, and stays.
            begun = known.pop().first if known and known[-1].end == first else first
            known.append(Span(begun, last))
        return spans


class Span(msgspec.Struct, frozen=True, gc=False):
    """Editions of a list, by ordinal, in which a product stands."""

    first: int
    end: int | None

    def holds(self, mark: EditionMark) -> bool:
        """Whether an edition is among them."""
        return self.first <= mark.ordinal and (self.end is None or mark.ordinal < self.end)

    def covers(self, other: "Span") -> bool:
        """Whether all of another's are among them."""
        ends = self.end is None or (other.end is not None and other.end <= self.end)
        return self.first <= other.first and ends


def _in(spans: list[Span], mark: EditionMark) -> bool:
    return any(span.holds(mark) for span in spans)

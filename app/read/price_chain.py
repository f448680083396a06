"""Which editions of a list hold one after the other as of a release, and in which something stands."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from app.read.view import Span
from lists.days import day_before
from lists.timeline import EditionMark


class Chain:
    """
    The editions of a list that hold one after the other, as of one release.

    Which of them say something is a whole number: bit n stands for the edition at place n.

    Attributes:
        begins: The first day of each.
        ends: The last day of each; the last has none.
    """

    def __init__(self, marks: Sequence[EditionMark]) -> None:
        self.marks = marks
        self.begins = [mark.valid_from for mark in marks]
        self.ends: list[dt.date | None] = [*(day_before(day) for day in self.begins[1:]), None]
        self._places: dict[tuple[int, int | None], int] = {}

    def places(self, span: Span) -> int:
        """The places of the editions in which something stands."""
        key = (span.first, span.end)
        if key not in self._places:
            held = (1 << place for place, mark in enumerate(self.marks) if span.holds(mark))
            self._places[key] = sum(held)
        return self._places[key]

    def stretches(self, places: Iterable[int]) -> Iterator[tuple[int, int]]:
        """From which place to which nothing of what stands at these places comes or goes."""
        turns = 1
        for held in places:
            turns |= held ^ (held << 1)
        starts = [place for place in range(len(self.marks)) if turns >> place & 1]
        if not starts:
            return
        yield from zip(starts, [*(start - 1 for start in starts[1:]), len(self.marks) - 1], strict=True)

    def last_begun(self, day: dt.date) -> EditionMark:
        """The edition that holds on a day."""
        return self.marks[bisect_right(self.begins, day) - 1]

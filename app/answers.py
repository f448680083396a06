"""Ready answers: the bytes of every product's answer and the days they hold for, mapped and never decoded."""

import datetime as dt
import mmap
import struct
from collections.abc import Iterable
from pathlib import Path

import msgspec

BODIES, INDEX = "products.bin", "products.idx"

_DAY = struct.Struct(">I")
_PLACE = struct.Struct(">QI8s")
_HEADER = struct.Struct(">4sI")
_MAGIC = b"BLA1"
_CACHE = 1 << 15
_DAYS = 16


class ReadyAnswer(msgspec.Struct, frozen=True):
    """
    One answer for a span of days.

    Attributes:
        first_day: It holds from here until the next answer of the same product.
        body: JSON of the answer after its `release` and `valid_on`, up to and with the closing brace;
            None where the product is on no list in the span.
        digest: Eight bytes that differ when the body does.
    """

    varenr: str
    first_day: dt.date
    body: bytes | None
    digest: bytes


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an answer's bytes lie, and how they are told apart."""

    span: slice
    digest: bytes


def write_answers(answers: Iterable[ReadyAnswer], directory: Path) -> int:
    """
    Write the ready answers of a snapshot.

    Args:
        answers: By varenr and first day.
        directory: Does not exist yet.

    Returns:
        How many were written.
    """
    directory.mkdir()
    rows: list[tuple[bytes, int, bytes]] = []
    offset = 0
    with (directory / BODIES).open("xb") as bodies:
        for answer in answers:
            body = answer.body or b""
            bodies.write(body)
            place = _PLACE.pack(offset, len(body), answer.digest)
            rows.append((answer.varenr.encode(), answer.first_day.toordinal(), place))
            offset += len(body)
    width = max((len(key) for key, _, _ in rows), default=0)
    with (directory / INDEX).open("xb") as index:
        index.write(_HEADER.pack(_MAGIC, width))
        for key, day, place in rows:
            index.write(key.ljust(width, b"\0") + _DAY.pack(day) + place)
    return len(rows)


class Answers:
    """
    The ready answers of one snapshot.

    The index is a sorted array of equal rows (number padded to one width, first day, place),
    searched where it lies: nothing is built when a snapshot is opened.
    """

    def __init__(self, directory: Path) -> None:
        self._index, self._bodies = _map(directory / INDEX), _map(directory / BODIES)
        self._width = _HEADER.unpack_from(self._index)[1] if self._index else 0
        self._row = self._width + _DAY.size + _PLACE.size
        self._count = (len(self._index) - _HEADER.size) // self._row if self._index else 0
        self._days: dict[dt.date, OfDay] = {}

    def on(self, day: dt.date) -> "OfDay":
        """The answers that hold on a day."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _DAYS:
                self._days.clear()
            found = self._days[day] = OfDay(self, day)
        return found

    def search(self, varenr: str, day: dt.date) -> Place | None:
        """Where the answer that holds on a day lies; None where none was made for it."""
        key = varenr.encode()
        if len(key) > self._width or b"\0" in key:
            return None
        padded = key.ljust(self._width, b"\0")
        wanted = padded + _DAY.pack(day.toordinal())
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if self._key(middle) <= wanted:
                low = middle + 1
            else:
                high = middle
        if low == 0 or self._key(low - 1)[: self._width] != padded:
            return None
        start = _HEADER.size + (low - 1) * self._row + self._width + _DAY.size
        offset, length, digest = _PLACE.unpack_from(self._index, start)
        return Place(slice(offset, offset + length), digest) if length else None

    def body(self, place: Place) -> bytes:
        """The bytes of an answer."""
        return self._bodies[place.span]

    def close(self) -> None:
        """Let go of the mapped files."""
        for mapped in (self._index, self._bodies):
            if isinstance(mapped, mmap.mmap):
                mapped.close()

    def _key(self, row: int) -> bytes:
        start = _HEADER.size + row * self._row
        return self._index[start : start + self._width + _DAY.size]


class OfDay:
    """The ready answers of one day: what was asked for is found again without a search."""

    def __init__(self, answers: Answers, day: dt.date) -> None:
        self._answers = answers
        self._day = day
        self._places: dict[str, Place] = {}

    def find(self, varenr: str) -> tuple[bytes, bytes] | None:
        """A product's answer and its digest; None where none was made for the day."""
        place = self._places.get(varenr) or self._search(varenr)
        return (self._answers.body(place), place.digest) if place is not None else None

    def forget(self) -> None:
        """Let go of what was found."""
        self._places.clear()

    def _search(self, varenr: str) -> Place | None:
        place = self._answers.search(varenr, self._day)
        # Whatever people send that is no number of ours is not kept.
        if place is not None:
            if len(self._places) >= _CACHE:
                self.forget()
            self._places[varenr] = place
        return place


def _map(path: Path) -> mmap.mmap | bytes:
    """A file as bytes; an empty one cannot be mapped."""
    if path.stat().st_size == 0:
        return b""
    with path.open("rb") as handle:
        return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)

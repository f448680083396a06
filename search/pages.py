"""The bytes of each document of an index, in one file beside it, to be read at once.

It is laid down with the index, document by document; behind the last stands where each begins and ends.
"""

import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import le
from pathlib import Path

from search.errors import IndexUnreadable

SUFFIX = ".pages"
_MAGIC = b"pages 1\n"
_PLACE = "Q"
_WIDTH = array(_PLACE).itemsize


class Pages:
    """The documents of one index in memory, each a part of the same bytes."""

    def __init__(self, directory: Path, shelf: str) -> None:
        """Raises: IndexUnreadable: There is no such file, a broken one, or another version's."""
        path = directory / f"{shelf}{SUFFIX}"
        try:
            content = path.read_bytes()
        except FileNotFoundError as missing:
            raise IndexUnreadable(path.parent, found=f"no {path.name}") from missing
        if not content.startswith(_MAGIC):
            raise IndexUnreadable(path.parent, found=f"a {path.name} of another version")
        places = _places_in(content)
        if places is None:
            raise IndexUnreadable(path.parent, found=f"a {path.name} that cannot be read")
        self._places = places
        self._content = memoryview(content)

    def __len__(self) -> int:
        return len(self._places) - 1

    def __getitem__(self, number: int) -> memoryview:
        return self._content[self._places[number] : self._places[number + 1]]


@contextmanager
def laying_down(directory: Path, shelf: str) -> Iterator[Callable[[bytes], None]]:
    """What lays a document down behind those before; the same documents give the same bytes."""
    places = array(_PLACE, (len(_MAGIC),))
    with (directory / f"{shelf}{SUFFIX}").open("xb") as file:

        def lay(content: bytes) -> None:
            file.write(content)
            places.append(places[-1] + len(content))

        file.write(_MAGIC)
        yield lay
        places.append(len(places))
        _turned(places)
        file.write(places)


def _places_in(content: bytes) -> "array[int] | None":
    """Where the documents begin and, last, end; None where they cannot lie so."""
    count = int.from_bytes(content[-_WIDTH:], "little")
    begin = len(content) - _WIDTH * (count + 1)
    if count < 1 or begin < len(_MAGIC):
        return None
    places = array(_PLACE, content[begin:-_WIDTH])
    _turned(places)
    in_order = all(map(le, places, places[1:]))
    return places if in_order and places[0] == len(_MAGIC) and places[-1] == begin else None


def _turned(places: "array[int]") -> None:
    """The lowest byte stands first in a file, whatever the machine does."""
    if sys.byteorder == "big":
        places.byteswap()

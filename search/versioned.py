"""Reads a file that lies beside an index, and says what is wrong where it cannot be used."""

from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from search.errors import IndexUnreadable


class Versioned(Protocol):
    """What says which version of this program wrote it."""

    @property
    def version(self) -> int: ...


_Content = TypeVar("_Content", bound=Versioned)


def read_versioned(path: Path, content: type[_Content], *, version: int) -> _Content:
    """Raises: IndexUnreadable, where there is none, a broken one, or another version's."""
    try:
        found = msgspec.msgpack.decode(path.read_bytes(), type=content)
    except FileNotFoundError as missing:
        raise IndexUnreadable(path.parent, found=f"no {path.name}") from missing
    except msgspec.DecodeError as broken:
        raise IndexUnreadable(path.parent, found=f"a {path.name} that cannot be read") from broken
    if found.version != version:
        raise IndexUnreadable(path.parent, found=f"a {path.name} of version {found.version}, not {version}")
    return found

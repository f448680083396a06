"""Values that were asked for last, as many as may be kept: so many, and so many bytes of them."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

MOST, MOST_BYTES = 2_000, 16 << 20

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """What was not asked for longest goes first."""

    def __init__(self, *, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[Hashable, tuple[_Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> _Value | None:
        """The value of a key, None where it is not kept (any more)."""
        known = self._values.get(key)
        if known is None:
            return None
        self._values.move_to_end(key)
        return known[0]

    def keep(self, key: Hashable, value: _Value, *, size: int) -> None:
        """Keep a value of so many bytes, and let go of others for it."""
        self._bytes += size - self._values.get(key, (value, 0))[1]
        self._values[key] = value, size
        self._values.move_to_end(key)
        while len(self._values) > self._most or self._bytes > self._most_bytes:
            _, (_, gone) = self._values.popitem(last=False)
            self._bytes -= gone

    def clear(self) -> None:
        """Let go of everything."""
        self._values.clear()
        self._bytes = 0

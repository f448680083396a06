"""The heap of a process: what was let go is used again by whoever needs room next, or is given back.

With another C library than the GNU one nothing is done.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""What `mallopt` calls M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX."""
_LARGE, _LEFT = 1 << 20, 2 << 20
"""Bytes that are asked of the system apart, and that may lie unused before it gets them back."""


def share_one_heap() -> None:
    """
    Have no thread begin a heap of its own from now on.

    Snapshots are opened by now one thread and now another: with a heap for each, the room that former
    snapshots took lies about in all of them.
    """
    _call("mallopt", _ARENA_MAX, 1)
    _call("mallopt", _MMAP_THRESHOLD, _LARGE)
    _call("mallopt", _TRIM_THRESHOLD, _LEFT)


def give_back() -> None:
    """Give the system back what is not used; takes some milliseconds, in which others may go on."""
    _call("malloc_trim", 0)


def _call(name: str, *numbers: int) -> None:
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function is not None:
        function(*numbers)

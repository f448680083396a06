"""Whose turn it is in a process: while a thread works beside the requests, they go first."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_SECONDS = 0.0005
"""How long a request that comes in waits for the thread at the most, unless it is in the middle of a step."""


class Turns:
    """
    Threads that work beside the requests, as many as there are.

    While there is any, the interpreter looks often for who else waits. While there is none it does so as
    seldom as ever: the server's own threads wait for each other all the time, and looking costs them more
    than answering does.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._working = 0
        self._usual = sys.getswitchinterval()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around what a thread does beside the requests."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            before, self._working = self._working, self._working + more
            if not before:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(SWITCH_SECONDS)
            elif not self._working:
                sys.setswitchinterval(self._usual)


TURNS = Turns()
"""Of this process: the interpreter has one such interval, whoever asks."""

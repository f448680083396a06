"""What takes long is done beside the requests: in a thread of its own, one after the other.

The thread reads from a snapshot that it alone holds open, the one that is served when its turn comes.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.served import Served
from app.turns import TURNS
from lists.errors import Refused

PLACES = 256
"""How many may wait; whoever comes then is told to come back."""

_Answer = TypeVar("_Answer")


class Beside:
    """
    The thread, and the line before it.

    Attributes:
        served: What the requests themselves are answered from, for what need not wait.
    """

    def __init__(self, served: Served, *, places: int = PLACES) -> None:
        self.served = served
        self._own = Served(served.home)
        self._places = places
        self._taken = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="beside")

    def close(self) -> None:
        """Finish what is begun, and let go of the snapshot."""
        self._thread.shutdown(cancel_futures=True)
        self._own.let_go()

    async def answer(self, work: Callable[[Served], _Answer]) -> _Answer:
        """
        Have something worked out from the snapshot that is served by then.

        Raises:
            Refused: "busy": the line is full; nothing was begun.
        """
        if self._taken >= self._places:
            raise Refused("busy")
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)
        finally:
            self._taken -= 1

    def _do(self, work: Callable[[Served], _Answer]) -> _Answer:
        with TURNS.working():
            self._own.go_over_to(self.served.snapshot.release)
            return work(self._own)

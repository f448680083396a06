"""What is too short to be done beside the requests, and too long to be done many times in a row.

One at a time: between two of them, whoever asks for less is answered.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.turns import TURNS
from lists.errors import Refused

PLACES = 256
"""How many may wait; whoever comes then is told to come back."""
_LET_GO_FIRST = 4
"""Rounds of the event loop before the next turn: what came in meanwhile takes a few until it is answered."""


class InTurn:
    """The line of those who wait for their turn."""

    def __init__(self, *, places: int = PLACES) -> None:
        self._places = places
        self._taken = 0
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """
        Wait for a turn, and have it.

        Raises:
            Refused: "busy": the line is full.
        """
        if self._taken >= self._places:
            raise Refused("busy")
        self._taken += 1
        try:
            async with self._turn:
                # The server's own threads bring in what others ask while this is being done.
                with TURNS.working():
                    yield
                for _ in range(_LET_GO_FIRST):
                    await asyncio.sleep(0)
                    if self._taken == 1:  # Nobody waits for the next turn: it keeps nobody waiting.
                        break
        finally:
            self._taken -= 1

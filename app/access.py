"""The access log, where an operator wants one: what was asked and how it went, nothing about who asked."""

import asyncio
import datetime as dt
import sys

import msgspec

ACCESS_LOG = "BLALISTE_ACCESS_LOG"
"""Set to 1 in the environment, each request is noted."""

SECONDS = 0.5
"""How long a line waits to be written, together with those beside it."""


class Asked(msgspec.Struct, frozen=True, gc=False):
    """One line: no query, in which people write words, and no address."""

    event: str
    method: str
    path: str
    status: int
    ms: float
    timestamp: dt.datetime


class AccessLog:
    """Lines in memory, written twice a second to standard error."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._encode = msgspec.json.Encoder().encode

    def note(self, method: str, path: str, status: int, seconds: float) -> None:
        """Keep a line to be written."""
        now = dt.datetime.now(dt.UTC)
        line = Asked("asked", method, path, status, round(seconds * 1e3, 3), now)
        self._lines.append(self._encode(line))

    def write(self) -> None:
        """Write what is kept; where nobody reads it any more, it is lost and nothing else."""
        lines, self._lines = self._lines, []
        if lines:
            sys.stderr.write(b"\n".join(lines).decode() + "\n")
            sys.stderr.flush()

    async def write_now_and_then(self) -> None:
        """Never ends by itself."""
        while True:
            await asyncio.sleep(SECONDS)
            self.write()

"""Told at once: server-sent events with every release, from the one a client saw last."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from app.api.answer import AnyRequest
from app.api.answers_described import spec
from app.api.parameters import After, Lang
from app.api.question import read_number
from app.read.releases import release_shapes
from app.served import Served
from app.shapes import encode
from lists.errors import Refused

EVENT_STREAM = "text/event-stream"
HEARTBEAT = 15.0
"""Seconds without news until a line says that the connection lives."""
MOST_LISTENERS = 1_000
RETRY = 2_000
"""Milliseconds after which a client that lost its connection may come again."""


class Listeners:
    """How many listen to this worker."""

    def __init__(self, most: int = MOST_LISTENERS) -> None:
        self._most = most
        self._here = 0

    async def releases(self, served: Served, after: int) -> AsyncIterator[str]:
        """Each release behind a number, and from then on each as soon as it is served here."""
        self._here += 1
        try:
            yield f": release {served.snapshot.release}\nretry: {RETRY}\n\n"
            while True:
                gone_over, release = served.gone_over, served.snapshot.release
                for shape in release_shapes(served.home, served.snapshot, after=after, until=release):
                    yield f"id: {shape.release}\nevent: release\ndata: {encode(shape).decode()}\n\n"
                after = max(after, release)
                try:
                    await asyncio.wait_for(gone_over.wait(), HEARTBEAT)
                except TimeoutError:
                    # A comment alone: with a field beside it browsers would make an event of it.
                    yield ": here\n\n"
        finally:
            self._here -= 1

    def require_place(self) -> None:
        """
        Raises:
            Refused: "busy": nobody more can be told.
        """
        if self._here >= self._most:
            raise Refused("busy")


_LISTENERS = Listeners()
_MANY_DIGITS = re.compile("[0-9]{10,}")


@get(
    "/v1/events",
    responses=spec(str, "A stream that does not end.", media_type=EVENT_STREAM),
    operation_id="events",
    summary="Releases as they come",
)
async def events(
    request: AnyRequest, served: NamedDependency[Served], after: After = None, lang: Lang = None
) -> Stream:
    """
    Server-sent events: `event: release`, its number as `id`, and as `data` what `/v1/releases` says of it.

    `Last-Event-ID`, which a browser sends by itself, or `after` brings what came behind that number
    first; without either only what comes from now on is told. Whoever has seen more than there is here
    has missed nothing.
    """
    number = served.snapshot.release if after is None else read_number(after, "after")
    if seen := request.headers.get("last-event-id"):
        # However large: a browser that is refused does not come again.
        number = number if _MANY_DIGITS.fullmatch(seen) else read_number(seen, "Last-Event-ID")
    _LISTENERS.require_place()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_LISTENERS.releases(served, number), headers=headers, media_type=EVENT_STREAM)


ROUTES: list[Any] = [events]

"""Whatever a test asks that has a short way is asked on the long way too, and must be the same."""

from typing import Any

from litestar.types import Message, Receive, Send

from app.api.application import Front
from app.api.quick import Quick


def without_short_ways(front: Front) -> Front:
    """The same application, which answers everything through the framework."""
    return Front(front.app, Quick(front.quick._served, (), front.quick._counting._config))


class BothWays:
    """An application that holds its short ways to its long ones, byte for byte, in whatever is asked."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._long = without_short_ways(front)
        self.compared = 0

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._front(scope, receive, send)
            return
        again: Any = {**scope, "state": dict(scope.get("state", {}))}
        told: list[Message] = []

        async def send_seen(message: Message) -> None:
            told.append(message)
            await send(message)

        if not await self._front.quick.answer(scope, send_seen):
            await self._front(scope, receive, send)
            return
        self.compared += 1
        expected: list[Message] = []

        async def keep(message: Message) -> None:
            expected.append(message)

        await self._long(again, receive, keep)
        assert _content(told) == _content(expected), scope["path"]


def _content(messages: list[Message]) -> tuple[Any, ...]:
    start, *bodies = messages
    return start["status"], list(start["headers"]), b"".join(message["body"] for message in bodies)  # type: ignore[typeddict-item]

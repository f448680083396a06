"""Whatever a test asks that has a short way is asked on the long way too, and must be the same."""

import asyncio
from collections.abc import Iterable
from typing import Any

from litestar.types import Message, Receive, Send

from app.api.application import Front
from app.api.quick import Quick


def without_short_ways(front: Front) -> Front:
    """The same application, which answers everything through the framework."""
    return Front(front.app, Quick(front.quick._served, (), front.quick._counting))


def ask(
    front: Any,
    path: str,
    query: bytes,
    *,
    method: str = "GET",
    headers: Any = (),
    extensions: Iterable[str] = (),
) -> tuple[Any, ...]:
    """What an application sends: status, headers, body; the path of a file where the server sends that."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "state": {},
        "asgi": {"version": "3.0"},
        "headers": [(b"host", b"127.0.0.1"), (b"accept", b"*/*"), *headers],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 80),
        "extensions": {name: {} for name in extensions},
    }
    asyncio.run(front(scope, receive, send))
    return _content(sent)


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
        told: list[Any] = []

        async def send_seen(message: Message) -> None:
            told.append(message)
            await send(message)

        if not await self._front.quick.answer(scope, send_seen):
            await self._front(scope, receive, send)
            return
        self.compared += 1
        expected: list[Any] = []

        async def keep(message: Message) -> None:
            expected.append(message)

        await self._long(again, receive, keep)
        assert _content(told) == _content(expected), scope["path"]


def _content(messages: list[Any]) -> tuple[Any, ...]:
    start, *bodies = messages
    # The body, or the path of a file that the server is to send.
    parts = (message["body"] if "body" in message else message["path"].encode() for message in bodies)
    return start["status"], list(start["headers"]), b"".join(parts)

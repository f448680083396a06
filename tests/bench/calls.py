"""Calls an ASGI application in this process, as a server would, and counts the processor time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from types import TracebackType
from typing import Any, Self, TypeAlias
from urllib.parse import unquote

CALLS = 500

Path: TypeAlias = str
Status: TypeAlias = int
Message: TypeAlias = dict[str, Any]
Application: TypeAlias = Callable[..., Awaitable[None]]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
"""ASGI, without the types of any one framework: the peers are served by several."""


class Calls:
    """One application, started on entering and ended on leaving."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._runner = asyncio.Runner()
        self._told: asyncio.Queue[Message] = asyncio.Queue()
        self._said: asyncio.Queue[Message] = asyncio.Queue()

    def __enter__(self) -> Self:
        self._runner.run(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._end())
        self._runner.close()

    def seconds_each(self, asked: Sequence[tuple[Path, Status]]) -> float:
        """Processor seconds of one call, all of them in a row; each must have the status named."""
        scopes = [_scope(path) for path, _ in asked]
        found: list[Status] = []
        begun = time.process_time()
        self._runner.run(self._all(scopes, found))
        taken = time.process_time() - begun
        for (path, expected), status in zip(asked, found, strict=True):
            assert status == expected, f"GET {path}: {status}"
        return taken / len(asked)

    def run(self, act: Coroutine[Any, Any, None]) -> None:
        """Do something where the application lives, between two calls."""
        self._runner.run(act)

    async def _all(self, scopes: Sequence[Message], found: list[Status]) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                found.append(message["status"])

        for scope in scopes:
            await self._app(scope, receive, send)

    async def _start(self) -> None:
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._task = asyncio.create_task(self._live(scope))
        await self._expect("startup")

    async def _live(self, scope: Message) -> None:
        await self._app(scope, self._told.get, self._said.put)

    async def _end(self) -> None:
        await self._expect("shutdown")
        await self._task

    async def _expect(self, phase: str) -> None:
        await self._told.put({"type": f"lifespan.{phase}"})
        answer = await self._said.get()
        assert answer["type"] == f"lifespan.{phase}.complete", answer


def bare(body: bytes) -> Application:
    """The least an application can do: send these bytes."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def send_bytes(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            for phase in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{phase}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return send_bytes


def _scope(address: str) -> Message:
    path, _, query = address.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"accept", b"*/*")],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }

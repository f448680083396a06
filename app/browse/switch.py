"""The door in front of Datasette: a request is answered from the snapshot that was current when it came."""

import asyncio
import gc
import logging
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from app.browse.opened import Opened, open_snapshot
from app.home import Home
from lists.errors import ListsError

SECONDS_BETWEEN_LOOKS = 0.25

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

LOG = logging.getLogger("blaliste.browse")

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_NOTHING_YET = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><title>Blåliste</title>"
    "<h1>Nothing is published yet</h1>"
    "<p>As soon as a release is published, its tables can be browsed here. Reload this page then.</p>"
).encode()
# Datasette's own inner pages name paths of this machine, or let visitors store something.
_INNER, _INNER_SHOWN = "/-/", ("/-/static/", "/-/static-plugins/", "/-/metadata", "/-/versions")


class Switch:
    """An ASGI application that follows `current` of a home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._shown: Opened | None = None
        self._failed = 0
        self._closing: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path, shown = scope["path"], self._shown
        if scope["method"] not in ("GET", "HEAD"):
            await _plain(send, 405, b"This is for reading only: GET or HEAD.")
        elif path.startswith(_INNER) and not path.startswith(_INNER_SHOWN):
            await _plain(send, 404, b"No such page here.")
        elif shown is None:
            await _page(send, 0, _NOTHING_YET)
        else:
            await self._answer(shown, scope, receive, send)

    async def _answer(self, shown: Opened, scope: Message, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_marks(shown.release)]}
            await send(message)

        shown.asking += 1
        try:
            await shown.app(scope, receive, send_marked)
        finally:
            shown.asking -= 1
            if shown is not self._shown:
                self._close_unless_asked(shown)

    async def follow(self) -> None:
        """Look at `current` four times a second, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    async def look(self) -> None:
        """Show the current snapshot from now on; where it cannot be opened, go on with the one shown."""
        release = -1
        try:
            release = self._home.current_release()
            if release == (self._shown.release if self._shown else 0):
                return
            opened = await self._open(release)
        except (ListsError, OSError, sqlite3.Error) as error:
            if release != self._failed:
                LOG.exception("release %s cannot be shown: %s", release, error)
            self._failed = release
            return
        former, self._shown = self._shown, opened
        if former is not None:
            self._close_unless_asked(former)

    async def _open(self, release: int) -> Opened | None:
        if release == 0:
            return None
        opened = await asyncio.to_thread(self._open_snapshot, release)
        try:
            await opened.warm()
        except BaseException:
            await opened.close()
            raise
        return opened

    def _open_snapshot(self, release: int) -> Opened:
        made_up = self._home.is_demonstration()
        return open_snapshot(release, self._home.snapshot(release), demonstration=made_up)

    def _close_unless_asked(self, opened: Opened) -> None:
        if opened.asking == 0:
            task = asyncio.create_task(opened.close())
            self._closing.add(task)
            task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[None]) -> None:
        self._closing.discard(task)
        # What a Datasette is made of leads round in circles, and garbage is looked for seldom by itself.
        gc.collect()


def _marks(release: int) -> tuple[tuple[bytes, bytes], ...]:
    return (*_HEADERS, (b"release", str(release).encode()))


async def _plain(send: Send, status: int, text: bytes) -> None:
    await _whole(send, status, b"text/plain; charset=utf-8", text, _HEADERS)


async def _page(send: Send, release: int, page: bytes) -> None:
    headers = (*_marks(release), (b"cache-control", b"no-cache"))
    await _whole(send, 200, b"text/html; charset=utf-8", page, headers)


async def _whole(
    send: Send, status: int, kind: bytes, body: bytes, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    headers = (*headers, (b"content-type", kind), (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})

"""The short way to a file of a release: past the framework, and out of memory what is small.

Plain is a path as the table of contents has it, and nothing in the query. Whatever is not, or cannot be sent,
goes the long way; both ways send the same bytes.
"""

import asyncio
import re
from time import perf_counter

import msgspec
from litestar.types import HTTPScope, Send
from litestar.types.asgi_types import HTTPResponseBodyEvent, HTTPResponseStartEvent

from app.api.answer import PLAIN_HEADERS, has_it
from app.api.counting import Counting
from app.api.sending import NO_BODY, Asked, Sent, how_sent, send_content
from app.read.released import OnDisk, release_file
from app.served import Served
from app.web.frame import unpacks
from lists.errors import ListsError

SMALL = 1 << 20
"""Bytes of the largest file that is kept: what is larger goes as fast from the disk, by the server itself."""
BLOCK = 1 << 17
"""Who is slow to take what it asked for makes the server hold a few of these at a time, not the whole."""

RELEASES = "/v1/releases/"
"""Below this are files, and little else."""
_PATH = re.compile(RELEASES + r"([1-9][0-9]{0,8})/files/([0-9A-Za-z_./-]+)")
_COUNTED = "/v1/releases/{release}/files/{path}"
_OK = 200
_BESIDE_THE_BYTES = 3_000
"""Bytes that a kept file takes besides its own, roughly."""
_SAID = {b"accept-encoding": "coding", b"if-none-match": "known", b"range": "part", b"if-range": "part_of"}
"""The headers that decide how a file is sent."""


class Going(msgspec.Struct, frozen=True):
    """
    One answer.

    Attributes:
        blocks: What follows its start; none where that is read from the disk.
    """

    sent: Sent
    start: HTTPResponseStartEvent
    blocks: tuple[HTTPResponseBodyEvent, ...] = ()


class Ready(msgspec.Struct, frozen=True):
    """A file of a release, and how it is sent whole, or not again to who has it."""

    file: OnDisk
    release: int
    whole: Going
    unchanged: Going

    def going(self, asked: Asked) -> Going:
        """
        The answer to what is asked of it.

        Raises:
            BadQuestion: "bad-range".
        """
        if has_it(asked.known, self.whole.sent.etag):
            return self.unchanged
        if asked.part is None:
            return self.whole
        sent = how_sent(self.file, self.release, asked)
        return self.whole if sent.status == _OK else Going(sent, _starting(sent))


class QuickFiles:
    """The files of all releases."""

    def __init__(self, served: Served, counting: Counting) -> None:
        self._served = served
        self._counting = counting

    async def answer(self, scope: HTTPScope, send: Send) -> bool:
        """Send a file if it is asked for plainly; whether it was."""
        begun = perf_counter()
        asked = _plainly_asked(scope)
        if asked is None:
            return False
        key = scope["path"], "gzip" if unpacks(asked.coding) else None
        try:
            ready = self._served.files.get(key) or await self._made(*key)
            going = ready.going(asked) if ready is not None else None
        except (ListsError, OSError):
            # The long way meets it again, and says it.
            return False
        if going is None:
            return False
        await send(going.start)
        self._counting.of(_COUNTED, going.sent.status)(perf_counter() - begun)
        if scope["method"] == "HEAD":
            await send(NO_BODY)
        elif going.blocks:
            for block in going.blocks:
                await send(block)
        else:
            await send_content(going.sent, scope.get("extensions"), send)
        return True

    async def _made(self, path: str, coding: str | None) -> Ready | None:
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        served, snapshot, release = self._served, self._served.snapshot, int(found[1])
        file = release_file(served.home, snapshot, release, found[2])
        whole = how_sent(file, release, Asked(coding))
        unchanged = how_sent(file, release, Asked(coding, known=whole.etag))
        blocks = await _read(whole)
        ready = Ready(
            *(file, release),
            Going(whole, _starting(whole), blocks),
            Going(unchanged, _starting(unchanged), (NO_BODY,)),
        )
        # Where another snapshot is served meanwhile, this may lie elsewhere.
        if served.snapshot is snapshot:
            size = sum(len(block["body"]) for block in blocks) + _BESIDE_THE_BYTES
            served.files.keep((path, coding), ready, size=size)
        return ready


def _plainly_asked(scope: HTTPScope) -> Asked | None:
    """What is said of how a file is wanted; None where it is not said plainly."""
    path, method = scope["path"], scope["method"]
    if method not in ("GET", "HEAD") or scope["query_string"] or scope.get("root_path"):
        return None
    if scope.get("raw_path") != path.encode():
        return None
    said: dict[str, str] = {}
    for name, value in scope["headers"]:
        known = _SAID.get(name)
        if known is not None:
            if known in said:
                return None
            said[known] = value.decode("latin-1")
    if method == "HEAD":
        said.pop("part", None)
    return Asked(**said)


async def _read(whole: Sent) -> tuple[HTTPResponseBodyEvent, ...]:
    """A small file in blocks; nothing of one that is large, or is not what it was."""
    size = whole.part.length
    if not 0 < size <= SMALL:
        return ()
    content = await asyncio.to_thread(whole.path.read_bytes)
    if len(content) != size:
        return ()
    return tuple(
        {
            "type": "http.response.body",
            "body": content[begin : begin + BLOCK],
            "more_body": begin + BLOCK < size,
        }
        for begin in range(0, size, BLOCK)
    )


def _starting(sent: Sent) -> HTTPResponseStartEvent:
    headers = (
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.headers.items()
    )
    return {
        "type": "http.response.start",
        "status": sent.status,
        "headers": [*headers, *PLAIN_HEADERS],
    }

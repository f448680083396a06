"""Sends a file as it lies on the disk, whole or a part of it: by the server itself where it can."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send
from litestar.types.asgi_types import HTTPResponseBodyEvent

from app.api.answer import IMMUTABLE, NOT_MODIFIED, AnyRequest, has_it
from app.api.problems import refusal
from app.api.ranges import Stretch, read_range
from app.read.released import OnDisk
from app.web.frame import unpacks
from lists.errors import BadQuestion

BODILESS = "blaliste.bodiless"
"""Stands among a request's extensions where only the head is wanted: nothing is read then."""
NO_BODY: HTTPResponseBodyEvent = {"type": "http.response.body", "body": b"", "more_body": False}

Extensions: TypeAlias = Mapping[str, object] | None

_PATHSEND = "http.response.pathsend"
_BLOCK = 1 << 18
_OK, _PART = 200, 206
_SHOWN = ("application/pdf", "application/json")
"""What a browser can show as it is; all else it keeps."""


class Asked(msgspec.Struct, frozen=True):
    """
    What a request says of how it wants a file.

    Attributes:
        coding: `Accept-Encoding`.
        known: `If-None-Match`.
        part: `Range`; a request for the head alone asks for no part, whatever it says.
        part_of: `If-Range`.
    """

    coding: str | None = None
    known: str | None = None
    part: str | None = None
    part_of: str | None = None


class Sent(msgspec.Struct, frozen=True):
    """
    How a file is sent.

    Attributes:
        path: Where its bytes lie.
        part: Those that are sent; of length 0 where nothing is.
    """

    status: int
    headers: dict[str, str]
    path: Path
    part: Stretch

    @property
    def etag(self) -> str:
        """The tag of the bytes."""
        return self.headers["ETag"]


def how_sent(file: OnDisk, release: int, asked: Asked) -> Sent:
    """
    A file that never changes; packed where the client unpacks, a part where it asks for one.

    A tag is of the bytes that are sent: a part of the packed file fits to no other.

    Raises:
        BadQuestion: "bad-range".
    """
    shown = file.gzip if file.gzip is not None and unpacks(asked.coding) else file
    headers = {
        "ETag": f'"{shown.sha256}"',
        "Release": str(release),
        "Cache-Control": IMMUTABLE,
        "Vary": "Accept-Encoding",
        "Accept-Ranges": "bytes",
    }
    if has_it(asked.known, headers["ETag"]):
        return Sent(NOT_MODIFIED, headers, shown.path, Stretch(0, 0))
    how = "inline" if file.media_type in _SHOWN else "attachment"
    headers["Content-Disposition"] = f'{how}; filename="{file.name}"'
    if shown is not file:
        headers["Content-Encoding"] = "gzip"
    part, status = _part(asked, headers["ETag"], shown.bytes), _PART
    if part is None:
        part, status = Stretch(0, shown.bytes), _OK
    else:
        headers["Content-Range"] = part.of(shown.bytes)
    text = file.media_type.startswith("text/")
    headers["Content-Type"] = f"{file.media_type}; charset=utf-8" if text else file.media_type
    headers["Content-Length"] = str(part.length)
    return Sent(status, headers, shown.path, part)


def send_file(request: AnyRequest, file: OnDisk, release: int) -> Response[Any]:
    """A file, or why no part of it can be sent."""
    given, bodiless = request.headers, BODILESS in (request.scope.get("extensions") or {})
    asked = Asked(
        given.get("accept-encoding"),
        given.get("if-none-match"),
        None if bodiless else given.get("range"),
        given.get("if-range"),
    )
    try:
        return _FileAnswer(how_sent(file, release, asked))
    except BadQuestion as error:
        refused = refusal(request, error)
        refused.set_header("Content-Range", f"bytes */{error.facts['size']}")
        return refused


async def send_content(sent: Sent, extensions: Extensions, send: Send) -> None:
    """What follows the head."""
    if not sent.part.length or BODILESS in (extensions or {}):
        await send(NO_BODY)
    elif sent.status == _OK and _PATHSEND in (extensions or {}):
        message: Any = {"type": _PATHSEND, "path": str(sent.path.absolute())}
        await send(message)
    else:
        await _send_blocks(sent, send)


def _part(asked: Asked, etag: str, size: int) -> Stretch | None:
    if asked.part is None or (asked.part_of is not None and asked.part_of.strip() != etag):
        return None
    return read_range(asked.part, size)


async def _send_blocks(sent: Sent, send: Send) -> None:
    left = sent.part.length
    with sent.path.open("rb") as stream:
        stream.seek(sent.part.begin)
        while left:
            # A disk may have to be waited for: others are answered meanwhile.
            block = await asyncio.to_thread(stream.read, min(_BLOCK, left))
            if not block:
                break
            left -= len(block)
            await send({"type": "http.response.body", "body": block, "more_body": left > 0})


class _FileAnswer(Response[bytes]):
    """An answer whose body is read while it is sent."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(b"", status_code=sent.status, headers=sent.headers)
        self._sent = sent

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        return _FromDisk(self._sent, self.headers)


class _FromDisk(ASGIResponse):
    def __init__(self, sent: Sent, headers: dict[str, Any]) -> None:
        super().__init__(headers=headers, status_code=sent.status)
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.start_response(send)
        await send_content(self._sent, scope.get("extensions"), send)

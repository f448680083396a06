"""Sends a file as it lies on the disk, whole or a part of it: by the server itself where it can."""

import asyncio
import re
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from app.api.answer import IMMUTABLE, NOT_MODIFIED, AnyRequest, has_it
from app.api.problems import refusal
from app.read.released import OnDisk
from app.web.frame import unpacks
from lists.errors import BadQuestion

BODILESS = "blaliste.bodiless"
"""Stands among a request's extensions where only the head is wanted: nothing is read then."""

_PATHSEND = "http.response.pathsend"
_BLOCK = 1 << 18
_OK, _PART = 200, 206
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_SHOWN = ("application/pdf", "application/json")
"""What a browser can show as it is; all else it keeps."""


class Stretch(msgspec.Struct, frozen=True):
    """A part of a file: where it begins, and how long it is."""

    begin: int
    length: int


def send_file(request: AnyRequest, file: OnDisk, release: int) -> Response[Any]:
    """
    A file that never changes; packed where the client unpacks, a part where it asks for one.

    A tag is of the bytes that are sent: a part of the packed file fits to no other.
    """
    shown = file.gzip if file.gzip is not None and unpacks(request.headers.get("accept-encoding")) else file
    headers = {
        "ETag": f'"{shown.sha256}"',
        "Release": str(release),
        "Cache-Control": IMMUTABLE,
        "Vary": "Accept-Encoding",
        "Accept-Ranges": "bytes",
    }
    if has_it(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(b"", status_code=NOT_MODIFIED, headers=headers, media_type=file.media_type)
    how = "inline" if file.media_type in _SHOWN else "attachment"
    headers["Content-Disposition"] = f'{how}; filename="{file.name}"'
    if shown is not file:
        headers["Content-Encoding"] = "gzip"
    try:
        part = _part(request, headers["ETag"], shown.bytes)
    except BadQuestion as error:
        refused = refusal(request, error)
        refused.set_header("Content-Range", f"bytes */{shown.bytes}")
        return refused
    if part is None:
        return _FileAnswer(shown.path, Stretch(0, shown.bytes), _OK, headers, file.media_type)
    last = part.begin + part.length - 1
    headers["Content-Range"] = f"bytes {part.begin}-{last}/{shown.bytes}"
    return _FileAnswer(shown.path, part, _PART, headers, file.media_type)


def read_range(text: str, size: int) -> Stretch | None:
    """
    The part that a `Range` asks for; None where it asks for several, or cannot be read (RFC 9110).

    Raises:
        BadQuestion: "bad-range": it begins behind the end.

    >>> read_range("bytes=2-3", 10), read_range("bytes=-4", 10), read_range("bytes=8-99", 10)
    (Stretch(begin=2, length=2), Stretch(begin=6, length=4), Stretch(begin=8, length=2))
    """
    found = _RANGE.fullmatch("".join(text.split()))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        begin = size - length
    else:
        begin = int(found[1])
        end = min(int(found[2]), size - 1) if found[2] else size - 1
        if found[2] and int(found[2]) < begin:
            return None
        length = end - begin + 1
    if length <= 0:
        raise BadQuestion("bad-range", field="Range", found=text, size=size, expected="byte-range")
    return Stretch(begin, length)


def _part(request: AnyRequest, etag: str, size: int) -> Stretch | None:
    asked, only_of = request.headers.get("range"), request.headers.get("if-range")
    if asked is None or (only_of is not None and only_of.strip() != etag):
        return None
    return read_range(asked, size)


class _FileAnswer(Response[bytes]):
    """An answer whose body is read while it is sent."""

    def __init__(
        self, path: Path, part: Stretch, status: int, headers: dict[str, str], media_type: str
    ) -> None:
        super().__init__(b"", status_code=status, headers=headers, media_type=media_type)
        self._path, self._part = path, part

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        assert self.status_code is not None
        return _FromDisk(self._path, self._part, self.status_code, self.headers, str(self.media_type))


class _FromDisk(ASGIResponse):
    def __init__(
        self, path: Path, part: Stretch, status: int, headers: dict[str, Any], media_type: str
    ) -> None:
        super().__init__(
            content_length=part.length, headers=headers, media_type=media_type, status_code=status
        )
        self._path, self._part = path, part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        extensions = scope.get("extensions") or {}
        await self.start_response(send)
        if BODILESS in extensions:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif _PATHSEND in extensions and self.status_code == _OK:
            message: Any = {"type": _PATHSEND, "path": str(self._path.absolute())}
            await send(message)
        else:
            await self._send_blocks(send)

    async def _send_blocks(self, send: Send) -> None:
        left = self._part.length
        with self._path.open("rb") as stream:
            stream.seek(self._part.begin)
            while left:
                # A disk may have to be waited for: others are answered meanwhile.
                block = await asyncio.to_thread(stream.read, min(_BLOCK, left))
                if not block:
                    break
                left -= len(block)
                await send({"type": "http.response.body", "body": block, "more_body": left > 0})

"""How every answer is sent: strong tags, 304, the release in a header, and what may be kept for how long."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response

from app.shapes import encode

JSON = "application/json"
IMMUTABLE, REVALIDATE = "public, max-age=31536000, immutable", "no-cache"
NOT_MODIFIED = 304
PLAIN_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
"""What every answer says of how it may be shown."""

AnyRequest: TypeAlias = Request[Any, Any, Any]


class Told(msgspec.Struct, frozen=True):
    """
    An answer, whoever it is for.

    Attributes:
        body: JSON.
        past: The answer never changes.
        tag: Differs when the bytes do; made from the bytes where absent.
        link_next: Cursor of the next page.
        each_time: To be done whenever it is sent, also out of a cache.
    """

    body: bytes
    release: int
    past: bool = False
    tag: str | None = None
    link_next: str | None = None
    each_time: Callable[[], None] | None = None

    def headers(self, path: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """
        What goes with it.

        Args:
            parameters: What it was asked with, as it was asked.
        """
        headers = {
            "ETag": f'"{self.tag or hashlib.sha256(self.body).hexdigest()[:32]}"',
            "Release": str(self.release),
            "Cache-Control": IMMUTABLE if self.past else REVALIDATE,
            "Vary": "Accept-Encoding",
        }
        if self.link_next is not None:
            query = urlencode({**parameters, "cursor": self.link_next})
            headers["Link"] = f'<{quote(path)}?{query}>; rel="next"'
        return headers


def answer(
    request: AnyRequest,
    body: object,
    *,
    release: int,
    past: bool = False,
    tag: str | None = None,
    link_next: str | None = None,
) -> Response[bytes]:
    """
    An answer with its tag, or 304 where the client has it.

    Args:
        body: A shape, or JSON bytes.
    """
    content = body if isinstance(body, bytes) else encode(body)
    return send(request, Told(content, release, past, tag, link_next))


def send(request: AnyRequest, told: Told, *, media_type: str = JSON) -> Response[bytes]:
    """An answer with its tag, or 304 where the client has it."""
    headers = told.headers(request.url.path, dict(request.query_params))
    if told.each_time is not None:
        told.each_time()
    if request.method in ("GET", "HEAD") and has_it(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(b"", status_code=NOT_MODIFIED, headers=headers, media_type=media_type)
    return Response(told.body, headers=headers, media_type=media_type)


def has_it(asked: str | None, etag: str) -> bool:
    """Whether a client's tags hold ours; for GET a weak tag matches its strong twin (RFC 9110)."""
    if asked is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    return "*" in tags or etag in tags

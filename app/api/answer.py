"""How every answer is sent: strong tags, 304, the release in a header, and what may be kept for how long."""

import hashlib
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from litestar import Request, Response

from app.shapes import encode

JSON = "application/json"
IMMUTABLE, REVALIDATE = "public, max-age=31536000, immutable", "no-cache"

AnyRequest: TypeAlias = Request[Any, Any, Any]


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
        past: The answer never changes.
        tag: Differs when the bytes do; made from the bytes where absent.
        link_next: Cursor of the next page.
    """
    content = body if isinstance(body, bytes) else encode(body)
    etag = f'"{tag or hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Release": str(release),
        "Cache-Control": IMMUTABLE if past else REVALIDATE,
        "Vary": "Accept-Encoding",
    }
    if link_next is not None:
        query = urlencode({**dict(request.query_params), "cursor": link_next})
        headers["Link"] = f'<{quote(request.url.path)}?{query}>; rel="next"'
    if request.method in ("GET", "HEAD") and _matches(request.headers.get("if-none-match"), etag):
        return Response(b"", status_code=304, headers=headers, media_type=JSON)
    return Response(content, headers=headers, media_type=JSON)


def _matches(asked: str | None, etag: str) -> bool:
    """Whether a client's tags hold ours; for GET a weak tag matches its strong twin (RFC 9110)."""
    if asked is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    return "*" in tags or etag in tags

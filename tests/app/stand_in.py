"""Applications that stand in for the real one where a test is about processes."""

import os
from typing import Any


def application() -> Any:
    """Answers every request with the id of the process that answers."""
    return _answer


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body = str(os.getpid()).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]}
    )
    await send({"type": "http.response.body", "body": body})

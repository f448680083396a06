"""
The program with a follower of little patience: `python -m tests.crash.impatient` in place of `blaliste`.

What a slow source is given in earnest, half a minute and more, no test should wait for.
"""

import sys
from typing import Any

import httpx
import msgspec

import app.serve
from app.__main__ import main
from app.following import __main__ as following
from app.following import follower, source
from app.serving.children import Part

PATIENCE = 1.0
"""Seconds that a file may take, that nothing at all may come, and between two looks."""
FOLLOWER = "--follower"


def follow_impatiently() -> None:
    """In place of `python -m app.following`."""
    source.TIMEOUT, source.BEGINS_WITHIN = httpx.Timeout(PATIENCE), PATIENCE
    follower.LOOK_SECONDS = PATIENCE
    assert source.Source.__init__.__kwdefaults__ is not None
    source.Source.__init__.__kwdefaults__["patience"] = PATIENCE
    following.main()


def parts_of_service(*args: Any, **named: Any) -> tuple[Part, ...]:
    """As of every service, with another follower."""
    impatient = ("-m", "tests.crash.impatient", FOLLOWER)
    return tuple(
        msgspec.structs.replace(part, arguments=impatient) if part.name == "Follower" else part
        for part in _parts(*args, **named)
    )


_parts = app.serve.parts_of_service

if __name__ == "__main__":
    if sys.argv[1:] == [FOLLOWER]:
        follow_impatiently()
    else:
        app.serve.parts_of_service = parts_of_service
        main()

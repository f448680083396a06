"""The short way in: a plain question is answered without the framework, and the next time out of memory.

Plain is what only has parameters that its endpoint knows, each once, and values that can be used.
Whatever is not goes the long way, where all that can be wrong is said; both ways send the same bytes.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from time import perf_counter
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec
from litestar.types import HTTPScope, Send
from litestar.types.asgi_types import HTTPResponseBodyEvent, HTTPResponseStartEvent

from app.api.answer import JSON, NOT_MODIFIED, PLAIN_HEADERS, Told, has_it
from app.api.counting import Count, Counting
from app.api.quick_files import RELEASES, QuickFiles
from app.served import Served, today
from app.words import LANGUAGES
from lists.errors import Refused

Tell: TypeAlias = Callable[[Served, Mapping[str, str]], Told]

_OK = 200
_NO_BODY: HTTPResponseBodyEvent = {"type": "http.response.body", "body": b"", "more_body": False}
_BESIDE_THE_BODY = 1_000
"""Bytes that a kept answer takes besides its body, roughly."""


class Way(msgspec.Struct, frozen=True):
    """
    An endpoint.

    Attributes:
        path: As the framework has it, where `{name:str}` may stand for the last part.
        parameters: The names that may stand in the query.
        tell: What answers it, by all its parameters.
    """

    path: str
    parameters: frozenset[str]
    tell: Tell

    @property
    def place(self) -> str:
        """The path without a last part that is a parameter."""
        return self.path.partition("/{")[0]

    @property
    def part(self) -> str:
        """The name of the parameter that is the last part; "" where it is none."""
        return self.path.partition("/{")[2].partition(":")[0]

    @property
    def counted(self) -> str:
        """The path as the framework's numbers have it."""
        return f"{self.place}/{{{self.part}}}" if self.part else self.path


class Ready(msgspec.Struct, frozen=True):
    """
    An answer as it is sent: its two messages, and the one that begins a 304 instead.

    Attributes:
        etag: As its header says it.
        count: Counts that it was sent, in so many seconds.
        count_unchanged: The same of the 304.
    """

    etag: str
    start: HTTPResponseStartEvent
    body: HTTPResponseBodyEvent
    count: Count
    unchanged: HTTPResponseStartEvent
    count_unchanged: Count
    each_time: Callable[[], None] | None


class Quick:
    """The endpoints that have a short way."""

    def __init__(
        self, served: Served, ways: Sequence[Way], counting: Counting, *, files: QuickFiles | None = None
    ) -> None:
        self._served = served
        self._counting = counting
        self._files = files
        self._whole = {way.path: way for way in ways if not way.part}
        self._below = {way.place: way for way in ways if way.part}

    async def answer(self, scope: HTTPScope, send: Send) -> bool:
        """Answer a question if it is plain; whether it was."""
        if self._files is not None and scope["path"].startswith(RELEASES):
            return await self._files.answer(scope, send)
        begun = perf_counter()
        if scope["method"] != "GET":
            return False
        # As it was typed: whatever is kept was plain. A question that names no day is about today,
        # and what is past is kept for ever from then on.
        key = scope.get("raw_path"), scope["query_string"], today()
        ready = self._served.answers.get(key) or await self._made_in_turn(key, scope)
        if ready is None:
            return False
        tag = None
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                if tag is not None:
                    return False
                tag = value
        if ready.each_time is not None:
            ready.each_time()
        if tag is not None and has_it(tag.decode("latin-1"), ready.etag):
            await send(ready.unchanged)
            ready.count_unchanged(perf_counter() - begun)
            await send(_NO_BODY)
        else:
            await send(ready.start)
            ready.count(perf_counter() - begun)
            await send(ready.body)
        return True

    async def _made_in_turn(self, key: Hashable, scope: HTTPScope) -> Ready | None:
        """A search waits for its turn; where the line is full, that is said on the long way."""
        if scope["path"] not in self._whole:
            return self._made(key, scope)
        try:
            async with self._served.in_turn.turn():
                return self._served.answers.get(key) or self._made(key, scope)
        except Refused:
            return None

    def _made(self, key: Hashable, scope: HTTPScope) -> Ready | None:
        path = scope["path"]
        way = self._whole.get(path) or self._below.get(path.rpartition("/")[0])
        if way is None or not _is_plain(scope):
            return None
        told = _told(self._served, way, scope)
        if told is None:
            return None
        ready = self._as_sent(way, *told)
        size = len(ready.body["body"]) + len(scope["query_string"]) + _BESIDE_THE_BODY
        self._served.answers.keep(key, ready, size=size)
        return ready

    def _as_sent(self, way: Way, told: Told, headers: Mapping[str, str]) -> Ready:
        content = {"content-type": JSON, "content-length": str(len(told.body))}
        return Ready(
            headers["ETag"],
            _starting(_OK, {**headers, **content}),
            {"type": "http.response.body", "body": told.body, "more_body": False},
            self._counting.of(way.counted, _OK),
            _starting(NOT_MODIFIED, headers),
            self._counting.of(way.counted, NOT_MODIFIED),
            told.each_time,
        )


def _is_plain(scope: HTTPScope) -> bool:
    """Whether path and query stand as they are meant: nothing to be put together or escaped first."""
    path = (scope.get("raw_path") or b"%").partition(b"?")[0]
    return b"%" not in path and scope["query_string"].isascii() and not scope.get("root_path")


def _told(served: Served, way: Way, scope: HTTPScope) -> tuple[Told, Mapping[str, str]] | None:
    """The answer to a plain question and what goes with it; None where it is none, or cannot be answered."""
    # As the framework reads them, sign for sign.
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    given = dict(pairs)
    if len(given) < len(pairs) or not given.keys() <= way.parameters:
        return None
    last = scope["path"].rpartition("/")[2]
    if way.part and not last:
        return None
    asked = {**given, way.part: last} if way.part else given
    if given.get("lang", LANGUAGES[0]) not in LANGUAGES:
        return None
    try:
        told = way.tell(served, asked)
    except Exception:  # noqa: BLE001 the long way meets it again, and says it
        return None
    return told, told.headers(scope["path"], given)


def _starting(status: int, headers: Mapping[str, str]) -> HTTPResponseStartEvent:
    return {
        "type": "http.response.start",
        "status": status,
        "headers": [*_encoded(headers), *PLAIN_HEADERS],
    }


def _encoded(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())

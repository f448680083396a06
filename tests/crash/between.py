"""The way between a source and who follows it: it notes what is asked, and may spoil what is answered."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from tests.crash.running import until

BLOCK = 1 << 16
PASSED_ON = ("Content-Type", "Content-Length", "Content-Range", "ETag")
NOW_AND_THEN = 0.1
_SECONDS_UNTIL_GIVEN_UP = 60


class Asked(msgspec.Struct, frozen=True):
    """One request: its path, and from which byte on, where it asks for the rest of something."""

    path: str
    range: str | None = None


class BrokenOff(Exception):
    """The connection ends here, in the middle of an answer."""


Spoil = Callable[[Asked, Iterator[bytes]], Iterator[bytes]]
"""What comes of the body of an answer on the way; it may raise BrokenOff."""

Answer = Callable[[], Iterable[bytes]]
"""A whole answer, headers and all."""


def honest(_: Asked, body: Iterator[bytes]) -> Iterator[bytes]:
    """Everything as it came."""
    return body


class Between:
    """
    A proxy in front of a source.

    Attributes:
        asked: Every request, in order.
        spoil: What is done to answers from now on.
        instead: What is answered at a path without asking the source, from its first line on.
    """

    def __init__(self, port: int) -> None:
        """
        Args:
            port: Of the source, which may come and go.
        """
        self.source = port
        self.asked: list[Asked] = []
        self.spoil: Spoil = honest
        self.instead: dict[str, Answer] = {}
        way = self

        class Handler(_Handler):
            between = way

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where who follows may find it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def files_asked(self) -> dict[str, list[str | None]]:
        """The ranges asked for of each file of a release, in order; None where it was the whole."""
        files: dict[str, list[str | None]] = {}
        for one in list(self.asked):
            if "/files/" in one.path:
                files.setdefault(one.path, []).append(one.range)
        return files

    def until_asked(self, path: str, *, times: int = 1) -> None:
        """Wait until somebody has asked at a path, so often."""
        until(lambda: [one.path for one in list(self.asked)].count(path) >= times, f"asked {path}")

    def close(self) -> None:
        """Nobody comes through from now on."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    between: Between

    def do_GET(self) -> None:
        asked = Asked(self.path, self.headers.get("Range"))
        self.between.asked.append(asked)
        self.close_connection = True
        names = ("Range", "Last-Event-ID", "Accept-Encoding")
        headers = {name: self.headers[name] for name in names if name in self.headers}
        to_source = HTTPConnection("127.0.0.1", self.between.source, timeout=_SECONDS_UNTIL_GIVEN_UP)
        try:
            if self.path in self.between.instead:
                return self._write(self.between.instead[self.path]())
            with closing(to_source):
                to_source.request("GET", self.path, headers=headers)
                self._pass_on(asked, to_source.getresponse())
        except (OSError, HTTPException, BrokenOff):
            # Either end is gone: then so is this connection, without another word.
            return

    def _pass_on(self, asked: Asked, answer: HTTPResponse) -> None:
        self.send_response(answer.status)
        for name in PASSED_ON:
            if (value := answer.getheader(name)) is not None:
                self.send_header(name, value)
        self.end_headers()
        self._write(self.between.spoil(asked, _blocks(answer)))

    def _write(self, blocks: Iterable[bytes]) -> None:
        for block in blocks:
            self.wfile.write(block)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: `asked` has it."""


def _blocks(answer: HTTPResponse) -> Iterator[bytes]:
    while block := answer.read1(BLOCK):
        yield block


# --- what may happen on the way -----------------------------------------------


def only(path_end: str, spoil: Spoil) -> Spoil:
    """Spoil what lies at one address, and nothing else."""
    return lambda asked, body: spoil(asked, body) if asked.path.endswith(path_end) else body


def flipped(_: Asked, body: Iterator[bytes]) -> Iterator[bytes]:
    """One bit is another one, in the middle."""
    content = bytearray(b"".join(body))
    content[len(content) // 2] ^= 1
    yield bytes(content)


def trickles(_: Asked, body: Iterator[bytes]) -> Iterator[bytes]:
    """Half of it at once, and from then on a byte now and then."""
    content = b"".join(body)
    half = len(content) // 2
    yield content[:half]
    for place in range(half, len(content)):
        time.sleep(NOW_AND_THEN)
        yield content[place : place + 1]


def stands_still(_: Asked, body: Iterator[bytes]) -> Iterator[bytes]:
    """Half of it, and then nothing for a long time."""
    content = b"".join(body)
    yield content[: len(content) // 2]
    time.sleep(_SECONDS_UNTIL_GIVEN_UP)


def says(content: bytes, *headers: str) -> Answer:
    """An answer in order, with this content."""
    lines = ("HTTP/1.0 200 OK", f"Content-Length: {len(content)}", *headers, "", "")
    return lambda: ["\r\n".join(lines).encode(), content]


def headers_without_end() -> Iterator[bytes]:
    """A header that goes on and on, a byte now and then."""
    yield b"HTTP/1.0 200 OK\r\nServer: "
    while True:
        yield b"x"
        time.sleep(NOW_AND_THEN)


def a_line_without_end() -> Iterator[bytes]:
    """Events, of which the first never ends, a byte now and then."""
    yield _EVENTS
    while True:
        yield b"x"
        time.sleep(NOW_AND_THEN)


def a_flood() -> Iterator[bytes]:
    """The same as fast as it can be sent."""
    yield _EVENTS
    while True:
        yield b"x" * BLOCK


_EVENTS = b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

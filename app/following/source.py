"""The first home over HTTP: asked in small bites, never believed, and left alone when it is away or slow."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from app.manifest import FileMark, sha256_of
from app.operator import Operator, usable
from app.signing.freshness import Freshness
from app.signing.keys import Keyring, PublicKey, as_keyring
from lists.errors import Refused

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
"""Seconds; a stream of events says something more often than that."""
MOST_SAID = 16 << 20
"""Bytes of an answer that is no file."""
LONGEST_LINE = 1 << 20
"""Bytes of a line among events."""
BEGINS_WITHIN = 30.0
"""Seconds in which the headers of an answer must be here, however they trickle in."""
PATIENCE, SLOWEST = 30.0, 20_000.0
"""Seconds that any file may take, and bytes a second beyond them."""
_OK, _PART = 200, 206
_PLAIN = "identity"

_Answer = TypeVar("_Answer")


class _Status(msgspec.Struct, frozen=True):
    """What is read of what it serves."""

    publisher: Operator | None = None


class _Keys(msgspec.Struct, frozen=True):
    """What is read of the keys it shows, and no more: it may be older or newer than this program."""

    items: tuple[PublicKey, ...]


class Source:
    """The API of a home that is followed."""

    def __init__(
        self, url: str, *, patience: float = PATIENCE, transport: httpx.BaseTransport | None = None
    ) -> None:
        """
        Args:
            patience: Seconds that any file may take.
            transport: How the source is reached, where not through the network.

        Raises:
            Refused: "source-address".
        """
        self.url = url.rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise Refused("source-address", found=url)
        self._patience = patience
        headers = {"Accept-Encoding": _PLAIN, "User-Agent": "blaliste-follow"}
        self._client = httpx.Client(timeout=TIMEOUT, headers=headers, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def keyring(self) -> Keyring:
        """
        The keys it shows.

        Raises:
            Refused: "source-away", "source-slow", "source-answer".
        """
        told = self._read("/v1/keys", _Keys)
        try:
            return as_keyring(msgspec.json.encode(Keyring(told.items)))
        except msgspec.DecodeError as error:
            raise self._unusable("/v1/keys", str(error)) from error

    def freshness(self) -> Freshness:
        """Its word on which release is the newest; refused as `keyring`."""
        return self._read("/v1/freshness", Freshness)

    def publisher(self) -> Operator | None:
        """Who answers for its lists, which nobody signs; None where it does not say. Refused as `keyring`."""
        told = self._read("/v1/status", _Status).publisher
        return usable(told) if told is not None else None

    def manifest(self, release: int) -> tuple[bytes, bytes]:
        """The manifest of a release and its signature; refused as `keyring`."""
        path = f"/v1/releases/{release}/manifest"
        return self.said(path), self.said(path + ".sig")

    def said(self, path: str) -> bytes:
        """What it says at an address; refused as `keyring`."""
        with self._asked(path) as answer:
            content = b"".join(self._blocks(answer, path, most=MOST_SAID))
        return content

    def wait_for_release(self, *, after: int, seconds: float) -> bool:
        """
        Whether it tells of a release behind a number, which may take so many seconds.

        Raises:
            Refused: "source-away", "source-answer": it does not tell, or has stopped to.
        """
        until, line = time.monotonic() + seconds, b""
        with self._asked("/v1/events", {"Last-Event-ID": str(after)}) as answer:
            # Not by lines: one that never ends would be waited for, or kept, without end.
            for block in answer.iter_bytes():
                *lines, line = (line + block).split(b"\n")
                if any(told.startswith(b"event: release") for told in lines):
                    return True
                if time.monotonic() >= until:
                    return False
                if len(line) > LONGEST_LINE:
                    raise self._unusable("/v1/events", f"> {LONGEST_LINE} bytes")
        return False

    def download(self, path: str, file: FileMark, into: Path) -> None:
        """
        Fetch a file; what was there of it from an earlier try is kept and gone on from.

        Args:
            path: Its address.
            file: What it must be.
            into: Is there when this returns, and only then.

        Raises:
            Refused: "source-away", "source-slow": what came is kept; "source-answer";
                "source-file-differs": it is not what was signed, and nothing of it is kept.
        """
        part = into.with_name(f"{into.name}.part")
        begun = part.stat().st_size if part.is_file() else 0
        if begun < file.bytes or not begun:
            self._fetch_rest(path, file, part)
        found = sha256_of(part)
        if part.stat().st_size != file.bytes or found != file.sha256:
            part.unlink()
            raise Refused("source-file-differs", where=self.url + path, found=found, expected=file.sha256)
        part.rename(into)

    def _fetch_rest(self, path: str, file: FileMark, part: Path) -> None:
        begun = part.stat().st_size if part.is_file() else 0
        headers = {"Range": f"bytes={begun}-"} if begun else {}
        with self._asked(path, headers) as answer:
            goes_on = answer.status_code == _PART and _first_byte(answer) == begun
            with part.open("ab" if goes_on else "wb") as handle:
                left = file.bytes - (begun if goes_on else 0)
                for block in self._blocks(answer, path, most=left):
                    handle.write(block)

    def _read(self, path: str, kind: type[_Answer]) -> _Answer:
        content = self.said(path)
        try:
            return msgspec.json.decode(content, type=kind)
        except msgspec.DecodeError as error:
            raise self._unusable(path, str(error)) from error

    @contextmanager
    def _asked(self, path: str, headers: dict[str, str] | None = None) -> Iterator[httpx.Response]:
        # No timeout between two bytes sees that headers never end: closed, the client gives them up.
        watch = threading.Timer(BEGINS_WITHIN, self._client.close)
        watch.daemon = True
        watch.start()
        try:
            with self._client.stream("GET", self.url + quote(path), headers=headers) as answer:
                watch.cancel()
                self._require_usable(path, answer)
                yield answer
        except httpx.HTTPError as error:
            told = str(error) or type(error).__name__
            told = f"> {BEGINS_WITHIN:g} s" if self._client.is_closed else told
            raise Refused("source-away", where=self.url + path, found=told) from error
        finally:
            watch.cancel()

    def _require_usable(self, path: str, answer: httpx.Response) -> None:
        if answer.status_code not in (_OK, _PART):
            raise self._unusable(path, f"HTTP {answer.status_code}")
        # What was packed without our asking may be of any size unpacked.
        packed = answer.headers.get("content-encoding", _PLAIN)
        if packed != _PLAIN:
            raise self._unusable(path, f"Content-Encoding: {packed}")

    def _blocks(self, answer: httpx.Response, path: str, *, most: int) -> Iterator[bytes]:
        """What comes, until it is too much or comes too slowly."""
        begun, taken = time.monotonic(), 0
        # As it comes: what a larger block would wait for is lost where the connection breaks.
        for block in answer.iter_bytes():
            taken += len(block)
            if taken > most:
                raise self._unusable(path, f"> {most} bytes")
            yield block
            if time.monotonic() - begun > self._patience + taken / SLOWEST:
                raise Refused("source-slow", where=self.url + path, found=taken, expected=most)

    def _unusable(self, path: str, found: str) -> Refused:
        return Refused("source-answer", where=self.url + path, found=found)


def _first_byte(answer: httpx.Response) -> int:
    """Where the part that is sent begins; -1 where that is not said."""
    told = answer.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return int(told) if told.isdecimal() else -1

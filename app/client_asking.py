"""Asks a service: what it said is kept with its tag, and what is away or busy is asked again."""

import datetime as dt
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec

from app.answers_kept import AnswersKept, KeptAnswer
from app.client_faults import Kept, Problem, Unreachable
from app.pages import ProblemAnswer

_TRIED_AGAIN = (429, 502, 503, 504)
_NOT_MODIFIED = 304
_IMMUTABLE = "immutable"

_Answer = TypeVar("_Answer")


class Asking:
    """Questions to one service; each only reads, so asking again does no harm."""

    def __init__(self, http: httpx.Client, kept: AnswersKept, *, tries: int) -> None:
        self._http, self._kept, self._tries = http, kept, tries

    def get(self, path: str, kind: type[_Answer], parameters: dict[str, str]) -> _Answer:
        """
        One answer; what never changes is asked for once.

        Raises:
            Problem, Unreachable.
        """
        request = self._http.build_request("GET", path, params=parameters)
        key = f"{request.url} {request.headers['Accept-Language']}"
        kept = self._kept.find(key)
        if kept is not None and kept.immutable:
            return msgspec.json.decode(kept.body, type=kind)
        if kept is not None and kept.etag:
            request.headers["If-None-Match"] = kept.etag
        return self._answered(request, kind, key)

    def post(self, path: str, kind: type[_Answer], asked: object, *, keeps: bool = False) -> _Answer:
        """
        The answer to a question with a body.

        Args:
            keeps: Whether it is kept for when nobody answers.

        Raises:
            Problem, Unreachable.
        """
        headers, body = {"Content-Type": "application/json"}, msgspec.json.encode(asked)
        request = self._http.build_request("POST", path, content=body, headers=headers)
        if not keeps:
            return _decoded(self._sent(request), kind)
        return self._answered(request, kind, f"{request.url} {request.headers['Accept-Language']} {body!r}")

    def fetch(self, path: str, into: Path) -> None:
        """
        Write what is answered into a file.

        Raises:
            Problem, Unreachable.
        """
        request = self._http.build_request("GET", path)
        self._patiently(request, lambda: self._fetched(request, into))

    def _answered(self, request: httpx.Request, kind: type[_Answer], key: str) -> _Answer:
        """The answer to a question, which is kept under a key from now on."""
        kept, now = self._kept.find(key), dt.datetime.now(dt.UTC)
        try:
            answer = self._sent(request)
            if kept is not None and answer.status_code == _NOT_MODIFIED:
                self._kept.keep(key, msgspec.structs.replace(kept, held_at=now))
                return msgspec.json.decode(kept.body, type=kind)
            told = _decoded(answer, kind)
        except Unreachable as away:
            if kept is not None:
                away.kept = Kept(msgspec.json.decode(kept.body, type=kind), kept.held_at)
            raise
        immutable = _IMMUTABLE in answer.headers.get("cache-control", "")
        self._kept.keep(key, KeptAnswer(answer.headers.get("etag", ""), immutable, answer.content, now))
        return told

    def _sent(self, request: httpx.Request) -> httpx.Response:
        return self._patiently(request, lambda: self._http.send(request))

    def _fetched(self, request: httpx.Request, into: Path) -> httpx.Response:
        """Write what is answered; a refusal is only read."""
        answer = self._http.send(request, stream=True, follow_redirects=True)
        try:
            if answer.status_code != httpx.codes.OK:
                answer.read()
                return answer
            with into.open("wb") as handle:
                for block in answer.iter_bytes():
                    handle.write(block)
        finally:
            answer.close()
        return answer

    def _patiently(self, request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        trouble, wait = "", ""
        for tried in range(self._tries):
            if tried:
                time.sleep(float(wait) if wait.isdecimal() else _delay(tried))
            try:
                answer = send()
            except httpx.RequestError as error:
                trouble, wait = str(error) or type(error).__name__, ""
                continue
            if answer.status_code not in _TRIED_AGAIN:
                if answer.is_error:
                    raise _refusal(answer)
                return answer
            trouble, wait = f"HTTP {answer.status_code}", answer.headers.get("retry-after", "")
        raise Unreachable(f"{request.url}: {trouble}, tried {self._tries} times")


def _decoded(answer: httpx.Response, kind: type[_Answer]) -> _Answer:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError as error:
        raise Unreachable(f"{answer.url}: what answers is no such service: {error}") from error


def _refusal(answer: httpx.Response) -> Exception:
    try:
        return Problem(msgspec.json.decode(answer.content, type=ProblemAnswer))
    except msgspec.DecodeError:
        return Unreachable(f"{answer.url}: HTTP {answer.status_code}, and no word of why")


def _delay(tried: int) -> float:
    """Seconds, ever more of them, and not the same for all who were turned away at once."""
    return min(30.0, 0.25 * 2.0**tried) * random.uniform(0.5, 1.0)  # noqa: S311 nothing is kept secret by it

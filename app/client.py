"""A client of the API: typed answers, a cache that asks whether it still holds, pages, and patience."""

import datetime as dt
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from app.answers_kept import AnswersKept, KeptAnswer
from app.checks import CheckAnswer, CheckQuestion
from app.moves import ChangeShape, ChangesPage, HistoryItem, HistoryPage, WatchAnswer
from app.pages import (
    FreshnessAnswer,
    GroupsPage,
    HitShape,
    ListsPage,
    LookupAnswer,
    ProblemAnswer,
    ProductsPage,
    ReleasesPage,
    SearchPage,
    SuggestAnswer,
)
from app.shapes import GroupShape, ListShape, ProductShape, ReleaseShape, StatusShape

When: TypeAlias = dt.date | None
Known: TypeAlias = dt.datetime | None

AT_MOST = 5_000
"""Numbers that one look-up takes."""
_PAGE = 1_000
_TRIED_AGAIN = (429, 502, 503, 504)
_NOT_MODIFIED = 304
_IMMUTABLE = "immutable"

_Answer = TypeVar("_Answer")


class Problem(Exception):
    """The service refused a question: `answer` says why, with what was found and expected."""

    def __init__(self, answer: ProblemAnswer) -> None:
        super().__init__(f"{answer.title}: {answer.detail}")
        self.answer = answer

    @property
    def name(self) -> str:
        """The name of the problem, such as `never-listed`."""
        return self.answer.type.rpartition("/")[2]


class Unreachable(Exception):
    """Nobody answered, however often it was tried, or what answered is no such service."""


class Lists:
    """
    The lists of one service, by its address.

    Answers are the shapes of the API. What never changes is asked once; of all else the service is asked
    whether it has changed. Reading is tried again where the service is away or busy.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        lang: str = "en",
        cache: Path | None = None,
        tries: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """
        Args:
            lang: Of the sentences in answers: nb, nn or en.
            cache: A directory in which answers outlive the program; else they are kept in memory.
            tries: How often a question is asked before `Unreachable`.
            transport: How the service is reached, where not through the network.
        """
        headers = {"Accept-Language": lang, "User-Agent": "blaliste-client"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=10.0, transport=transport)
        self._cache = AnswersKept(cache)
        self._tries = tries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def status(self) -> StatusShape:
        """What is served, and until when it is known to be the newest."""
        return self._get("/v1/status", StatusShape)

    def freshness(self) -> FreshnessAnswer:
        """The signed word on which release is the newest."""
        return self._get("/v1/freshness", FreshnessAnswer)

    def lists(self, *, valid_on: When = None, known_at: Known = None) -> Iterator[ListShape]:
        """All lists."""
        return self._pages("/v1/lists", ListsPage, valid_on=valid_on, known_at=known_at)

    def list(self, code: str, *, valid_on: When = None, known_at: Known = None) -> ListShape:
        """One list."""
        return self._get(f"/v1/lists/{_part(code)}", ListShape, valid_on=valid_on, known_at=known_at)

    def products(
        self, code: str, *, group: str | None = None, valid_on: When = None, known_at: Known = None
    ) -> Iterator[ProductShape]:
        """The products of a list, or of one of its groups."""
        path = f"/v1/lists/{_part(code)}/products"
        return self._pages(path, ProductsPage, group=group, valid_on=valid_on, known_at=known_at)

    def groups(
        self, code: str | None = None, *, valid_on: When = None, known_at: Known = None
    ) -> Iterator[GroupShape]:
        """The groups of a list, or of all."""
        return self._pages("/v1/groups", GroupsPage, list=code, valid_on=valid_on, known_at=known_at)

    def group(
        self, code: str, *, on_list: str | None = None, valid_on: When = None, known_at: Known = None
    ) -> GroupShape:
        """One group."""
        more = {"list": on_list, "valid_on": valid_on, "known_at": known_at}
        return self._get(f"/v1/groups/{_part(code)}", GroupShape, **more)

    def product(self, varenr: str, *, valid_on: When = None, known_at: Known = None) -> ProductShape:
        """
        One product.

        Raises:
            Problem: `never-listed`, `not-yet-listed` or `not-listed`: its answer says when it is, or was.
        """
        path = f"/v1/products/{_part(varenr)}"
        return self._get(path, ProductShape, valid_on=valid_on, known_at=known_at)

    def lookup(
        self, varenrs: Sequence[str], *, valid_on: When = None, known_at: Known = None
    ) -> Iterator[LookupAnswer]:
        """Many products, in answers of at most 5,000."""
        for first in range(0, len(varenrs), AT_MOST):
            asked = {"varenr": list(varenrs[first : first + AT_MOST]), **_given(valid_on, known_at)}
            yield self._post("/v1/products/lookup", asked, LookupAnswer)

    def history(self, varenr: str) -> Iterator[HistoryItem]:
        """What each edition meant for a product, oldest first."""
        return self._pages(f"/v1/products/{_part(varenr)}/history", HistoryPage)

    def search(self, words: str, *, most: int = 20, **filters: object) -> Iterator[HitShape]:
        """Products that words find, the best first; filters as `/v1/search` has them."""
        page = self._get("/v1/search", SearchPage, q=words, limit=min(most, 100), **filters)
        told = 0
        while True:
            yield from page.items[: most - told]
            told += len(page.items)
            if page.next is None or told >= most:
                return
            page = self._get(
                "/v1/search", SearchPage, q=words, limit=min(most, 100), cursor=page.next, **filters
            )

    def suggest(self, beginning: str) -> SuggestAnswer:
        """What words that begin so may become."""
        return self._get("/v1/suggest", SuggestAnswer, q=beginning)

    def changes(self, first: str, last: str, *, on_list: str | None = None) -> Iterator[ChangeShape]:
        """What changed between two editions, or two days as YYYY-MM-DD."""
        more: dict[str, object] = {"from": first, "to": last, "list": on_list}
        return self._pages("/v1/changes", ChangesPage, **more)

    def releases(self, *, after: int = 0) -> Iterator[ReleaseShape]:
        """Every release behind a number, oldest first: all that was missed by who keeps the last one."""
        return self._pages("/v1/releases", ReleasesPage, after=after)

    def watch(
        self, *, products: Mapping[str, str] | None = None, groups: Mapping[str, str] | None = None
    ) -> WatchAnswer:
        """What has changed of products and groups whose fingerprints are known."""
        asked = {"products": products, "groups": groups}
        given = {name: value for name, value in asked.items() if value is not None}
        return self._post("/v1/watch", given, WatchAnswer)

    def check(self, question: CheckQuestion) -> CheckAnswer:
        """Whether a prescription covers what is to be handed out, how much more, and why."""
        return self._post("/v1/check", question, CheckAnswer)

    def download(self, path: str, into: Path, *, release: int | str = "latest") -> Path:
        """
        Fetch a file of a release; it is there whole, or not at all.

        Args:
            path: As the table of contents has it, such as `lists.db`.
        """
        aside = into.with_name(f"{into.name}.part")
        address = f"/v1/releases/{release}/files/{quote(path)}"
        with self._http.stream("GET", address, follow_redirects=True) as answer:
            if answer.status_code != httpx.codes.OK:
                answer.read()
                raise _refusal(answer)
            with aside.open("wb") as handle:
                for block in answer.iter_bytes():
                    handle.write(block)
        aside.replace(into)
        return into

    def _get(self, path: str, kind: type[_Answer], **parameters: object) -> _Answer:
        given = {name: _text(value) for name, value in parameters.items() if value is not None}
        request = self._http.build_request("GET", path, params=given)
        key = f"{request.url} {request.headers['Accept-Language']}"
        kept = self._cache.find(key)
        if kept is not None and kept.immutable:
            return msgspec.json.decode(kept.body, type=kind)
        if kept is not None:
            request.headers["If-None-Match"] = kept.etag
        answer = self._sent(request)
        if kept is not None and answer.status_code == _NOT_MODIFIED:
            return msgspec.json.decode(kept.body, type=kind)
        if "etag" in answer.headers:
            immutable = _IMMUTABLE in answer.headers.get("cache-control", "")
            self._cache.keep(key, KeptAnswer(answer.headers["etag"], immutable, answer.content))
        return _decoded(answer, kind)

    def _post(self, path: str, asked: object, kind: type[_Answer]) -> _Answer:
        headers = {"Content-Type": "application/json"}
        request = self._http.build_request("POST", path, content=msgspec.json.encode(asked), headers=headers)
        return _decoded(self._sent(request), kind)

    def _pages(self, path: str, kind: type[Any], **parameters: object) -> Iterator[Any]:
        cursor = None
        while True:
            page = self._get(path, kind, limit=_PAGE, cursor=cursor, **parameters)
            yield from page.items
            cursor = page.next
            if cursor is None:
                return

    def _sent(self, request: httpx.Request) -> httpx.Response:
        """Every question only reads: asking again does no harm."""
        trouble, wait = "", ""
        for tried in range(self._tries):
            if tried:
                time.sleep(float(wait) if wait.isdecimal() else _delay(tried))
            try:
                answer = self._http.send(request)
            except httpx.TransportError as error:
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


def _part(text: str) -> str:
    return quote(text, safe="")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _given(valid_on: When, known_at: Known) -> dict[str, str]:
    given = {"valid_on": valid_on, "known_at": known_at}
    return {name: value.isoformat() for name, value in given.items() if value is not None}

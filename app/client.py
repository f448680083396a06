"""A client of the API: typed answers, a cache that asks whether it still holds, pages, and patience."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar
from urllib.parse import quote

import httpx

from app.answers_kept import AnswersKept
from app.checks import CheckAnswer, CheckQuestion
from app.client_asking import Asking
from app.client_faults import Damaged, Problem, Unreachable
from app.manifest import Manifest, sha256_of
from app.moves import ChangeShape, ChangesPage, HistoryItem, HistoryPage, WatchAnswer
from app.pages import (
    FilesAnswer,
    FreshnessAnswer,
    GroupsPage,
    HitShape,
    ListsPage,
    LookupAnswer,
    ProductsPage,
    ReleasesPage,
    SearchPage,
    SuggestAnswer,
)
from app.shapes import GroupShape, ListShape, ProductShape, ReleaseShape, StatusShape

__all__ = ["Damaged", "Lists", "Problem", "Unreachable"]

When: TypeAlias = dt.date | None
Known: TypeAlias = dt.datetime | None

AT_MOST = 5_000
"""Numbers that one look-up takes."""
_PAGE = 1_000

_Answer = TypeVar("_Answer")


class Lists:
    """
    The lists of one service, by its address.

    Answers are the shapes of the API. What never changes is asked once; of all else the service is asked
    whether it has changed. Reading is tried again where the service is away or busy; where it stays so,
    `Unreachable` carries the last answer to the same question.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        lang: str = "en",
        cache: Path | None = None,
        keep_checks: bool = False,
        tries: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """
        Args:
            lang: Of the sentences in answers: nb, nn or en.
            cache: A directory in which answers outlive the program; else they are kept in memory.
            keep_checks: Whether answers to checks are kept too, for when nobody answers. Each tells of one
                patient: the directory belongs where prescriptions are kept.
            tries: How often a question is asked before `Unreachable`.
            transport: How the service is reached, where not through the network.
        """
        headers = {"Accept-Language": lang, "User-Agent": "blaliste-client"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=10.0, transport=transport)
        self._asking = Asking(self._http, AnswersKept(cache), tries=tries)
        self._keep_checks = keep_checks

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
            yield self._asking.post("/v1/products/lookup", LookupAnswer, asked)

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

    def search_page(self, words: str, *, limit: int = 20, **filters: object) -> SearchPage:
        """The first hits with how many there are, counts for filters, and what may have been meant."""
        return self._get("/v1/search", SearchPage, q=words, limit=limit, **filters)

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
        return self._asking.post("/v1/watch", WatchAnswer, given)

    def check(self, question: CheckQuestion) -> CheckAnswer:
        """Whether a prescription covers what is to be handed out, how much more, and why."""
        return self._asking.post("/v1/check", CheckAnswer, question, keeps=self._keep_checks)

    def manifest(self, release: int) -> Manifest:
        """What a release consists of: its editions, the rows of each table, and each file with its sha256."""
        return self._get(f"/v1/releases/{release}/manifest", Manifest)

    def files(self, release: int) -> FilesAnswer:
        """Table of contents of a release's files."""
        return self._get(f"/v1/releases/{release}/files", FilesAnswer)

    def download(
        self, path: str, into: Path, *, release: int | str = "latest", sha256: str | None = None
    ) -> Path:
        """
        Fetch a file of a release; it is there whole, or not at all.

        Args:
            path: As the table of contents has it, such as `lists.db`.
            sha256: What the table of contents says of it, or the manifest.

        Raises:
            Damaged: What came has another sha256.
        """
        aside = into.with_name(f"{into.name}.part")
        address = f"/v1/releases/{release}/files/{quote(path)}"
        try:
            self._asking.fetch(address, aside)
            found = sha256_of(aside)
            if sha256 is not None and found != sha256:
                raise Damaged(
                    f"{address}: its sha256 is {found}, and {sha256} was expected: nothing of it is kept."
                    " Fetch it again; if it stays so, tell whoever runs the service."
                )
            aside.replace(into)
        finally:
            aside.unlink(missing_ok=True)
        return into

    def _get(self, path: str, kind: type[_Answer], **parameters: object) -> _Answer:
        given = {name: _text(value) for name, value in parameters.items() if value is not None}
        return self._asking.get(path, kind, given)

    def _pages(self, path: str, kind: type[Any], **parameters: object) -> Iterator[Any]:
        cursor = None
        while True:
            page = self._get(path, kind, limit=_PAGE, cursor=cursor, **parameters)
            yield from page.items
            cursor = page.next
            if cursor is None:
                return


def _part(text: str) -> str:
    return quote(text, safe="")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _given(valid_on: When, known_at: Known) -> dict[str, str]:
    given = {"valid_on": valid_on, "known_at": known_at}
    return {name: value.isoformat() for name, value in given.items() if value is not None}

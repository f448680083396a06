"""Addresses on pages: they keep the language and day that were chosen, and split long lists into pages."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from app.api.answer import AnyRequest
from app.api.problems import language
from app.web.paths import part as part

LANGUAGE_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
LONGEST = 1000
"""Characters of a value that an address repeats."""

TIMES = ("valid_on", "known_at")
"""What is asked of every page that tells of a day: the day, and as known when."""


class Link(msgspec.Struct, frozen=True):
    """A link of the frame; `here` where it leads to the page that shows it."""

    address: str
    text: str
    code: str = ""
    here: bool = False


class Page(msgspec.Struct, frozen=True):
    """
    A stretch of what is shown.

    Attributes:
        number: Which page, from 1.
        first: Place of its first item among all, from 1.
        before: Address of the page before, "" where there is none; so is `after`.
    """

    items: list[Any]
    number: int
    pages: int
    total: int
    first: int
    before: str
    after: str


def page_language(request: AnyRequest) -> str:
    """In the language that is asked for, else in the one the browser wants, else in Bokmål."""
    return language(request, default="nb")


def language_links(request: AnyRequest, lang: str) -> list[Link]:
    """The same page in each language; what else was asked of it stays."""
    return [
        Link(changed(request, lang=code), name, code, here=code == lang)
        for code, name in LANGUAGE_NAMES.items()
    ]


def changed(request: AnyRequest, **asked: str | None) -> str:
    """This page, asked otherwise; a value that is None, or longer than any of ours, is asked no more."""
    # In the order they were given: `multi_items` has another in every process, and so would the page's tag.
    given = request.query_params.items()
    others = [(name, value) for name, value in given if name not in asked and len(value) <= LONGEST]
    return "?" + urlencode([*others, *((name, value) for name, value in asked.items() if value is not None)])


def with_lang(request: AnyRequest, path: str) -> str:
    """A path of ours, in the language that was chosen on the page."""
    return _with(request, path, ("lang",))


def with_time(request: AnyRequest, path: str) -> str:
    """A path of ours, in the language, on the day and as known at the instant that were chosen."""
    return _with(request, path, ("lang", *TIMES))


def paged(request: AnyRequest, items: Sequence[Any], size: int) -> Page:
    """The page that `page` asks for; the first or last one where there is none of that number."""
    asked = request.query_params.get("page", "1")
    pages = max(1, -(-len(items) // size))
    number = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
    start = (number - 1) * size

    def address(to: int) -> str:
        return changed(request, page=str(to)) if 1 <= to <= pages else ""

    return Page(
        items=list(items[start : start + size]),
        number=number,
        pages=pages,
        total=len(items),
        first=start + 1,
        before=address(number - 1),
        after=address(number + 1),
    )


def _with(request: AnyRequest, path: str, names: tuple[str, ...]) -> str:
    given = {name: request.query_params.get(name) for name in names}
    kept = {name: value for name, value in given.items() if value and _can_be(name, value)}
    return f"{path}{'&' if '?' in path else '?'}{urlencode(kept)}" if kept else path


def _can_be(name: str, value: str) -> bool:
    return name != "lang" or value in LANGUAGE_NAMES

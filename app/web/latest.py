"""The latest changes as pages tell them: what each list's newest edition brought, in a few sentences."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from app.read.edition_news import EditionNews, NewsItem
from app.read.view import View
from app.served import Served
from app.web.told import Words
from app.words.forms import number_told
from lists.timeline import EditionMark

MOST_SENTENCES = 3
_LONGEST = 300


class Latest(msgspec.Struct, frozen=True):
    """
    What one edition brought.

    Attributes:
        sentences: The most telling ones, at least one.
        more: How many changes they leave out.
    """

    list: str
    title: str
    edition: str
    valid_from: dt.date
    sentences: tuple[str, ...]
    more: int


def latest_changes(served: Served, view: View, lang: str, most: int) -> tuple[Latest, ...]:
    """What the editions brought that are in force on the view's day, the newest first."""
    newest = sorted(view.marks.values(), key=newest_first)[:most]
    return tuple(latest_of(served.news(mark), lang) for mark in newest)


def newest_first(mark: EditionMark) -> tuple[int, int, str]:
    """Orders editions: by first day and release, the last one first; then by list."""
    return (-mark.valid_from.toordinal(), -mark.release, mark.list)


def latest_of(news: EditionNews, lang: str) -> Latest:
    """An edition's news in a language."""
    told = news_told(news, lang, most=MOST_SENTENCES)
    more = sum(item.changes for item in news.items[MOST_SENTENCES:])
    return Latest(news.list, news.title, news.edition, news.valid_from, told, more)


def news_told(news: EditionNews, lang: str, *, most: int | None = None) -> tuple[str, ...]:
    """An edition's news as sentences, at least one."""
    words = Words(lang)
    if news.before is None:
        return (words("changed-new-list", count=number_told(news.entries, lang)),)
    return items_told(news.items[:most], lang) or (words("changed-nothing"),)


def items_told(items: Iterable[NewsItem], lang: str) -> tuple[str, ...]:
    """Each sort of change as a sentence: the change itself where there is only one."""
    words = Words(lang)
    return tuple(_told(item, words) for item in items)


def _told(item: NewsItem, words: Words) -> str:
    if not item.one:
        return words("changed-news-" + item.sort, count=number_told(item.count, words.lang))
    text = item.one[words.lang]
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

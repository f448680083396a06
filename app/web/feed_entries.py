"""What a feed says: of each edition a title, a few sentences, and where a person reads on."""

from collections.abc import Iterable

import msgspec

from app.api.answer import AnyRequest
from app.read.edition_news import EditionNews
from app.web.addresses import page_language, part, with_lang
from app.web.atom import Entry, Feed
from app.web.changed_addresses import comparison
from app.web.latest import items_told, news_told
from app.web.origin import origin
from app.web.told import Words
from app.words.forms import day_told, number_told
from ingest.store import Release

EDITIONS, GROUP, PRODUCT = "editions", "group", "product"
_LONGEST_TITLE = 200


class Subject(msgspec.Struct, frozen=True):
    """
    What a feed is about.

    Attributes:
        kind: EDITIONS, GROUP or PRODUCT.
        code: Of a list, group or product; "" where the feed is about every list.
        lists: Those whose editions may have brought something.
    """

    kind: str
    code: str
    lists: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the ids of the feed and of its entries are made of."""
        on_list = f"/{self.lists[0]}" if self.kind == GROUP else ""
        return f"{self.kind}{on_list}/{self.code}"

    @property
    def page(self) -> str:
        """The path of the page about the same."""
        if self.kind == PRODUCT:
            return f"/vare/{part(self.code)}"
        if self.kind == GROUP:
            return f"/gruppe/{part(self.code)}?list={part(self.lists[0])}"
        return f"/endringer?list={part(self.code)}" if self.code else "/endringer"

    @property
    def feed(self) -> str:
        """The path of the feed itself."""
        if self.kind == PRODUCT:
            return f"/vare/{part(self.code)}/endringer.atom"
        if self.kind == GROUP:
            return f"/gruppe/{part(self.code)}/endringer.atom?list={part(self.lists[0])}"
        return f"/liste/{part(self.code)}/endringer.atom" if self.code else "/endringer.atom"


def feed_of(
    request: AnyRequest, subject: Subject, news: list[EditionNews], releases: Iterable[Release]
) -> Feed:
    """A feed in the language of the request, with whole addresses."""
    words, whole = Words(page_language(request)), origin(request)
    instants = {known.release: known.published_at for known in releases}
    entries = [
        Entry(
            # An edition is one and the same thing in the feed of its list and in that of all.
            name=f"{EDITIONS if subject.kind == EDITIONS else subject.name}/{one.edition}",
            title=_title(subject, one, words),
            summary=" ".join(_sentences(subject, one, words)),
            address=whole + _address(request, subject, one),
            published=instants[one.release],
        )
        for one in news
    ]
    return Feed(
        name=f"feed/{subject.name}",
        title=_feed_title(subject, news, words),
        lang=words.lang,
        page=whole + with_lang(request, subject.page),
        itself=whole + with_lang(request, subject.feed),
        entries=entries,
    )


def _feed_title(subject: Subject, news: list[EditionNews], words: Words) -> str:
    if not subject.code:
        return words("feed-of-all")
    named = news[0].title if news else ""
    if subject.kind == PRODUCT:
        return _cut(words("feed-of-product", code=subject.code, name=named))
    if subject.kind == GROUP:
        return _cut(words("feed-of-group", code=subject.code, name=named))
    return _cut(words("feed-of-list", code=subject.code, name=named))


def _title(subject: Subject, news: EditionNews, words: Words) -> str:
    day = day_told(news.valid_from, words.lang)
    named = (
        f"{subject.code} {news.title}".strip() if subject.kind != EDITIONS else f"{news.list} {news.title}"
    )
    key = "corrected" if news.corrects else "from"
    return words("feed-entry-" + key, name=_cut(named), day=day)


def _sentences(subject: Subject, news: EditionNews, words: Words) -> tuple[str, ...]:
    if news.items:
        return items_told(news.items, words.lang)
    if subject.kind == GROUP:
        return (words("feed-group-first", count=number_told(news.entries, words.lang)),)
    return news_told(news, words.lang)


def _address(request: AnyRequest, subject: Subject, news: EditionNews) -> str:
    """Where the same is seen: all that the edition changed, or the group on the edition's first day."""
    if subject.kind == GROUP:
        return with_lang(request, f"{subject.page}&valid_on={news.valid_from.isoformat()}")
    if news.before is None:
        return with_lang(request, f"/endringer?list={part(news.list)}")
    q = subject.code if subject.kind == PRODUCT else ""
    return comparison(request, news.list, news.before, news.edition, q=q)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"

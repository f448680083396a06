"""The first page: the search box with its hits; without a query, what one can do and what is in force."""

from urllib.parse import urlencode

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.searching import find, read_filters
from app.beside import Beside
from app.read.lists import known_lists, list_shape
from app.read.search import narrow
from app.read.view import View
from app.served import Served
from app.web.addresses import Page, page_language, paged
from app.web.catalogue import all_lists_told
from app.web.frame import page_view, reader_page
from app.web.hits import HitRow, hit_row
from app.web.latest import latest_changes
from app.web.news_at_hand import have_news
from app.web.searching import (
    Asked,
    BegunSo,
    Chosen,
    Narrowing,
    asked_for,
    begun_so,
    chosen_filters,
    narrowings,
)
from app.web.told import Words
from app.words import say_error
from lists.errors import BadQuestion
from search.records import Suggestion
from search.suggest import suggest

HITS_ON_A_PAGE = 20
MOST_LATEST = 4
TYPING = "typing"
"""The header with which the page's own script says that somebody may not have ended typing."""
_PRICES = ("price_from", "price_to")


class Results(msgspec.Struct, frozen=True):
    """
    What was found.

    Attributes:
        refused: Why nothing could be looked for; "" where something could.
        wrong: The name of what could not be used.
        beside: Groups, lists and suppliers that begin as what was typed.
    """

    page: Page
    rows: tuple[HitRow, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    beside: tuple[BegunSo, ...] = ()
    did_you_mean: str | None = None
    refused: str = ""
    wrong: str = ""


@get("/", media_type=MediaType.HTML)
async def front(request: AnyRequest, beside: NamedDependency[Beside]) -> Response[bytes]:
    """The search box; with words in it their hits, without them the lists that are in force."""
    served, asked, words = beside.served, asked_for(request), Words(page_language(request))
    if not asked.q.strip():
        await have_news(served, beside, page_view(request, served), most=MOST_LATEST)
        return _start(request, served, asked, lang=words.lang)
    async with served.in_turn.turn():
        return _found(request, served, asked, words)


def _found(request: AnyRequest, served: Served, asked: Asked, words: Words) -> Response[bytes]:
    view = page_view(request, served)
    return reader_page(
        request,
        "front.html.jinja",
        view=view,
        json="/v1/search?" + urlencode({"q": asked.q, **asked.filters}),
        asked=asked,
        results=_results(request, served, view, asked=asked, words=words),
    )


def _start(request: AnyRequest, served: Served, asked: Asked, *, lang: str) -> Response[bytes]:
    view = page_view(request, served)
    lists = [list_shape(view, code) for code in known_lists(view)]
    return reader_page(
        request,
        "front.html.jinja",
        view=view,
        json="/v1/lists",
        asked=asked,
        results=None,
        catalogued=all_lists_told(request, served, view, lists),
        lists=lists,
        latest=latest_changes(served, view, lang, MOST_LATEST),
    )


def _results(request: AnyRequest, served: Served, view: View, *, asked: Asked, words: Words) -> Results:
    try:
        found = find(served, view, asked.q)
        wanted = read_filters(dict(asked.filters))
    except BadQuestion as error:
        chosen = chosen_filters(request, asked, None, words)
        told, wrong = _told(error, words), error.facts["field"]
        return Results(paged(request, (), HITS_ON_A_PAGE), chosen=chosen, refused=told, wrong=wrong)
    if found is None:
        return Results(paged(request, (), HITS_ON_A_PAGE))
    sets = served.day_sets(view)
    searched = narrow(found.hits, sets, wanted)
    _note(request, served, asked, answered=searched.total > 0 and not found.guessed)
    page = paged(request, searched.hits, HITS_ON_A_PAGE)
    return Results(
        page=page,
        rows=tuple(hit_row(view, hit, words) for hit in page.items),
        narrowings=narrowings(request, searched, asked, words),
        chosen=chosen_filters(request, asked, sets, words),
        beside=begun_so(request, _suggested(served, view, asked.q)),
        did_you_mean=found.did_you_mean,
    )


def _suggested(served: Served, view: View, query: str) -> tuple[Suggestion, ...]:
    finder = served.snapshot.finder()
    return suggest(finder, query, editions=view.ordinals) if finder is not None else ()


def _note(request: AnyRequest, served: Served, asked: Asked, *, answered: bool) -> None:
    """Whole questions about today are counted where nothing answers them; half a word is no question."""
    narrowed = asked.filters or asked.times or "page" in request.query_params
    if TYPING not in request.headers and not narrowed:
        served.unanswered.note(asked.q, answered=answered)


def _told(error: BadQuestion, words: Words) -> str:
    """What cannot be looked for, and what can."""
    field, found = error.facts["field"], error.facts["found"]
    if field == "q":
        length = found.partition(" ")[0]
        return say_error(BadQuestion("query-too-long", found=length, expected="text-query"), words.lang)
    return words("search-no-price", found=found) if field in _PRICES else say_error(error, words.lang)

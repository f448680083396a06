"""The first page: the search box with its hits; without a query the lists that are in force."""

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.searching import find
from app.read.lists import known_lists, list_shape
from app.read.quality import noted
from app.read.search import Filters, Searched, narrow
from app.read.view import View
from app.served import Served
from app.shapes import EntryShape, ProductShape
from app.web.addresses import page_language
from app.web.badges import Badge, entry_badges, standing_badges
from app.web.frame import page_view, reader_page
from app.web.prices import Reimbursed, reimbursed_on
from app.web.told import Words
from app.words import say_error
from lists.errors import BadQuestion

MOST_SHOWN = 20
LONGEST_SHOWN = 200


class EntryRow(msgspec.Struct, frozen=True):
    """A group that a hit is in, with what it requires and allows."""

    entry: EntryShape
    badges: tuple[Badge, ...]


class HitRow(msgspec.Struct, frozen=True):
    """A hit as the page shows it."""

    product: ProductShape
    reimbursed: Reimbursed
    badges: tuple[Badge, ...]
    entries: tuple[EntryRow, ...]


@get("/", media_type=MediaType.HTML)
async def front(
    request: AnyRequest, served: NamedDependency[Served], q: FromQuery[str] = ""
) -> Response[bytes]:
    """The search box; with `q` its hits, without it the lists that are in force."""
    q, words = q[:LONGEST_SHOWN], Words(page_language(request))
    view = page_view(request, served)
    searched, meant, refused = Searched.none(), None, None
    try:
        found = find(served, view, q) if q.strip() else None
        if found is not None:
            searched, meant = narrow(found.hits, served.day_sets(view), Filters()), found.did_you_mean
            served.unanswered.note(q, answered=searched.total > 0 and not found.guessed)
    except BadQuestion as error:
        refused = _too_long(error, words.lang)
    rows = [_row(view, hit.varenr, words) for hit in searched.page(range(min(searched.total, MOST_SHOWN)))]
    return reader_page(
        request,
        "front.html.jinja",
        view=view,
        q=q,
        rows=rows,
        total=searched.total,
        did_you_mean=meant,
        refused=refused,
        lists=[list_shape(view, code) for code in known_lists(view)],
        noted={code: noted(view, code) for code in known_lists(view)},
    )


def _too_long(error: BadQuestion, lang: str) -> str:
    length = error.facts["found"].partition(" ")[0]
    return say_error(BadQuestion("query-too-long", found=length, expected="text-query"), lang)


def _row(view: View, varenr: str, words: Words) -> HitRow:
    product = view.product(varenr)
    entries = tuple(EntryRow(entry, entry_badges(entry, words)) for entry in product.entries)
    first = reimbursed_on(product.entries[0], product.units_per_pack, view.valid_on)
    return HitRow(product, first, standing_badges(product, words), entries)

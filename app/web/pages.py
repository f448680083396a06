"""The first page, with its search box and its hits, and the pages that explain problems."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from app.api.answer import AnyRequest
from app.api.problems import STATUS
from app.api.question import Time, view_of
from app.api.searching import find
from app.read.lists import known_lists, list_shape
from app.read.quality import noted
from app.read.search import Filters, Searched, narrow
from app.read.view import View
from app.served import Served, today
from app.shapes import ProductShape
from app.words import LANGUAGES, choose_language, say, say_error
from lists.codes import VARENR
from lists.errors import BadQuestion

MOST_SHOWN = 20
LONGEST_SHOWN = 200
_HERE = Path(__file__).parent
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Vary": "Accept-Encoding, Accept-Language",
    "Cache-Control": "no-cache",
}


class Words:
    """The words of one page in one language: `t('search-label')`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **facts: Any) -> str:
        return say("page", key, self.lang, **facts)


class HitRow(msgspec.Struct, frozen=True):
    """A hit as the page shows it."""

    product: ProductShape
    price: str | None


@get("/", include_in_schema=False, media_type=MediaType.HTML)
async def front(
    request: AnyRequest, served: NamedDependency[Served], q: FromQuery[str] = "", lang: FromQuery[str] = ""
) -> Template:
    """The search box; with `q` its hits, without it the lists that are in force."""
    words, q = _words(request, lang), q[:LONGEST_SHOWN]
    view = view_of(served, Time(today(), served.snapshot.release, past=False))
    searched, meant, refused = Searched.none(), None, None
    try:
        found = find(served, view, q) if q.strip() else None
        if found is not None:
            searched, meant = narrow(found.hits, served.day_sets(view), Filters()), found.did_you_mean
            served.unanswered.note(q, answered=searched.total > 0 and not found.guessed)
    except BadQuestion as error:
        refused = _too_long(error, words.lang)
    rows = [_row(view, hit.varenr) for hit in searched.page(range(min(searched.total, MOST_SHOWN)))]
    context = {
        "t": words,
        "languages": LANGUAGES,
        "q": q,
        "rows": rows,
        "total": searched.total,
        "did_you_mean": meant,
        "refused": refused,
        "lists": [list_shape(view, code) for code in known_lists(view)],
        "noted": {code: noted(view, code) for code in known_lists(view)},
        "view": view,
        "demonstration": served.home.is_demonstration(),
        "content_lang": _content_language(view),
    }
    return Template("front.html.jinja", context=context, headers=_SECURITY)


@get("/problems/{name:str}", include_in_schema=False, media_type=MediaType.HTML)
async def problem(request: AnyRequest, name: FromPath[str], lang: FromQuery[str] = "") -> Template:
    """What a problem's name means."""
    if name not in STATUS:
        raise NotFoundException
    words = _words(request, lang)
    told = {"title": say("reason", name, words.lang, part="title"), "name": name, "status": STATUS[name]}
    context = {"t": words, "languages": LANGUAGES, "view": None, **told}
    return Template("problem.html.jinja", context=context, headers=_SECURITY)


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """The templates of this room, and the editors' under `editor/`; everything in them is escaped."""
    editors = FileSystemLoader(_HERE.parent / "editor" / "templates")
    loader = ChoiceLoader([FileSystemLoader(_HERE / "templates"), PrefixLoader({"editor": editors})])
    engine = JinjaTemplateEngine(engine_instance=Environment(loader=loader, autoescape=True))
    return TemplateConfig(instance=engine)


def _words(request: AnyRequest, lang: str) -> Words:
    """In the language that is asked for, else in the one the browser wants, else in Bokmål."""
    if lang in LANGUAGES:
        return Words(lang)
    return Words(choose_language(request.headers.get("accept-language"), default="nb"))


def _too_long(error: BadQuestion, lang: str) -> str:
    length = error.facts["found"].partition(" ")[0]
    return say_error(BadQuestion("query-too-long", found=length, expected="text-query"), lang)


def _content_language(view: View) -> str:
    """The language the lists are written in: Norwegian where they are kept under Norwegian numbers."""
    kinds = {view.snapshot.index(mark).terms.number_kind for mark in view.marks.values()}
    return "en" if kinds - {VARENR} else "no"


def _row(view: View, varenr: str) -> HitRow:
    product = view.product(varenr)
    prices = [
        f"{price.amount} {price.currency}"
        for entry in product.entries
        for price in entry.prices
        if price.kind in ("max_reimbursement_per_pack", "reimbursement", "list")
        and _holds(price, view.valid_on)
    ]
    return HitRow(product, prices[0] if prices else None)


def _holds(price: Any, day: dt.date) -> bool:
    begun = price.valid_from is None or price.valid_from <= day
    return begun and (price.valid_to is None or day <= price.valid_to)


ROUTES: list[Any] = [
    front,
    problem,
    create_static_files_router(path="/static", directories=[_HERE / "static"], include_in_schema=False),
]

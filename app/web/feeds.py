"""Feeds of what changed: everything, one list, one group, one product; an entry for each edition."""

from itertools import islice

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.api.answer import NOT_MODIFIED, AnyRequest, Told, has_it
from app.api.question import as_typed
from app.beside import Beside
from app.read.edition_news import EditionNews
from app.read.lists import require_list
from app.read.subject_news import group_news, list_with_group, lists_with_product, product_news
from app.served import Served, today
from app.web.addresses import page_language
from app.web.atom import MEDIA_TYPE, atom
from app.web.feed_entries import EDITIONS, GROUP, PRODUCT, Subject, feed_of
from app.web.origin import origin
from lists.errors import NotThere
from lists.timeline import EditionMark

MOST_ENTRIES = 50


@get("/endringer.atom")
async def feed_of_all(request: AnyRequest, beside: NamedDependency[Beside]) -> Response[bytes]:
    """What every edition brought."""
    return await _answer(request, beside, Subject(EDITIONS, "", tuple(beside.served.snapshot.timelines)))


@get("/liste/{code:str}/endringer.atom")
async def feed_of_list(
    request: AnyRequest, beside: NamedDependency[Beside], code: FromPath[str]
) -> Response[bytes]:
    """What every edition of one list brought."""
    code, snapshot = as_typed(code), beside.served.snapshot
    require_list(beside.served.view(valid_on=today(), release=snapshot.release), code)
    return await _answer(request, beside, Subject(EDITIONS, code, (code,)))


@get("/gruppe/{code:str}/endringer.atom")
async def feed_of_group(
    request: AnyRequest, beside: NamedDependency[Beside], code: FromPath[str]
) -> Response[bytes]:
    """What editions brought for one group and those below it, on the list that is asked for."""
    code = as_typed(code)
    on_list = list_with_group(beside.served.snapshot, code, request.query_params.get("list") or None)
    return await _answer(request, beside, Subject(GROUP, code, (on_list,)))


@get("/vare/{varenr:str}/endringer.atom")
async def feed_of_product(
    request: AnyRequest,
    beside: NamedDependency[Beside],
    varenr: FromPath[str],
) -> Response[bytes]:
    """What editions brought for one product, on whichever list."""
    varenr = as_typed(varenr)
    lists = lists_with_product(beside.served.snapshot, varenr)
    if not lists:
        raise NotThere("never-listed", varenr=varenr, valid_on=today())
    return await _answer(request, beside, Subject(PRODUCT, varenr, lists))


async def _answer(request: AnyRequest, beside: Beside, subject: Subject) -> Response[bytes]:
    """A feed, or 304 where the reader has it; made once for a release, language and host."""
    served = beside.served
    release = served.snapshot.release
    key = ("feed", subject, page_language(request), request.query_params.get("lang"), origin(request))
    body: bytes | None = served.answers.get(key)
    if body is None:
        body = await beside.answer(lambda own: _made(request, own, subject))
        if served.snapshot.release == release:
            served.answers.keep(key, body, size=len(body))
    headers = Told(body, release).headers(request.url.path, {})
    headers["Vary"] = "Accept-Encoding, Accept-Language"
    known = has_it(request.headers.get("if-none-match"), headers["ETag"])
    content, status = (b"", NOT_MODIFIED) if known else (body, 200)
    return Response(content, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _made(request: AnyRequest, served: Served, subject: Subject) -> bytes:
    """What the newest editions brought that brought something."""
    snapshot = served.snapshot
    marks = [mark for code in subject.lists for mark in snapshot.timelines[code].marks]
    newest = sorted(marks, key=lambda mark: (-mark.release, mark.list, mark.valid_from))
    brought = (news for mark in newest if (news := _brought(served, mark, subject)) is not None)
    return atom(feed_of(request, subject, list(islice(brought, MOST_ENTRIES)), snapshot.releases))


def _brought(served: Served, mark: EditionMark, subject: Subject) -> EditionNews | None:
    if subject.kind == GROUP:
        return group_news(served.snapshot, subject.code, mark)
    if subject.kind == PRODUCT:
        return product_news(served.snapshot, subject.code, mark)
    return served.news(mark)

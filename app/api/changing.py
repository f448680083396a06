"""Time over HTTP: what changed, the history of a product, and what a client's copy must learn."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.api.answer import AnyRequest, answer
from app.api.answers_described import spec
from app.api.pages import Asked, ask, next_cursor, stretch
from app.api.parameters import CursorText, FromEnd, KnownAt, Lang, Limit, OnList, ToEnd, Varenr
from app.api.problems import language
from app.api.question import as_typed, normalized, read_time, view_of
from app.beside import Beside
from app.moves import ChangesPage, HistoryPage, WatchAnswer, WatchQuestion
from app.questions import bad
from app.read.changes import change_shape, read_ends
from app.read.history import history
from app.read.watch import MOST_WATCHED, watched
from app.served import Served, today


@get(
    "/v1/changes",
    responses=spec(ChangesPage, "By list; then the list itself, groups, conditions, products by key.", 404),
    operation_id="changes",
    summary="What changed",
)
async def changes(
    request: AnyRequest,
    beside: NamedDependency[Beside],
    from_end: FromEnd = None,
    to_end: ToEnd = None,
    on_list: OnList = None,
    known_at: KnownAt = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """
    What differs between two editions of a list, or between two days, as each list alone shows it.

    What was changed and changed back is left out. A client that has all that `from` shows, and puts
    `after` in the place of whatever is named here, has all that `to` shows. Days, editions,
    status and counts of active products are no content.
    """
    filters = {"from": from_end, "to": to_end, "list": on_list, "known_at": known_at}
    told = language(request)

    def compare(served: Served) -> Response[bytes]:
        asked = ask(served, "changes", filters, limit=limit, cursor=cursor)
        return _changes(request, served, asked, told)

    response = await beside.answer(compare)
    if lang is None:
        # Its sentences follow the client's language: whoever keeps it must know.
        response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return response


def _changes(request: AnyRequest, served: Served, asked: Asked, lang: str) -> Response[bytes]:
    """A page of what changed."""
    release, given = asked.time.release, (asked.filter("from"), asked.filter("to"))
    ends = read_ends(served.snapshot, asked.filter("list"), given, release=release, today=today())
    was, now = (served.view(valid_on=day, release=known) for day, known in (ends.before, ends.after))
    found = [
        (compared, difference)
        for code in ends.lists
        for compared in (served.compared(was, now, code),)
        for difference in compared.differences
    ]
    after = next_cursor(asked, len(found))
    items = tuple(change_shape(*found[place], lang) for place in stretch(asked, len(found)))
    page = ChangesPage(release, given[0] or "", given[1] or "", items, after)
    return answer(request, page, release=release, past=ends.past and asked.time.settled, link_next=after)


@get(
    "/v1/products/{varenr:str}/history",
    responses=spec(HistoryPage, "Oldest first.", 404),
    operation_id="history",
    summary="History of a product",
)
async def product_history(
    request: AnyRequest,
    served: NamedDependency[Served],
    varenr: Varenr,
    known_at: KnownAt = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """
    What each edition meant for a product, field by field, by the day from which it holds.

    An edition released later for the same day stands behind the one it corrects. The changes,
    carried out from the first on, lead to the product as it is shown.
    """
    number = as_typed(varenr)
    asked = ask(served, f"history {number}", {"known_at": known_at}, limit=limit, cursor=cursor)
    release = asked.time.release
    found = history(served.snapshot, number, release=release, today=asked.time.valid_on)
    after = next_cursor(asked, len(found))
    items = tuple(found[place] for place in stretch(asked, len(found)))
    return answer(request, HistoryPage(release, number, items, after), release=release, link_next=after)


@post(
    "/v1/watch",
    responses=spec(WatchAnswer, "In the order asked.", 413),
    status_code=200,
    operation_id="watch",
    summary="Keep a copy up to date",
)
async def watch(
    request: AnyRequest, beside: NamedDependency[Beside], data: JSONBody[WatchQuestion], lang: Lang = None
) -> Response[bytes]:
    """
    Up to 5,000 products and groups by their fingerprints: those that changed come whole.

    A fingerprint changes exactly when the content does; a release that only repeats it leaves it.
    """
    count = len(data.products) + len(data.groups)
    if count > MOST_WATCHED:
        raise bad("bad-request", "products" if data.products else "groups", str(count), "watched")
    products, groups = (
        {normalized(key) or "": fingerprint for key, fingerprint in known.items()}
        for known in (data.products, data.groups)
    )

    def compare(served: Served) -> Response[bytes]:
        time = read_time(served, data.valid_on, data.known_at)
        body = watched(view_of(served, time), products, groups)
        return answer(request, body, release=time.release, past=time.past)

    return await beside.answer(compare)


ROUTES: list[Any] = [changes, product_history, watch]

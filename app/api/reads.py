"""What is served, over HTTP: status, lists with their editions and groups, releases."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.api.answer import AnyRequest, answer
from app.api.answers_described import spec
from app.api.pages import Asked, ask, next_cursor, stretch
from app.api.parameters import (
    After,
    CursorText,
    GroupCode,
    KnownAt,
    Lang,
    Limit,
    ListCode,
    OnList,
    ValidOn,
)
from app.api.problems import language
from app.api.question import as_typed, read_number, read_time, view_of
from app.beside import Beside
from app.pages import EditionsPage, GroupsPage, ListsPage, QualityAnswer, ReleasesPage
from app.read.lists import (
    edition_shapes,
    group_shape,
    group_shapes,
    known_lists,
    list_shape,
    require_list,
)
from app.read.quality import quality
from app.read.releases import release_shapes
from app.read.service import copy_shape, runners_of
from app.read.status import status_shape
from app.served import Served
from app.shapes import GroupShape, ListShape, StatusShape
from app.signing.freshness import read_freshness


@get(
    "/v1/status",
    responses=spec(StatusShape, "What is served."),
    operation_id="status",
    summary="What is served",
)
async def status(
    request: AnyRequest, served: NamedDependency[Served], known_at: KnownAt = None, lang: Lang = None
) -> Response[bytes]:
    """The release in force, when it was published, and the next day on which answers change by themselves."""
    time = read_time(served, None, known_at)
    home = served.home
    copied = copy_shape(home, language(request))
    shape = status_shape(view_of(served, time), read_freshness(home), copied, runners_of(home))
    return answer(request, shape, release=time.release)


@get("/v1/lists", responses=spec(ListsPage, "All lists, by code."), operation_id="lists", summary="All lists")
async def lists(
    request: AnyRequest,
    served: NamedDependency[Served],
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """Every list that has an edition, with the edition in force and the next one."""
    filters = {"valid_on": valid_on, "known_at": known_at}
    asked = ask(served, "lists", filters, limit=limit, cursor=cursor)
    view = view_of(served, asked.time)
    codes = known_lists(view)
    after = next_cursor(asked, len(codes))
    items = tuple(list_shape(view, codes[place]) for place in stretch(asked, len(codes)))
    page = ListsPage(view.release, view.valid_on, items, after)
    return answer(request, page, release=view.release, past=asked.time.past, link_next=after)


@get(
    "/v1/lists/{list:str}",
    responses=spec(ListShape, "The list.", 404),
    operation_id="list",
    summary="One list",
)
async def one_list(
    request: AnyRequest,
    served: NamedDependency[Served],
    code: ListCode,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    lang: Lang = None,
) -> Response[bytes]:
    """A list on a day: its legal basis, the edition in force, the next one, and how many products it has."""
    time = read_time(served, valid_on, known_at)
    shape = list_shape(view_of(served, time), as_typed(code))
    return answer(request, shape, release=time.release, past=time.past)


@get(
    "/v1/lists/{list:str}/editions",
    responses=spec(EditionsPage, "Newest first.", 404),
    operation_id="editions",
    summary="Editions of a list",
)
async def editions(
    request: AnyRequest,
    served: NamedDependency[Served],
    code: ListCode,
    known_at: KnownAt = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """Every edition ever released, with how many products each added, removed and changed."""
    asked = ask(served, f"editions {code}", {"known_at": known_at}, limit=limit, cursor=cursor)
    require_list(view_of(served, asked.time), code)
    found = edition_shapes(served.snapshot, code, asked.time.release)
    after = next_cursor(asked, len(found))
    items = tuple(found[place] for place in stretch(asked, len(found)))
    return answer(
        request, EditionsPage(asked.time.release, items, after), release=asked.time.release, link_next=after
    )


@get(
    "/v1/lists/{list:str}/quality",
    responses=spec(QualityAnswer, "Every rule, and the conditions that are text only.", 404),
    operation_id="quality",
    summary="Quality of a list",
)
async def list_quality(
    request: AnyRequest,
    beside: NamedDependency[Beside],
    code: ListCode,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    lang: Lang = None,
) -> Response[bytes]:
    """What the rules noted in the edition in force, with examples, and which conditions are text only."""
    told = language(request)

    def look_over(served: Served) -> Response[bytes]:
        time = read_time(served, valid_on, known_at)
        return answer(request, quality(view_of(served, time), as_typed(code), told), release=time.release)

    return await beside.answer(look_over)


@get("/v1/groups", responses=spec(GroupsPage, "In code order.", 404), operation_id="groups", summary="Groups")
async def groups(
    request: AnyRequest,
    beside: NamedDependency[Beside],
    on_list: OnList = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """The groups of a list, or of all lists, each with its own conditions only."""
    filters = {"valid_on": valid_on, "known_at": known_at, "list": on_list}

    def read(served: Served) -> Response[bytes]:
        return _groups(request, served, ask(served, "groups", filters, limit=limit, cursor=cursor))

    return await beside.answer(read)


def _groups(request: AnyRequest, served: Served, asked: Asked) -> Response[bytes]:
    view = view_of(served, asked.time)
    wanted = asked.filter("list")
    if wanted is not None:
        require_list(view, wanted)
    found = [
        shape for code in ([wanted] if wanted else known_lists(view)) for shape in group_shapes(view, code)
    ]
    found.sort(key=lambda shape: (shape.code, shape.list))
    after = next_cursor(asked, len(found))
    items = tuple(found[place] for place in stretch(asked, len(found)))
    shape = GroupsPage(asked.time.release, asked.time.valid_on, items, after)
    return answer(request, shape, release=asked.time.release, past=asked.time.past, link_next=after)


@get(
    "/v1/groups/{code:str}",
    responses=spec(GroupShape, "The group.", 404),
    operation_id="group",
    summary="One group",
)
async def one_group(
    request: AnyRequest,
    served: NamedDependency[Served],
    code: GroupCode,
    on_list: OnList = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    lang: Lang = None,
) -> Response[bytes]:
    """A group: what it is called, what binds it, how it is prescribed, and since when it is there."""
    time = read_time(served, valid_on, known_at)
    shape = group_shape(view_of(served, time), as_typed(code), on_list=on_list)
    return answer(request, shape, release=time.release, past=time.past)


@get(
    "/v1/releases", responses=spec(ReleasesPage, "Oldest first."), operation_id="releases", summary="Releases"
)
async def releases(
    request: AnyRequest,
    served: NamedDependency[Served],
    after: After = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """Every act of publishing; a client that keeps the last number it saw gets all it missed."""
    asked = ask(served, "releases", {"after": after}, limit=limit, cursor=cursor)
    first, last = read_number(asked.filter("after"), "after"), asked.time.release
    found = release_shapes(served.home, served.snapshot, after=first, until=last)
    following = next_cursor(asked, len(found))
    items = tuple(found[place] for place in stretch(asked, len(found)))
    page = ReleasesPage(asked.time.release, items, following)
    return answer(request, page, release=asked.time.release, link_next=following)


ROUTES: list[Any] = [
    status,
    lists,
    one_list,
    editions,
    list_quality,
    groups,
    one_group,
    releases,
]

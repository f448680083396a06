"""Drafts over HTTP, to look at: what was found in them, and what they would change."""

import asyncio
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.api.answer import AnyRequest
from app.api.answers_described import spec
from app.api.draft_answers import (
    TAG,
    DraftNumber,
    drafted,
    fresh,
    private,
    table,
    workshop_of,
)
from app.api.identity import require
from app.api.pages import ask, next_cursor, stretch
from app.api.parameters import CursorText, Lang, Limit, OfKind, OnList, OnSubject
from app.api.problems import language
from app.drafts import (
    LISTED_IN_A_ROW,
    DraftChangesPage,
    DraftShape,
    DraftsPage,
    RatioShape,
    draft_shape,
)
from app.home import Home
from app.moves import ChangeShape
from app.ordering import Orders
from app.publish.looks import read_changes, read_look, shown_changes
from app.read.change_marks import ChangeMark
from app.read.draft_changes import chosen, counts_by_kind, histogram
from app.served import Served
from app.shapes import encode
from app.tables import changes_csv, problems_csv

CSV = "text/csv"


@get(
    "/v1/drafts",
    responses=spec(DraftsPage, "Newest first.", 401),
    operation_id="drafts",
    summary="Drafts",
    tags=TAG,
)
async def drafts(
    request: AnyRequest,
    served: NamedDependency[Served],
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """All drafts, whatever became of them; of each at most twenty problems are told. Any role."""
    require(request, served.home)
    asked = ask(served, "drafts", {}, limit=limit, cursor=cursor)
    with workshop_of(served.home) as workshop:
        found, needed = workshop.drafts(), workshop.approvals_needed
    items = tuple(
        draft_shape(
            found[place],
            read_look(served.home, found[place].draft),
            needed=needed,
            lang=language(request),
            most=LISTED_IN_A_ROW,
        )
        for place in stretch(asked, len(found))
    )
    page = DraftsPage(served.snapshot.release, items, next_cursor(asked, len(found)))
    return private(encode(page))


@get(
    "/v1/drafts/{draft:int}",
    responses=spec(DraftShape, "The draft.", 401, 404),
    operation_id="draft",
    summary="A draft",
    tags=TAG,
)
async def draft_by_number(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: DraftNumber,
    lang: Lang = None,
) -> Response[bytes]:
    """A draft as it stands against what is in force now, with its report and its gates. Any role."""
    require(request, served.home)
    await fresh(served.home, orders, draft)
    return drafted(request, served, draft)


@get(
    "/v1/drafts/{draft:int}/report.csv",
    responses=spec(str, "A table, a row for each problem.", 401, 404, media_type=CSV),
    operation_id="draft_report",
    summary="A draft's report as a table",
    tags=TAG,
    media_type=CSV,
)
async def report(
    request: AnyRequest, served: NamedDependency[Served], draft: DraftNumber, lang: Lang = None
) -> Response[bytes]:
    """Every problem that was found, with where it stands, what was expected and what to do. Any role."""
    require(request, served.home)
    with workshop_of(served.home) as workshop:
        workshop.draft(draft)
    look = read_look(served.home, draft)
    rows = problems_csv(look.problems if look is not None else (), language(request))
    return table(rows, f"draft-{draft}-report.csv")


@get(
    "/v1/drafts/{draft:int}/changes",
    responses=spec(DraftChangesPage, "What takes something from people first.", 401, 404),
    operation_id="draft_changes",
    summary="What a draft would change",
    tags=TAG,
)
async def changes(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: DraftNumber,
    on_list: OnList = None,
    subject: OnSubject = None,
    kind: OfKind = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """
    As `/v1/changes`, against what would be in force on the days of the draft's editions without it.

    What it means for people comes first: prescriptions that stop covering, limits, last alternatives,
    prices, products that leave without three months' notice. Any role.
    """
    require(request, served.home)
    filters = {"list": on_list, "subject": subject, "kind": kind}
    asked = ask(served, f"draft {draft} changes", filters, limit=limit, cursor=cursor)
    await fresh(served.home, orders, draft)
    marks = chosen(read_changes(served.home, draft), asked.filters)
    shown = [marks[place] for place in stretch(asked, len(marks))]
    items = await _shown(served.home, draft, shown, language(request))
    look = read_look(served.home, draft)
    page = DraftChangesPage(
        served.snapshot.release,
        draft,
        counts_by_kind(marks),
        tuple(RatioShape(one.at_least, one.below, one.count) for one in histogram(marks)),
        look.impact if look is not None else (),
        items,
        next_cursor(asked, len(marks)),
    )
    return private(encode(page))


@get(
    "/v1/drafts/{draft:int}/changes.csv",
    responses=spec(str, "A table, a row for each field that differs.", 401, 404, media_type=CSV),
    operation_id="draft_changes_table",
    summary="What a draft would change, as a table",
    tags=TAG,
    media_type=CSV,
)
async def changes_table(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: DraftNumber,
    lang: Lang = None,
) -> Response[bytes]:
    """Every change field by field, one row for each. Any role."""
    require(request, served.home)
    await fresh(served.home, orders, draft)
    marks = read_changes(served.home, draft)
    found = await _shown(served.home, draft, marks, language(request))
    return table(changes_csv(found), f"draft-{draft}-changes.csv")


async def _shown(home: Home, number: int, marks: list[ChangeMark], lang: str) -> tuple[ChangeShape, ...]:
    with workshop_of(home) as workshop:
        draft = workshop.draft(number)
    return await asyncio.to_thread(shown_changes, home, draft, marks, lang)


ROUTES: list[Any] = [drafts, draft_by_number, report, changes, changes_table]

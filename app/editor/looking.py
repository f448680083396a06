"""What was found in a draft and what it would change, to look through: rule by rule, kind by kind."""

import asyncio
from typing import Any, get_args

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from app.api.answer import AnyRequest
from app.api.draft_answers import fresh, workshop_of
from app.api.identity import require
from app.editor.frame import editor_page
from app.ordering import Orders
from app.publish.looks import read_changes, read_look, shown_changes
from app.read.draft_changes import chosen, counts_by_kind, histogram
from app.reports import counts_of, problem_shape
from app.served import Served
from app.web.addresses import page_language, paged
from app.words import say
from lists.impact import Impact

ON_A_PAGE = 50
SUBJECTS = ("product", "group", "condition", "list")


class ImpactRow(msgspec.Struct, frozen=True):
    """One thing that a draft means for people, as it is told."""

    list: str
    text: str


@get("/editor/drafts/{draft:int}/report")
async def report_page(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: FromPath[int],
) -> Template:
    """Every problem, of one rule or of all, by place; what blocks first."""
    require(request, served.home)
    await fresh(served.home, orders, draft)
    with workshop_of(served.home) as workshop:
        workshop.draft(draft)
    look = read_look(served.home, draft)
    problems = look.problems if look is not None else ()
    rule = request.query_params.get("rule", "")
    some = [found for found in problems if rule in ("", found.rule)]
    page = paged(request, some, ON_A_PAGE)
    lang = page_language(request)
    return editor_page(
        request,
        "report.html.jinja",
        draft=draft,
        rule=rule,
        counts=counts_of(problems),
        problems=[problem_shape(found, lang) for found in page.items],
        page=page,
    )


@get("/editor/drafts/{draft:int}/changes")
async def changes_page(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: FromPath[int],
) -> Template:
    """What would change: the impact on people, how prices move, then every change, filtered as asked."""
    require(request, served.home)
    await fresh(served.home, orders, draft)
    with workshop_of(served.home) as workshop:
        record = workshop.draft(draft)
    marks = read_changes(served.home, draft)
    filters = {
        name: value
        for name in ("list", "subject", "kind", "q")
        if (value := request.query_params.get(name, "").strip())
    }
    page = paged(request, chosen(marks, filters), ON_A_PAGE)
    look = read_look(served.home, draft)
    rows = await asyncio.to_thread(shown_changes, served.home, record, page.items, page_language(request))
    return editor_page(
        request,
        "changes.html.jinja",
        draft=draft,
        filters=filters,
        codes=sorted({mark.list for mark in marks}),
        subjects=SUBJECTS,
        counts=counts_by_kind(marks),
        ratios=histogram(marks),
        most=max((bucket.count for bucket in histogram(marks)), default=0),
        impact=_by_sort(look.impact if look is not None else (), page_language(request)),
        rows=rows,
        page=page,
    )


def _by_sort(impact: tuple[Impact, ...], lang: str) -> dict[str, list[ImpactRow]]:
    """The impact sort by sort, what takes most from people first, as it is told."""
    found: dict[str, list[ImpactRow]] = {sort: [] for sort in _SORTS}
    for one in impact:
        sort = str(type(one).__struct_config__.tag)
        facts = {name: _told(name, value, lang) for name, value in msgspec.structs.asdict(one).items()}
        found[sort].append(ImpactRow(one.list, say("page", "impact-told-" + sort, lang, **facts)))
    return {sort: rows for sort, rows in found.items() if rows}


def _told(name: str, value: Any, lang: str) -> Any:
    if name in ("of", "per"):
        return say("page", "per-" + str(value), lang)
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    return "–" if value is None else value


_SORTS = tuple(str(sort.__struct_config__.tag) for sort in get_args(Impact))
ROUTES: list[Any] = [report_page, changes_page]

"""The patient's page: how much of a group one can get, what the doctor must do, and what is left."""

from collections.abc import Mapping

from litestar import MediaType, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.question import as_typed
from app.read.lists import group_shape
from app.served import Served
from app.shapes import RequirementShape
from app.web.addresses import changed, part
from app.web.calculator import FIELDS, calculator
from app.web.forms import filled_in, kept_nowhere
from app.web.frame import page_view, reader_page
from app.web.group_tree import Text, Tree
from app.web.prescribed import NO, PATIENT, prescribed
from app.web.product_table import request_words
from app.words import fill

MOST_BYTES = 1 << 12
"""Of a form that is sent: many times what its fields can hold."""
_NO_WORDS = ("own_prescription", "other")
"""Requirements that are told by the way of prescribing, or that only their text says."""


@get("/hvor-mye/{code:str}", media_type=MediaType.HTML)
async def how_much(
    request: AnyRequest, served: NamedDependency[Served], code: FromPath[str]
) -> Response[bytes]:
    """How many, counted from when and over what, in plain words; with a calculator where there is a limit."""
    return _page(request, served, code, None)


@post("/hvor-mye/{code:str}", media_type=MediaType.HTML, status_code=200, request_max_body_size=MOST_BYTES)
async def worked_out(
    request: AnyRequest, served: NamedDependency[Served], code: FromPath[str]
) -> Response[bytes]:
    """What is left; nothing of what was filled in is kept, here or on the way to the browser."""
    return kept_nowhere(_page(request, served, code, await filled_in(request)))


def _page(request: AnyRequest, served: Served, code: str, typed: Mapping[str, str] | None) -> Response[bytes]:
    view = page_view(request, served)
    group = group_shape(view, as_typed(code), on_list=request.query_params.get("list") or None)
    tree, words = Tree(view, group.list), request_words(request)
    index = view.snapshot.index(view.marks[group.list])
    bound = index.part(group.code, None, ())
    counts = bound.limits and not group.children and group.prescribable != NO
    told = _told(bound.requirements)
    texts = tree.texts(group.code)
    counting = calculator(typed, view, group, words) if counts else None
    return reader_page(
        request,
        "how_much.html.jinja",
        view=view,
        status=400 if counting is not None and counting.wrong else 200,
        json=f"/v1/groups/{part(group.code)}?list={part(group.list)}",
        group=group,
        title=index.terms.title,
        terms=index.terms,
        limits=bound.limits,
        requirements=told,
        to_judge=tuple(text for text in texts if not _is_told(text, bound.requirements)),
        judged=tuple(text for text in texts if _is_told(text, bound.requirements)),
        three_months=fill("verdict.three-months.text", words.lang, {}),
        limited_below=tree.limited_below(group.code),
        node=tree.with_limits_below(group.code, words),
        called=tree.called,
        prescribed=prescribed(tree, words, PATIENT, group.code),
        # What was filled in never stands in an address.
        action=changed(request, **dict.fromkeys(FIELDS)) + "#calculator",
        calculator=counting,
    )


def _told(requirements: tuple[RequirementShape, ...]) -> tuple[RequirementShape, ...]:
    """Those that have words of their own, each once."""
    found = {(one.kind, one.value): one for one in requirements if one.kind not in _NO_WORDS}
    return tuple(found.values())


def _is_told(text: Text, requirements: tuple[RequirementShape, ...]) -> bool:
    """Whether the page says in its own words all that a text asks."""
    unknown = {one.condition for one in requirements if one.kind == "other"}
    return text.condition.coded and text.condition.id not in unknown

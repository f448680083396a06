"""The patient's page: how much of a group one can get, what the doctor must do, and what is left."""

from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.question import as_typed
from app.read.lists import group_shape
from app.served import Served
from app.shapes import RequirementShape
from app.web.addresses import part
from app.web.calculator import FIELDS, calculator
from app.web.frame import page_view, reader_page
from app.web.group_tree import Text, Tree
from app.web.product_table import request_words
from app.words import fill

UNPRESCRIBED = "no"
_NO_WORDS = ("own_prescription", "other")
"""Requirements that are told by the way of prescribing, or that only their text says."""


@get("/hvor-mye/{code:str}", media_type=MediaType.HTML)
async def how_much(
    request: AnyRequest, served: NamedDependency[Served], code: FromPath[str]
) -> Response[bytes]:
    """How many, counted from when and over what, in plain words; with a calculator where there is a limit."""
    view = page_view(request, served)
    group = group_shape(view, as_typed(code), on_list=request.query_params.get("list") or None)
    tree, words = Tree(view, group.list), request_words(request)
    index = view.snapshot.index(view.marks[group.list])
    bound = index.part(group.code, None, ())
    counts = bound.limits and not group.children and group.prescribable != UNPRESCRIBED
    told = _told(bound.requirements)
    texts, given = tree.texts(group.code), request.query_params.items()
    return reader_page(
        request,
        "how_much.html.jinja",
        view=view,
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
        node=tree.node(group.code, words),
        kept_here=[(name, value) for name, value in given if name not in FIELDS and value],
        calculator=calculator(request, view, group, words) if counts else None,
    )


def _told(requirements: tuple[RequirementShape, ...]) -> tuple[RequirementShape, ...]:
    """Those that have words of their own, each once."""
    found = {(one.kind, one.value): one for one in requirements if one.kind not in _NO_WORDS}
    return tuple(found.values())


def _is_told(text: Text, requirements: tuple[RequirementShape, ...]) -> bool:
    """Whether the page says in its own words all that a text asks."""
    unknown = {one.condition for one in requirements if one.kind == "other"}
    return text.condition.coded and text.condition.id not in unknown

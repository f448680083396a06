"""The page of a product group: where it stands, what binds it, how it is prescribed, its products."""

from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.question import as_typed
from app.beside import Beside
from app.read.lists import group_shape
from app.served import Served
from app.shapes import ConditionShape, GroupShape
from app.web.addresses import part
from app.web.badges import Badge, rule_badges
from app.web.frame import page_view, reader_page
from app.web.group_tree import Tree
from app.web.prescribed import GROUP, prescribed, side_told
from app.web.product_table import product_table, request_words


@get("/gruppe/{code:str}", media_type=MediaType.HTML)
async def group_page(
    request: AnyRequest, beside: NamedDependency[Beside], code: FromPath[str]
) -> Response[bytes]:
    """A group on a day; `list` says on which list where several have one of its code."""
    # Thousands of products are ordered, or all of them shown.
    return await beside.answer(lambda served: _group(request, served, as_typed(code)))


def _group(request: AnyRequest, served: Served, code: str) -> Response[bytes]:
    view = page_view(request, served)
    group = group_shape(view, code, on_list=request.query_params.get("list") or None)
    tree, words = Tree(view, group.list), request_words(request)
    index = view.snapshot.index(view.marks[group.list])
    bound = index.part(group.code, None, ())
    badges: tuple[Badge, ...] = rule_badges(bound.requirements, bound.limits, words)
    return reader_page(
        request,
        "group.html.jinja",
        view=view,
        json=f"/v1/groups/{part(group.code)}?list={part(group.list)}",
        group=group,
        list_title=index.terms.title,
        path=tree.path(group.code),
        node=tree.with_limits_below(group.code, words),
        called=tree.called,
        coded_here={},
        prescribed=prescribed(tree, words, GROUP, group.code),
        texts=tree.texts(group.code),
        badges_here=badges,
        limited=bool(bound.limits),
        limited_below=tree.limited_below(group.code),
        side_told=side_told,
        code_texts=_code_texts(group),
        table=product_table(request, view, group.list, group=group.code, above=badges),
    )


def _code_texts(group: GroupShape) -> dict[str, ConditionShape]:
    """The texts that diagnosis codes refer to, by id."""
    return {condition.id: condition for condition in group.refund_code_conditions}

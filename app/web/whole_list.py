"""The page of a list: what it is, its groups and texts, its products, its editions; and all of it as one."""

from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.question import as_typed
from app.beside import Beside
from app.printing import MOST_PRODUCTS
from app.read.lists import edition_shapes, list_shape
from app.read.view import View
from app.served import Served
from app.web.addresses import part
from app.web.badges import Badge
from app.web.catalogue import one_list_told
from app.web.frame import page_view, reader_page
from app.web.group_tree import Tree
from app.web.prescribed import LIST, Diagnosis, diagnoses, prescribed, side_told
from app.web.printed_file import printed_links
from app.web.printed_list import printed_groups
from app.web.product_table import WHOLE, product_table, request_words

EDITIONS_SHOWN = 24
MOST_GROUPS = 150
"""Of more groups only the names are shown, folded."""


@get("/liste/{code:str}", media_type=MediaType.HTML)
async def list_page(
    request: AnyRequest, beside: NamedDependency[Beside], code: FromPath[str]
) -> Response[bytes]:
    """A list on a day; with `print=whole` all of it, by groups, as it hangs on a wall."""
    show = _whole if request.query_params.get("print") == WHOLE else _list
    # Thousands of products are ordered, or all of them shown.
    return await beside.answer(lambda served: show(request, served, as_typed(code)))


def _whole(request: AnyRequest, served: Served, code: str) -> Response[bytes]:
    view = page_view(request, served)
    shape = list_shape(view, code)
    if shape.products > MOST_PRODUCTS:
        return _list(request, served, code)
    tree, words = Tree(view, code), request_words(request)
    return reader_page(
        request,
        "printed_list.html.jinja",
        view=view,
        json=f"/v1/lists/{part(code)}",
        list=shape,
        groups=printed_groups(view, code, tree, words),
        called=tree.called,
        prescribed=prescribed(tree, words, LIST),
        side_told=side_told,
    )


def _list(request: AnyRequest, served: Served, code: str) -> Response[bytes]:
    view = page_view(request, served)
    shape = list_shape(view, code)
    tree, words = Tree(view, code), request_words(request)
    roots = tree.roots(words)
    editions = edition_shapes(view.snapshot, code, view.release)
    # What the one outermost group says holds for all of the list.
    above: tuple[Badge, ...] = roots[0].badges if len(roots) == 1 else ()
    return reader_page(
        request,
        "list.html.jinja",
        view=view,
        json=f"/v1/lists/{part(code)}",
        catalogued=one_list_told(request, served, view, shape),
        list=shape,
        is_document=0 < shape.products <= MOST_PRODUCTS,
        roots=roots,
        called=tree.called,
        coded_here=_diagnoses(tree) if shape.groups <= MOST_GROUPS else {},
        most_groups=MOST_GROUPS,
        prescribed=prescribed(tree, words, LIST),
        badges_here=above,
        texts=tree.texts(roots[0].group.code) if len(roots) == 1 else (),
        editions=editions[:EDITIONS_SHOWN],
        older=max(0, len(editions) - EDITIONS_SHOWN),
        before=_before(view, code),
        coming=view.coming[code],
        documents=printed_links(view, code, words.lang),
        table=product_table(request, view, code, group=None, above=above),
    )


def _diagnoses(tree: Tree) -> dict[str, tuple[Diagnosis, ...]]:
    """The diagnosis codes of each group that has some."""
    found = ((code, diagnoses(shape, tree.day)) for code, shape in tree.groups.items())
    return {code: codes for code, codes in found if codes}


def _before(view: View, code: str) -> dict[str, str]:
    """For each edition the one that held on its first day before it became public, where there was one."""
    line = view.snapshot.timelines[code]
    held = ((mark, line.in_force(mark.valid_from, mark.release - 1)) for mark in line.marks)
    return {mark.id: before.id for mark, before in held if before is not None}

"""A whole list as one document: its groups in order, each with its rules, texts and products."""

import msgspec

from app.read.on_list import products_on
from app.read.view import View
from app.shapes import GroupShape
from app.web.badges import Badge, rule_badges
from app.web.group_tree import Tree
from app.web.product_rows import Row, table_row
from app.web.told import Words


class PrintedGroup(msgspec.Struct, frozen=True):
    """
    A group on paper.

    Attributes:
        depth: 0 for the outermost.
        badges: Its own rules; those from above stand there.
        rows: The products that hang in it, not below it, by name and number.
    """

    group: GroupShape
    depth: int
    badges: tuple[Badge, ...]
    rows: tuple[Row, ...]


def printed_groups(view: View, code: str, tree: Tree, words: Words) -> tuple[PrintedGroup, ...]:
    """All groups of a list, outermost first, in code order within each."""
    rows = _rows(view, code, words)
    found: list[PrintedGroup] = []

    def add(shape: GroupShape, depth: int) -> None:
        badges = rule_badges(shape.requirements, shape.limits, words)
        found.append(PrintedGroup(shape, depth, badges, tuple(rows.get(shape.code, ()))))
        for child in shape.children:
            add(tree.groups[child], depth + 1)

    for shape in tree.groups.values():
        if shape.parent is None:
            add(shape, 0)
    return tuple(found)


def _rows(view: View, code: str, words: Words) -> dict[str, list[Row]]:
    mark = view.marks.get(code)
    products = {product.varenr: product for product in products_on(view, code, None)}
    rows = {varenr: table_row(product, view, words, ()) for varenr, product in products.items()}
    placed: dict[str, list[Row]] = {}
    for one in view.snapshot.ordered(mark) if mark is not None else ():
        placed.setdefault(one.group, []).append(rows[one.varenr])
    return placed

"""What the printed document of an edition says: the list as on the edition's first day, by groups."""

import msgspec

from app.read.on_list import products_on
from app.read.view import View
from app.shapes import EntryShape, GroupShape, PriceShape, ProductShape
from app.snapshot import Snapshot
from app.web.badges import last_day_badges, rule_badges
from app.web.group_tree import Tree
from app.web.prescribed import LIST, prescribed, side_told
from app.web.prices import reimbursed_on, unit_price
from app.web.told import Words
from app.words.forms import day_told, money_told, number_told
from lists.codes import VARENR
from lists.timeline import EditionMark

LONGEST_NAME = 300


class PrintedProduct(msgspec.Struct, frozen=True, array_like=True):
    """A row, ready to be set: `name` with its size, `last_days` "" where none is known."""

    name: str
    varenr: str
    supplier: str
    pack: str
    per_pack: str
    per_unit: str
    last_days: str


class PrintedGroup(msgspec.Struct, frozen=True):
    """
    A group with its own rules and texts, and the products that hang in it.

    Attributes:
        level: Of its heading, from 1; 0 for the group that is the list itself and needs none.
    """

    level: int
    title: str
    rules: tuple[str, ...]
    texts: tuple[str, ...]
    products: tuple[PrintedProduct, ...]


class PrintedWords(msgspec.Struct, frozen=True):
    """What stands around the list: heads of the columns, the foot of the pages."""

    edition: str
    about: str
    page: str
    of: str
    notice: str
    columns: tuple[str, ...]


class PrintedSentence(msgspec.Struct, frozen=True):
    """What holds for the whole list, and the groups it names."""

    said: str
    groups: tuple[str, ...]


class PrintedList(msgspec.Struct, frozen=True):
    """
    The whole document.

    Attributes:
        lang: The language of the list, which all of it is written in.
        prescribed: What a prescription on the list's code covers, and what else it must carry.
        letters: The longest product number has so many.
    """

    lang: str
    title: str
    legal_basis: str
    prescribed: tuple[PrintedSentence, ...]
    letters: int
    words: PrintedWords
    groups: tuple[PrintedGroup, ...]


def list_document(snapshot: Snapshot, mark: EditionMark, *, demonstration: bool) -> PrintedList:
    """
    The document of an edition; the same whatever was released after it.

    Args:
        demonstration: The list is made up, and every copy on paper says so.
    """
    view = View(snapshot, valid_on=mark.valid_from, release=mark.release)
    terms = snapshot.index(mark).terms
    words = Words("nb" if terms.number_kind == VARENR else "en")
    basis = terms.legal_basis.text
    tree = Tree(view, mark.list)
    numbers = (len(one.varenr) for one in snapshot.ordered(mark))
    return PrintedList(
        lang=words.lang,
        title=f"{mark.list} {terms.title}",
        legal_basis=basis if basis != terms.title else "",
        prescribed=_prescribed(tree, words),
        letters=max(numbers, default=0),
        words=_words(view, mark, words, demonstration=demonstration),
        groups=tuple(_groups(view, mark, tree, words)),
    )


def _words(view: View, mark: EditionMark, words: Words, *, demonstration: bool) -> PrintedWords:
    day, columns = day_told(mark.valid_from, words.lang), ("name", "varenr", "supplier")
    count = number_told(len({one.varenr for one in view.snapshot.ordered(mark)}), words.lang)
    return PrintedWords(
        edition=f"{words('list-edition')} {mark.id}",
        about=words("list-printed", day=day, count=count),
        page=words("list-page"),
        of=words("list-page-of"),
        notice=words("demonstration") if demonstration else "",
        columns=(
            *(words("list-column-" + column) for column in columns),
            words("list-pack"),
            words("list-column-pack"),
            words("list-column-unit"),
        ),
    )


def _prescribed(tree: Tree, words: Words) -> tuple[PrintedSentence, ...]:
    """Nothing of lists that know no prescriptions on codes."""
    if words.lang != "nb" or not tree.groups:
        return ()
    told = prescribed(tree, words, LIST)
    named = ((told.covers, told.own), (told.coded, told.coded_groups))
    return tuple(
        PrintedSentence(said, tuple(_title(tree, shape) for shape in groups))
        for said, groups in named
        if said
    )


def _title(tree: Tree, shape: GroupShape) -> str:
    return f"{shape.code} {tree.called[shape.code]}".rstrip()


def _groups(view: View, mark: EditionMark, tree: Tree, words: Words) -> list[PrintedGroup]:
    """All groups, each before those below it."""
    rows = _rows(view, mark, words)
    above = 0 if mark.list in tree.groups else 1
    return [
        PrintedGroup(
            level=len(tree.path(shape.code)) + above,
            title=_title(tree, shape),
            rules=tuple(badge.text for badge in rule_badges(shape.requirements, shape.limits, words)),
            texts=_texts(shape, tree.called[shape.code], words),
            products=tuple(rows.get(shape.code, ())),
        )
        for shape in _in_order(tree)
    ]


def _in_order(tree: Tree) -> list[GroupShape]:
    found: list[GroupShape] = []
    waiting = [shape for shape in reversed(tree.groups.values()) if shape.parent is None]
    while waiting:
        shape = waiting.pop()
        found.append(shape)
        waiting += [tree.groups[child] for child in reversed(shape.children)]
    return found


def _texts(shape: GroupShape, called: str, words: Words) -> tuple[str, ...]:
    use = (shape.reimbursed_use,) if shape.reimbursed_use and shape.reimbursed_use != called else ()
    told = (
        f"{condition.text} ({words('group-binds-' + condition.applies_to)})" for condition in shape.conditions
    )
    codes = ", ".join(f"{code.code} ({side_told(code.system)}) {code.text}" for code in shape.refund_codes)
    return (*use, *told, *((f"{words('group-refund-codes')}: {codes}",) if codes else ()))


def _rows(view: View, mark: EditionMark, words: Words) -> dict[str, list[PrintedProduct]]:
    """The products by the group they hang in, each by name and number."""
    products = {product.varenr: product for product in products_on(view, mark.list, None)}
    placed: dict[str, list[PrintedProduct]] = {}
    for one in view.snapshot.ordered(mark):
        placed.setdefault(one.group, []).append(_row(products[one.varenr], one.group, view, words))
    return placed


def _row(product: ProductShape, group: str, view: View, words: Words) -> PrintedProduct:
    entry = next(entry for entry in product.entries if entry.group.code == group)
    reimbursed = reimbursed_on(entry, product.units_per_pack, view.valid_on)
    unit = unit_price(reimbursed)
    per_unit = money_told(unit.amount, unit.currency, words.lang) if unit is not None else "–"
    if unit is not None and reimbursed.per_unit is None:
        per_unit = words("list-about", price=per_unit)
    return PrintedProduct(
        name=_with_size(product),
        varenr=product.varenr,
        supplier=product.supplier.name if product.supplier is not None else "",
        pack=" ".join(filter(None, (product.pack, product.unit.code if product.unit is not None else None))),
        per_pack=_price(reimbursed.per_pack, words),
        per_unit=per_unit,
        last_days=_last_days(entry, view, words),
    )


def _with_size(product: ProductShape) -> str:
    """The name, and the size where the name does not say it; a column more takes a sixth longer."""
    name, size = product.name[:LONGEST_NAME], product.size
    return f"{name}, {size}" if size and size.casefold() not in name.casefold() else name


def _price(price: PriceShape | None, words: Words) -> str:
    return money_told(price.amount, price.currency, words.lang) if price is not None else "–"


def _last_days(entry: EntryShape, view: View, words: Words) -> str:
    return " · ".join(badge.text for badge in last_day_badges(entry, view.valid_on, words))

"""What each edition brought for one group or one product; nothing where it brought nothing."""

from app.read.change_marks import ChangeMark, marks_of
from app.read.changes import change_shape
from app.read.compared import ADDED, CHANGED, CONDITION, GROUP, PRODUCT, REMOVED, Difference, End
from app.read.edition_news import EditionNews, NewsItem, news_items, news_of, sort_of, step_to
from app.read.telling import became
from app.snapshot import Snapshot
from app.words import DEFAULT, LANGUAGES
from lists.conditions import path_of
from lists.edges import Edge
from lists.errors import NotThere
from lists.timeline import EditionMark


def list_with_group(snapshot: Snapshot, code: str, on_list: str | None) -> str:
    """
    The list that has, or had, a group: the one that is asked for, else the first.

    Raises:
        NotThere: "unknown-list", "unknown-group".
    """
    if on_list is not None and on_list not in snapshot.timelines:
        known = ", ".join(sorted(snapshot.timelines)) or "–"
        raise NotThere("unknown-list", found=on_list, known=known)
    lists = {str(row[0]) for row in snapshot.db.execute(_LISTS_OF_GROUP, (code,))}
    found = min((known for known in lists if on_list in (None, known)), default=None)
    if found is None:
        raise NotThere("unknown-group", found=code)
    return found


def lists_with_product(snapshot: Snapshot, varenr: str) -> tuple[str, ...]:
    """The lists that have, or had, a product, sorted; none where it was never listed."""
    return tuple(str(row[0]) for row in snapshot.db.execute(_LISTS_OF_PRODUCT, (varenr,)))


def group_news(snapshot: Snapshot, code: str, mark: EditionMark) -> EditionNews | None:
    """What an edition brought for a group, those below it, their products and conditions."""
    step = step_to(snapshot, mark)
    was, now = _Within(step.was.edge, code), _Within(step.now.edge, code)
    marks: tuple[ChangeMark, ...] = ()
    if step.was.mark is not None:
        marks = tuple(one for one in marks_of(step, mark.valid_from) if was.has(one) or now.has(one))
    if not marks and (step.was.mark is not None or not now.groups):
        return None
    title = now.title or was.title
    return news_of(step, title=title, entries=len(now.products), items=news_items(step, marks))


def product_news(snapshot: Snapshot, varenr: str, mark: EditionMark) -> EditionNews | None:
    """What an edition brought for a product, as its list alone shows it."""
    step = step_to(snapshot, mark)
    event = _event(step.was, step.now, varenr)
    if event is None:
        return None
    shapes = {lang: change_shape(step, Difference(PRODUCT, varenr, event), lang) for lang in LANGUAGES}
    shown = shapes[DEFAULT]
    name = str((shown.after or shown.before).name)
    facts = {"key": varenr, "list": mark.list, "name": name}
    told = {lang: _sentence(became(one.text, PRODUCT, lang, **facts)) for lang, one in shapes.items()}
    of = ChangeMark(mark.list, mark.valid_from, PRODUCT, varenr, event, shown.kinds, name)
    return news_of(step, title=name, entries=1, items=(NewsItem(sort_of(of), 1, 1, told),))


class _Within:
    """What of an end lies in a group or below it."""

    def __init__(self, edge: Edge, code: str) -> None:
        self.groups = {known for known in edge.groups if code in path_of(known, edge.groups)}
        self.products = {varenr for group in self.groups for varenr in edge.members.get(group, ())}
        self.title = edge.groups[code].code.text if code in edge.groups else ""
        self.conditions = {bound.id for group in self.groups for bound in edge.bound(group)}

    def has(self, mark: ChangeMark) -> bool:
        """Whether a change is of something in it."""
        within = {GROUP: self.groups, PRODUCT: self.products, CONDITION: self.conditions}
        return mark.key in within.get(mark.subject, ())


def _event(was: End, now: End, varenr: str) -> str | None:
    before, after = was.listed(varenr), now.listed(varenr)
    if before is None or after is None:
        return ADDED if after is not None else REMOVED if before is not None else None
    return CHANGED if was.fingerprint(before.entry) != now.fingerprint(after.entry) else None


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


_LISTS_OF_GROUP = "SELECT DISTINCT list FROM product_group WHERE code = ?"
_LISTS_OF_PRODUCT = "SELECT DISTINCT list FROM entry WHERE varenr = ? ORDER BY list"

"""Lists, their editions and their groups, as they stand on a day."""

import datetime as dt

import msgspec

from app.read.absence import unknown_group
from app.read.terms import (
    PIECE,
    TermsIndex,
    code_shape,
    condition_shape,
    refund_code_shapes,
    requirement_shapes,
)
from app.read.view import View
from app.shapes import EditionPointer, EditionShape, GroupShape, ListShape, fingerprint
from app.snapshot import Snapshot
from lists.codes import PRODUCT_GROUP
from lists.errors import NotThere
from lists.records import Group
from lists.timeline import EditionMark


def known_lists(view: View) -> list[str]:
    """The codes of all lists that have an edition as of the view's release, sorted."""
    return sorted(code for code, line in view.snapshot.timelines.items() if line.chain(view.release))


def require_list(view: View, code: str) -> None:
    """
    Raises:
        NotThere: "unknown-list", with the lists there are.
    """
    known = known_lists(view)
    if code not in known:
        raise NotThere("unknown-list", found=code, known=", ".join(known) or "–")


def list_shape(view: View, code: str) -> ListShape:
    """
    One list.

    Raises:
        NotThere: "unknown-list".
    """
    require_list(view, code)
    mark = view.marks.get(code)
    later = next(iter(view.coming[code]), None)
    told = mark or later
    assert told is not None
    terms = view.snapshot.index(told).terms
    return ListShape(
        release=view.release,
        valid_on=view.valid_on,
        list=code,
        title=terms.title,
        legal_basis=code_shape(terms.legal_basis),
        requires_decision=terms.requires_decision,
        requires_listed_product=terms.requires_listed_product,
        closed=mark.closed if mark is not None else False,
        in_force=_pointer(mark),
        next=_pointer(later),
        products=_products(view, mark),
        active=_active(view, mark),
        groups=len(terms.groups) if mark is not None else 0,
    )


def edition_shapes(snapshot: Snapshot, code: str, release: int) -> list[EditionShape]:
    """A list's editions as of a release, newest first."""
    rows = snapshot.db.execute(_EDITIONS, (code, release))
    instants = {known.release: known for known in snapshot.releases}
    return [
        EditionShape(
            edition=edition,
            list=code,
            valid_from=dt.date.fromisoformat(valid_from),
            release=number,
            published_at=instants[number].published_at,
            note=instants[number].note,
            corrects=corrects,
            closed=bool(closed),
            entries=entries,
            added=added,
            removed=removed,
            changed=changed,
        )
        for edition, valid_from, number, corrects, closed, entries, added, removed, changed in rows
    ]


def group_shapes(view: View, code: str) -> list[GroupShape]:
    """The groups of a list's edition in force, in code order; none where none is in force."""
    mark = view.marks.get(code)
    if mark is None:
        return []
    index = view.snapshot.index(mark)
    return [_group_shape(view, index, group) for group in index.terms.groups]


def group_shape(view: View, code: str, *, on_list: str | None) -> GroupShape:
    """
    One group.

    Args:
        on_list: The list it is asked on; without it, the first list that has it.

    Raises:
        NotThere: "unknown-list", "unknown-group".
    """
    if on_list is not None:
        require_list(view, on_list)
    for name, mark in view.marks.items():
        index = view.snapshot.index(mark)
        if code in index.groups and on_list in (None, name):
            return _group_shape(view, index, index.groups[code])
    raise unknown_group(view, code, on_list)


def products_in(view: View, code: str, *, group: str | None, supplier: str | None) -> list[str]:
    """
    The product numbers of a list on the day, by group, name and number.

    Args:
        group: Only of this group: by prefix in kodeverk 7403, else exactly.
        supplier: Only of the supplier of this name.
    """
    mark = view.marks.get(code)
    if mark is None:
        return []
    wanted = _wanted_groups(view.snapshot.index(mark), group)
    rows = view.snapshot.ordered(mark)
    # A product in several groups stands where the first of the wanted ones puts it.
    found = dict.fromkeys(
        row.varenr
        for row in rows
        if (supplier is None or row.supplier == supplier) and (wanted is None or row.group in wanted)
    )
    return list(found)


def _wanted_groups(index: TermsIndex, group: str | None) -> set[str] | None:
    if group is None:
        return None
    return {
        code
        for code, known in index.groups.items()
        if code == group or (known.code.system == PRODUCT_GROUP and code.startswith(group))
    }


def _group_shape(view: View, index: TermsIndex, group: Group) -> GroupShape:
    conditions = index.own_conditions(group)
    code = group.code.value
    bare = GroupShape(
        code=code,
        system=group.code.system,
        text=group.code.text,
        list=index.mark.list,
        parent=index.parent(code),
        children=index.children.get(code, ()),
        prescribable=index.prescribable(code),
        in_force_since=_in_force_since(view, index.mark, code),
        reimbursed_use=group.reimbursed_use,
        refund_codes=refund_code_shapes(group),
        refund_code_conditions=index.refund_conditions(group),
        limits=index.limit_shapes(conditions, PIECE, index.scope(code)),
        requirements=requirement_shapes(conditions),
        conditions=tuple(condition_shape(condition) for condition in conditions),
        products=view.snapshot.members(index.mark).get(code, 0),
    )
    return msgspec.structs.replace(
        bare,
        release=view.release,
        valid_on=view.valid_on,
        fingerprint=fingerprint(bare),
        edition=index.mark.id,
    )


def _in_force_since(view: View, mark: EditionMark, code: str) -> dt.date:
    """The first day of the first edition that has the group (rule 7)."""
    rows = view.snapshot.db.execute(_GROUP_RANGES, (mark.list, code)).fetchall()
    return next(
        known.valid_from
        for known in view.snapshot.timelines[mark.list].chain(view.release)
        if any(first <= known.ordinal and (end is None or known.ordinal < end) for first, end in rows)
    )


def _products(view: View, mark: EditionMark | None) -> int:
    if mark is None:
        return 0
    return int(view.snapshot.db.execute(_COUNT, (mark.list, mark.ordinal)).fetchone()[0])


def _active(view: View, mark: EditionMark | None) -> int:
    """Products that may still be handed out in at least one of their groups."""
    if mark is None:
        return 0
    values = (*_range(mark), view.valid_on.isoformat())
    return int(view.snapshot.db.execute(_ACTIVE, values).fetchone()[0])


def _pointer(mark: EditionMark | None) -> EditionPointer | None:
    return EditionPointer(mark.id, mark.valid_from, mark.release) if mark is not None else None


def _range(mark: EditionMark) -> tuple[str, int, int]:
    return (mark.list, mark.ordinal, mark.ordinal)


_HOLDS = "from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)"
_COUNT = "SELECT entries FROM edition WHERE list = ? AND ordinal = ?"
_ACTIVE = (
    f"SELECT count(DISTINCT varenr) FROM placement WHERE list = ? AND {_HOLDS}"  # noqa: S608 our own text
    " AND (dispense_until IS NULL OR dispense_until >= ?)"
)
_GROUP_RANGES = "SELECT from_ordinal, to_ordinal FROM product_group WHERE list = ? AND code = ?"
_EDITIONS = """\
SELECT edition, valid_from, release, corrects, closed, entries, added, removed, changed
  FROM edition WHERE list = ? AND release <= ? ORDER BY ordinal DESC
"""

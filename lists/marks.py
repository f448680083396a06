"""The marks of rule 22 that the edition before had and a new file cannot know: no source carries them."""

from collections.abc import Iterator

from lists.conditions import expresses
from lists.editing import CONDITION, Edit
from lists.edition import Draft
from lists.records import Terms


def lost_marks(former: Terms | None, draft: Draft) -> tuple[Edit, ...]:
    """
    The edits that give texts of a draft the marks they had, as far as these still mean the same.

    A mark stays where the text, whom it binds and the condition that expresses it are as they were;
    anything else is for an editor to look at anew.

    Args:
        former: What the edition the draft would follow says; None for a new list.
    """
    return tuple(_lost(former, draft)) if former is not None else ()


def _lost(former: Terms, draft: Draft) -> Iterator[Edit]:
    was = {condition.id: condition for condition in former.conditions}
    now = {condition.id: condition for condition in draft.terms.conditions}
    for identity, before in was.items():
        after, marked = now.get(identity), before.expressed_by
        if marked is None or after is None or after.expressed_by is not None:
            continue
        other = now.get(marked)
        same_text = (before.text, before.applies_to) == (after.text, after.applies_to)
        if same_text and other is not None and expresses(other) and other.coded == was[marked].coded:
            yield Edit(CONDITION, identity, "expressed_by", marked, draft.terms.list)

"""Groups that go by another name than before: a rename, or a code that was given another meaning (rule 6)."""

import re
from collections.abc import Iterator

from lists.edition import Edition
from lists.records import Group, Terms


def renamed_groups(former: Edition | None, terms: Terms) -> Iterator[tuple[Group, Group]]:
    """Groups as they were and are, of those in both whose texts differ in more than spaces and case."""
    known = {group.code.value: group for group in former.terms.groups} if former is not None else {}
    for now in terms.groups:
        was = known.get(now.code.value)
        if was is not None and folded(was.code.text) != folded(now.code.text):
            yield was, now


def meaning_differs(was: Group, now: Group) -> bool:
    """
    Whether a new text under an old id may mean something else.

    Our reading: it may where fewer than half of the new text's words of four letters or more are
    recognisable in the old one. Of the six codes renamed on 2020-01-01 it picks the four that
    rule 6 names: 5051101, 50511, 5050901, 5050619.
    """
    if was.source_id != now.source_id:
        return False
    old, new = (_WORD.findall(group.code.text.lower()) for group in (was, now))
    kept = sum(any(word in other or other in word for other in old) for word in new)
    return 2 * kept < len(new)


def folded(text: str) -> str:
    """A text without spaces and case: equal for names that differ in nothing else."""
    return "".join(text.split()).casefold()


_WORD = re.compile(r"[^\W\d_]{4,}")

"""What is told of one judged list, also once what it says of products and groups is let go."""

import msgspec

from app.workshop.records import DraftList
from lists.edition import Draft, Edition
from lists.rules import Judgement


def told_list(judgement: Judgement) -> DraftList:
    """A list in short."""
    draft = judgement.draft
    return DraftList(
        list=draft.terms.list,
        title=draft.terms.title,
        valid_from=draft.valid_from,
        entries=len(draft.entries),
        groups=len(draft.terms.groups),
        state=judgement.state,
    )


def without_content(judgement: Judgement) -> Judgement:
    """The same judgement of a list that says nothing any more."""
    draft, edition = judgement.draft, judgement.edition
    terms = msgspec.structs.replace(draft.terms, groups=(), conditions=())
    bare = Edition(terms, edition.valid_from, ()) if edition is not None else None
    return Judgement(Draft(draft.file, terms, draft.valid_from), [], judgement.state, bare)

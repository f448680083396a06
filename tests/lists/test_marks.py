"""What an editor marked in the edition before is not lost with the next file, and never carried too far."""

import msgspec
import pytest

from lists.editing import Edit, edited
from lists.edition import Draft, Edition
from lists.marks import lost_marks
from lists.records import Condition
from lists.rules import judge
from tests.builders import a_condition, a_draft, a_form, a_group

TEXT = a_condition("ID_5044", applies_to="dispenser")
CODED = a_condition("ID_5045", coded=(a_form("22", "1"),))
MARK = Edit("condition", "ID_5044", "expressed_by", "ID_5045", "505")


def a_list(text: Condition = TEXT, coded: Condition = CODED) -> Draft:
    groups = (a_group("505"), a_group(conditions=("ID_5044", "ID_5045")))
    return a_draft(groups=groups, conditions=(text, coded))


def _edition_of(draft: Draft) -> Edition:
    edition = judge(draft, None).edition
    assert edition is not None
    return edition


MARKED = edited([a_list()], MARK).drafts[0]
FORMER = _edition_of(MARKED)


def test_a_mark_that_the_next_file_cannot_know_is_found_and_given_back():
    assert lost_marks(FORMER.terms, a_list()) == (MARK,)
    kept = edited([a_list()], MARK).drafts[0]
    assert (lost_marks(FORMER.terms, kept), judge(kept, FORMER).state) == ((), "unchanged")


@pytest.mark.parametrize(
    "draft",
    [
        a_list(text=msgspec.structs.replace(TEXT, text="Bare etter operasjon.")),
        a_list(text=msgspec.structs.replace(TEXT, applies_to="both")),
        a_list(coded=msgspec.structs.replace(CODED, coded=())),
        a_list(coded=msgspec.structs.replace(CODED, coded=(a_form("11", "1"),))),
        a_draft(groups=(a_group("505"), a_group(conditions=("ID_5044",))), conditions=(TEXT,)),
        a_draft(),
    ],
    ids=["reworded", "binds others", "a text now", "coded otherwise", "not there", "neither there"],
)
def test_a_mark_whose_ground_has_moved_is_for_an_editor_to_set_anew(draft):
    assert lost_marks(FORMER.terms, draft) == ()


def test_a_new_list_and_one_without_marks_have_lost_none():
    assert lost_marks(None, a_list()) == ()
    assert lost_marks(_edition_of(a_list()).terms, a_list()) == ()

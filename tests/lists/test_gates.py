"""What asks for a second look before a publish."""

import pytest

from lists.edition import Edition
from lists.gates import GateResult, gates
from lists.rules import EMPTIED_FROM, Case
from tests.builders import a_draft, a_group, an_edition, entries


def case(text: str, *, before: int = EMPTIED_FROM, after: int = EMPTIED_FROM) -> Case:
    """The usual group gets a new name; so many products stand in it before and after."""
    return Case(a_draft(entries(after), groups=[a_group(text=text)]), former(before))


def former(count: int) -> Edition:
    return an_edition(entries(count), groups=[a_group(text="Irrigasjonsutstyr")])


def test_the_first_edition_of_a_list_fires_no_gate():
    assert gates(Case(a_draft(), None)) == ()


def test_a_new_meaning_of_a_group_with_five_products_asks_for_a_second_look():
    assert gates(case("Hudpleiemidler")) == (GateResult("group-meaning", "505", "5050101", "5", False),)


@pytest.mark.parametrize(("before", "after"), [(4, 5), (5, 4), (0, 0)])
def test_a_small_group_asks_for_none(before, after):
    (result,) = gates(case("Hudpleiemidler", before=before, after=after))
    assert (result.passed, result.found) == (True, "0")


def test_a_plain_rename_asks_for_none():
    (result,) = gates(case("Irrigasjonsutstyr, sett"))
    assert result.passed

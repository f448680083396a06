"""The door to an Edition: what is not whole never gets through."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given

from lists.codes import ICD_10, Code
from lists.edition import Edition, closed_edition, content_digest, referred_conditions, without_marks
from lists.errors import ListsError
from lists.records import ConditionReference, Entry, Medicine, Placement, RefundCode
from tests.builders import FIRST_DAY, a_condition, a_group, an_edition, an_entry
from tests.random_editions import editions, few


def refused(**changes) -> str:
    """What is not whole about the usual edition with these changes."""
    whole = an_edition()
    terms = {name: changes.pop(name) for name in ("groups", "conditions") if name in changes}
    with pytest.raises(ListsError) as refusal:
        Edition(
            msgspec.structs.replace(whole.terms, **terms), FIRST_DAY, changes.get("entries", whole.entries)
        )
    assert refusal.value.reason == "edition-not-whole"
    return refusal.value.facts["what"]


def test_products_stand_in_order_and_once():
    assert refused(entries=(an_entry("600002"), an_entry("600001"))) == "entries"
    assert refused(entries=(an_entry("600001"), an_entry("600001", name="another"))) == "entries"


def test_groups_stand_in_order_and_once():
    assert refused(groups=(a_group(), a_group())) == "groups"


def test_conditions_stand_in_order_and_once():
    assert refused(conditions=(a_condition("B"), a_condition("A"))) == "conditions"


def test_every_condition_referred_to_is_there_and_every_one_there_is_referred_to():
    assert refused(entries=(an_entry(conditions=("ID_NOWHERE",)),)) == "references to conditions"
    assert refused(conditions=(a_condition("ID_UNUSED"),)) == "references to conditions"


def test_every_product_stands_in_a_group_of_the_edition():
    assert refused(entries=(an_entry(placements=()),)) == "placements of 600007"
    assert refused(entries=(an_entry(placements=(Placement("5059999"),)),)) == "groups of 600007"


def test_conditions_are_referred_to_by_groups_refund_codes_and_products():
    code = RefundCode(Code("K90", ICD_10), conditions=(ConditionReference("ON_CODE"),))
    edition = an_edition(
        [an_entry(conditions=("ON_PRODUCT",))],
        groups=[a_group("505"), a_group(conditions=("ON_GROUP",), refund_codes=(code,))],
    )
    assert referred_conditions(edition.terms, edition.entries) == {"ON_CODE", "ON_GROUP", "ON_PRODUCT"}


@few
@given(editions(), editions())
def test_equal_digests_are_equal_content(one, other):
    same = (without_marks_everywhere(one), one.terms.title) == (
        without_marks_everywhere(other),
        other.terms.title,
    )
    assert (content_digest(one) == content_digest(other)) == same


def without_marks_everywhere(edition: Edition) -> Edition:
    groups = tuple(map(without_marks, edition.terms.groups))
    conditions = tuple(map(without_marks, edition.terms.conditions))
    terms = msgspec.structs.replace(edition.terms, groups=groups, conditions=conditions)
    return Edition(terms, FIRST_DAY, tuple(map(without_marks, edition.entries)))


def test_first_day_and_marks_are_no_content():
    marked = an_edition([an_entry(entry_id="ID_9", entry_time="now")], valid_from=dt.date(2027, 1, 1))
    assert content_digest(marked) == content_digest(an_edition())


@pytest.mark.parametrize("field", [name for name in Entry.__struct_fields__ if not name.startswith("entry_")])
def test_every_field_of_a_product_is_content(field):
    changed: dict[str, Any] = {
        **dict.fromkeys(("kind", "name", "supplier_item_number", "size", "pack"), "another"),
        **dict.fromkeys(("supplier", "unit", "units_per_pack", "may_exceed_max_price"), None),
        "varenr": "600008",
        "gtins": ("4006381333931",),
        "prices": (),
        "conditions": ("ID_1",),
        "placements": (Placement("5050101"),),
        "medicine": Medicine(multiple="2"),
    }
    another = msgspec.structs.replace(an_entry(), **{field: changed[field]})
    assert content_digest(an_edition([another])) != content_digest(an_edition())


def test_a_closed_edition_is_empty_and_keeps_its_name():
    terms = an_edition().terms
    ended = closed_edition(terms, dt.date(2027, 1, 1))
    assert (ended.terms.closed, ended.terms.list, ended.terms.title) == (True, "505", terms.title)
    assert not ended.entries
    assert not ended.terms.groups
    assert not ended.terms.conditions

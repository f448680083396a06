"""Sets of documents are counted as one by one they would be; traits are read as they were laid down."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import traits
from search.build import build
from search.errors import IndexUnreadable
from search.facets import facet_of, set_of
from search.find import Finder
from search.records import Document, Span
from search.shelf import members
from search.traits import Traits

VALUES = ("a", "b", "c", "å", "")
documents_of = st.lists(st.lists(st.integers(0, len(VALUES) - 1), unique=True, max_size=3), max_size=70)


@given(st.sets(st.integers(0, 300)))
def test_a_set_has_the_members_it_was_made_of(numbers):
    assert list(members(set_of(numbers))) == sorted(numbers)


@given(documents_of, st.sets(st.integers(0, 70)), st.integers(0, 6))
def test_values_are_counted_as_one_by_one(having, asked, most):
    facet = facet_of(VALUES, having)
    counted = Counter(VALUES[place] for number in asked if number < len(having) for place in having[number])
    assert facet.most(set_of(asked), values=len(VALUES)) == sorted(
        counted.items(), key=lambda one: (-one[1], one[0])
    )
    assert facet.most(set_of(asked), values=most) == facet.most(set_of(asked), values=9)[:most]
    for place, value in enumerate(VALUES):
        expected = [number for number, places in enumerate(having) if place in places]
        assert list(members(facet.having(value))) == expected
    assert facet.having("z") == 0


def test_a_changed_facet_leaves_the_other_as_it_was():
    facet = facet_of(VALUES, [[0], [0, 1]])
    changed = facet.changed({"a": set_of([1]), "d": set_of([0])})
    assert changed.most(set_of([0, 1]), values=9) == [("a", 1), ("b", 1), ("d", 1)]
    assert facet.most(set_of([0, 1]), values=9) == [("a", 2), ("b", 1)]


STOMA, OLD, URINE = Span("505", 2, None), Span("505", 1, 2), Span("502", 1, 3)
SHOP = (
    Document("600007", "Alfa", supplier="Fjellro", own_groups=("5050101", "5050102"), holds=(STOMA,)),
    Document("600007", "Alpha", supplier="Fjellro A\u030a", own_groups=("5050101",), holds=(OLD,)),
    Document("600007", "Alfa", supplier="Havblikk", own_groups=("5020101",), holds=(URINE,)),
    Document("600008", "Beta", holds=(OLD, Span("505", 3, None))),
)


@pytest.fixture
def shop(tmp_path) -> Traits:
    build(SHOP, tmp_path, languages=())
    return Finder(tmp_path).traits


def numbered(shop: Traits, documents: int) -> set[tuple[str, str]]:
    return {(shop.numbers[number], shop.supplier_of(number)) for number in members(documents)}


@pytest.mark.parametrize(
    ("code", "ordinal", "held"),
    [
        ("505", 1, {("600007", "Fjellro Å"), ("600008", "")}),
        ("505", 2, {("600007", "Fjellro")}),
        ("505", 9, {("600007", "Fjellro"), ("600008", "")}),
        ("502", 2, {("600007", "Havblikk")}),
        ("502", 3, set()),
        ("604", 1, set()),
    ],
)
def test_documents_are_known_by_the_editions_they_hold_in(shop, code, ordinal, held):
    assert numbered(shop, shop.in_edition(code, ordinal)) == held


def test_documents_are_known_by_their_products_groups_and_suppliers(shop):
    both = shop.groups.having("5050101")
    assert numbered(shop, both) == {("600007", "Fjellro"), ("600007", "Fjellro Å")}
    assert numbered(shop, shop.suppliers.having("")) == {("600008", "")}
    now = shop.document_of("600007", shop.in_edition("505", 2))
    assert shop.groups_of(now) == ["5050101", "5050102"]
    assert shop.several.bit_count() == len(shop.of_product["600007"]) == 3
    for number in ("600009", "600007"):
        with pytest.raises(KeyError):
            shop.document_of(number, 0)


def test_an_index_without_traits_is_to_be_built_again(tmp_path):
    build(SHOP, tmp_path, languages=())
    laid = tmp_path / traits.FILE
    whole = laid.read_bytes()
    for content, found in (
        (whole[:9], "cannot be read"),
        (b"\x95\x63\x90\x90\x90\x90", "of version 99, not"),
    ):
        laid.write_bytes(content)
        with pytest.raises(IndexUnreadable, match=found):
            _ = Finder(tmp_path).traits
    laid.unlink()
    with pytest.raises(IndexUnreadable, match=rf"no {traits.FILE}; expected the files of a search index"):
        _ = Finder(tmp_path).traits

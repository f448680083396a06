"""What is offered while someone types."""

import pytest

from search.errors import QueryTooLong
from search.find import Finder
from search.records import Span, Suggestion
from search.suggest import suggest
from search.suggestions import joined, within_limits
from tests.search.shop import BAGS, STOMA, Searcher, a_document


def test_the_first_letter_suggests_products_groups_suppliers_and_lists(finder: Finder):
    texts = {(found.kind, found.text) for letter in "fbcp" for found in suggest(finder, letter)}

    assert {
        ("list", "Forbruksmateriell ved stomi"),
        ("group", "Belter til kompresjon"),
        ("supplier", "Coloplast Norge AS"),
        ("product", "Bleie natt"),
    } <= texts


def test_texts_that_begin_so_stand_before_those_with_a_word_that_does(finder: Finder):
    assert [found.text for found in suggest(finder, "kat")] == ["Katetre 40 cm", "LoFric kateter CH 12"]


def test_numbers_and_codes_are_suggested_by_their_beginning(finder: Finder):
    assert ("group", "5050901") in [(found.kind, found.code) for found in suggest(finder, "50509")]
    assert [found.code for found in suggest(finder, "9032")] == ["903279", "903280"]


def test_a_number_is_suggested_with_the_name_of_its_product_in_the_order_of_the_numbers(finder: Finder):
    told = {typed: [found.text for found in suggest(finder, typed)] for typed in ("9032", "AST40", "0148 84")}

    assert told == {
        "9032": ["903279 Alterna lukket pose maxi", "903280 Urinpose Tåsen 1,5 l"],
        "AST40": ["903279 Alterna lukket pose maxi"],
        "0148 84": ["014884 Stomiposer Fjell 50x60"],
    }


def test_what_people_say_for_a_group_suggests_it_when_no_text_begins_so(finder: Finder):
    assert [(found.kind, found.text) for found in suggest(finder, "brokkb")] == [
        ("group", "Belter til kompresjon")
    ]
    assert ("group", "Tappekateter") in [(found.kind, found.text) for found in suggest(finder, "RIK")]


def test_a_list_is_not_suggested_a_second_time_as_a_group(search_in: Searcher):
    finder = search_in([a_document("1", "Pose", groups=BAGS, lists=(STOMA,))])

    assert [(found.kind, found.code) for found in suggest(finder, "stomi")] == [("list", "505")]


def test_search_finds_every_suggestion(finder: Finder):
    for letter in "abcdefghijklmnopqrstuvwxyzæøå0123456789":
        for found in suggest(finder, letter):
            assert finder.find(found.text).hits, found.text


def test_at_most_ten_are_suggested_each_text_once(search_in: Searcher):
    finder = search_in([a_document(str(number), f"Pose {number % 20}") for number in range(60)])
    found = suggest(finder, "p")

    assert len(found) == len({suggestion.text for suggestion in found}) == 10


def test_only_what_holds_on_the_day_is_suggested(search_in: Searcher):
    finder = search_in(
        [
            a_document("1", "Gammel pose", supplier="Gammel AS", holds=(Span("505", 0, 2),)),
            a_document("1", "Ny pose", holds=(Span("505", 2, None),)),
        ]
    )

    assert [found.text for found in suggest(finder, "pose", editions={"505": 1})] == ["Gammel pose"]
    assert suggest(finder, "gammel", editions={"505": 2}) == ()
    assert suggest(finder, "ny", editions={"505": 2}) == (
        Suggestion("Ny pose", "product", "1", (Span("505", 2, None),)),
    )


def test_nothing_typed_suggests_nothing_and_too_much_is_refused(finder: Finder):
    assert suggest(finder, " - ") == ()
    with pytest.raises(QueryTooLong):
        suggest(finder, "a" * 65)


def test_a_long_name_is_suggested_as_far_as_it_can_be_searched():
    assert (
        within_limits("one two three four five six seven eight nine")
        == "one two three four five six seven eight…"
    )
    assert within_limits("one two three four") == "one two three four"
    assert within_limits("a" * 59 + " bcd efg") == "a" * 59 + " bcd…"
    assert within_limits("a" * 60 + " bcd efg") == "a" * 60 + "…"
    assert within_limits("a" * 65) == ""


def test_spans_that_meet_or_overlap_are_joined_by_list():
    spans = [Span("505", 3, 5), Span("501", 0, 1), Span("505", 1, 3), Span("505", 7, None), Span("505", 8, 9)]

    assert joined(spans) == (Span("501", 0, 1), Span("505", 1, 5), Span("505", 7, None))

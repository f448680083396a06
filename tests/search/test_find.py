"""What a search finds, why, and in which order."""

import random
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.build import build
from search.errors import IndexUnreadable, QueryTooLong
from search.find import Finder
from search.limits import LONGEST_QUERY, MOST_WORDS, bounded
from search.records import Document, Hit, Span
from search.suggest import suggest
from tests.search.shop import Searcher, a_document, shop

# The smallest dictionary, where many indexes are built and base forms are not what is tested.
NYNORSK = ("nn",)
_NUMBER = st.from_regex(r"[A-Z0-9]{2,6}([ ./-]?[A-Z0-9]{1,5}){0,3}", fullmatch=True)
_DOCUMENTS = st.lists(
    st.builds(
        a_document,
        st.from_regex(r"[0-9]{6}", fullmatch=True),
        st.sampled_from(["Pose", "Poser CH12", "Stomipose 2,5 l", "Åre 408 08", "Bleie AST408"]),
        article=_NUMBER,
        gtins=st.lists(st.from_regex(r"[0-9]{13,14}", fullmatch=True), max_size=2).map(tuple),
        rank=st.integers(0, 2),
    ),
    max_size=8,
)
_SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def numbers(finder: Finder, query: str) -> list[str]:
    return [hit.varenr for hit in finder.find(query).hits]


def whys(finder: Finder, query: str) -> dict[str, str]:
    return {hit.varenr: hit.why for hit in finder.find(query).hits}


@pytest.mark.parametrize(
    "pasted",
    [
        "903279", " 903 279 ", "903.279", "903-279", "90 32 79",
        "07046260012345", "7046260012345", "7 046260 012345",
        "AST408 08 00", "AST4080800", "ast408.08.00", "AST408-0800",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_pasted(finder: Finder, pasted: str):
    assert whys(finder, pasted) == {"903279": "exact"}


def test_leading_zeros_of_a_number_count(finder: Finder):
    assert whys(finder, "0148 84") == {"014884": "exact"}
    assert "014884" not in numbers(finder, "14884")


def test_a_number_is_found_by_its_beginning(finder: Finder):
    assert whys(finder, "9032") == {"903279": "prefix", "903280": "prefix"}


def test_a_number_among_words_is_found_though_it_is_written_with_blanks(finder: Finder):
    assert numbers(finder, "coloplast 903 279") == ["903279"]
    assert numbers(finder, "coloplast 903 280") == []


def test_words_are_found_in_any_order(finder: Finder):
    assert whys(finder, "maxi Alterna pose") == whys(finder, "pose maxi alterna") == {"903279": "word"}


def test_every_word_must_be_there(finder: Finder):
    assert numbers(finder, "alterna natt") == []


@pytest.mark.parametrize("form", ["bleie", "bleier", "bleiene", "bleia", "Bleiane"])
def test_a_word_is_found_in_any_form(finder: Finder, form: str):
    assert whys(finder, form)["100200"] in ("word", "base-form")


@pytest.mark.parametrize("form", ["kateter", "katetre", "katetrene", "kateteret"])
def test_a_word_that_loses_its_e_is_found_in_any_form(finder: Finder, form: str):
    assert {"200100", "200200"} <= set(numbers(finder, form))


def test_a_word_finds_the_compounds_it_is_a_part_of(finder: Finder):
    found = whys(finder, "pose")

    assert found["903279"] == "word"
    assert found["903280"] == "part-of-word"  # an urinpose, though its group is called "Poser" too
    assert whys(finder, "plate")["555501"] == "part-of-word"
    assert whys(finder, "belter")["700001"] == "part-of-word"


def test_a_compound_finds_names_that_write_it_apart(finder: Finder):
    assert "200100" in numbers(finder, "tappe kateter")
    assert "200100" in numbers(finder, "kateter til tapping")
    assert whys(finder, "lofrickateter") == {"200100": "part-of-word"}
    assert "200100" in numbers(finder, "endetarmskateter")


def test_a_word_is_found_by_its_beginning(finder: Finder):
    assert whys(finder, "alt") == {"903279": "prefix"}
    assert "014884" in numbers(finder, "stomip")


@pytest.mark.parametrize("size", ["ch12", "CH 12", "12 ch", "12ch", "Fr 12"])
def test_a_size_is_found_however_it_is_written(finder: Finder, size: str):
    assert set(numbers(finder, size)) == {"903279", "200100"}


@pytest.mark.parametrize(
    ("size", "varenr"),
    [
        ("2,5", "903279"), ("2.5", "903279"), ("2.5 mm", "903279"), ("30 stk", "903279"),
        ("1,5 l", "903280"), ("1500 ml", "903280"), ("1.5l", "903280"),
        ("50x60", "014884"), ("50 x 60", "014884"), ("50×60", "014884"),
        ("4,5 cm", "555501"), ("400 mm", "200200"),
    ],
)  # fmt: skip
def test_sizes_are_found_in_any_unit_and_with_comma_or_point(finder: Finder, size: str, varenr: str):
    assert numbers(finder, size) == [varenr]


def test_a_size_is_not_another_size(finder: Finder):
    assert "200200" not in numbers(finder, "ch 12")
    assert numbers(finder, "25 mm") == []


def test_æøå_are_letters_of_their_own_and_found_last_without_them(search_in: Searcher):
    finder = search_in(
        [a_document("1", "Sår hud"), a_document("2", "Sar belte"), a_document("3", "Tømbar pose")]
    )

    assert whys(finder, "sår") == {"1": "word"}
    assert list(whys(finder, "sar").items()) == [("2", "word"), ("1", "spelling")]
    assert numbers(finder, "tombar") == numbers(finder, "toembar") == numbers(finder, "TØMBAR") == ["3"]


def test_letters_may_be_composed_or_not(finder: Finder):
    for query in ("Ås", "sår", "barrièrekrem", "tåsen"):
        assert numbers(finder, unicodedata.normalize("NFD", query)) == numbers(finder, query) != []


def test_foreign_accents_need_not_be_typed(finder: Finder):
    assert numbers(finder, "barrierekrem") == ["100300"]
    assert numbers(finder, "mølnlycke") == numbers(finder, "Mölnlycke") == ["903280"]


def test_groups_and_lists_are_found_by_code_and_text(finder: Finder):
    assert numbers(finder, "5050901") == numbers(finder, "kompresjon") == ["700001"]
    assert "100200" in numbers(finder, "inkontinens bleie")


def test_what_is_said_finds_what_is_meant(finder: Finder):
    assert whys(finder, "brokkbind") == {"700001": "base-form"}
    assert "903279" in numbers(finder, "stoma bag")


def test_the_best_answers_stand_first_and_equals_by_rank_name_and_number(search_in: Searcher):
    finder = search_in(
        [
            a_document("1", "Urinposer"),
            a_document("2", "Pose", rank=1),
            a_document("3", "Beige pose", rank=1),
            a_document("4", "Blå pose"),
            a_document("5", "Blå pose"),
            a_document("6", "Blå poser"),
            a_document("7", "Posert glass"),
        ]
    )

    assert [(hit.varenr, hit.why) for hit in finder.find("pose").hits] == [
        ("2", "exact"),
        ("4", "word"),
        ("5", "word"),
        ("3", "word"),
        ("6", "base-form"),
        ("1", "part-of-word"),
        ("7", "prefix"),
    ]


@pytest.mark.parametrize(
    ("typed", "meant", "varenr"),
    [("altenra", "alterna", "903279"), ("ltaerna", None, None), ("cloplast", "coloplast", "903279"),
     ("oclopalst maxi", "coloplast maxi", "903279"), ("sabena", "abena", "100300")],
)  # fmt: skip
def test_a_mistyped_word_is_guessed(finder: Finder, typed: str, meant: str | None, varenr: str | None):
    found = finder.find(typed)

    assert found.did_you_mean == meant
    assert [(hit.varenr, hit.why) for hit in found.hits] == ([(varenr, "spelling")] if varenr else [])


def test_nothing_is_guessed_where_something_is_found(finder: Finder):
    assert finder.find("alt").did_you_mean is None


def test_a_number_is_never_guessed(finder: Finder):
    assert numbers(finder, "903278") == []
    assert finder.find("903278").did_you_mean is None


@pytest.mark.parametrize(
    "typed",
    ["hvor finner jeg bleie natt", "mamma trenger bleie natt", "har dere bleie natt på blå resept",
     "kvar finn eg bleie natt til far min", "I need bleie natt for my mother", "bleie natt til min mann"],
)  # fmt: skip
def test_small_words_of_everyday_speech_are_no_condition(finder: Finder, typed: str):
    found = finder.find(typed)

    assert whys(finder, typed) == {"100200": "word"}
    assert found.did_you_mean is None
    assert not found.guessed


def test_a_small_word_that_a_text_has_counts_until_nothing_has_it_too(search_in: Searcher):
    finder = search_in([a_document("1", "Pose Min"), a_document("2", "Pose"), a_document("3", "Belte")])

    assert numbers(finder, "min pose") == ["1"]
    assert whys(finder, "min belte") == {"3": "word"}
    assert not finder.find("min belte").guessed


def test_small_words_alone_are_looked_for(search_in: Searcher):
    finder = search_in([a_document("1", "Mini pose")])

    assert numbers(finder, "min") == ["1"]
    assert numbers(finder, "har jeg til") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Oddvar trenger stomiposer", "stomiposer"), ("stomiposer tulleprat", "stomiposer"),
     ("stomiposer 9 mg/ml", None), ("stomiposer 70x80", None), ("stomiposer 77", None)],
)  # fmt: skip
def test_what_nothing_knows_is_left_out_last_and_said_so(finder: Finder, typed: str, meant: str | None):
    found = finder.find(typed)

    assert whys(finder, typed) == {"014884": "spelling"}
    assert found.did_you_mean == meant
    assert found.guessed


@pytest.mark.parametrize(
    "typed",
    ["stomiposer 903278", "stomiposer 7046260099999", "stomiposer AST77", "stomiposer ast 77",
     "stomiposer 777", "stomiposer 12 34", "mamma har 903278", "Oddvar 903278 tulleprat"],
)  # fmt: skip
def test_a_wrong_number_never_finds_everything_else(finder: Finder, typed: str):
    assert numbers(finder, typed) == []
    assert finder.find(typed).did_you_mean is None


def test_words_that_nothing_knows_find_nothing_together(finder: Finder):
    assert numbers(finder, "Oddvar tulleprat") == []
    assert numbers(finder, "Oddvar 9 mg/ml") == []


def test_of_several_known_words_one_may_be_missing(finder: Finder):
    assert numbers(finder, "maxi pose alterna natt") == ["903279"]
    assert finder.find("maxi pose alterna natt").did_you_mean == "maxi pose alterna"
    assert numbers(finder, "uten pose alterna natt") == []


def test_an_unknown_compound_is_what_its_last_part_says(finder: Finder):
    assert whys(finder, "turbleier") == {"100200": "part-of-word"}
    assert numbers(finder, "turbleier xyzzy") == ["100200"]


def test_a_hit_shows_where_its_words_stand(finder: Finder):
    (hit,) = finder.find("903279").hits
    (other,) = finder.find("alterna ch12 coloplast").hits
    document = next(document for document in shop() if document.varenr == "903279")

    assert lit(document, hit) == [("varenr", "903279")]
    assert lit(document, other) == [
        ("name", "Alterna"), ("size", "CH"), ("size", "12"), ("supplier", "Coloplast"),
    ]  # fmt: skip


def test_a_hit_shows_parts_and_group_texts(finder: Finder):
    hit = next(hit for hit in finder.find("plate").hits if hit.varenr == "555501")

    places = [(lit.field, lit.start, lit.end) for lit in hit.highlight]
    assert places == [("name", 0, 8), ("groups[5050101]", 24, 44)]


def test_every_text_of_a_product_is_found_with_the_editions_it_holds_in(search_in: Searcher):
    old, new = (Span("505", 0, 4),), (Span("505", 4, None),)
    finder = search_in([a_document("1", "Gammel pose", holds=old), a_document("1", "Ny pose", holds=new)])

    assert [(hit.varenr, hit.holds) for hit in finder.find("pose").hits] == [("1", old), ("1", new)]


def test_a_day_finds_what_its_editions_hold(search_in: Searcher):
    old, new = (Span("505", 0, 4),), (Span("501", 1, 2), Span("505", 4, None))
    finder = search_in([a_document("1", "Gammel pose", holds=old), a_document("2", "Ny pose", holds=new)])

    def on(**editions: int) -> list[str]:
        named = {code.removeprefix("list_"): ordinal for code, ordinal in editions.items()}
        return [hit.varenr for hit in finder.find("pose", editions=named).hits]

    assert on(list_505=3) == ["1"]
    assert on(list_505=4) == on(list_501=1) == ["2"]
    assert on(list_505=0, list_501=1) == ["1", "2"]
    assert on(list_501=2) == on() == []


@pytest.mark.parametrize("text", ["", " ", "*", '"', "-", "***", "()", "=", "\x00", "\ud800", "´", "̊"])
def test_a_query_without_words_finds_nothing(finder: Finder, text: str):
    assert list(finder.find(text).hits) == []


def test_signs_are_not_operators(finder: Finder):
    for query in ('"alterna" pose', "alterna* pose", "alterna -pose", "+alterna, (pose)", "name:alterna"[5:]):
        assert "903279" in numbers(finder, query)
    assert numbers(finder, "alterna OR urinpose") == []


def test_too_long_a_query_is_refused_with_its_length(finder: Finder):
    with pytest.raises(QueryTooLong) as letters:
        finder.find("a" * 65)
    with pytest.raises(QueryTooLong) as words:
        finder.find("a b c d e f g h i")

    assert str(letters.value) == (
        "the query has 65 characters; at most 64 characters are searched: leave some out"
    )
    assert (words.value.found, words.value.limit, words.value.unit) == (9, 8, "words")
    finder.find("   " + unicodedata.normalize("NFD", "å" * 64) + "\n")


def test_hits_are_read_like_a_tuple(finder: Finder):
    hits = finder.find("pose").hits

    assert len(hits) == len(list(hits))
    assert hits[0] == next(iter(hits))
    assert hits[-1] == list(hits)[-1]
    assert hits[1:3] == tuple(list(hits)[1:3])
    with pytest.raises(IndexError):
        hits[len(hits)]


def test_an_index_of_nothing_answers_everything_with_nothing(search_in: Searcher):
    finder = search_in([])

    assert list(finder.find("pose 903279 ch 12").hits) == []
    assert list(finder.find("pose", editions={"505": 1}).hits) == []


def test_reading_writes_nothing_into_the_directory(tmp_path):
    build(shop(), tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    changed = tmp_path.stat().st_mtime_ns
    finder = Finder(tmp_path)
    finder.warm()
    finder.find("pose")
    finder.close()

    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert tmp_path.stat().st_mtime_ns == changed


def test_a_directory_without_an_index_is_named(tmp_path):
    with pytest.raises(IndexUnreadable, match=r"no lexicon\.msgpack; expected the files of a search index"):
        Finder(tmp_path)


def test_an_index_may_be_moved(tmp_path):
    build(shop(), tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    finder = Finder(tmp_path / "there")

    assert numbers(finder, "903279") == ["903279"]
    finder.close()


@_SLOW
@given(documents=_DOCUMENTS)
def test_every_number_in_the_documents_is_found(search_in: Searcher, documents: list[Document]):
    finder = search_in(documents, NYNORSK)
    for document in documents:
        for number in (document.varenr, document.article, *document.gtins):
            assert document.varenr in whys(finder, number), number


@_SLOW
@given(documents=_DOCUMENTS, seed=st.integers())
def test_shuffled_documents_give_the_same_hits(search_in: Searcher, documents: list[Document], seed: int):
    shuffled = documents.copy()
    random.Random(seed).shuffle(shuffled)
    one, other = search_in(documents, NYNORSK), search_in(shuffled, NYNORSK)

    for query in ("pose", "p", "ch12", "408", "bleier ast408", "stomi", "are"):
        assert list(one.find(query).hits) == list(other.find(query).hits)


_SAID = """
    pose poser alterna bleie natt kateter 903279 903 279 ch 12 2,5 mm 50x60 § 5 tåsen aas altenra xyzzy OR * "
"""
_PIECES = st.sampled_from(_SAID.split())
_ANYTHING = st.one_of(
    st.text(),
    st.text('posebleir åøæ12,.x*"-()CH§', max_size=70),
    st.lists(_PIECES, max_size=8).map(" ".join),
)


@settings(max_examples=400, deadline=None)
@given(query=_ANYTHING)
def test_anything_at_all_gives_an_answer_or_is_too_long(finder: Finder, query: str):
    try:
        found = finder.find(query)
    except QueryTooLong:
        assert len(query) > LONGEST_QUERY or len(query.split()) > MOST_WORDS
    else:
        assert len(list(found.hits)) == len(found.hits)


@settings(max_examples=400, deadline=None)
@given(query=_ANYTHING)
def test_a_guess_stands_behind_every_true_hit_and_changes_no_number(finder: Finder, query: str):
    try:
        found = finder.find(query)
    except QueryTooLong:
        return
    hits = list(found.hits)
    told = [hit.why == "spelling" for hit in hits]
    meant = found.did_you_mean or query

    assert told == sorted(told)
    assert len({(hit.varenr, hit.holds) for hit in hits}) == len(hits)
    assert "".join(filter(str.isdigit, meant)) == "".join(filter(str.isdigit, bounded(query)))


@settings(max_examples=200, deadline=None)
@given(typed=_ANYTHING)
def test_search_finds_whatever_is_suggested_on_the_same_day(finder: Finder, typed: str):
    try:
        suggested = suggest(finder, typed, editions={"505": 0})
    except QueryTooLong:
        return
    for one in suggested:
        found = finder.find(one.text, editions={"505": 0})
        assert found.hits, one
        assert not found.guessed, one
        if one.kind == "product":
            assert one.code in [hit.varenr for hit in found.hits], one


def lit(document: Document, hit: Hit) -> list[tuple[str, str]]:
    return [(place.field, getattr(document, place.field)[place.start : place.end]) for place in hit.highlight]

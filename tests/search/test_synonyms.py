"""The file of synonyms: each of its lines does what it says."""

import pytest

from search.synonyms import load_synonyms
from tests.search.shop import Searcher, a_document


def test_every_line_finds_what_it_claims(search_in: Searcher):
    pairs = [(" ".join(pair.said), " ".join(pair.meant)) for pair in load_synonyms()]
    texts = sorted({meant for _, meant in pairs})
    finder = search_in([a_document(f"V{place}", text.capitalize()) for place, text in enumerate(texts)])

    for said, meant in pairs:
        found = [hit.varenr for hit in finder.find(said).hits]
        assert f"V{texts.index(meant)}" in found, f"{said!r} does not find {meant!r}"


def test_words_that_mean_the_same_find_each_other(search_in: Searcher):
    finder = search_in([a_document("1", "Pose"), a_document("2", "Pouch"), a_document("3", "Belte")])

    assert [(hit.varenr, hit.why) for hit in finder.find("pouch").hits] == [
        ("2", "exact"),
        ("1", "base-form"),
    ]
    assert [(hit.varenr, hit.why) for hit in finder.find("poser").hits] == [
        ("1", "base-form"),
        ("2", "base-form"),
    ]


def test_words_that_only_join_others_need_not_be_typed():
    (synonym,) = load_synonyms('[[synonym]]\nsay = ["brokkbind"]\nfind = ["belter til kompresjon"]')

    assert (synonym.said, synonym.meant) == (("brokkbind",), ("belter", "kompresjon"))


def test_an_unknown_word_in_the_file_is_refused():
    with pytest.raises(ValueError, match="unknown field `finds`"):
        load_synonyms('[[synonym]]\nsay = ["a"]\nfinds = ["b"]')

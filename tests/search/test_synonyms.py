"""The file of synonyms: each of its lines does what it says."""

import tomllib
from importlib.resources import files

import pytest

from search.synonyms import load_synonyms
from tests.search.shop import Searcher, a_document

_LINES = tomllib.loads(files("search").joinpath("synonyms.toml").read_text(encoding="utf-8"))["synonym"]
_PAIRS = [(said, meant) for line in _LINES for said in line["say"] for meant in line["find"]]


def test_every_line_finds_what_it_claims(search_in: Searcher):
    texts = sorted({meant for _, meant in _PAIRS})
    finder = search_in([a_document(f"V{place}", text.capitalize()) for place, text in enumerate(texts)])

    for said, meant in _PAIRS:
        found = [hit.varenr for hit in finder.find(said).hits]
        assert f"V{texts.index(meant)}" in found, f"{said!r} does not find {meant!r}"


def test_words_that_only_join_others_need_not_be_typed():
    (synonym,) = load_synonyms('[[synonym]]\nsay = ["brokkbind"]\nfind = ["belter til kompresjon"]')

    assert (synonym.said, synonym.meant) == (("brokkbind",), ("belter", "kompresjon"))


def test_an_unknown_word_in_the_file_is_refused():
    with pytest.raises(ValueError, match="unknown field `finds`"):
        load_synonyms('[[synonym]]\nsay = ["a"]\nfinds = ["b"]')

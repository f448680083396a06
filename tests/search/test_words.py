"""How a text becomes words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.compounds import parts_of
from search.words import compact, composed, measures, plain, tokens


@given(st.text())
def test_a_plain_text_is_as_long_as_the_composed_one(text: str):
    assert len(plain(text)) == len(composed(text))


@given(st.text())
def test_a_plain_text_is_the_same_however_its_letters_were_composed(text: str):
    assert plain(unicodedata.normalize("NFD", text)) == plain(text)


@given(st.text())
def test_words_stand_where_they_are_said_to_stand(text: str):
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(composed(text))
        end = token.end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CH12", ["ch", "12"]),
        ("2,50 mm", ["2.5", "mm"]),
        ("0120", ["0120"]),
        ("m/hudbesk.ring", ["med", "hudbesk", "ring"]),
        ("50×60", ["50", "x", "60"]),
        ("BLÅBÆR Øl", ["blåbær", "øl"]),
        ("Crème brûlée", ["creme", "brulee"]),
        ("１２ cm²", ["12", "cm", "2"]),
        ("_*-\"'", []),
    ],
)
def test_letters_and_digits_are_words_of_their_own(text: str, words: list[str]):
    assert [token.text for token in tokens(text)] == words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("1,5 l", ["=1500ml"]),
        ("1.50L", ["=1500ml"]),
        ("7 cm x 70mm", ["=70mm", "=70mm", "=7x70", "=70mmx70mm"]),
        ("10x10 cm", ["=100mm", "=10x10", "=100mmx100mm"]),
        ("5 × 4", ["=5x4"]),
        ("fr. 12", []),
        ("Fr 12", ["=12ch"]),
        ("12 - mm", []),
        ("30 stk", ["=30stk"]),
        ("12", []),
    ],
)
def test_a_size_is_one_term_however_it_is_written(text: str, terms: list[str]):
    assert [measure.term for measure in measures(text, tokens(text))] == terms


def test_a_number_is_compared_by_its_letters_and_digits():
    assert compact("AST408 08 00") == compact("ast-408.08/00") == "ast4080800"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("stomipose", ("stomi", "pose")),
        ("hudbeskyttelsesplate", ("hudbeskyttelse", "plate")),
        ("posepose", ("pose", "pose")),
        ("pose", ()),
        ("posekjøkken", ()),
        ("stomi", ()),
    ],
)
def test_a_compound_comes_apart_into_known_words_only(word: str, parts: tuple[str, ...]):
    known = {"stomi": 1, "pose": 1, "hudbeskyttelse": 1, "hud": 1, "beskyttelse": 1, "plate": 1}

    assert parts_of(word, known.get) == parts

"""A packed dictionary says what the words it was made of say."""

from hypothesis import given
from hypothesis import strategies as st

from search.dictionary import Dictionary, dictionary

words = st.text("abæøå", min_size=1, max_size=5)


@given(st.dictionaries(words, words), words)
def test_every_form_of_three_letters_or_more_has_its_base_and_no_other_word_has_one(forms, other):
    packed = Dictionary(forms.items())
    long = {form: base for form, base in forms.items() if len(form) > 2}
    assert dict(packed.items()) == long
    assert {form: packed.get(form) for form in (*forms, other)} == {
        form: long.get(form) for form in (*forms, other)
    }


def test_norwegian_has_its_forms():
    assert dictionary("nb").get("bleiene") == "bleie"
    assert dictionary("nb").get("blei") != "bleie"

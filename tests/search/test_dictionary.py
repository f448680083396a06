"""A dictionary in a file says what the words it was made of say."""

import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import dictionary as dictionaries
from search.dictionary import Dictionary, dictionary, write

words = st.text("abæøå", min_size=1, max_size=5)


def in_a_file(forms):
    with tempfile.TemporaryFile() as file:
        write(forms, file)
        return Dictionary(file)


@given(st.dictionaries(words, words), words)
def test_every_form_of_three_letters_or_more_has_its_base_and_no_other_word_has_one(forms, other):
    kept = in_a_file(forms)
    long = {form: base for form, base in forms.items() if len(form) > 2}
    assert {form: kept.get(form) for form in (*forms, other)} == {
        form: long.get(form) for form in (*forms, other)
    }


@given(st.dictionaries(words, words), words)
def test_every_base_has_its_forms_and_no_other_word_has_one(forms, other):
    kept = in_a_file(forms)
    long = {form: base for form, base in forms.items() if len(form) > 2}
    for base in (*forms.values(), other):
        assert sorted(kept.forms(base)) == sorted(form for form in long if long[form] == base)


def test_norwegian_has_its_forms():
    assert dictionary("nb").get("bleiene") == "bleie"
    assert dictionary("nb").get("blei") != "bleie"
    assert "bleiene" in dictionary("nb").forms("bleie")


@pytest.fixture
def forgotten(monkeypatch):
    """As a process that has opened none yet."""
    monkeypatch.setattr(dictionaries, "_OPEN", {})


def test_it_is_kept_for_the_next_process(tmp_path, forgotten, monkeypatch):
    place = tmp_path / "new" / "dictionaries"
    assert dictionary("nn", place).get("bleiene") == "bleie"
    (kept,) = place.iterdir()
    monkeypatch.setattr(dictionaries, "_OPEN", {})
    written = kept.stat()
    assert dictionary("nn", place).get("bleiene") == "bleie"
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


@pytest.mark.parametrize(
    "broken", [b"", b"words 1\n", b"something else that is long enough", "cut", "changed"]
)
def test_a_broken_one_is_made_again(tmp_path, forgotten, monkeypatch, broken):
    dictionary("nn", tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    told = {"cut": whole[:-9], "changed": whole[:-20] + b"\xc1" * 12 + whole[-8:]}
    kept.unlink()
    kept.write_bytes(broken if isinstance(broken, bytes) else told[broken])
    monkeypatch.setattr(dictionaries, "_OPEN", {})
    assert dictionary("nn", tmp_path).get("bleiene") == "bleie"
    assert kept.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [kept]

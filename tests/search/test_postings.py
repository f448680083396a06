"""What lies beside an index says the same as the index, and a file that cannot be used is named."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.build import build
from search.errors import IndexUnreadable
from search.find import Finder
from search.postings import Postings, posted, read_postings
from search.shelf import Shelf
from search.terms import PRODUCT_FIELDS, PRODUCTS, SUGGESTION_FIELDS, SUGGESTIONS
from tests.search.shop import shop

QUERIES = ("pose", "903279", "stomiposer", "kattete", "ch 12", "plate til stomi", "9", "coloplast")
terms_of = st.dictionaries(st.sampled_from("abc"), st.sets(st.text(max_size=3)), max_size=3)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    directory = tmp_path_factory.mktemp("index")
    build(shop(), directory)
    return directory


@given(st.lists(terms_of, max_size=30), st.integers(1, 40))
def test_every_term_has_the_documents_it_was_laid_down_with(tmp_path_factory, documents, most):
    path = tmp_path_factory.mktemp("postings") / "some.terms"
    postings, expected = Postings(path.parent, most=most), dict[tuple[str, str], list[int]]()
    for number, terms in enumerate(documents):
        postings.add(number, {field: sorted(of_field) for field, of_field in terms.items()})
        for field, of_field in terms.items():
            for term in of_field:
                expected.setdefault((field, term), []).append(number)
    postings.write(path)
    postings.close()
    read = [((field, term), found) for field, terms in read_postings(path) for term, found in terms]
    assert read == [(key, posted(numbers)) for key, numbers in sorted(expected.items())]


def test_thousands_of_terms_are_read_slice_by_slice(tmp_path):
    postings = Postings(tmp_path)
    for number in range(1000):
        postings.add(number, {"keys": [f"{number:04}", "all"]})
    postings.write(tmp_path / "some.terms")
    slices = list(read_postings(tmp_path / "some.terms"))
    assert len(slices) == 4
    assert dict(slices[-1][1])["all"] == (1 << 1000) - 1


@pytest.mark.parametrize(("shelf", "fields"), [(PRODUCTS, PRODUCT_FIELDS), (SUGGESTIONS, SUGGESTION_FIELDS)])
def test_a_warm_shelf_has_the_terms_and_documents_of_a_cold_one(index, shelf, fields):
    warm, cold = Shelf(index, shelf), Shelf(index, shelf)
    warm.warm(fields)
    for field in fields:
        terms = cold.beginning_with(field, "")
        assert warm.beginning_with(field, "") == terms
        assert [warm.having(field, term) for term in terms] == [cold.having(field, term) for term in terms]
    for opened in (warm, cold):
        opened.close()


def test_what_is_warm_asks_the_index_for_nothing(index):
    warm, cold = Finder(index), Finder(index)
    warm.warm()
    warm.close()
    for query in QUERIES:
        assert list(warm.find(query).hits) == list(cold.find(query).hits)
        assert warm.find(query).did_you_mean == cold.find(query).did_you_mean
    cold.close()


def cut(content: bytes) -> Iterator[bytes]:
    yield content[:-1]
    yield content[:10]
    yield content.replace(b"terms 1", b"terms 0")
    yield content[:12] + b"\xc1" * (len(content) - 12)


def test_a_file_that_cannot_be_used_is_named(tmp_path):
    path = tmp_path / "some.terms"
    postings = Postings(tmp_path)
    postings.add(0, {"keys": ["903279"]})
    postings.write(path)
    for content in cut(path.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(IndexUnreadable, match=r"a some\.terms (that cannot be read|of another version)"):
            list(read_postings(path))
    path.unlink()
    with pytest.raises(IndexUnreadable, match=r"no some\.terms; expected the files of a search index"):
        list(read_postings(path))

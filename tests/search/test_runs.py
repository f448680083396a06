"""An index of more than memory holds is the same as one of what it does hold."""

from hypothesis import given
from hypothesis import strategies as st

from search.rank_order import RankOrder
from search.runs import Runs
from search.suggestions import Suggested
from tests.search.shop import shop


@given(st.lists(st.tuples(st.text(max_size=2), st.integers(0, 9))), st.integers(1, 5))
def test_what_is_laid_aside_comes_back_in_order_as_often_as_it_is_asked_for(tmp_path_factory, items, most):
    runs = Runs(tmp_path_factory.getbasetemp(), list[tuple[str, int]], most=most)
    for item in items:
        runs.add(item)
    once, again = iter(runs), iter(runs)
    assert list(zip(once, again, strict=True)) == [(item, item) for item in sorted(items)]
    runs.close()


def test_what_is_laid_aside_leaves_nothing_in_the_directory(tmp_path):
    runs = Runs(tmp_path, list[tuple[int]], most=2)
    for number in range(9):
        runs.add((number,))
    assert list(tmp_path.iterdir()) == []
    runs.close()


def test_documents_stand_in_the_same_order_however_few_are_held(tmp_path):
    documents = list(shop())
    plenty, few = RankOrder(documents, tmp_path), RankOrder(reversed(documents), tmp_path, most=3)
    assert list(few) == list(plenty)
    assert few.count == len(documents)
    plenty.close()
    few.close()


def test_suggestions_are_the_same_however_few_are_held(tmp_path):
    documents = list(shop())
    plenty, few = Suggested(documents, tmp_path), Suggested(reversed(documents), tmp_path, most=3)
    pages = [[(page.terms, page.content) for page in found] for found in (few, plenty)]
    assert pages[0] == pages[1]
    plenty.close()
    few.close()

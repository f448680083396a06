"""What people type, and what they must be shown: the judged queries, kind by kind."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.search.corpora import FULL, Corpus, demonstration, full
from tests.search.judged import Verdict, judge, kinds, ours, score

# Both lists are made once for all these tests: several processes would each make their own.
pytestmark = pytest.mark.flow

FILE = ROOT.parent / "shared" / "data" / "fest" / FULL
FIVE, FIRST = 0.98, 0.90


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Corpus]]:
    """The demonstration, and the whole national list where it is here."""
    room = tmp_path_factory.mktemp("judged")
    with ExitStack() as opened:
        made = {"demonstration": opened.enter_context(closing(demonstration(room)))}
        if FILE.is_file():
            made["m30"] = opened.enter_context(closing(full(room, FILE)))
        yield made


@pytest.fixture(scope="module")
def verdicts(corpora: Mapping[str, Corpus]) -> Mapping[str, list[Verdict]]:
    """What becomes of every query that can be asked, by kind."""
    return {
        kind: [
            verdict
            for name, corpus in corpora.items()
            for verdict in judge([query for query in queries if query.lists == name], ours(corpus), corpus)
        ]
        for kind, queries in kinds().items()
    }


def told(verdicts: list[Verdict], corpora: Mapping[str, Corpus]) -> str:
    """The verdicts a reader must see, one to a line."""
    return "\n".join(verdict.told(corpora[verdict.query.lists]) for verdict in verdicts)


@pytest.mark.parametrize("kind", kinds())
def test_what_is_looked_for_is_among_the_first_five(kind, verdicts, corpora):
    missed = [verdict for verdict in verdicts[kind] if not verdict.five]

    assert score(verdicts[kind]).five >= FIVE, told(missed, corpora)


def test_nine_times_out_of_ten_it_stands_first(verdicts, corpora):
    every = [verdict for known in verdicts.values() for verdict in known]
    missed = [verdict for verdict in every if not verdict.first]

    assert score(every).first >= FIRST, told(missed, corpora)


def test_nothing_else_that_is_promised_is_broken(verdicts, corpora):
    broken = [verdict for known in verdicts.values() for verdict in known if verdict.broken]

    assert not broken, told(broken, corpora)


def test_every_query_can_be_answered_from_what_is_in_the_lists(corpora):
    impossible = [
        (kind, query.typed)
        for kind, queries in kinds().items()
        for query in queries
        if query.lists in corpora and not query.nothing
        if not any(map(query.right, corpora[query.lists].by_number.values()))
    ]

    assert impossible == []


def test_there_are_enough_queries_of_every_kind():
    assert sum(map(len, kinds().values())) >= 150
    assert all(len(queries) >= 10 for queries in kinds().values())


@pytest.mark.real
def test_the_whole_national_list_is_asked_too(corpora, shared_data: Path):
    assert len(corpora["m30"].by_number) == 6673

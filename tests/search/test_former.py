"""An index of the same documents is not built again, and one of others is never taken for it."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import former as former_index
from search.build import build
from search.find import Finder
from search.former import MADE_OF
from search.records import Span
from tests.search.shop import a_document, shop

NYNORSK = ("nn",)
CHANGES = st.sampled_from(
    [
        {"name": "Pose med filter"},
        {"supplier": "En annen"},
        {"rank": 9},
        {"holds": (Span("505", 1, 2),)},
        {"gtins": ("07046260099999",)},
        {"own_groups": ("50509",)},
    ]
)


def files(directory):
    return {path.name: path.stat().st_ino for path in directory.iterdir()}


def found(directory, query="pose"):
    finder = Finder(directory)
    try:
        return list(finder.find(query).hits)
    finally:
        finder.close()


@pytest.fixture
def built(tmp_path):
    build(shop(), tmp_path / "built", languages=NYNORSK)
    return tmp_path / "built"


def again(built, documents=None, languages=NYNORSK):
    directory = built.parent / "again"
    documents = shop() if documents is None else documents
    return build(documents, directory, languages=languages, former=built), directory


def test_the_same_documents_in_any_order_have_the_same_index(built):
    count, directory = again(built, list(reversed(shop())))
    assert count == len(shop())
    assert files(directory) == files(built)
    assert found(directory) == found(built)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(shop()) - 1), CHANGES)
def test_any_change_of_any_document_has_an_index_of_its_own(tmp_path_factory, number, change):
    built = tmp_path_factory.mktemp("former") / "built"
    build(shop(), built, languages=NYNORSK)
    documents = shop()
    documents[number] = msgspec.structs.replace(documents[number], **change)
    _, directory = again(built, documents)
    assert not set(files(directory).values()) & set(files(built).values())


def test_one_more_or_one_less_has_an_index_of_its_own(built):
    for documents in ([*shop(), a_document("999999")], shop()[1:]):
        directory = built.parent / f"of-{len(documents)}"
        assert build(documents, directory, languages=NYNORSK, former=built) == len(documents)
        assert not set(files(directory).values()) & set(files(built).values())


def test_other_languages_have_an_index_of_their_own(built):
    _, directory = again(built, languages=())
    assert (directory / MADE_OF).stat().st_ino != (built / MADE_OF).stat().st_ino


def test_another_program_builds_its_own(built, monkeypatch):
    monkeypatch.setattr(former_index, "_program", lambda: "another")
    _, directory = again(built)
    assert not set(files(directory).values()) & set(files(built).values())


@pytest.mark.parametrize("told", [None, b"", b"\xff\xfe", b"something else\n"])
def test_an_index_that_does_not_say_what_it_is_of_is_not_taken(built, told):
    (built / MADE_OF).unlink()
    if told is not None:
        (built / MADE_OF).write_bytes(told)
    _, directory = again(built)
    assert not set(files(directory).values()) & set(files(built).values())
    assert found(directory) == found(built)

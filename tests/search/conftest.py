"""An index to search in: the shop's, or one built for a test."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from search.build import build
from search.find import Finder
from search.forms import LANGUAGES
from search.records import Document
from tests.search.shop import Searcher, shop


@pytest.fixture
def search_in(tmp_path: Path) -> Iterator[Searcher]:
    """Builds an index of documents and opens it; all are closed after the test."""
    opened: list[Finder] = []

    def search_in(documents: Iterable[Document], languages: tuple[str, ...] = LANGUAGES) -> Finder:
        directory = tmp_path / f"index-{len(opened)}"
        build(documents, directory, languages=languages)
        opened.append(Finder(directory))
        return opened[-1]

    yield search_in
    for finder in opened:
        finder.close()


@pytest.fixture(scope="package")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    """The shop, open."""
    directory = tmp_path_factory.mktemp("search") / "index"
    build(shop(), directory)
    finder = Finder(directory)
    yield finder
    finder.close()

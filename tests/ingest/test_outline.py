"""The facts of a stored edition are the facts of the edition."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from ingest.store import connect, editions, outline
from lists.outline import outline_of
from tests import random_editions
from tests.ingest.test_store import write_all
from tests.random_editions import few


@few
@given(st.lists(random_editions.editions(), min_size=1, max_size=3))
def test_the_store_gives_the_facts_of_an_edition_without_reading_it(story):
    with TemporaryDirectory() as folder:
        path = write_all(Path(folder), [[edition] for edition in story])
        with closing(connect(path)) as db:
            assert [outline(db, mark) for mark in editions(db)] == [outline_of(edition) for edition in story]

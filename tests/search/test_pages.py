"""The documents of an index lie in one file as they were laid down; a file that is of no use is named."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import IndexUnreadable
from search.pages import Pages, laying_down


@given(st.lists(st.binary(max_size=5), max_size=20))
def test_every_document_has_the_bytes_it_was_laid_down_with(tmp_path_factory, documents):
    directory = tmp_path_factory.mktemp("pages")
    with laying_down(directory, "some") as lay:
        for content in documents:
            lay(content)
    read = Pages(directory, "some")
    assert [bytes(read[number]) for number in range(len(read))] == documents


def cut(content: bytes) -> Iterator[bytes]:
    yield content[:-1]
    yield content[:10]
    yield content[:8]
    yield b""
    yield content.replace(b"pages 1", b"pages 0")
    yield content + b"\0"
    yield content[:-8] + b"\xff" * 8


def test_a_file_that_cannot_be_used_is_named(tmp_path):
    with laying_down(tmp_path, "some") as lay:
        lay(b"903279")
        lay(b"903280")
    path = tmp_path / "some.pages"
    for content in cut(path.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(IndexUnreadable, match=r"a some\.pages (that cannot be read|of another version)"):
            Pages(tmp_path, "some")
    path.unlink()
    with pytest.raises(IndexUnreadable, match=r"no some\.pages; expected the files of a search index"):
        Pages(tmp_path, "some")

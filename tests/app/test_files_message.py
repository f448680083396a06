"""The lists as M30: every real file, published and written again, gives the same editions."""

import datetime as dt
import gzip
import io
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree

from app.files.content import DayContent, Selection
from app.files.message import write_message
from app.publish.acts import take_in
from app.publish.readings import Request
from app.publish.wishes import Wish
from app.snapshot import Snapshot, open_snapshot
from ingest import store
from ingest.convert import convert
from ingest.m30.names import is_goods_list
from ingest.m30.read import read
from ingest.reading import FirstDays, Reading
from lists.edition import Edition, content_digest
from tests.app.builders import an_empty_home, publish_file
from tests.app.homes import ANY_GATE

DAY = dt.date(2026, 2, 1)
# The two goods of the guide refer to groups that are not in their file: no list can be made of them.
REAL = (
    *("fest-mini.xml.gz", "m30-2019-09-27.xml.gz", "m30-2020-01-03.xml.gz"),
    *("m30-full-2025-11.xml.gz", "m30-full-2025-12.xml.gz", "m30-full-2026-01.xml.gz"),
)


@pytest.fixture(scope="module")
def schema(shared_data: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared_data / "fest/xsd/m30/ER-M30-2014-12-01.xsd")))


def written(selection: Selection, at: dt.datetime) -> bytes:
    stream = io.BytesIO()
    write_message(selection, at, stream)
    return stream.getvalue()


def read_back(content: bytes) -> Reading:
    return convert(read(io.BytesIO(content), "file.xml"), file="file.xml", first_days=FirstDays())


def editions_of(reading: Reading) -> dict[str, Edition]:
    editions = {}
    for draft in reading.drafts:
        entries = tuple(sorted(draft.entries, key=lambda entry: entry.varenr))
        editions[draft.terms.list] = Edition(draft.terms, draft.valid_from or DAY, entries)
    return editions


def held(snapshot: Snapshot, day: dt.date) -> dict[str, Edition]:
    """The editions in force on a day."""
    lines = snapshot.timelines.items()
    marks = {code: line.in_force(day, snapshot.release) for code, line in lines}
    return {code: store.read_edition(snapshot.db, mark) for code, mark in marks.items() if mark is not None}


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_every_real_file_comes_back_as_the_same_editions(tmp_path, shared_data, schema, name):
    home = an_empty_home(tmp_path / "home")
    wish = Wish(overrides=ANY_GATE, reason="real", complete=False)
    taken = take_in(home, str(shared_data / "fest" / name), Request(), by="test", wish=wish)
    assert taken.release == 1, taken.held_by
    with closing(open_snapshot(home, 1)) as snapshot:
        assert snapshot.published_at is not None
        wanted = held(snapshot, DAY)
        content = DayContent(snapshot, DAY)
        for code in (None, *(code for code, edition in wanted.items() if edition.entries)):
            message = written(Selection(content, code), snapshot.published_at)
            reading = read_back(message)
            assert not [found for found in reading.problems if found.rule != "condition-unused"]
            found = editions_of(reading)
            assert set(found) == ({code} if code is not None else set(wanted))
            for name_, edition in found.items():
                assert content_digest(edition) == content_digest(wanted[name_])
                assert edition.terms == wanted[name_].terms
                assert edition.entries == wanted[name_].entries, "the source's own marks come back too"
                if is_goods_list(name_):
                    assert edition.valid_from == wanted[name_].valid_from
            schema.assertValid(etree.fromstring(message))


def test_the_message_of_a_release_is_in_the_schema_and_says_when_it_was_made(storied_home, schema):
    files = storied_home.release(6) / "files" / "2026-06-10"
    for code in ("all", "505", "200"):
        document = etree.parse(str(files / code / "m30.xml"))
        assert document.findtext("{*}HentetDato") == "2026-06-10T02:00:00"
    assert not (files / "504" / "m30.xml").exists(), "the list has ended"
    assert etree.parse(str(files / "505" / "m30.xml")).findtext("{*}GyldigFradatoHelfo") == "2026-04-01"
    goods = (files / "all" / "m30.xml").read_bytes()
    assert b"GyldigFradatoHelfo" not in goods, "the lists of goods hold from different days"


def test_the_packed_message_is_taken_in_as_it_is(tmp_path, storied_home, in_june):
    packed = (storied_home.release(6) / "files/2026-06-10/505/m30.xml.gz").read_bytes()
    home = an_empty_home(tmp_path / "home")
    assert publish_file(home, gzip.decompress(packed)) == 1
    with (
        closing(open_snapshot(home, 1)) as copy,
        closing(open_snapshot(storied_home, 6)) as source,
    ):
        day = dt.date(2026, 6, 15)
        assert content_digest(held(copy, day)["505"]) == content_digest(held(source, day)["505"])

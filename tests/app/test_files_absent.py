"""A file that cannot be made is told with its reason, wherever the others are told; the rest is published."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from app.__main__ import main
from app.api.application import create_app
from app.files.contents import Contents, contents_of
from app.home import Home
from app.publish.acts import take_in
from app.publish.readings import Request
from app.publish.verify import verify
from app.publish.wishes import Wish
from ingest.reading import FirstDays
from tests.app.builders import an_empty_home, clock_at
from tests.app.homes import ANY_GATE
from tests.app.reading_pages import page

DAY = "2026-06-10"
PROFILE = """
title = "A small list"
currency = "NOK"
number_kind = "varenr"
kind = "consumable"
name = [["name"]]
key = {columns = [["number"]], check = "varenr"}
list = {code = "L1", system = "lists", titles = {L1 = "The list"}}
group = {column = ["group"], system = "groups"}
price = [{column = ["price"], kind = "list", unit = 10_000}]
"""
TABLE = "number,name,group,price\n600007,Fjellro\uffffNatt,g1,12.50\n"
WHY = (
    "'Fjellro\\uffffNatt' holds a character that XML has no way to write."
    " Correct the text in the source, or choose another format."
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose only list has a product whose name XML has no way to write."""
    room = tmp_path_factory.mktemp("absent")
    (room / "small.toml").write_text(PROFILE)
    (room / "small.csv").write_text(TABLE, encoding="utf-8")
    made = an_empty_home(room / "home")
    request = Request(str(room / "small.toml"), FirstDays(all=dt.date.fromisoformat(DAY)))
    wish = Wish(None, dt.datetime.fromisoformat(f"{DAY}T06:00:00Z"), ANY_GATE, "test")
    with clock_at():
        assert take_in(made, str(room / "small.csv"), request, by="test", wish=wish).release == 1
    return made


@pytest.fixture
def asked(home: Home, in_june: None) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(home)) as client:
        yield client


def test_the_table_of_contents_says_which_file_is_absent_and_why(asked):
    shape = asked.get("/v1/releases/1/files?lang=en").json()
    place = {"format": "m30", "holds": "lists", "day": DAY, "reason": "xml-character", "text": WHY}
    assert shape["absent"] == [
        {"path": f"{DAY}/L1/m30.xml", **place, "list": "L1"},
        {"path": f"{DAY}/all/m30.xml", **place, "list": None},
    ]
    assert not [item for item in shape["items"] if item["format"] == "m30"]
    assert {item["format"] for item in shape["items"]} >= {"csv", "json", "ndjson", "sqlite", "xlsx"}
    assert "har et tegn som XML ikke kan skrive" in asked.get("/v1/releases/1/files?lang=nb").text


def test_the_page_says_so_where_the_file_would_stand(asked):
    assert page(asked, "/nedlasting?lang=en").text.count(f"No FEST M30: {WHY}") == 2
    assert "FEST M30 mangler: 'Fjellro\\uffffNatt' har et tegn" in page(asked, "/nedlasting?lang=nb").text


def test_the_command_says_the_same_and_writes_nothing(home, in_june, tmp_path):
    words = ["--home", str(home.path), "--lang", "en", "export", "m30", "-o", str(tmp_path / "m30.xml")]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert WHY in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_absent_is_sealed_with_the_rest(home):
    contents = contents_of(home.release(1))
    assert contents is not None
    assert [file.path for file in contents.absent] == [f"{DAY}/L1/m30.xml", f"{DAY}/all/m30.xml"]
    assert not list((home.release(1) / "files").rglob("m30.xml*"))
    assert verify(home).left_over == ()


def test_contents_from_which_nothing_is_absent_say_nothing_of_it(storied_home: Home):
    told = json.loads((storied_home.release(6) / "files" / "contents.json").read_bytes())
    assert "absent" not in told
    assert msgspec.convert(told, Contents, strict=False).absent == ()

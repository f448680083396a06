"""`blaliste export`: the same files from the command line, of any day, all or nothing; of any country."""

import csv
import datetime as dt
import io
import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from app.__main__ import main
from app.commands.exporting import FORMATS
from app.files.content import DayContent, Selection
from app.files.message import can_be_m30
from app.files.rows import rows_of
from app.files.tables import TABLES
from app.home import Home
from app.publish.acts import take_in
from app.publish.readings import Request
from app.publish.wishes import Wish
from app.snapshot import open_snapshot
from ingest.reading import FirstDays
from tests.app.builders import an_empty_home

DAY = "2026-06-10"
FILES = {
    "ndjson": "products.ndjson",
    "json": "lists.json",
    "xlsx": "lists.xlsx",
    "m30": "m30.xml",
    "sqlite": "../../../lists.db",
}


def export(home: Home, *words: object) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "--lang", "en", "export", *map(str, words)])


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (form, code)
        for form in FORMATS
        for code in (None, "505")
        if form in FILES and (code is None or form != "sqlite")
    ],
)
def test_what_is_exported_is_the_file_of_the_release_byte_for_byte(
    storied_home, in_june, form, code, tmp_path
):
    narrowed = () if form == "sqlite" else ("--on", DAY, *(("--list", code) if code else ()))
    done = export(storied_home, form, "-o", tmp_path / "file", *narrowed)
    assert done.exit_code == 0, done.output
    kept = storied_home.release(6) / "files" / DAY / (code or "all") / FILES[form]
    assert (tmp_path / "file").read_bytes() == kept.read_bytes()
    assert done.output.startswith(f"{tmp_path / 'file'} is written: ")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert export(storied_home, form, *narrowed).stdout_bytes == kept.read_bytes()


def test_csv_is_one_table_or_a_zip_of_all_with_their_description(storied_home, in_june, tmp_path):
    kept = storied_home.release(6) / "files" / DAY / "505" / "csv"
    one = export(storied_home, "csv", "--table", "prices", "--list", "505", "--on", DAY)
    assert one.stdout_bytes == (kept / "prices.csv").read_bytes()
    for name in ("a.zip", "b.zip"):
        assert export(storied_home, "csv", "-o", tmp_path / name, "--list", "505", "--on", DAY).exit_code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {path.name: path.read_bytes() for path in kept.iterdir() if path.suffix != ".gz"}
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_any_day_can_be_exported_today_by_default(storied_home, in_june):
    then = export(storied_home, "csv", "--table", "products", "--on", "2026-01-15").output
    now = export(storied_home, "csv", "--table", "products").output
    numbers = [{row["varenr"] for row in csv.DictReader(io.StringIO(text))} for text in (then, now)]
    assert "600008" in numbers[0] - numbers[1]
    assert "600013" in numbers[1] - numbers[0]


def test_a_program_is_told_what_was_written(storied_home, in_june, tmp_path):
    words = ["--home", str(storied_home.path), "--json", "export", "m30", "-o", str(tmp_path / "m30.xml")]
    told = json.loads(CliRunner().invoke(main, words).output)
    assert told["file"] == str(tmp_path / "m30.xml")
    assert told["bytes"] == (tmp_path / "m30.xml").stat().st_size
    assert told["rows"] > 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sqlite", "--list", "505"), "sqlite holds all lists on all days: leave out --list and --on."),
        (("sqlite", "--on", DAY), "sqlite holds all lists on all days: leave out --list and --on."),
        (("json", "--list", "999"), "There is no list '999'."),
        (("json", "--on", "2020-01-01"), "No list is in force on 2020-01-01: there is nothing to export."),
        (("xlsx", "--list", "200", "--on", "2026-01-10"), "No list is in force on 2026-01-10"),
    ],
)
def test_what_cannot_be_exported_is_said_and_leaves_nothing(storied_home, in_june, tmp_path, words, said):
    target = tmp_path / "file"
    done = export(storied_home, *words, "-o", target)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_there_stays_where_the_export_is_refused(storied_home, in_june, tmp_path):
    (tmp_path / "file").write_text("before")
    assert export(storied_home, "m30", "--on", "2020-01-01", "-o", tmp_path / "file").exit_code == 1
    assert (tmp_path / "file").read_text() == "before"


@pytest.mark.parametrize("form", FORMATS)
def test_a_home_in_which_nothing_is_published_has_nothing_to_export(tmp_path, form):
    done = export(an_empty_home(tmp_path / "home"), form)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is nothing to export" in done.stderr


@pytest.mark.parametrize("words", [("json", "--table", "prices"), ("pdf",), ("csv", "--table", "nothing")])
def test_wrong_use_is_told_as_such(storied_home, words):
    assert export(storied_home, *words).exit_code == 2


# --- other countries ------------------------------------------------------------------


@pytest.fixture(scope="module")
def stoma_scheme(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Home:
    """Australia's list, which goes by numbers of its own."""
    home = an_empty_home(tmp_path_factory.mktemp("sas") / "home")
    request = Request("au-stoma-appliance-scheme", FirstDays(all=dt.date(2026, 4, 1)))
    path = shared_data / "au-stoma" / "sas_catalogue_2026-04-01.csv"
    take_in(home, str(path), request, by="test", wish=Wish(complete=False))
    return home


@pytest.mark.real
def test_a_list_of_another_country_has_every_form_but_a_message(stoma_scheme, tmp_path):
    on = ("--on", "2026-05-01")
    done = export(stoma_scheme, "m30", *on)
    assert done.exit_code == 1
    assert "SAS" in done.stderr
    with closing(open_snapshot(stoma_scheme, 1)) as snapshot:
        assert not can_be_m30(Selection(DayContent(snapshot, dt.date(2026, 5, 1)), None))
    assert export(stoma_scheme, "xlsx", "-o", tmp_path / "a.xlsx", *on).exit_code == 0
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert book.sheet_names == ["SAS", "About"]
    assert book.get_sheet_by_name("SAS").to_python()[0][0] == "Product number"
    assert len(book.get_sheet_by_name("SAS").to_python()) == 3747


@pytest.mark.real
def test_its_tables_keep_what_they_promise(stoma_scheme):
    with closing(open_snapshot(stoma_scheme, 1)) as snapshot:
        selection = Selection(DayContent(snapshot, dt.date(2026, 5, 1)), None)
        for table in TABLES:
            rows = list(rows_of(table, selection))
            place = {field.name: number for number, field in enumerate(table.fields)}
            for field in table.fields:
                missing = [row for row in rows if row[place[field.name]] in (None, "")]
                assert not (field.required and missing), (table.name, field.name)
            keys = {tuple(row[place[name]] for name in table.key) for row in rows}
            assert len(keys) == len(rows), table.name

"""The files of a release say what the API says, exactly; the same lists give the same bytes."""

import csv
import datetime as dt
import gzip
import hashlib
import importlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from app.files.changes import DELETE, changed_rows
from app.files.columns import write_parquet
from app.files.content import DayContent, Selection
from app.files.contents import Contents, contents_of, directory_of
from app.files.rows import rows_of
from app.files.tables import AMOUNT, TABLES
from app.home import Home
from app.manifest import read_manifest
from app.publish.verify import rebuild, verify
from app.snapshot import open_snapshot
from app.words import say_error
from lists.errors import HomeBroken, ListsError
from tests.app.builders import SPRING, Good, an_empty_home, clock_at, publish_file, stoma_file

JUNE, JULY = "2026-06-10", "2026-07-01"


@pytest.fixture(scope="module")
def files(storied_home: Home) -> Path:
    """Where the files of the last release lie."""
    return storied_home.release(6) / "files"


@pytest.fixture(scope="module")
def contents(storied_home: Home) -> Contents:
    found = contents_of(storied_home.release(6))
    assert found is not None
    return found


def table(files: Path, name: str, *, day: str = JUNE, code: str = "all") -> list[dict[str, str]]:
    """The rows of a CSV file."""
    text = (files / day / code / "csv" / f"{name}.csv").read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def a_published_home(path: Path, *goods: Good) -> Home:
    """A home with one release, dated back to the first day of its list."""
    home = an_empty_home(path)
    publish_file(home, stoma_file(goods, helfo="2026-01-01"), at="2026-01-01", complete=True)
    return home


# --- what they say ---------------------------------------------------------------


def test_the_days_are_that_of_the_release_and_those_on_which_an_edition_takes_over(contents):
    assert [day.isoformat() for day in contents.days] == [JUNE, JULY]
    assert contents.lists == ("200", "502", "504", "505", "604")


@pytest.mark.parametrize("day", [JUNE, JULY])
@pytest.mark.parametrize("code", ["505", "502", "200", "604"])
def test_every_line_of_a_list_is_the_api_s_own_answer(api, files, day, code):
    products = lines(files / day / code / "products.ndjson")
    groups = lines(files / day / code / "groups.ndjson")
    items = api.get(f"/v1/lists/{code}/products?valid_on={day}").json()["items"]
    assert {json.loads(one)["varenr"] for one in products} == {item["varenr"] for item in items}
    for line in products:
        varenr = json.loads(line)["varenr"]
        assert line == api.get(f"/v1/products/{varenr}?valid_on={day}").content
    for line in groups:
        group = json.loads(line)["code"]
        assert line == api.get(f"/v1/groups/{group}?list={code}&valid_on={day}").content
    assert products
    assert groups


@pytest.mark.parametrize("day", [JUNE, JULY])
def test_the_document_holds_what_the_lines_hold_and_the_lists(api, files, day):
    whole = json.loads((files / day / "all" / "lists.json").read_bytes())
    assert list(whole) == ["release", "valid_on", "lists", "groups", "products"]
    assert (whole["release"], whole["valid_on"]) == (6, day)
    assert whole["lists"] == api.get(f"/v1/lists?valid_on={day}").json()["items"]
    assert whole["products"] == [json.loads(one) for one in lines(files / day / "all" / "products.ndjson")]
    assert whole["groups"] == [json.loads(one) for one in lines(files / day / "all" / "groups.ndjson")]
    assert [one["varenr"] for one in whole["products"]] == sorted(one["varenr"] for one in whole["products"])


def test_of_all_lists_there_is_what_there_is_of_each(contents, files):
    for name in ("entries", "prices", "limits", "requirements", "conditions", "groups"):
        each = [row for code in contents.lists for row in table(files, name, code=code)]
        assert table(files, name) == each, name
    on_one = {row["varenr"] for code in contents.lists for row in table(files, "products", code=code)}
    assert {row["varenr"] for row in table(files, "products")} == on_one


def test_the_tables_hold_what_the_products_say(files):
    products = [json.loads(one) for one in lines(files / JUNE / "all" / "products.ndjson")]
    entries = {(row["list"], row["varenr"], row["group"]): row for row in table(files, "entries")}
    limits = table(files, "limits")
    prices = {(row["list"], row["varenr"], row["kind"]): row for row in table(files, "prices")}
    bound = table(files, "entry_conditions")
    for product in products:
        for entry in product["entries"]:
            key = (entry["list"], product["varenr"], entry["group"]["code"])
            row = entries.pop(key)
            assert row["name"] == entry.get("name", product["name"])
            assert row["dispense_until"] == (entry["dispense_until"] or "")
            own = [one for one in limits if (one["list"], one["varenr"], one["group"]) == key]
            assert [(int(one["max"]), one["per"]) for one in own] == [
                (limit["max"], limit["per"]) for limit in entry["limits"]
            ]
            named = {one["condition"] for one in bound if (one["list"], one["varenr"], one["group"]) == key}
            assert named == {condition["id"] for condition in entry["conditions"]}
            for price in entry["prices"]:
                assert prices[*key[:2], price["kind"]]["amount"] == price["amount"]
    assert not entries


def test_texts_stand_in_csv_byte_for_byte_with_quotes_and_line_breaks_kept(tmp_path, in_june):
    names = ("=1+1", 'Pose "stor", 30 mm', "+47 22 22 22 22", "Å ; æ\tø")
    goods = [Good(f"60000{place}", name=name) for place, name in enumerate(names)]
    home = a_published_home(tmp_path / "home", *goods)
    path = home.release(1) / "files/2026-01-01/505/csv/products.csv"
    rows = table(home.release(1) / "files", "products", day="2026-01-01", code="505")
    shown = [json.loads(one)["name"] for one in lines(path.parent.parent / "products.ndjson")]
    assert [row["name"] for row in rows] == shown
    assert shown[:2] == ["=1+1", 'Pose "stor", 30 mm']
    content = path.read_bytes()
    assert content.startswith(b"varenr,name,kind,supplier,")
    assert content.count(b"\r\n") == 5
    assert b',"Pose ""stor"", 30 mm",' in content
    sheet = CalamineWorkbook.from_path(str(path.parent.parent / "lists.xlsx")).get_sheet_by_name("505")
    assert [row[1] for row in sheet.to_python()[1:]] == shown, "no text becomes a formula"


def test_what_a_table_requires_is_there_and_its_key_tells_its_rows_apart(files):
    for known in TABLES:
        rows = table(files, known.name)
        assert rows, known.name
        assert list(rows[0]) == [field.name for field in known.fields]
        for field in known.fields:
            assert not (field.required and any(row[field.name] == "" for row in rows)), field.name
        keys = [tuple(row[name] for name in known.key) for row in rows]
        assert len(set(keys)) == len(keys), known.name


def test_the_package_names_every_table_with_its_columns_and_hash(files):
    for code in ("all", "505"):
        directory = files / JUNE / code / "csv"
        package = json.loads((directory / "datapackage.json").read_bytes())
        assert package["profile"] == "tabular-data-package"
        assert {one["path"] for one in package["resources"]} == {one.name for one in directory.glob("*.csv")}
        for one in package["resources"]:
            content = (directory / one["path"]).read_bytes()
            assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            header = [field["name"] for field in one["schema"]["fields"]]
            assert content.split(b"\r\n")[0].decode().split(",") == header
            assert set(one["schema"]["primaryKey"]) <= set(header)


# --- the workbook ------------------------------------------------------------------


def test_the_workbook_has_a_sheet_for_each_list_and_one_that_explains(files):
    book = CalamineWorkbook.from_path(str(files / JUNE / "all" / "lists.xlsx"))
    assert book.sheet_names == ["200", "502", "504", "505", "604", "Forklaring"]
    head, *rows = book.get_sheet_by_name("505").to_python()
    assert head[:4] == ["Varenr.", "Vare", "Størrelse", "Leverandør"]
    row = next(row for row in rows if row[0] == "600010")
    assert row[head.index("Refusjon per pakning")] == 375.0
    assert row[head.index("Utleveres til")] == dt.date(2026, 8, 31)
    assert "400 stk per kalenderår" in str(row[head.index("Regler")])
    explained = {str(one[0]): one[1] for one in book.get_sheet_by_name("Forklaring").to_python()[1:]}
    assert set(map(str, head)) <= set(explained)
    assert explained["Liste 505"] == "Utstyr ved stomi (505/2026-04-01/4)"


def test_a_number_with_zeros_before_it_stays_a_text(files):
    rows = CalamineWorkbook.from_path(str(files / JUNE / "200" / "lists.xlsx")).get_sheet_by_name("200")
    assert rows.to_python()[1][0] == "012345"


# --- the same bytes -------------------------------------------------------------------


def test_the_contents_name_every_file_with_its_size_and_hash(files, contents, storied_home):
    found = {path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()}
    named = {file.path for file in contents.files} | {
        f"{file.path}.gz" for file in contents.files if file.gzip
    }
    assert found - {"contents.json"} == named - {"lists.db"}
    for file in contents.files:
        place = storied_home.release(6) / ("" if file.path == "lists.db" else "files") / file.path
        assert place.stat().st_size == file.bytes
        assert hashlib.sha256(place.read_bytes()).hexdigest() == file.sha256
    rows = {file.path: file.rows for file in contents.files}
    assert rows[f"{JUNE}/505/products.ndjson"] == len(lines(files / JUNE / "505" / "products.ndjson"))
    assert rows[f"{JUNE}/all/csv/limits.csv"] == len(table(files, "limits"))


def test_products_laid_aside_are_gone_through_again_and_again(storied_home):
    with closing(open_snapshot(storied_home, 6)) as snapshot:
        products = DayContent(snapshot, dt.date.fromisoformat(JUNE)).products
        numbers = [product.varenr for product in products]
        assert len(products) == len(numbers) > 5
        assert numbers == sorted(set(numbers))
        side_by_side = zip(products, products.on_list("505"), strict=False)
        assert [one.varenr for one, _ in side_by_side] == numbers[: len(list(products.on_list("505")))]
        for code in ("505", "200", "999"):
            on_it = [one for one in products if code in {entry.list for entry in one.entries}]
            assert list(products.on_list(code)) == on_it


def test_a_packed_twin_unpacks_to_the_same_bytes_and_names_no_time(files, contents):
    twins = [file for file in contents.files if file.gzip is not None]
    assert twins
    for file in twins:
        packed = (files / f"{file.path}.gz").read_bytes()
        assert file.gzip is not None
        assert hashlib.sha256(packed).hexdigest() == file.gzip.sha256
        assert gzip.decompress(packed) == (files / file.path).read_bytes()
        assert packed[4:8] == bytes(4)
        assert len(packed) < file.bytes


def test_the_same_editions_give_the_same_files_whenever_they_are_published(tmp_path):
    sealed = []
    for name, now in (("one", "2026-06-15T10:00:00Z"), ("other", "2026-09-01T23:59:00Z")):
        with clock_at(dt.datetime.fromisoformat(now)):
            home = a_published_home(tmp_path / name, *SPRING)
        found = contents_of(home.release(1))
        assert found is not None
        # Printed is what holds when it is published.
        sealed.append([file for file in found.files if file.format != "pdf"])
    assert sealed[0] == sealed[1]


def test_a_workbook_names_no_time_but_that_of_its_release(files):
    with zipfile.ZipFile(files / JUNE / "505" / "lists.xlsx") as book:
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}
        assert b"2026-06-10T00:00:00Z" in book.read("docProps/core.xml")


def test_a_list_stays_within_its_directory_whatever_it_is_called():
    day = dt.date(2026, 1, 1)
    named = [directory_of(day, code) for code in ("505", "all", "ALL", "../x", "IX/A", "..", "Æ_")]
    assert all(name.startswith("2026-01-01/") and name.count("/") == 1 for name in named)
    assert len(set(named) | {directory_of(day, None)}) == 8
    assert not {name.partition("/")[2] for name in named} & {"..", "."}


# --- what changed ------------------------------------------------------------------------


@pytest.mark.parametrize("release", range(1, 7))
def test_the_changes_applied_to_the_former_database_give_the_next_one(storied_home, release):
    now = storied_home.release(release) / "lists.db"
    former = storied_home.release(release - 1) / "lists.db" if release > 1 else None
    changed = list(changed_rows(former, now))
    assert changed
    with closing(sqlite3.connect(":memory:")) as db, closing(sqlite3.connect(now)) as wanted:
        if former is not None:
            with closing(sqlite3.connect(former)) as source:
                source.backup(db)
        else:
            db.executescript("\n".join(wanted.iterdump()))
            for (name,) in _tables(db):
                db.execute(f"DELETE FROM {name}")
        for change in changed:
            _apply(db, change)
        assert _content(db) == _content(wanted)


def _apply(db, change):
    where = " AND ".join(f"{name} = ?" for name in change.key)
    existing = db.execute(f"SELECT count(*) FROM {change.table} WHERE {where}", (*change.key.values(),))
    assert existing.fetchone()[0] == (0 if change.op == "insert" else 1)
    db.execute(f"DELETE FROM {change.table} WHERE {where}", (*change.key.values(),))
    if change.op != DELETE:
        names, marks = ", ".join(change.row), ", ".join("?" for _ in change.row)
        values = (*change.row.values(),)
        db.execute(f"INSERT INTO {change.table} ({names}) VALUES ({marks})", values)


def _tables(db):
    return db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()


def _content(db):
    return {name: sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for (name,) in _tables(db)}


def test_the_file_of_changes_is_of_the_release_and_the_one_before(storied_home, files):
    told = [json.loads(one) for one in lines(files / "changes.ndjson")]
    former, now = (storied_home.release(number) / "lists.db" for number in (5, 6))
    assert told == [json.loads(msgspec.json.encode(change)) for change in changed_rows(former, now)]
    gone = [one for one in told if one["table"] == "entry" and one["key"]["varenr"] == "600013"]
    assert [(one["op"], one["row"]["to_ordinal"]) for one in gone] == [("update", 4)]


# --- they are part of what is sealed -----------------------------------------------------


def test_a_release_whose_files_cannot_be_made_is_none(tmp_path, in_june, monkeypatch):
    home = an_empty_home(tmp_path / "home")
    monkeypatch.setattr("app.publish.filed.environment", lambda: {"PYTHONHOME": "/nowhere"})
    with pytest.raises(HomeBroken) as caught:
        publish_file(home, stoma_file(SPRING, helfo="2026-01-01"), complete=True)
    assert "The files of the release could not be made" in say_error(caught.value, "en")
    assert home.current_release() == 0
    monkeypatch.undo()
    assert publish_file(home, stoma_file(SPRING, helfo="2026-01-01"), complete=True) == 1


def test_files_stay_when_their_snapshot_goes(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    for place in range(1, 5):
        goods = [Good("600007", price=f"{place}.00")]
        publish_file(home, stoma_file(goods, helfo=f"2026-0{place}-01"), complete=place == 1)
    assert not home.snapshot(1).exists()
    assert (home.release(1) / "lists.db").is_file()
    found = contents_of(home.release(1))
    assert found is not None
    assert all((home.release(1) / "files" / file.path).is_file() for file in found.files if file.day)
    assert verify(home).left_over == ()


@pytest.mark.parametrize("path", ["lists.db", "files/2026-01-01/505/csv/prices.csv", "files/contents.json"])
def test_a_file_that_is_not_as_it_was_sealed_is_found(tmp_path, in_june, path):
    home = a_published_home(tmp_path / "home", *SPRING)
    kept = home.release(1) / path
    content = kept.read_bytes()
    kept.unlink()
    with pytest.raises(ListsError) as caught:
        verify(home)
    assert path in say_error(caught.value, "en")
    kept.write_bytes(content + b" ")
    with pytest.raises(ListsError) as caught:
        verify(home)
    assert path.rpartition("/")[2] in say_error(caught.value, "en")


@pytest.mark.parametrize(
    "spoilt",
    [(), ("2026-01-01/505/m30.xml", "changes.ndjson"), ("contents.json", "2026-01-01/all/lists.xlsx")],
)
def test_what_is_made_again_has_the_same_files(tmp_path, in_june, spoilt):
    home = a_published_home(tmp_path / "home", *SPRING)
    sealed, before = read_manifest(home.snapshot(1)), contents_of(home.snapshot(1))
    files = ("lists.db", *(f"files/{path}" for path in spoilt))
    for path in files:
        (home.snapshot(1) / path).write_bytes(b"")
    assert not (home.release(1) / files[0]).read_bytes(), "both are one file"
    assert rebuild(home) == 1
    assert read_manifest(home.snapshot(1)) == sealed
    assert contents_of(home.snapshot(1)) == before
    assert verify(home).files > 30
    assert (home.release(1) / "lists.db").samefile(home.snapshot(1) / "lists.db")


# --- at the edges ------------------------------------------------------------------------


def test_a_release_before_its_first_day_has_files_of_both_days(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, stoma_file(SPRING, helfo="2026-04-01"), at="2026-03-20", complete=True)
    found = contents_of(home.release(1))
    assert found is not None
    assert [day.isoformat() for day in found.days] == ["2026-03-20", "2026-04-01"]
    files = home.release(1) / "files"
    nothing = json.loads((files / "2026-03-20/all/lists.json").read_bytes())
    assert (nothing["products"], [one["in_force"] for one in nothing["lists"]]) == ([], [None])
    assert not (files / "2026-03-20/505").exists()
    assert CalamineWorkbook.from_path(str(files / "2026-03-20/all/lists.xlsx")).sheet_names == ["Forklaring"]
    assert len(lines(files / "2026-04-01/505/products.ndjson")) == len(SPRING)


def test_columns_have_types_where_their_library_is_installed(tmp_path, storied_home):
    arrow = pytest.importorskip("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    with closing(open_snapshot(storied_home, 6)) as snapshot:
        selection = Selection(DayContent(snapshot, dt.date.fromisoformat(JUNE)), None)
        for known in TABLES:
            rows = list(rows_of(known, selection))
            with (tmp_path / known.name).open("wb") as stream:
                assert write_parquet(known, rows, stream) == len(rows)
            read = parquet.read_table(tmp_path / known.name)
            assert read.num_rows == len(rows)
            for field, column in zip(known.fields, read.schema, strict=True):
                assert column.nullable is not field.required
                if field.type == AMOUNT:
                    assert arrow.types.is_decimal(column.type)
            if AMOUNT not in {field.type for field in known.fields}:
                assert [tuple(row.values()) for row in read.to_pylist()] == rows
    amounts = {str(cell) for cell in parquet.read_table(tmp_path / "prices")["amount"].to_pylist()}
    assert "375.0000" in amounts

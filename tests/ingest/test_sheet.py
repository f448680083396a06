"""A table is read by the names of its columns, in every form, and what is odd is told with its place."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.files import open_source
from ingest.profiles import Profile, built_in, load_profile
from ingest.sheet import Sheet, SheetRow, read_sheet
from lists.errors import SourceUnreadable
from lists.problems import problem
from tests.ingest.tables import Cells, a_file, as_csv, as_locked_xlsx, as_xls, as_xlsx

PROFILE = """
title = "A small list"
currency = "NOK"
number_kind = "varenr"
kind = "consumable"
name = [["name"]]
size = ["size"]
unused = ["colour"]
key = {columns = [["number"]], check = "varenr"}
list = {code = "L1", system = "lists", titles = {L1 = "The list"}}
group = {column = ["group"], system = "groups"}
price = [{column = ["price_now", "price"], kind = "list", unit = 10_000}]
"""
HEADER: Cells = ["number", "name", "size", "group", "price", "colour"]
KEYS = ("number", "name", "size", "group", "price_now", "colour")
ROW: Cells = ["012345", "Kräsen pose", "30 cm", "g1", "12.50", "rød"]


def a_profile(folder: Path, text: str = PROFILE) -> Profile:
    return load_profile(a_file(folder, text, "small.toml"))


def read(folder: Path, content: bytes | str, profile: str = PROFILE) -> tuple[Sheet, list[SheetRow]]:
    with open_source(a_file(folder, content)) as source:
        sheet = read_sheet(source, a_profile(folder, profile))
        return sheet, list(sheet.rows()) if sheet.usable else []


def refusal(folder: Path, content: bytes | str, profile: str = PROFILE) -> tuple[str, dict[str, str]]:
    with pytest.raises(SourceUnreadable) as caught:
        read(folder, content, profile)
    return caught.value.reason, caught.value.facts


def found(sheet: Sheet) -> list[tuple[str, int, str, str]]:
    return [(one.rule, one.line, one.column, one.found) for one in sheet.problems]


FORMS = {
    "comma": as_csv([HEADER, ROW]),
    "semicolon": as_csv([HEADER, ROW], delimiter=";"),
    "tab": as_csv([HEADER, ROW], delimiter="\t"),
    "bar": as_csv([HEADER, ROW], delimiter="|"),
    "byte order mark": as_csv([HEADER, ROW], encoding="utf-8-sig"),
    "line ends of Unix": as_csv([HEADER, ROW]).replace(b"\r\n", b"\n"),
    "letters in two parts": as_csv([HEADER, ROW]).replace("ä".encode(), "a\u0308".encode()),
    "spaces around": as_csv([[f" {cell} " for cell in row] for row in (HEADER, ROW)]),
    "columns in another order": as_csv([HEADER[::-1], ROW[::-1]]),
    "xlsx": as_xlsx([HEADER, ROW]),
    "xls": as_xls([HEADER, ROW]),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS.keys())
def test_a_table_says_the_same_in_every_form(tmp_path, content):
    sheet, rows = read(tmp_path, content)

    assert [(row.line, row.cells) for row in rows] == [(2, dict(zip(KEYS, ROW, strict=True)))]
    assert sheet.problems == []
    assert sheet.name_of(("price_now", "price")) == "price"


def test_latin_1_is_read_where_the_profile_says_so(tmp_path):
    content = as_csv([HEADER, ROW], encoding="latin-1")
    assert refusal(tmp_path, content) == (
        "source-encoding",
        {"where": "list.csv", "line": "2", "expected": "utf-8"},
    )
    _, rows = read(tmp_path, content, 'encoding = "latin-1"' + PROFILE)
    assert rows[0].cells["name"] == "Kräsen pose"


def test_utf_16_is_refused_with_the_encoding_that_is_expected(tmp_path):
    assert refusal(tmp_path, as_csv([HEADER, ROW], encoding="utf-16")) == (
        "source-encoding",
        {"where": "list.csv", "line": "1", "expected": "utf-8"},
    )


def test_a_number_of_a_workbook_has_the_text_a_person_sees(tmp_path):
    row: Cells = ["012345", 30.0, 0.1, 12, 12.5, -3.0]
    for content in (as_xlsx([HEADER, row]), as_xls([HEADER, row])):
        _, rows = read(tmp_path, content)
        assert [rows[0].cells[key] for key in KEYS] == ["012345", "30", "0.1", "12", "12.5", "-3"]


def test_a_number_longer_than_excel_keeps_is_reported(tmp_path):
    sheet, _ = read(tmp_path, as_xlsx([HEADER, [1642411000001109, *ROW[1:]]]))
    assert found(sheet) == [("cell-not-exact", 2, "number", "1642411000001109")]


def test_a_table_may_begin_anywhere_on_its_sheet(tmp_path):
    blank: Cells = ["", ""]
    sheet, rows = read(tmp_path, as_xlsx([blank, blank, ["", *HEADER], ["", *ROW]]))
    assert [(row.line, row.cells["name"]) for row in rows] == [(4, "Kräsen pose")]
    assert found(sheet) == [("column-unknown", 3, "A", "")]


def test_the_sheet_is_the_first_or_the_one_the_profile_names(tmp_path):
    content = as_xlsx([HEADER, ROW], sheets=("Cover", "Prices"))
    assert refusal(tmp_path, content)[0] == "source-empty"
    _, rows = read(tmp_path, content, 'sheet = "Prices"' + PROFILE)
    assert len(rows) == 1
    assert refusal(tmp_path, content, 'sheet = "Price"' + PROFILE) == (
        "source-sheet-missing",
        {"where": "list.csv", "sheet": "Price"},
    )


def test_missing_doubled_and_unknown_columns_are_named_all_at_once(tmp_path):
    sheet, _ = read(tmp_path, "number,name,group,name,price,price_now,shape\n")
    assert not sheet.usable
    assert [(one.rule, one.column, one.found, dict(one.facts)) for one in sheet.problems] == [
        ("column-repeated", "name", "name, name", {"expected": "name"}),
        ("column-missing", "size", "", {"expected": "size"}),
        ("column-repeated", "price_now", "price, price_now", {"expected": "price_now / price"}),
        ("column-unknown", "shape", "", {}),
    ]


def test_an_unknown_column_is_only_noted(tmp_path):
    sheet, rows = read(tmp_path, as_csv([[*HEADER, "shape"], [*ROW, "round"]]))
    assert (sheet.usable, len(rows)) == (True, 1)
    assert found(sheet) == [("column-unknown", 1, "shape", "")]


def test_columns_without_a_name_are_noted_by_their_letters(tmp_path):
    sheet, rows = read(tmp_path, as_csv([[*HEADER, *[""] * 21], [*ROW, *["x"] * 21]]))
    assert len(rows) == 1
    assert [one.column for one in sheet.problems][::10] == ["G", "Q", "AA"]


def test_a_table_of_something_else_is_one_problem_and_not_one_for_each_column(tmp_path):
    sheet, _ = read(tmp_path, "Date,Amount\n2026-01-01,5\n")
    assert found(sheet) == [("not-this-profile", 1, "A small list", "Date, Amount")]


def test_a_row_of_another_length_is_reported_with_both_lengths(tmp_path):
    content = as_csv([HEADER, ROW[:4], ROW, [*ROW, "more"], [*ROW, "", ""]])
    sheet, rows = read(tmp_path, content)
    assert [row.line for row in rows] == [3, 5]
    assert sheet.problems == [
        problem("row-length", file="list.csv", line=2, found="4", expected="6"),
        problem("row-length", file="list.csv", line=4, found="7", expected="6"),
    ]


def test_lines_are_counted_as_an_editor_shows_them(tmp_path):
    two_lines: Cells = ["000001", "first\nsecond", *ROW[2:]]
    _, rows = read(tmp_path, as_csv([HEADER, two_lines, ROW]))
    assert [row.line for row in rows] == [2, 4]


def test_blank_lines_are_rows_without_anything(tmp_path):
    _, rows = read(tmp_path, as_csv([HEADER, ROW]) + b"\r\n" + as_csv([ROW]))
    assert [(row.line, any(row.cells.values())) for row in rows] == [(2, True), (3, False), (4, True)]


@pytest.mark.parametrize("row", ['1,"a"b,,,,', '1,"a,,,,'], ids=["in a cell", "no end"])
def test_a_row_that_no_reader_agrees_on_is_refused_with_its_line(tmp_path, row):
    content = as_csv([HEADER]).decode() + row + "\n"
    assert refusal(tmp_path, content) == ("source-csv-broken", {"where": "list.csv", "line": "2"})


def test_characters_that_no_text_has_are_reported_with_their_cell(tmp_path):
    content = as_csv([HEADER, *[ROW] * 200, ["1", "a\x00b", *ROW[2:]], ["2", "a \x1b", *ROW[2:]]])
    sheet, _ = read(tmp_path, content)
    assert found(sheet) == [
        ("cell-not-text", 202, "name", "'a\\x00b'"),
        ("cell-not-text", 203, "name", "'a \\x1b'"),
    ]
    windows = as_csv([HEADER, ["1", "5 – 10", *ROW[2:]]], encoding="cp1252")
    sheet, _ = read(tmp_path, windows, 'encoding = "latin-1"' + PROFILE)
    assert found(sheet) == [("cell-not-text", 2, "name", "'5 \\x96 10'")]


def test_a_workbook_with_a_password_is_refused(tmp_path):
    assert refusal(tmp_path, as_locked_xlsx()) == ("source-encrypted", {"where": "list.csv", "sheet": ""})


def test_xml_is_no_table(tmp_path):
    assert refusal(tmp_path, "<FEST/>") == ("source-no-table", {"where": "list.csv", "found": "XML"})


def test_a_file_of_blank_lines_is_empty(tmp_path):
    assert refusal(tmp_path, "\n\n\n") == ("source-empty", {"where": "list.csv"})


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)


@settings(deadline=None)
@given(st.lists(st.tuples(*[_TEXTS] * 6), max_size=4))
def test_whatever_is_written_is_read(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("law")
    written = [HEADER, *(list(row) for row in rows)]
    for delimiter in ",;\t|":
        _, in_csv = read(folder, as_csv(written, delimiter=delimiter))
        assert [[row.cells[key] for key in KEYS] for row in in_csv] == [
            [_nfc(cell) for cell in row] for row in rows
        ]


# --- profiles --------------------------------------------------------------


def test_the_built_in_profiles_are_two_and_whole():
    assert built_in() == ("au-stoma-appliance-scheme", "uk-drug-tariff-ix")
    assert [load_profile(name).currency for name in built_in()] == ["AUD", "GBP"]


def test_a_profile_that_is_not_there_names_those_that_are():
    with pytest.raises(SourceUnreadable) as caught:
        load_profile("uk-drug-tariff")
    assert caught.value.reason == "profile-unknown"
    assert caught.value.facts == {
        "where": "uk-drug-tariff",
        "known": "au-stoma-appliance-scheme, uk-drug-tariff-ix",
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("title", "#"), "Object missing required field `title`"),
        (("title", "titel"), "Object contains unknown field `titel`"),
        (('size = ["size"]', 'sise = ["size"]'), "Object contains unknown field `sise`"),
        (('"NOK"', '"kr"'), "Expected `str` matching regex '^[A-Z]{3}$' - at `$.currency`"),
        (('"varenr"\n', '"ean"\n'), "number_kind 'ean'"),
        (('check = "varenr"', 'check = "isbn"'), "key.check 'isbn'"),
        (('code = "L1", ', ""), "list: either code or column"),
        (("{L1 =", "{L2 ="), "list.titles ['L2']"),
        (("unit = 10_000", "unit = 0"), "Expected `int` >= 1 - at `$.price[0].unit`"),
        (("title", "="), "Invalid statement (at line 2, column 1)"),
    ],
)
def test_a_slip_in_a_profile_is_told(tmp_path: Path, change: tuple[str, str], told: str):
    before, after = change
    with pytest.raises(SourceUnreadable) as caught:
        a_profile(tmp_path, PROFILE.replace(before, after, 1))
    assert (caught.value.reason, caught.value.facts["where"]) == ("profile-form", "small.toml")
    assert told in caught.value.facts["found"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('encoding = "utf-16"', "encoding 'utf-16'"),
        ('limit = {column = ["l"], pattern = "([0-9]+)", periods = {}, texts = {}}', "limit.pattern"),
        (
            'limit = {column = ["l"], pattern = "(?P<max>[0-9]+)(?P<period>w)", '
            'periods = {w = "week"}, texts = {week = "{max}"}}',
            "limit.periods",
        ),
    ],
)
def test_a_word_no_profile_knows_is_told(tmp_path, line, told):
    with pytest.raises(SourceUnreadable) as caught:
        a_profile(tmp_path, line + PROFILE)
    assert caught.value.facts == {"where": "small.toml", "found": told}


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)

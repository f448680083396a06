"""The printed lists: tagged PDF made at publishing, the same bytes each time, whatever a name is."""

import datetime as dt
import io
import re
import shutil
from contextlib import closing

import pytest
from litestar.testing import TestClient
from pypdf import PdfReader

from app.api.application import create_app
from app.home import DEMONSTRATION
from app.printing.document import list_document
from app.printing.typeset import settable, typeset
from app.publish.printed import MADE_BY, printed_marks
from app.publish.verify import rebuild, verify
from app.snapshot import PRINTED, open_snapshot, printed_name
from tests.app.builders import HOSTILE_NAME, Good, an_empty_home, publish_file, stoma_file
from tests.app.homes import refused
from tests.app.reading_pages import page


def read(content):
    return PdfReader(io.BytesIO(content))


def text_of(pdf):
    return " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())


def tags_of(pdf):
    """The kinds of all structure elements."""
    found, waiting = [], [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            found += [one["/S"]] if "/S" in one else []
            waiting += [one["/K"]] if "/K" in one else []
    return found


@pytest.fixture(scope="module")
def pdf(storied_home):
    directory = storied_home.snapshot(storied_home.current_release()) / PRINTED
    return read((directory / "505_2026-04-01_4.pdf").read_bytes())


def test_what_is_in_force_at_publishing_or_later_is_printed(storied_home):
    directory = storied_home.snapshot(storied_home.current_release()) / PRINTED
    names = {path.name for path in directory.glob("*.pdf")}
    assert {"505_2026-04-01_4.pdf", "505_2026-07-01_6.pdf", "200_2026-01-15_2.pdf"} <= names
    assert not [name for name in names if name.startswith("504_") or "2026-01-01_3" in name]


def test_a_document_is_tagged_and_says_that_it_is_for_everyone(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("nb")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    told = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", told)
    assert "505 Utstyr ved stomi" in told
    assert {"/Document", "/H1", "/H2", "/Table", "/TR", "/TH", "/TD"} <= set(tags_of(pdf))


def test_a_document_says_its_edition_its_day_its_groups_rules_texts_and_products(pdf):
    told = text_of(pdf).replace("\xa0", " ")
    assert "Utgave 505/2026-04-01/4" in told
    assert "Slik listen gjelder fra 1. april 2026. Varer: 5." in told
    assert "Krever egen resept · høyst 100 stk per utlevering" in told
    assert "Refusjon ytes bare etter stomioperasjon. (Gjelder den som skriver resepten)" in told
    assert re.search(r"Vårpose, 30 mm 600013 Fjellro Stomi AS 30 stk 375,00 kr 12,50 kr", told)
    assert "31. mai 2026" in told
    assert "side 1 av" in told


def test_the_groups_are_the_outline(pdf):
    def titles(items):
        return [
            title for item in items for title in (titles(item) if isinstance(item, list) else [item.title])
        ]

    assert titles(pdf.outline) == ["50501 Stomiposer", "5050101 Poser med filter", "5050102 Poser for barn"]


def test_the_same_edition_is_the_same_bytes_at_any_time(storied_home):
    with closing(open_snapshot(storied_home, storied_home.current_release())) as snapshot:
        mark = next(mark for mark in snapshot.editions if mark.id == "505/2026-04-01/4")
        document = list_document(snapshot, mark, demonstration=False)
        made = typeset(document, dt.datetime(2026, 3, 20, tzinfo=dt.UTC))
        path = snapshot.printed(mark)
    assert path is not None
    assert path.read_bytes() == made


def test_a_closed_list_has_nothing_to_print(storied_home):
    with closing(open_snapshot(storied_home, storied_home.current_release())) as snapshot:
        marks = printed_marks(snapshot, dt.date(2026, 6, 15))
    assert "504" not in {mark.list for mark in marks}
    assert [printed_name(mark) for mark in marks if mark.list == "505"] == [
        "505_2026-04-01_4.pdf",
        "505_2026-07-01_6.pdf",
    ]


def test_the_page_of_a_list_leads_to_its_documents_and_they_never_change(api):
    shown = page(api, "/liste/505?lang=nb")
    links = [given["href"] for given in shown.all("a") if given.get("type") == "application/pdf"]
    assert [link.partition("?")[0] for link in links] == [
        "/liste/505/505_2026-04-01_4.pdf",
        "/liste/505/505_2026-07-01_6.pdf",
    ]
    assert "Utgave 505/2026-04-01/4 som PDF" in shown.text
    answer = api.get(links[0])
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "600013" in text_of(read(answer.content))
    again = api.get(links[0], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get(links[0].partition("?")[0]).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "address",
    ["/liste/505/505_2026-01-01_3.pdf", "/liste/505/..%2Flists.db", "/liste/999/505_2026-04-01_4.pdf"],
)
def test_what_is_not_printed_is_not_there(api, address):
    assert api.get(address).status_code == 404


def test_hostile_and_endless_names_are_only_text(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    (home.path / DEMONSTRATION).touch()
    names = [HOSTILE_NAME, "Æ" * 4000, "#panic() $x$ *a* @b", "中文 😀 \u0301", "Ord " * 900]
    goods = [Good(str(600_014 + place), name=name) for place, name in enumerate(names)]
    publish_file(home, stoma_file(goods, helfo="2026-01-01"), complete=True)
    pdf = read((home.snapshot(1) / PRINTED / "505_2026-01-01_1.pdf").read_bytes())
    told = text_of(pdf)
    assert "<script>alert(1)</script> gnoruv & Ærlig" in told
    assert "#panic() $x$ *a* @b" in told
    assert "600017" in told
    assert "Disse listene er en demonstrasjon" in told
    with TestClient(create_app(home)) as client:
        assert "som PDF" in page(client, "/liste/505?lang=nb").text


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("Pose 30 mm – 5 µm, ≥ 2", "Pose 30 mm – 5 µm, ≥ 2"),
        ("to\nlinjer\tog", "to linjer og"),
        ("a\u202eb\u200bc\x00", "abc"),
        ("中😀", "\ufffd\ufffd"),
        ("A\u030a", "Å"),
        ("x" * 41, "x" * 40 + "\u00adx"),
    ],
)
def test_what_the_typeface_has_no_letter_for_is_marked(text, set_as):
    assert settable(text) == set_as


def test_a_home_without_documents_has_no_link(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, stoma_file([Good("600007")], helfo="2026-01-01"))
    with TestClient(create_app(home)) as client:
        assert "PDF" not in page(client, "/liste/505?lang=nb").text


def test_documents_are_verified_and_made_again(storied_home, tmp_path, in_june):
    home = type(storied_home)(tmp_path / "copy")
    shutil.copytree(storied_home.path, home.path, symlinks=True)
    path = home.snapshot(6) / PRINTED / "505_2026-04-01_4.pdf"
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1])
    assert "505_2026-04-01_4.pdf" in refused(verify, home)
    rebuild(home)
    assert path.read_bytes() == sealed
    assert verify(home).release == 6


def test_an_edition_that_stays_is_not_set_again(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, stoma_file([Good("600007")], helfo="2026-01-01"), complete=True)
    publish_file(home, stoma_file([Good("600008")], helfo="2026-08-01"), complete=True)
    before, after = (home.snapshot(release) / PRINTED for release in (1, 2))
    name = "505_2026-01-01_1.pdf"
    assert (before / name).stat().st_ino == (after / name).stat().st_ino
    assert (after / "505_2026-08-01_2.pdf").is_file()
    assert verify(home).release == 2


def test_what_another_program_set_or_somebody_broke_is_set_anew(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, stoma_file([Good("600007")], helfo="2026-01-01"), complete=True)
    first = home.snapshot(1) / PRINTED / "505_2026-01-01_1.pdf"
    sealed = first.read_bytes()
    first.write_bytes(b"%PDF-")
    publish_file(home, stoma_file([Good("600008")], helfo="2026-08-01"), complete=True)
    second = home.snapshot(2) / PRINTED / first.name
    assert second.read_bytes() == sealed
    (home.snapshot(2) / PRINTED / MADE_BY).write_text("another")
    publish_file(home, stoma_file([Good("600009")], helfo="2026-09-01"), complete=True)
    third = home.snapshot(3) / PRINTED / first.name
    assert third.read_bytes() == sealed
    assert third.stat().st_ino != second.stat().st_ino


def test_a_document_that_cannot_be_set_holds_up_no_list(tmp_path, in_june, monkeypatch):
    home = an_empty_home(tmp_path / "home")
    monkeypatch.setattr("app.publish.printed.environment", lambda: {"PYTHONHOME": "/nowhere"})
    publish_file(home, stoma_file([Good("600007")], helfo="2026-01-01"), complete=True)
    assert not (home.snapshot(1) / PRINTED).exists()
    assert verify(home).release == 1


def test_a_list_of_too_many_products_is_no_document(storied_home, monkeypatch):
    monkeypatch.setattr("app.publish.printed.MOST_PRODUCTS", 4)
    with closing(open_snapshot(storied_home, storied_home.current_release())) as snapshot:
        lists = {mark.list for mark in printed_marks(snapshot, dt.date(2026, 6, 15))}
    assert "505" not in lists
    assert "502" in lists

"""What must stand on a prescription: its code, which groups need their own, and which diagnosis, in words."""

import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from litestar.testing import TestClient
from pypdf import PdfReader

from app.api.application import create_app
from app.home import Home
from app.printing.document import list_document
from app.snapshot import PRINTED, open_snapshot
from tests.app.builders import Good, an_empty_home, clock_at, publish_file
from tests.app.reading_pages import page
from tests.app.strict_html import faults
from tests.builders import (
    an_m30_file,
    basis_xml,
    condition_xml,
    cv,
    form_xml,
    group_xml,
    package_xml,
    refund_code_xml,
)

_BOUND = "<Refusjonsvilkar><RefVilkar>ID_KODE</RefVilkar><FraDato>2026-01-01</FraDato></Refusjonsvilkar>"
_ENDED = "<ForskrivesTilDato>2026-03-01</ForskrivesTilDato>"


def medicine_xml(code: str, identity: str, atc: str, use: str, codes: str) -> str:
    """A group whose text is but its code, as the real lists have them."""
    made = group_xml(code, text=code, identity=identity, system=7451, codes=codes)
    told = f"<RefusjonsberettighetBruk>{use}</RefusjonsberettighetBruk>"
    made = made.replace("<KreverRefusjonskode>", cv("Atc", code[:7], 7180, atc) + "<KreverRefusjonskode>")
    return made.replace("</KreverRefusjonskode>", "</KreverRefusjonskode>" + told)


METFORMIN = medicine_xml(
    "A10BA02_1",
    "ID_G1",
    "Metformin",
    "Diabetes type 2.",
    refund_code_xml("E11", text="Diabetes mellitus type 2", more=_BOUND)
    + refund_code_xml("E12", text="Ikke lenger i bruk", more=_ENDED)
    + refund_code_xml("T90", system=7170, text="Diabetes type 2"),
)
REFLUX = medicine_xml(
    "A02BA02_1",
    "ID_G2",
    "A02BA02",
    "Refluksøsofagitt.",
    "".join(refund_code_xml(f"K{number}", text=f"Sykdom {number}") for number in range(20, 45)),
)
UNNAMED = medicine_xml("B01AA03_1", "ID_G3", "Warfarin", "Blodpropp.", refund_code_xml("I80", more=_ENDED))


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """List 200 as § 2 is: each group is reimbursed under its diagnoses only."""
    made = an_empty_home(tmp_path_factory.mktemp("prescribed") / "home")
    content = an_m30_file(
        goods=None,
        packages=package_xml(),
        bases=basis_xml("200", METFORMIN + REFLUX + UNNAMED),
        conditions=condition_xml("ID_KODE", text="Bare ved påvist svikt.", forms=""),
        helfo="2026-01-01",
    )
    with clock_at():
        publish_file(made, content, at="2026-01-01", complete=True)
    return made


@pytest.fixture
def medicines(home, in_june) -> Iterator[TestClient[Any]]:
    """The application over that list."""
    with TestClient(create_app(home)) as client:
        yield client


def test_the_doctor_must_write_one_of_the_diagnoses_and_the_patient_reads_which(medicines):
    shown = page(medicines, "/hvor-mye/A10BA02_1?lang=nb&list=200")
    doctor = shown.text.partition("Hva legen må gjøre")[2]
    assert doctor.startswith(
        " Legen skriver resept på 200. Resepten må ha en av disse diagnosekodene (refusjonskode):"
        " E11 (ICD-10) Diabetes mellitus type 2 Bare ved påvist svikt. T90 (ICPC-2) Diabetes type 2"
        " Det refunderes bare til dette: Diabetes type 2."
    )
    assert "ingen egen resept" not in shown.text
    assert "E12" not in doctor


def test_a_prescription_is_not_said_to_be_enough_where_a_diagnosis_is_needed(medicines):
    told = page(medicines, "/gruppe/A10BA02_1?lang=nb&list=200").text
    assert (
        "Slik forskrives det Resepten skrives på 200, men det er ikke nok."
        " Resepten må ha en av diagnosekodene (refusjonskode) i tabellen under."
        " Det refunderes bare til dette: Diabetes type 2."
    ) in told
    assert "E11 ICD-10 Diabetes mellitus type 2 Bare ved påvist svikt. ingen" in told
    assert "T90 ICPC-2 Diabetes type 2" in told
    assert "er nok." not in told.replace("ikke nok.", "")


def test_a_list_of_such_groups_says_so_and_shows_the_codes_with_each(medicines):
    told = page(medicines, "/liste/200?lang=nb").text
    assert "Resepten skrives på 200 for alle gruppene på listen, men det er ikke nok." in told
    assert "Resepten må også ha en av diagnosekodene (refusjonskode) til gruppen." in told
    assert "dekker alle gruppene" not in told
    groups = told.partition("Grupper A02BA02_1")[2]
    assert "A10BA02_1 Metformin Varer: 1 Diabetes type 2. E11 (ICD-10) Diabetes mellitus type 2" in groups


def test_many_codes_are_folded(medicines):
    shown = page(medicines, "/hvor-mye/A02BA02_1?lang=nb&list=200")
    assert "Vis diagnosekodene (25) K20 (ICD-10) Sykdom 20" in shown.text
    assert len(shown.all("summary")) == 1
    assert "Refusjonskoder Vis diagnosekodene (25)" in page(medicines, "/gruppe/A02BA02_1?lang=nb").text
    assert not page(medicines, "/hvor-mye/A10BA02_1?lang=nb&list=200").all("summary")


def test_a_group_without_a_code_that_may_be_written_says_so(medicines):
    told = page(medicines, "/hvor-mye/B01AA03_1?lang=nb&list=200").text
    assert "Listen nevner ingen som gjelder den dagen." in told
    assert "I80" not in told
    earlier = page(medicines, "/hvor-mye/B01AA03_1?lang=nb&list=200&valid_on=2026-02-01").text
    assert "I80 (ICD-10) I80 (forskrives til 1. mars 2026)" in earlier


@pytest.mark.parametrize(("code", "called"), [("A10BA02_1", "Metformin"), ("A02BA02_1", "Refluksøsofagitt.")])
def test_a_group_is_called_what_a_person_understands_and_its_code_stands_once(medicines, code, called):
    for path in ("gruppe", "hvor-mye"):
        told = page(medicines, f"/{path}/{code}?lang=nb&list=200").text
        assert called in told.partition("Blåliste")[0]
        assert f"{code} {code}" not in told
    assert f"{code} {called} " in page(medicines, "/liste/200?lang=nb").text
    assert f"{code} {called} " in page(medicines, "/liste/200?lang=nb&print=whole").text


def test_the_printed_list_says_at_the_top_what_must_stand_on_a_prescription(medicines, home):
    told = page(medicines, "/liste/200?lang=nb&print=whole").text
    first = told.partition("A02BA02_1")[0]
    assert "Resepten skrives på 200 for alle gruppene på listen, men det er ikke nok." in first
    assert "Refusjonskoder: E11 (ICD-10) Diabetes mellitus type 2" in told
    path = home.snapshot(1) / PRINTED / "200_2026-01-01_1.pdf"
    sheet = " ".join(PdfReader(io.BytesIO(path.read_bytes())).pages[0].extract_text().split())
    assert "Resepten skrives på 200 for alle gruppene på listen, men det er ikke nok." in sheet
    assert "A10BA02_1 Metformin" in sheet


def test_the_printed_list_names_the_groups_that_need_a_prescription_of_their_own(api, storied_home):
    covers = "En resept på 505 dekker alle gruppene på listen, bortsett fra disse."
    told = page(api, "/liste/505?lang=nb&print=whole").text
    assert f"{covers} De må ha en egen resept, på sin egen kode: 5050102 Poser for barn" in told
    assert told.index(covers) < told.index("50501 Stomiposer")
    path = storied_home.snapshot(storied_home.current_release()) / PRINTED / "505_2026-04-01_4.pdf"
    sheet = " ".join(PdfReader(io.BytesIO(path.read_bytes())).pages[0].extract_text().split())
    assert covers in sheet
    assert "5050102 Poser for barn" in sheet.partition("50501 Stomiposer")[0]


def test_the_document_names_nothing_where_one_prescription_covers_all(storied_home):
    with closing(open_snapshot(storied_home, storied_home.current_release())) as snapshot:
        mark = next(mark for mark in snapshot.editions if mark.list == "502")
        (told,) = list_document(snapshot, mark, demonstration=False).prescribed
    assert (told.said, told.groups) == ("En resept på 502 dekker alle gruppene på listen.", ())


def test_who_chooses_a_group_reads_which_ones_need_their_own_prescription(api):
    for address in ("/hvor-mye/505?lang=nb", "/hvor-mye/50501?lang=nb"):
        shown = page(api, address)
        told = "Legen skriver resept på 505. Men for disse gruppene må legen skrive en egen resept:"
        assert f"{told} 5050102 Poser for barn" in shown.text
        assert "ingen egen resept" not in shown.text
        assert "/hvor-mye/5050102?list=505&lang=nb" in [given["href"] for given in shown.all("a")]
    told = page(api, "/hvor-mye/502?lang=nb").text
    assert "Legen skriver resept på 502. Ingen av gruppene under trenger en egen resept." in told


def test_the_groups_below_say_whether_they_have_a_limit(api):
    choose = page(api, "/hvor-mye/505?lang=nb").text.partition("Velg gruppe")[2]
    assert choose.startswith(" 50501 Stomiposer høyst 400 stk per kalenderår")
    choose = page(api, "/hvor-mye/50501?lang=nb").text.partition("Velg gruppe")[2]
    assert "5050102 Poser for barn Krever egen resept høyst 100 stk per utlevering" in choose


def test_a_group_whose_limit_stands_above_or_below_it_is_marked_too(tmp_path, in_june):
    made = an_empty_home(tmp_path / "home")
    groups = (
        group_xml("505", text="Stomi")
        + group_xml("50501", text="Poser")
        + group_xml("5050101", text="Små", conditions=["ID_GRENSE"])
        + group_xml("50502", text="Plater", conditions=["ID_GRENSE"])
        + group_xml("5050201", text="Runde")
        + group_xml("50503", text="Belter")
        + group_xml("5050301", text="Brede")
    )
    goods = "".join(Good(f"60000{place}", (f"50{500 + place}01",)).xml() for place in (1, 2, 3))
    content = an_m30_file(
        goods=goods,
        bases=basis_xml("505", groups),
        conditions=condition_xml("ID_GRENSE", text="Inntil 400.", forms=form_xml("15", "400")),
    )
    publish_file(made, content, at="2026-01-01")
    with TestClient(create_app(made)) as client:
        choose = page(client, "/hvor-mye/505?lang=nb").text.partition("Velg gruppe")[2]
        marked = "50501 Poser noen av gruppene under har en grense 50502 Plater høyst 400 stk per kalenderår"
        assert f"{marked} 50503 Belter Hva legen må gjøre" in choose
        assert "5050201 Runde har en grense" in page(client, "/hvor-mye/50502?lang=nb").text
        below = page(client, "/gruppe/505?lang=nb").text.partition("Grupper under denne")[2]
        assert "50501 Poser Varer: 1 noen av gruppene under har en grense" in below


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    "address",
    [
        *("/gruppe/A10BA02_1?list=200", "/gruppe/A02BA02_1?list=200", "/hvor-mye/A02BA02_1?list=200"),
        *("/hvor-mye/B01AA03_1?list=200", "/liste/200?", "/liste/200?print=whole"),
    ],
)
def test_every_such_page_is_valid_html(medicines, address, lang):
    assert faults(medicines.get(f"{address}&lang={lang}").text) == []

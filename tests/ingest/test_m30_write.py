"""Writing M30: what is written reads back as the same editions, and holds against the schema."""

import datetime as dt
import gzip
import io
import unicodedata
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ingest.convert import convert
from ingest.m30.read import read
from ingest.m30.write import write_m30
from ingest.reading import FirstDays, Reading
from lists.codes import LEGAL_BASIS, Code
from lists.edition import Edition, closed_edition, content_digest
from lists.errors import Refused
from lists.records import CodedForm, Condition, Entry, Medicine, Placement
from tests import builders
from tests.builders import a_group, an_entry

DAY = dt.date(2026, 1, 1)
RECEIVED = "2025-12-18T06:00:00"
M30 = "{http://www.kith.no/xmlstds/eresept/m30/2014-12-01}"
FS = "{http://www.kith.no/xmlstds/eresept/forskrivning/2014-12-01}"


# --- what tests are made of ------------------------------------------------


def a_good(varenr: str, *groups: str, until: dt.date | None = None, **changes: Any) -> Entry:
    """One of the goods, in these groups."""
    placements = tuple(Placement(group, dt.date(2020, 1, 1), until, until) for group in groups)
    return an_entry(varenr, placements=placements, **changes)


def a_package(varenr: str, *placements: Placement, brand: str = "") -> Entry:
    medicine = Medicine(prescription_group=Code("C", "", "Reseptgruppe C"), brand=brand)
    return Entry(varenr, "medicine", "Trykkfall tab", placements, medicine=medicine)


def an_edition(code: str, *entries: Entry, condition: Condition | None = None) -> Edition:
    """A list with the groups that its entries stand in, each bound by the condition."""
    bound = (condition.id,) if condition else ()
    codes = {placement.group for entry in entries for placement in entry.placements}
    groups = [a_group(name, conditions=bound) for name in sorted(codes or {code})]
    conditions = [condition] if condition else []
    basis = Code(code, LEGAL_BASIS, "§5-14")
    title = next((group.code.text for group in groups if group.code.value == code), basis.text)
    return builders.an_edition(
        entries, groups=groups, conditions=conditions, list=code, title=title, legal_basis=basis
    )


def written(*editions: Edition) -> bytes:
    stream = io.BytesIO()
    write_m30(editions, stream, received=RECEIVED, helfo_valid_from=DAY)
    return stream.getvalue()


def read_back(content: bytes) -> Reading:
    return convert(read(io.BytesIO(content), "file.xml"), file="file.xml", first_days=FirstDays())


def editions_of(reading: Reading) -> list[Edition]:
    editions = []
    for draft in reading.drafts:
        entries = tuple(sorted(draft.entries, key=lambda entry: entry.varenr))
        editions.append(Edition(draft.terms, draft.valid_from or DAY, entries))
    return editions


def digests(editions: list[Edition]) -> dict[str, str]:
    return {edition.terms.list: content_digest(edition) for edition in editions}


@pytest.fixture(scope="module")
def schema(shared_data: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared_data / "fest/xsd/m30/ER-M30-2014-12-01.xsd")))


# --- real files --------------------------------------------------------------


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "helfo"),
    [("m30-2020-01-03", "2020-01-01"), ("m30-full-2026-01", "2026-01-01"), ("fest-mini", None)],
)
def test_a_real_file_comes_back_as_the_same_editions(shared_data, schema, name, helfo):
    with gzip.open(shared_data / f"fest/{name}.xml.gz") as packed:
        reading = convert(read(cast("BinaryIO", packed), name), file=name, first_days=FirstDays())
    editions = editions_of(reading)

    out = io.BytesIO()
    helfo_valid_from = dt.date.fromisoformat(helfo) if helfo else None
    write_m30(editions, out, received=reading.received, helfo_valid_from=helfo_valid_from)
    again = read_back(out.getvalue())

    assert again.problems == []
    assert digests(editions_of(again)) == digests(editions)
    assert editions_of(again) == editions, "the source's own marks come back too"
    assert again.received == reading.received
    schema.assertValid(etree.fromstring(out.getvalue()))


# --- one product, several lists ------------------------------------------------


def test_a_product_on_several_lists_is_one_row_that_refers_to_all_its_groups(schema):
    on_502, on_505 = a_good("990001", "5020301"), a_good("990001", "5052001")
    editions = [an_edition("502", on_502), an_edition("505", on_505)]

    content = written(*editions)

    document = etree.fromstring(content)
    references = [found.text for found in document.iter(FS + "RefRefusjonsgruppe")]
    assert len(document.findall(f".//{M30}OppfHandelsvare")) == 1
    assert references == ["RID_5020301", "RID_5052001"]
    assert digests(editions_of(read_back(content))) == digests(editions)
    schema.assertValid(document)


@pytest.mark.parametrize(
    "other",
    [
        a_good("990001", "5052001", name="Another name"),
        a_good("990001", "5052001", until=dt.date(2026, 3, 31)),
    ],
    ids=["name", "days"],
)
def test_lists_that_disagree_about_a_product_keep_their_own_opinions(schema, other):
    editions = [an_edition("502", a_good("990001", "5020301")), an_edition("505", other)]

    content = written(*editions)

    document = etree.fromstring(content)
    assert len(document.findall(f".//{M30}OppfHandelsvare")) == 2
    assert digests(editions_of(read_back(content))) == digests(editions)
    schema.assertValid(document)


def test_a_package_may_have_other_days_in_each_group():
    first = Placement("C09CA06_1", dt.date(2020, 1, 1))
    second = Placement("C09CA06_2", dt.date(2021, 1, 1), dt.date(2026, 3, 31), dt.date(2026, 6, 30))
    edition = an_edition("200", a_package("009130", first, second))

    content = written(edition)

    assert len(etree.fromstring(content).findall(f".//{FS}Refusjon")) == 2
    assert digests(editions_of(read_back(content))) == digests([edition])


def test_a_brand_that_packages_refer_to_stands_in_the_file_once():
    packages = ("009130", "009131")
    entries = [a_package(varenr, Placement("C09CA06_1"), brand="ID_BRAND") for varenr in packages]

    document = etree.fromstring(written(an_edition("200", *entries)))

    assert [found.findtext(FS + "Id") for found in document.iter(FS + "LegemiddelMerkevare")] == ["ID_BRAND"]


# --- ids -------------------------------------------------------------------------


def test_a_condition_that_two_lists_share_stands_in_the_file_once(schema):
    condition = Condition("ID_5016", "Egen resept", "both", group=Code("3", "1.2.7437", "Refusjon"))
    editions = [
        an_edition("502", a_good("990001", "5020301"), condition=condition),
        an_edition("505", a_good("990002", "5052001"), condition=condition),
    ]

    content = written(*editions)

    assert content.count(b"<OppfVilkar>") == 1
    assert digests(editions_of(read_back(content))) == digests(editions)
    schema.assertValid(etree.fromstring(content))


def test_conditions_of_one_id_that_say_different_things_are_kept_apart():
    editions = [
        an_edition("502", a_good("990001", "5020301"), condition=Condition("ID_5016", "As it was", "both")),
        an_edition("505", a_good("990002", "5052001"), condition=Condition("ID_5016", "As it is", "both")),
    ]

    reading = read_back(written(*editions))

    assert reading.problems == []
    texts = {draft.terms.list: draft.terms.conditions[0].text for draft in reading.drafts}
    assert texts == {"502": "As it was", "505": "As it is"}
    assert reading.drafts[1].terms.groups[0].conditions == ("ID_5016_505",)


def test_what_a_text_is_expressed_by_is_left_out_and_keeps_no_lists_apart():
    texts = [
        Condition("ID_5044", "Antall skal oppgis", "dispenser", expressed_by=by) for by in (None, "ID_5045")
    ]
    editions = [
        an_edition("502", a_good("990001", "5020301"), condition=texts[0]),
        an_edition("505", a_good("990002", "5052001"), condition=texts[1]),
    ]

    content = written(*editions)

    assert content == written(*(msgspec.structs.replace(one, terms=unmarked(one.terms)) for one in editions))
    assert content.count(b"<OppfVilkar>") == 1


def unmarked(terms):
    conditions = (msgspec.structs.replace(one, expressed_by=None) for one in terms.conditions)
    return msgspec.structs.replace(terms, conditions=tuple(conditions))


def test_an_entry_without_an_id_gets_one_that_changes_only_with_its_content():
    good = a_good("990001", "5052001")
    changed = msgspec.structs.replace(good, name="Another name")

    drafts = [read_back(written(an_edition("505", entry))).drafts[0] for entry in (good, good, changed)]
    ids = [draft.entries[0].entry_id for draft in drafts]

    assert ids[0].startswith("ID_")
    assert ids[0] == ids[1] != ids[2]


def test_one_id_is_never_given_twice(schema):
    entries = [a_good(varenr, "5052001", entry_id="ID_X") for varenr in ("990001", "990002")]

    document = etree.fromstring(written(an_edition("505", *entries)))

    ids = [found.findtext(M30 + "Id") for found in document.iter(M30 + "OppfHandelsvare")]
    assert ids[0] == "ID_X"
    assert len(set(ids)) == 2
    schema.assertValid(document)


# --- what else the writer promises ---------------------------------------------------


def test_the_order_in_which_editions_are_given_changes_no_byte():
    on_502, on_505 = a_good("990001", "5020301"), a_good("990001", "5052001")
    editions = [an_edition("502", on_502), an_edition("505", on_505)]

    assert written(*editions) == written(*reversed(editions))


def test_a_catalogue_that_nothing_stands_in_is_left_out():
    content = written(an_edition("505"))

    assert b"KatHandelsvare" not in content
    assert b"KatLegemiddelpakning" not in content
    assert b"KatVilkar" not in content


def test_a_closed_list_is_passed_over():
    closed = closed_edition(an_edition("506").terms, DAY)

    reading = read_back(written(closed, an_edition("505", a_good("990001", "5052001"))))

    assert [draft.terms.list for draft in reading.drafts] == ["505"]


def test_products_without_varenr_cannot_be_written_as_m30():
    edition = an_edition("505", a_good("990001", "5052001"))
    foreign = Edition(msgspec.structs.replace(edition.terms, number_kind="snomed-pack"), DAY, edition.entries)

    with pytest.raises(Refused) as caught:
        written(foreign)

    assert str(caught.value) == "m30-other-numbers: list='505', found='snomed-pack'"


def test_a_control_character_is_refused_and_shown():
    with pytest.raises(Refused) as caught:
        written(an_edition("505", a_good("990001", "5052001", name="Fjellro\x07Natt")))

    assert str(caught.value) == r"""xml-character: found="'Fjellro\\x07Natt'" """.strip()


xml_texts = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1)
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(bool)
)


special = st.sampled_from(["", "\n", "\t", "\r", "&<>\"'", "]]>", "&#10;"])


@given(name=xml_texts, text=xml_texts, inside=special)
def test_every_text_comes_back_as_it_was(name, inside, text):
    text = text + inside + "."
    condition = Condition(
        "ID_1", text, "dispenser", number="1", coded=(CodedForm(Code("15", "1.2.7439", text), texts=(name,)),)
    )
    edition = an_edition("505", a_good("990001", "5052001", name=text), condition=condition)

    assert digests(editions_of(read_back(written(edition)))) == digests([edition])

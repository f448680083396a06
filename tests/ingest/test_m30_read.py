"""Reading M30: every text arrives whole, and what is no M30 file is refused in little time and memory."""

import io
import json
import subprocess
import sys
import time

import msgspec
import pytest
from lxml import etree

from ingest.m30.names import is_goods_list
from ingest.m30.read import CHUNK, read
from ingest.m30.rows import (
    BasisRow,
    CatalogueRow,
    CodedFormRow,
    CodedText,
    ConditionRow,
    HeadRow,
    PriceRow,
    ProductRow,
    RefundRow,
    Row,
    StrayRow,
    SupplierRow,
)
from lists.errors import SourceUnreadable
from tests.builders import (
    M30,
    VERSION,
    an_m30_file,
    basis_xml,
    condition_xml,
    cv,
    form_xml,
    goods_xml,
    group_xml,
    package_xml,
    price_xml,
    refund_code_xml,
    refund_xml,
)

OID = "2.16.578.1.12.4.1.1."
ROOT = f'<FEST xmlns="{M30}{VERSION}">'
MEMORY_LIMIT = 300 << 20
SECONDS_LIMIT = 20


def rows(source: bytes) -> list[Row]:
    return list(read(io.BytesIO(source), "liste.xml"))


def product(source: bytes) -> ProductRow:
    """The only product of a file."""
    (found,) = [row for row in rows(source) if isinstance(row, ProductRow)]
    return found


def refusal(source: bytes) -> SourceUnreadable:
    with pytest.raises(SourceUnreadable) as refused:
        rows(source)
    assert refused.value.facts["where"] == "liste.xml"
    return refused.value


# --- what is read ----------------------------------------------------------


def test_a_product_arrives_with_everything_it_says():
    row = product(an_m30_file())
    assert (row.kind, row.varenr, row.name) == ("consumable", "600007", "Fjellro pose 30 mm")
    assert (row.item_number, row.size, row.pack) == ("FS 30", "30 mm", "30")
    assert row.unit == CodedText("stk", OID + "7452", "stykk")
    assert row.supplier == SupplierRow("Fjellro Stomi AS", "Strandgata 1, 5003 Bergen", "55 00 00 00")
    price = PriceRow(CodedText("E", OID + "7423", "E"), "12.50", "NOK", "2026-01-01", None)
    assert (row.prices[0], len(row.prices)) == (price, 2)
    assert row.refunds == (RefundRow(("RID_5050101",), "2026-01-01", None, None),)
    assert (row.marks.id, row.marks.time, row.marks.status) == ("ID_OPPF_600007", "2025-12-10T06:00:00", "A")


def test_each_row_knows_the_line_it_begins_on():
    source = an_m30_file(goods=goods_xml("600001") + goods_xml("600002"))
    lines = source.decode().splitlines()
    for row in rows(source):
        if isinstance(row, ProductRow):
            assert row.varenr is not None
            assert row.varenr in lines[row.marks.line - 1]
        if isinstance(row, BasisRow):
            codes = [group.code.value for group in row.groups if group.code]
            assert all(code in lines[group.line - 1] for code, group in zip(codes, row.groups, strict=True))


@pytest.mark.parametrize(
    ("element", "kind"),
    [("MedForbMatr", "consumable"), ("Naringsmiddel", "nutrition"), ("Brystprotese", "prosthesis")],
)
def test_goods_of_all_three_kinds_are_read(element, kind):
    assert product(an_m30_file(goods=goods_xml(kind=element))).kind == kind


def test_a_medicine_package_arrives_with_what_only_packages_have():
    row = product(
        an_m30_file(
            goods=None, packages=package_xml(gtins=["4006381333931"], refund=refund_xml("ID_G1", "ID_G2"))
        )
    )
    assert (row.kind, row.varenr, row.name, row.pack) == ("medicine", "012345", "Havdur tab 5 mg", "100")
    assert row.gtins == ("4006381333931",)
    assert row.refunds[0].groups == ("ID_G1", "ID_G2")
    assert row.medicine is not None
    assert row.medicine.atc == CodedText("A10AB01", OID + "7180", "Insulin")
    assert row.medicine.prescription_group == CodedText("C", "", "Reseptgruppe C")


def test_a_legal_basis_arrives_with_its_groups_codes_and_their_conditions():
    reference = "<Refusjonsvilkar><RefVilkar>ID_V</RefVilkar><FraDato>2026-01-01</FraDato></Refusjonsvilkar>"
    code = refund_code_xml(
        "K90", more=f"<UtleveresTilDato>2026-06-30</UtleveresTilDato>{reference}", text="Malabsorpsjon"
    )
    source = an_m30_file(bases=basis_xml(groups=group_xml(codes=code, conditions=["ID_A", "ID_B"])))
    (basis,) = [row for row in rows(source) if isinstance(row, BasisRow)]
    assert basis.legal_basis == CodedText("505", OID + "7427", "§5-14 §5.5")
    assert (basis.requires_listed_product, basis.requires_decision) == ("true", "false")
    (group,) = basis.groups
    assert (group.id, group.requires_refund_code, group.conditions) == (
        "RID_5050101",
        "true",
        ("ID_A", "ID_B"),
    )
    (refund,) = group.refund_codes
    assert refund.code == CodedText("K90", OID + "7110", "Malabsorpsjon")
    assert (refund.dispense_until, refund.conditions[0].condition) == ("2026-06-30", "ID_V")


def test_a_condition_arrives_with_text_and_coded_forms():
    coded = (
        f"<StrukturertVilkar>{cv('Type', '11', 7439)}{cv('VerdiKodet', '1', 1101, 'Ja')}</StrukturertVilkar>"
    )
    source = an_m30_file(conditions=condition_xml(text="To\nlinjer", forms=form_xml("15", "400") + coded))
    (condition,) = [row for row in rows(source) if isinstance(row, ConditionRow)]
    assert (condition.id, condition.text, condition.applies_to) == ("ID_VILKAR", "To\nlinjer", "2")
    assert condition.coded == (
        CodedFormRow(CodedText("15", OID + "7439", "15"), ("400",), ()),
        CodedFormRow(CodedText("11", OID + "7439", "11"), (), (CodedText("1", OID + "1101", "Ja"),)),
    )


def test_the_message_tells_its_own_dates_last():
    assert rows(an_m30_file())[-1] == HeadRow("2025-12-15T06:00:00", "2026-01-01")
    assert rows(an_m30_file(helfo=""))[-1] == HeadRow("2025-12-15T06:00:00", None)


def test_a_catalogue_that_is_present_is_told_even_when_empty():
    told = [row.name for row in rows(an_m30_file(goods="", packages="")) if isinstance(row, CatalogueRow)]
    assert sorted(told) == ["KatHandelsvare", "KatLegemiddelpakning"]
    assert not any(isinstance(row, CatalogueRow) for row in rows(an_m30_file(goods=None)))


def test_the_version_before_is_read_too():
    source = an_m30_file(goods=goods_xml(version="2013-10-08"), version="2013-10-08")
    assert product(source).varenr == "600007"


@pytest.mark.parametrize(
    "written",
    [
        *("Fjell<!-- et -->ro", "Fjell<?et annet?>ro", "Fjell<![CDATA[ro]]>", "Fjell&#114;o"),
        *("  Fjellro\n", "Fjell<b>ro</b>", "<!-- før -->Fjellro"),
    ],
)
def test_a_text_arrives_whole_whatever_stands_in_the_middle_of_it(written):
    assert product(an_m30_file(goods=goods_xml(name=written))).name == "Fjellro"


def test_a_number_is_not_cut_short_by_a_comment():
    assert product(an_m30_file(goods=goods_xml("6000<!-- -->07", units="3<!-- -->0"))).varenr == "600007"
    assert product(an_m30_file(goods=goods_xml(units="3<!-- -->0"))).pack == "30"


def test_text_is_nfc_and_an_empty_element_says_as_little_as_an_absent_one():
    assert product(an_m30_file(goods=goods_xml(name="Fja\u030ase"))).name == "Fjåse"
    assert product(an_m30_file(goods=goods_xml(name="  "))).name is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
def test_the_declared_encoding_is_read(encoding):
    declared = encoding.removesuffix("-sig")
    text = an_m30_file(goods=goods_xml(name="Sårpose ærlig")).decode().replace("UTF-8", declared)
    source = text.encode(encoding)
    if encoding.endswith(("le", "be")):
        source = "\ufeff".encode(encoding) + source
    assert product(source).name == "Sårpose ærlig"


def test_an_entry_of_status_u_or_of_no_namespace_is_a_stray_row():
    expired = rows(an_m30_file(goods=goods_xml(status="U")))
    assert [row.marks.status for row in expired if isinstance(row, StrayRow)] == ["U"]
    foreign = an_m30_file().replace(b"<OppfHandelsvare>", b'<OppfHandelsvare xmlns="">')
    assert [row.namespace for row in rows(foreign) if isinstance(row, StrayRow)] == [""]


def test_an_entry_without_a_payload_we_know_is_a_stray_row():
    source = an_m30_file(goods=goods_xml(kind="Sko"))
    assert [row.name for row in rows(source) if isinstance(row, StrayRow)] == ["OppfHandelsvare"]


def test_entries_that_say_nothing_about_a_list_are_read_past():
    other = "<KatDiagnose>" + "<OppfDiagnose><Id>ID_D</Id></OppfDiagnose>" * 50_000 + "</KatDiagnose>"
    source = an_m30_file().replace(b"<KatRefusjon>", other.encode() + b"<KatRefusjon>")
    assert rows(source) == [*rows(an_m30_file())[:-1], rows(an_m30_file())[-1]]


def test_the_size_of_the_chunks_in_which_a_file_arrives_does_not_matter():
    class Drop(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(7, size or -1))

    source = an_m30_file()
    assert list(read(Drop(source), "liste.xml")) == rows(source)


def test_goods_lists_are_5_6_and_900():
    known = {code for code in ("501", "604", "900", "200", "300", "901", "IXA") if is_goods_list(code)}
    assert known == {"501", "604", "900"}


def test_the_builders_files_are_valid_by_the_official_schema(shared_data):
    schema = etree.XMLSchema(etree.parse(shared_data / "fest" / "xsd" / "m30" / "ER-M30-2014-12-01.xsd"))
    for source in (
        an_m30_file(),
        an_m30_file(goods=goods_xml(prices=price_xml("1.00"), kind="Brystprotese")),
        an_m30_file(bases=basis_xml(groups=group_xml(codes=refund_code_xml(), conditions=["ID_VILKAR"]))),
    ):
        schema.assertValid(etree.fromstring(source))


# --- what is no M30 file ---------------------------------------------------


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (b"", "no element"),
        (b"\n \n", "Start tag expected"),
        (b"Varenr;Navn\n600007;Pose\n", "Start tag expected"),
        (b'{"fest": []}', "Start tag expected"),
        (b"\x00" * 4096, "Start tag expected"),
        (an_m30_file()[:-200], "Premature end"),
        (an_m30_file()[:200], "invalid element name"),
        (an_m30_file() + b"<FEST/>", "Extra content"),
        (an_m30_file().replace(b"</Navn>", b"</Nvan>", 1), "tag mismatch"),
        (an_m30_file(goods=goods_xml(name="12&x;00")), "Entity 'x' not defined"),
        (an_m30_file(goods=goods_xml(name="A & B")), "EntityRef"),
        (an_m30_file(goods=goods_xml(name="a\x01b")), "invalid"),
    ],
)
def test_what_is_no_xml_is_refused_with_what_is_wrong_and_where(source, found):
    refused = refusal(source)
    assert refused.reason == "xml-not-wellformed"
    assert found.lower() in refused.facts["found"].lower()
    assert int(refused.facts["line"]) >= 1


def test_an_unknown_entity_is_found_wherever_in_the_file_it_stands():
    far = an_m30_file(goods=goods_xml() * 200 + goods_xml("600008", name="12&x;00"))
    assert len(far) > 2 * CHUNK
    refused = refusal(far)
    assert (refused.reason, refused.facts["found"]) == ("xml-not-wellformed", "Entity 'x' not defined")
    assert refused.facts["line"] == "203"


@pytest.mark.parametrize(
    "source",
    [
        an_m30_file(goods=goods_xml(name="Sårpose")).decode().encode("iso-8859-1"),
        an_m30_file().replace(b"UTF-8", b"UTF-16"),
        an_m30_file().replace(b"UTF-8", b"x-ukjent"),
    ],
    ids=["latin 1 as utf-8", "utf-8 as utf-16", "no such encoding"],
)
def test_a_file_in_another_encoding_than_it_says_is_refused(source):
    assert refusal(source).reason == "xml-not-wellformed"


@pytest.mark.parametrize(
    "root",
    [
        "<FEST/>",
        f'<FEST xmlns="{M30}2099-01-01"/>',
        f'<M30 xmlns="{M30}{VERSION}"/>',
        '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    ],
)
def test_another_root_is_no_m30_and_is_named(root):
    refused = refusal(root.encode())
    assert refused.reason == "not-m30"
    assert etree.fromstring(root).tag == refused.facts["found"]


LAUGHS = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
DOCTYPES = {
    "plain": "<!DOCTYPE FEST>",
    "external": '<!DOCTYPE FEST SYSTEM "file:///etc/hostname">',
    "public": '<!DOCTYPE FEST PUBLIC "-//A//B" "http://127.0.0.1:9/x.dtd">',
    "entity": '<!DOCTYPE FEST [<!ENTITY x "0">]>',
    "external entity": '<!DOCTYPE FEST [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "bomb": f'<!DOCTYPE FEST [<!ENTITY x0 "haha">{LAUGHS}<!ENTITY x "&x11;">]>',
    "parameter": "<!DOCTYPE FEST [<!ENTITY % p \"<!ENTITY x '12'>\"> %p;]>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
def test_a_document_type_is_refused_in_any_encoding(doctype, encoding):
    text = an_m30_file(goods=goods_xml(name="12&x;00")).decode()
    source = text.replace("UTF-8", encoding).replace("<FEST", doctype + "<FEST", 1).encode(encoding)
    assert refusal(source).reason == "xml-has-doctype"


def test_one_entity_bomb_less_its_document_type_is_refused_too():
    assert refusal(an_m30_file(goods=goods_xml(name="&x11;"))).reason == "xml-not-wellformed"


# --- what is made to harm --------------------------------------------------

_READ = """
import io, json, sys
from ingest.m30.read import read
from lists.errors import SourceUnreadable

class Repeated(io.RawIOBase):
    def __init__(self, begin, unit, times, end):
        self.left, self.parts = b"", self.bytes(begin, unit, times, end)
    def bytes(self, begin, unit, times, end):
        yield begin.encode()
        for at in range(0, times, 1000):
            some = range(at, min(at + 1000, times))
            yield "".join(unit.replace("#", str(n)) for n in some).encode()
        yield end.encode()
    def read(self, size):
        while len(self.left) < size:
            part = next(self.parts, None)
            if part is None:
                break
            self.left += part
        out, self.left = self.left[:size], self.left[size:]
        return out

told = {"reason": "", "facts": {}, "rows": 0}
try:
    for row in read(Repeated(**json.load(sys.stdin)), "liste.xml"):
        told["rows"] += 1
except SourceUnreadable as refused:
    told["reason"], told["facts"] = refused.reason, refused.facts
try:
    # getrusage would tell the size of the tests, whose memory this process had before it became itself.
    told["memory"] = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) * 1024
except OSError:
    told["memory"] = 0
print(json.dumps(told))
"""


class Told(msgspec.Struct):
    reason: str
    facts: dict[str, str]
    rows: int
    memory: int


def read_apart(begin: str, unit: str = "", times: int = 0, end: str = "</FEST>") -> Told:
    """
    What a fresh process says of begin + unit × times + end; time and memory are held to the limits.

    In the unit, # stands for a number that is another each time.
    """
    source = {"begin": begin, "unit": unit, "times": times, "end": end}
    began = time.monotonic()
    command = [sys.executable, "-c", _READ]
    ran = subprocess.run(
        command, input=json.dumps(source).encode(), capture_output=True, timeout=120, check=False
    )
    took = time.monotonic() - began
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    told = msgspec.json.decode(ran.stdout, type=Told)
    assert told.memory < MEMORY_LIMIT
    assert took < SECONDS_LIMIT
    return told


ENTRY = "<KatVilkar><OppfVilkar><Id>ID_1</Id>"
ENTRY_END = "</OppfVilkar></KatVilkar></FEST>"
ATTRIBUTES = {
    "root": (ROOT[:-1] + " ", ">" + ENTRY + ENTRY_END),
    "catalogue": (ROOT + "<KatVilkar ", "><OppfVilkar/></KatVilkar></FEST>"),
    "goods catalogue": (ROOT + "<KatHandelsvare ", "/></FEST>"),
    "entry": (ROOT + "<KatVilkar><OppfVilkar ", "/></KatVilkar></FEST>"),
    "inside an entry": (ROOT + ENTRY + "<Vilkar ", "/>" + ENTRY_END),
    "unknown": (ROOT + "<Noe ", "/></FEST>"),
    "unknown before an entry": (ROOT + "<KatVilkar><Noe ", "/><OppfVilkar/></KatVilkar></FEST>"),
}


@pytest.mark.parametrize(("begin", "end"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_200_000_attributes_on_one_element_are_refused_wherever_it_stands(begin, end):
    told = read_apart(begin, 'a#="1" ', 200_000, end)
    assert (told.reason, told.facts["limit"]) == ("xml-too-large", "100 attributes")


def test_depth_is_refused():
    told = read_apart(ROOT + ENTRY, "<a>", 100_000, "")
    assert (told.reason, told.facts["limit"]) == ("xml-too-large", "256 levels")


TEXTS = {
    "text in an entry": (ROOT + ENTRY + "<Vilkar><Tekst>", "</Tekst></Vilkar>" + ENTRY_END),
    "text between entries": (ROOT + "<KatVilkar>", "<OppfVilkar/></KatVilkar></FEST>"),
    "text outside of all": (ROOT, "</FEST>"),
    "attribute": (ROOT + '<KatVilkar a="', '"/></FEST>'),
    "comment": (ROOT + "<!--", "--></FEST>"),
    "CDATA": (ROOT + ENTRY + "<Vilkar><Tekst><![CDATA[", "]]></Tekst></Vilkar>" + ENTRY_END),
    "name": (ROOT + "<", "/></FEST>"),
    "before the root": ("<!--", "-->" + ROOT + "</FEST>"),
    "document type": ("<!DOCTYPE FEST [<!-- ", "-->]>" + ROOT + "</FEST>"),
}


@pytest.mark.parametrize(("begin", "end"), TEXTS.values(), ids=TEXTS)
def test_20_megabytes_of_text_are_refused_wherever_they_stand(begin, end):
    assert read_apart(begin, "tekst" * 200, 20_000, end).reason == "xml-too-large"


def test_an_entry_of_a_million_tiny_elements_is_refused():
    told = read_apart(ROOT + ENTRY, "<a/>", 1_400_000, ENTRY_END)
    assert (told.reason, told.facts["limit"]) == ("xml-too-large", "200000 elements")


ENDLESS = {
    "entries": "<OppfVilkar/>",
    "entries in something unknown": "<Noe><OppfVilkar/></Noe>",
    "unknown ones between entries": "<Noe/><OppfVilkar/>",
    "names that are another each time": "<OppfVilkar><a#/></OppfVilkar>",
    "ids that are another each time": '<OppfVilkar><Id xml:id="a#">a#</Id></OppfVilkar>',
    "namespaces that are another each time": '<OppfVilkar xmlns:a="b#"><Id/></OppfVilkar>',
    "dates": "<HentetDato>2026-01-01</HentetDato>",
    "catalogues": "<KatHandelsvare/>",
}


@pytest.mark.parametrize("unit", ENDLESS.values(), ids=ENDLESS)
def test_what_comes_again_and_again_takes_no_more_memory(unit):
    few, many = (read_apart(ROOT, unit, times) for times in (1_000, 200_000))
    assert few.reason == ""
    assert many.reason in {"", "xml-too-large", "xml-not-wellformed"}
    assert many.memory < few.memory + (16 << 20)

"""M30 rows to drafts: what each text becomes, and that whatever became nothing is reported."""

import datetime as dt
import io
import random
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.convert import convert
from ingest.m30.read import read
from ingest.reading import FirstDays, Reading
from ingest.store import Release
from ingest.write import Addition, write
from lists.codes import (
    CONDITION_TYPE,
    LEGAL_BASIS,
    PACK_UNIT,
    PRICE_KIND_GOODS,
    PRICE_KIND_MEDICINES,
    PRODUCT_GROUP,
    Code,
)
from lists.edition import Draft, Edition
from lists.records import CodedForm, Entry, Placement, Price, Supplier
from lists.rules import judge
from tests.builders import (
    FIRST_DAY,
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


def reading(source: bytes) -> Reading:
    return convert(read(io.BytesIO(source), "liste.xml"), file="liste.xml", first_days=FirstDays())


def draft(source: bytes) -> Draft:
    """The only draft of a file in which reading found nothing."""
    made = reading(source)
    (only,) = made.drafts
    assert (made.problems, only.problems) == ([], [])
    return only


def entry(source: bytes) -> Entry:
    (only,) = draft(source).entries
    return only


def found(source: bytes) -> list[tuple[str, str, str, str]]:
    """What reading and judging find: rule, column, subject, what stands there."""
    made = reading(source)
    problems = [*made.problems, *(one for known in made.drafts for one in judge(known, None).problems)]
    return [(one.rule, one.column, one.subject, one.found) for one in sorted(problems)]


def test_a_product_becomes_an_entry_with_codes_days_and_money():
    assert entry(an_m30_file()) == Entry(
        varenr="600007",
        kind="consumable",
        name="Fjellro pose 30 mm",
        placements=(Placement("5050101", FIRST_DAY),),
        supplier=Supplier("Fjellro Stomi AS", "Strandgata 1, 5003 Bergen", "55 00 00 00"),
        supplier_item_number="FS 30",
        size="30 mm",
        unit=Code("stk", PACK_UNIT, "stykk"),
        pack="30",
        units_per_pack=30,
        may_exceed_max_price=False,
        prices=(
            Price(Code("E", PRICE_KIND_GOODS, "E"), 125_000, "NOK", FIRST_DAY),
            Price(Code("P", PRICE_KIND_GOODS, "P"), 3_750_000, "NOK", FIRST_DAY),
        ),
        entry_id="ID_OPPF_600007",
        entry_time="2025-12-10T06:00:00",
    )


def test_a_list_becomes_terms_with_groups_and_the_conditions_they_refer_to():
    made = draft(an_m30_file())
    assert (made.file, made.valid_from, made.catalogue_present) == ("liste.xml", FIRST_DAY, True)
    terms = made.terms
    assert (terms.list, terms.title, terms.number_kind) == ("505", "Utstyr ved stomi", "varenr")
    assert terms.legal_basis == Code("505", LEGAL_BASIS, "§5-14 §5.5")
    assert [group.code.value for group in terms.groups] == ["505", "5050101"]
    assert terms.groups[1].source_id == "RID_5050101"
    (condition,) = terms.conditions
    assert (condition.id, condition.applies_to, condition.number) == ("ID_VILKAR", "dispenser", "5101")
    assert condition.coded == (CodedForm(Code("15", CONDITION_TYPE, "15"), ("400",)),)


def test_every_subject_knows_its_line():
    source = an_m30_file()
    lines = source.decode().splitlines()
    known = draft(source).lines
    assert set(known) == {"600007", "group 505", "group 5050101", "condition ID_VILKAR"}
    for subject, line in known.items():
        assert subject.split()[-1] in lines[line - 1]


@pytest.mark.parametrize(("written", "who"), [("1", "prescriber"), ("2", "dispenser"), ("3", "both")])
def test_a_condition_says_whom_it_binds(written, who):
    (condition,) = draft(an_m30_file(conditions=condition_xml(applies_to=written))).terms.conditions
    assert condition.applies_to == who


@pytest.mark.parametrize("kind", ["1", "2", "9", "10", "11", "15", "16", "22", "27"])
def test_every_structured_type_is_kept_with_its_values(kind):
    (condition,) = draft(an_m30_file(conditions=condition_xml(forms=form_xml(kind, "400")))).terms.conditions
    assert condition.coded == (CodedForm(Code(kind, CONDITION_TYPE, kind), ("400",)),)


def test_coded_values_are_kept_with_their_system_and_text():
    form = (
        f"<StrukturertVilkar>{cv('Type', '11', 7439)}{cv('VerdiKodet', '1', 1101, 'Ja')}</StrukturertVilkar>"
    )
    (condition,) = draft(
        an_m30_file(conditions=condition_xml(text="Egen resept.", forms=form))
    ).terms.conditions
    assert condition.coded[0].codes == (Code("1", "2.16.578.1.12.4.1.1.1101", "Ja"),)


def test_a_medicine_keeps_what_an_export_needs_back():
    area = group_xml("A10AB01_1", identity="ID_G1", system=7451)
    source = an_m30_file(
        goods=None, packages=package_xml(gtins=["4006381333931"]), bases=basis_xml("200", area), conditions=""
    )
    known = entry(source)
    assert (known.kind, known.gtins, known.pack, known.units_per_pack) == (
        "medicine",
        ("4006381333931",),
        "100",
        100,
    )
    assert known.prices[0].kind == Code("2", PRICE_KIND_MEDICINES, "2")
    assert known.medicine is not None
    assert known.medicine.prescription_group == Code("C", "", "Reseptgruppe C")
    assert known.medicine.package == "ID_P012345"


def test_a_pack_that_is_a_text_has_no_number_of_units():
    source = an_m30_file(
        goods=None,
        packages=package_xml().replace("<Pakningsstr>100<", "<Pakningsstr>6 x 250<"),
        bases=basis_xml("200", group_xml("A10_1", identity="ID_G1", system=7451)),
        conditions="",
    )
    assert (entry(source).pack, entry(source).units_per_pack) == ("6 x 250", None)


def test_one_product_in_two_groups_of_one_list_is_one_entry():
    groups = group_xml() + group_xml("5050102")
    source = an_m30_file(
        goods=goods_xml(refund=refund_xml("RID_5050102", "RID_5050101")),
        bases=basis_xml(groups=groups),
        conditions="",
    )
    assert [placement.group for placement in entry(source).placements] == ["5050101", "5050102"]


def test_several_refunds_of_one_product_keep_their_own_days():
    refunds = refund_xml("RID_5050101") + refund_xml(
        "RID_5050102",
        days="<GyldigFraDato>2026-02-01</GyldigFraDato><ForskrivesTilDato>2026-03-31</ForskrivesTilDato>"
        "<UtleveresTilDato>2026-06-30</UtleveresTilDato>",
    )
    source = an_m30_file(
        goods=goods_xml(refund=refunds),
        bases=basis_xml(groups=group_xml() + group_xml("5050102")),
        conditions="",
    )
    assert entry(source).placements == (
        Placement("5050101", FIRST_DAY),
        Placement("5050102", dt.date(2026, 2, 1), dt.date(2026, 3, 31), dt.date(2026, 6, 30)),
    )


def test_one_group_twice_with_other_days_is_reported_and_none_is_picked_in_silence():
    later = refund_xml("RID_5050101", days="<GyldigFraDato>2026-02-01</GyldigFraDato>")
    source = an_m30_file(goods=goods_xml(refund=refund_xml("RID_5050101") + later))
    assert found(source) == [("group-repeated", "RefRefusjonsgruppe", "600007", "5050101")]
    assert found(an_m30_file(goods=goods_xml(refund=refund_xml("RID_5050101") * 2))) == []


def test_a_row_that_stands_twice_alike_is_one_product_and_noted_with_the_first_ones_line():
    source = an_m30_file(goods=goods_xml() + goods_xml())
    (note,) = reading(source).problems
    assert (note.rule, note.subject, note.line, dict(note.facts)) == (
        "row-repeated",
        "600007",
        4,
        {"first": "3"},
    )
    assert len(reading(source).drafts[0].entries) == 1


def test_unlike_rows_with_one_number_block_with_both_lines():
    made = reading(an_m30_file(goods=goods_xml() + goods_xml(name="Another")))
    judgement = judge(made.drafts[0], None)
    assert (judgement.state, judgement.edition) == ("refused", None)
    (problem,) = judgement.problems
    assert (problem.rule, problem.subject, problem.found) == ("varenr-repeated", "600007", "Another")
    assert (problem.line, dict(problem.facts)) == (4, {"first": "3"})


def test_a_legal_basis_may_come_in_several_entries():
    bases = basis_xml(groups=group_xml("505"), identity="R1") + basis_xml(groups=group_xml(), identity="R2")
    terms = draft(an_m30_file(bases=bases, conditions="")).terms
    assert [group.code.value for group in terms.groups] == ["505", "5050101"]


def test_a_refund_codes_days_subterms_and_conditions_are_kept():
    more = (
        "<Underterm>B\n  b</Underterm><Underterm>A</Underterm>"
        "<ForskrivesTilDato>2026-03-31</ForskrivesTilDato>"
        "<Refusjonsvilkar><RefVilkar>ID_VILKAR</RefVilkar><FraDato>2026-01-01</FraDato>"
        "<TilDato>2026-12-31</TilDato></Refusjonsvilkar>"
    )
    bases = basis_xml(groups=group_xml(codes=refund_code_xml("K90", text="Malabsorpsjon", more=more)))
    (code,) = draft(an_m30_file(bases=bases)).terms.groups[0].refund_codes
    assert code.code.text == "Malabsorpsjon"
    assert code.subterms == ("A", "B b")
    assert (code.valid_from, code.prescribe_until) == (FIRST_DAY, dt.date(2026, 3, 31))
    (reference,) = code.conditions
    assert (reference.condition, reference.valid_to) == ("ID_VILKAR", dt.date(2026, 12, 31))


def test_a_time_behind_a_day_is_read_past():
    days = "<GyldigFraDato>2026-01-01T00:00:00</GyldigFraDato>"
    assert entry(an_m30_file(goods=goods_xml(refund=refund_xml("RID_5050101", days=days)))).placements == (
        Placement("5050101", FIRST_DAY),
    )


def test_a_file_that_speaks_of_no_list_makes_no_draft_and_says_so():
    source = an_m30_file(goods="", bases="", conditions="")
    assert reading(source).drafts == []
    assert found(source) == [("no-entries-found", "", "", "0")]
    doubled = an_m30_file(goods=goods_xml(refund="") * 2, bases="", conditions="")
    assert "no-entries-found" in {rule for rule, _, _, _ in found(doubled)}


@pytest.mark.parametrize(
    "broken",
    [
        an_m30_file(goods=goods_xml("12345")),
        an_m30_file(goods=goods_xml(prices=price_xml("12,5 kr") + price_xml("x", kind="P"))),
        an_m30_file(conditions=""),
        an_m30_file(conditions=condition_xml(applies_to="9")),
        an_m30_file(bases=basis_xml(listed="kanskje")),
        an_m30_file(bases=basis_xml(groups=group_xml("505"))),
        an_m30_file(goods=goods_xml(status="U")),
        an_m30_file(helfo="1. januar"),
    ],
)
def test_whatever_is_wrong_every_draft_can_still_be_judged_and_nothing_raises(broken):
    assert found(broken)


def test_all_problems_are_found_at_once_each_with_its_line():
    source = an_m30_file(
        goods=goods_xml("12345")
        + goods_xml("600001", prices=price_xml("-1"))
        + goods_xml("600002", units="tre"),
        conditions=condition_xml(forms=form_xml("15", "mange")),
    )
    lines = source.decode().splitlines()
    problems = [*reading(source).problems, *judge(reading(source).drafts[0], None).problems]
    told = sorted((one.line, one.rule, one.found) for one in problems if one.rule != "limit-not-coded")
    assert [rest for _, *rest in told] == [
        ["varenr-form", "12345"],
        ["amount-form", "-1"],
        ["number-form", "tre"],
        ["limit-form", "mange"],
    ]
    assert all(text in lines[line - 1] for line, _, text in told)


@given(st.randoms(use_true_random=False))
def test_shuffled_input_makes_the_same_editions(chance):
    assert _made(chance) == _made()


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_shuffled_input_makes_the_same_bytes(chance):
    def stored(edition: Edition | None) -> bytes:
        assert edition is not None
        release = Release(1, dt.datetime(2025, 12, 15, tzinfo=dt.UTC))
        with TemporaryDirectory() as folder:
            target = Path(folder) / "lists.db"
            write(target, former=None, release=release, additions=[Addition(edition)])
            return target.read_bytes()

    assert stored(_made(chance)) == stored(_made())


def _made(chance: random.Random | None = None) -> Edition | None:
    """The edition of one file, its parts in whatever order chance puts them."""

    def shuffled(*parts: str) -> str:
        return "".join(chance.sample(parts, len(parts)) if chance else parts)

    bound = "<Refusjonsvilkar><RefVilkar>ID_{}</RefVilkar><FraDato>2026-01-01</FraDato></Refusjonsvilkar>"
    terms = "<Underterm>a</Underterm>", "<Underterm>b</Underterm>"
    codes = shuffled(
        refund_code_xml(text="Malabsorpsjon"),
        refund_code_xml(text="Malabsorpsjon", more=shuffled(bound.format("A"), bound.format("B"))),
        refund_code_xml("A01", more=shuffled(*terms)),
    )
    days = "<GyldigFraDato>2026-01-01</GyldigFraDato><GyldigTilDato>2026-06-30</GyldigTilDato>"
    prices = shuffled(price_xml(), price_xml(days=days), price_xml("9.00", kind="P"))
    groups = shuffled(
        group_xml("505", codes=codes),
        group_xml("5050102", conditions=["ID_B", "ID_A"]),
        group_xml(conditions=["ID_A"]),
    )
    refund = refund_xml("RID_5050101", "RID_5050102")
    goods = shuffled(*(goods_xml(f"60000{n}", refund=refund, prices=prices) for n in range(4)))
    forms = shuffled(form_xml("15", "400"), form_xml("16", "100"))
    conditions = shuffled(condition_xml("ID_A", forms=forms), condition_xml("ID_B"))
    return judge(
        draft(an_m30_file(goods=goods, bases=basis_xml(groups=groups), conditions=conditions)), None
    ).edition


def test_a_file_cut_anywhere_makes_no_draft():
    """Law 1 at the byte: no cut of a file ever becomes a list with fewer products."""
    source = an_m30_file(goods="".join(goods_xml(f"60000{n}") for n in range(3)))
    cuts = random.Random(5).sample(range(len(source) - 10), 60)
    for cut in cuts:
        with pytest.raises(Exception, match=re.escape("xml-not-wellformed")):
            reading(source[:cut])


def test_the_same_codes_are_one_object_however_often_they_stand():
    made = draft(an_m30_file(goods=goods_xml("600001") + goods_xml("600002")))
    first, second = made.entries
    assert first.unit is second.unit
    assert first.prices[0].kind.system == PRICE_KIND_GOODS
    assert made.terms.groups[0].code.system == PRODUCT_GROUP

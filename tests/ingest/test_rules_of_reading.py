"""
The rules of reading, each by its number, and every rule of `lists.rules` on a small file that breaks it.

Rules 7 to 10 are half about showing: what is read for them is tested here, what is shown with the
API. Rules 13 and 14 are about tables and stand with the table reader's tests.
"""

import datetime as dt
import gzip
import io
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ingest.convert import convert
from ingest.m30.read import read
from ingest.reading import FirstDays
from lists.codes import ICD_10, ICD_10_OWN, ICPC_2, ICPC_2_OWN
from lists.conditions import binding, limits_of, requirements_of
from lists.edition import Draft, Edition, closed_edition
from lists.errors import SourceUnreadable
from lists.problems import Problem
from lists.records import Condition
from lists.rules import RULES, blocks, judge
from tests.builders import (
    FIRST_DAY,
    an_edition,
    an_m30_file,
    basis_xml,
    condition_xml,
    entries,
    form_xml,
    goods_xml,
    group_xml,
    package_xml,
    price_xml,
    refund_code_xml,
    refund_xml,
)

MEDICINES = basis_xml("200", group_xml("A10AB01_1", identity="ID_G1", system=7451), text="§2")
BLUE = an_m30_file(goods=None, packages=package_xml(), bases=MEDICINES, conditions="")


class Told:
    """What became of a file: every draft's judgement by list, and all problems."""

    def __init__(
        self, source: bytes, *, former: dict[str, Edition] | None = None, first_days: FirstDays | None = None
    ) -> None:
        rows = read(io.BytesIO(source), "liste.xml")
        reading = convert(rows, file="liste.xml", first_days=first_days or FirstDays())
        self.drafts: dict[str, Draft] = {draft.terms.list: draft for draft in reading.drafts}
        self.judged = {code: judge(draft, (former or {}).get(code)) for code, draft in self.drafts.items()}
        self.problems: list[Problem] = list(reading.problems)
        for judgement in self.judged.values():
            self.problems.extend(judgement.problems)

    def edition(self, code: str = "505") -> Edition:
        edition = self.judged[code].edition
        assert edition is not None, self.problems
        return edition

    def rules(self) -> list[str]:
        return sorted(found.rule for found in self.problems)

    def first_days(self) -> dict[str, str]:
        return {code: str(draft.valid_from) for code, draft in self.drafts.items()}


# --- by number -------------------------------------------------------------


def test_rule_01_a_file_speaks_only_of_the_lists_it_has_a_refund_group_for():
    assert set(Told(an_m30_file()).drafts) == {"505"}
    assert set(Told(an_m30_file(bases=basis_xml() + MEDICINES, packages=package_xml())).drafts) == {
        "200",
        "505",
    }


def test_rule_01_products_come_from_the_goods_catalogue_for_5_6_and_900_and_from_packages_else():
    groups = group_xml("5010101", identity="ID_G1")
    medicines_only: dict[str, Any] = {"goods": None, "packages": package_xml(), "conditions": ""}
    assert Told(an_m30_file(bases=MEDICINES, **medicines_only)).drafts["200"].catalogue_present
    for code in ("501", "604", "900"):
        bases = basis_xml(code, groups)
        assert not Told(an_m30_file(bases=bases, **medicines_only)).drafts[code].catalogue_present


def test_rule_01_a_list_whose_catalogue_is_absent_is_left_out_and_noted():
    former = {"200": Told(BLUE).edition("200")}
    told = Told(an_m30_file(bases=MEDICINES, goods=None, conditions=""), former=former)
    assert (told.judged["200"].state, told.rules()) == ("left-out", ["catalogue-absent"])


def test_rule_01_a_list_that_had_five_products_is_not_emptied():
    told = Told(an_m30_file(goods=""), former={"505": an_edition(entries(5))})
    assert told.judged["505"].state == "refused"
    assert "list-emptied" in told.rules()
    assert Told(an_m30_file(goods=""), former={"505": an_edition(entries(4))}).judged["505"].state == "new"


def test_rule_01_a_list_that_never_had_products_may_consist_of_groups_only():
    assert len(Told(an_m30_file(goods=None)).edition().terms.groups) == 2


def test_rule_02_a_list_ends_by_an_act_that_is_judged_like_any_other():
    former = an_edition(entries(20))
    ended = closed_edition(former.terms, dt.date(2027, 1, 1))
    judgement = judge(Draft("", ended.terms, ended.valid_from), former)
    assert (judgement.state, judgement.edition) == ("new", ended)
    assert ended.terms.closed
    assert ended.entries == ()


BOTH: dict[str, Any] = {"bases": basis_xml() + MEDICINES, "packages": package_xml()}


@pytest.mark.parametrize(
    ("received", "helfo", "goods", "medicines"),
    [
        ("2025-12-15T06:00:00", "2026-01-01", "2026-01-01", "2026-01-01"),
        ("2026-01-15T06:00:00", "2026-01-01", "2026-01-01", "2026-01-15"),
        ("2026-01-15T06:00:00", "", "None", "2026-01-15"),
        ("2026-01-14T23:30:00Z", "", "None", "2026-01-15"),  # half past midnight in Oslo
        ("2026-01-14T23:30:00", "", "None", "2026-01-14"),  # as written
        ("", "2026-01-01", "2026-01-01", "2026-01-01"),
    ],
)
def test_rule_03_goods_hold_from_helfos_day_and_others_from_the_later_of_both(
    received, helfo, goods, medicines
):
    told = Told(an_m30_file(received=received, helfo=helfo, **BOTH))
    assert told.first_days() == {"200": medicines, "505": goods}


def test_rule_03_without_any_first_day_a_list_is_refused():
    told = Told(an_m30_file(helfo=""))
    assert (told.judged["505"].state, told.rules()) == ("refused", ["first-day-missing"])


def test_rule_03_a_plain_day_dates_all_and_one_with_a_list_dates_that_list():
    plain, one = dt.date(2026, 2, 1), dt.date(2026, 3, 1)
    told = Told(an_m30_file(**BOTH), first_days=FirstDays(all=plain))
    assert told.first_days() == {"200": "2026-02-01", "505": "2026-02-01"}
    told = Told(an_m30_file(**BOTH), first_days=FirstDays(by_list={"200": one}))
    assert told.first_days() == {"200": "2026-03-01", "505": "2026-01-01"}
    told = Told(an_m30_file(**BOTH), first_days=FirstDays(all=plain, by_list={"200": one}))
    assert told.first_days() == {"200": "2026-03-01", "505": "2026-02-01"}


def test_rule_03_a_day_given_that_the_file_contradicts_is_noted():
    told = Told(an_m30_file(), first_days=FirstDays(all=dt.date(2026, 2, 1)))
    (note,) = told.problems
    assert (note.rule, note.subject, note.found) == ("valid-from-given", "505", "2026-02-01")
    assert dict(note.facts) == {"file_says": "2026-01-01"}
    assert Told(an_m30_file(), first_days=FirstDays(all=FIRST_DAY)).problems == []
    assert Told(an_m30_file(helfo=""), first_days=FirstDays(all=FIRST_DAY)).problems == []


def test_rule_04_a_list_with_nothing_new_is_left_out_whatever_its_day_its_ids_and_its_times():
    later = an_m30_file(received="2026-01-15T06:00:00", helfo="2026-04-01")
    later = later.replace(b"ID_OPPF_", b"ID_NEW_").replace(b"2025-12-10T06", b"2026-01-10T06")
    told = Told(later, former={"505": Told(an_m30_file()).edition()})
    assert (told.judged["505"].state, told.rules()) == ("unchanged", ["nothing-new"])


def test_rule_04_a_file_of_medicines_makes_no_new_edition_of_the_goods_beside_them():
    former = {code: judged.edition for code, judged in Told(an_m30_file(**BOTH)).judged.items()}
    dearer = {**BOTH, "packages": package_xml(prices=price_xml("1.00", kind="2", system=7453))}
    told = Told(an_m30_file(**dearer), former={code: known for code, known in former.items() if known})
    assert {code: judged.state for code, judged in told.judged.items()} == {"200": "new", "505": "unchanged"}


def test_rule_05_a_group_has_its_own_conditions_and_an_entry_those_of_the_levels_above_too():
    groups = (
        group_xml("505", conditions=["ID_3"])
        + group_xml("50501", conditions=["ID_3", "ID_5"])
        + group_xml("5050101", conditions=["ID_3", "ID_7"])
        + group_xml("5050102", conditions=["ID_X"])
    )
    conditions = "".join(condition_xml(identity) for identity in ("ID_3", "ID_5", "ID_7", "ID_X"))
    edition = Told(an_m30_file(bases=basis_xml(groups=groups), conditions=conditions)).edition()
    by_code = {group.code.value: group for group in edition.terms.groups}
    assert by_code["5050101"].conditions == ("ID_3", "ID_7")
    (placement,) = edition.entries[0].placements
    assert binding(placement.group, by_code, edition.entries[0].conditions) == ("ID_3", "ID_5", "ID_7")


def test_rule_05_types_11_and_22_hold_only_with_yes():
    for value, count in (("1", 1), ("2", 0)):
        source = an_m30_file(conditions=condition_xml(text="Egen resept.", forms=form_xml("11", value)))
        (condition,) = Told(source).edition().terms.conditions
        assert len(requirements_of(condition)) == count


def test_rule_06_a_lists_title_is_its_three_digit_group_else_its_legal_basis():
    assert Told(an_m30_file()).edition().terms.title == "Utstyr ved stomi"
    assert Told(BLUE).edition("200").terms.title == "§2"


def test_rule_06_a_rename_is_noted_and_another_meaning_under_one_id_is_for_an_editor():
    def told(before: str, after: str) -> list[str]:
        former, later = (
            an_m30_file(bases=basis_xml(groups=group_xml(text=text))) for text in (before, after)
        )
        return Told(later, former={"505": Told(former).edition()}).rules()

    text = "Poser til stomi"
    assert told(text, "Lukkede poser til stomi") == ["condition-unused", "group-renamed"]
    assert told(text, "Hudpleiemidler") == ["condition-unused", "group-meaning"]
    assert told(text, "Poser  til Stomi") == ["condition-unused", "name-spacing"]


@pytest.mark.parametrize("text", ["TestGruppe 17", "Kodeteksten vil bli oppdatert i neste versjon"])
def test_rule_06_a_placeholder_is_noted_and_never_a_name(text):
    told = Told(an_m30_file(bases=basis_xml(groups=group_xml("505", text=text) + group_xml()), conditions=""))
    note = next(found for found in told.problems if found.rule == "placeholder-name")
    assert (note.subject, note.found) == ("505", text)
    assert told.edition().terms.title == "505"
    assert told.edition().terms.groups[0].code.text == "505"


def test_rule_07_a_conditions_first_day_is_kept_as_the_source_wrote_it():
    source = an_m30_file(conditions=condition_xml(days="<GyldigFraDato>2000-01-01</GyldigFraDato>"))
    edition = Told(source).edition()
    assert edition.terms.conditions[0].valid_from == dt.date(2000, 1, 1)
    assert edition.valid_from == FIRST_DAY


def test_rule_08_all_periods_of_a_price_are_read_with_the_sources_own_last_day():
    days = "<GyldigFraDato>{}</GyldigFraDato><GyldigTilDato>{}</GyldigTilDato>"
    prices = (
        price_xml("3.00", days="<GyldigFraDato>2026-04-01</GyldigFraDato>")
        + price_xml("1.00", days=days.format("2025-01-01", "2026-01-01"))
        + price_xml("2.00", days=days.format("2026-01-01", "2026-04-01"))
    )
    (entry,) = Told(an_m30_file(goods=goods_xml(prices=prices))).edition().entries
    assert [(price.amount, str(price.valid_from), str(price.valid_to)) for price in entry.prices] == [
        (10_000, "2025-01-01", "2026-01-01"),
        (20_000, "2026-01-01", "2026-04-01"),
        (30_000, "2026-04-01", "None"),
    ]


def test_rule_09_a_product_past_its_own_days_is_on_the_list_as_long_as_the_edition_has_it():
    days = (
        "<GyldigFraDato>2015-01-01</GyldigFraDato><ForskrivesTilDato>2017-01-31</ForskrivesTilDato>"
        "<UtleveresTilDato>2017-04-18</UtleveresTilDato>"
    )
    source = an_m30_file(goods=goods_xml(refund=refund_xml("RID_5050101", days=days)))
    (entry,) = Told(source).edition().entries
    (placement,) = entry.placements
    assert (str(placement.prescribe_until), str(placement.dispense_until)) == ("2017-01-31", "2017-04-18")


def test_rule_10_one_product_on_several_lists_is_an_entry_of_each():
    bases = basis_xml() + basis_xml("502", group_xml("5020205"))
    source = an_m30_file(goods=goods_xml(refund=refund_xml("RID_5050101", "RID_5020205")), bases=bases)
    told = Told(source)
    for code, group in (("502", "5020205"), ("505", "5050101")):
        (entry,) = told.edition(code).entries
        assert (entry.varenr, [placement.group for placement in entry.placements]) == ("600007", [group])


def test_rule_11_the_two_flags_of_a_legal_basis_are_read():
    for listed in ("true", "false"):
        for decision in ("true", "false"):
            terms = Told(an_m30_file(bases=basis_xml(listed=listed, decision=decision))).edition().terms
            assert terms.requires_listed_product == (listed == "true")
            assert terms.requires_decision == (decision == "true")


def test_rule_11_two_entries_of_one_list_must_not_contradict_each_other():
    bases = basis_xml() + basis_xml(groups=group_xml("5050102"), decision="true", identity="R2")
    assert "legal-basis-contradicts" in Told(an_m30_file(bases=bases)).rules()


def test_rule_12_a_refund_code_keeps_its_system_and_rows_with_one_code_are_alternatives():
    systems = {7110: ICD_10, 7435: ICD_10_OWN, 7170: ICPC_2, 7434: ICPC_2_OWN}
    codes = "".join(refund_code_xml("K90", system=number, text=f"{number}") for number in systems)
    alternative = (
        "<Refusjonsvilkar><RefVilkar>ID_VILKAR</RefVilkar><FraDato>2026-01-01</FraDato></Refusjonsvilkar>"
    )
    codes += refund_code_xml("K90", text="7110", more=alternative)
    group = Told(an_m30_file(bases=basis_xml(groups=group_xml(codes=codes)))).edition().terms.groups[0]
    assert sorted(known.code.system for known in group.refund_codes) == sorted([*systems.values(), ICD_10])
    both = [known for known in group.refund_codes if known.code.system == ICD_10]
    assert [len(known.conditions) for known in both] == [0, 1]


# --- every rule fires ------------------------------------------------------

GROUPS = group_xml("505", text="Utstyr ved stomi") + group_xml(conditions=["ID_VILKAR"])
FORMER = {"505": Told(an_m30_file()).edition()}
UNREADABLE = {
    "not-m30": b"<FEST/>",
    "xml-not-wellformed": an_m30_file()[:-20],
    "xml-has-doctype": an_m30_file().replace(b"<FEST", b"<!DOCTYPE FEST><FEST", 1),
    "xml-too-large": an_m30_file(goods=goods_xml(name="<b>" * 300 + "</b>" * 300)),
}
BROKEN: dict[str, bytes | Told] = {
    "no-entries-found": an_m30_file().replace(b"<OppfHandelsvare>", b'<OppfHandelsvare xmlns="">'),
    "increment": an_m30_file(goods=goods_xml() + goods_xml("600008", status="U")),
    "element-missing": an_m30_file(goods=goods_xml(name="")),
    "varenr-form": an_m30_file(goods=goods_xml("7")),
    "varenr-repeated": an_m30_file(goods=goods_xml() + goods_xml(name="Another")),
    "group-repeated": an_m30_file(bases=basis_xml(groups=GROUPS + group_xml())),
    "condition-repeated": an_m30_file(conditions=condition_xml() + condition_xml(text="Another")),
    "reference-unknown": an_m30_file(goods=goods_xml(refund=refund_xml("RID_5059999"))),
    "gtin-form": BLUE.replace(b"<Pakningsinfo>", b"<Ean>123</Ean><Pakningsinfo>"),
    "gtin-check-digit": BLUE.replace(b"<Pakningsinfo>", b"<Ean>4006381333932</Ean><Pakningsinfo>"),
    "amount-form": an_m30_file(goods=goods_xml(prices=price_xml("12,5 kr"))),
    "day-form": an_m30_file(
        goods=goods_xml(prices=price_xml(days="<GyldigFraDato>2026-02-30</GyldigFraDato>"))
    ),
    "instant-form": an_m30_file(received="i fjor", **BOTH),
    "number-form": an_m30_file(goods=goods_xml(units="tretti")),
    "truth-form": an_m30_file(bases=basis_xml(decision="kanskje")),
    "list-form": an_m30_file(bases=basis_xml("§5")),
    "limit-form": an_m30_file(conditions=condition_xml(forms=form_xml("15", "mange"))),
    "interval-reversed": an_m30_file(
        goods=goods_xml(
            prices=price_xml(
                days="<GyldigFraDato>2026-01-01</GyldigFraDato><GyldigTilDato>2025-12-31</GyldigTilDato>"
            )
        )
    ),
    "first-day-missing": an_m30_file(helfo=""),
    "list-emptied": Told(an_m30_file(goods=""), former={"505": an_edition(entries(5))}),
    "legal-basis-contradicts": an_m30_file(
        bases=basis_xml() + basis_xml(groups=group_xml("50501"), listed="false", identity="R2")
    ),
    "product-on-no-list": an_m30_file(goods=goods_xml() + goods_xml("600008", refund="")),
    "limit-not-coded": an_m30_file(conditions=condition_xml(forms="")),
    "name-spacing": an_m30_file(
        bases=basis_xml(groups=GROUPS + group_xml("50501", text="utstyr  ved stomi"))
    ),
    "group-without-products": an_m30_file(bases=basis_xml(groups=GROUPS + group_xml("5050102"))),
    "group-renamed": Told(
        an_m30_file(bases=basis_xml(groups=GROUPS.replace("Utstyr ved", "Alt utstyr ved"))), former=FORMER
    ),
    "group-meaning": Told(
        an_m30_file(bases=basis_xml(groups=GROUPS.replace("Utstyr ved stomi", "Insulinpumper"))),
        former=FORMER,
    ),
    "placeholder-name": an_m30_file(
        bases=basis_xml(groups=GROUPS.replace("Utstyr ved stomi", "TestGruppe 1"))
    ),
    "condition-unused": an_m30_file(conditions=condition_xml() + condition_xml("ID_ANOTHER")),
    "catalogue-absent": Told(an_m30_file(goods=None), former=FORMER),
    "nothing-new": Told(an_m30_file(), former=FORMER),
    "valid-from-given": Told(an_m30_file(), first_days=FirstDays(all=dt.date(2026, 2, 1))),
    "row-repeated": an_m30_file(goods=goods_xml() * 2),
}


BY_AN_EDITOR = {"expressed-by-unknown"}
"""About marks that no source carries; `tests/lists/test_rules.py` breaks them."""


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found_and_nothing_else_blocks(rule):
    given = BROKEN[rule]
    told = Told(given) if isinstance(given, bytes) else given
    assert rule in told.rules()
    # Whatever hangs in a group that could not be read leads nowhere.
    blocking = {found.rule for found in told.problems if blocks(found)} - {"reference-unknown"}
    assert blocking == ({rule} if RULES[rule] else set()) - {"reference-unknown"}


@pytest.mark.parametrize("rule", UNREADABLE)
def test_a_file_that_cannot_be_read_at_all_is_refused_by_a_rule(rule):
    with pytest.raises(SourceUnreadable) as refused:
        Told(UNREADABLE[rule])
    assert (refused.value.reason, RULES[rule]) == (rule, True)


def test_no_rule_is_without_a_file_that_breaks_it():
    tables = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*sheet.py")
    )
    by_tables = {rule for rule in RULES if f'"{rule}"' in tables}
    here = BROKEN.keys() | UNREADABLE.keys()
    assert here <= RULES.keys() <= here | by_tables | BY_AN_EDITOR


# --- on real files ---------------------------------------------------------


def real(shared_data: Path, name: str, **how) -> Told:
    path = shared_data / "fest" / f"{name}.xml.gz"
    return Told(gzip.decompress(path.read_bytes()), **how)


@pytest.fixture(scope="module")
def fest_mini(shared_data) -> Told:
    return real(shared_data, "fest-mini", first_days=FirstDays(all=dt.date(2017, 4, 12)))


@pytest.fixture(scope="module")
def in_2019(shared_data) -> Told:
    return real(shared_data, "m30-2019-09-27")


@pytest.fixture(scope="module")
def in_2020(shared_data, in_2019) -> Told:
    former = {code: judged.edition for code, judged in in_2019.judged.items() if judged.edition}
    return real(shared_data, "m30-2020-01-03", former=former)


@pytest.mark.real
def test_fest_mini_has_107_packages_on_two_lists_or_none(fest_mini):
    on_lists = {code: len(draft.entries) for code, draft in fest_mini.drafts.items()}
    assert on_lists == {"200": 88, "950": 3}
    unlisted = [found for found in fest_mini.problems if found.rule == "product-on-no-list"]
    assert (len(unlisted), sum(on_lists.values()) + len(unlisted)) == (16, 107)
    assert all(found.line for found in unlisted)
    assert {code: judged.state for code, judged in fest_mini.judged.items()} == {"200": "new", "950": "new"}
    assert not any(blocks(found) for found in fest_mini.problems)


@pytest.mark.real
def test_all_346_prices_of_fest_mini_are_read_to_the_oere(fest_mini, shared_data):
    text = gzip.decompress((shared_data / "fest" / "fest-mini.xml.gz").read_bytes())
    payload = "{http://www.kith.no/xmlstds/eresept/forskrivning/2014-12-01}"
    written: dict[str | None, list[tuple[str, Decimal]]] = {}
    for package in ElementTree.fromstring(text).iter(payload + "Legemiddelpakning"):  # noqa: S314 a file we know
        prices = written.setdefault(package.findtext(payload + "Varenr"), [])
        for price in package.iter(payload + "PrisVare"):
            kind, amount = (price.find(payload + name) for name in ("Type", "Pris"))
            assert kind is not None
            assert amount is not None
            prices.append((kind.attrib["V"], Decimal(amount.attrib["V"])))
    assert sum(map(len, written.values())) == 346

    rows = read(io.BytesIO(text), "fest-mini.xml")
    reading = convert(rows, file="fest-mini.xml", first_days=FirstDays())
    read_prices = {
        entry.varenr: sorted((price.kind.value, Decimal(price.amount) / 10_000) for price in entry.prices)
        for draft in reading.drafts
        for entry in draft.entries
    }
    assert len(read_prices) == 91
    assert read_prices == {varenr: sorted(written[varenr]) for varenr in read_prices}


@pytest.mark.real
def test_rule_15_fest_minis_fifteen_conditions_hang_on_lists_but_for_three(fest_mini):
    groups = [group for draft in fest_mini.drafts.values() for group in draft.terms.groups]
    conditions = {one.id: one for draft in fest_mini.drafts.values() for one in draft.terms.conditions}
    unused = [found for found in fest_mini.problems if found.rule == "condition-unused"]
    assert (len(groups), len(conditions), len(unused)) == (26, 12, 3)
    assert sum(len(condition.coded) for condition in conditions.values()) == 4


@pytest.mark.real
def test_rule_09_022113_ended_in_2017_and_is_still_listed(fest_mini):
    (entry,) = [known for known in fest_mini.edition("200").entries if known.varenr == "022113"]
    assert entry.placements[0].dispense_until == dt.date(2017, 4, 18)


@pytest.mark.real
def test_every_package_of_fest_mini_has_real_bar_code_numbers(fest_mini):
    assert sum(len(entry.gtins) for draft in fest_mini.drafts.values() for entry in draft.entries) > 0
    assert not {"gtin-form", "gtin-check-digit"} & set(fest_mini.rules())


@pytest.mark.real
def test_the_wrong_namespace_is_refused_and_never_an_empty_list(shared_data):
    told = real(shared_data, "fest-mini-wrong-namespace")
    found = {(one.rule, one.found, dict(one.facts)["kind"]) for one in told.problems if blocks(one)}
    assert ("no-entries-found", "107", "OppfLegemiddelpakning") in found
    assert told.drafts == {}


@pytest.mark.real
def test_2019_and_2020_have_19_lists_and_505_has_109_then_100_groups(in_2019, in_2020):
    assert len(in_2019.drafts) == len(in_2020.drafts) == 19
    assert len(in_2019.drafts["505"].terms.groups) == 109
    assert len(in_2020.drafts["505"].terms.groups) == 100
    assert not any(blocks(found) for found in (*in_2019.problems, *in_2020.problems))


@pytest.mark.real
def test_list_200_begins_on_the_day_of_its_extract_and_the_goods_on_the_first(in_2020):
    days = in_2020.first_days()
    assert days.pop("200") == "2020-01-03"
    assert set(days.values()) == {"2020-01-01"}


@pytest.mark.real
def test_903279_stands_on_502_and_505(in_2019, in_2020):
    for told in (in_2019, in_2020):
        lists = [
            code for code, draft in told.drafts.items() if "903279" in {one.varenr for one in draft.entries}
        ]
        assert lists == ["502", "505"]


def _bound(told: Told, group: str) -> list[Condition]:
    """The conditions on whatever hangs in a group of list 505."""
    terms = told.drafts["505"].terms
    groups = {known.code.value: known for known in terms.groups}
    conditions = {condition.id: condition for condition in terms.conditions}
    return [conditions[identity] for identity in binding(group, groups)]


@pytest.mark.real
def test_5050609_has_its_limits_from_2020_and_none_before(in_2019, in_2020):
    limits = {
        (limit.max, limit.per) for condition in _bound(in_2020, "5050609") for limit in limits_of(condition)
    }
    assert limits == {(4000, "calendar_year"), (1000, "dispensing")}
    assert [limits_of(condition) for condition in _bound(in_2019, "5050609") if limits_of(condition)] == []


@pytest.mark.real
def test_5050901_needs_its_own_prescription(in_2020):
    kinds = {one.kind for condition in _bound(in_2020, "5050901") for one in requirements_of(condition)}
    assert "own_prescription" in kinds


@pytest.mark.real
def test_rule_06_four_codes_change_their_meaning_on_2020_01_01(in_2020):
    problems = in_2020.judged["505"].problems
    meanings = {found.subject for found in problems if found.rule == "group-meaning"}
    assert meanings == {"group 5051101", "group 50511", "group 5050901", "group 5050619"}


@pytest.mark.real
def test_rule_01_after_fest_mini_the_88_medicines_stay_when_a_file_brings_no_packages(shared_data, fest_mini):
    told = real(shared_data, "m30-2020-01-03", former={"200": fest_mini.edition("200")})
    (note,) = [found for found in told.problems if found.rule == "catalogue-absent"]
    assert (note.subject, dict(note.facts)) == ("200", {"had": "88"})
    assert told.judged["200"].state == "left-out"


@pytest.mark.real
def test_the_full_lists_follow_each_other_month_by_month(shared_data):
    former: dict[str, Edition] = {}
    for month in ("2025-11", "2025-12", "2026-01"):
        told = real(shared_data, f"m30-full-{month}", former=former)
        assert not any(blocks(found) for found in told.problems)
        former |= {code: judged.edition for code, judged in told.judged.items() if judged.edition}
    assert (len(former["505"].entries), len(former["501"].entries)) == (5821, 852)
    assert former["505"].valid_from == dt.date(2026, 1, 1)


@pytest.mark.real
def test_the_guides_own_two_goods_refer_outside_their_file_and_are_refused(shared_data):
    told = Told((shared_data / "fest" / "handelsvare-from-guide-figures.xml").read_bytes())
    assert {found.rule for found in told.problems if blocks(found)} == {
        "reference-unknown",
        "no-entries-found",
    }
    assert len([found for found in told.problems if found.rule == "reference-unknown"]) == 4

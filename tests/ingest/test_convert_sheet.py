"""Every row of a table is an entry or a problem that says why not; the counts add up."""

import csv
import datetime as dt
import gzip
from collections import Counter
from pathlib import Path

import pytest

from ingest.convert_sheet import convert_sheet
from ingest.files import open_source
from ingest.profiles import load_profile
from ingest.reading import FirstDays, Reading
from lists.codes import LIMIT_PERIOD, Code
from lists.conditions import Limit, limits_of
from lists.edition import Draft, Edition
from lists.money import format_amount
from lists.problems import problem
from lists.records import Entry, Group, Placement, Price, Supplier
from lists.rules import judge
from tests.ingest.tables import Cells, a_file, as_csv

UK = "uk-drug-tariff-ix"
AU = "au-stoma-appliance-scheme"
DAY = dt.date(2026, 3, 1)

UK_ROW = {
    "drug_tariff_part": "IXC",
    "vmp_name": "Ostomy bag",
    "amp_name": "Made-up bag 30mm",
    "supplier_name": "Made-up Ltd",
    "quantity": "30.0",
    "quantity_unit_of_measure": "device",
    "price_in_p": "8123.5",
    "colour": "opaque",
    "size_or_weight": "30mm",
    "product_order_number": "AB 12",
    "pack_order_number": "",
    "add_dispensing_indicator": "",
    "product_snomed_code": "",
    "pack_snomed_code": "1642411000001109",
    "gtin": "5000000000005",
    "supplier_snomed_code": "",
    "bnf_code": "1",
}
AU_ROW = {
    "groupId": "01a",
    "sasCode": "3807J",
    "companyCode": "2501",
    "manufacturer": "Made-up",
    "brandName": "Made-up bag",
    "description": "opaque, 30mm",
    "packSize": "30",
    "maxQty": "60m",
    "packPrice": "41.19",
    "packPremium": "",
    "status": "active",
    "variation": "",
    "deletion": "",
}


def a_table(base: dict[str, str], *rows: dict[str, str]) -> bytes:
    """One row for each of the given differences from a good row."""
    cells: list[Cells] = [list((base | row).values()) for row in rows]
    return as_csv([list(base), *cells])


def convert(folder: Path, *rows: dict[str, str], day: dt.date | None = DAY) -> Reading:
    """Rows of the UK by what differs from a good row; of Australia where one names its SAS code."""
    australian = any("sasCode" in row for row in rows)
    content = a_table(AU_ROW if australian else UK_ROW, *rows)
    with open_source(a_file(folder, content)) as source:
        return convert_sheet(source, load_profile(AU if australian else UK), first_days=FirstDays(day))


def entries(reading: Reading) -> list[tuple[str, str]]:
    return [(draft.terms.list, entry.varenr) for draft in reading.drafts for entry in draft.entries]


def told(reading: Reading) -> list[tuple[str, int, str, str, str]]:
    noted = [one for one in reading.problems if one.rule != "list-not-in-table"]
    return [(one.rule, one.line, one.column, one.subject, one.found) for one in noted]


def test_a_row_of_the_uk_is_an_entry(tmp_path):
    (draft,) = convert(tmp_path, {}).drafts

    assert draft.entries == [
        Entry(
            varenr="1642411000001109",
            kind="consumable",
            name="Made-up bag 30mm",
            placements=(Placement("Ostomy bag"),),
            supplier=Supplier("Made-up Ltd"),
            supplier_item_number="AB 12",
            size="30mm",
            unit=Code("device", "drug-tariff-unit", "device"),
            pack="30.0",
            units_per_pack=30,
            gtins=("5000000000005",),
            prices=(Price(Code("list", "price-kind"), 812_350, "GBP"),),
        )
    ]
    assert format_amount(draft.entries[0].prices[0].amount) == "81.235"
    assert draft.terms.groups == (Group(Code("Ostomy bag", "vmp-name", "Ostomy bag")),)
    assert (draft.terms.list, draft.terms.title) == ("IXC", "Stoma appliances")
    assert (draft.terms.number_kind, draft.valid_from) == ("snomed-pack", DAY)


def test_a_part_that_names_two_lists_is_an_entry_on_both(tmp_path):
    reading = convert(tmp_path, {"drug_tariff_part": "IXB & IXC"})
    assert entries(reading) == [("IXB", "1642411000001109"), ("IXC", "1642411000001109")]


def test_lists_the_table_has_no_row_of_are_left_alone_and_noted(tmp_path):
    reading = convert(tmp_path, {})
    assert reading.problems == [
        problem("list-not-in-table", file="list.csv", subject=code) for code in ("IXA", "IXB", "IXR")
    ]


def test_a_list_that_is_not_known_is_a_problem_and_not_a_row_lost(tmp_path):
    reading = convert(tmp_path, {"drug_tariff_part": "IXD"}, {})
    assert ("list-unknown", 2, "drug_tariff_part", "", "IXD") in told(reading)
    assert len(entries(reading)) == 1


def test_a_generic_row_is_named_by_its_group(tmp_path):
    (draft,) = convert(tmp_path, {"amp_name": ""}).drafts
    assert draft.entries[0].name == "Ostomy bag"


def test_rule_13_two_rows_alike_but_for_their_gtin_are_one_product(tmp_path):
    reading = convert(tmp_path, {}, {"gtin": "5000000000012"}, {"gtin": ""}, {})
    (draft,) = reading.drafts
    assert [entry.gtins for entry in draft.entries] == [("5000000000005", "5000000000012")]
    assert told(reading) == [
        ("row-repeated", line, "", "1642411000001109", "Made-up bag 30mm") for line in (3, 4, 5)
    ]
    assert judge(draft, None).problems == []


@pytest.mark.parametrize("change", [{"price_in_p": "9000"}, {"colour": "clear"}], ids=["shown", "not shown"])
def test_rule_13_two_unlike_rows_of_one_number_block(tmp_path, change):
    (draft,) = convert(tmp_path, {}, change).drafts
    (one,) = judge(draft, None).problems
    assert (one.rule, one.line, one.subject) == ("varenr-repeated", 3, "1642411000001109")
    assert dict(one.facts) == {"first": "2"}


def test_rule_13_a_row_that_stands_twice_on_two_lists_is_noted_once(tmp_path):
    reading = convert(tmp_path, *[{"drug_tariff_part": "IXB & IXC"}] * 2)
    assert len(entries(reading)) == 2
    assert [rule for rule, *_ in told(reading)] == ["row-repeated"]


def test_rule_13_rows_without_a_pack_code_are_noted_with_their_lines(tmp_path):
    reading = convert(tmp_path, {"pack_snomed_code": "", "price_in_p": "no price"}, {})
    assert told(reading) == [("row-without-key", 2, "pack_snomed_code", "", "Made-up bag 30mm")]
    assert len(entries(reading)) == 1


def test_rule_14_a_fractional_pack_has_no_units(tmp_path):
    (draft,) = convert(tmp_path, {"quantity": "0.7"}).drafts
    assert (draft.entries[0].pack, draft.entries[0].units_per_pack) == ("0.7", None)


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"pack_snomed_code": "1642411000001108"}, "snomed-check-digit", "pack_snomed_code"),
        ({"pack_snomed_code": "164241100000110９"}, "snomed-form", "pack_snomed_code"),
        ({"gtin": "5000000000006"}, "gtin-check-digit", "gtin"),
        ({"gtin": "500000000000"}, "gtin-check-digit", "gtin"),
        ({"gtin": "50000000005"}, "gtin-form", "gtin"),
        ({"price_in_p": ""}, "amount-form", "price_in_p"),
        ({"price_in_p": "-1"}, "amount-form", "price_in_p"),
        ({"price_in_p": "1.005"}, "amount-form", "price_in_p"),
        ({"price_in_p": "1e3"}, "amount-form", "price_in_p"),
        ({"quantity": "0"}, "number-form", "quantity"),
        ({"quantity": "3O"}, "number-form", "quantity"),
        ({"quantity": "3/4"}, "number-form", "quantity"),
        ({"amp_name": "", "vmp_name": ""}, "name-missing", "amp_name"),
        ({"vmp_name": ""}, "product-in-no-group", "vmp_name"),
    ],
)
def test_a_row_with_a_wrong_cell_is_a_problem_and_no_entry(tmp_path, change, rule, column):
    reading = convert(tmp_path, change)
    row = UK_ROW | change
    assert (rule, 2, column, row["pack_snomed_code"], row[column]) in told(reading)
    assert entries(reading) == []
    (draft,) = reading.drafts
    assert draft.terms.groups == ()


def test_everything_wrong_with_a_row_is_told_at_once(tmp_path):
    change = {"gtin": "1", "price_in_p": "x", "quantity": "y", "pack_snomed_code": "z"}
    rules = {rule for rule, *_ in told(convert(tmp_path, change))}
    assert rules == {"gtin-form", "amount-form", "number-form", "snomed-form"}


def test_a_blank_row_is_noted(tmp_path):
    content = a_table(UK_ROW, {}) + b"\r\n"
    with open_source(a_file(tmp_path, content)) as source:
        reading = convert_sheet(source, load_profile(UK), first_days=FirstDays())
    assert told(reading) == [("row-without-key", 3, "pack_snomed_code", "", "")]


def test_the_first_day_is_the_one_given_and_else_missing(tmp_path):
    (draft,) = convert(tmp_path, {}, day=None).drafts
    assert judge(draft, None).problems == [problem("first-day-missing", file="list.csv", subject="IXC")]


def test_a_table_without_a_column_has_no_drafts(tmp_path):
    content = a_table(UK_ROW, {}).replace(b"vmp_name", b"vmp name")
    with open_source(a_file(tmp_path, content)) as source:
        reading = convert_sheet(source, load_profile(UK), first_days=FirstDays(DAY))
    assert reading.drafts == []
    assert told(reading) == [
        ("column-missing", 1, "vmp_name", "", ""),
        ("column-unknown", 1, "vmp name", "", ""),
    ]


# --- Australia ---------------------------------------------------------------


def test_rule_14_a_row_of_australia_is_an_entry_under_its_sas_code(tmp_path):
    (draft,) = convert(tmp_path, {"sasCode": "3807J", "packPremium": "1.50"}).drafts

    (entry,) = draft.entries
    assert (entry.varenr, entry.name, entry.size) == ("3807J-2501", "Made-up bag", "opaque, 30mm")
    assert entry.placements == (Placement("3807J"),)
    assert [(price.kind.value, price.amount, price.currency) for price in entry.prices] == [
        ("list", 411_900, "AUD"),
        ("premium", 15_000, "AUD"),
    ]
    assert draft.terms.groups == (
        Group(Code("01a", "sas-group")),
        Group(Code("3807J", "sas-code"), parent="01a", conditions=("60m",)),
    )
    (condition,) = draft.terms.conditions
    assert condition.text == "Maximum 60 units per month (60m)."
    assert limits_of(condition) == (Limit(60, "month", "60m"),)
    assert condition.coded[0].type == Code("month", LIMIT_PERIOD)


def test_rule_14_a_blank_company_code_leaves_the_dash(tmp_path):
    assert entries(convert(tmp_path, {"sasCode": "80179Y", "companyCode": ""})) == [("SAS", "80179Y-")]


def test_a_is_a_calendar_year(tmp_path):
    (draft,) = convert(tmp_path, {"sasCode": "3807J", "maxQty": "4a"}).drafts
    assert limits_of(draft.terms.conditions[0]) == (Limit(4, "calendar_year", "4a"),)
    assert draft.terms.conditions[0].text == "Maximum 4 units per calendar year (4a)."


@pytest.mark.parametrize("notation", ["", "60", "60w", "m", "0m", "1.5m", "60m/4a", "-1m"])
def test_a_limit_nobody_can_read_blocks(tmp_path, notation):
    reading = convert(tmp_path, {"sasCode": "3807J", "maxQty": notation})
    assert told(reading) == [("limit-form", 2, "maxQty", "3807J-2501", notation)]
    assert entries(reading) == []


@pytest.mark.parametrize("change", [{"maxQty": "30m"}, {"groupId": "01b"}], ids=["limit", "group above"])
def test_rows_that_disagree_about_their_group_block(tmp_path, change):
    reading = convert(tmp_path, {"sasCode": "3807J"}, {"sasCode": "3807J", "companyCode": "2502"} | change)
    (one,) = reading.problems
    assert (one.rule, one.line, one.subject) == ("group-differs", 3, "group 3807J")
    assert dict(one.facts) == {"first": "2", "other": "sas-code, 01a, 60m"}


def test_a_premium_below_zero_is_noted_and_not_shown(tmp_path):
    reading = convert(tmp_path, {"sasCode": "3807J", "packPremium": "-78.12"})
    assert told(reading) == [("price-negative", 2, "packPremium", "3807J-2501", "-78.12")]
    assert [price.kind.value for price in reading.drafts[0].entries[0].prices] == ["list"]


def test_a_deleted_row_is_noted(tmp_path):
    deleted = {"sasCode": "3807J", "status": "deleted", "packPrice": "", "maxQty": ""}
    reading = convert(tmp_path, deleted, {"companyCode": "2502"})
    assert told(reading) == [("row-left-out", 2, "status", "3807J-2501", "deleted")]
    assert entries(reading) == [("SAS", "3807J-2502")]


def test_a_list_of_deleted_rows_only_is_emptied_and_not_left_alone(tmp_path):
    (draft,) = convert(tmp_path, {"sasCode": "3807J", "status": "deleted"}).drafts
    assert (draft.terms.list, draft.entries) == ("SAS", [])


# --- the real lists ------------------------------------------------------------

MONTHS = ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]


@pytest.mark.real
@pytest.mark.parametrize(
    ("month", "without_key", "repeated"),
    list(zip(MONTHS, [0, 276, 276, 225, 225, 225, 225], [41, 40, 4, 4, 3, 3, 2], strict=True)),
)
def test_every_row_of_the_uk_is_an_entry_or_noted(shared_data, month, without_key, repeated):
    path = shared_data / "uk-drug-tariff-ix" / f"{month}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        rows = sum(1 for _ in csv.reader(text)) - 1
    with open_source(path) as source:
        reading = convert_sheet(source, load_profile(UK), first_days=FirstDays(DAY))

    rules = Counter(one.rule for one in reading.problems)
    assert rules == Counter({"row-without-key": without_key, "row-repeated": repeated})
    on_two_lists = 6
    assert sum(len(draft.entries) for draft in reading.drafts) == rows - without_key - repeated + on_two_lists
    assert [draft.terms.list for draft in reading.drafts] == ["IXA", "IXB", "IXC", "IXR"]
    for edition in map(_admitted, reading.drafts):
        assert all(len(entry.prices) == 1 for entry in edition.entries)
    fractions = sum(entry.units_per_pack is None for draft in reading.drafts for entry in draft.entries)
    assert fractions == (61 if month == "2025-09" else 52)  # 9 more have no pack code


@pytest.mark.real
def test_every_row_of_australia_is_an_entry_or_noted(shared_data):
    with open_source(shared_data / "au-stoma" / "sas_catalogue_2026-04-01.csv") as source:
        reading = convert_sheet(source, load_profile(AU), first_days=FirstDays(dt.date(2026, 4, 1)))

    assert Counter(one.rule for one in reading.problems) == {"row-left-out": 27, "price-negative": 41}
    edition = _admitted(reading.drafts[0])
    assert len(edition.entries) == 3_746
    limits = {one.id: limits_of(one) for one in edition.terms.conditions}
    groups = {group.code.value: group for group in edition.terms.groups}
    per = Counter(
        limit.per
        for entry in edition.entries
        for condition in groups[entry.placements[0].group].conditions
        for limit in limits[condition]
    )
    assert per == {"month": 3_501, "calendar_year": 245}
    assert sum(price.kind.value == "premium" for entry in edition.entries for price in entry.prices) == 629


def _admitted(draft: Draft) -> Edition:
    judged = judge(draft, None)
    assert (judged.state, judged.problems) == ("new", [])
    assert judged.edition is not None
    return judged.edition

"""The gates and the real lists: a month's real changes go through, and files with a slip are stopped."""

import csv
import datetime as dt
import gzip
import io
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest

from ingest.convert import convert
from ingest.convert_sheet import convert_sheet
from ingest.files import open_source
from ingest.m30.read import read
from ingest.profiles import load_profile
from ingest.reading import FirstDays, Reading
from lists.edition import Edition
from lists.errors import SourceUnreadable
from lists.gate_later import lacking
from lists.gates import Beside, GateLimits, GateResult, gates
from lists.outline import Outline, outline_of
from lists.rules import Case, Judgement, blocks, judge

pytestmark = pytest.mark.real

UK_MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03")
FULL_MONTHS = ("2025-11", "2025-12", "2026-01")
TODAY = dt.date(2025, 8, 1)
SLIP = "2026-01-01"
"""The first day of every file that a slip was made with."""


class Chain:
    """Lists as they were published one file after the other, without a home."""

    def __init__(self) -> None:
        self.editions: dict[str, list[Edition]] = {}
        self.outlines: dict[str, list[Outline]] = {}

    def judged(self, reading: Reading) -> list[tuple[Case, Judgement]]:
        """Each list of a file against the last edition of it."""
        cases = [Case(draft, self._last(draft.terms.list)) for draft in reading.drafts]
        return [(case, judge(case.draft, case.former)) for case in cases]

    def look(self, judged: list[tuple[Case, Judgement]]) -> list[GateResult]:
        """What the gates say of the lists that have something new."""
        return [
            result
            for case, judgement in judged
            if judgement.edition is not None
            for result in gates(case, Beside(TODAY, self._older(case.draft.terms.list)), GateLimits())
        ]

    def publish(self, judged: list[tuple[Case, Judgement]]) -> None:
        for case, judgement in judged:
            if judgement.edition is not None:
                self.editions.setdefault(case.draft.terms.list, []).append(judgement.edition)
                self.outlines.setdefault(case.draft.terms.list, []).append(outline_of(judgement.edition))

    def stops(self, reading: Reading) -> set[str]:
        """The rules that refuse a file, else the gates that hold it; "nothing-new" where nothing is in it."""
        judged = self.judged(reading)
        problems = [*reading.problems, *(problem for _, one in judged for problem in one.problems)]
        refusing = {problem.rule for problem in problems if blocks(problem)}
        if refusing:
            return refusing
        if all(one.edition is None for _, one in judged):
            return {"nothing-new"}
        return fired(self.look(judged))

    def _last(self, code: str) -> Edition | None:
        return next(reversed(self.editions.get(code, [])), None)

    def _older(self, code: str) -> Iterable[tuple[str, Outline]]:
        named = zip(self.editions.get(code, ()), self.outlines.get(code, ()), strict=True)
        return [(str(edition.valid_from), outline) for edition, outline in named][-2::-1]


def fired(results: list[GateResult]) -> set[str]:
    return {result.gate for result in results if not result.passed}


def read_m30(path: Path) -> Reading:
    with open_source(path) as source, source.open() as stream:
        return convert(read(stream, path.name), file=path.name, first_days=FirstDays())


def read_uk(path: Path, day: str) -> Reading:
    with open_source(path) as source:
        profile = load_profile("uk-drug-tariff-ix")
        return convert_sheet(source, profile, first_days=FirstDays(dt.date.fromisoformat(day)))


# --- what is real goes through ------------------------------------------------


def test_seven_months_of_the_drug_tariff_fire_no_gate(shared_data):
    chain = Chain()
    for month in UK_MONTHS:
        reading = read_uk(shared_data / "uk-drug-tariff-ix" / f"{month}.csv.gz", f"{month}-01")
        judged = chain.judged(reading)
        assert fired(chain.look(judged)) == set()
        chain.publish(judged)
    assert [len(chain.editions[code]) for code in ("IXA", "IXB", "IXC", "IXR")] == [7, 7, 7, 4]


def test_three_full_months_fire_no_gate_and_take_half_a_second_each(shared_data):
    chain = Chain()
    for month in FULL_MONTHS:
        judged = chain.judged(read_m30(shared_data / "fest" / f"m30-full-{month}.xml.gz"))
        begun = time.process_time()
        results = chain.look(judged)
        took = time.process_time() - begun
        assert fired(results) == set()
        chain.publish(judged)
    assert sum(len(chain.editions[code][-1].entries) for code in ("501", "505")) == 6673
    assert took < 1.5  # a fifth of it where nothing else runs


def test_from_2019_to_2020_no_group_is_large_enough_to_ask(shared_data):
    """The four codes with another meaning (rule 6) stand on groups that have next to no products here."""
    chain = Chain()
    for name in ("fest-mini", "m30-2019-09-27", "m30-2020-01-03"):
        reading = read_m30(shared_data / "fest" / f"{name}.xml.gz")
        for draft in reading.drafts:
            draft.valid_from = draft.valid_from or dt.date(2017, 4, 12)
        judged = chain.judged(reading)
        assert fired(chain.look(judged)) == set()
        chain.publish(judged)


# --- slips with an M30 file ------------------------------------------------------


class Slips(msgspec.Struct, frozen=True):
    """
    Files that were published, and a place to make slips with the next one.

    Attributes:
        texts: The files as text, by month.
    """

    chain: Chain
    texts: dict[str, str]
    folder: Path


@pytest.fixture(scope="module")
def m30(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Slips:
    """November and December are published; what comes is for January."""
    folder, chain = tmp_path_factory.mktemp("m30"), Chain()
    paths = {month: shared_data / "fest" / f"m30-full-{month}.xml.gz" for month in FULL_MONTHS}
    for month in FULL_MONTHS[:2]:
        chain.publish(chain.judged(read_m30(paths[month])))
    texts = {month: gzip.decompress(path.read_bytes()).decode() for month, path in paths.items()}
    return Slips(chain, texts, folder)


def m30_stops(slips: Slips, text: str | bytes) -> set[str]:
    path = slips.folder / "m30.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        return slips.chain.stops(read_m30(path))
    except SourceUnreadable as refusal:
        return {refusal.reason}


AMOUNT = re.compile(r'(<PrisVare><Type V="([NEP])"[^>]*/><Pris V=")([0-9.]+)"')
NAME_AND_SUPPLIER = re.compile(r"<Navn>([^<]*)</Navn>(.*?<Leverandor>)<Navn>([^<]*)</Navn>")
PRODUCT = re.compile(r"<OppfHandelsvare>.*?</OppfHandelsvare>")
UNIT_AND_PACK = re.compile(
    r'(<Type V="E"[^>]*/><Pris V=")([^"]*)("[^>]*>.*?<Type V="P"[^>]*/><Pris V=")([^"]*)"'
)
PACK_AND_PRICE = re.compile(r'<AntPerPakning>(\d+)(</AntPerPakning>.*?<Type V="E"[^>]*/><Pris V=")([^"]*)"')


def times(text: str, factor: int, *, kinds: str = "NEP", only: int | None = None) -> str:
    """Prices of these kinds, or the one with this number, times a factor."""
    seen = iter(range(1_000_000))

    def changed(match: re.Match[str]) -> str:
        if match[2] not in kinds or (only is not None and next(seen) != only):
            return match[0]
        kroner, _, oere = match[3].partition(".")
        whole = int(kroner) * 100 + int(oere.ljust(2, "0") or 0)
        return f'{match[1]}{whole * factor // 100}.{whole * factor % 100:02}"'

    return AMOUNT.sub(changed, text)


def redated(text: str, day: str = SLIP) -> str:
    """The same file under a new date."""
    text = re.sub(r"<GyldigFradatoHelfo>[^<]*", f"<GyldigFradatoHelfo>{day}", text)
    return re.sub(r"<HentetDato>[^<]*", f"<HentetDato>{day}T05:00:00", text)


def lists_swapped(text: str, *tags: str) -> str:
    """501 where it said 505, and the other way round, in these elements."""
    other = {"501": "505", "505": "501"}
    pattern = rf'(<(?:{"|".join(tags)}) V=")(50[15])'
    return re.sub(pattern, lambda match: match[1] + other[match[2]], text)


def half_of_the_products(text: str) -> str:
    kept = iter(range(1_000_000))
    return PRODUCT.sub(lambda match: match[0] if next(kept) % 2 else "", text)


def cut_names(text: str, length: int = 50) -> str:
    return re.sub(r"<Navn>([^<]*)", lambda match: "<Navn>" + match[1][:length].rstrip(), text)


def test_the_file_itself_is_not_stopped(m30):
    assert m30_stops(m30, m30.texts["2026-01"]) == set()
    assert m30_stops(m30, times(m30.texts["2026-01"], 1)) == set()


def test_a_month_published_after_its_successor_lacks_nothing_there_but_what_is_not_in_it(m30, shared_data):
    """January has all that December changed; without December's new products it lacks each of them."""
    reading = read_m30(shared_data / "fest" / "m30-full-2026-01.xml.gz")
    [january] = [one.edition for case, one in m30.chain.judged(reading) if case.draft.terms.list == "505"]
    november, december = m30.chain.editions["505"]
    assert january is not None
    assert lacking(november, december, january) == []

    new = {entry.varenr for entry in december.entries} - {entry.varenr for entry in november.entries}
    fewer = tuple(entry for entry in january.entries if entry.varenr not in new)
    without = msgspec.structs.replace(january, entries=fewer)
    assert lacking(november, december, without) == sorted(new)


@pytest.mark.parametrize("place", [0, 1, 2, 9_001, 19_000])
def test_a_price_a_hundred_times_too_high_on_one_row_is_stopped(m30, place):
    assert m30_stops(m30, times(m30.texts["2026-01"], 100, only=place)) == {"price-ratio"}


@pytest.mark.parametrize(("factor", "kinds"), [(100, "NEP"), (100, "N"), (10, "E"), (10, "P")])
def test_a_whole_column_of_prices_times_ten_or_a_hundred_is_stopped(m30, factor, kinds):
    assert m30_stops(m30, times(m30.texts["2026-01"], factor, kinds=kinds)) == {"price-ratio", "price-median"}


@pytest.mark.parametrize(
    ("slip", "stops"),
    [
        (lambda text: UNIT_AND_PACK.sub(r'\1\4\3\2"', text), {"price-ratio", "price-median"}),
        (lambda text: PACK_AND_PRICE.sub(r'<AntPerPakning>\3\2\1"', text), {"number-form"}),
        (lambda text: NAME_AND_SUPPLIER.sub(r"<Navn>\3</Navn>\2<Navn>\1</Navn>", text), {"names-changed"}),
    ],
    ids=["unit and pack price", "pack size and price", "name and supplier"],
)
def test_swapped_columns_are_stopped(m30, slip, stops):
    assert m30_stops(m30, slip(m30.texts["2026-01"])) >= stops


def test_last_months_file_has_nothing_new_whatever_its_date(m30):
    assert m30_stops(m30, redated(m30.texts["2025-12"])) == {"nothing-new"}


def test_the_file_of_two_months_ago_under_a_new_date_is_stopped(m30):
    assert "older-content" in m30_stops(m30, redated(m30.texts["2025-11"]))


def test_an_older_file_with_some_new_prices_is_stopped_all_the_same(m30):
    text = redated(m30.texts["2025-11"])
    for place in range(0, 600, 50):
        text = times(text, 2, only=place)
    assert "older-content" in m30_stops(m30, text)


def test_another_lists_codes_are_stopped(m30):
    text = m30.texts["2026-01"]
    assert m30_stops(m30, lists_swapped(text, "GruppeNr")) == {"group-emptied"}
    whole = lists_swapped(text, "GruppeNr", "Refusjonshjemmel")
    assert m30_stops(m30, whole) >= {"products-removed", "group-emptied"}


def test_half_a_file_is_stopped(m30):
    text = m30.texts["2026-01"]
    assert m30_stops(m30, text[: len(text) // 2]) == {"xml-not-wellformed"}
    assert m30_stops(m30, half_of_the_products(text)) >= {"products-removed", "less-content"}


def test_names_cut_at_fifty_characters_are_stopped(m30):
    assert m30_stops(m30, cut_names(m30.texts["2026-01"])) == {"names-changed"}


def test_a_file_decoded_wrongly_is_stopped(m30):
    utf8 = m30.texts["2026-01"].encode()
    for wrong in ("latin-1", "cp1252"):
        text = utf8.decode(wrong, errors="ignore").replace("encoding='UTF-8'", "")
        assert m30_stops(m30, text) >= {"text-broken"}
    latin = m30.texts["2026-01"].encode("latin-1", errors="replace")
    assert m30_stops(m30, latin.decode("utf-8", errors="replace")) >= {"text-broken"}


# --- slips with a table ------------------------------------------------------------


Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def uk(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Slips:
    """
    November and December are published; what comes is for January.

    Of Part IXA, which has 56,000 rows, only one in forty, for the time it takes. The tariff has no
    letter beyond ASCII: one supplier gets one.
    """
    folder, chain, texts = tmp_path_factory.mktemp("uk"), Chain(), {}
    for month in FULL_MONTHS:
        packed = shared_data / "uk-drug-tariff-ix" / f"{month}.csv.gz"
        lines = gzip.decompress(packed.read_bytes()).decode().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("IXA,") or _one_in_forty(line)]
        texts[month] = "".join(kept).replace("Coloplast Ltd", "Cøloplast Ltd")
    slips = Slips(chain, texts, folder)
    for month in FULL_MONTHS[:2]:
        chain.publish(chain.judged(_read_text(slips, texts[month], f"{month}-01")))
    return slips


def _one_in_forty(line: str) -> bool:
    return next(csv.reader([line]))[13][-4:-1] in {"000", "010", "025"} or line.count("0") % 40 == 17


def _read_text(slips: Slips, text: str | bytes, day: str) -> Reading:
    path = slips.folder / "ix.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_uk(path, day)


def uk_stops(slips: Slips, text: str | bytes) -> set[str]:
    return slips.chain.stops(_read_text(slips, text, SLIP))


def with_rows(text: str, change: Callable[[Rows], Rows | None]) -> str:
    """The same table with its rows changed, in place or anew."""
    rows = list(csv.DictReader(io.StringIO(text)))
    rows = change(rows) or rows
    written = io.StringIO()
    table = csv.DictWriter(written, rows[0].keys(), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def swapped(first: str, second: str) -> Callable[[Rows], None]:
    def swap(rows: Rows) -> None:
        for row in rows:
            row[first], row[second] = row[second], row[first]

    return swap


def dearer(factor: int, *places: int) -> Callable[[Rows], None]:
    """Prices times a factor, of all rows or of those."""

    def change(rows: Rows) -> None:
        for place in places or range(len(rows)):
            rows[place]["price_in_p"] = str(int(float(rows[place]["price_in_p"])) * factor)

    return change


def cut(rows: Rows) -> None:
    for row in rows:
        row["amp_name"] = row["amp_name"][:50].rstrip()


def parts_swapped(rows: Rows) -> None:
    other = {"IXB": "IXC", "IXC": "IXB"}
    for row in rows:
        row["drug_tariff_part"] = other.get(row["drug_tariff_part"], row["drug_tariff_part"])


def under_one_part(rows: Rows) -> Rows:
    return [{**row, "drug_tariff_part": "IXB"} for row in rows if row["drug_tariff_part"] == "IXC"]


def test_the_table_itself_is_not_stopped(uk):
    assert uk_stops(uk, uk.texts["2026-01"]) == set()
    assert uk_stops(uk, with_rows(uk.texts["2026-01"], lambda rows: None)) == set()


@pytest.mark.parametrize("place", [3, -1, -200, -3000])
def test_a_price_a_hundred_times_too_high_in_one_row_of_a_table_is_stopped(uk, place):
    assert uk_stops(uk, with_rows(uk.texts["2026-01"], dearer(100, place))) == {"price-ratio"}


@pytest.mark.parametrize(
    ("change", "stops"),
    [
        (dearer(100), {"price-ratio", "price-median"}),
        (dearer(10), {"price-ratio", "price-median"}),
        (swapped("price_in_p", "quantity"), {"price-ratio"}),
        (swapped("amp_name", "supplier_name"), {"names-changed"}),
        (swapped("vmp_name", "amp_name"), {"names-changed"}),
        (parts_swapped, {"products-removed"}),
        (under_one_part, {"products-removed"}),
        (lambda rows: rows[: len(rows) // 2], {"products-removed", "less-content"}),
        (lambda rows: rows[::2], {"products-removed", "less-content"}),
        (cut, {"names-changed"}),
    ],
    ids=[
        *("×100", "×10", "price and quantity", "name and supplier", "group and name"),
        *("parts swapped", "one part as another", "first half", "every other row", "names cut"),
    ],
)
def test_a_table_that_something_happened_to_is_stopped(uk, change, stops):
    assert uk_stops(uk, with_rows(uk.texts["2026-01"], change)) >= stops


def test_the_table_of_last_month_has_nothing_new_and_that_of_two_months_ago_is_stopped(uk):
    assert uk_stops(uk, uk.texts["2025-12"]) == {"nothing-new"}
    assert "older-content" in uk_stops(uk, uk.texts["2025-11"])


def test_a_table_decoded_wrongly_is_stopped(uk):
    text = uk.texts["2026-01"]
    assert uk_stops(uk, text.encode().decode("latin-1")) == {"text-broken"}
    assert uk_stops(uk, text.encode("latin-1").decode("utf-8", errors="replace")) == {"text-broken"}


def test_half_of_a_table_is_stopped_also_where_it_ends_within_a_row(uk):
    text = uk.texts["2026-01"]
    assert uk_stops(uk, text[: len(text) // 2]) != set()

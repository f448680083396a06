"""The real lists, from the file to the answer: what must hold of each of them, through the whole program."""

import csv
import datetime as dt
import gzip
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from lxml import etree

from app.api.application import create_app
from app.home import Home
from app.publish.acts import take_in
from app.publish.making import make_home
from app.publish.readings import Request
from app.publish.verify import rebuild, verify
from app.publish.wishes import Taken, Wish
from app.read.view import View
from app.shapes import ProductShape
from app.snapshot import Snapshot, open_snapshot
from ingest.reading import FirstDays
from tests.conftest import ROOT
from tests.program import Ran, ask

pytestmark = pytest.mark.real

PAYLOAD = "{http://www.kith.no/xmlstds/eresept/forskrivning/2014-12-01}"
UK_MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03")
WITHOUT_PACK_CODE = (0, 276, 276, 225, 225, 225, 225)


# --- fest-mini, then September 2019, then January 2020 -----------------------


@pytest.fixture(scope="module")
def reports() -> dict[str, Any]:
    """What the program said of each file."""
    return {}


@pytest.fixture(scope="module")
def norwegian(shared_data: Path, tmp_path_factory: pytest.TempPathFactory, reports: dict[str, Any]) -> Home:
    """A home with the three published files, dated back to when they were made."""
    home = tmp_path_factory.mktemp("norwegian") / "home"
    ask(home, "init", "--approvals", 0)
    for name, *options in (
        ("fest-mini", "--valid-from", "2017-04-12", "--published-at", "2017-04-12T08:00:00Z"),
        ("m30-2019-09-27", "--published-at", "2019-09-27T08:00:00Z"),
        ("m30-2020-01-03", "--published-at", "2020-01-03T08:00:00Z"),
    ):
        ran = ask(home, "ingest", shared_data / "fest" / f"{name}.xml.gz", "--publish", *options)
        assert ran.code == 0, ran.out
        reports[name] = ran.document
    return Home(home)


@pytest.fixture(scope="module")
def api(norwegian: Home) -> Iterator[TestClient[Any]]:
    """The API over that home."""
    with TestClient(create_app(norwegian)) as client:
        yield client


def test_fest_mini_gives_two_lists_and_sixteen_packages_on_none(norwegian, reports):
    report = reports["fest-mini"]

    assert {known["list"]: (known["entries"], known["valid_from"]) for known in report["lists"]} == {
        "200": (88, "2017-04-12"),
        "950": (3, "2017-04-12"),
    }
    assert sum(known["groups"] for known in report["lists"]) == 26
    counted = {count["rule"]: count["count"] for count in report["counts"]}
    assert counted["product-on-no-list"] == 16
    assert counted["condition-unused"] == 3
    with closing(open_snapshot(norwegian, 3)) as snapshot:
        ours = "WHERE list IN ('200', '950') AND from_ordinal = 1"
        [conditions] = snapshot.db.execute(f"SELECT count(*) FROM condition {ours}").fetchone()
        [forms] = snapshot.db.execute(
            f"SELECT count(DISTINCT condition || position) FROM coded_condition {ours}"
        ).fetchone()
    assert (conditions, forms) == (12, 4)


def test_every_price_of_fest_mini_is_answered_to_the_oere(api, shared_data):
    """All of its packages' prices, as its own text has them, against what the API says of each."""
    written = prices_of_fest_mini(shared_data)
    answered: dict[str, list[tuple[str, int, str]]] = {}
    for code in ("200", "950"):
        page = api.get(f"/v1/lists/{code}/products", params={"valid_on": "2017-04-12", "limit": 1000}).json()
        for product in page["items"]:
            [entry] = [entry for entry in product["entries"] if entry["list"] == code]
            answered[product["varenr"]] = sorted(
                (price["code"], oere(price["amount"]), price["valid_from"]) for price in entry["prices"]
            )

    assert len(answered) == 91
    assert answered == {varenr: prices for varenr, prices in written.items() if varenr in answered}
    assert sum(len(prices) for prices in written.values()) == 346


def test_022113_is_still_listed_after_its_last_day(api):
    assert api.get("/v1/products/022113", params={"valid_on": "2017-04-18"}).json()["status"] == "leaving"
    for day in ("2017-04-19", "2026-01-01"):
        assert api.get("/v1/products/022113", params={"valid_on": day}).json()["status"] == "ended"


def test_two_files_later_the_88_medicines_of_list_200_are_still_there(norwegian, reports, api):
    for name in ("m30-2019-09-27", "m30-2020-01-03"):
        [medicines] = [known for known in reports[name]["lists"] if known["list"] == "200"]
        assert medicines["state"] == "left-out"
        assert any(count["rule"] == "catalogue-absent" for count in reports[name]["counts"])
    assert api.get("/v1/lists/200").json()["products"] == 88
    assert len(ask(norwegian.path, "releases").document["items"]) == 3


def test_each_file_speaks_of_nineteen_lists_and_505_goes_from_109_to_100_groups(reports, api):
    for name, day, groups in (
        ("m30-2019-09-27", "2019-12-31", 109),
        ("m30-2020-01-03", "2020-01-01", 100),
    ):
        assert len(reports[name]["lists"]) == 19
        [stoma] = [known for known in reports[name]["lists"] if known["list"] == "505"]
        assert stoma["groups"] == groups
        answer = api.get("/v1/groups", params={"list": "505", "valid_on": day, "limit": 1000}).json()
        assert len(answer["items"]) == groups


def test_903279_stands_on_502_and_505(api):
    for day in ("2019-12-31", "2020-01-01"):
        product = api.get("/v1/products/903279", params={"valid_on": day}).json()
        assert [entry["list"] for entry in product["entries"]] == ["502", "505"]


def test_group_5050609_is_limited_from_the_first_of_january_2020_on(api):
    def limits(day: str) -> list[tuple[int, str, Any]]:
        group = api.get("/v1/groups/5050609", params={"list": "505", "valid_on": day}).json()
        return sorted((limit["max"], limit["per"], limit["scope"]["codes"]) for limit in group["limits"])

    assert limits("2020-01-01") == [(1000, "dispensing", ["5050609"]), (4000, "calendar_year", ["5050609"])]
    assert limits("2019-12-31") == []


def test_what_was_known_before_the_third_of_january_had_no_limit_yet(api):
    times = {"list": "505", "valid_on": "2020-01-01", "known_at": "2020-01-02T12:00:00Z"}

    assert api.get("/v1/groups/5050609", params=times).json()["limits"] == []


def test_group_5050901_needs_its_own_prescription(api):
    group = api.get("/v1/groups/5050901", params={"list": "505", "valid_on": "2020-01-01"}).json()

    assert group["prescribable"] == "own"
    assert "own_prescription" in {requirement["kind"] for requirement in group["requirements"]}


def test_the_home_is_whole_and_made_again_with_the_same_bytes(norwegian):
    assert verify(norwegian).release == 3
    assert rebuild(norwegian) == 3
    assert verify(norwegian).release == 3


def test_alone_list_200_begins_on_the_third_of_january_and_the_others_on_the_first(shared_data, tmp_path):
    home = a_home(tmp_path)
    taken = take(home, shared_data / "fest" / "m30-2020-01-03.xml.gz")

    days = {known.list: known.valid_from for known in taken.prepared.lists}
    assert len(days) == 19
    assert days.pop("200") == dt.date(2020, 1, 3)
    assert set(days.values()) == {dt.date(2020, 1, 1)}
    with closing(open_snapshot(home, 1)) as snapshot:
        assert {mark.list: mark.valid_from for mark in snapshot.editions}["200"] == dt.date(2020, 1, 3)


def test_the_wrong_namespace_is_refused_and_nothing_is_published(norwegian, shared_data):
    ran = ask(
        norwegian.path, "ingest", shared_data / "fest" / "fest-mini-wrong-namespace.xml.gz", "--publish"
    )

    assert (ran.code, ran.document["release"]) == (1, None)
    assert "no-entries-found" in {count["rule"] for count in ran.document["counts"] if count["blocks"]}


# --- a whole national list, three months in a row ----------------------------


def test_three_months_of_the_full_list_in_little_memory(shared_data, tmp_path):
    home = a_home(tmp_path)
    for month in ("2025-11", "2025-12", "2026-01"):
        path = shared_data / "fest" / f"m30-full-{month}.xml.gz"
        ran, peak = run_measured("--home", home.path, "--json", "ingest", path, "--publish")
        assert ran.code == 0, ran.out[:2000]
        assert peak < 300 << 10, f"{month} took {peak} KiB"

    with TestClient(create_app(home)) as client:
        counts = {
            known["list"]: known["products"]
            for known in client.get("/v1/lists", params={"valid_on": "2026-01-01"}).json()["items"]
        }
    assert (counts["505"], counts["501"]) == (5821, 852)
    assert verify(home).release == 3


# --- the United Kingdom: seven months one after the other --------------------


def test_seven_months_of_the_drug_tariff_add_up_to_their_rows(shared_data, tmp_path):
    home = a_home(tmp_path)
    for release, month in enumerate(UK_MONTHS, start=1):
        path = shared_data / "uk-drug-tariff-ix" / f"{month}.csv.gz"
        first_day = dt.date.fromisoformat(month + "-01")
        taken = take(home, path, profile="uk-drug-tariff-ix", first_day=first_day)
        assert taken.release == release

        rows = rows_of(path)
        counted = Counter(found.rule for found in taken.prepared.problems)
        keyless = [row for row in rows if not row["pack_snomed_code"]]
        assert counted["row-without-key"] == len(keyless) == WITHOUT_PACK_CODE[release - 1]
        keys = Counter(
            (code, row["pack_snomed_code"])
            for row in rows
            if row["pack_snomed_code"]
            for code in lists_of(row)
        )
        entries = {known.list: known.entries for known in taken.prepared.lists if known.entries}
        assert entries == Counter(code for code, _ in keys)
        doubled = sum(
            row_count - 1 for row_count in Counter(row["pack_snomed_code"] for row in rows).values()
        )
        doubled -= max(0, len(keyless) - 1)
        assert counted["row-repeated"] == doubled
        unique = len({row["pack_snomed_code"] for row in rows} - {""})
        assert unique + doubled + len(keyless) == len(rows)
        if release > 1:
            assert {known.state for known in taken.prepared.lists} <= {"new", "unchanged"}

    assert verify(home).release == 7


# --- Australia ---------------------------------------------------------------


def test_the_stoma_scheme_has_its_entries_and_limits(shared_data, tmp_path):
    home = a_home(tmp_path)
    path = shared_data / "au-stoma" / "sas_catalogue_2026-04-01.csv"
    day = dt.date(2026, 4, 1)
    taken = take(home, path, profile="au-stoma-appliance-scheme", first_day=day)

    assert [(known.list, known.entries) for known in taken.prepared.lists] == [("SAS", 3746)]
    assert Counter(found.rule for found in taken.prepared.problems)["row-left-out"] == 27
    with closing(open_snapshot(home, 1)) as snapshot:
        limits = Counter(
            limit.per for product in products(snapshot, day) for limit in product.entries[0].limits
        )
    assert limits == {"month": 3501, "calendar_year": 245}
    assert rebuild(home) == 1
    assert verify(home).release == 1


# --- helpers -----------------------------------------------------------------


def a_home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    make_home(home, approvals=0)
    return home


def take(home: Home, path: Path, *, profile: str | None = None, first_day: dt.date | None = None) -> Taken:
    """Publish a file without its search index, which takes most of the time."""
    request = Request(profile, FirstDays(all=first_day))
    return take_in(home, str(path), request, by="test", wish=Wish(complete=False))


def run_measured(*args: object) -> tuple[Ran, int]:
    """Run the program in a process of its own; also the most memory it had, in KiB."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell a process how much memory it had: no /proc/self/status")
    words = [sys.executable, "-m", "tests.measured", *map(str, args)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    *told, peak = done.stderr.splitlines()
    return Ran(done.returncode, done.stdout, "\n".join(told)), int(peak)


def products(snapshot: Snapshot, day: dt.date) -> Iterator[ProductShape]:
    """Every product that is listed on a day."""
    view = View(snapshot, valid_on=day, release=snapshot.release)
    for mark in view.marks.values():
        values = (mark.list, mark.ordinal, mark.ordinal)
        query = (
            "SELECT varenr FROM entry WHERE list = ? AND from_ordinal <= ?"
            " AND (to_ordinal IS NULL OR to_ordinal > ?)"
        )
        for (varenr,) in snapshot.db.execute(query, values):
            yield view.product(varenr)


def prices_of_fest_mini(shared_data: Path) -> dict[str, list[tuple[str, int, str]]]:
    """Kind, øre and first day of every price, by varenr, as the file's text has them."""
    with gzip.open(shared_data / "fest" / "fest-mini.xml.gz") as file:
        packages = list(etree.fromstring(file.read()).iter(PAYLOAD + "Legemiddelpakning"))
    return {
        str(package.findtext(PAYLOAD + "Varenr")): sorted(
            (
                attribute(price, "Type"),
                oere(attribute(price, "Pris")),
                str(price.findtext(PAYLOAD + "GyldigFraDato")),
            )
            for price in package.iter(PAYLOAD + "PrisVare")
        )
        for package in packages
    }


def attribute(parent: etree._Element, name: str) -> str:
    """`V` of a child."""
    child = parent.find(PAYLOAD + name)
    assert child is not None
    return str(child.get("V"))


def oere(amount: str) -> int:
    """Whole øre, without a float on the way."""
    whole, _, part = amount.partition(".")
    assert len(part) <= 2, amount
    return int(whole) * 100 + int(part.ljust(2, "0"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lists_of(row: dict[str, str]) -> list[str]:
    """The lists a row of the drug tariff stands on; "IXB & IXC" is both."""
    return row["drug_tariff_part"].split(" & ")

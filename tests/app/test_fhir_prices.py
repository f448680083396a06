"""Prices over FHIR: what is asked for a day is what the lists say on that day, whenever that is."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
import time_machine
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from app.__main__ import main
from app.api.application import create_app
from app.api.fhir.finding import PRICE, Stocks, find
from app.api.fhir.question import Criterion
from app.fhir.names import Base
from app.home import Home
from app.read.as_fhir import Telling, told_price
from app.read.fhir_stock import PriceKey, price_stock, stock
from app.read.products import price_shapes
from app.read.view import View
from app.snapshot import Snapshot
from ingest import store
from ingest.write import Addition, write
from lists.records import Price
from tests.app.builders import clock_at
from tests.app.reading_fhir import found, ids, outcome
from tests.builders import a_price, an_edition, an_entry

# (list, code of the kind, amount)
Costs = set[tuple[str, str, str]]

DAYS = (
    *("2025-12-31", "2026-01-01", "2026-01-14", "2026-01-15", "2026-03-09", "2026-03-31", "2026-04-01"),
    *("2026-06-15", "2026-06-30", "2026-07-01", "2027-01-01", "2031-05-17"),
)
"""Around every first day of the storied home."""


def on(day: str) -> str:
    return f"effective=ge{day}&effective=le{day}"


def told_of(resource: dict[str, Any]) -> tuple[str, str, str]:
    [component] = resource["propertyGroup"][0]["priceComponent"]
    [basis] = resource["useContext"][0]["valueCodeableConcept"]["coding"]
    return basis["code"], component["code"]["coding"][0]["code"], str(component["amount"]["value"])


def over_fhir(api, asked: str) -> dict[str, Costs]:
    """What each product costs, on each list, of each kind."""
    costs: dict[str, Costs] = {}
    address = f"/fhir/ChargeItemDefinition?{asked}&_count=1000"
    while address:
        page = json.loads(api.get(address).text, parse_float=Decimal)
        for entry in page.get("entry", ()):
            told = entry["resource"]
            [number] = told["code"]["coding"]
            of = costs.setdefault(number["code"], set())
            assert told_of(told) not in of
            of.add(told_of(told))
        address = {link["relation"]: link["url"] for link in page["link"]}.get("next", "")
    return costs


def over_the_api(api, numbers: set[str], day: str) -> dict[str, Costs]:
    """The same as the lists' own API tells it."""
    asked = {"varenr": sorted(numbers), "valid_on": day}
    costs: dict[str, Costs] = {}
    for product in api.post("/v1/products/lookup", json=asked).json()["items"]:
        costs[product["varenr"]] = {
            (entry["list"], price["code"], price["amount"])
            for entry in product["entries"]
            for price in entry["prices"]
            if (price["valid_from"] or "") <= day <= (price["valid_to"] or "9999")
        }
    return {varenr: of for varenr, of in costs.items() if of}


@pytest.mark.parametrize("day", DAYS)
def test_what_is_effective_on_a_day_is_what_the_lists_say_on_that_day(api, day):
    asked = over_fhir(api, on(day))
    numbers = {one["code"]["coding"][0]["code"] for one in found(api, "/fhir/ChargeItemDefinition")}

    assert len(numbers) > 8
    assert asked == over_the_api(api, numbers, day)
    assert over_fhir(api, f"valid_on={day}") == asked


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    home = tmp_path_factory.mktemp("prices") / "home"
    with time_machine.travel("2026-11-22T10:00:00Z", tick=True):
        done = CliRunner().invoke(main, ["--home", str(home), "demo"])
        assert done.exit_code == 0, done.output
        with TestClient(create_app(Home(Path(home)))) as client:
            yield client


@pytest.mark.flow
@pytest.mark.parametrize(
    "day",
    [
        *("2024-12-31", "2025-01-01", "2025-06-30", "2025-10-15", "2026-01-01", "2026-04-01"),
        *("2026-05-01", "2026-11-22", "2026-12-31", "2027-01-01"),
    ],
)
def test_every_product_of_the_demonstration_costs_the_same_whichever_way_it_is_asked(demonstration, day):
    asked = over_fhir(demonstration, on(day))
    numbers = set(over_fhir(demonstration, "kind=P,2")) | set(asked)
    assert asked == over_the_api(demonstration, numbers, day)


# --- a law -----------------------------------------------------------------------

MONTHS = tuple(dt.date(2026, month, 1) for month in range(1, 7))
NUMBERS = ("600007", "600008")
prices = st.builds(
    lambda amount, first, last: a_price(amount * 10_000, valid_from=first, valid_to=last),
    st.sampled_from((1, 2, 3)),
    st.sampled_from((None, *MONTHS)),
    st.sampled_from((None, None, dt.date(2026, 3, 15), dt.date(2026, 5, 31))),
)


def in_order(told: list[Price]) -> tuple[Price, ...]:
    """Prices as an edition holds them: by first day, one of each."""
    by_day = {price.valid_from or dt.date.min: price for price in told}
    return tuple(by_day[day] for day in sorted(by_day))


class Act(msgspec.Struct, frozen=True):
    """A release of list 505: its products with their prices and what they are called."""

    valid_from: dt.date
    priced: dict[str, tuple[Price, ...]]
    name: str


acts = st.lists(
    st.builds(
        Act,
        st.sampled_from(MONTHS),
        st.dictionaries(st.sampled_from(NUMBERS), st.lists(prices, max_size=3).map(in_order), min_size=1),
        st.sampled_from(("Pose", "Ny pose")),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(acts, st.integers(1, 5))
def test_a_pinned_day_gives_the_prices_that_the_edition_of_that_day_gives(told, known):
    with TemporaryDirectory() as directory, closing(snapshot_of(told, Path(directory))) as snapshot:
        release = min(known, snapshot.release)
        for day in (dt.date(2025, 12, 31), *MONTHS, *(day.replace(day=15) for day in MONTHS)):
            view = View(snapshot, valid_on=day, release=release)
            assert effective(view, day) == in_force(view, day)


def snapshot_of(told: list[Act], directory: Path) -> Snapshot:
    former = None
    for number, act in enumerate(told, 1):
        entries = [
            an_entry(varenr, name=act.name, prices=priced) for varenr, priced in sorted(act.priced.items())
        ]
        made = store.Release(number, dt.datetime(2025, 12, number, tzinfo=dt.UTC))
        target = directory / f"{number}.db"
        edition = an_edition(entries, valid_from=act.valid_from)
        write(target, former=former, release=made, additions=[Addition(edition)])
        former = target
    assert former is not None
    return Snapshot(store.connect(former), None)


def effective(view: View, day: dt.date) -> dict[tuple[str, str], str]:
    telling = Telling(view, Base("https://lists.example/fhir"), made_up=False)
    asked = [Criterion("effective", "", (f"{prefix}{day}",)) for prefix in ("ge", "le")]
    stocks = Stocks(lambda: stock(view), lambda: price_stock(view))
    costs: dict[tuple[str, str], str] = {}
    for key in find(telling, stocks, PRICE, asked, day=None):
        assert isinstance(key, PriceKey)
        resource = told_price(telling, key)
        assert resource.effective_period is not None
        assert (resource.effective_period.start, resource.effective_period.end) == (key.first, key.last)
        [group] = resource.property_group
        assert (key.varenr, key.kind) not in costs
        costs[key.varenr, key.kind] = str(group.price_component[0].amount.value)
    return costs


def in_force(view: View, day: dt.date) -> dict[tuple[str, str], str]:
    costs: dict[tuple[str, str], str] = {}
    for varenr in NUMBERS:
        for listed in view.listed(varenr):
            for price in price_shapes(listed.entry.prices):
                if (price.valid_from or dt.date.min) <= day <= (price.valid_to or dt.date.max):
                    costs[varenr, price.code] = price.amount
    return costs


# --- what that means ---------------------------------------------------------------


def test_a_span_of_days_gives_all_that_held_in_it_one_after_the_other(api):
    told = found(
        api, "/fhir/ChargeItemDefinition?code=600007&kind=E&effective=ge2026-03-01&effective=le2026-07-01"
    )

    assert [(one["effectivePeriod"], told_of(one)[2]) for one in told] == [
        ({"start": "2026-01-01", "end": "2026-03-31"}, "11.5"),
        ({"start": "2026-04-01"}, "13.0"),
    ]
    assert told[1]["replaces"] == [told[0]["url"]]


def test_a_price_is_told_as_known_then(api):
    then = "/fhir/ChargeItemDefinition?code=600007&kind=E&known_at=2026-03-15T00:00:00Z"
    [only] = found(api, then)
    assert (only["effectivePeriod"], told_of(only)[2]) == ({"start": "2026-01-01"}, "11.5")


def test_a_price_of_what_is_listed_no_more_or_not_yet_can_be_read(api):
    gone = api.get("/fhir/ChargeItemDefinition/505-600008-E-20260101").json()
    coming = api.get("/fhir/ChargeItemDefinition/505-600014-E-20260701").json()

    assert gone["effectivePeriod"] == {"start": "2026-01-01", "end": "2026-03-31"}
    assert coming["effectivePeriod"] == {"start": "2026-07-01"}
    assert api.get("/fhir/DeviceDefinition/600008").status_code == 410


def test_a_price_of_a_list_that_has_ended_is_found_by_its_legal_basis(api):
    assert ids(api, "/fhir/ChargeItemDefinition?context=504&kind=E") == ["504-600020-E-20260101"]
    [told] = found(api, "/fhir/ChargeItemDefinition?code=600020&kind=E")
    assert told["effectivePeriod"] == {"start": "2026-01-01", "end": "2026-03-31"}


def test_a_price_is_no_new_version_because_another_edition_takes_over_that_says_the_same(api):
    address = "/fhir/ChargeItemDefinition/505-600007-E-20260401"
    before = api.get(address).json()
    with clock_at(dt.datetime(2026, 7, 2, 10, tzinfo=dt.UTC)):
        after = api.get(address).json()

    assert after == before
    assert before["meta"]["lastUpdated"] == before["date"] == "2026-03-20T00:00:00Z"
    assert [tag["code"] for tag in before["meta"]["tag"]] == ["505/2026-07-01/6"]


def test_a_price_that_there_is_not_is_named_whole(api):
    issue = outcome(api.get("/fhir/ChargeItemDefinition/505-600007-E-20240101"))
    assert issue["diagnostics"].startswith("There is no ChargeItemDefinition '505-600007-E-20240101' here.")

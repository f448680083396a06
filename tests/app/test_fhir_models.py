"""Every resource is what FHIR's models say: of a storied home, the demonstration, another country's list."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from fhir.resources.R4B import get_fhir_model_class
from litestar.testing import TestClient

from app.__main__ import main
from app.api.application import create_app
from app.fhir.searches import BY_KIND
from app.home import Home
from app.publish.acts import take_in
from app.publish.readings import Request
from ingest.reading import FirstDays
from tests.app import homes
from tests.app.builders import an_empty_home

AUSTRALIAN = """\
groupId,sasCode,companyCode,manufacturer,brandName,description,packSize,maxQty,packPrice,packPremium,status,variation,deletion
01a,3807J,25/01,Made-up,Brand,A pouch,30,60m,41.19,2.00,active,,
"""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    home = tmp_path_factory.mktemp("fhir") / "home"
    with time_machine.travel("2026-01-05T10:00:00Z", tick=True):
        done = CliRunner().invoke(main, ["--home", str(home), "demo", "--until", "2026-01-01"])
        assert done.exit_code == 0, done.output
        with TestClient(create_app(Home(Path(home)))) as client:
            yield client


def assert_all_are_models(client: TestClient[Any], kind: str) -> int:
    """Every page of a kind, and every resource on it, is one; how many there are."""
    model, bundle = get_fhir_model_class(kind), get_fhir_model_class("Bundle")
    address, seen = f"/fhir/{kind}?_count=500", 0
    while address:
        page = client.get(address)
        bundle.model_validate_json(page.content)
        assert_nothing_empty(page.json())
        for entry in page.json().get("entry", ()):
            model.model_validate(entry["resource"])
            seen += 1
        links = {link["relation"]: link["url"] for link in page.json()["link"]}
        address = links.get("next", "")
    return seen


def assert_nothing_empty(value: Any) -> None:
    """FHIR knows no null, no empty text, list or object."""
    assert value not in (None, "", [], {})
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            assert_nothing_empty(inner)


@pytest.mark.parametrize("kind", BY_KIND)
def test_the_storied_home_is_told_in_fhir_s_models(api, kind):
    assert assert_all_are_models(api, kind) > 0


@pytest.mark.flow
@pytest.mark.parametrize("kind", BY_KIND)
def test_the_demonstration_is_told_in_fhir_s_models(demonstration, kind):
    assert assert_all_are_models(demonstration, kind) > 0


@pytest.mark.parametrize(
    "address",
    [
        "/fhir/metadata",
        "/fhir/Patient",
        "/fhir/DeviceDefinition?typ=1",
        "/fhir/DeviceDefinition/600008",
        "/fhir/a/b/c",
    ],
)
def test_what_else_is_answered_is_too(api, address):
    answer = api.get(address)
    get_fhir_model_class(answer.json()["resourceType"]).model_validate_json(answer.content)
    if "metadata" not in address:
        assert_nothing_empty(answer.json())


def test_another_country_s_list_is_told_under_our_own_addresses_where_nobody_gave_it_one(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    file = tmp_path / "sas.csv"
    file.write_text(AUSTRALIAN, encoding="utf-8")
    request = Request("au-stoma-appliance-scheme", FirstDays(all=dt.date(2026, 1, 1)))
    take_in(home, str(file), request, by="test", wish=homes.QUICK)
    with TestClient(create_app(home)) as api:
        for kind in BY_KIND:
            assert_all_are_models(api, kind)
        [found] = api.get("/fhir/DeviceDefinition?identifier=3807J-25/01").json()["entry"]
        [price] = api.get("/fhir/ChargeItemDefinition?code=3807J-25/01&kind=list").json()["entry"]
        assert api.get(price["fullUrl"]).json() == price["resource"]
        assert api.get(found["fullUrl"]).json() == found["resource"]

    told = found["resource"]
    assert told["id"] == "3807J-25.2f.01"
    assert told["identifier"][0]["system"] == "http://testserver.local/fhir/NamingSystem/sas-company"
    assert told["type"]["coding"][0]["system"] == "http://testserver.local/fhir/CodeSystem/sas-code"
    [component] = price["resource"]["propertyGroup"][0]["priceComponent"]
    assert component["amount"] == {"value": 41.19, "currency": "AUD"}

"""The lists as a catalogue of data: DCAT-AP-NO for portals, schema.org for search engines and in pages."""

import json
import re
from typing import Any

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.builders import clock_at
from tests.app.every_page import make_hostile_home

EU = "http://publications.europa.eu/resource/authority"
HERE = "http://testserver.local"


def told_in(page: str) -> dict[str, Any]:
    """What a page tells search engines."""
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told: dict[str, Any] = json.loads(found)
    return told


def dcat(api) -> dict[str, Any]:
    answer = api.get("/catalogue/dcat.jsonld")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/ld+json"
    catalogue: dict[str, Any]
    [catalogue] = answer.json()["@graph"]
    return catalogue


def test_the_catalogue_has_what_dcat_ap_no_asks_of_each_node(api):
    catalogue = dcat(api)
    services, datasets = catalogue["service"], catalogue["dataset"]
    files = [one for dataset in datasets for one in dataset["distribution"]]

    for node in (catalogue, *datasets, *services):
        assert node.keys() >= {"id", "type", "title", "publisher", "contactPoint"}, node["id"]
        assert node["contactPoint"]["hasURL"] == f"{HERE}/utvikler"
    for node in (catalogue, *datasets):
        assert set(node["description"]) == {"nb", "nn", "en"}
    for dataset in datasets:
        assert dataset["theme"] == f"{EU}/data-theme/HEAL"
        assert dataset["accessRights"] == f"{EU}/access-right/PUBLIC"
    for file in files:
        assert file["accessURL"].startswith(HERE)
        assert file["format"].startswith(f"{EU}/file-type/")
    for service in services:
        assert api.get(service["endpointDescription"]).status_code == 200
    assert catalogue["publisher"]["name"]["nb"]


def test_every_short_name_is_one_of_a_vocabulary(api):
    document = api.get("/catalogue/dcat.jsonld").json()
    context = document["@context"]
    prefixes = {name for name, value in context.items() if str(value).startswith("http")}

    def names(value: Any, within: str = "") -> set[str]:
        if isinstance(value, list):
            return set().union(*(names(one, within) for one in value))
        if not isinstance(value, dict) or within in ("title", "description", "name", "organizationName"):
            return set()
        return set(value).union(*(names(inner, key) for key, inner in value.items()))

    used = names(document["@graph"])
    assert used <= set(context)
    assert set(context) - prefixes <= used | {"downloadURL", "byteSize"}
    for value in context.values():
        meant = value["@id"] if isinstance(value, dict) else value
        assert meant.startswith(("http", "@")) or meant.partition(":")[0] in prefixes


def test_a_list_is_a_data_set_with_its_edition_and_the_ways_to_have_it(api):
    datasets = {one["version"]: one for one in dcat(api)["dataset"]}
    # What has ended is in no catalogue.
    assert set(datasets) == {"505/2026-04-01/4", "502/2026-01-01/1", "604/2026-01-01/1", "200/2026-01-15/2"}
    stoma = datasets["505/2026-04-01/4"]

    assert stoma["title"] == {"nb": "505 Utstyr ved stomi"}
    assert stoma["landingPage"] == f"{HERE}/liste/505"
    assert stoma["modified"] == "2026-03-20T00:00:00Z"
    assert stoma["temporal"] == {"type": "dct:PeriodOfTime", "startDate": "2026-04-01"}
    assert stoma["spatial"] == f"{EU}/country/NOR"
    for one in stoma["distribution"]:
        answer = api.get(one.get("downloadURL", one["accessURL"]))
        assert answer.status_code == 200
        assert one.get("byteSize") in (None, answer.headers.get("content-length"), str(len(answer.content)))


def test_schema_org_tells_the_same_in_one_language(api):
    told = api.get("/catalogue/schema.jsonld?lang=nn").json()

    assert (told["@context"], told["@type"]) == ("https://schema.org", "DataCatalog")
    assert {one["url"] for one in told["dataset"]} == {one["landingPage"] for one in dcat(api)["dataset"]}
    [stoma] = [one for one in told["dataset"] if one["name"] == "505 Utstyr ved stomi"]
    assert stoma["description"].startswith("Alt som blir refundert på lista 505 Utstyr ved stomi")
    assert stoma["temporalCoverage"] == "2026-04-01/.."


def test_the_first_page_tells_of_the_lists_and_a_list_s_page_of_its_files(api):
    first, stoma = told_in(api.get("/").text), told_in(api.get("/liste/505").text)

    assert (first["@type"], stoma["@type"]) == ("DataCatalog", "Dataset")
    [known] = [one for one in first["dataset"] if one["@id"] == stoma["@id"]]
    assert "distribution" not in known
    # What a page tells does not depend on the host that somebody named.
    whole = json.loads(api.get("/catalogue/schema.jsonld?lang=nb").text.replace(HERE, ""))["dataset"]
    assert {name: value for name, value in stoma.items() if name != "@context"} in whole


@pytest.mark.parametrize("address", ["/", "/liste/505"])
def test_a_page_that_tells_leads_to_the_catalogue_and_runs_no_script_of_its_own(api, address):
    page = api.get(address)
    assert 'rel="alternate" type="application/ld+json" href="/catalogue/dcat.jsonld"' in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page.text)
    assert inline == [' type="application/ld+json"']


@pytest.mark.parametrize("address", ["/?q=pose", "/liste/504", "/vare/600007"])
def test_other_pages_tell_nothing(api, address):
    assert "application/ld+json" not in api.get(address).text


def test_a_name_that_would_end_the_script_stays_within_it(tmp_path):
    with clock_at():
        home = make_hostile_home(tmp_path / "home")
        with TestClient(create_app(home)) as api:
            page = api.get("/liste/505").text
            assert page.count("<script") == page.count("</script>")
            assert "<" not in json.dumps(told_in(page)).replace("\\u003c", "")
            assert "oppdiktet" in told_in(page)["description"]


@pytest.mark.parametrize("address", ["/catalogue/dcat.jsonld", "/catalogue/schema.jsonld"])
def test_whoever_has_the_catalogue_gets_304(api, address):
    first = api.get(address)
    again = api.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["release"] == "6"


def test_an_empty_home_has_an_empty_catalogue(empty_api):
    assert "dataset" not in dcat(empty_api)
    assert empty_api.get("/catalogue/schema.jsonld").json()["dataset"] == []
    assert "application/ld+json" not in empty_api.get("/").text

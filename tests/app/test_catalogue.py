"""The lists as a catalogue of data: DCAT-AP-NO for portals, schema.org for search engines and in pages."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.catalogue.dcat import document as dcat_document
from app.catalogue.dcat_forms import distributions
from app.catalogue.told import Catalogue, Places, ToldList
from app.files.contents import ReleasedFile
from app.operator import Operator, keep_operator
from app.shapes import ListShape, encode
from tests.app import homes
from tests.app.builders import clock_at
from tests.app.every_page import make_hostile_home

EU = "http://publications.europa.eu/resource/authority"
HERE = "http://testserver.local"
REGULATION = "https://lovdata.no/eli/forskrift/2007/06/28/814/nor"


def told_in(page: str) -> dict[str, Any]:
    """What a page tells search engines."""
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told: dict[str, Any] = json.loads(found)
    return told


MANDATORY = {
    "dcat:Catalog": {"title", "description", "identifier", "publisher", "contactPoint"},
    "dcat:Dataset": {"title", "description", "theme", "publisher", "contactPoint"},
    "dcat:Distribution": {"accessURL"},
    "dcat:DataService": {"title", "publisher", "contactPoint", "endpointURL"},
    "foaf:Agent": {"name"},
    "vcard:Organization": {"contactName"},
    "spdx:Checksum": {"algorithm", "checksumValue"},
}
"""What DCAT-AP-NO 3 asks of each node without exception, by our short names."""

RECOMMENDED = {
    "dcat:Catalog": {
        *("dataset", "service", "spatial", "modified", "issued", "homepage", "language", "themeTaxonomy"),
        "applicableLegislation",
    },
    "dcat:Dataset": {
        *("distribution", "spatial", "keyword", "applicableLegislation", "temporal", "accessRights"),
        *("identifier", "creator", "issued", "modified", "version", "landingPage", "language"),
    },
    # There is no licence to tell of: what is true of their use stands under `rights`.
    "dcat:Distribution": {"title", "description", "format", "status", "availability", "rights"},
    "dcat:DataService": {
        *("keyword", "endpointDescription", "format", "applicableLegislation", "conformsTo", "theme"),
        *("servesDataset", "availability", "description", "rights", "status"),
    },
}
"""What it recommends, or we have beyond that, and is told of lists that are real and Norwegian."""

WHO = Operator(
    name="Testetaten",
    orgnr="974760673",
    kind="national-authority",
    email="lists+spm@example.org",
    page="https://example.org/kontakt",
    address="https://lists.example",
)


def document(api) -> dict[str, Any]:
    answer = api.get("/catalogue/dcat.jsonld")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/ld+json"
    found: dict[str, Any] = answer.json()
    return found


def dcat(api) -> dict[str, Any]:
    catalogue: dict[str, Any] = document(api)["@graph"][0]
    return catalogue


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of a document, wherever it stands."""
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for one in value.values():
            yield from nodes(one)


def types(node: dict[str, Any]) -> set[str]:
    return {node["type"]} if isinstance(node["type"], str) else set(node["type"])


@pytest.fixture
def told(storied_home, tmp_path, in_june) -> Iterator[TestClient[Any]]:
    """The application over a copy of the storied home whose operator said who it is."""
    home = homes.a_copy(storied_home, tmp_path / "told")
    keep_operator(home, WHO)
    with TestClient(create_app(home)) as client:
        yield client


@pytest.mark.parametrize("which", ["api", "told"])
def test_every_node_has_what_dcat_ap_no_asks_of_it(which, request):
    found = list(nodes(document(request.getfixturevalue(which))["@graph"]))
    assert {kind for node in found for kind in types(node)} >= {*MANDATORY, "eli:LegalResource"}
    for node in found:
        for kind in types(node):
            assert node.keys() >= MANDATORY.get(kind, set()), (kind, node.get("id"))
            assert node.keys() >= RECOMMENDED.get(kind, set()), (kind, node.get("id"))
        if "vcard:Organization" in types(node):
            assert node.keys() & {"hasEmail", "hasURL"}
        for texts in ("title", "description", "contactName", "name", "notice"):
            assert all(node.get(texts, {"": "x"}).values())


@pytest.mark.parametrize("which", ["api", "told", "empty_api"])
def test_every_iri_is_whole_and_what_is_named_is_there(which, request):
    found = document(request.getfixturevalue(which))
    context, graph = found["@context"], found["@graph"]
    iris = {name for name, meant in context.items() if '"@type": "@id"' in json.dumps(meant)} | {"id"}
    known = {node["id"] for node in nodes(graph) if "id" in node}
    for node in nodes(graph):
        told = (node[name] for name in node.keys() & iris)
        for iri in (one for value in told for one in ([value] if not isinstance(value, list) else value)):
            if isinstance(iri, str):
                parts = urlsplit(iri)
                assert (parts.scheme in ("http", "https") and parts.netloc) or parts.scheme == "mailto", iri
                assert re.fullmatch(r"[!-~]+", iri), iri
        named = {node[name] for name in ("publisher", "creator", "contactPoint", "rights") if name in node}
        assert named <= known, node["id"]


def test_every_short_name_is_one_of_a_vocabulary(told):
    found = document(told)
    context = found["@context"]
    prefixes = {name for name, value in context.items() if str(value).startswith("http")}

    def names(value: Any, within: str = "") -> set[str]:
        if isinstance(value, list):
            return set().union(*(names(one, within) for one in value))
        by_language = isinstance(context.get(within), dict) and "@container" in context[within]
        if not isinstance(value, dict) or by_language:
            return set()
        return set(value).union(*(names(inner, key) for key, inner in value.items()))

    assert names(found["@graph"]) == set(context) - prefixes
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
    assert (stoma["issued"], stoma["modified"]) == ("2025-12-15T00:00:00Z", "2026-03-20T00:00:00Z")
    assert stoma["temporal"] == {"type": "dct:PeriodOfTime", "startDate": "2026-04-01"}
    assert stoma["spatial"] == f"{EU}/country/NOR"
    assert stoma["theme"] == f"{EU}/data-theme/HEAL"
    assert stoma["accessRights"] == f"{EU}/access-right/PUBLIC"


def test_each_form_is_the_whole_list_once_and_is_what_is_told_of_it(api):
    for dataset in dcat(api)["dataset"]:
        forms = [(one["title"]["en"], one.get("compressFormat")) for one in dataset["distribution"]]
        assert len(set(forms)) == len(forms)
        for one in dataset["distribution"]:
            assert api.get(one["accessURL"]).status_code == 200
            for address in one.get("downloadURL", []):
                answer = api.get(address)
                assert answer.status_code == 200
                if "checksum" in one:
                    content = answer.content
                    assert one["byteSize"] == str(len(content))
                    assert one["checksum"]["checksumValue"] == hashlib.sha256(content).hexdigest()


def test_tables_are_parts_of_one_form_and_no_form_is_a_part(api):
    stoma = next(one for one in dcat(api)["dataset"] if one["version"].startswith("505/"))
    forms = {one["title"]["nb"]: one for one in stoma["distribution"]}
    addresses = [address for one in stoma["distribution"] for address in one.get("downloadURL", [])]

    assert not [address for address in addresses if address.endswith(".csv")]
    [package] = forms["Tabeller (CSV)"]["downloadURL"]
    assert package.endswith("/505/csv/datapackage.json")
    assert forms["Tabeller (CSV)"]["format"] == f"{EU}/file-type/CSV"
    assert len(api.get(package).json()["resources"]) == 11
    assert {"Fra API-et, side for side", "FEST M30 (XML)", "FEST M30 (XML), gzip"} <= set(forms)


def test_only_media_types_that_are_registered_are_named(api):
    forms = [form for dataset in dcat(api)["dataset"] for form in dataset["distribution"]]
    assert {form.get("mediaType") for form in forms} >= {
        None,
        "https://www.w3.org/ns/iana/media-types/application/json",
        "https://www.w3.org/ns/iana/media-types/text/csv",
    }
    for form in forms:
        lines = any(".ndjson" in address for address in form.get("downloadURL", []))
        assert ("mediaType" not in form) == lines
        assert not lines or form["conformsTo"] == "https://github.com/ndjson/ndjson-spec"


def test_the_publisher_is_who_runs_the_service_and_can_be_asked(told):
    graph = document(told)["@graph"]
    by_id = {node["id"]: node for node in graph}
    publisher, contact = by_id[graph[0]["publisher"]], by_id[graph[0]["contactPoint"]]

    assert publisher == {
        "id": "https://data.brreg.no/enhetsregisteret/api/enheter/974760673",
        "type": ["org:Organization", "foaf:Agent"],
        "name": dict.fromkeys(("en", "nb", "nn"), "Testetaten"),
        "identifier": "974760673",
        "kind": "http://purl.org/adms/publishertype/NationalAuthority",
    }
    assert contact["contactName"]["nb"] == "Testetaten"
    assert contact["hasEmail"] == "mailto:lists+spm@example.org"
    assert contact["hasURL"] == "https://example.org/kontakt"
    assert all(one["publisher"] == publisher["id"] for one in (*graph[0]["dataset"], *graph[0]["service"]))


def test_where_nobody_said_who_runs_it_the_publisher_is_whoever_runs_the_host(api):
    graph = document(api)["@graph"]
    by_id = {node["id"]: node for node in graph}
    publisher = by_id[graph[0]["publisher"]]

    assert publisher["type"] == ["foaf:Agent"]
    assert publisher["name"] == {
        "en": "Whoever runs testserver.local",
        "nb": "Den som driver testserver.local",
        "nn": "Den som driv testserver.local",
    }
    assert by_id[graph[0]["contactPoint"]]["hasURL"] == f"{HERE}/utvikler"


def test_who_gives_a_list_out_and_by_what_regulation_is_told_of_real_lists_only(api, storied_home, tmp_path):
    graph = document(api)["@graph"]
    by_id = {node["id"]: node for node in graph}
    found = [one for one in graph[0]["dataset"] if "creator" in one]
    given_out = {one["version"][:3]: by_id[one["creator"]]["name"]["nb"] for one in found}
    assert given_out == {
        **dict.fromkeys(("502", "505", "604"), "Helfo"),
        "200": "Direktoratet for medisinske produkter",
    }
    assert by_id[REGULATION]["title"]["nb"] == "Blåreseptforskriften"
    assert {one["applicableLegislation"] for one in found} == {REGULATION}

    made_up = homes.a_copy(storied_home, tmp_path / "made-up")
    made_up.make_demonstration()
    with TestClient(create_app(made_up)) as other:
        text = other.get("/catalogue/dcat.jsonld").text
        [catalogue, *_] = json.loads(text)["@graph"]
        assert "#helfo" not in text
        assert "lovdata" not in text
        assert {one["kind"] for one in catalogue["dataset"]} == {f"{EU}/dataset-type/TEST_DATA"}
        assert "isBasedOn" not in other.get("/catalogue/schema.jsonld").text


def a_catalogue(api, **changes: Any) -> Catalogue:
    """Of list 505 alone, with two columns files; name only what the test is about."""
    shape = msgspec.json.decode(api.get("/v1/lists/505").content, type=ListShape)
    instant = dt.datetime(2026, 6, 10, tzinfo=dt.UTC)
    files = tuple(
        ReleasedFile(
            f"2026-06-10/505/parquet/{name}.parquet", "parquet", name, instant.date(), "505", size, "ab" * 32
        )
        for name, size in (("entries", 100), ("prices", 20))
    )
    made = Catalogue(
        places=Places(HERE, HERE),
        operator=WHO,
        publisher=WHO,
        release=6,
        issued=instant,
        published_at=instant,
        language="nb",
        norwegian=True,
        made_up=False,
        lists=(ToldList(shape, instant, instant, files),),
    )
    return msgspec.structs.replace(made, **changes)


def test_columns_files_are_one_form_together(api):
    catalogue = a_catalogue(api)
    _, columns = distributions(catalogue, catalogue.lists[0])
    assert columns.title["nb"] == "Tabeller (Parquet)"
    assert columns.downloadURL == tuple(
        f"{HERE}/v1/releases/6/files/2026-06-10/505/parquet/{name}.parquet" for name in ("entries", "prices")
    )
    assert (columns.accessURL, columns.byte_size) == (f"{HERE}/v1/releases/6/files", "120")


def test_of_other_countries_lists_nothing_norwegian_is_told(api):
    told = encode(dcat_document(a_catalogue(api, norwegian=False, language="en")))
    nodes_told = json.loads(told)["@graph"]
    [dataset] = nodes_told[0]["dataset"]
    assert not dataset.keys() & {"creator", "applicableLegislation", "spatial", "accrualPeriodicity"}
    assert "Helfo" not in {name for node in nodes_told for name in node.get("name", {}).values()}
    assert nodes_told[0]["description"]["en"].startswith("Product and price lists of what is reimbursed:")


def test_the_terms_of_use_are_those_of_the_page_for_developers(api):
    [rights] = [node for node in document(api)["@graph"] if "odrs:RightsStatement" in types(node)]
    assert rights["notice"]["nb"] in api.get("/utvikler?lang=nb").text
    assert rights["guidelines"] == f"{HERE}/utvikler"


def test_schema_org_tells_the_same_in_one_language(api):
    told = api.get("/catalogue/schema.jsonld?lang=nn").json()

    assert (told["@context"], told["@type"]) == ("https://schema.org", "DataCatalog")
    assert {one["url"] for one in told["dataset"]} == {one["landingPage"] for one in dcat(api)["dataset"]}
    [stoma] = [one for one in told["dataset"] if one["name"] == "505 Utstyr ved stomi"]
    assert stoma["description"].startswith("Alt som blir refundert på lista 505 Utstyr ved stomi")
    assert stoma["temporalCoverage"] == "2026-04-01/.."
    assert (stoma["creator"]["name"], stoma["isBasedOn"]["publisher"]["name"]) == ("Helfo", "Helfo")
    assert "publisher" not in stoma


def test_schema_org_names_the_publisher_that_is_known(told):
    found = told.get("/catalogue/schema.jsonld").json()
    assert found["publisher"] == {
        "@type": "Organization",
        "name": "Testetaten",
        "url": "https://example.org/kontakt",
        "email": "lists+spm@example.org",
        "identifier": "974760673",
    }
    assert all(one["publisher"] == found["publisher"] for one in found["dataset"])
    assert all(one["usageInfo"] == "https://lists.example/utvikler" for one in found["dataset"])


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

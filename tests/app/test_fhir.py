"""FHIR R4 below /fhir: what a client reads, searches and pages through, and how it is refused."""

import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from app.api.application import create_app
from app.fhir.searches import COMMON, CONTROLS, SEARCHES
from tests.app.builders import clock_at
from tests.app.every_page import make_hostile_home
from tests.app.reading_fhir import KINDS, KODEVERK, VARENR, found, ids, named, outcome, parts

OF_THE_PROGRAM = ("StructureDefinition", "CodeSystem", "ValueSet", "NamingSystem")


# --- what is told -------------------------------------------------------------


def test_a_consumable_is_a_device_definition_with_its_number_group_and_supplier(api):
    told = api.get("/fhir/DeviceDefinition/600007").json()

    assert told["identifier"] == [{"system": VARENR, "value": "600007"}]
    assert told["deviceName"] == [{"name": "Fjellro pose 30 mm", "type": "user-friendly-name"}]
    assert told["modelNumber"] == "FS 30"
    assert told["type"]["coding"][0] == {
        "system": KODEVERK + "7403",
        "code": "5050101",
        "display": "Poser med filter",
    }
    assert told["contained"][0]["name"] == told["owner"]["display"] == "Fjellro Stomi AS"
    assert told["quantity"] == {"value": 30, "unit": "stykk", "system": KODEVERK + "7452", "code": "stk"}
    kinds = {one["type"]["text"]: one["valueCode"][0]["text"] for one in told["property"]}
    assert kinds == {"kind": "consumable", "size": "30 mm", "pack": "30"}


def test_a_limit_and_a_requirement_are_told_with_their_legal_text(api):
    told = api.get("/fhir/DeviceDefinition/600007").json()
    children = named(told["extension"], "listing")[1]

    assert parts(children)["list"] == "505"
    assert parts(children)["legalBasis"]["system"] == KODEVERK + "7427"
    limits = {parts(one)["per"]: parts(one) for one in named(children["extension"], "limit")}
    assert limits["dispensing"]["max"] == 100
    assert limits["dispensing"]["text"] == "Inntil 100 stk per utlevering."
    [required] = named(children["extension"], "requirement")
    assert parts(required)["kind"] == "own_prescription"
    assert parts(required)["text"] == "Krever egen resept."
    assert parts(required)["type"] == {"system": KODEVERK + "7439", "code": "11"}
    texts = [parts(one)["text"] for one in named(children["extension"], "condition")]
    assert "Refusjon ytes bare etter stomioperasjon." in texts


def test_a_product_that_leaves_says_its_last_days(api):
    listing = named(api.get("/fhir/DeviceDefinition/600010").json()["extension"], "listing")[0]

    assert parts(listing)["prescribeUntil"] == "2026-05-31"
    assert parts(listing)["dispenseUntil"] == "2026-08-31"


def test_a_medicine_is_a_medication_by_varenummer_and_atc_with_its_refund_codes(api):
    told = api.get("/fhir/Medication/012345").json()

    codes = {one["system"]: one["code"] for one in told["code"]["coding"]}
    assert codes[VARENR] == "012345"
    assert codes["http://www.whocc.no/atc"] == "A10AB01"
    [listing] = named(told["extension"], "listing")
    [refund] = named(listing["extension"], "refund-code")
    assert parts(refund)["code"]["system"] == KODEVERK + "7110"
    assert parts(refund)["code"]["code"] == "K90"
    assert parts(refund)["text"] == "Bare ved påvist svikt."


def test_a_medicine_is_no_device_definition(api):
    assert outcome(api.get("/fhir/DeviceDefinition/012345"))["code"] == "not-found"
    assert outcome(api.get("/fhir/Medication/600007"))["code"] == "not-found"


def test_a_price_has_its_amount_kind_list_and_period(api):
    told = api.get("/fhir/ChargeItemDefinition/505-600007-E-20260401").json()

    [component] = told["propertyGroup"][0]["priceComponent"]
    assert component["amount"] == {"value": 13.0, "currency": "NOK"}
    [kind] = component["code"]["coding"]
    assert kind == {"system": KODEVERK + "7423", "code": "E", "display": kind["display"]}
    assert told["title"] == f"Fjellro pose 30 mm: {kind['display']}"
    assert told["effectivePeriod"] == {"start": "2026-04-01"}
    assert told["replaces"] == [told["url"].replace("20260401", "20260101")]
    assert told["code"]["coding"][0]["code"] == "600007"
    assert told["useContext"][0]["valueCodeableConcept"]["coding"][0]["code"] == "505"


def test_an_amount_keeps_its_decimals(api):
    raw = api.get("/fhir/ChargeItemDefinition/505-600007-E-20260401").text
    assert '"amount":{"value":13.00,"currency":"NOK"}' in raw
    amounts = re.findall(r'"amount":{"value":([^,]*),', api.get("/fhir/ChargeItemDefinition").text)
    assert amounts
    assert all(re.fullmatch(r"[0-9]+\.[0-9]{2,4}", amount) for amount in amounts)


def test_a_medicine_s_price_points_at_it(api):
    prices = found(api, "/fhir/ChargeItemDefinition?code=012345")
    assert prices
    assert {one["instance"][0]["reference"] for one in prices} == {"Medication/012345"}


def test_a_code_system_has_its_owner_s_address_and_oid_and_only_what_is_in_use(api):
    told = api.get("/fhir/CodeSystem/no-kodeverk-7403.codesystem").json()

    assert told["url"] == "http://helsedir.no/fhir/CodeSystem/no-kodeverk-7403"
    assert told["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": KODEVERK + "7403"}]
    assert told["content"] == "fragment"
    assert told["title"] == "7403 Produktgruppe"
    concepts = {one["code"]: one for one in told["concept"]}
    assert concepts["5050101"]["display"] == "Poser med filter"
    assert concepts["5050101"]["property"] == [{"code": "parent", "valueCode": "50501"}]
    assert "5040101" not in concepts  # the list has ended
    assert "count" not in told  # of all codes there are, and the owner has more


def test_there_are_code_systems_of_groups_legal_bases_and_kinds_of_prices(api):
    addresses = {one["url"].rpartition("/")[2]: one for one in found(api, "/fhir/CodeSystem")}
    for number in (7403, 7451, 7427, 7423, 7453):
        assert f"no-kodeverk-{number}" in addresses
    assert "edition" in addresses


def test_a_value_set_has_the_groups_of_a_list_with_what_binds_them(api):
    told = api.get("/fhir/ValueSet/groups-505").json()

    assert told["url"] == "http://testserver.local/fhir/ValueSet/groups-505"
    [include] = told["compose"]["include"]
    assert include["system"] == KODEVERK + "7403"
    groups = {one["code"]: one for one in include["concept"]}
    assert set(groups) == {"505", "50501", "5050101", "5050102"}
    [limit] = named(groups["50501"]["extension"], "limit")
    assert parts(limit)["max"] == 400
    [terms] = named(groups["5050102"]["extension"], "group-terms")
    assert parts(terms)["prescribable"] == "own"


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_found_can_be_read_and_says_where_it_stands(api, kind):
    page = api.get(f"/fhir/{kind}?_count=1000").json()
    assert page["total"] == len(page["entry"]) > 0
    for entry in page["entry"]:
        assert entry["search"] == {"mode": "match"}
        assert api.get(entry["fullUrl"]).json() == entry["resource"]
        assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", entry["resource"]["id"])


def test_every_extension_that_is_used_is_defined_here_part_by_part(api):
    defined = {one["url"]: one for one in found(api, "/fhir/StructureDefinition")}
    used: dict[str, set[tuple[str, str]]] = {}

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if "/StructureDefinition/" in value.get("url", "") and "resourceType" not in value:
                of = used.setdefault(value["url"], set())
                of |= {(part["url"], key) for part in value["extension"] for key in part if key != "url"}
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    for kind in KINDS:
        look(found(api, f"/fhir/{kind}"))
    assert len(used) == len(defined) == 6
    for url, of in used.items():
        elements = {one["id"]: one for one in defined[url]["differential"]["element"]}
        for name, key in of:
            if key == "extension":
                slot = elements[f"Extension.extension:{name.rpartition('/')[2]}"]
                assert slot["type"] == [{"code": "Extension", "profile": [name]}]
            else:
                [kind] = elements[f"Extension.extension:{name}.value[x]"]["type"]
                assert key.lower() == f"value{kind['code'].lower()}", (url, name)


def test_a_definition_stands_at_the_address_that_extensions_name(api):
    [url] = {one["url"] for one in api.get("/fhir/DeviceDefinition/600007").json()["extension"]}
    assert api.get(url).json()["url"] == url


# --- when -----------------------------------------------------------------------


def test_another_day_and_what_was_known_then_may_be_asked_for(api):
    before = "/fhir/ChargeItemDefinition/505-600007-E-20260101?valid_on=2026-02-01"
    first = api.get(f"{before}&known_at=2026-01-01T00:00:00Z")
    corrected = api.get(before)

    assert '"value":12.50' in first.text
    assert '"value":11.50' in corrected.text
    assert (first.headers["release"], corrected.headers["release"]) == ("1", "6")
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert corrected.headers["cache-control"] == "no-cache"


def test_a_released_edition_can_be_read_before_its_day_and_tells_no_date_ahead_of_itself(api):
    coming = api.get("/fhir/DeviceDefinition/600014?valid_on=2026-07-01")

    assert coming.status_code == 200
    assert coming.json()["meta"]["lastUpdated"] == "2026-06-30T22:00:00Z"
    assert "last-modified" not in coming.headers
    issue = outcome(api.get("/fhir/DeviceDefinition/600014"))
    assert (issue["code"], issue["details"]["text"]) == ("not-found", "not-yet-listed")


def test_the_editions_that_a_resource_is_told_by_are_its_tags(api):
    told = api.get("/fhir/DeviceDefinition/600009").json()["meta"]
    assert [tag["code"] for tag in told["tag"]] == ["502/2026-01-01/1", "505/2026-04-01/4"]


def test_a_client_that_keeps_a_copy_asks_for_what_changed_since(api):
    known = found(api, "/fhir/DeviceDefinition?valid_on=2026-03-31")
    newest = max(one["meta"]["lastUpdated"] for one in known)
    assert newest == "2025-12-31T23:00:00Z"

    changed = ids(api, f"/fhir/DeviceDefinition?_lastUpdated=gt{newest}")

    # 600007 only costs more, and prices have resources of their own.
    assert changed == ["600009", "600013"]
    prices = ids(api, f"/fhir/ChargeItemDefinition?_lastUpdated=gt{newest}")
    # One has an end now, and one is new.
    assert {"505-600007-E-20260101", "505-600007-E-20260401"} <= set(prices)


# --- versions --------------------------------------------------------------------


def test_a_version_is_the_tag_and_whoever_has_it_gets_304(api):
    first = api.get("/fhir/DeviceDefinition/600007")
    tag = first.headers["etag"]

    assert tag == f'W/"{first.json()["meta"]["versionId"]}"'
    again = api.get("/fhir/DeviceDefinition/600007", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = api.get("/fhir/DeviceDefinition/600007", headers={"If-None-Match": 'W/"0"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Tue, 31 Mar 2026 22:00:00 GMT", 304),
        ("Tue, 31 Mar 2026 21:59:59 GMT", 200),
        ("yesterday", 200),
    ],
)
def test_whoever_has_it_since_it_changed_gets_304(api, since, status):
    first = api.get("/fhir/DeviceDefinition/600009")
    assert first.headers["last-modified"] == "Tue, 31 Mar 2026 22:00:00 GMT"

    again = api.get("/fhir/DeviceDefinition/600009", headers={"If-Modified-Since": since})

    assert again.status_code == status


def test_a_bundle_has_a_tag_too(api):
    first = api.get("/fhir/DeviceDefinition?list=502")
    again = api.get("/fhir/DeviceDefinition?list=502", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_what_a_demonstration_tells_is_marked_as_no_real_data(tmp_path):
    with clock_at(), TestClient(create_app(make_hostile_home(tmp_path / "home"))) as client:
        for kind in ("DeviceDefinition", "ChargeItemDefinition", "CodeSystem", "ValueSet"):
            for told in found(client, f"/fhir/{kind}"):
                assert told["meta"]["security"][0]["code"] == "HTEST"


# --- searches ---------------------------------------------------------------------

OF_600012 = "502-600012-E-20260101"
SEARCHED = [
    ("DeviceDefinition?identifier=600007", ["600007"]),
    (f"DeviceDefinition?identifier={VARENR}|600007,600009", ["600007", "600009"]),
    ("DeviceDefinition?identifier=urn:oid:2.51.1.1|600007", []),
    ("DeviceDefinition?identifier=012345", []),
    ("DeviceDefinition?_id=600009,600010", ["600009", "600010"]),
    ("DeviceDefinition?_id=600009&_id=600010", []),
    ("DeviceDefinition?type=5050102", ["600007"]),
    (f"DeviceDefinition?type={KODEVERK}7403|5050102", ["600007"]),
    (f"DeviceDefinition?type={KODEVERK}7427|5050102", []),
    ("DeviceDefinition?type=505", []),
    ("DeviceDefinition?type:below=502", ["600009", "600012"]),
    ("DeviceDefinition?list=604", ["600030"]),
    ("DeviceDefinition?list=502,604&identifier=600012", ["600012"]),
    ("DeviceDefinition?type=", ["600007", "600009", "600010", "600011", "600012", "600013", "600030"]),
    ("Medication?code=012345", ["012345"]),
    ("Medication?code=http://www.whocc.no/atc|A10AB01", ["012345"]),
    ("Medication?code=A10", []),
    ("Medication?identifier=ID_P012345", ["012345"]),
    ("Medication?group=A10A&list=200", ["012345"]),
    ("ChargeItemDefinition?code=600012&kind=P", ["502-600012-P-20260101"]),
    (f"ChargeItemDefinition?identifier={VARENR}|600012&kind={KODEVERK}7423|E", [OF_600012]),
    ("ChargeItemDefinition?context=502&kind=P&code=600009", ["502-600009-P-20260101"]),
    (
        "ChargeItemDefinition?code=600012&effective=ge2026-06-15&effective=le2026-06-15&kind=E",
        ["502-600012-E-20260101"],
    ),
    ("ChargeItemDefinition?code=600012&effective=lt2026", []),
    (
        "ChargeItemDefinition?url=http://testserver.local/fhir/ChargeItemDefinition/502-600012-P-20260101",
        ["502-600012-P-20260101"],
    ),
    ("CodeSystem?url=http://helsedir.no/fhir/CodeSystem/no-kodeverk-7427", ["no-kodeverk-7427.codesystem"]),
    (f"CodeSystem?system={KODEVERK}7427", ["no-kodeverk-7427.codesystem"]),
    (f"CodeSystem?identifier={KODEVERK}7427", ["no-kodeverk-7427.codesystem"]),
    ("CodeSystem?code=5050101", ["no-kodeverk-7403.codesystem"]),
    (f"CodeSystem?code={KODEVERK}7427|505", ["no-kodeverk-7427.codesystem"]),
    ("ValueSet?code=A10A", ["groups-200"]),
    ("ValueSet?_id=legal-bases,price-kinds", ["legal-bases", "price-kinds"]),
    ("StructureDefinition?url=http://testserver.local/fhir/StructureDefinition/limit", ["limit"]),
    ("StructureDefinition?_lastUpdated=gt2020", []),
]


@pytest.mark.parametrize(("asked", "expected"), SEARCHED)
def test_a_search_finds_what_meets_all_that_is_asked(api, asked, expected):
    assert ids(api, f"/fhir/{asked}") == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("eq2026-04-01", ["600009", "600013"]),
        ("2026-04", ["600009", "600013"]),
        ("ge2026-03-20", ["600009", "600013"]),
        ("gt2026-03-31T22:00:00Z", []),
        ("ge2026-03-31T22:00:00Z", ["600009", "600013"]),
        ("ge2026-04-01T00:00:00+02:00", ["600009", "600013"]),
        ("lt2026-01-01", []),
        ("le2026-01-01", ["600007", "600010", "600011", "600012", "600030"]),
        ("eb2026-02", ["600007", "600010", "600011", "600012", "600030"]),
        ("sa2026-01", ["600009", "600013"]),
        ("ne2026-01-01", ["600009", "600013"]),
        ("2026-01-01,2026-04-01", ["600007", "600009", "600010", "600011", "600012", "600013", "600030"]),
    ],
)
def test_instants_are_compared_as_fhir_says_and_days_are_norway_s(api, asked, expected):
    assert ids(api, f"/fhir/DeviceDefinition?_lastUpdated={asked}") == expected


def test_pages_hold_everything_once_whatever_their_size(api):
    whole = ids(api, "/fhir/ChargeItemDefinition")
    assert len(whole) == len(set(whole)) == api.get("/fhir/ChargeItemDefinition").json()["total"]
    for size in (1, 3, 1000, 5000):
        assert ids(api, f"/fhir/ChargeItemDefinition?_count={size}") == whole


def test_a_count_tells_how_many_and_shows_none(api):
    for asked in ("_summary=count", "_count=0"):
        page = api.get(f"/fhir/DeviceDefinition?{asked}").json()
        assert page["total"] == 7
        assert "entry" not in page
        assert [link["relation"] for link in page["link"]] == ["self"]


def test_a_page_says_what_was_asked(api):
    page = api.get("/fhir/DeviceDefinition?list=505&_count=2&valid_on=2026-02-01").json()
    links = {link["relation"]: link["url"] for link in page["link"]}
    assert (
        links["self"] == "http://testserver.local/fhir/DeviceDefinition?list=505&_count=2&valid_on=2026-02-01"
    )
    assert ids(api, links["next"]) == ["600009", "600010", "600011"]


# --- what is refused, and what is left out of account --------------------------------

REFUSED = [
    ("/fhir/Patient", 404, "not-found", "no resources 'Patient'"),
    ("/fhir/Patient/1", 404, "not-found", "CodeSystem, ValueSet, Medication"),
    ("/fhir", 404, "not-found", "/fhir/metadata"),
    ("/fhir/DeviceDefinition/600007/name", 404, "not-found", "/fhir/metadata"),
    ("/fhir/DeviceDefinition/600007/_history", 404, "not-supported", "/600007/_history' is an operation"),
    ("/fhir/DeviceDefinition/_history", 404, "not-supported", "'_history' is an operation"),
    ("/fhir/CodeSystem/$lookup?system=x", 404, "not-supported", "'$lookup' is an operation"),
    ("/fhir/CodeSystem/_search?url=x", 404, "not-supported", "there are none here"),
    ("/fhir/$convert", 404, "not-supported", "'$convert' is an operation"),
    ("/fhir/DeviceDefinition/600099", 404, "not-found", "'600099' is on no list"),
    ("/fhir/DeviceDefinition/600008", 410, "deleted", "505/2026-01-01/3"),
    ("/fhir/ChargeItemDefinition/1-2", 404, "not-found", "no ChargeItemDefinition '1-2'"),
    (
        "/fhir/ChargeItemDefinition/505-600007-E-20270101",
        404,
        "not-found",
        "There is no ChargeItemDefinition '505-600007-E-20270101' here.",
    ),
    ("/fhir/ChargeItemDefinition/505-600007-E-x", 404, "not-found", "'505-600007-E-x'"),
    ("/fhir/ValueSet/groups-504", 404, "not-found", "no ValueSet 'groups-504'"),
    ("/fhir/DeviceDefinition?typ=5", 400, "not-supported", "nearest one there is: 'type'"),
    ("/fhir/DeviceDefinition?identifier:exact=5", 400, "not-supported", "'identifier:exact'"),
    ("/fhir/DeviceDefinition/600007?type=5", 400, "not-supported", "'type'"),
    ("/fhir/DeviceDefinition?_count=-1", 400, "invalid", "0 or more"),
    ("/fhir/DeviceDefinition?_count=1&_count=2", 400, "invalid", "expected: one value"),
    ("/fhir/DeviceDefinition?_summary=x", 400, "invalid", "true, text, data, count or false"),
    ("/fhir/DeviceDefinition/600007?_summary=x", 400, "invalid", "true, text, data, count or false"),
    ("/fhir/DeviceDefinition?_summary=true&_elements=type", 400, "invalid", "without _summary=true or text"),
    ("/fhir/DeviceDefinition?_total=x", 400, "invalid", "none, estimate or accurate"),
    ("/fhir/metadata?_pretty=x", 400, "invalid", "true or false"),
    ("/fhir/DeviceDefinition?_lastUpdated=ap2026", 400, "invalid", "such as ge2026-01-01"),
    ("/fhir/DeviceDefinition?_lastUpdated=2026-02-30", 400, "invalid", "such as ge2026-01-01"),
    ("/fhir/DeviceDefinition?identifier=|", 400, "invalid", "the system, a bar and the code"),
    ("/fhir/DeviceDefinition?cursor=x", 400, "invalid", "cursor"),
    ("/fhir/DeviceDefinition?valid_on=x", 400, "invalid", "a day such as 2026-01-01"),
    ("/fhir/DeviceDefinition?known_at=2030-01-01T00:00:00Z", 400, "invalid", "not in the future"),
    ("/fhir/metadata?_format=xml", 406, "invalid", "application/fhir+json"),
]


@pytest.mark.parametrize(("address", "status", "code", "says"), REFUSED)
def test_a_refusal_is_an_operation_outcome_that_says_what_was_found_and_expected(
    api, address, status, code, says
):
    answer = api.get(address)
    issue = outcome(answer)
    assert (answer.status_code, issue["code"], issue["severity"]) == (status, code, "error")
    assert says in issue["diagnostics"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_refusal_is_told_in_the_client_s_language(api):
    told = outcome(api.get("/fhir/Patient", headers={"Accept-Language": "nn"}))
    assert told["diagnostics"].startswith("Det finst ingen ressursar 'Patient' her.")


def test_nothing_can_be_written(api):
    answer = api.post("/fhir/DeviceDefinition", json={})
    assert answer.status_code == 405
    assert outcome(answer)["code"] == "not-supported"
    assert "GET" in answer.headers["allow"]


def test_a_client_that_wants_it_has_what_is_not_known_left_out_of_account_and_is_told(api):
    answer = api.get("/fhir/DeviceDefinition?list=604&colour=red", headers={"Prefer": "handling=lenient"})
    entries = answer.json()["entry"]

    assert answer.json()["total"] == 1
    assert "colour" not in answer.json()["link"][0]["url"]
    assert [entry["search"]["mode"] for entry in entries] == ["match", "outcome"]
    [issue] = entries[1]["resource"]["issue"]
    assert (issue["severity"], issue["expression"]) == ("warning", ["colour"])
    strict = api.get("/fhir/DeviceDefinition?colour=red", headers={"Prefer": "handling=strict"})
    assert strict.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Accept": "application/fhir+json"}, 200),
        ({"Accept": "application/json;q=0.9, text/html"}, 200),
        ({"Accept": "text/html, */*;q=0.1"}, 200),
        ({"Accept": "application/fhir+xml"}, 406),
    ],
)
def test_json_is_all_that_is_told(api, headers, status):
    assert api.get("/fhir/DeviceDefinition/600007", headers=headers).status_code == status


@pytest.mark.parametrize(
    "form", ["json", "application/json", "application/fhir+json", "application%2Ffhir%2Bjson"]
)
def test_json_may_be_asked_for_by_any_of_its_names(api, form):
    answer = api.get(f"/fhir/metadata?_format={form}", headers={"Accept": "application/fhir+xml"})
    assert answer.status_code == 200


# --- what it says of itself -------------------------------------------------------------


def test_the_capability_statement_names_every_kind_and_all_that_may_be_asked(api):
    told = api.get("/fhir/metadata").json()

    assert (told["fhirVersion"], told["kind"], told["status"]) == ("4.0.1", "instance", "active")
    [rest] = told["rest"]
    served = {one["type"]: {param["name"] for param in one["searchParam"]} for one in rest["resource"]}
    assert served == {
        one.kind: {parameter.name for parameter in (*COMMON, *one.parameters)} for one in SEARCHES
    }
    types = {
        param["type"] for one in rest["resource"] for param in one["searchParam"] if param["name"] == "list"
    }
    assert types == {"token"}
    for said in ("`_search`", "`_summary=true`", "`_elements`", "`_pretty=true`", "`_total`", "`system|`"):
        assert said in rest["documentation"]
    for kind, names in served.items():
        for name in names - {"_lastUpdated", "effective"}:
            assert api.get(f"/fhir/{kind}?{name}=x").json()["total"] == 0


def test_an_empty_home_has_empty_answers(empty_api):
    for kind in KINDS:
        # What the program itself defines is there without any list.
        address = f"/fhir/{kind}?_lastUpdated=ge1000" if kind in OF_THE_PROGRAM else f"/fhir/{kind}"
        page = empty_api.get(address)
        assert (page.status_code, page.json()["total"]) == (200, 0)
    assert empty_api.get("/fhir/metadata").status_code == 200


@pytest.mark.parametrize(
    ("host", "base"),
    [("lists.example:8443", "http://lists.example:8443/fhir"), ("<no>host", "http://localhost/fhir")],
)
def test_addresses_begin_with_the_host_that_was_asked(api, host, base):
    told = api.get("/fhir/ValueSet/legal-bases", headers={"Host": host}).json()
    assert told["url"] == f"{base}/ValueSet/legal-bases"


def test_head_says_what_get_says(api):
    got, asked = api.get("/fhir/DeviceDefinition/600007"), api.head("/fhir/DeviceDefinition/600007")
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["etag"] == got.headers["etag"]


# --- whatever is asked ---------------------------------------------------------------------

NAMES = sorted({*(one.name for one in COMMON), *(one.name for of in SEARCHES for one in of.parameters)})
ODD = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        (
            *(
                "|",
                "a|b|c",
                "\\,",
                "\\|x",
                ",",
                ",,",
                "9999",
                "0000",
                "ge9999-12-31",
                "lt0001-01-01",
                "2026-13",
            ),
            *("2026-01-01T24:00:00Z", "2026-01-01T00:00:00+99:99", "9999-12-31T23:59:59-14:00"),
            *(".d800.", ".110000.", "....", "-", "---", "505-600007-E-0", "505-600007-E-99999999"),
        )
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(KINDS),
    asked=st.lists(st.tuples(st.sampled_from([*NAMES, *CONTROLS, "type:below"]), ODD), max_size=4),
    identity=ODD,
)
def test_whatever_is_asked_is_answered_or_refused_in_fhir_s_terms(api, kind, asked, identity):
    for address in (f"/fhir/{kind}?{urlencode(asked)}", f"/fhir/{kind}/{quote(identity, safe='')}"):
        answer = api.get(address)
        assert answer.status_code in (200, 400, 404, 406, 410), address
        assert answer.headers["content-type"] == "application/fhir+json"
        assert (answer.json()["resourceType"] == "OperationOutcome") == (answer.status_code != 200)

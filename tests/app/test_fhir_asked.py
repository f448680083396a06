"""How a FHIR search is sent and answered: by form, by code system, page by page, in part or whole."""

import pytest
from fhir.resources.R4B import get_fhir_model_class

from app.fhir.subset import NEEDED, SUMMARY
from tests.app.reading_fhir import KINDS, KODEVERK, VARENR, found, ids, outcome

CANONICAL = "http://helsedir.no/fhir/CodeSystem/no-kodeverk-"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

ALL_NUMBERS = ["600007", "600009", "600010", "600011", "600012", "600013", "600030"]
BY_SYSTEM = [
    ("DeviceDefinition?type={system}7403|5050102", ["600007"]),
    ("DeviceDefinition?type:below={system}7403|502", ["600009", "600012"]),
    ("DeviceDefinition?type={system}7427|5050102", []),
    ("DeviceDefinition?type={system}7403|", ALL_NUMBERS),
    ("Medication?group={system}7451|A10A", ["012345"]),
    ("Medication?code={system}7180|A10AB01", ["012345"]),
    ("ChargeItemDefinition?context={system}7427|604&kind={system}7423|E", ["604-600030-E-20260101"]),
    ("ChargeItemDefinition?kind={system}7453|&code=012345", ["200-012345-2-20260115"]),
    ("CodeSystem?code={system}7427|505", ["no-kodeverk-7427.codesystem"]),
    ("ValueSet?code={system}7451|A10A", ["groups-200"]),
]


@pytest.mark.parametrize("system", [KODEVERK, CANONICAL])
@pytest.mark.parametrize(("asked", "expected"), BY_SYSTEM)
def test_a_code_system_goes_by_its_oid_and_by_its_canonical_address(api, system, asked, expected):
    page = api.get(f"/fhir/{asked.format(system=system)}").json()
    assert [entry["resource"]["id"] for entry in page.get("entry", ())] == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (f"DeviceDefinition?identifier={VARENR}|", ALL_NUMBERS),
        ("DeviceDefinition?identifier=urn:oid:2.51.1.1|", []),
        ("Medication?code=http://dmp.no/fhir/NamingSystem/festLegemiddelPakning|", ["012345"]),
        ("Medication?code=http://www.whocc.no/atc|", ["012345"]),
        ("DeviceDefinition?list=|604", ["600030"]),
        (f"DeviceDefinition?list={KODEVERK}7427|604", []),
        (f"CodeSystem?identifier=urn:ietf:rfc:3986|{KODEVERK}7427", ["no-kodeverk-7427.codesystem"]),
        (f"CodeSystem?identifier={KODEVERK}7427|{KODEVERK}7427", []),
    ],
)
def test_a_system_alone_asks_for_any_code_of_it_and_none_for_a_code_without(api, asked, expected):
    assert ids(api, f"/fhir/{asked}") == expected


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("DeviceDefinition?type=urn:x|5050102", "type"),
        ("DeviceDefinition?type:below=urn:x|505", "type"),
        ("DeviceDefinition?identifier=urn:x|600007", "identifier"),
        ("ChargeItemDefinition?context=urn:x|505", "context"),
        (f"CodeSystem?identifier=urn:x|{KODEVERK}7403", "identifier"),
    ],
)
def test_a_code_system_that_nobody_knows_finds_nothing_and_the_bundle_says_so(api, asked, name):
    page = api.get(f"/fhir/{asked}").json()

    assert page["total"] == 0
    [entry] = page["entry"]
    assert entry["search"] == {"mode": "outcome"}
    [issue] = entry["resource"]["issue"]
    assert (issue["severity"], issue["code"], issue["expression"]) == ("warning", "code-invalid", [name])
    assert issue["diagnostics"].startswith(f"{name}: no code system 'urn:x' is known here")
    get_fhir_model_class("Bundle").model_validate(page)


# --- by form ---------------------------------------------------------------------


def test_a_search_by_form_is_the_search_by_address(api):
    asked = {"type:below": "505", "_count": "2", "valid_on": "2026-02-01"}
    got = api.get("/fhir/DeviceDefinition", params=asked)

    sent = api.post("/fhir/DeviceDefinition/_search", data=asked)

    assert (sent.status_code, sent.headers["content-type"]) == (200, "application/fhir+json")
    assert sent.json() == got.json()
    following = {link["relation"]: link["url"] for link in sent.json()["link"]}["next"]
    assert ids(api, following) == ids(api, "/fhir/DeviceDefinition?type:below=505&valid_on=2026-02-01")[2:]


def test_what_stands_in_the_address_and_in_the_form_must_both_be_met(api):
    sent = api.post(
        "/fhir/DeviceDefinition/_search?list=502", content="identifier=600012,600007", headers=FORM
    )
    assert [entry["resource"]["id"] for entry in sent.json()["entry"]] == ["600012"]


def test_a_form_that_asks_for_nothing_finds_everything(api):
    assert api.post("/fhir/DeviceDefinition/_search").json()["total"] == len(ALL_NUMBERS)


@pytest.mark.parametrize(
    ("kind", "sent", "status", "says"),
    [
        ("DeviceDefinition", {"json": {"list": "505"}}, 415, "Send application/x-www-form-urlencoded"),
        ("DeviceDefinition", {"data": {"typ": "5"}}, 400, "nearest one there is: 'type'"),
        ("DeviceDefinition", {"data": {"_format": "xml"}}, 406, "FHIR is told as JSON only"),
        ("Patient", {"data": {}}, 404, "no resources 'Patient'"),
    ],
)
def test_a_form_is_refused_as_an_address_is(api, kind, sent, status, says):
    answer = api.post(f"/fhir/{kind}/_search", **sent)
    assert answer.status_code == status
    assert says in outcome(answer)["diagnostics"]


def test_a_form_is_answered_whatever_tag_the_client_has(api):
    tag = api.get("/fhir/DeviceDefinition").headers["etag"]
    assert api.post("/fhir/DeviceDefinition/_search", headers={"If-None-Match": tag}).status_code == 200


# --- pages -----------------------------------------------------------------------


def test_every_page_repeats_the_search(api):
    address, selves = "/fhir/DeviceDefinition?list=505&_count=2&valid_on=2026-02-01&_elements=type", []
    while address:
        links = {link["relation"]: link["url"] for link in api.get(address).json()["link"]}
        selves.append(links["self"])
        address = links.get("next", "")

    assert len(selves) == 3
    for one in selves:
        assert one.startswith(
            "http://testserver.local/fhir/DeviceDefinition?list=505&_count=2&valid_on=2026-02-01&_elements=type"
        )


def test_a_page_that_is_asked_for_by_its_cursor_alone_says_what_it_is_a_page_of(api):
    first = api.get("/fhir/DeviceDefinition?type:below=505&_count=2&valid_on=2026-02-01").json()
    cursor = first["link"][1]["url"].rpartition("cursor=")[2]

    [link, *_] = api.get(f"/fhir/DeviceDefinition?cursor={cursor}&_count=2").json()["link"]

    assert "type%3Abelow=505&valid_on=2026-02-01&cursor=" in link["url"]


# --- in part or whole ---------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_summary_has_fhir_s_own_elements_and_says_that_it_is_one(api, kind):
    model = get_fhir_model_class(kind)
    whole = found(api, f"/fhir/{kind}")
    short = found(api, f"/fhir/{kind}?_summary=true")

    allowed = {"resourceType", *model.summary_elements_sequence(), *SUMMARY[kind]}
    assert len(short) == len(whole) > 0
    for one, of in zip(short, whole, strict=True):
        model.model_validate(one)
        assert "SUBSETTED" in {tag["code"] for tag in one["meta"]["tag"]}
        assert set(one) == set(of) & allowed
        assert all(one[name] == of[name] for name in one if name != "meta")
        assert one["meta"]["versionId"] == of["meta"]["versionId"]


def test_the_summary_of_goods_has_what_tells_them_apart(api):
    [told] = found(api, "/fhir/DeviceDefinition?identifier=600012&_summary=true")
    assert set(told) == {"resourceType", "id", "meta", "identifier", "deviceName", "type"}


@pytest.mark.parametrize("asked", ["_summary=text", "_elements=nothing"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_resource_cannot_be_without_always_stays(api, kind, asked):
    model = get_fhir_model_class(kind)
    for told in found(api, f"/fhir/{kind}?{asked}"):
        model.model_validate(told)
        assert set(told) == {"resourceType", "id", "meta", *NEEDED[kind]}


def test_single_elements_are_given_in_searches_and_in_reads(api):
    asked = "_elements=deviceName,%20owner"
    [told] = found(api, f"/fhir/DeviceDefinition?identifier=600012&{asked}")

    assert set(told) == {"resourceType", "id", "meta", "deviceName", "owner"}
    assert api.get(f"/fhir/DeviceDefinition/600012?{asked}").json() == told


@pytest.mark.parametrize(
    "asked", ["_summary=false", "_summary=data", "_total=none", "_total=accurate", "lang=nb"]
)
def test_what_leaves_nothing_out_is_told_whole(api, asked):
    whole = api.get("/fhir/Medication").json()
    assert api.get(f"/fhir/Medication?{asked}").json()["entry"] == whole["entry"]


def test_a_person_may_have_it_in_lines_with_the_same_digits(api):
    address = "/fhir/ChargeItemDefinition/505-600007-E-20260401"
    plain, pretty = api.get(address), api.get(f"{address}?_pretty=true")

    assert pretty.json() == plain.json()
    assert '\n          "amount": {\n            "value": 13.00,\n' in pretty.text
    assert pretty.text.count("\n") > 40 > plain.text.count("\n")
    for other in ("/fhir/metadata", "/fhir/CodeSystem"):
        assert api.get(f"{other}?_pretty=true").text.startswith('{\n  "resourceType"')

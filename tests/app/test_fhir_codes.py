"""Our own codes over FHIR: each has its code system and its binding, and whoever publishes is named."""

from typing import Any

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.fhir import extensions
from app.fhir.names import Base
from app.fhir.own_codes import OWN
from app.operator import Operator, keep_operator
from app.shapes import RefundCodeShape, RequirementShape
from lists.codes import CONDITION_TYPE, ICD_10
from tests.app.builders import clock_at
from tests.app.every_page import make_hostile_home
from tests.app.homes import a_copy
from tests.app.reading_fhir import KODEVERK, VARENR, found, ids, parts

BASE = Base("https://lists.example/fhir")
HERE = "http://testserver.local/fhir"


@pytest.mark.parametrize("own", OWN, ids=[own.id for own in OWN])
def test_a_code_system_of_ours_is_told_whole_with_its_value_set(api, own):
    told = api.get(f"/fhir/CodeSystem/{own.id}").json()
    values = api.get(f"/fhir/ValueSet/{own.id}").json()

    assert (told["content"], told["count"]) == ("complete", len(own.codes))
    assert [(one["code"], one["display"]) for one in told["concept"]] == list(own.codes)
    assert told["valueSet"] == values["url"] == f"{HERE}/ValueSet/{own.id}"
    [include] = values["compose"]["include"]
    assert (include["system"], len(include["concept"])) == (told["url"], len(own.codes))


def test_every_code_of_an_extension_is_bound_to_codes_that_have_it(api):
    bound: dict[tuple[str, str], str] = {}
    for told in found(api, "/fhir/StructureDefinition"):
        for element in told["differential"]["element"]:
            if "binding" in element:
                assert element["binding"]["strength"] == "required"
                name = element["id"].removeprefix("Extension.extension:").removesuffix(".value[x]")
                bound[told["url"], name] = element["binding"]["valueSet"].rpartition("/")[2]
    known = {own.id: {code for code, _ in own.codes} for own in OWN}
    used: list[tuple[str, str]] = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            for part in value.get("extension", ()):
                if "valueCode" in part and (value.get("url"), part["url"]) in bound:
                    used.append((bound[value["url"], part["url"]], part["valueCode"]))
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    for kind in ("DeviceDefinition", "Medication", "ValueSet"):
        look(found(api, f"/fhir/{kind}"))

    assert set(bound.values()) == {own.id for own in OWN} - {"product-kind"}
    assert {own for own, _ in used} == set(bound.values())
    assert all(code in known[own] for own, code in used)


def test_what_kind_of_goods_a_product_is_is_a_code(api):
    told = api.get("/fhir/DeviceDefinition/600030").json()
    [kind] = [one["valueCode"][0] for one in told["property"] if one["type"]["text"] == "kind"]
    [coding] = kind["coding"]
    assert coding["system"] == f"{HERE}/CodeSystem/product-kind"
    assert coding["code"] in {code for own in OWN for code, _ in own.codes if own.id == "product-kind"}


def a_requirement(kind: str, *values: str) -> RequirementShape:
    return RequirementShape(kind, None, values, "prescriber", "ID_1", "10", CONDITION_TYPE)


def test_a_specialty_is_told_with_its_code_system():
    told = extensions._requirement(BASE, a_requirement("specialist_or_hospital", "81", "86"), {"ID_1": "§"})
    codings = [part.value_coding for part in told.extension if part.url == "code"]
    assert [(one.system, one.code) for one in codings if one is not None] == [
        (KODEVERK + "7426", "81"),
        (KODEVERK + "7426", "86"),
    ]


def test_what_a_type_that_nobody_knows_asks_for_stands_as_it_is_written():
    told = extensions._requirement(BASE, a_requirement("other", "to ganger"), {"ID_1": "§"})
    [coding] = [part.value_coding for part in told.extension if part.url == "code"]
    assert coding is not None
    assert (coding.system, coding.code, coding.display) == (None, None, "to ganger")


def test_a_diagnosis_has_its_narrower_terms_and_the_ids_of_what_must_hold():
    refund = RefundCodeShape("K90", ICD_10, "Malabsorpsjon", ("Cøliaki",), None, None, None, ("ID_1", "ID_2"))
    told = extensions._refund_code(BASE, refund, {"ID_1": "En", "ID_2": "To"})
    said = [(part.url, part.value_string) for part in told.extension if part.value_string is not None]
    assert said == [
        ("subterm", "Cøliaki"),
        ("condition", "ID_1"),
        ("condition", "ID_2"),
        ("text", "En"),
        ("text", "To"),
    ]


def test_the_storied_home_s_diagnosis_names_its_condition(api):
    [listing] = api.get("/fhir/Medication/012345").json()["extension"]
    [refund] = [one for one in listing["extension"] if one["url"].endswith("refund-code")]
    assert parts(refund)["condition"] == "ID_KODE"


def test_the_numbers_have_a_naming_system_that_is_read_and_found(api):
    told = api.get("/fhir/NamingSystem/fest-varenummer").json()

    assert told["uniqueId"] == [{"type": "uri", "value": VARENR, "preferred": True}]
    assert (told["kind"], told["status"], told["responsible"]) == ("identifier", "active", "Farmalogg")
    assert ids(api, f"/fhir/NamingSystem?value={VARENR}") == ["fest-varenummer"]
    assert ids(api, "/fhir/NamingSystem?value=HTTP://dmp.no/") == ["fest-varenummer"]
    assert ids(api, "/fhir/NamingSystem?value=fest-varenummer") == []


# --- whose it is, and of when ------------------------------------------------------

DATED = ("CodeSystem", "ValueSet", "ChargeItemDefinition", "StructureDefinition")


@pytest.mark.parametrize("kind", DATED)
def test_what_can_have_a_date_and_a_version_has_them_since_it_is_told_so(api, kind):
    for told in found(api, f"/fhir/{kind}"):
        assert told["date"] == told["meta"].get("lastUpdated", "2026-11-22")
        # Which version another's code system is, its owner says.
        assert told.get("version") == (
            None if told["url"].startswith("http://helsedir.no/") else told["date"]
        )
        assert "experimental" not in told
        assert "publisher" not in told


def test_a_demonstration_says_that_it_is_one_and_a_home_who_publishes_it(tmp_path):
    home = make_hostile_home(tmp_path / "home")
    keep_operator(home, Operator(name="Listekontoret", address="https://lister.example"))
    with clock_at(), TestClient(create_app(home)) as client:
        for kind in DATED:
            for told in found_at(client, kind):
                assert told["experimental"] is True
                ours = not told["url"].startswith("http://helsedir.no/")
                assert told.get("publisher") == ("Listekontoret" if ours else None)
        assert client.get("/fhir/metadata").json()["publisher"] == "Listekontoret"
        assert client.get("/fhir/NamingSystem").json()["entry"][0]["resource"]["publisher"] == "Listekontoret"


def test_a_home_with_an_address_names_its_resources_and_leads_on_there(storied_home, tmp_path, in_june):
    home = a_copy(storied_home, tmp_path / "home")
    keep_operator(home, Operator(address="https://lister.example"))
    with TestClient(create_app(home)) as client:
        page = client.get("/fhir/ValueSet?_id=legal-bases").json()

    [entry] = page["entry"]
    assert entry["fullUrl"] == entry["resource"]["url"] == "https://lister.example/fhir/ValueSet/legal-bases"
    assert page["link"][0]["url"] == "https://lister.example/fhir/ValueSet?_id=legal-bases"


def found_at(client: TestClient[Any], kind: str) -> list[dict[str, Any]]:
    """All resources of a kind, of a home that leads on to another address."""
    page = client.get(f"/fhir/{kind}?_count=1000").json()
    assert page["total"] == len(page["entry"]) > 0
    return [entry["resource"] for entry in page["entry"]]


def test_a_medicine_that_is_listed_is_active(api):
    assert api.get("/fhir/Medication/012345").json()["status"] == "active"

"""Reads what FHIR's answers say: pages of resources, extensions by their parts, refusals."""

from typing import Any

from app.fhir.searches import BY_KIND

VARENR = "http://dmp.no/fhir/NamingSystem/fest-varenummer"
KODEVERK = "urn:oid:2.16.578.1.12.4.1.1."
KINDS = tuple(BY_KIND)


def found(api, address: str) -> list[dict[str, Any]]:
    """The resources of all pages of a search."""
    resources = []
    while address:
        page = api.get(address)
        assert page.status_code == 200, page.text
        resources += [entry["resource"] for entry in page.json().get("entry", ())]
        links = {link["relation"]: link["url"] for link in page.json()["link"]}
        address = links.get("next", "")
    return resources


def ids(api, address: str) -> list[str]:
    return [resource["id"] for resource in found(api, address)]


def parts(extension: dict[str, Any]) -> dict[str, Any]:
    """What an extension says, by the names of its parts."""
    return {
        part["url"]: next(value for name, value in part.items() if name.startswith("value"))
        for part in extension["extension"]
        if "extension" not in part
    }


def named(extensions: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [one for one in extensions if one["url"].endswith(f"/fhir/StructureDefinition/{name}")]


def outcome(answer) -> dict[str, Any]:
    """The one issue of a refusal."""
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.json()["resourceType"] == "OperationOutcome"
    issue: dict[str, Any]
    [issue] = answer.json()["issue"]
    return issue

"""The description of the CSV tables: how they lead to each other, what they were made from, on what terms."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def packages(storied_home) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Every package of the newest release, by what it is of: a list, or all."""
    found = storied_home.release(6).glob("files/*/*/csv/datapackage.json")
    return {
        f"{path.parts[-4]} {path.parts[-3]}": (path.parent, json.loads(path.read_bytes())) for path in found
    }


def rows(directory: Path, package: dict[str, Any], name: str) -> list[dict[str, str]]:
    [path] = [one["path"] for one in package["resources"] if one["name"] == name]
    with (directory / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_foreign_key_leads_to_a_row_that_is_there(packages):
    followed = set()
    for directory, package in packages.values():
        for resource in package["resources"]:
            for key in resource["schema"]["foreignKeys"]:
                to = key["reference"]
                known = {
                    tuple(row[name] for name in to["fields"])
                    for row in rows(directory, package, to["resource"])
                }
                for row in rows(directory, package, resource["name"]):
                    assert tuple(row[name] for name in key["fields"]) in known, (directory, key, row)
                    followed.add((resource["name"], to["resource"]))
    assert followed >= {
        *(("groups", "lists"), ("entries", "groups"), ("entries", "products"), ("prices", "products")),
        *(("limits", "entries"), ("limits", "conditions"), ("requirements", "entries")),
        *(("entry-conditions", "conditions"), ("group-conditions", "groups"), ("refund-codes", "groups")),
    }


def test_a_foreign_key_is_the_whole_key_of_the_other_table(packages):
    for _, package in packages.values():
        keys = {one["name"]: one["schema"]["primaryKey"] for one in package["resources"]}
        for resource in package["resources"]:
            for key in resource["schema"]["foreignKeys"]:
                assert key["reference"]["fields"] == keys[key["reference"]["resource"]]


def test_the_title_is_short_and_the_sources_are_the_editions(packages):
    _, stoma = packages["2026-06-10 505"]
    assert stoma["title"] == "505 Utstyr ved stomi"
    assert stoma["sources"] == [{"title": "505 Utstyr ved stomi, edition 505/2026-04-01/4"}]
    _, everything = packages["2026-06-10 all"]
    assert everything["title"] == f"{len(everything['sources'])} product and price lists"


def test_that_no_licence_is_given_is_said(packages):
    for _, package in packages.values():
        assert package["licenses"] == [
            {
                "name": "notspecified",
                "title": "No licence is given here: ask whoever gives the lists out.",
            }
        ]

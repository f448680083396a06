"""Releases: a client that keeps the last number it saw gets all it missed, with hashes to check it by."""

import hashlib

import pytest


def test_a_release_says_what_it_brought_and_how_to_check_it(api, storied_home):
    shape = api.get("/v1/releases").json()
    assert list(shape) == ["release", "items", "next"]
    last = shape["items"][-1]
    file, contents = last.pop("files")
    manifest = storied_home.release(6) / "manifest.json"
    lists = storied_home.snapshot(6) / "lists.db"
    assert last == {
        "release": 6,
        "published_at": "2026-06-10T00:00:00Z",
        "editions": ["505/2026-07-01/6"],
        "note": "note 2026-06-10",
        "withdraws": None,
        "backfilled": True,
        "manifest_sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
    }
    assert (file["path"], file["bytes"]) == ("lists.db", lists.stat().st_size)
    assert file["sha256"] == hashlib.sha256(lists.read_bytes()).hexdigest()
    assert file["rows"] > 0
    assert contents["path"] == "files/contents.json"
    listed = api.get("/v1/releases/6/files/contents.json")
    assert contents["sha256"] == hashlib.sha256(listed.content).hexdigest()
    assert contents["rows"] == len(listed.json()["files"])


def test_releases_stand_oldest_first_with_all_their_editions(api):
    items = api.get("/v1/releases").json()["items"]
    assert [item["release"] for item in items] == [1, 2, 3, 4, 5, 6]
    assert items[0]["editions"] == [f"{code}/2026-01-01/1" for code in ("502", "504", "505", "604")]
    assert items[4]["editions"] == ["504/2026-04-01/5"]
    assert items[4]["note"] == "Avviklet"


@pytest.mark.parametrize(
    ("after", "found"), [("0", [1, 2, 3, 4, 5, 6]), ("4", [5, 6]), ("6", []), ("999", [])]
)
def test_only_what_was_missed_is_told(api, after, found):
    shape = api.get(f"/v1/releases?after={after}").json()
    assert [item["release"] for item in shape["items"]] == found
    assert (shape["release"], shape["next"]) == (6, None)


def test_every_edition_of_every_list_came_with_a_release(api):
    told = {edition for item in api.get("/v1/releases").json()["items"] for edition in item["editions"]}
    listed = {
        item["edition"]
        for code in ("200", "502", "504", "505", "604")
        for item in api.get(f"/v1/lists/{code}/editions").json()["items"]
    }
    assert told == listed

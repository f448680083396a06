"""The history of a product: what each edition meant for it, oldest first."""

import datetime as dt

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.publish.acts import take_in
from app.publish.readings import Request
from ingest.reading import FirstDays
from tests.app import homes
from tests.app.builders import an_empty_home
from tests.app.test_api_pages import pages_of


def items(api, varenr, **params):
    answer = api.get(f"/v1/products/{varenr}/history", params=params)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["varenr"] == varenr
    return page["items"]


def told(found):
    return [(one["edition"], one["event"]) for one in found]


def test_a_product_comes_is_corrected_and_changes(api):
    found = items(api, "600007")
    assert told(found) == [
        ("505/2026-01-01/1", "added"),
        ("505/2026-01-01/3", "corrected"),
        ("505/2026-04-01/4", "changed"),
    ]
    correction = found[1]
    assert (correction["list"], correction["valid_from"], correction["release"]) == ("505", "2026-01-01", 3)
    assert correction["changes"] == [
        {"field": f"entries[505,{group}].prices[E,2026-01-01].amount", "before": "12.50", "after": "11.50"}
        for group in ("5050101", "5050102")
    ]


def test_what_comes_and_goes_names_every_field(api):
    came, went = items(api, "600008")
    assert (came["event"], went["event"], went["edition"]) == ("added", "removed", "505/2026-04-01/4")
    names = [change["field"] for change in came["changes"]]
    assert {"name", "kind", "supplier", "entries"} <= set(names)
    assert [change["field"] for change in went["changes"]] == names
    assert all(change["before"] is None for change in came["changes"])
    assert all(change["after"] is None for change in went["changes"])


def test_a_product_on_two_lists_has_one_history(api):
    found = items(api, "600009")
    assert told(found) == [
        ("502/2026-01-01/1", "added"),
        ("505/2026-01-01/1", "added"),
        ("505/2026-04-01/4", "changed"),
    ]
    assert [change["field"] for change in found[1]["changes"]] == ["entries[505,5050101]"]


def test_a_name_that_another_list_tells_later_is_told_from_there(api):
    """Of two lists the newest entry names the product (rule 10); the other keeps its own name."""
    fields = [change["field"] for change in items(api, "600009")[2]["changes"]]
    assert fields == ["entries[502,5020101].name", "name"]


def test_the_end_of_a_list_ends_its_products(api):
    assert told(items(api, "600020")) == [("504/2026-01-01/1", "added"), ("504/2026-04-01/5", "removed")]


def test_what_is_coming_is_part_of_the_history(api):
    assert told(items(api, "600014")) == [("505/2026-07-01/6", "added")]


def test_as_was_known_then(api):
    known_at = {"known_at": "2026-02-15T00:00:00Z"}
    assert told(items(api, "600007", **known_at)) == [("505/2026-01-01/1", "added")]
    answer = api.get("/v1/products/600014/history", params=known_at)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/never-listed")


def test_a_number_that_was_never_listed_has_none(api):
    answer = api.get("/v1/products/999999/history")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/never-listed")


@pytest.mark.parametrize("limit", [1, 2])
def test_pages_joined_are_the_whole(api, limit):
    address = "/v1/products/600007/history"
    pages = list(pages_of(api, address, {}, limit))
    assert [one for page in pages for one in page["items"]] == items(api, "600007")


def test_an_answer_begins_with_its_release(api):
    answer = api.get("/v1/products/600007/history")
    assert next(iter(answer.json())) == "release"
    assert (answer.headers["release"], answer.headers["vary"]) == ("6", "Accept-Encoding")
    assert api.get("/v1/products/600007/history?valid_on=2026-01-01").status_code == 400


AUSTRALIAN = """\
groupId,sasCode,companyCode,manufacturer,brandName,description,packSize,maxQty,packPrice,packPremium,status,variation,deletion
01a,3807J,25/01,Made-up,Brand,A pouch,30,60m,41.19,,active,,
"""


def test_a_number_with_a_slash_has_a_history(tmp_path):
    home = an_empty_home(tmp_path / "home")
    file = tmp_path / "sas.csv"
    file.write_text(AUSTRALIAN, encoding="utf-8")
    request = Request("au-stoma-appliance-scheme", FirstDays(all=dt.date(2026, 1, 1)))
    taken = take_in(
        home,
        str(file),
        request,
        by="test",
        wish=homes.QUICK,
    )
    assert taken.release == 1, taken.prepared.problems
    with TestClient(create_app(home)) as api:
        page = api.get("/v1/products/3807J-25%2F01/history").json()
        assert (page["varenr"], told(page["items"])) == ("3807J-25/01", [("SAS/2026-01-01/1", "added")])
        [change] = [
            one
            for one in api.get("/v1/changes?from=2025-12-31&to=2026-01-01").json()["items"]
            if one["subject"] == "product"
        ]
        assert change["key"] == "3807J-25/01"
        watched = {"products": {"3807J-25/01": change["after"]["fingerprint"]}}
        assert api.post("/v1/watch", json=watched).json()["products"]["unchanged"] == 1

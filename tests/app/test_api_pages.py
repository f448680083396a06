"""Paging: a cursor pins the release, both times and all filters; pages of one question fit together."""

import base64
import json
import time
from urllib.parse import urlsplit

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.builders import FIRST, SPRING, Good, an_empty_home, publish_file, stoma_file

PAGED = [
    ("/v1/lists", {}),
    ("/v1/lists/505/editions", {}),
    ("/v1/lists/505/products", {}),
    ("/v1/lists/505/products", {"group": "50501", "supplier": "Fjellro Stomi AS"}),
    ("/v1/groups", {}),
    ("/v1/groups", {"list": "505", "valid_on": "2026-02-01", "known_at": "2026-03-11T00:00:00+01:00"}),
    ("/v1/search", {"q": "pose", "valid_on": "2026-02-01"}),
    ("/v1/releases", {"after": "1"}),
]


def pages_of(api, address, asked, limit):
    answer = api.get(address, params={**asked, "limit": limit})
    while True:
        page = answer.json()
        yield page
        if page["next"] is None:
            assert "link" not in answer.headers
            return
        link = answer.headers["link"]
        assert link.endswith('>; rel="next"')
        followed = api.get(link[1 : link.index(">")])
        answer = api.get(address, params={"cursor": page["next"], "limit": limit})
        assert followed.content == answer.content


@pytest.mark.parametrize(("address", "asked"), PAGED)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_joined_are_the_whole(api, address, asked, limit):
    whole = api.get(address, params=asked).json()
    assert whole["next"] is None
    pages = list(pages_of(api, address, asked, limit))

    assert [item for page in pages for item in page["items"]] == whole["items"]
    assert all(len(page["items"]) <= limit for page in pages)
    assert {page["release"] for page in pages} == {whole["release"]}
    assert len(whole["items"]) > 1


def test_the_link_carries_what_was_asked(api):
    link = api.get("/v1/lists/505/products?limit=1&supplier=Fjellro Stomi AS&lang=nb").headers["link"]
    address = urlsplit(link[1 : link.index(">")])
    assert address.path == "/v1/lists/505/products"
    assert address.query.startswith("limit=1&supplier=Fjellro+Stomi+AS&lang=nb&cursor=")


def test_filters_may_be_said_again_beside_the_cursor(api):
    asked = {"group": "50501", "limit": 1}
    cursor = api.get("/v1/lists/505/products", params=asked).json()["next"]
    again = api.get("/v1/lists/505/products", params={"group": "50501", "cursor": cursor})
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", "50501"),
        ("supplier", "Havblikk"),
        ("valid_on", "2026-02-01"),
        ("known_at", "2026-06-01T00:00:00Z"),
    ],
)
def test_a_different_filter_beside_the_cursor_is_refused(api, name, value):
    cursor = api.get("/v1/lists/505/products?group=505&limit=1").json()["next"]
    answer = api.get("/v1/lists/505/products", params={"cursor": cursor, name: value})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "field": name,
            "found": value,
            "expected": "the `next` of an earlier answer, with the same filters",
        }
    ]


def test_a_cursor_of_another_place_is_refused(api):
    cursor = api.get("/v1/lists/505/products?limit=1").json()["next"]
    for address in ("/v1/lists/502/products", "/v1/groups", "/v1/search", "/v1/releases"):
        answer = api.get(address, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "////",
        "Ærlig",
        "\0",
        "A" * 10_000,
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        forged("groups", 6, "2026-06-15", {}, -1),
        forged("groups", -1, "2026-06-15", {}, 1),
        forged("groups", 6, "2026-06-15", {}),
        forged("groups", 6, None, {}, 1),
        forged("groups", 6, "2026-02-30", {}, 1),
        forged("groups", 6, "2026-06-15", {"list": 5}, 1),
        forged("groups", 6, "2026-06-15", {"valid_on": "x"}, 1),
        forged("groups", 6, "2026-06-15", {"known_at": "2099-01-01T00:00:00Z"}, 1),
    ],
)
def test_garbage_for_a_cursor_is_refused(api, cursor):
    answer = api.get("/v1/groups", params={"cursor": cursor})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_forged_cursor_reaches_no_further_than_a_question(api):
    answer = api.get("/v1/groups", params={"cursor": forged("groups", 99, "2026-06-15", {}, 10**30)})
    assert (answer.status_code, answer.json()["items"], answer.json()["release"]) == (200, [], 6)


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "1.5", "x", "", "١", "1e3", "9" * 5000])
def test_a_limit_is_a_whole_number_within_bounds(api, limit):
    answer = api.get("/v1/groups", params={"limit": limit})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "limit"
    assert answer.json()["errors"][0]["expected"] == "a whole number from 1 to 1000"


def test_a_page_of_search_holds_at_most_100(api):
    assert api.get("/v1/search?q=pose&limit=100").status_code == 200
    answer = api.get("/v1/search?q=pose&limit=101")
    assert answer.json()["errors"][0]["expected"] == "a whole number from 1 to 100"
    assert api.get("/v1/groups?limit=1000").status_code == 200


def test_a_cursor_stays_with_its_release_while_others_are_published(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, _file(FIRST), at="2026-01-01")
    publish_file(home, _file(SPRING), at="2026-01-02")
    with TestClient(create_app(home)) as api:
        asked = [
            ("/v1/lists/505/products", {"limit": 2}),
            ("/v1/releases", {"limit": 1}),
            ("/v1/groups", {"limit": 1}),
        ]
        wholes = [api.get(address).json()["items"] for address, _ in asked]
        firsts = [api.get(address, params=given).json() for address, given in asked]
        publish_file(home, _file((*SPRING[1:], Good("600099"))))
        _wait_for(api, release=3)

        for (address, _), first, whole in zip(asked, firsts, wholes, strict=True):
            rest = api.get(address, params={"cursor": first["next"]}).json()
            assert rest["release"] == 2
            assert first["items"] + rest["items"] == whole


def _file(goods):
    alone = [Good(good.varenr, ("5050101",), name=good.name, price=good.price) for good in goods]
    return stoma_file(alone, helfo="2026-01-01")


def _wait_for(api, *, release):
    """A running application follows within a second; a busy machine gets ten."""
    end = time.monotonic() + 10
    while api.get("/v1/status").json()["release"] != release:
        assert time.monotonic() < end, f"release {release} was not taken up"
        time.sleep(0.05)

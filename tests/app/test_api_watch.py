"""Keeping a copy up to date by fingerprints: only what changed is sent."""

import pytest


@pytest.fixture
def watch(api):
    def ask(products=None, groups=None, **more):
        body = {"products": products or {}, "groups": groups or {}, **more}
        answer = api.post("/v1/watch", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def mark(api, address):
    return api.get(address).json()["fingerprint"]


def test_what_has_not_changed_is_only_counted(api, watch):
    products = {key: mark(api, f"/v1/products/{key}") for key in ("600007", "600009", "012345")}
    groups = {key: mark(api, f"/v1/groups/{key}") for key in ("5050101", "A10A")}
    assert watch(products, groups) == {
        "release": 6,
        "valid_on": "2026-06-15",
        "products": {"changed": [], "gone": [], "unchanged": 3},
        "groups": {"changed": [], "gone": [], "unchanged": 2},
    }


def test_what_changed_comes_whole_and_in_the_order_asked(api, watch):
    then = "?valid_on=2026-02-01"
    products = {key: mark(api, f"/v1/products/{key}{then}") for key in ("600009", "600007", "600010")}
    answer = watch(products)["products"]
    assert answer["changed"] == [api.get(f"/v1/products/{key}").json() for key in ("600009", "600007")]
    assert (answer["gone"], answer["unchanged"]) == ([], 1)


def test_a_release_that_repeats_a_product_leaves_its_fingerprint(api):
    days = ("2026-01-01", "2026-04-01", "2026-07-01")
    assert len({mark(api, f"/v1/products/600010?valid_on={day}") for day in days}) == 1
    assert len({mark(api, f"/v1/products/600007?valid_on={day}") for day in days}) == 2


def test_what_is_gone_says_why(watch):
    products = {"600008": "x", "600014": "x", "999999": "x", "600020": "x"}
    groups = {"5040101": "x", "9999999": "x"}
    answer = watch(products, groups)
    assert answer["products"]["gone"] == [
        {"varenr": "600008", "reason": "not-listed"},
        {"varenr": "600014", "reason": "not-yet-listed"},
        {"varenr": "999999", "reason": "never-listed"},
        {"varenr": "600020", "reason": "not-listed"},
    ]
    assert answer["groups"]["gone"] == [
        {"code": "5040101", "reason": "unknown-group"},
        {"code": "9999999", "reason": "unknown-group"},
    ]


def test_a_group_that_changed_comes_whole(api, watch):
    answer = watch(groups={"5050101": "0000000000000000"})
    assert answer["groups"]["changed"] == [api.get("/v1/groups/5050101").json()]


def test_a_day_and_an_instant_may_be_given(api, watch):
    known_at = "2026-02-15T00:00:00Z"
    products = {"600007": mark(api, "/v1/products/600007?valid_on=2026-02-01")}
    then = watch(products, valid_on="2026-02-01", known_at=known_at)
    assert (then["release"], then["valid_on"], len(then["products"]["changed"])) == (2, "2026-02-01", 1)
    assert watch(products, valid_on="2026-02-01")["products"]["unchanged"] == 1


def test_nothing_watched_is_nothing_changed(api):
    answer = api.post("/v1/watch", json={})
    assert answer.status_code == 200
    assert answer.json()["products"] == {"changed": [], "gone": [], "unchanged": 0}
    assert answer.headers["release"] == "6"


def test_at_most_5000_are_watched_together(api):
    products = {f"{number:06d}": "x" for number in range(4999)}
    assert api.post("/v1/watch", json={"products": products, "groups": {"1": "x"}}).status_code == 200
    answer = api.post("/v1/watch", json={"products": products, "groups": {"1": "x", "2": "x"}})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-request")
    assert answer.json()["errors"] == [
        {
            "field": "products",
            "found": "5001",
            "expected": "at most 5000 products and groups together, each with its fingerprint",
        }
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"products": ["600007"]}, "products"),
        ({"products": {"600007": 5}}, "products"),
        ({"product": {}}, "product"),
        ({"valid_on": "2026-02-30"}, "valid_on"),
        ({"known_at": "2099-01-01T00:00:00Z"}, "known_at"),
    ],
)
def test_what_cannot_be_used_is_named(api, body, field):
    answer = api.post("/v1/watch", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_an_empty_home_has_nothing_left(empty_api, in_june):
    answer = empty_api.post("/v1/watch", json={"products": {"600007": "x"}}).json()
    assert answer["products"]["gone"] == [{"varenr": "600007", "reason": "never-listed"}]

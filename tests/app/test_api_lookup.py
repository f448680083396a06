"""Many products in one call: in the order asked, every absence with its reason."""

import pytest

URL = "/v1/products/lookup"


def test_products_come_in_the_order_asked_as_they_come_one_by_one(api):
    asked = ["600009", "600007", "012345", "600007"]
    answer = api.post(URL, json={"varenr": asked})
    assert answer.status_code == 200
    assert list(answer.json()) == ["release", "valid_on", "items", "missing"]
    assert answer.json()["items"] == [api.get(f"/v1/products/{varenr}").json() for varenr in asked]
    assert answer.json()["missing"] == []
    assert answer.headers["release"] == "6"


def test_what_is_missing_is_named_with_its_reason(api):
    asked = ["600014", "999999", "600008", "600007", "", "600020"]
    shape = api.post(URL, json={"varenr": asked}).json()
    assert [item["varenr"] for item in shape["items"]] == ["600007"]
    assert shape["missing"] == [
        {"varenr": "600014", "reason": "not-yet-listed"},
        {"varenr": "999999", "reason": "never-listed"},
        {"varenr": "600008", "reason": "not-listed"},
        {"varenr": "", "reason": "never-listed"},
        {"varenr": "600020", "reason": "not-listed"},
    ]


def test_both_times_stand_in_the_body(api):
    body = {"varenr": ["600007"], "valid_on": "2026-02-01", "known_at": "2026-02-15T00:00:00Z"}
    answer = api.post(URL, json=body)
    alone = api.get("/v1/products/600007?valid_on=2026-02-01&known_at=2026-02-15T00:00:00Z")
    assert (answer.json()["release"], answer.json()["valid_on"]) == (2, "2026-02-01")
    assert answer.json()["items"] == [alone.json()]
    assert api.post(URL, json={**body, "valid_on": None, "known_at": None}).json()["release"] == 6


def test_at_most_5000_numbers_are_looked_up_at_once(api):
    answer = api.post(URL, json={"varenr": ["600007"] * 5000})
    assert (answer.status_code, len(answer.json()["items"])) == (200, 5000)


@pytest.mark.parametrize("count", [0, 5001])
def test_fewer_or_more_are_refused(api, count):
    answer = api.post(URL, json={"varenr": ["600007"] * count})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "varenr", "found": str(count) if count else "0", "expected": "1 to 5000 product numbers"}
    ]


def test_lang_may_stand_in_the_address(api):
    answer = api.post(f"{URL}?lang=nn", json={"varenr": []})
    assert answer.json()["errors"][0]["expected"] == "1 til 5000 varenummer"


def test_a_product_number_with_a_slash_is_one_part_of_the_address(api):
    assert api.get("/v1/products/600%2F007").json()["detail"].startswith("The product number '600/007' is")

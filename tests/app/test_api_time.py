"""Every question of time goes through one rule: which edition, on that day, as known then."""

import datetime as dt

import pytest

from app.signing.freshness import HOLDS

BEFORE_THE_CORRECTION = "2026-02-15T00:00:00Z"


def unit_price(product):
    prices = product["entries"][0]["prices"]
    return next(price["amount"] for price in prices if price["kind"] == "max_reimbursement_per_unit")


def test_a_correction_changes_the_past_now_and_not_what_was_known_then(api):
    asked = "/v1/products/600007?valid_on=2026-02-01"
    now = api.get(asked).json()
    then = api.get(f"{asked}&known_at={BEFORE_THE_CORRECTION}").json()

    assert (now["release"], unit_price(now), now["entries"][0]["edition"]) == (6, "11.50", "505/2026-01-01/3")
    assert (then["release"], unit_price(then), then["entries"][0]["edition"]) == (
        2,
        "12.50",
        "505/2026-01-01/1",
    )


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        ("2026-03-31", "505/2026-01-01/3"),
        ("2026-04-01", "505/2026-04-01/4"),
        ("2026-06-30", "505/2026-04-01/4"),
        ("2026-07-01", "505/2026-07-01/6"),
        ("9999-12-31", "505/2026-07-01/6"),
    ],
)
def test_an_edition_holds_from_its_first_day_until_the_next_one(api, day, edition):
    assert api.get(f"/v1/products/600007?valid_on={day}").json()["entries"][0]["edition"] == edition


def test_without_a_day_it_is_today_in_norway(api):
    shape = api.get("/v1/products/600007").json()
    assert shape["valid_on"] == "2026-06-15"


def test_the_day_begins_at_midnight_in_oslo(running):
    from tests.app.builders import clock_at

    with clock_at(dt.datetime(2026, 6, 30, 21, 59, tzinfo=dt.UTC)):
        assert running.get("/v1/status").json()["today"] == "2026-06-30"
    with clock_at(dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC)):
        assert running.get("/v1/status").json()["today"] == "2026-07-01"


def test_before_anything_was_known_there_is_release_0(api):
    shape = api.get("/v1/lists?known_at=2020-01-01T00:00:00Z").json()
    assert shape == {"release": 0, "valid_on": "2026-06-15", "items": [], "next": None}
    refused = api.get("/v1/products/600007?known_at=2020-01-01T00:00:00Z")
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/never-listed")


def test_the_instant_of_a_release_is_within_it(api):
    at, before = "2026-01-20T00:00:00Z", "2026-01-19T23:59:59Z"
    assert api.get("/v1/status", params={"known_at": at}).json()["release"] == 2
    assert api.get("/v1/status", params={"known_at": before}).json()["release"] == 1
    assert api.get("/v1/status", params={"known_at": "2026-01-20T01:00:00+01:00"}).json()["release"] == 2


def test_a_plus_that_became_a_blank_is_read_as_plus(api):
    assert api.get("/v1/status?known_at=2026-01-20T01:00:00+01:00").json()["release"] == 2


# --- products that are not there ------------------------------------------------------


def test_a_number_that_was_never_on_a_list_is_never_listed(api):
    answer = api.get("/v1/products/999999")
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "/problems/never-listed",
        "title": "On no list",
        "status": 404,
        "detail": "The product number '999999' is on no list on 2026-06-15 and in no edition before or"
        " after. Check the number.",
    }


def test_a_product_that_is_coming_says_when(api):
    answer = api.get("/v1/products/600014")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-yet-listed"
    assert answer.json()["next"] == {"edition": "505/2026-07-01/6", "valid_from": "2026-07-01"}


def test_a_product_that_is_coming_was_not_known_before_its_release(api):
    answer = api.get("/v1/products/600014?known_at=2026-06-09T00:00:00Z")
    assert answer.json()["type"] == "/problems/never-listed"


def test_a_product_that_is_gone_says_where_it_was_last(api):
    answer = api.get("/v1/products/600008")
    assert answer.status_code == 410
    assert answer.json()["type"] == "/problems/not-listed"
    assert answer.json()["last"] == {
        "edition": "505/2026-01-01/3",
        "valid_from": "2026-01-01",
        "valid_to": "2026-03-31",
        "name": "Havblikk pose",
    }


def test_a_product_of_a_list_that_ended_is_gone(api):
    answer = api.get("/v1/products/600020")
    assert (answer.status_code, answer.json()["last"]["valid_to"]) == (410, "2026-03-31")
    assert api.get("/v1/products/600020?valid_on=2026-03-31").status_code == 200


# --- status -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("varenr", "day", "status", "leaves_on"),
    [
        ("600007", "2026-06-15", "listed", None),
        ("600013", "2026-06-15", "leaving", "2026-06-30"),
        ("600010", "2026-05-31", "leaving", "2026-08-31"),
        ("600010", "2026-06-01", "prescribing-ended", "2026-08-31"),
        ("600010", "2026-08-31", "prescribing-ended", "2026-08-31"),
        ("600010", "2026-09-01", "ended", "2026-08-31"),
        ("600011", "2026-06-15", "ended", "2026-04-30"),
        ("600009", "2026-06-15", "listed", None),
    ],
)
def test_a_products_own_days_and_coming_editions_decide_its_status(api, varenr, day, status, leaves_on):
    shape = api.get(f"/v1/products/{varenr}?valid_on={day}").json()
    assert (shape["status"], shape["leaves_on"]) == (status, leaves_on)


def test_leaving_is_not_known_before_the_release_that_leaves_it_out(api):
    shape = api.get("/v1/products/600013?known_at=2026-06-09T00:00:00Z").json()
    assert (shape["status"], shape["leaves_on"]) == ("listed", None)


# --- lists --------------------------------------------------------------------------------


def test_a_list_on_a_day(api):
    assert api.get("/v1/lists/505").json() == {
        "release": 6,
        "valid_on": "2026-06-15",
        "list": "505",
        "title": "Utstyr ved stomi",
        "legal_basis": {"code": "505", "system": "2.16.578.1.12.4.1.1.7427", "text": "§5-14 §5.5"},
        "requires_decision": False,
        "requires_listed_product": True,
        "closed": False,
        "in_force": {"edition": "505/2026-04-01/4", "valid_from": "2026-04-01", "release": 4},
        "next": {"edition": "505/2026-07-01/6", "valid_from": "2026-07-01", "release": 6},
        "products": 5,
        "active": 4,
        "groups": 4,
    }


def test_a_list_that_needs_a_decision_says_so(api):
    shape = api.get("/v1/lists/604").json()
    assert (shape["requires_decision"], shape["requires_listed_product"]) == (True, False)


def test_a_list_that_ended_is_closed_and_empty(api):
    shape = api.get("/v1/lists/504").json()
    assert (shape["closed"], shape["products"], shape["active"], shape["groups"]) == (True, 0, 0, 0)
    assert shape["in_force"] == {"edition": "504/2026-04-01/5", "valid_from": "2026-04-01", "release": 5}
    assert shape["title"] == "Diabetesutstyr"
    assert api.get("/v1/lists/504?valid_on=2026-03-31").json()["next"]["edition"] == "504/2026-04-01/5"


def test_a_list_before_its_first_edition_is_known_and_not_in_force(api):
    shape = api.get("/v1/lists/200?valid_on=2026-01-14").json()
    assert (shape["in_force"], shape["next"]["edition"]) == (None, "200/2026-01-15/2")
    assert (shape["products"], shape["groups"]) == (0, 0)


def test_a_list_is_unknown_before_its_release(api):
    answer = api.get("/v1/lists/200?known_at=2026-01-01T00:00:00Z")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-list")
    assert answer.json()["detail"] == ("There is no list '200'. The lists there are: 502, 504, 505, 604.")


def test_lists_stand_in_code_order(api):
    shape = api.get("/v1/lists").json()
    assert [item["list"] for item in shape["items"]] == ["200", "502", "504", "505", "604"]
    assert all(item == api.get(f"/v1/lists/{item['list']}").json() for item in shape["items"])


def test_editions_stand_newest_first_with_what_they_changed(api):
    shape = api.get("/v1/lists/505/editions").json()
    told = ("edition", "release", "note", "corrects", "closed", "entries", "added", "removed", "changed")
    assert (shape["release"], shape["next"]) == (6, None)
    assert [tuple(item[name] for name in told) for item in shape["items"]] == [
        ("505/2026-07-01/6", 6, "note 2026-06-10", None, False, 5, 1, 1, 0),
        ("505/2026-04-01/4", 4, "note 2026-03-20", None, False, 5, 1, 1, 2),
        ("505/2026-01-01/3", 3, "note 2026-03-10", "505/2026-01-01/1", False, 5, 0, 0, 1),
        ("505/2026-01-01/1", 1, "note 2025-12-15", None, False, 5, 5, 0, 0),
    ]
    first = shape["items"][-1]
    assert (first["list"], first["valid_from"], first["published_at"]) == (
        "505",
        "2026-01-01",
        "2025-12-15T00:00:00Z",
    )


def test_editions_as_known_then_leave_out_later_releases(api):
    shape = api.get(f"/v1/lists/505/editions?known_at={BEFORE_THE_CORRECTION}").json()
    assert (shape["release"], [item["edition"] for item in shape["items"]]) == (2, ["505/2026-01-01/1"])


# --- status of what is served ----------------------------------------------------------


def test_status_says_what_is_served_and_when_it_changes_next(api):
    shape = api.get("/v1/status").json()
    version = shape.pop("version")
    assert version
    signed_at, until = (dt.datetime.fromisoformat(shape.pop(name)) for name in ("signed_at", "fresh_until"))
    assert until - signed_at == HOLDS
    assert shape == {
        "release": 6,
        "published_at": "2026-06-10T00:00:00Z",
        "today": "2026-06-15",
        "next_change": "2026-07-01",
        "lists": 4,
        "products": 8,
        "copy_of": None,
        "operator": None,
        "publisher": None,
    }


def test_the_next_change_may_be_the_end_of_an_entry(running):
    from tests.app.builders import clock_at

    with clock_at(dt.datetime(2026, 7, 15, 10, tzinfo=dt.UTC)):
        assert running.get("/v1/status").json()["next_change"] == "2026-09-01"
    with clock_at(dt.datetime(2026, 9, 15, 10, tzinfo=dt.UTC)):
        assert running.get("/v1/status").json()["next_change"] is None


def test_an_empty_home_is_a_valid_home(empty_api, in_june):
    shape = empty_api.get("/v1/status").json()
    told = (shape["release"], shape["published_at"], shape["next_change"], shape["lists"], shape["products"])
    assert told == (0, None, None, 0, 0)
    for address in ("/v1/lists", "/v1/groups", "/v1/releases", "/v1/search?q=pose", "/v1/suggest?q=po"):
        answer = empty_api.get(address)
        assert (answer.status_code, answer.json()["items"], answer.json()["release"]) == (200, [], 0)
    assert empty_api.get("/health/ready").status_code == 200
    assert empty_api.get("/v1/products/600007").json()["type"] == "/problems/never-listed"
    lookup = empty_api.post("/v1/products/lookup", json={"varenr": ["600007"]}).json()
    assert lookup["missing"] == [{"varenr": "600007", "reason": "never-listed"}]


def test_before_its_first_day_a_product_says_with_which_edition_it_comes(api):
    answer = api.get("/v1/products/600007?valid_on=2025-06-01")
    assert (answer.status_code, answer.json()["next"]) == (
        404,
        {"edition": "505/2026-01-01/3", "valid_from": "2026-01-01"},
    )


def test_a_product_that_left_one_list_stays_on_the_other(api):
    product = api.get("/v1/products/600009?valid_on=2026-07-15").json()
    assert [entry["edition"] for entry in product["entries"]] == ["502/2026-01-01/1", "505/2026-07-01/6"]

"""What changed between two editions or two days: every item with its fields, kinds and sentence."""

import pytest

from app.words import LANGUAGES, keys
from lists.kinds import KINDS
from tests.app.builders import clock_at
from tests.app.test_api_pages import pages_of

JANUARY, CORRECTED, SPRING, SUMMER = (
    "505/2026-01-01/1",
    "505/2026-01-01/3",
    "505/2026-04-01/4",
    "505/2026-07-01/6",
)


def asked(api, first, last, **more):
    answer = api.get("/v1/changes", params={"from": first, "to": last, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def item(api, first, last, key, **more):
    [found] = [one for one in asked(api, first, last, **more)["items"] if one["key"] == key]
    return found


def refused(api, status, name, **params):
    answer = api.get("/v1/changes", params=params)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{name}")
    return answer.json()


# --- what is told ----------------------------------------------------------------------


def test_a_correction_is_one_price_of_one_product(api):
    page = asked(api, JANUARY, CORRECTED)
    assert (page["release"], page["from"], page["to"], page["next"]) == (6, JANUARY, CORRECTED, None)
    [change] = page["items"]
    told = ("subject", "key", "list", "event", "kinds", "text")
    assert [change[name] for name in told] == [
        "product",
        "600007",
        "505",
        "changed",
        ["price-down"],
        "Fjellro pose 30 mm (600007), list 505:"
        " the reimbursement per unit falls from 12.50\xa0NOK to 11.50\xa0NOK.",
    ]
    assert change["changes"] == [
        {
            "field": f"entries[505,{group}].prices[E,2026-01-01].amount",
            "before": "12.50",
            "after": "11.50",
        }
        for group in ("5050101", "5050102")
    ]


def test_before_and_after_are_whole_shapes_as_the_list_alone_shows_them(api):
    change = item(api, CORRECTED, SPRING, "600009")
    assert change["kinds"] == ["renamed"]
    assert (change["before"]["name"], change["after"]["name"]) == ("Delt pose", "Delt pose, ny")
    assert [entry["list"] for entry in change["after"]["entries"]] == ["505"]
    whole = api.get("/v1/products/600009?valid_on=2026-04-01").json()
    assert change["after"].keys() == whole.keys()
    assert [entry["list"] for entry in whole["entries"]] == ["502", "505"]


def test_what_a_list_alone_shows_of_its_own_product_is_what_is_answered(api):
    change = item(api, "2026-03-31", "2026-04-01", "600007", list="505")
    assert change["before"] == api.get("/v1/products/600007?valid_on=2026-03-31").json()
    assert change["after"] == api.get("/v1/products/600007?valid_on=2026-04-01").json()


def test_what_comes_has_nothing_before_and_what_goes_nothing_after(api):
    came, went = (item(api, CORRECTED, SPRING, key) for key in ("600013", "600008"))
    assert (came["event"], came["before"], came["changes"], came["kinds"]) == ("added", None, [], ["other"])
    assert came["after"]["varenr"] == "600013"
    assert came["text"] == "Vårpose (600013), list 505: new."
    assert (went["event"], went["after"], went["kinds"]) == ("removed", None, ["ended", "coverage-lost"])
    assert went["before"]["name"] == "Havblikk pose"
    assert went["text"] == (
        "Havblikk pose (600008), list 505: no longer on the list;"
        " prescriptions on 505, 50501, 5050101 no longer cover it."
    )


def test_groups_are_told_as_they_are_shown(api):
    change = item(api, "2026-03-31", "2026-04-01", "5040101")
    assert (change["subject"], change["event"], change["kinds"]) == ("group", "removed", ["ended"])
    assert change["before"] == api.get("/v1/groups/5040101?valid_on=2026-03-31").json()


def test_a_list_that_ended_is_closed(api):
    items = asked(api, "2026-03-31", "2026-04-01", list="504")["items"]
    assert [(one["subject"], one["key"], one["event"]) for one in items] == [
        ("list", "504", "changed"),
        ("group", "504", "removed"),
        ("group", "5040101", "removed"),
        ("product", "600020", "removed"),
    ]
    assert items[0]["kinds"] == ["closed"]
    assert items[0]["text"] == "List 504 Diabetesutstyr: the list has ended."
    assert items[0]["after"] == api.get("/v1/lists/504?valid_on=2026-04-01").json()


def test_a_list_that_comes_is_all_new(api):
    items = asked(api, "2026-01-14", "2026-01-15", list="200")["items"]
    assert {one["event"] for one in items} == {"added"}
    assert [one["subject"] for one in items] == ["list", "group", "condition", "product"]
    assert items[2]["after"]["text"] == "Bare ved påvist svikt."


def test_without_a_list_two_days_are_compared_on_all(api):
    page = asked(api, "2026-03-31", "2026-07-01")
    by_list = [one["list"] for one in page["items"]]
    assert sorted(by_list) == by_list
    assert set(by_list) == {"504", "505"}
    alone = [asked(api, "2026-03-31", "2026-07-01", list=code)["items"] for code in ("504", "505")]
    assert page["items"] == [*alone[0], *alone[1]]


def test_what_came_and_went_in_between_is_left_out(api):
    keys_told = {one["key"] for one in asked(api, CORRECTED, SUMMER)["items"]}
    assert "600013" not in keys_told
    assert "600014" in keys_told


def test_the_way_back_is_told_too(api):
    change = item(api, SPRING, CORRECTED, "600007")
    assert change["kinds"] == ["price-down"]
    assert item(api, SPRING, CORRECTED, "600013")["event"] == "removed"


def test_nothing_changes_between_a_thing_and_itself(api):
    assert asked(api, SPRING, SPRING)["items"] == []
    assert asked(api, "2026-05-01", "2026-05-02")["items"] == []


def test_known_at_answers_as_was_known(api):
    days = ("2026-01-31", "2026-04-01")
    assert asked(api, *days, list="505", known_at="2026-02-15T00:00:00Z")["items"] == []
    then = item(api, *days, "600007", list="505", known_at="2026-03-21T00:00:00Z")
    assert then["before"]["entries"][0]["edition"] == CORRECTED


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "the reimbursement per unit falls from 12.50\xa0NOK to 11.50\xa0NOK"),
        ("nb", "refusjonen per enhet går ned fra 12,50\xa0kr til 11,50\xa0kr"),
        ("nn", "refusjonen per eining går ned frå 12,50\xa0kr til 11,50\xa0kr"),
    ],
)
def test_a_change_is_told_in_the_language_asked_for(api, lang, text):
    assert text in item(api, JANUARY, CORRECTED, "600007", lang=lang)["text"]
    header = {"Accept-Language": lang}
    answer = api.get(f"/v1/changes?from={JANUARY}&to={CORRECTED}", headers=header)
    assert text in answer.json()["items"][0]["text"]


def test_every_kind_has_its_sentence_and_there_is_no_other():
    others = {"about-product", "about-group", "about-condition", "about-list"}
    others |= {"event-added", "event-removed", "event-changed"}
    assert set(keys("change")) == {*KINDS, *others} - {"other"}
    assert LANGUAGES == ("en", "nb", "nn")


# --- how it is asked and sent ------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("ends", [(CORRECTED, SPRING), ("2026-01-01", "2026-07-01")])
def test_pages_joined_are_the_whole(api, ends, limit):
    params = {"from": ends[0], "to": ends[1]}
    whole = api.get("/v1/changes", params=params).json()
    pages = list(pages_of(api, "/v1/changes", params, limit))
    assert [one for page in pages for one in page["items"]] == whole["items"]
    assert {(page["from"], page["to"]) for page in pages} == {ends}


def test_a_page_keeps_what_the_first_one_asked(api):
    cursor = asked(api, CORRECTED, SPRING, limit=1)["next"]
    assert refused(api, 400, "bad-request", cursor=cursor, to=SUMMER)["errors"][0]["field"] == "to"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "from"),
        ({"from": SPRING}, "to"),
        ({"to": SPRING}, "from"),
        ({"from": SPRING, "to": "2026-04-01"}, "to"),
        ({"from": "2026-04-01", "to": SPRING}, "from"),
        ({"from": SPRING, "to": "502/2026-01-01/1"}, "to"),
        ({"from": SPRING, "to": SPRING, "list": "502"}, "list"),
    ],
)
def test_the_two_ends_are_of_one_kind_and_one_list(api, params, field):
    assert refused(api, 400, "bad-request", **params)["errors"][0]["field"] == field


def test_what_is_no_day_and_no_edition_is_refused(api):
    told = refused(api, 400, "bad-date", **{"from": "2026-02-30", "to": "2026-03-01"})
    assert told["errors"] == [
        {
            "field": "from",
            "found": "2026-02-30",
            "expected": "two days such as 2026-01-01, or two editions of one list such as 505/2026-01-01/9",
        }
    ]


def test_an_edition_and_a_list_must_be_there_and_known(api):
    refused(api, 404, "unknown-edition", **{"from": SPRING, "to": "505/2026-04-01/9"})
    known_at = "2026-03-11T00:00:00Z"
    refused(api, 404, "unknown-edition", **{"from": JANUARY, "to": SPRING, "known_at": known_at})
    refused(api, 404, "unknown-list", **{"from": "2026-01-01", "to": "2026-04-01", "list": "599"})


def test_an_empty_home_has_no_changes(empty_api, in_june):
    page = asked(empty_api, "2026-01-01", "2026-04-01")
    assert page == {"release": 0, "from": "2026-01-01", "to": "2026-04-01", "items": [], "next": None}


def test_an_answer_says_its_release_its_tag_and_what_it_depends_on(api):
    address = f"/v1/changes?from={JANUARY}&to={SPRING}"
    answer = api.get(address)
    assert answer.headers["release"] == "6"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept-Encoding, Accept-Language"
    assert api.get(address + "&lang=nb").headers["vary"] == "Accept-Encoding"
    again = api.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    past = api.get(address + "&known_at=2026-05-01T00:00:00Z")
    assert past.headers["cache-control"] == "public, max-age=31536000, immutable"
    coming = api.get(f"/v1/changes?from={SPRING}&to={SUMMER}&known_at=2026-06-11T00:00:00Z")
    assert coming.headers["cache-control"] == "no-cache"


def test_a_client_follows_the_pages_and_has_what_a_fresh_download_has(api):
    then = {"valid_on": "2026-02-01", "known_at": "2026-02-15T00:00:00Z"}
    kept = {one["varenr"]: one for one in products(api, **then)}
    ends = {"from": JANUARY, "to": SUMMER}
    for page in pages_of(api, "/v1/changes", ends, 2):
        for change in page["items"]:
            if change["subject"] == "product":
                kept[change["key"]] = change["after"]
    fresh = {one["varenr"]: one["fingerprint"] for one in products(api, valid_on="2026-07-01")}
    on_one_list = {varenr for varenr in fresh if varenr != "600009"}
    assert {one["varenr"] for one in kept.values() if one is not None} == fresh.keys()
    assert {key: kept[key]["fingerprint"] for key in on_one_list} == {key: fresh[key] for key in on_one_list}


def products(api, **params):
    return api.get("/v1/lists/505/products", params={**params, "limit": 1000}).json()["items"]


def test_changes_are_asked_of_the_snapshot_that_is_served(api):
    with clock_at():
        first = api.get(f"/v1/changes?from={CORRECTED}&to={SPRING}").content
        assert api.get(f"/v1/changes?from={CORRECTED}&to={SPRING}").content == first

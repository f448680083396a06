"""Search and suggestions over HTTP: in time, filtered, counted, with the places that light up."""

import pytest


def numbers(answer):
    return [item["product"]["varenr"] for item in answer.json()["items"]]


def search(api, q, **asked):
    return api.get("/v1/search", params={"q": q, **asked})


@pytest.mark.parametrize(
    ("q", "found", "why"),
    [
        ("600007", ["600007"], "exact"),
        ("Vårpose", ["600013"], "exact"),
        ("vårp", ["600013"], "prefix"),
        ("havdur", ["012345"], "word"),
    ],
)
def test_a_product_is_found_by_number_word_and_beginning(api, q, found, why):
    answer = search(api, q)
    assert numbers(answer) == found
    assert answer.json()["items"][0]["why"] == why
    assert answer.json()["total"] == len(found)


def test_a_hit_is_the_whole_product_with_the_places_that_light_up(api):
    item = search(api, "kateter").json()["items"][0]
    assert item["product"] == api.get("/v1/products/600012").json()
    lit = [
        item["product"][light["field"]][light["start"] : light["end"]]
        for light in item["highlight"]
        if light["field"] == "name"
    ]
    assert lit == ["Kateter"]


def test_an_answer_has_all_its_parts(api):
    shape = search(api, "pose").json()
    assert list(shape) == [
        "release",
        "valid_on",
        "total",
        "items",
        "facets",
        "did_you_mean",
        "next",
    ]
    assert list(shape["facets"]) == ["list", "group", "supplier", "status", "own_prescription", "has_limit"]
    assert {tuple(facet) for facets in shape["facets"].values() for facet in facets} == {
        ("code", "text", "count")
    }


def test_search_sees_the_lists_as_of_the_day(api):
    assert numbers(search(api, "havblikk")) == []
    assert numbers(search(api, "havblikk", valid_on="2026-03-31")) == ["600008"]
    assert "600013" not in numbers(search(api, "vårpose", valid_on="2026-03-31"))
    assert "600013" not in numbers(search(api, "vårpose", valid_on="2026-07-01"))


def test_search_sees_what_was_known_then(api):
    asked = {"valid_on": "2026-04-15"}
    assert numbers(search(api, "vårpose", **asked)) == ["600013"]
    assert "600013" not in numbers(search(api, "vårpose", **asked, known_at="2026-03-01T00:00:00Z"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"list": "502"}, {"600009", "600012"}),
        ({"group": "5050102"}, {"600007"}),
        ({"group": "505"}, {"600007", "600009", "600010", "600011", "600013"}),
        ({"supplier": "Fjellro Stomi AS", "list": "505", "status": "ended"}, {"600011"}),
        ({"status": "leaving"}, {"600013"}),
        ({"own_prescription": "true"}, {"600007"}),
        ({"has_limit": "false"}, {"012345", "600012", "600030"}),
        ({"price_from": "375", "price_to": "375.00", "group": "5050102"}, {"600007"}),
        ({"price_from": "375.01"}, set()),
        ({"price_to": "100"}, {"012345"}),
    ],
)
def test_filters_narrow_the_hits(api, asked, found):
    everything = {
        varenr
        for word in ("stk", "fjellro", "havdur", "pose", "kateter", "fortykning")
        for varenr in numbers(search(api, word, limit=100, **asked))
    }
    assert everything == found


def test_a_facet_counts_what_another_choice_would_find(api):
    whole = search(api, "fjellro").json()
    by_status = {facet["code"]: facet["count"] for facet in whole["facets"]["status"]}
    for status, count in by_status.items():
        narrowed = search(api, "fjellro", status=status).json()
        assert narrowed["total"] == count
        assert narrowed["facets"]["status"] == whole["facets"]["status"]
    named = {facet["code"]: facet["text"] for facet in whole["facets"]["list"]}
    assert named["505"] == "Utstyr ved stomi"
    by_list = {facet["code"]: facet["count"] for facet in whole["facets"]["list"]}
    for code, count in by_list.items():
        assert search(api, "fjellro", list=code).json()["total"] == count


@pytest.mark.parametrize("q", ["", " ", "%", "*", "?", '"', "o~3 r~3 d~3", "AND OR NOT", "a*b", "[", "\\"])
def test_whatever_is_typed_has_an_answer(api, q):
    for path in ("/v1/search", "/v1/suggest"):
        assert api.get(path, params={"q": q}).status_code == 200
    assert api.get("/v1/search").json()["items"] == []


def test_suggestions_are_at_most_ten_with_their_kind(api):
    shape = api.get("/v1/suggest?q=pos").json()
    assert list(shape) == ["release", "valid_on", "items"]
    assert 0 < len(shape["items"]) <= 10
    for item in shape["items"]:
        assert list(item) == ["text", "kind", "code"]
        assert item["kind"] in {"product", "group", "supplier", "list"}


def test_every_product_in_force_is_found_by_its_number(api):
    for code in ("200", "502", "505", "604"):
        for item in api.get(f"/v1/lists/{code}/products").json()["items"]:
            assert item["varenr"] in numbers(search(api, item["varenr"]))


def test_a_query_that_is_too_long_is_refused(api):
    answer = api.get("/v1/suggest", params={"q": "x" * 65})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "field": "q",
            "found": answer.json()["errors"][0]["found"],
            "expected": "at most 64 characters and 8 words",
        }
    ]

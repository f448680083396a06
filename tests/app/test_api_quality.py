"""What each edition's source was noted for, published beside the edition."""

from app.words import say
from lists.rules import RULES


def told(api, code, **asked):
    answer = api.get(f"/v1/lists/{code}/quality", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_rule_is_told_also_those_that_found_nothing(api):
    quality = told(api, "505")
    assert [rule["rule"] for rule in quality["rules"]] == list(RULES)
    assert {rule["rule"]: rule["blocks"] for rule in quality["rules"]} == RULES
    assert all(rule["count"] == 0 for rule in quality["rules"] if rule["blocks"])


def test_a_finding_has_its_count_and_examples_that_lead_to_the_place(api):
    noted = {rule["rule"]: rule for rule in told(api, "502")["rules"]}
    empty = noted["group-without-products"]
    assert empty["count"] == len(empty["examples"]) or len(empty["examples"]) == 5
    for rule in noted.values():
        assert len(rule["examples"]) == min(rule["count"], 5)
        for example in rule["examples"]:
            assert set(example) == {"line", "subject", "found"}


def test_conditions_without_a_coded_form_are_named_with_their_text(api):
    conditions = {
        condition["id"]: condition
        for group in api.get("/v1/groups", params={"list": "505"}).json()["items"]
        for condition in group["conditions"]
    }
    uncoded = {item["condition"]: item["text"] for item in told(api, "505")["uncoded"]}
    assert uncoded == {key: known["text"] for key, known in conditions.items() if not known["coded"]}
    assert uncoded


def test_it_is_the_edition_of_the_day_that_is_told(api):
    assert told(api, "505")["edition"] == "505/2026-04-01/4"
    assert told(api, "505", valid_on="2026-02-01")["edition"] == "505/2026-01-01/3"
    assert told(api, "505", valid_on="2026-02-01", known_at="2026-02-15T00:00:00Z")["edition"] == (
        "505/2026-01-01/1"
    )


def test_before_its_first_edition_a_list_has_no_quality(api):
    quality = told(api, "505", valid_on="2025-12-20")
    assert quality["edition"] is None
    assert quality["uncoded"] == []


def test_rules_are_told_in_three_languages(api):
    texts = {
        lang: {rule["rule"]: rule["text"] for rule in told(api, "505", lang=lang)["rules"]}["limit-not-coded"]
        for lang in ("en", "nb", "nn")
    }
    assert texts == {lang: say("rule", "limit-not-coded", lang, part="title") for lang in texts}
    assert len(set(texts.values())) == 3


def test_an_unknown_list_is_told_as_such(api):
    answer = api.get("/v1/lists/777/quality")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/unknown-list"

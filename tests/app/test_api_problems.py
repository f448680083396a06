"""Refusals: problem+json that names what was found and what was expected, and never a fault of ours."""

import pytest
from litestar.testing import TestClient

from app.api import reads
from app.api.application import create_app
from app.api.problems import STATUS
from app.words import LANGUAGES

PROBLEM = "application/problem+json"


def refused(answer, status, name):
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    body = answer.json()
    assert (body["type"], body["status"]) == (f"/problems/{name}", status)
    assert body["title"]
    assert "?" not in body["detail"].replace("/v1/groups?list=505", "")
    assert "{" not in body["title"]
    return body


@pytest.mark.parametrize(
    ("address", "found", "nearest"),
    [
        ("/v1/products/600007?valid-on=2026-01-01", "valid-on", "valid_on"),
        ("/v1/products/600007?vaildon=2026-01-01", "vaildon", "valid_on"),
        ("/v1/groups?lists=505", "lists", "list"),
        ("/v1/search?query=x&q=y", "query", "q"),
        ("/v1/status?knownat=x", "knownat", "known_at"),
        ("/v1/releases?aftr=1", "aftr", "after"),
        ("/v1/lists/505/editions?limits=1", "limits", "limit"),
        ("http://testserver.local//v1/status?knownat=x", "knownat", "known_at"),
    ],
)
def test_an_unknown_parameter_is_named_with_the_nearest_known_one(api, address, found, nearest):
    body = refused(api.get(address), 400, "unknown-parameter")
    assert body["errors"][0]["field"] == found
    if nearest != "q":
        assert body["detail"] == (
            f"There is no parameter or field '{found}' here. The nearest one there is: '{nearest}'."
        )
    assert nearest in body["errors"][0]["expected"].split(", ")


def test_a_parameter_that_another_endpoint_has_is_unknown_here(api):
    refused(api.get("/v1/status?valid_on=2026-01-01"), 400, "unknown-parameter")
    refused(
        api.post("/v1/products/lookup?valid_on=2026-01-01", json={"varenr": ["1"]}), 400, "unknown-parameter"
    )


def test_a_parameter_nothing_is_near_to_is_only_named(api):
    body = refused(api.get("/v1/status?zzzzzz=1"), 400, "unknown-parameter")
    assert body["detail"] == "There is no parameter or field 'zzzzzz' here."


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "2026-1-1",
        "01.02.2026",
        "",
        "today",
        "2026-01-01T00:00:00Z",
        "٢٠٢٦-01-01",
        "0000-01-01",
        "\0",
    ],
)
def test_a_day_that_is_none_is_refused(api, day):
    body = refused(api.get("/v1/products/600007", params={"valid_on": day}), 400, "bad-date")
    assert body["errors"] == [{"field": "valid_on", "found": day, "expected": "a day such as 2026-01-01"}]


@pytest.mark.parametrize(
    "instant",
    [
        "2026-02-15",
        "2026-02-15T00:00:00",
        "2026-02-15T25:00:00Z",
        "yesterday",
        "",
        "2026-06-15T10:30:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_an_instant_that_is_none_or_not_yet_is_refused(api, instant):
    body = refused(api.get("/v1/lists", params={"known_at": instant}), 400, "bad-date")
    assert body["errors"][0] == {
        "field": "known_at",
        "found": instant,
        "expected": "an instant with offset, not in the future, such as 2026-01-01T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/v1/lists/999", "unknown-list"),
        ("/v1/lists/999/editions", "unknown-list"),
        ("/v1/lists/999/products", "unknown-list"),
        ("/v1/groups?list=999", "unknown-list"),
        ("/v1/groups/5050101?list=999", "unknown-list"),
        ("/v1/groups/999", "unknown-group"),
        ("/v1/groups/5050101?list=502", "unknown-group"),
        ("/v1/groups/5050101?valid_on=2025-01-01", "unknown-group"),
        ("/nowhere", "not-found"),
        ("/v1", "not-found"),
        ("/v1/", "not-found"),
        ("/v2/products/1", "not-found"),
        ("/v1/products", "not-found"),
        ("/problems/no-such-name", "not-found"),
        ("/static/nothing.css", "not-found"),
        ("/static/../pages.py", "not-found"),
        ("/static/..%2fpages.py", "not-found"),
        ("/schema-files/..%2f..%2f__init__.py", "not-found"),
    ],
)
def test_what_is_not_there_is_404(api, address, name):
    refused(api.get(address), 404, name)


def test_an_unknown_list_is_told_with_the_lists_there_are(api):
    body = refused(api.get("/v1/lists/%E2%80%AE505"), 404, "unknown-list")
    assert body["detail"].endswith("The lists there are: 200, 502, 504, 505, 604.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "gone"),
        ("own_prescription", "yes"),
        ("has_limit", "1"),
        ("price_from", "1e3"),
        ("price_to", "-1"),
        ("price_to", "1.23456"),
        ("q", "x" * 65),
        ("q", "a b c d e f g h i"),
    ],
)
def test_a_filter_of_another_kind_is_refused(api, field, value):
    body = refused(api.get("/v1/search", params={"q": "pose", field: value}), 400, "bad-request")
    assert body["errors"][0]["field"] == field
    assert body["errors"][0]["expected"]


def test_releases_are_asked_for_by_number(api):
    refused(api.get("/v1/releases?after=x"), 400, "bad-request")
    refused(api.get("/v1/releases?after=-1"), 400, "bad-request")


def test_a_method_that_is_not_answered_is_405_and_says_which_are(api):
    answer = api.put("/v1/products/600007")
    refused(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    refused(api.delete("/v1/products/lookup"), 405, "method-not-allowed")
    refused(api.get("/v1/products/lookup"), 405, "method-not-allowed")


def test_a_post_to_a_read_is_405(api):
    refused(api.post("/v1/status"), 405, "method-not-allowed")


# --- bodies -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "field", "name"),
    [
        (b"", "body", "bad-request"),
        (b"{", "body", "bad-request"),
        (b"null", "body", "bad-request"),
        (b"[]", "body", "bad-request"),
        (b'"600007"', "body", "bad-request"),
        (b"{}", "varenr", "bad-request"),
        (b'{"varenr": "600007"}', "varenr", "bad-request"),
        (b'{"varenr": [600007]}', "varenr[0]", "bad-request"),
        (b'{"varenr": [null]}', "varenr[0]", "bad-request"),
        (b'{"varenr": []}', "varenr", "bad-request"),
        (b'{"varenr": ["600007"], "valid_on": 5}', "valid_on", "bad-request"),
        (b'{"varenr": ["600007"], "valid_on": "x"}', "valid_on", "bad-date"),
        (b'{"varenr": ["600007"], "known_at": "2099-01-01T00:00:00Z"}', "known_at", "bad-date"),
        (b'{"varenr": ["600007"], "validon": "2026-01-01"}', "validon", "unknown-parameter"),
        (b'{"varenr": ["600007"], "`": 1}', "`", "unknown-parameter"),
        (b'{"varenr": ["600007"], "a` - at `$.b": 1}', "b.a", "unknown-parameter"),
        (b'{"varenr": ["\xff"]}', "body", "bad-request"),
        (b'{"varenr": ["\\ud800"]}', "body", "bad-request"),
        (b"\xef\xbb\xbf{}", "body", "bad-request"),
        (b"[" * 100_000, "body", "bad-request"),
        (b'{"varenr": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "body", "bad-request"),
        (b"--x\r\n", "body", "bad-request"),
        (b"a=1", "body", "bad-request"),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/xml", ""])
def test_a_body_of_another_form_is_refused_by_its_field(api, body, field, name, kind):
    answer = api.post("/v1/products/lookup", content=body, headers={"content-type": kind})
    told = refused(answer, 400, name)
    assert told["errors"][0]["field"] == field
    assert told["errors"][0]["expected"]


def test_an_unknown_field_is_named_with_the_nearest_known_one(api):
    answer = api.post("/v1/products/lookup", json={"varenr": ["600007"], "validon": "2026-01-01"})
    assert answer.json()["detail"] == (
        "There is no parameter or field 'validon' here. The nearest one there is: 'valid_on'."
    )


def test_a_body_beyond_a_megabyte_is_too_large(api):
    big = b'{"varenr": ["' + b"9" * (1 << 20) + b'"]}'
    refused(api.post("/v1/products/lookup", content=big), 413, "too-large")
    chunked = (big[at : at + 1000] for at in range(0, len(big), 1000))
    refused(api.post("/v1/products/lookup", content=chunked), 413, "too-large")


# --- hostile texts -----------------------------------------------------------------

HOSTILE = [
    "%00",
    "%ff",
    "%ed%a0%80",
    "%zz",
    "%",
    "%2f",
    "..%2f..%2fetc",
    "a" * 10_000,
    "%F0%9F%92%89",
    "%E2%80%AE1",
    "%0d%0aX:1",
    "'",
    '"',
    "%22%3E%3Cscript%3E",
    "1%20OR%201=1",
    "*",
    "%25",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "address",
    [
        "/v1/products/{}",
        "/v1/lists/{}",
        "/v1/lists/{}/editions",
        "/v1/lists/{}/products",
        "/v1/groups/{}",
        "/v1/search?q={}",
        "/v1/suggest?q={}",
        "/v1/search?q=pose&group={}&supplier={}&list={}",
        "/v1/groups?list={}",
        "/v1/products/600007?valid_on={}",
        "/v1/products/600007?{}=1",
        "/v1/products/600007?lang={}",
        "/v1/lists?known_at={}",
        "/v1/releases?after={}",
        "/v1/groups?cursor={}",
        "/?q={}",
        "/?lang={}",
        "/problems/{}",
        "/{}",
    ],
)
def test_no_text_whatever_is_a_fault_of_ours(api, address, text):
    answer = api.get(address.replace("{}", text))
    assert answer.status_code < 500, answer.text
    assert len(answer.content) < 20_000
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    "text",
    ["\0", "600007\0", "\u202e600007", "6" * 10_000, "600007 ", "６００００７", "'; DROP TABLE entry; --"],
)
def test_a_number_that_no_product_can_have_is_never_listed(api, text):
    answer = api.post("/v1/products/lookup", json={"varenr": [text]})
    assert answer.json()["missing"] == [{"varenr": text, "reason": "never-listed"}]


# --- languages -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "accepted", "title"),
    [
        ("/v1/products/999999", None, "On no list"),
        ("/v1/products/999999", "nb", "Ikke på noen liste"),
        ("/v1/products/999999", "nn-NO,nb;q=0.8", "Ikkje på noka liste"),
        ("/v1/products/999999", "de", "On no list"),
        ("/v1/products/999999?lang=nb", "en", "Ikke på noen liste"),
        ("/v1/products/999999?lang=en", "nb", "On no list"),
        ("/nowhere?lang=nb", "en", None),
    ],
)
def test_sentences_follow_lang_then_accept_language_then_english(api, address, accepted, title):
    headers = {"Accept-Language": accepted} if accepted else {"Accept-Language": ""}
    told = api.get(address, headers=headers).json()["title"]
    assert told == title if title else told != "Nothing here"


def test_a_language_there_is_none_of_is_refused(api):
    body = refused(api.get("/v1/products/600007?lang=de"), 400, "bad-request")
    assert body["errors"] == [{"field": "lang", "found": "de", "expected": "nb, nn or en"}]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_is_whole_in_every_language(api, lang):
    refused(api.get(f"/v1/products/999999?lang={lang}"), 404, "never-listed")
    refused(api.get(f"/v1/products/600008?lang={lang}"), 410, "not-listed")
    refused(api.get(f"/v1/products/600014?lang={lang}"), 404, "not-yet-listed")
    refused(api.get(f"/v1/groups?limit=0&lang={lang}"), 400, "bad-request")
    refused(api.get(f"/v1/groups?limt=0&lang={lang}"), 400, "unknown-parameter")
    refused(api.get(f"/nowhere?lang={lang}"), 404, "not-found")
    refused(api.put(f"/v1/status?lang={lang}"), 405, "method-not-allowed")


@pytest.mark.parametrize("name", STATUS)
def test_every_problem_has_its_page(api, name):
    answer = api.get(f"/problems/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"<code>{name}</code>" in answer.text
    assert str(STATUS[name]) in answer.text


# --- a fault of ours ------------------------------------------------------------------


def test_a_fault_of_ours_tells_no_trace(storied_home, in_june, capsys):
    app = create_app(storied_home)
    with TestClient(app, raise_server_exceptions=False) as client, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reads, "status_shape", _fails)
        body = refused(client.get("/v1/status"), 500, "internal")
    assert set(body) == {"type", "title", "status", "detail"}
    assert "disk" not in str(body)
    assert "the disk is gone" in capsys.readouterr().out


def _fails(*_):
    raise RuntimeError("the disk is gone")


def test_a_parameter_given_twice_is_refused_and_not_guessed(api):
    answer = api.get("/v1/products/600007?valid_on=2026-01-01&valid_on=2026-02-01")
    told = refused(answer, 400, "bad-request")
    assert told["errors"] == [
        {"field": "valid_on", "found": "2026-01-01, 2026-02-01", "expected": "one value"}
    ]

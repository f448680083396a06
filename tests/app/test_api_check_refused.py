"""A check over HTTP: what is refused, what was known when, and many at once."""

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.asking import ASKED, asked, check, lines
from tests.app.builders import FIRST, an_empty_home, clock_at, publish_file, stoma_file
from tests.builders import condition_xml, form_xml

# --- what is refused --------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "name", "field", "found"),
    [
        ({"code": "999"}, "bad-code", "prescription.code", "999"),
        ({"code": "5050"}, "bad-code", "prescription.code", "5050"),
        ({"code": ""}, "bad-code", "prescription.code", ""),
        ({"code": "20012"}, "bad-code", "prescription.code", "20012"),
        ({"written_on": "2026-06-02"}, "bad-date", "prescription.written_on", "2026-06-02"),
        (
            {"already": [ASKED["already"][0], {**ASKED["already"][0], "on": "2026-06-02"}]},
            "bad-date",
            "already[1].on",
            "2026-06-02",
        ),
        (
            {"refund_code": {"code": "K90", "system": "icd-11"}},
            "bad-code",
            "prescription.refund_code.system",
            "icd-11",
        ),
        ({"lines": [{"varenr": "600007"}]}, "bad-request", "lines[0]", "600007"),
    ],
)
def test_what_cannot_be_is_refused_and_not_judged(api, changes, name, field, found):
    answer = api.post("/v1/check", json=asked(**changes))
    body = answer.json()
    assert (answer.status_code, body["type"]) == (400, f"/problems/{name}")
    assert [(error["field"], error["found"]) for error in body["errors"]] == [(field, found)]
    assert body["errors"][0]["expected"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": lines("600007") * 101}, "lines"),
        ({"lines": []}, "lines"),
        ({"already": ASKED["already"] * 1001}, "already"),
        ({"lines": [{"varenr": "600007", "packs": 0}]}, "lines[0].packs"),
        ({"lines": [{"varenr": "600007", "units": 1.5}]}, "lines[0].units"),
        ({"lines": [{"varenr": "600007", "units": True}]}, "lines[0].units"),
        ({"lines": [{"varenr": 600007, "packs": 1}]}, "lines[0].varenr"),
        ({"lines": [{"packs": 1}]}, "lines[0].varenr"),
        ({"patient_age": -1}, "prescription.patient_age"),
        ({"decision": "yes"}, "prescription.decision"),
        ({"dispensed_on": "2026-02-30"}, "dispensed_on"),
        ({"dispensed_on": None}, "dispensed_on"),
        ({"written_on": "1.2.2026"}, "prescription.written_on"),
    ],
)
def test_a_field_of_another_form_or_measure_is_named(api, changes, field):
    answer = api.post("/v1/check", json=asked(**changes))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_as_many_lines_and_dispensings_as_are_allowed_are_answered(api):
    many = check(api, lines=lines("600007") * 100, already=ASKED["already"] * 1000)
    assert len(many["lines"]) == 100
    assert many["lines"][99]["limits"][0]["used"] == 60_000


@pytest.mark.parametrize(
    ("question", "field", "nearest"),
    [
        ({**ASKED, "dispensedon": "2026-06-01"}, "dispensedon", "dispensed_on"),
        (asked(writen_on="2026-03-02"), "prescription.writen_on", "written_on"),
        ({**ASKED, "lines": [{"varenr": "600007", "pack": 1}]}, "lines[0].pack", "packs"),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest_known_one(api, question, field, nearest):
    body = api.post("/v1/check", json=question).json()
    assert (body["type"], body["errors"][0]["field"]) == ("/problems/unknown-parameter", field)
    assert body["detail"].endswith(f"The nearest one there is: '{nearest}'.")


def test_no_name_and_no_national_number_is_taken(api):
    for field in ("patient", "name", "fnr"):
        assert api.post("/v1/check", json={**ASKED, field: "x"}).status_code == 400


# --- time -------------------------------------------------------------------


def test_a_future_known_at_is_refused(api):
    answer = api.post("/v1/check", json=asked(known_at="2026-07-01T00:00:00Z"))
    assert answer.json()["errors"][0]["field"] == "known_at"


def test_a_list_is_no_code_before_it_was_known(api):
    answer = api.post("/v1/check", json=asked(known_at="2020-01-01T00:00:00Z"))
    assert answer.json()["errors"][0]["field"] == "prescription.code"


def test_a_later_correction_changes_the_verdict_now_and_not_as_known_before(tmp_path):
    strict = condition_xml("ID_GRENSE", text="Inntil 20 stk.", forms=form_xml("15", "20"))
    loose = condition_xml("ID_GRENSE", text="Inntil 400 stk per kalenderår.", forms=form_xml("15", "400"))
    file = stoma_file(FIRST[1:2], helfo="2026-01-01")
    assert loose.encode() in file
    question = asked(dispensed_on="2026-02-01", written_on="2026-01-15", already=[], lines=lines("600008"))
    before = {**question, "known_at": "2026-02-15T00:00:00Z"}
    with clock_at():
        home = an_empty_home(tmp_path / "home")
        publish_file(home, file, at="2025-12-15")
        publish_file(home, file.replace(loose.encode(), strict.encode()), at="2026-03-10")
        with TestClient(create_app(home)) as client:
            now, then = client.post("/v1/check", json=question), client.post("/v1/check", json=before)

    def told(answer):
        shape = answer.json()
        [line] = shape["lines"]
        reason = line["reasons"][0]
        return (
            answer.headers["release"],
            shape["release"],
            shape["verdict"],
            reason["code"],
            reason["edition"],
        )

    assert told(now) == ("2", 2, "no", "limit-exceeded-year", "505/2026-01-01/2")
    assert told(then) == ("1", 1, "yes", "covered", "505/2026-01-01/1")


def test_written_before_the_list_changed_and_dispensed_after(api):
    """600008 leaves the list on 1 April 2026."""
    on_march_31 = check(api, lines=lines("600008"), dispensed_on="2026-03-31")
    on_april_1 = check(api, lines=lines("600008"), dispensed_on="2026-04-01")
    assert (on_march_31["verdict"], on_april_1["verdict"]) == ("yes", "no")
    assert on_april_1["lines"][0]["reasons"][0]["edition"] == "505/2026-04-01/4"


# --- batches, and what is kept ----------------------------------------------


def test_a_batch_answers_each_check_by_itself_in_order(api):
    questions = [asked(), asked(code="502"), asked(known_at="2026-02-15T00:00:00Z")]
    answer = api.post("/v1/check/batch", json={"checks": questions})
    shape = answer.json()
    assert (answer.status_code, answer.headers["release"], list(shape)) == (200, "6", ["release", "items"])
    assert shape["items"] == [check(api, question) for question in questions]
    assert [item["release"] for item in shape["items"]] == [6, 6, 2]


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (100, 200), (101, 400)])
def test_a_batch_holds_one_to_a_hundred_checks(api, count, status):
    answer = api.post("/v1/check/batch", json={"checks": [ASKED] * count})
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["field"] == "checks"


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (asked(code="999"), "checks[1].prescription.code"),
        (asked(known_at="2027-01-01T00:00:00Z"), "checks[1].known_at"),
        (asked(lines=[{"varenr": "600007"}]), "checks[1].lines[0]"),
        (asked(lines=[{"varenr": "600007", "packs": 0}]), "checks[1].lines[0].packs"),
    ],
)
def test_a_batch_names_the_check_that_cannot_be(api, question, field):
    body = api.post("/v1/check/batch", json={"checks": [ASKED, question]}).json()
    assert [error["field"] for error in body["errors"]] == [field]
    assert field in body["detail"]


def test_a_check_stores_nothing(api, storied_home):
    def held():
        return {
            str(path): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in storied_home.path.rglob("*")
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        }

    before = held()
    check(api, lines=lines("999998"))
    api.post("/v1/check/batch", json={"checks": [ASKED]})
    assert held() == before


def test_a_check_is_asked_with_post_only(api):
    assert api.get("/v1/check").status_code == 405

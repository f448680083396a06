"""Checks against the real lists: medicines of 2017, goods of 2020, a whole national list of 2026."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.home import Home
from app.publish.acts import take_in
from app.publish.making import make_home
from app.publish.readings import Request
from ingest.reading import FirstDays
from tests.app import homes
from tests.app.asking import asked, check, lines
from tests.program import ask

pytestmark = pytest.mark.real

IN_2020: dict[str, Any] = {"written_on": "2020-01-02", "dispensed_on": "2020-02-01", "already": []}
IN_2026: dict[str, Any] = {"already": []}
IN_2017: dict[str, Any] = {"written_on": "2017-04-12", "dispensed_on": "2017-04-12", "already": []}
FILES = (
    ("fest-mini", dt.datetime(2017, 4, 12, tzinfo=dt.UTC), dt.date(2017, 4, 12)),
    ("m30-2020-01-03", dt.datetime(2020, 1, 3, tzinfo=dt.UTC), None),
    ("m30-full-2026-01", None, None),
)


@pytest.fixture(scope="module")
def home(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the three files, without search, as only checks are asked of it."""
    home = Home(tmp_path_factory.mktemp("checked") / "home")
    make_home(home, approvals=0)
    for name, public, first_day in FILES:
        path = str(shared_data / "fest" / f"{name}.xml.gz")
        # Years lie between these files: what gates find in such a step is not what is asked here.
        wish = msgspec.structs.replace(homes.QUICK, published_at=public)
        taken = take_in(home, path, Request(None, FirstDays(all=first_day)), by="test", wish=wish)
        assert taken.release is not None
    return home


@pytest.fixture(scope="module")
def api(home: Home) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(home)) as client:
        yield client


def line(api: TestClient[Any], varenr: str, **changes: Any) -> dict[str, Any]:
    [only] = check(api, **{"lines": lines(varenr), **IN_2026, **changes})["lines"]
    return dict(only)


def told(line: dict[str, Any]) -> tuple[str, list[tuple[str, str | None]]]:
    return line["verdict"], [(reason["code"], reason["would_cover"]) for reason in line["reasons"]]


def test_600007_is_a_belt_for_compression_and_needs_its_own_prescription(api):
    refused = line(api, "600007")
    assert refused["reasons"] == [
        {
            "code": "own-prescription-needed",
            "text": "The group needs its own prescription, on the code 5050901:"
            " Artikkelgruppen må ha egen resept",
            "field": None,
            "would_cover": "5050901",
            "condition": "ID_5016",
            "edition": "505/2026-01-01/3",
        }
    ]
    covered = line(api, "600007", code="5050901")
    assert told(covered) == ("yes", [("covered", None)])
    assert covered["max_reimbursement"] == {"amount": "1131.00", "currency": "NOK"}
    assert [limit["max"] for limit in covered["limits"]] == [2]
    assert {known["condition"] for known in covered["not_judged"]} == {"ID_5019", "ID_5050", "ID_5053"}


def test_two_belts_a_year_are_covered_and_a_third_of_whatever_kind_is_not(api):
    earlier = [{"varenr": "600014", "units": 1, "on": "2026-01-15", "code": "5050901"}]
    assert line(api, "600007", code="5050901", already=earlier)["verdict"] == "yes"
    third = line(api, "600007", code="5050901", already=[*earlier, {**earlier[0], "varenr": "600000"}])
    assert told(third) == ("no", [("limit-exceeded-year", None)])


def test_604375_is_covered_under_505_within_both_caps_of_its_group(api):
    pack = line(api, "604375")
    assert (told(pack), pack["units"]) == (("yes", [("covered", None)]), 150)
    assert pack["max_reimbursement"] == {"amount": "591.63", "currency": "NOK"}
    assert sorted((limit["max"], limit["per"], limit["left_after"]) for limit in pack["limits"]) == [
        (1000, "dispensing", 850),
        (4000, "calendar_year", 3850),
    ]
    many = line(api, "604375", lines=[{"varenr": "604375", "packs": 7}])
    assert told(many) == ("no", [("limit-exceeded-dispensing", None)])


def test_903279_is_covered_under_502_and_505_and_not_under_504(api):
    for code in ("502", "505"):
        assert told(line(api, "903279", code=code, **IN_2020)) == ("yes", [("covered", None)])
    assert told(line(api, "903279", code="504", **IN_2020)) == (
        "no",
        [("not-under-this-prescription", "502")],
    )


def test_without_an_age_everything_under_501_is_for_a_person_to_ask(api):
    assert line(api, "600322", code="501")["reasons"][0]["field"] == "patient_age"
    assert line(api, "600322", code="501", patient_age=1)["verdict"] == "yes"
    assert told(line(api, "600322", code="501", patient_age=0)) == ("no", [("age", None)])


def test_before_the_first_edition_that_is_known_nobody_knows_what_held(api):
    asked_of = line(api, "903279", code="502", **{**IN_2020, "written_on": "2019-12-31"})
    assert (asked_of["verdict"], asked_of["reasons"][0]["field"]) == ("ask", "written_on")


def test_a_medicine_is_covered_under_its_refund_code_on_its_own_side(api):
    def on(code, system):
        refund_code = {"code": code, "system": system} if code else None
        return told(line(api, "004741", code="200", refund_code=refund_code, **IN_2017))

    assert on("G43", "icd-10") == on("G43", "2.16.578.1.12.4.1.1.7110") == ("yes", [("covered", None)])
    assert on("G43", "icpc-2") == ("no", [("refund-code-not-covered", None)])
    assert on("G43.0", "icd-10") == ("no", [("refund-code-not-covered", None)])
    assert on(None, "") == ("ask", [("fact-missing", None)])


def test_a_medicine_for_children_from_6_to_17_is_covered_at_those_ages(api):
    refund_code = {"code": "F90", "system": "icd-10"}
    verdicts = {
        age: line(api, "044079", code="200", refund_code=refund_code, patient_age=age, **IN_2017)["verdict"]
        for age in (5, 6, 17, 18)
    }
    assert verdicts == {5: "no", 6: "yes", 17: "yes", 18: "no"}


def test_a_medicine_that_specialists_prescribe_is_for_them_and_for_hospitals(api):
    """Rheumatology, neurology, internal medicine, paediatrics or dermatology."""
    for prescriber, verdict in (
        ({"specialties": ["37"], "hospital": False}, "yes"),
        ({"specialties": ["1"], "hospital": False}, "no"),
        ({"specialties": [], "hospital": True}, "yes"),
        (None, "ask"),
    ):
        assert line(api, "460339", code="950", prescriber=prescriber, **IN_2017)["verdict"] == verdict


def test_the_program_answers_as_the_api_does(api, home):
    question = asked(**IN_2026, lines=lines("600007", "604375"))
    ran = ask(home.path, "check", "-", stdin=msgspec.json.encode(question))
    assert ran.code == 0, ran.err
    assert ran.document == check(api, question)

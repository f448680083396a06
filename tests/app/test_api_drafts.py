"""Publishing over HTTP: from a file to a release by two persons, and every way in which it is refused."""

import csv
import datetime as dt
import gzip
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from litestar.testing import TestClient

from app.api.application import create_app
from app.home import Home
from app.publish.verify import verify
from app.workshop.database import Workshop
from app.workshop.tokens import Tokens
from tests.app import homes
from tests.app.test_api_described import ACTS, CHECKS
from tests.builders import an_m30_file, goods_xml, price_xml

NEW = an_m30_file(goods=goods_xml(name="Ny pose", prices=price_xml("13.00")), helfo="2026-03-01")
TWO = an_m30_file(
    goods=goods_xml(name="Ny pose", prices=price_xml("13.00")) + goods_xml("600008"), helfo="2026-03-01"
)
BROKEN = an_m30_file(goods=goods_xml("12"), helfo="2026-03-01")
PASSED = {"gates": list(homes.ANY_GATE), "reason": "små lister"}


class Desk:
    """Three people at one home: Kari drafts, Ola and Per approve."""

    def __init__(self, home: Home, api: TestClient[Any]) -> None:
        self.home, self.api = home, api
        with closing(Workshop(home.workshop)) as workshop:
            tokens, now = Tokens(workshop), dt.datetime.now(dt.UTC)
            self.tokens = {
                name: tokens.add(name, (role,), expires=now + dt.timedelta(days=1), by="test", now=now).token
                for name, role in (("Kari", "editor"), ("Ola", "approver"), ("Per", "approver"))
            }

    def as_(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def upload(self, content: bytes = NEW, name: str = "ny.xml", **fields: str) -> Any:
        files = {"file": (name, content)}
        return self.api.post("/v1/drafts?lang=en", files=files, data=fields, headers=self.as_("Kari"))

    def post(self, name: str, path: str, body: Any = None) -> Any:
        return self.api.post(f"{path}?lang=en", json=body or {}, headers=self.as_(name))

    def get(self, path: str, name: str = "Kari") -> Any:
        return self.api.get(path, headers=self.as_(name))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A home with one release that asks for one approval from now on."""
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, homes.write(tmp_path / "a.xml", goods=goods_xml(prices=price_xml("12.50"))))
    with closing(Workshop(home.workshop)) as workshop:
        workshop.set_approvals(1)
    with TestClient(create_app(home)) as api:
        yield Desk(home, api)


def test_a_file_becomes_a_release_by_two_persons(desk):
    made = desk.upload(note="Ny utgave", valid_from="505=2026-03-01")
    draft = made.json()
    assert (made.status_code, made.headers["location"]) == (201, "/v1/drafts/2")
    assert (draft["state"], draft["by"], draft["note"]) == ("open", "Kari", "Ny utgave")
    assert draft["source"]["name"] == "ny.xml"
    assert draft["source"]["bytes"] == len(NEW)
    assert [(one["list"], one["state"], one["valid_from"]) for one in draft["lists"]] == [
        ("505", "new", "2026-03-01")
    ]
    assert draft["report"]["blocking"] == 0

    approved = desk.post("Ola", "/v1/drafts/2/approve", {"note": "Sett"}).json()
    assert approved["state"] == "approved"
    assert [(one["by"], one["sha256"]) for one in approved["approvals"]] == [("Ola", draft["sha256"])]

    held = desk.post("Ola", "/v1/drafts/2/publish", {"note": "Ut"})
    assert (held.status_code, held.json()["type"]) == (422, "/problems/gate-failed")
    assert "names-changed" in held.json()["detail"]
    assert "names-changed" in [error["found"] for error in held.json()["errors"]]

    out = desk.post("Ola", "/v1/drafts/2/publish", {"note": "Ut", "override": PASSED})
    assert (out.status_code, out.json()["release"], out.json()["note"]) == (200, 2, "Ut")
    assert out.json()["editions"] == ["505/2026-03-01/2"]
    assert desk.get("/v1/drafts/2").json()["lists"][0]["edition"] == "505/2026-03-01/2"
    # What it changed can still be seen, now that it is public.
    assert desk.get("/v1/drafts/2/changes").json()["items"][0]["after"]["name"] == "Ny pose"
    assert not (desk.home.draft(2) / "lists.db").exists()
    verify(desk.home)


def test_what_a_draft_changes_is_told_as_changes_are(desk):
    desk.upload(TWO)
    page = desk.get("/v1/drafts/2/changes?lang=en").json()
    assert page["counts"]["price-up"] == page["counts"]["renamed"] == 1
    product = next(item for item in page["items"] if item["key"] == "600007")
    fields = {change["field"]: (change["before"], change["after"]) for change in product["changes"]}
    assert fields["name"][1] == "Ny pose"
    assert ("12.50", "13.00") in fields.values()
    assert sum(bucket["count"] for bucket in page["price_ratios"]) == 1

    only = desk.get("/v1/drafts/2/changes?kind=renamed&subject=product").json()
    assert [item["key"] for item in only["items"]] == [product["key"]]
    first = desk.get("/v1/drafts/2/changes?limit=1&lang=en").json()
    after = desk.get(f"/v1/drafts/2/changes?limit=1&cursor={first['next']}&lang=en").json()
    assert first["items"] + after["items"] == page["items"][:2]

    rows = list(csv.DictReader(io.StringIO(desk.get("/v1/drafts/2/changes.csv").content.decode("utf-8-sig"))))
    assert {row["field"] for row in rows} >= {"name"}


def test_a_refused_draft_stays_with_its_report(desk):
    made = desk.upload(BROKEN)
    draft = made.json()
    assert (made.status_code, draft["state"]) == (201, "refused")
    (problem,) = (one for one in draft["report"]["problems"] if one["blocks"])
    assert (problem["rule"], problem["found"], problem["file"]) == ("varenr-form", "12", "ny.xml")
    assert problem["line"] > 0
    assert problem["advice"]
    assert "sifre" in desk.api.get("/v1/drafts/2?lang=nb", headers=desk.as_("Kari")).text

    table = desk.get("/v1/drafts/2/report.csv?lang=en")
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["rule"] for row in rows if row["blocks"] == "true"] == ["varenr-form"]
    refused = desk.post("Ola", "/v1/drafts/2/approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/draft-state")


def test_a_value_is_changed_and_that_voids_the_approval(desk):
    desk.upload()
    desk.post("Ola", "/v1/drafts/2/approve")
    change = {"subject": "product", "key": "600007", "field": "name", "value": "Pose", "reason": "Feil navn"}
    changed = desk.api.patch("/v1/drafts/2", json=change, headers=desk.as_("Kari")).json()
    assert (changed["state"], changed["approvals"]) == ("open", [])
    (made,) = changed["changes_made"]
    assert (made["by"], made["before"], made["after"], made["reason"]) == (
        "Kari",
        "Ny pose",
        "Pose",
        "Feil navn",
    )
    unknown = desk.api.patch(
        "/v1/drafts/2?lang=en", json={**change, "field": "nmae"}, headers=desk.as_("Kari")
    )
    assert unknown.status_code == 400
    assert "'name'" in unknown.json()["detail"]


def test_nobody_approves_what_is_their_own(desk):
    now = dt.datetime.now(dt.UTC)
    with closing(Workshop(desk.home.workshop)) as workshop:
        both = Tokens(workshop).add(
            "Kari", ("editor", "approver"), expires=now + dt.timedelta(days=1), by="test", now=now
        )
    desk.upload()
    own = desk.api.post(
        "/v1/drafts/2/approve?lang=en", json={}, headers={"Authorization": f"Bearer {both.token}"}
    )
    assert (own.status_code, own.json()["type"]) == (409, "/problems/own-draft")
    assert "Ask somebody else" in own.json()["detail"]


def test_a_publish_ahead_is_scheduled_and_can_be_taken_back(desk):
    desk.upload()
    desk.post("Ola", "/v1/drafts/2/approve")
    at = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).isoformat()
    answer = desk.post("Ola", "/v1/drafts/2/publish", {"at": at, "override": PASSED})
    assert (answer.status_code, answer.json()["state"]) == (202, "scheduled")
    assert desk.home.current_release() == 1
    assert desk.post("Ola", "/v1/drafts/2/unschedule").json()["state"] == "approved"


def test_a_gate_that_is_misspelt_is_named(desk):
    desk.upload()
    desk.post("Ola", "/v1/drafts/2/approve")
    wanted = {"override": {"gates": ["price-ratoi"], "reason": "Avtalt"}}
    answer = desk.post("Ola", "/v1/drafts/2/publish", wanted)
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [
            {
                "field": "override.gates",
                "found": "price-ratoi",
                "expected": "the name of a gate, as `gates` of the draft has it",
            }
        ],
    )
    assert desk.home.current_release() == 1


def test_a_release_is_taken_back_and_a_list_is_closed_by_drafts(desk):
    desk.upload()
    desk.post("Ola", "/v1/drafts/2/approve")
    desk.post("Ola", "/v1/drafts/2/publish", {"override": PASSED})
    back = desk.post("Kari", "/v1/releases/2/withdraw", {"reason": "Feil", "lists": ["505"]})
    assert (back.status_code, back.json()["withdraws"], back.json()["state"]) == (201, 2, "open")
    desk.post("Per", "/v1/drafts/3/approve")
    out = desk.post("Per", "/v1/drafts/3/publish").json()
    assert (out["release"], out["withdraws"], out["note"]) == (3, 2, "Feil")

    end = desk.post("Kari", "/v1/lists/505/close", {"valid_from": "2027-01-01", "reason": "Slutt"})
    assert (end.status_code, end.json()["closes"]) == (201, "505")
    assert desk.post("Ola", "/v1/drafts/4/reject", {"reason": "Nei"}).json()["stopped"]["text"] == "Nei"
    missing = desk.post("Kari", "/v1/releases/9/withdraw", {"reason": "Feil"})
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/unknown-release")


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("Ola", "/v1/releases/1/withdraw", {"reason": "x"}),
        ("Kari", "/v1/drafts/2/approve", {}),
        ("Kari", "/v1/drafts/2/reject", {"reason": "x"}),
        ("Kari", "/v1/drafts/2/publish", {}),
        ("Ola", "/v1/drafts/2/abandon", {}),
        ("Ola", "/v1/drafts/2/carry", {}),
        ("Ola", "/v1/lists/505/close", {"valid_from": "2027-01-01", "reason": "x"}),
    ],
)
def test_each_act_asks_for_its_role(desk, who, path, body):
    answer = desk.post(who, path, body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")
    assert "This needs the role" in answer.json()["detail"]


@pytest.mark.parametrize("act", sorted(ACTS))
def test_nobody_unknown_sees_or_does_anything(desk, act):
    method, path = act.split(" ")
    body = {"reason": "x", "valid_from": "2027-01-01", "subject": "", "key": "", "field": "", "value": 1}
    path = path.format(draft=1, release=1, list="505")
    answer = desk.api.request(method, path, json=None if method == "GET" else body)
    assert (answer.status_code, answer.json()["type"]) in (
        (401, "/problems/not-signed-in"),
        (400, "/problems/unknown-parameter"),
    )
    assert answer.status_code == 401 or method != "GET"


@pytest.mark.parametrize(
    ("files", "fields", "told"),
    [
        ({}, {"note": "x"}, "file"),
        ({"file": ("a.xml", NEW)}, {"valid_from": "snart"}, "valid_from"),
        ({"file": ("a.csv", b"a,b\n1,2\n")}, {"profile": "/etc/passwd"}, "profile"),
        ({"file": ("a.xml", NEW)}, {"other": "x"}, "other"),
        ({"file": ("a.xml", NEW)}, {"note": "x" * 2001}, "note"),
    ],
)
def test_a_form_that_cannot_be_used_is_told_by_its_field(desk, files, fields, told):
    answer = desk.api.post("/v1/drafts?lang=en", files=files, data=fields, headers=desk.as_("Kari"))
    assert answer.status_code == 400
    if "errors" in answer.json():
        assert told in answer.json()["errors"][0]["field"] or "body" in answer.json()["errors"][0]["field"]
    assert desk.get("/v1/drafts").json()["items"][0]["draft"] == 1


@pytest.mark.parametrize(
    "name", ["../../x.xml", "..", "C:\\a\\b.xml", "\u202eevil\x00.xml", "a" * 300 + ".xml"]
)
def test_a_file_s_name_leads_nowhere(desk, name):
    made = desk.upload(name=name).json()
    shown = made["source"]["name"]
    assert "/" not in shown
    assert "\\" not in shown
    assert len(shown) <= 120
    assert sorted(path.name for path in desk.home.drafts.iterdir() if "upload" in path.name) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (NEW[: len(NEW) // 2], "xml-not-wellformed"),
        (NEW.replace(b"<FEST", b"<!DOCTYPE FEST><FEST", 1), "xml-has-doctype"),
    ],
    ids=["half", "doctype"],
)
def test_half_a_file_is_a_refused_draft_that_says_where_it_ends(desk, content, rule):
    made = desk.upload(content)
    draft = made.json()
    assert (made.status_code, draft["state"], draft["report"]["blocking"]) == (201, "refused", 1)
    (found,) = draft["report"]["problems"]
    assert (found["rule"], found["file"]) == (rule, "ny.xml")
    assert desk.get("/v1/drafts/2").json()["state"] == "refused"
    verify(desk.home)


@pytest.mark.parametrize(
    "content",
    [b"", gzip.compress(b"", mtime=0), b"PK\x05\x06" + bytes(18)],
    ids=["empty", "packed", "archive"],
)
def test_what_has_nothing_in_it_is_told_and_kept_nowhere(desk, content):
    answer = desk.upload(content)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-request")
    assert "ny.xml" in answer.json()["detail"]
    assert len(desk.get("/v1/drafts").json()["items"]) == 1


def test_a_publish_that_lacks_approvals_is_about_the_draft_s_state(desk):
    desk.upload()
    answer = desk.post("Ola", "/v1/drafts/2/publish", {})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/draft-state")
    assert desk.post("Kari", "/v1/releases/1/withdraw", {"reason": "x", "lists": []}).status_code == 400
    assert desk.get("/v1/drafts/999").status_code == 404


def test_what_is_no_list_file_is_refused_in_words_and_kept_nowhere(desk):
    answer = desk.upload(b"%PDF-1.7 not a list", name="liste.pdf")
    assert answer.status_code == 400
    assert "liste.pdf" in answer.json()["detail"]
    assert len(desk.get("/v1/drafts").json()["items"]) == 1


@pytest.mark.parametrize("act", sorted(ACTS))
def test_anything_at_all_is_answered_as_described(desk, act):
    """Whoever may do everything sends whatever the description allows."""
    now = dt.datetime.now(dt.UTC)
    with closing(Workshop(desk.home.workshop)) as workshop:
        every = Tokens(workshop).add(
            "Alt", ("editor", "approver"), expires=now + dt.timedelta(days=1), by="test", now=now
        )
    schema = schemathesis.openapi.from_dict(desk.api.get("/schema/openapi.json").json())
    method, path = act.split(" ")
    operation = schema[path][method]

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        asked = requests.Request(**case.as_transport_kwargs(str(desk.api.base_url))).prepare()
        asked.headers["Authorization"] = f"Bearer {every.token}"
        answer = desk.api.request(asked.method, asked.url, content=asked.body, headers=dict(asked.headers))
        case.validate_response(answer, checks=CHECKS)

    ask()

"""For everyone: every page is valid, keeps the language that was chosen, and shows hostile names as text."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.builders import clock_at
from tests.app.every_page import HOSTILE, LONGEST, PAGES, addresses, asked, make_hostile_home, reader_paths
from tests.app.reading_pages import Page
from tests.app.strict_html import faults

HTML = {"Accept": "text/html"}
MACHINES = ("/schema", "/static/", "/fhir/", "/catalogue/", "#")
"""Where no language is chosen."""
TIMELESS = {"/tilgjengelighet", "/problems/{name}", "/dekning"}
"""What depends on no day, or asks for one of its own."""
SHOWING_NAMES = (
    *("/?q={varenr}", "/vare/{varenr}", "/vare/600007", "/gruppe/5050101?list=505"),
    *("/liste/505", "/liste/505?print=whole", "/endringer?list=505&from=2026-01-15&to=2026-02-15"),
    "/hvor-mye/5050101?list=505&varenr={varenr}&packs=2&used=3",
)
"""Where names of products stand."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Iterator[TestClient[Any]]:
    """Lists in which some products have names that nobody should give them."""
    with clock_at():
        home = make_hostile_home(tmp_path_factory.mktemp("hostile") / "home")
        with TestClient(create_app(home)) as client:
            yield client


def test_every_page_is_looked_at():
    assert reader_paths() == set(PAGES)


@pytest.mark.parametrize("address", addresses("nb", refused=True))
def test_the_html_of_every_page_is_valid(hostile, address):
    assert faults(hostile.get(address, headers=HTML).text) == []


@pytest.mark.parametrize("address", addresses("nn", refused=True))
def test_every_link_of_every_page_keeps_the_language(hostile, address):
    shown = Page(hostile.get(address, headers={**HTML, "Accept-Language": "en"}))
    assert shown.all("html") == [{"lang": "nn"}]
    links = [given for given in shown.all("a") if "hreflang" not in given]
    here = [given["href"] for given in links if not _of_no_language(given["href"] or "")]
    assert here
    assert [to for to in here if parse_qs(urlsplit(to or "").query).get("lang") != ["nn"]] == []
    asking = [given for given in shown.all("form") if given.get("method", "get") == "get"]
    kept = [given for given in shown.all("input") if given.get("name") == "lang"]
    assert [given["value"] for given in kept][: len(asking)] == ["nn"] * len(asking)


@pytest.mark.parametrize("address", addresses("en", refused=True))
def test_every_page_loads_only_what_is_ours_and_says_so(hostile, address):
    answer = hostile.get(address, headers=HTML)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "Accept-Language" in answer.headers["vary"]
    shown = Page(answer)
    loaded = [given["src"] for tag, given in shown.tags if "src" in given]
    loaded += [given["href"] for given in shown.all("link") if given["rel"] in ("stylesheet", "icon")]
    assert [one for one in loaded if not (one or "").startswith(("/static/", "data:,"))] == []
    assert [given for tag, given in shown.tags if "style" in given or any(map(_acts, given))] == []
    assert shown.all("style") == []


def _of_no_language(address: str) -> bool:
    path = urlsplit(address).path
    return address.startswith(MACHINES) or path.endswith(".pdf") or "/files/" in path


def _acts(name: str) -> bool:
    return name.startswith("on")


@pytest.mark.parametrize("address", [PAGES[path][0] for path in sorted(reader_paths() - TIMELESS)])
def test_every_page_says_its_day_and_release_and_leads_to_json(hostile, address):
    shown = Page(hostile.get(asked(address, "nb")))
    assert "Utgivelse 2, slik det gjelder 15. juni 2026" in shown.text
    json = {given["href"] or "" for given in shown.all("a") if (given["href"] or "").startswith("/v1/")}
    assert {hostile.get(one).status_code for one in json} == {200}


@pytest.mark.parametrize("varenr", HOSTILE)
def test_a_hostile_name_is_text_wherever_it_stands(hostile, varenr):
    name = " ".join(hostile.get(f"/v1/products/{varenr}").json()["name"].split())
    assert len(name) > 30
    dispensing = {"code": "505", "written_on": "2026-06-01", "varenr-0": varenr, "packs-0": "1"}
    answers = [hostile.get(asked(address.format(varenr=varenr), "en")) for address in SHOWING_NAMES]
    for answer in (*answers, hostile.post(asked("/dekning", "en"), data=dispensing)):
        shown = Page(answer)
        # A table may cut an endless name short; its own page has all of it.
        assert name[:40] in shown.text, answer.url
        assert [given for given in shown.scripts() if "src" not in given] == []
        assert shown.all("b") == []
    assert name in Page(hostile.get(f"/vare/{varenr}")).text


def test_the_endless_name_is_whole(hostile):
    assert LONGEST in Page(hostile.get("/?q=600015")).text


@pytest.mark.parametrize("address", ["/", "/?q=pose", "/utvikler", "/tilgjengelighet"])
def test_a_first_page_is_small_and_its_style_comes_in_one_round_trip(api, address):
    answer = api.get(address)
    shown = Page(answer)
    styles = [given["href"] for given in shown.all("link") if given["rel"] == "stylesheet"]
    scripts = [given["src"] for given in shown.scripts()]
    assert len(styles) == 1
    assert all("defer" in given for given in shown.scripts())
    assert "@import" not in api.get(styles[0]).text
    sizes = [len(answer.content), *(len(api.get(one).content) for one in (*styles, *scripts))]
    assert sum(sizes) < 60_000, sizes

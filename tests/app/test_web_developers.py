"""The page for developers: its calls are the API's own, on the reader's host, about what is there."""

import json
import shlex

import pytest
from litestar.testing import TestClient

from app.api.application import MAX_BODY, create_app
from app.api.question import MOST
from app.api.searching import MOST_HITS
from app.web.developers import Told, curl_calls
from search.limits import LONGEST_QUERY, MOST_WORDS
from tests.app.builders import an_empty_home
from tests.app.reading_pages import Page, page

HERE = {"Host": "lister.example:8443"}


class Shown(Page):
    """A page, and what stands in its frames for code."""

    def __init__(self, answer):
        self.code: list[str] = []
        super().__init__(answer)

    def handle_data(self, data):
        super().handle_data(data)
        if self.tags and self.tags[-1][0] == "code" and data.strip():
            self.code.append(data)


def calls(api, address="/utvikler?lang=en", **headers):
    shown = Shown(api.get(address, headers=headers))
    return [shlex.split(one) for one in shown.code if one.startswith("curl")]


def called(api, words):
    """What a line of a shell asks, asked here."""
    path = "/" + words[2].split("/", 3)[3]
    rest = words[3:]
    if not rest:
        return api.get(path)
    assert rest[:3] == ["-H", "Content-Type: application/json", "-d"]
    return api.post(path, json=json.loads(rest[3]))


def test_every_call_is_answered_about_what_is_there(api):
    answers = [called(api, words) for words in calls(api)]
    assert [answer.status_code for answer in answers] == [200] * 6
    product, day, group, search, check, releases = (answer.json() for answer in answers)
    assert product["varenr"] == day["varenr"] == search["items"][0]["product"]["varenr"] == "600007"
    assert day["valid_on"] == "2026-04-01"
    assert group["code"] in {entry["group"]["code"] for entry in product["entries"]}
    assert check["lines"][0]["varenr"] == "600007"
    assert [one["release"] for one in releases["items"]] == [1, 2, 3, 4, 5, 6]


def test_the_calls_name_the_host_that_was_asked(api):
    assert {words[2].split("/v1/")[0] for words in calls(api, **HERE)} == {"http://lister.example:8443"}
    assert 'HERE = "http://lister.example:8443"' in page(api, "/utvikler?lang=en", **HERE).text


@pytest.mark.parametrize("host", ["a'b", "a$(id)b", "a`id`", "x" * 300])
def test_a_host_that_no_shell_should_read_is_not_repeated(api, host):
    answer = api.get("/utvikler", headers={"Host": host})
    assert answer.status_code == 400 or "curl -s http://localhost/v1/" in Shown(answer).text
    assert host not in answer.text


def test_the_program_is_python_and_asks_the_same(api):
    shown = Shown(api.get("/utvikler?lang=en"))
    [program] = [one for one in shown.code if one.startswith("import json")]
    compile(program, "program", "exec")
    assert 'product = ask("/v1/products/600007")' in program
    assert max(map(len, program.splitlines())) <= 90


def test_an_empty_home_has_calls_that_say_how_they_will_be_asked(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    with TestClient(create_app(home)) as api:
        empty = calls(api)
        assert empty[0][2].endswith("/v1/products/999001")
        assert "The calls answer once something is published." in page(api, "/utvikler?lang=en").text


def test_a_number_with_a_slash_and_a_quote_is_still_one_call():
    about = Told("IXA", "12/3'4 $(id)", "01'", "2026-06-15", "2026-04-01")
    lines = [shlex.split(one.call) for one in curl_calls("http://here", about)]
    assert lines[0] == ["curl", "-s", "http://here/v1/products/12%2F3%274%20%24%28id%29"]
    assert json.loads(lines[4][-1])["lines"] == [{"varenr": "12/3'4 $(id)", "packs": 1}]


def test_the_page_leads_to_the_description_and_the_feeds_and_says_how_datasette_is_found(api, monkeypatch):
    shown = page(api, "/utvikler?lang=nb", **HERE)
    links = [given["href"] for given in shown.all("a")]
    wanted = {"/schema", "/schema/openapi.json", "/v1/calendar.ics?lang=nb", "/endringer.atom?lang=nb"}
    assert wanted <= set(links)
    assert "«blaliste serve» sier hvilken" in shown.text
    monkeypatch.setenv("BLALISTE_DATA_PORT", "8001")
    shown = page(api, "/utvikler?lang=nb", **HERE)
    assert "http://lister.example:8001/" in [given["href"] for given in shown.all("a")]
    assert "«blaliste serve» sier hvilken" not in shown.text


def test_it_is_said_what_is_promised_and_on_which_conditions(api):
    text = page(api, "/utvikler?lang=en").text
    for said in (
        "Fields and calls may be added; none is renamed, changes its type or goes away.",
        "What is published is never changed or deleted.",
        "A new release answers within a second of being published.",
        "Up to 5,000 product numbers in one lookup",
        "No licence to them is granted here",
    ):
        assert said in text


def test_how_good_each_source_was_is_told_and_linked(api):
    shown = page(api, "/utvikler?lang=en")
    assert "502 Utstyr ved urinretensjon 502/2026-01-01/1 2" in shown.text
    assert "/v1/lists/502/quality?lang=en" in [given["href"] for given in shown.all("a")]
    assert api.get("/v1/lists/502/quality?lang=en").status_code == 200


def test_the_limits_it_names_are_the_programs(api):
    text = page(api, "/utvikler?lang=en").text
    assert f"{MOST:,} on a page, {MOST_HITS} hits" in text
    assert f"at most {LONGEST_QUERY} characters and {MOST_WORDS} words" in text
    assert f"at most {MAX_BODY >> 20} MiB" in text


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nb", "Sidene er ikke prøvd av mennesker som bruker skjermleser"),
        ("nn", "Sidene er ikkje prøvde av menneske som bruker skjermlesar"),
        ("en", "The pages have not been tried by people who use a screen reader"),
    ],
)
def test_the_statement_says_what_is_met_what_is_not_and_whom_to_tell(api, lang, said):
    shown = page(api, f"/tilgjengelighet?lang={lang}")
    assert "WCAG 2.2" in shown.text
    assert said in shown.text
    assert not [given for given in shown.all("a") if "@" in (given["href"] or "")]

"""The examples in docs/examples run as they stand there: who copies from them copies what works."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.home import Home
from tests.browser.serving import served
from tests.conftest import ROOT
from tests.program import Ran, ask

pytestmark = pytest.mark.flow

EXAMPLES = ROOT / "docs" / "examples"
EHR, PHARMACY = EXAMPLES / "ehr_look_up.py", EXAMPLES / "pharmacy_check.py"
DISPENSING = EXAMPLES / "dispensing.json"
DAY = ("--on", "2026-10-15")
LAW = "Stønad gis til poser og annet materiell som må skiftes jevnlig ved stomi fra tarm eller urinveier."


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demonstration lists up to a fixed day: what they say of October does not move with today."""
    home = Home(tmp_path_factory.mktemp("demo") / "home")
    assert ask(home.path, "demo", "--until", "2027-01-01").code == 0
    return home


@pytest.fixture(scope="module")
def service(demonstration: Home) -> Iterator[str]:
    with served(demonstration) as address:
        yield address


@pytest.fixture
def cache(tmp_path: Path) -> tuple[str, Path]:
    """Where an example keeps its answers."""
    return ("--cache", tmp_path / "kept")


def run(*words: object, stdin: str = "") -> Ran:
    """Run an example as its first lines say."""
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def test_the_readme_s_lines_run_and_name_every_example(service, cache):
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\]\(([\w/.]+)\)", readme))
    files = {path for path in EXAMPLES.rglob("*") if path.suffix in (".py", ".json", ".sql")}
    assert named == {path.relative_to(EXAMPLES).as_posix() for path in files}
    lines = re.findall(r"^\.venv/bin/python (docs/examples/.+)$", readme, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        done = run(*line.replace("http://127.0.0.1:8000", service).split(), *cache)
        assert (done.code, done.err) == (0, ""), line


# --- the EHR ---------------------------------------------------------------------


def test_a_product_is_told_with_its_lists_prices_and_rules(service, cache):
    done = run(EHR, service, "999008", *DAY, *cache)
    assert (done.code, done.err) == (0, "")
    *lines, release = done.out.splitlines()
    assert lines == [
        "999008 Skoddaflyt Klar skyllevæske med sitronsyre, 100 ml, pack of 10, Skodderim Kateter AS:"
        " listed on 2026-10-15",
        "list 502 (§5-14 §5.2), group 5020305 Skyllevæsker til urologisk bruk ved kateterrelaterte"
        " infeksjoner",
        "  according to edition 502/2026-10-01/10",
        "  max reimbursement per unit: 54.00 NOK",
        "  purchase: 378.00 NOK",
        "  max reimbursement per pack: 540.00 NOK",
        "  requires own prescription",
        "  requires specialist or hospital (86, 37, 6)",
        "  condition D5020 (binds prescriber): Stønad gis til kateter og annet materiell som må skiftes"
        " jevnlig ved varig urinretensjon.",
        "  condition D5016 (binds both): Artikkelgruppen må stå på egen resept.",
        "  condition D5023 (binds prescriber): Forskrives av spesialist i urologi, nevrologi eller fysikalsk"
        " medisin og rehabilitering, eller ved sykehus.",
    ]
    assert re.fullmatch(r"from release 12 of 2026-..-.., [0-9]+ days old", release)


def test_a_group_is_told_with_the_rules_of_those_above_it(service, cache):
    done = run(EHR, service, "5050907", *DAY, *cache)
    assert done.out.splitlines()[:-1] == [
        "5050907 Plateforlenger, list 505: 8 products on 2026-10-15",
        "  it needs a prescription on this very code",
        "  at most 1000 stk per calendar year, counted over the group 5050907",
        "  at most 250 stk per dispensing, counted over the group 5050907",
        "  requires own prescription",
        "  condition D5016 (binds both): Artikkelgruppen må stå på egen resept.",
        "  condition D5057 (binds both): Inntil 1000 plateforlengere per kalenderår, og inntil 250 hver"
        " gang.",
        f"  condition D5050 (binds prescriber): {LAW}",
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nattpose 1,5 l", "  999001 Fjellro Natt nattpose med bunnventil, 1500 ml, pack of 30"),
        ("A10BA02", "  009112 Sukkerdemp tab 500 mg, pack of 100: A10BA02_1 on list 200 (exact)"),
    ],
)
def test_words_and_atc_codes_are_searched_for(service, cache, words, found):
    done = run(EHR, service, words, *DAY, *cache)
    first, *hits = done.out.splitlines()
    assert re.fullmatch(r"[0-9]+ products found on 2026-10-15", first)
    assert any(hit.startswith(found) for hit in hits), done.out


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (("xyzzyq",), "0 products found on "),
        (("999001", "--on", "2020-01-01"), "'999001' is on no list on 2020-01-01; it comes on 2025-01-01"),
    ],
)
def test_what_is_not_there_is_said_not_to_be(service, cache, question, told):
    done = run(EHR, service, *question, *cache)
    assert done.code == 1
    assert told in done.out


def test_while_the_service_is_away_the_ehr_says_what_it_knew_and_since_when(demonstration, cache):
    with served(demonstration) as address:
        asked = [run(EHR, address, question, *DAY, *cache) for question in ("999008", "5050907", "nattpose")]
    for question, before in zip(("999008", "5050907", "nattpose"), asked, strict=True):
        away = run(EHR, address, question, *DAY, *cache)
        loud, *lines = away.out.splitlines()
        assert re.fullmatch(r"NOBODY ANSWERS\. This was so on .+ UTC, and may be otherwise:", loud)
        assert (away.code, lines) == (0, before.out.splitlines())
    unknown = run(EHR, address, "999005", *DAY, *cache)
    assert (unknown.code, unknown.out) == (3, "")
    assert unknown.err.startswith("NOBODY ANSWERS, and this was never asked before: ")


# --- the pharmacy ----------------------------------------------------------------

LIMIT = "Inntil 4000 stk geldannende granulat per kalenderår, og inntil 1000 stk hver gang."


def dispensing(**changes: Any) -> str:
    """The dispensing of the example, with changes; what is None is left out."""
    question = {**json.loads(DISPENSING.read_text(encoding="utf-8")), **changes}
    return json.dumps({name: value for name, value in question.items() if value is not None})


def test_the_dispensing_that_stands_there_is_covered(service, cache):
    done = run(PHARMACY, service, DISPENSING.relative_to(ROOT), *cache)
    assert (done.code, done.err) == (0, "")
    *lines, release = done.out.splitlines()
    assert lines == [
        "COVERED: 999005, 500 units",
        "  because: The prescription covers it. [505/2026-10-01/10]",
        "  at most 4000 stk per calendar year: 1000 used, 500 now, 2500 left after it",
        "  at most 1000 stk per dispensing: 0 used, 500 now, 500 left after it",
        "  paid at most: 3000.00 NOK",
        f"  a person judges: {LAW}",
        "a person judges: At most three months’ use may be handed out at a time.",
    ]
    assert re.fullmatch(r"from release 12, public since 2026-..-.. ..:.. UTC", release)


def test_what_is_not_covered_is_said_with_the_reason_and_what_is_left(service, cache):
    lines = [{"varenr": "999005", "packs": 9}, {"varenr": "000000", "packs": 1}]
    before = [{"varenr": "999005", "units": 3500, "on": "2026-04-20"}]
    done = run(PHARMACY, service, "-", *cache, stdin=dispensing(lines=lines, already=before))
    assert done.code == 1
    assert done.out.splitlines()[:-1] == [
        "NOT COVERED: 999005, 900 units",
        "  because: More than the limit for a calendar year: 4,400 with this dispensing, at most"
        f" 4,000. {LIMIT} [505/2026-10-01/10]",
        "  at most 4000 stk per calendar year: 3500 used, 900 now is too many, 500 are left",
        "  at most 1000 stk per dispensing: 0 used, 900 now, 100 left after it",
        f"  a person judges: {LAW}",
        "NOT COVERED: 000000, units not known",
        "  because: The product is not on the list on that day. [505/2026-10-01/10]",
        "a person judges: At most three months’ use may be handed out at a time.",
        "000000: The product number '000000' is on no list on 2026-10-15 and in no edition before or after."
        " Check the number.",
    ]


def test_what_nobody_told_is_unknown_and_no_yes(service, cache):
    done = run(PHARMACY, service, "-", *cache, stdin=dispensing(already=None))
    assert done.code == 3
    assert done.out.splitlines()[:3] == [
        "NOT DECIDED: 999005, 500 units",
        f"  because: A fact that a rule needs was not given: already. {LIMIT} [505/2026-10-01/10]",
        "  at most 4000 stk per calendar year: how many are left is not known, for what was handed out before"
        " was not told",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "- is no question, and nothing was asked: Input data was truncated"),
        (dispensing(dispensed_on="15.10.2026"), "Invalid RFC3339 encoded date - at `$.dispensed_on`"),
        (dispensing(lines=None), "Object missing required field `lines`"),
        (dispensing(name="Kari"), "Object contains unknown field `name`"),
        (dispensing(dispensed_on="2026-01-15"), "prescription.written_on: '2026-03-02' cannot be asked for"),
    ],
)
def test_a_question_that_is_none_is_refused_with_what_is_wrong(service, cache, content, told):
    done = run(PHARMACY, service, "-", *cache, stdin=content)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_a_file_that_is_not_there_is_no_question(service, cache, tmp_path):
    done = run(PHARMACY, service, tmp_path / "gone.json", *cache)
    assert done.code == 2
    assert "gone.json is no question, and nothing was asked: [Errno 2]" in done.err


def test_while_the_service_is_away_the_counter_hears_it_first(demonstration, cache):
    with served(demonstration) as address:
        before = run(PHARMACY, address, DISPENSING, *cache)
    away = run(PHARMACY, address, DISPENSING, *cache)
    assert away.code == 4
    assert away.err == "NOBODY ANSWERS. Whether this is covered now is not known.\n"
    loud, *lines = away.out.splitlines()
    assert re.fullmatch(r"THE LAST ANSWER IS [0-9]+ MINUTES OLD, from release 12:", loud)
    assert lines == before.out.splitlines()[:-1]

    other = run(PHARMACY, address, "-", *cache, stdin=dispensing(already=[]))
    assert (other.code, other.out) == (4, "")
    assert "The same was never asked before: ask again, or call." in other.err

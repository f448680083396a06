"""The laws of the house, each by its name; the rooms' own tests prove them in depth."""

import ast
from contextlib import closing

import msgspec
import pytest

from app.home import Home
from app.manifest import read_manifest, sha256_of
from app.publish.acts import take_in
from app.publish.readings import Request
from app.publish.verify import verify
from app.snapshot import LISTS, open_snapshot
from ingest.convert import convert
from ingest.files import open_source
from ingest.m30.read import read
from ingest.reading import FirstDays
from ingest.store import content_of
from lists.conditions import limits_of, requirements_of
from lists.edition import Edition
from lists.errors import ListsError
from lists.records import Price
from lists.rules import judge
from tests.app import homes
from tests.app.builders import FIRST, Good, an_empty_home, clock_at, publish_file, stoma_file
from tests.builders import an_edition, an_entry, an_m30_file, condition_xml
from tests.conftest import ROOT

GOODS = [good for good in FIRST if all(group.startswith("505") for group in good.groups)]


@pytest.fixture
def home(tmp_path) -> Home:
    with clock_at():
        made = an_empty_home(tmp_path / "home")
        publish_file(made, stoma_file(GOODS, helfo="2026-01-01"))
    return made


def judged(path):
    with open_source(path) as source, source.open() as stream:
        reading = convert(read(stream, source.name), file=source.name, first_days=FirstDays())
    return reading, [judge(draft, None) for draft in reading.drafts]


def test_law_1_valid_by_existence():
    """Whoever holds an edition need not check again: one that is not whole cannot be made."""
    twice = (an_entry(), an_entry())
    with pytest.raises(ListsError, match="edition-not-whole"):
        Edition(an_edition().terms, an_edition().valid_from, twice)
    nowhere = an_entry(placements=())
    with pytest.raises(ListsError, match="edition-not-whole"):
        Edition(an_edition().terms, an_edition().valid_from, (nowhere,))


def test_law_2_all_or_nothing(home, tmp_path):
    """A refused file leaves `current` as it was; what is published survives without the workshop's help."""
    before = home.current_release()
    bad = tmp_path / "feil.xml"
    bad.write_bytes(stoma_file([Good("12", ("5050101",)), *GOODS], helfo="2026-04-01"))
    with clock_at():
        taken = take_in(home, str(bad), Request(), by="test", wish=homes.QUICK)
    assert taken.release is None
    assert home.current_release() == before
    assert verify(home).release == before


def test_law_3_all_problems_at_once(tmp_path):
    """Every problem of a file is told in one go, each with its place."""
    bad = tmp_path / "feil.xml"
    goods = [Good("12", ("5050101",)), Good("600007", ("5050101",), price="x"), Good("600008", ("5050101",))]
    bad.write_bytes(stoma_file(goods, helfo="2026-04-01"))
    reading, judgements = judged(bad)
    found = sorted([*reading.problems, *(one for judgement in judgements for one in judgement.problems)])
    told = {(problem.rule, problem.subject) for problem in found}
    assert {("varenr-form", "12"), ("amount-form", "600007")} <= told
    wrong = [problem for problem in found if problem.rule.endswith("-form")]
    assert all(problem.file == "feil.xml" and problem.line for problem in wrong)


def test_law_4_published_is_for_ever(home):
    """An old question gives the old answer after later releases, and no sealed file changes."""
    with clock_at():
        sealed = sha256_of(home.snapshot(1) / LISTS)
        dearer = [msgspec.structs.replace(good, price="99.00") for good in GOODS]
        publish_file(home, stoma_file(dearer, helfo="2026-04-01"))
    with closing(open_snapshot(home, 2)) as snapshot:
        marks = {mark.id for mark in snapshot.editions}
    assert {"505/2026-01-01/1", "505/2026-04-01/2"} <= marks
    assert sha256_of(home.snapshot(1) / LISTS) == sealed
    assert read_manifest(home.snapshot(2)).previous == sha256_of(home.release(1) / "manifest.json")


def test_law_5_same_editions_same_database_bytes(home, tmp_path):
    """The same file gives the same bytes in every home; a shuffled one gives the same content."""
    with clock_at():
        other, shuffled = (an_empty_home(tmp_path / name) for name in ("other", "shuffled"))
        publish_file(other, stoma_file(GOODS, helfo="2026-01-01"))
        publish_file(shuffled, stoma_file(reversed(GOODS), helfo="2026-01-01"))
    assert sha256_of(home.snapshot(1) / LISTS) == sha256_of(other.snapshot(1) / LISTS)
    assert _contents(home) == _contents(shuffled)


def test_law_6_money_is_whole_codes_are_text_days_are_civil():
    """No float stands in a record, and no module of `lists/` asks a clock."""
    assert msgspec.structs.fields(Price)[1].type is int
    for path in sorted((ROOT / "lists").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert "float" not in named, path.name
        assert not asked & {"now", "today", "utcnow"}, path.name


def test_law_7_what_is_coded_is_never_guessed_from_text(tmp_path):
    """A text that speaks of a number sets no limit; it is noted, and kept as text."""
    path = tmp_path / "liste.xml"
    text = "Det gis inntil 400 stk per år."
    path.write_bytes(an_m30_file(conditions=condition_xml("ID_VILKAR", text=text, forms="")))
    _, [judgement] = judged(path)
    [condition] = judgement.draft.terms.conditions
    assert condition.text == text
    assert limits_of(condition) == ()
    assert requirements_of(condition) == ()
    assert [(one.subject, one.found) for one in judgement.problems if one.rule == "limit-not-coded"] == [
        ("condition ID_VILKAR", "400")
    ]


def _contents(home: Home) -> list[str]:
    with closing(open_snapshot(home, 1)) as snapshot:
        return [content_of(snapshot.db, mark) for mark in snapshot.editions]

"""A short soak: the whole program is asked, published to and killed, and no answer is wrong."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.soak.history import amount
from tests.soak.processes import Sample, slopes

pytestmark = pytest.mark.flow

SECONDS = 20


def counted(told: str, what: str) -> int:
    """The count that a line of the summary says."""
    found = re.search(rf"^\| {re.escape(what)} \| ([\d,]+) \|$", told, re.MULTILINE)
    assert found is not None, told
    return int(found[1].replace(",", ""))


def test_while_it_publishes_and_is_killed_no_answer_is_wrong():
    command = (sys.executable, "-m", "tests.soak", str(SECONDS), "7")
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.endswith("\nNo answer was wrong.\n")
    assert counted(ran.stdout, "wrong") == 0
    assert counted(ran.stdout, "answers checked") > 200
    assert counted(ran.stdout, "publishes") >= 1
    assert counted(ran.stdout, "kills of a worker") >= 1
    for kind in ("product today", "product as known earlier", "changes", "check", "search by number", "feed"):
        assert counted(ran.stdout, f"– {kind}") > 0, ran.stdout


def test_growth_is_that_within_each_life_and_not_between_two():
    samples = [Sample("worker", 1, at, 50 + int(at), 9) for at in range(60)]
    samples += [Sample("worker", 2, at, 900, 9) for at in range(60, 90)]

    [slope] = slopes(samples)

    assert (slope.lives, slope.watched, slope.memory, slope.handles_an_hour) == (2, 29, 900, 0)
    assert 2_500 < slope.memory_an_hour < 3_600


def test_amounts_are_written_as_answers_write_them():
    assert [amount(125_000), amount(90_100), amount(1_000)] == ["12.50", "9.01", "0.10"]

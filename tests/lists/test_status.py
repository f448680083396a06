"""Whether a product is listed, leaving, past prescribing or ended."""

import datetime as dt

import pytest

from lists.status import Status, Stay, status_on

DAY = dt.date(2026, 1, 1)
BEFORE, AFTER, LATER = dt.date(2025, 12, 31), dt.date(2026, 3, 31), dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    ("stay", "status", "leaves_on"),
    [
        (Stay(None, None, None), "listed", None),
        (Stay(AFTER, LATER, None), "leaving", LATER),
        (Stay(AFTER, None, None), "leaving", AFTER),
        (Stay(None, None, dt.date(2026, 4, 1)), "leaving", AFTER),
        (Stay(DAY, DAY, None), "leaving", DAY),  # the last day itself still counts
        (Stay(BEFORE, LATER, None), "prescribing-ended", LATER),
        (Stay(BEFORE, BEFORE, None), "ended", BEFORE),
        (Stay(None, BEFORE, None), "ended", BEFORE),
    ],
)
def test_last_days_and_later_editions_decide(stay, status, leaves_on):
    assert status_on([stay], DAY) == Status(status, leaves_on)


def test_a_product_leaves_only_when_it_leaves_everywhere():
    leaving, staying, ended = Stay(AFTER, LATER, None), Stay(None, None, None), Stay(BEFORE, BEFORE, None)
    assert status_on([leaving, staying], DAY) == Status("listed", None)
    assert status_on([ended, leaving], DAY) == Status("leaving", LATER)

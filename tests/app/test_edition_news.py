"""What an edition brought, by sort: each change is told once, as what matters most in it."""

import datetime as dt

import pytest

from app.read.change_marks import ChangeMark
from app.read.edition_news import SORTS, edition_news, sort_of
from app.snapshot import open_snapshot
from lists.kinds import KINDS

DAY = dt.date(2026, 4, 1)


def a_change(*kinds, subject="product", event="changed"):
    return ChangeMark("505", DAY, subject, "600007", event, kinds, "Fjellro pose")


@pytest.mark.parametrize(
    ("change", "told_as"),
    [
        (a_change("coverage-lost", "ended", event="removed"), "ended"),
        (a_change("last-alternative-lost", "ended", event="removed"), "ended"),
        (a_change("moved", "coverage-lost", "price-up"), "coverage-lost"),
        (a_change("price-up", "limit-tighter"), "limit-tighter"),
        (a_change("other", event="added"), "new"),
        (a_change("other"), "other"),
        (a_change("other", subject="group", event="added"), "new-group"),
        (a_change("ended", subject="group", event="removed"), "group-ended"),
        (a_change("split", subject="group", event="added"), "split"),
        (a_change("other", subject="condition", event="added"), "other"),
        (a_change("closed", subject="list"), "closed"),
    ],
)
def test_a_change_is_told_as_what_matters_most_in_it(change, told_as):
    assert sort_of(change) == told_as


def test_every_kind_of_change_has_its_place():
    assert set(KINDS) <= set(SORTS)
    for kind in KINDS:
        assert sort_of(a_change(kind)) == kind


def test_a_correction_is_what_it_changed_in_the_edition_that_it_corrects(storied_home):
    snapshot = open_snapshot(storied_home, 6)
    marks = {mark.id: mark for mark in snapshot.editions}
    news = edition_news(snapshot, marks["505/2026-01-01/3"])
    assert (news.before, news.corrects) == ("505/2026-01-01/1", True)
    assert [item.sort for item in news.items] == ["price-down"]
    first = edition_news(snapshot, marks["505/2026-01-01/1"])
    assert (first.before, first.entries, first.items) == (None, 5, ())
    snapshot.close()

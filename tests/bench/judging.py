"""What judging a dispensing and comparing two editions cost: answers worked out when they are asked."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.read.changes import read_ends, views_of
from app.read.checking import KnownLists
from app.read.compared import compared
from app.read.lists import products_in
from app.read.view import View
from app.served import today
from app.snapshot import Snapshot, open_snapshot
from lists.coverage import check
from lists.prescription import Dispensing, Line, Prescription
from tests.bench.clock import Measure, repeated
from tests.bench.rows import Row, Target, absent
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

_LIST = "505"
_LINES = 10
_CHECKS = 200


def judging(room: Path) -> list[Row]:
    """Checks and comparisons over three releases of a full file."""
    gone = missing(FULL, *BEFORE)
    if gone is not None:
        return [absent("checks over m30-full", shown(gone))]
    home = published(empty_home(room / "home"), *BEFORE, FULL, complete=False)
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return [_checking(snapshot), _comparing(snapshot)]


def _checking(snapshot: Snapshot) -> Row:
    view = View(snapshot, valid_on=today(), release=snapshot.release)
    numbers = products_in(view, _LIST, group=None, supplier=None)[: _LINES * 20 : 20]
    lines = tuple(Line(varenr, packs=1) for varenr in numbers)
    asked = Dispensing(Prescription(_LIST, view.valid_on), view.valid_on, lines, ())
    lists = KnownLists(snapshot, snapshot.release)
    check(lists, asked)
    measured = repeated(_each(lambda: check(lists, asked), _CHECKS))
    note = "warm: its products were asked for before"
    return Row("one dispensing of ten lines judged", measured, "ms", target=Target(0.5), note=note)


def _comparing(snapshot: Snapshot) -> Row:
    last, latest = (mark.id for mark in snapshot.timelines[_LIST].marks[-2:])
    ends = read_ends(snapshot, None, (last, latest), release=snapshot.release, today=today())
    measured = repeated(_each(lambda: compared(*views_of(snapshot, ends), _LIST), 1))
    note = "1,653 differences between two months"
    return Row("two neighbouring editions compared", measured, "ms", target=Target(100), note=note)


def _each(act: Callable[[], object], times: int) -> Measure:
    """Processor time of one of several calls."""

    def measure() -> float:
        begun = time.process_time()
        for _ in range(times):
            act()
        return (time.process_time() - begun) / times

    return measure

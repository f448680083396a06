"""What a worker serves from: a snapshot is let go of as soon as another is served."""

import gc
import weakref

import pytest

from app.read.view import View
from app.served import Served, today
from lists.prices import PER_UNIT
from tests.app import homes


@pytest.fixture
def no_garbage_is_looked_for():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_is_looked_for")
def test_a_snapshot_that_is_served_no_longer_is_gone_at_once_with_its_index(tmp_path):
    served = Served(homes.make_three_releases(tmp_path))
    served.open()
    before, now = (served.view(valid_on=today(), release=release) for release in (2, 3))
    ask_for_everything(served, before, now)
    gone = [weakref.ref(one) for one in (served.snapshot, served.snapshot.finder(), served.snapshot.traits())]
    del before, now

    served.go_over_to(2)

    assert [one() for one in gone] == [None, None, None]
    served.close()


def ask_for_everything(served: Served, before: View, now: View) -> None:
    """Whatever a snapshot keeps once it was asked for."""
    snapshot, [mark] = served.snapshot, now.marks.values()
    now.product("600008")
    snapshot.members(mark)
    snapshot.ordered(mark)
    snapshot.entry(mark, "600008")
    snapshot.price_steps(mark, PER_UNIT, None)
    served.day_sets(now).warm()
    served.compared(before, now, "505")
    served.news(mark)
    finder = snapshot.finder()
    assert finder is not None
    assert finder.find("pose", editions=now.ordinals).hits

"""Whatever editors do in whatever order: the home stays whole, and its records make all of it again."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.home import Home
from app.manifest import sha256_of
from app.publish.acts import close_list, withdraw
from app.publish.deciding import abandon, approve, reject, unschedule
from app.publish.drafting import Why, carry, change_value, refresh
from app.publish.looks import is_stale
from app.publish.publishing import publish_drafts, publish_due
from app.publish.release import manifest_of
from app.publish.verify import rebuild, verify
from app.publish.wishes import Wish
from app.workshop.database import Workshop
from app.workshop.records import PUBLISHED
from lists.editing import Edit
from lists.errors import BadQuestion, NotThere, Refused
from tests.app import homes
from tests.app.homes import QUICK, the_draft

pytestmark = pytest.mark.flow

DAYS = tuple(f"2026-0{month}-01" for month in (1, 3, 5, 7))
AHEAD = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)

numbers = st.integers(1, 6)
days = st.sampled_from(DAYS)
lists = st.sampled_from(((), ("505",), ("502",)))
prices = st.sampled_from(("12.50", "13.00", "14.00"))
acts = st.lists(
    st.one_of(
        st.tuples(st.just("take"), prices, days),
        st.tuples(st.just("publish"), numbers),
        st.tuples(st.just("edit"), numbers, prices),
        st.tuples(st.just("carry"), numbers),
        st.tuples(st.just("approve"), numbers),
        st.tuples(st.just("schedule"), numbers, numbers),
        st.tuples(st.just("unschedule"), numbers),
        st.tuples(st.just("due")),
        st.tuples(st.just("withdraw"), numbers, lists),
        st.tuples(st.just("close"), days),
        st.tuples(st.sampled_from(("reject", "abandon")), numbers),
        st.tuples(st.just("refresh"), numbers),
    ),
    min_size=4,
    max_size=12,
)


def do(home: Home, workshop: Workshop, act: tuple[Any, ...], path: Path) -> None:
    """One act of an editor."""
    why, what, number = Why("Kari", "Avtalt"), act[0], act[1] if len(act) > 1 else 0
    ahead = Wish(overrides=homes.ANY_GATE, reason=homes.SMALL, at=AHEAD, complete=False)
    price = Edit("product", "600007", "prices[E,2026-01-01].amount", act[-1])
    path.write_bytes(b"")
    does: dict[str, Callable[[], object]] = {
        "publish": lambda: publish_drafts(home, [number], by="Ola", wish=QUICK),
        "edit": lambda: change_value(home, workshop, number, price, why=why),
        "carry": lambda: carry(home, workshop, number, by="Kari"),
        "approve": lambda: approve(workshop, number, by="Ola"),
        "schedule": lambda: publish_drafts(home, [number, act[-1]], by="Ola", wish=ahead),
        "unschedule": lambda: unschedule(home, workshop, number, by="Ola"),
        "due": lambda: publish_due(home, AHEAD),
        "withdraw": lambda: withdraw(home, number, why=why, lists=act[-1]),
        "close": lambda: close_list(home, "505", dt.date.fromisoformat(act[-1]), why=why),
        "reject": lambda: reject(home, workshop, number, by="Ola", reason="Nei"),
        "abandon": lambda: abandon(home, workshop, number, by="Kari"),
        "refresh": lambda: refresh(home, workshop, number),
        "take": lambda: homes.draft(home, path),
    }
    if what == "take":
        path.write_bytes(homes.two_lists_file(price=act[1], catheter=f"Kateter {act[1]}", helfo=act[2]))
    does[what]()


@settings(max_examples=12)
@given(acts)
def test_whatever_is_done_the_home_stays_whole_and_is_made_again_alike(history):
    directory = Path(tempfile.mkdtemp())
    try:
        home = homes.an_empty_home(directory / "home")
        with closing(Workshop(home.workshop)) as workshop:
            do(home, workshop, ("take", "12.50", "2026-01-01"), directory / "liste.xml")
            for act in (("publish", 1), *history):
                # What cannot be done is refused; nothing else may come of it.
                with suppress(Refused, NotThere, BadQuestion):
                    do(home, workshop, act, directory / "liste.xml")
                assert workshop.first_broken_entry() is None, act
            assert_whole(home, workshop)
    finally:
        shutil.rmtree(directory)


def assert_whole(home: Home, workshop: Workshop) -> None:
    """What is published is as its drafts say, what is not can be looked at, and all is made again alike."""
    release = home.current_release()
    assert verify(home).release == release >= 1
    sealed = sha256_of(home.snapshot(release) / "lists.db")
    assert rebuild(home) == release
    assert sha256_of(home.snapshot(release) / "lists.db") == sealed
    published = {one.draft for number in range(1, release + 1) for one in manifest_of(home, number).drafts}
    assert published == {draft.draft for draft in workshop.drafts() if draft.state == PUBLISHED}
    for draft in workshop.drafts():
        refresh(home, workshop, draft.draft)
        now = the_draft(home, draft.draft)
        assert not is_stale(home, now)
        assert (now.state == "scheduled") == (now.schedule is not None)
        if now.schedule is not None:
            assert all(the_draft(home, other).schedule == now.schedule for other in now.schedule.drafts)

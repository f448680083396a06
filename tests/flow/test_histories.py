"""Any history of publishes, corrections and closings answers by the one rule, and is made again alike."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.home import Home
from app.manifest import sha256_of
from app.publish.acts import close_list
from app.publish.drafting import Why
from app.publish.verify import rebuild, verify
from app.read.view import View
from app.snapshot import open_snapshot
from lists.errors import NotThere, Refused
from tests.app import homes
from tests.builders import goods_xml, price_xml

DAYS = tuple(dt.date(2026, month, 1) for month in (1, 2, 3, 4))
NUMBERS = ("600007", "600008", "600009")
PRICES = ("12.50", "13.00", "99.90")

Content = Mapping[str, str]


class Act(msgspec.Struct, frozen=True):
    """A file of list 505 with products and prices, or its end where there are none; and its first day."""

    valid_from: dt.date
    content: Content


histories = st.lists(
    st.builds(
        Act,
        st.sampled_from(DAYS),
        st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from(PRICES), max_size=3),
    ),
    min_size=1,
    max_size=5,
)


class Model:
    """What was released, and what the rule makes of it."""

    def __init__(self) -> None:
        self.released: list[Act] = []

    def in_force(self, day: dt.date, release: int) -> Content | None:
        """The last by first day and release, of those that are released and have begun."""
        begun = [
            (act.valid_from, number, act.content)
            for number, act in enumerate(self.released[:release], start=1)
            if act.valid_from <= day
        ]
        return max(begun, key=lambda known: known[:2])[2] if begun else None


@settings(max_examples=12)
@given(histories)
def test_every_day_as_known_at_every_release_answers_by_the_rule(history):
    directory = Path(tempfile.mkdtemp())
    try:
        home, model = homes.an_empty_home(directory / "home"), Model()
        for act in history:
            carry_out(home, model, act, directory / "liste.xml")
        assert home.current_release() == len(model.released)
        compare(home, model)
        if model.released:
            before = sha256_of(home.snapshot(len(model.released)) / "lists.db")
            assert rebuild(home) == len(model.released)
            assert sha256_of(home.snapshot(len(model.released)) / "lists.db") == before
        assert verify(home).left_over == ()
    finally:
        shutil.rmtree(directory)


def carry_out(home: Home, model: Model, act: Act, path: Path) -> None:
    """Do an act in the home; the model hears of it where it became a release."""
    if act.content:
        goods = "".join(
            goods_xml(number, prices=price_xml(price)) for number, price in sorted(act.content.items())
        )
        taken = homes.take(home, homes.write(path, goods=goods, helfo=act.valid_from.isoformat()))
        released = taken.release
        assert (released is None) == (model.in_force(act.valid_from, len(model.released)) == act.content)
    else:
        released = close(home, act.valid_from)
        assert (released is None) == (not model.in_force(act.valid_from, len(model.released)))
    if released is not None:
        model.released.append(act)
        assert released == len(model.released)


def close(home: Home, day: dt.date) -> int | None:
    """End list 505; None where it is not in force."""
    try:
        return close_list(home, "505", day, why=Why("Kari"), wish=homes.QUICK).release
    except Refused as refused:
        if refused.reason != "list-not-in-force":
            raise
        return None


def compare(home: Home, model: Model) -> None:
    """Ask for every product on every day, as known at every release."""
    days = (dt.date(2025, 12, 31), *DAYS, dt.date(2026, 4, 2))
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        for release in range(1, len(model.released) + 1):
            for day in days:
                view = View(snapshot, valid_on=day, release=release)
                expected = model.in_force(day, release) or {}
                for number in NUMBERS:
                    assert price_of(view, number) == expected.get(number), (release, day, number)


def price_of(view: View, number: str) -> str | None:
    """What the list pays for a unit of a product; None where it is not on it."""
    try:
        [entry] = view.product(number).entries
    except NotThere:
        return None
    [price] = entry.prices
    return price.amount

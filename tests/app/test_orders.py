"""Orders do what the acts do, in this process or in one of their own, and bring refusals home whole."""

import asyncio
import datetime as dt
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.home import Home
from app.ordering import Orders
from app.publish.apart import Answer, Refusal
from app.publish.drafting import Why
from app.publish.orders import (
    Carry,
    Change,
    Close,
    Done,
    Order,
    Publish,
    Refresh,
    Upload,
    Withdraw,
    carry_out,
)
from app.publish.wishes import Wish
from app.words import say_error
from app.workshop.database import Workshop
from ingest.reading import FirstDays
from lists.editing import Edit
from lists.errors import BadQuestion, HomeBroken, ListsError, NotThere, Refused, SourceUnreadable
from tests.app import homes
from tests.app.homes import QUICK, the_draft
from tests.builders import goods_xml
from tests.conftest import ROOT

KARI = Why("Kari", "Avtalt")
NAME = Edit("product", "600007", "name", "Fjellro, rettet")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """505 from January is published."""
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, homes.write(tmp_path / "a.xml"))
    return home


def test_every_order_is_the_act_it_names(home, tmp_path):
    path = homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny"), helfo="2026-02-01")
    days = FirstDays(all=dt.date(2026, 3, 1))

    assert carry_out(home, Upload(str(path), KARI, first_days=days)) == Done(2)
    assert str(the_draft(home, 2).lists[0].valid_from) == "2026-03-01"
    assert carry_out(home, Change(2, NAME, KARI)) == Done(2)
    assert carry_out(home, Carry(2, "Kari")) == Done(2)
    assert (len(the_draft(home, 2).changes), the_draft(home, 2).carried) == (1, True)
    assert carry_out(home, Refresh(2)) == Done(2)
    ahead = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    assert carry_out(home, Publish((2,), "Ola", msgspec.structs.replace(QUICK, at=ahead))) == Done(at=ahead)
    assert carry_out(home, Publish((2,), "Ola", QUICK)) == Done(release=2)
    assert carry_out(home, Withdraw(2, KARI, ("505",), dt.date(2026, 4, 1))) == Done(3)
    assert carry_out(home, Close("505", dt.date(2026, 9, 1), KARI)) == Done(4)
    assert (the_draft(home, 3).withdraws, the_draft(home, 4).close) == (2, "505")


def apart(home: Home, order: Order) -> Answer:
    """What a process of its own answers."""
    ran = subprocess.run(
        [sys.executable, "-m", "app.publish.apart", str(home.path)],
        input=msgspec.json.encode(order),
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    answer: Answer = msgspec.json.decode(ran.stdout, type=Answer)
    return answer


def test_a_process_of_its_own_answers_with_what_was_done(home, tmp_path):
    path = homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny"), helfo="2026-02-01")

    assert apart(home, Upload(str(path), KARI)) == Done(2)
    assert the_draft(home, 2).by == "Kari"


REFUSED: tuple[tuple[Order, type[ListsError], str], ...] = (
    (Upload("none.xml", KARI), SourceUnreadable, "source-missing"),
    (Change(7, NAME, KARI), NotThere, "draft-unknown"),
    (Change(1, NAME, KARI), Refused, "draft-state"),
    (Withdraw(7, KARI), NotThere, "unknown-release"),
    (Close("502", dt.date(2026, 9, 1), KARI), Refused, "list-not-in-force"),
    (
        Publish((1,), "Ola", Wish(published_at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))),
        BadQuestion,
        "published-at-future",
    ),
)


@pytest.mark.parametrize(("order", "kind", "reason"), REFUSED, ids=lambda value: type(value).__name__)
def test_a_refusal_comes_home_as_it_was_raised_over_there(order, kind, reason, home):
    with pytest.raises(ListsError) as here:
        carry_out(home, order)
    assert (type(here.value), here.value.reason) == (kind, reason)
    answer = Refusal(kind.__name__, here.value.reason, here.value.facts)

    there = msgspec.json.decode(msgspec.json.encode(answer), type=Answer).error()

    assert type(there) is kind
    assert say_error(there, "nb") == say_error(here.value, "nb")


def test_a_refusal_of_a_process_of_its_own_is_told_in_words(home):
    answer = apart(home, Withdraw(7, KARI))

    assert isinstance(answer, Refusal)
    assert "There is no release '7'" in say_error(answer.error(), "en")


def test_a_fault_is_named_and_comes_home_too(home):
    home.workshop.write_bytes(b"x" * 8192)

    answer = apart(home, Refresh(1))

    assert isinstance(answer, Refusal)
    assert (answer.kind, answer.reason) == ("HomeBroken", "database-broken")


def test_a_server_gives_orders_and_waits(home, tmp_path):
    path = homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny"), helfo="2026-02-01")

    async def order() -> tuple[Done, ListsError]:
        orders = Orders(home)
        done = await orders.carry_out(Upload(str(path), KARI))
        with pytest.raises(NotThere) as caught:
            await orders.carry_out(Withdraw(7, KARI))
        return done, caught.value

    done, refusal = asyncio.run(order())

    assert done == Done(2)
    assert refusal.reason == "unknown-release"
    with closing(Workshop(home.workshop)) as workshop:
        assert [draft.draft for draft in workshop.drafts()] == [2, 1]


def test_a_process_that_ends_without_a_word_is_told(home, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(HomeBroken) as caught:
        asyncio.run(Orders(home).carry_out(Refresh(1)))

    assert "The process that did the work ended without a word (exit code 1)" in say_error(caught.value, "en")

"""
Runs acts in processes that end themselves at their Nth step, as if somebody had pulled the plug there.

A step is whatever changes a disk: a file opened to write, a name made, moved or removed, a flush, an
SQL statement. One process has everything imported and forks one child for each order it reads from
standard input; it answers with the exit code, KILLED where the child ended itself.
"""

import datetime as dt
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from app.following.follower import follow_once
from app.home import Home
from app.publish.acts import close_list, take_in, withdraw
from app.publish.deciding import approve
from app.publish.drafting import Why, carry, change_value
from app.publish.making import make_home
from app.publish.publishing import publish_drafts, publish_due
from app.publish.readings import Request
from app.publish.verify import rebuild
from app.publish.wishes import Wish
from app.workshop.database import Workshop
from lists.editing import Edit
from tests.app.homes import ANY_GATE, SMALL

KILLED = 99
_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate"}
_TO_WRITE = os.O_WRONLY | os.O_RDWR


class Order(msgspec.Struct, frozen=True):
    """What a child is to do, and at which of its steps it ends."""

    act: str
    home: str
    file: str = ""
    at: int = 0
    complete: bool = False
    renames_only: bool = False


def main() -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        child = os.fork()
        if child == 0:
            _carry_out(order)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _carry_out(order: Order) -> None:
    """Never returns."""
    code = 1
    try:
        _count_steps(order)
        _act(order)
        code = 0
    finally:
        os._exit(code)


def _act(order: Order) -> None:
    home, wish = Home(Path(order.home)), Wish(overrides=ANY_GATE, reason=SMALL, complete=order.complete)
    match order.act:
        case "ingest":
            take_in(home, order.file, Request(), by="Kari", wish=wish)
        case "init":
            make_home(home, approvals=0)
        case "publish":
            publish_drafts(home, [2], by="Kari", wish=wish)
        case "due":
            publish_due(home, dt.datetime.now(dt.UTC))
        case "close":
            close_list(home, "505", dt.date(2026, 9, 1), why=Why("Kari", "slutt"), wish=wish)
        case "follow":
            follow_once(home)
        case "rebuild":
            rebuild(home)
        case "upload":
            take_in(home, order.file, Request(), by="Kari", wish=None)
        case _:
            with closing(Workshop(home.workshop)) as workshop:
                decide(home, workshop, order.act)


def decide(home: Home, workshop: Workshop, act: str) -> None:
    """What is done with draft 3, or to make another."""
    match act:
        case "edit":
            edit = Edit("product", "600007", "name", "Fjellro, rettet")
            change_value(home, workshop, 3, edit, why=Why("Kari", "Skrivefeil"))
        case "carry":
            carry(home, workshop, 3, by="Kari")
        case "approve":
            approve(workshop, 3, by="Ola")
        case "schedule":
            wish = Wish(overrides=ANY_GATE, reason=SMALL, at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
            publish_drafts(home, [3], by="Ola", wish=wish)
        case "withdraw":
            withdraw(home, 2, why=Why("Kari", "Feil"))


def _count_steps(order: Order) -> None:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == order.at:
            os._exit(KILLED)

    def on_event(event: str, args: tuple[Any, ...]) -> None:
        if order.renames_only:
            if event == "os.rename":
                step()
        elif event in _CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & _TO_WRITE):
            step()

    sys.addaudithook(on_event)
    if order.renames_only:
        return
    flush, connect = os.fsync, sqlite3.connect

    def counted_flush(descriptor: Any) -> None:
        step()
        flush(descriptor)

    def traced_connect(*args: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **named)
        connection.set_trace_callback(lambda statement: None if statement.startswith("SELECT") else step())
        return connection

    os.fsync = counted_flush  # type: ignore[assignment]
    sqlite3.connect = traced_connect  # type: ignore[assignment]


if __name__ == "__main__":
    main()

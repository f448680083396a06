"""
A small home with three releases of list 505, and how to take small files in.

    release  public      file                            505
    1        2025-12-15  januar.xml  from 2026-01-01     600007 at 12.50
    2        2026-02-20  februar.xml from 2026-03-01     600007 at 13.00, 600008
    3        2026-03-25  mai.xml     from 2026-05-01     600008
"""

import datetime as dt
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.home import Home
from app.publish.acts import take_in
from app.publish.making import make_home
from app.publish.readings import Request
from app.publish.wishes import Taken, Wish
from app.snapshot import open_snapshot
from app.words import say_error
from app.workshop.audit import AuditEntry
from app.workshop.database import Workshop
from app.workshop.records import DraftRecord
from ingest import store
from ingest.reading import FirstDays
from lists.edition import Edition
from lists.errors import ListsError
from tests.builders import an_m30_file, basis_xml, goods_xml, group_xml, price_xml, refund_xml

STORY = (
    ("januar.xml", "2025-12-15", "2026-01-01", goods_xml("600007", prices=price_xml("12.50"))),
    (
        "februar.xml",
        "2026-02-20",
        "2026-03-01",
        goods_xml("600007", prices=price_xml("13.00")) + goods_xml("600008"),
    ),
    ("mai.xml", "2026-03-25", "2026-05-01", goods_xml("600008")),
)


SMALL = "lists of a few products change by large shares"
ANY_GATE = (
    *("products-removed", "group-emptied", "less-content", "older-content", "names-changed", "text-broken"),
    *("price-ratio", "price-median", "limit-tightened", "group-rule-new", "group-meaning"),
    *("later-edition-lacks-it", "later-release-undone"),
)
"""Gates that small lists set off; what is not about gates passes them all."""
QUICK = Wish(overrides=ANY_GATE, reason=SMALL, complete=False)
"""A publish that no gate holds, without index and ready answers."""


def make_three_releases(path: Path) -> Home:
    """The home of the story above; only the last release has an index and ready answers."""
    home = an_empty_home(path / "home")
    for name, public, first_day, goods in STORY:
        write(path / name, goods=goods, helfo=first_day)
        take(home, path / name, at=public, complete=name == "mai.xml")
    return home


def an_empty_home(path: Path, *, approvals: int = 0) -> Home:
    """A home in which nothing is published."""
    home = Home(path)
    make_home(home, approvals=approvals)
    return home


def write(path: Path, *, goods: str = goods_xml(), helfo: str = "2026-01-01", **parts: str) -> Path:
    """Write an M30 file of list 505."""
    path.write_bytes(an_m30_file(goods=goods, helfo=helfo, **parts))
    return path


def take(home: Home, path: Path, *, at: str | None = None, complete: bool = False) -> Taken:
    """Take a file in and publish it, dated back where a day is given."""
    public = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC) if at is not None else None
    wish = Wish(published_at=public, overrides=ANY_GATE, reason=SMALL, complete=complete)
    return take_in(home, str(path), Request(), by="Kari", wish=wish)


def draft(home: Home, path: Path, *, first_day: dt.date | None = None) -> Taken:
    """Take a file in and leave it a draft."""
    return take_in(home, str(path), Request(None, FirstDays(all=first_day)), by="Kari", wish=None)


def two_lists_file(*, price: str = "12.50", catheter: str = "Kateter", helfo: str = "2026-01-01") -> bytes:
    """600007 on 505 at this price, and 600012 on 502 under this name."""
    bases = basis_xml() + basis_xml("502", group_xml("502", text="Urin") + group_xml("5020101"))
    goods = goods_xml("600007", prices=price_xml(price))
    goods += goods_xml("600012", name=catheter, refund=refund_xml("RID_5020101"))
    return an_m30_file(goods=goods, bases=bases, helfo=helfo)


def the_draft(home: Home, number: int) -> DraftRecord:
    """One draft as it is recorded."""
    with closing(Workshop(home.workshop)) as workshop:
        return workshop.draft(number)


def logged(home: Home) -> list[AuditEntry]:
    """The log, oldest first."""
    with closing(Workshop(home.workshop)) as workshop:
        return list(workshop.log.entries())


def edition(home: Home, identity: str) -> Edition:
    """An edition that was released, by its name."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        mark = next(mark for mark in snapshot.editions if mark.id == identity)
        return store.read_edition(snapshot.db, mark)


def in_force(home: Home, code: str, day: str) -> str:
    """The name of the edition of a list that holds on a day."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        mark = snapshot.timelines[code].in_force(dt.date.fromisoformat(day), snapshot.release)
        assert mark is not None
        return mark.id


def refused(act: Callable[..., object], *args: object, **named: object) -> str:
    """The sentence with which an act is refused."""
    with pytest.raises(ListsError) as caught:
        act(*args, **named)
    return say_error(caught.value, "en")


def a_copy(home: Home, path: Path) -> Home:
    """The same home somewhere else."""
    shutil.copytree(home.path, path, symlinks=True)
    return Home(path)

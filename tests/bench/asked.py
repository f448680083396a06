"""What servers are asked for: the products of one list, and the days on which its editions begin."""

from collections.abc import Iterator
from contextlib import closing

from app.home import Home
from app.read.lists import products_in
from app.read.view import View
from app.served import today
from app.snapshot import open_snapshot

LIST = "505"


def products(home: Home) -> Iterator[str]:
    """The products of the list today."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        view = View(snapshot, valid_on=today(), release=snapshot.release)
        yield from products_in(view, LIST, group=None, supplier=None)


def first_days(home: Home) -> list[str]:
    """From which days on its editions hold."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return sorted({mark.valid_from.isoformat() for mark in snapshot.editions if mark.list == LIST})

"""The command that asks what changed; it answers as the API does."""

import datetime as dt
from contextlib import closing
from itertools import islice

import click

from app.commands.context import DONE, Session, command
from app.commands.values import INSTANT
from app.moves import ChangesPage
from app.read.changes import change_shape, read_ends, views_of
from app.read.compared import compared
from app.read.times import release_known
from app.served import today
from app.snapshot import open_snapshot

MOST_TOLD = 1000


@click.command()
@click.argument("code", metavar="LIST")
@click.argument("first", metavar="FROM")
@click.argument("last", metavar="TO")
@click.option("--known-at", type=INSTANT, help="Answer as was known at this instant.")
@command
def changes(session: Session, code: str, first: str, last: str, known_at: dt.datetime | None) -> int:
    """What changed in LIST between two editions, or between two days."""
    session.home.require()
    with closing(open_snapshot(session.home, session.home.current_release())) as snapshot:
        release = release_known(snapshot, known_at)
        ends = read_ends(snapshot, code, (first, last), release=release, today=today())
        found = compared(*views_of(snapshot, ends), ends.lists[0])
        differences = found.differences if session.json else islice(found.differences, MOST_TOLD)
        items = tuple(change_shape(found, difference, session.lang) for difference in differences)
    session.give(ChangesPage(release, first, last, items, None))
    for item in items:
        session.tell_text(item.text)
    session.tell("changes-counted", count=len(found.differences))
    return DONE


COMMANDS: tuple[click.Command, ...] = (changes,)

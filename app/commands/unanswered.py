"""The command for editors: which words people ask for in vain, and whether they are kept at all."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import click
import msgspec

from app.commands.context import DONE, Session, command
from app.read.unanswered import AskedAgain, StillUnanswered, ask_again
from app.read.view import View
from app.served import today
from app.snapshot import open_snapshot
from app.unanswered_file import LONGEST_KEPT, begin, forget, read
from app.words import say


class UnansweredReport(msgspec.Struct, frozen=True):
    """
    What people asked for in vain.

    Attributes:
        kept: Whether this home keeps such words at all.
        answered_by_now: Entries left out because they find something today.
        beyond: Asked in a rush and not kept one by one.
    """

    release: int
    kept: bool
    since: dt.date
    items: tuple[StillUnanswered, ...]
    answered_by_now: int
    beyond: int


DAYS, TIMES, ITEMS = click.IntRange(1, LONGEST_KEPT), click.IntRange(1, 1_000_000), click.IntRange(1, 1000)


@click.command()
@click.option("--days", type=DAYS, default=90, show_default=True, help="How many days back.")
@click.option("--least", type=TIMES, default=1, show_default=True, help="Asked at least so many times.")
@click.option("--limit", type=ITEMS, default=100, show_default=True, help="At most so many.")
@click.option("--keep", is_flag=True, help="Keep such words from now on.")
@click.option("--forget", "forgets", is_flag=True, help="Throw away what is kept and, without --keep, stop.")
@command
def unanswered(
    session: Session,
    days: int,
    least: int,
    limit: int,
    keep: bool,  # noqa: FBT001 click passes flags by name
    forgets: bool,  # noqa: FBT001 click passes flags by name
) -> int:
    """Words that people ask for and that find nothing, most often asked first."""
    session.home.require()
    if keep or forgets:
        return _switch(session, forgets=forgets, keep=keep)
    since = today() - dt.timedelta(days=days - 1)
    kept = read(session.home.unanswered, since=since, least=least)
    release, again = session.home.current_release(), AskedAgain()
    if kept is not None:
        with closing(open_snapshot(session.home, release)) as snapshot:
            view = View(snapshot, valid_on=today(), release=release)
            again = ask_again(kept.asked, view, limit=limit)
    beyond = kept.beyond if kept is not None else 0
    told = UnansweredReport(release, kept is not None, since, again.items, again.answered_by_now, beyond)
    session.give(told)
    _tell(session, told)
    return DONE


def _switch(session: Session, *, forgets: bool, keep: bool) -> int:
    if forgets:
        forget(session.home.unanswered)
        session.tell("unanswered-forgotten")
    if keep:
        begin(session.home.unanswered)
        session.tell("unanswered-kept", days=LONGEST_KEPT)
    session.give({"kept": keep})
    return DONE


def _tell(session: Session, report: UnansweredReport) -> None:
    if not report.kept:
        session.tell("unanswered-off")
        return
    session.tell("unanswered-heading" if report.items else "unanswered-none", since=report.since)
    for item in report.items:
        session.tell_text("; ".join(_parts(item, session.lang)))
    if report.answered_by_now:
        session.tell("unanswered-answered", count=report.answered_by_now)
    if report.beyond:
        session.tell("unanswered-beyond", count=report.beyond)
    if report.items:
        session.tell("unanswered-advice")


def _parts(item: StillUnanswered, lang: str) -> Iterator[str]:
    yield say("page", "unanswered-line", lang, times=item.times, last=item.last, words=item.words)
    if item.unknown and item.unknown != (item.words,):
        yield say("page", "unanswered-unknown", lang, words=", ".join(item.unknown))
    if item.did_you_mean:
        yield say("page", "unanswered-meant", lang, words=item.did_you_mean)


COMMANDS: tuple[click.Command, ...] = (unanswered,)

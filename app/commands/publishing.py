"""Commands that take sources in and put editions in force."""

import datetime as dt

import click

from app.commands.context import DONE, REFUSED, Session, command
from app.commands.reports import report, tell
from app.commands.values import FIRST_DAY, INSTANT, OVERRIDE
from app.publish.acts import take_in
from app.publish.drafting import look_at
from app.publish.making import make_home
from app.publish.publishing import publish_drafts
from app.publish.readings import Request
from app.publish.wishes import Outcome, Taken, Wish
from ingest.files import open_source
from ingest.reading import FirstDays

EDITOR = "command line"


@click.command()
@click.option(
    "--approvals",
    type=click.IntRange(0, 9),
    default=1,
    show_default=True,
    help="Approvals by other people before a publish.",
)
@command
def init(session: Session, approvals: int) -> int:
    """Make an empty home."""
    make_home(session.home, approvals=approvals)
    session.give({"home": str(session.home.path), "approvals": approvals})
    session.tell("init-done", where=session.home.path, approvals=approvals)
    return DONE


@click.command()
@click.argument("file")
@click.option("--profile", "-p", help="Profile of a table: a built-in name, or a path to a TOML file.")
@click.option(
    "--valid-from",
    multiple=True,
    type=FIRST_DAY,
    help="First day in force, for all lists or as LIST=DAY.",
)
@command
def validate(
    session: Session, file: str, profile: str | None, valid_from: tuple[tuple[str | None, dt.date], ...]
) -> int:
    """Read and judge FILE; store nothing. `-` is standard input."""
    with open_source(file) as source:
        prepared = look_at(session.home, source, Request(profile, _first_days(valid_from)))
    session.give(report(prepared, session.lang))
    tell(session, prepared)
    return REFUSED if prepared.refused else DONE


@click.command()
@click.argument("file")
@click.option("--profile", "-p", help="Profile of a table: a built-in name, or a path to a TOML file.")
@click.option(
    "--valid-from",
    multiple=True,
    type=FIRST_DAY,
    help="First day in force, for all lists or as LIST=DAY.",
)
@click.option("--note", help="What readers are told about the release.")
@click.option("--by", default=EDITOR, show_default=True, help="Who takes the file in.")
@click.option("--publish", is_flag=True, help="Publish at once, where the home asks for no approvals.")
@click.option(
    "--published-at",
    type=INSTANT,
    help="Fill in history: an instant in the past, later than the last release.",
)
@OVERRIDE
@click.option("--reason", help="Why the gates may fire.")
@command
def ingest(
    session: Session,
    file: str,
    profile: str | None,
    valid_from: tuple[tuple[str | None, dt.date], ...],
    note: str | None,
    by: str,
    publish: bool,  # noqa: FBT001 click passes flags by name
    published_at: dt.datetime | None,
    override: tuple[str, ...],
    reason: str | None,
) -> int:
    """Take FILE in as a draft and, with --publish, put it in force. `-` is standard input."""
    require_reason(override, reason)
    if not publish and (published_at or override):
        raise click.UsageError("--published-at and --override belong to --publish")
    session.home.require()
    wish = Wish(note, published_at, override, reason) if publish else None
    request = Request(profile, _first_days(valid_from))
    taken = take_in(session.home, file, request, by=by, wish=wish, note=note)
    return tell_outcome(session, taken)


@click.command()
@click.argument("draft", type=int, nargs=-1, required=True)
@click.option("--by", default=EDITOR, show_default=True, help="Who publishes.")
@click.option("--note", help="What readers are told about the release.")
@click.option("--at", type=INSTANT, help="An instant ahead, at which the server publishes by itself.")
@click.option(
    "--published-at",
    type=INSTANT,
    help="Fill in history: an instant in the past, later than the last release.",
)
@OVERRIDE
@click.option("--reason", help="Why the gates may fire.")
@command
def publish(
    session: Session,
    draft: tuple[int, ...],
    by: str,
    note: str | None,
    at: dt.datetime | None,
    published_at: dt.datetime | None,
    override: tuple[str, ...],
    reason: str | None,
) -> int:
    """Publish drafts as one release, now or at an instant ahead."""
    require_reason(override, reason)
    if at is not None and published_at is not None:
        raise click.UsageError("--at and --published-at exclude each other")
    wish = Wish(note, published_at, override, reason, at=at)
    outcome: Outcome = publish_drafts(session.home, draft, by=by, wish=wish)
    session.give({"release": outcome.release, "at": outcome.at})
    if outcome.release is None:
        session.tell("publish-scheduled", at=outcome.at)
    else:
        session.tell("publish-done", release=outcome.release)
    return DONE


def require_reason(override: tuple[str, ...], reason: str | None) -> None:
    """A gate is passed for a reason, or not at all."""
    if override and not (reason and reason.strip()):
        raise click.UsageError("--override asks for --reason: say why the gate may fire")


def tell_outcome(session: Session, taken: Taken) -> int:
    """Say what became of what was drafted; the exit code is the contract's."""
    session.give(report(taken.prepared, session.lang, draft=taken.draft, release=taken.release))
    tell(session, taken.prepared)
    if taken.prepared.refused:
        session.tell("ingest-refused", draft=taken.draft)
        return REFUSED
    if taken.release is not None:
        session.tell("publish-done", release=taken.release)
        return DONE
    if not taken.prepared.editions:
        session.tell("nothing-new")
        session.tell("ingest-draft", draft=taken.draft)
        return DONE
    for gate in taken.held_by:
        session.tell("gate-fired", gate=gate.gate, list=gate.list, found=gate.found, limit=gate.limit)
    session.tell("ingest-draft", draft=taken.draft)
    return REFUSED if taken.held_by else DONE


def _first_days(given: tuple[tuple[str | None, dt.date], ...]) -> FirstDays:
    every = [day for code, day in given if code is None]
    if len(every) > 1:
        raise click.UsageError("--valid-from DAY may be given once; name the list as LIST=DAY for the others")
    named = [code for code, _ in given if code is not None]
    twice = next((code for code in named if named.count(code) > 1), None)
    if twice is not None:
        raise click.UsageError(f"--valid-from may be given once for list {twice}")
    return FirstDays(every[0] if every else None, {code: day for code, day in given if code is not None})


COMMANDS: tuple[click.Command, ...] = (init, validate, ingest, publish)

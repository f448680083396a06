"""Commands that take sources in and put editions in force."""

import datetime as dt
from contextlib import closing

import click
import msgspec

from app.commands.context import DONE, REFUSED, Session, command
from app.commands.reports import report, tell
from app.commands.values import DAY, FIRST_DAY, INSTANT
from app.publish.acts import (
    Taken,
    Wish,
    close_list,
    look_at,
    make_home,
    prepare_draft,
    publish_drafts,
    take_in,
)
from app.publish.prepare import Request
from app.publish.settle import settle_if_free
from app.snapshot import Snapshot, open_snapshot
from app.workshop import Workshop
from ingest import store
from ingest.files import open_source
from ingest.reading import FirstDays
from lists.changes import Change, compare
from lists.edition import Edition
from lists.impact import impact

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
@click.option("--override", multiple=True, help="A gate that may fire; may be repeated.")
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
    _require_reason(override, reason)
    if not publish and (published_at or override):
        raise click.UsageError("--published-at and --override belong to --publish")
    session.home.require()
    wish = Wish(note, published_at, override, reason) if publish else None
    request = Request(profile, _first_days(valid_from))
    taken = take_in(session.home, file, request, by=by, wish=wish, note=note)
    session.give(report(taken.prepared, session.lang, draft=taken.draft, release=taken.release))
    tell(session, taken.prepared)
    return _tell_outcome(session, taken)


@click.command()
@command
def drafts(session: Session) -> int:
    """List the drafts, newest first."""
    with closing(_workshop(session)) as workshop:
        found = workshop.drafts()
    session.give({"items": found})
    for draft in found:
        codes = ", ".join(known.list for known in draft.lists if known.state == "new") or "–"
        session.tell(
            "draft-line",
            draft=draft.draft,
            state=draft.state,
            by=draft.by,
            lists=codes,
            source=draft.source_name or draft.close or "–",
            received_at=f"{draft.received_at:%Y-%m-%d %H:%M}",
        )
    return DONE


@click.command()
@click.argument("draft", type=int)
@command
def diff(session: Session, draft: int) -> int:
    """What DRAFT would change, against what is in force on its first day."""
    session.home.require()
    with (
        closing(_workshop(session)) as workshop,
        closing(open_snapshot(session.home, session.home.current_release())) as snapshot,
    ):
        prepared = prepare_draft(session.home, snapshot, workshop.draft(draft))
        steps = [(_former(snapshot, edition), edition) for edition in prepared.editions]
    found = [
        (after.terms.list, change) for before, after in steps for change in compare(before, after).changes
    ]
    items = [_change(code, change) for code, change in found]
    meant = [one for before, after in steps for one in impact(before, after)]
    session.give({"draft": draft, "items": items, "impact": meant})
    for code, change in found:
        session.tell("change-" + change.event, list=code, subject=change.subject, code=change.key)
        for field in change.fields:
            session.tell_text(f"    {field.field}: {field.before!r} → {field.after!r}")
    session.tell("changes-counted", count=len(found))
    return DONE


@click.command()
@click.argument("draft", type=int, nargs=-1, required=True)
@click.option("--by", default=EDITOR, show_default=True, help="Who publishes.")
@click.option("--note", help="What readers are told about the release.")
@click.option(
    "--published-at",
    type=INSTANT,
    help="Fill in history: an instant in the past, later than the last release.",
)
@click.option("--override", multiple=True, help="A gate that may fire; may be repeated.")
@click.option("--reason", help="Why the gates may fire.")
@command
def publish(
    session: Session,
    draft: tuple[int, ...],
    by: str,
    note: str | None,
    published_at: dt.datetime | None,
    override: tuple[str, ...],
    reason: str | None,
) -> int:
    """Publish open drafts as one release."""
    _require_reason(override, reason)
    release = publish_drafts(session.home, draft, by=by, wish=Wish(note, published_at, override, reason))
    session.give({"release": release})
    session.tell("publish-done", release=release)
    return DONE


@click.command()
@click.argument("code", metavar="LIST")
@click.option("--valid-from", type=DAY, required=True, help="First day on which the list is no more.")
@click.option("--reason", required=True, help="Why it ends; readers are told.")
@click.option("--by", default=EDITOR, show_default=True, help="Who ends it.")
@command
def close(session: Session, code: str, valid_from: dt.date, reason: str, by: str) -> int:
    """End a list from a day on."""
    release = close_list(session.home, code, valid_from, by=by, wish=Wish(reason))
    session.give({"release": release})
    session.tell("publish-done", release=release)
    return DONE


def _require_reason(override: tuple[str, ...], reason: str | None) -> None:
    if override and not (reason and reason.strip()):
        raise click.UsageError("--override asks for --reason: say why the gate may fire")


def _tell_outcome(session: Session, taken: Taken) -> int:
    """Say what became of a source; the exit code is the contract's."""
    if taken.prepared.refused:
        session.tell("ingest-refused", draft=taken.draft)
        return REFUSED
    if taken.release is not None:
        session.tell("publish-done", release=taken.release)
        return DONE
    if not taken.prepared.editions:
        session.tell("nothing-new")
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


def _former(snapshot: Snapshot, edition: Edition) -> Edition | None:
    line = snapshot.timelines.get(edition.terms.list)
    mark = line.in_force(edition.valid_from, snapshot.release) if line is not None else None
    return store.read_edition(snapshot.db, mark) if mark is not None else None


class ChangeShape(msgspec.Struct, frozen=True):
    """A change as programs read it."""

    list: str
    subject: str
    key: str
    event: str
    before: object
    after: object
    changes: tuple[object, ...]


def _change(code: str, change: Change) -> ChangeShape:
    return ChangeShape(
        code, change.subject, change.key, change.event, change.before, change.after, change.fields
    )


def _workshop(session: Session) -> Workshop:
    """The workshop, brought into line with what is in force: a publish may have been killed."""
    session.home.require()
    workshop = Workshop(session.home.workshop)
    settle_if_free(session.home, workshop)
    return workshop


COMMANDS: tuple[click.Command, ...] = (init, validate, ingest, drafts, diff, publish, close)

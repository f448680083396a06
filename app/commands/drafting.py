"""Commands that look at drafts, decide about them, and make those that need no file."""

import datetime as dt
from contextlib import closing

import click
import msgspec

from app.commands.context import DONE, Session, command
from app.commands.publishing import EDITOR, require_reason, tell_outcome
from app.commands.values import DAY, OVERRIDE
from app.drafts import LISTED_IN_A_ROW, DraftShape, draft_shape
from app.publish.acts import close_list
from app.publish.acts import withdraw as withdraw_release
from app.publish.deciding import abandon as abandon_draft
from app.publish.deciding import approve as approve_draft
from app.publish.deciding import reject as reject_draft
from app.publish.drafting import Why, change_value
from app.publish.drafting import carry as carry_draft
from app.publish.looks import read_look
from app.publish.prepare import prepare_draft
from app.publish.settle import settle_if_free
from app.publish.wishes import Wish
from app.snapshot import Snapshot, open_snapshot
from app.workshop.accounts import APPROVER, Accounts
from app.workshop.database import Workshop
from app.workshop.records import DraftRecord
from ingest import store
from lists.changes import Change, compare
from lists.editing import Edit
from lists.edition import Edition
from lists.errors import Refused
from lists.impact import impact


@click.command()
@command
def drafts(session: Session) -> int:
    """List the drafts, newest first."""
    with closing(_workshop(session)) as workshop:
        found, needed = workshop.drafts(), workshop.approvals_needed
    if session.json:
        session.give({"items": [_shape(session, draft, needed) for draft in found]})
    for draft in found:
        _tell_draft(session, draft)
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
@click.argument("draft", type=int)
@click.argument("subject", type=click.Choice(("product", "group", "condition", "list")))
@click.argument("key")
@click.argument("field")
@click.argument("value")
@click.option("--list", "code", help="Only on this list; on every list that has it where absent.")
@click.option("--reason", required=True, help="Why; it stays with the draft.")
@click.option("--by", default=EDITOR, show_default=True, help="Who changes it.")
@command
def edit(
    session: Session,
    draft: int,
    subject: str,
    key: str,
    field: str,
    value: str,
    code: str | None,
    reason: str,
    by: str,
) -> int:
    """Change one value in DRAFT; VALUE is JSON, or plain text."""
    change = Edit(subject, key, field, _value(value), code)
    with closing(_workshop(session)) as workshop:
        made = change_value(session.home, workshop, draft, change, why=Why(by, reason))
    return _tell_state(session, made.draft)


@click.command()
@click.argument("draft", type=int)
@click.option("--by", default=EDITOR, show_default=True, help="Who carries it further.")
@command
def carry(session: Session, draft: int, by: str) -> int:
    """Carry what DRAFT changes into the editions already released for later days."""
    with closing(_workshop(session)) as workshop:
        made = carry_draft(session.home, workshop, draft, by=by)
    return _tell_state(session, made.draft)


@click.command()
@click.argument("draft", type=int)
@click.option("--by", required=True, help="Who approves it: somebody who neither made nor changed it.")
@click.option("--note", help="A word to the others.")
@command
def approve(session: Session, draft: int, by: str, note: str | None) -> int:
    """Approve exactly what DRAFT says now."""
    with closing(_workshop(session)) as workshop:
        _require_approver(workshop, by)
        return _tell_state(session, approve_draft(workshop, draft, by=by, note=note))


@click.command()
@click.argument("draft", type=int)
@click.option("--by", required=True, help="Who rejects it.")
@click.option("--reason", required=True, help="Why; whoever made it is told.")
@command
def reject(session: Session, draft: int, by: str, reason: str) -> int:
    """Reject DRAFT; it goes no further."""
    with closing(_workshop(session)) as workshop:
        return _tell_state(session, reject_draft(session.home, workshop, draft, by=by, reason=reason))


@click.command()
@click.argument("draft", type=int)
@click.option("--by", default=EDITOR, show_default=True, help="Who lets it go.")
@command
def abandon(session: Session, draft: int, by: str) -> int:
    """Let DRAFT go."""
    with closing(_workshop(session)) as workshop:
        return _tell_state(session, abandon_draft(session.home, workshop, draft, by=by))


@click.command()
@click.argument("release", type=int)
@click.option("--list", "codes", multiple=True, help="Only this list of it; may be repeated.")
@click.option("--valid-from", type=DAY, help="First day on which the former content holds again.")
@click.option("--reason", required=True, help="Why; readers are told.")
@click.option("--by", required=True, help="Who takes it back.")
@click.option("--publish", is_flag=True, help="Publish at once, where the home asks for no approvals.")
@OVERRIDE
@command
def withdraw(
    session: Session,
    release: int,
    codes: tuple[str, ...],
    valid_from: dt.date | None,
    reason: str,
    by: str,
    publish: bool,  # noqa: FBT001 click passes flags by name
    override: tuple[str, ...],
) -> int:
    """Take RELEASE back: a draft in which the former content of its lists holds again."""
    wish = Wish(overrides=override, reason=reason) if publish else None
    taken = withdraw_release(
        session.home, release, why=Why(by, reason), wish=wish, lists=codes, valid_from=valid_from
    )
    return tell_outcome(session, taken)


@click.command()
@click.argument("code", metavar="LIST")
@click.option("--valid-from", type=DAY, required=True, help="First day on which the list is no more.")
@click.option("--reason", required=True, help="Why it ends; readers are told.")
@click.option("--by", default=EDITOR, show_default=True, help="Who ends it.")
@click.option("--publish", is_flag=True, help="Publish at once, where the home asks for no approvals.")
@OVERRIDE
@command
def close(
    session: Session,
    code: str,
    valid_from: dt.date,
    reason: str,
    by: str,
    publish: bool,  # noqa: FBT001 click passes flags by name
    override: tuple[str, ...],
) -> int:
    """End a list from a day on: a draft, published like any other."""
    require_reason(override, reason)
    wish = Wish(overrides=override, reason=reason) if publish else None
    return tell_outcome(session, close_list(session.home, code, valid_from, why=Why(by, reason), wish=wish))


def _shape(session: Session, draft: DraftRecord, needed: int) -> DraftShape:
    look = read_look(session.home, draft.draft)
    return draft_shape(draft, look, needed=needed, lang=session.lang, most=LISTED_IN_A_ROW)


def _require_approver(workshop: Workshop, name: str) -> None:
    """
    Where people are known by name, it is one of them who approves.

    Raises:
        Refused: "not-an-approver".
    """
    accounts = Accounts(workshop)
    if not accounts.all():
        return
    user = accounts.find(name)
    if user is None or user.disabled is not None or APPROVER not in user.roles:
        raise Refused("not-an-approver", found=name)


def _tell_draft(session: Session, draft: DraftRecord) -> None:
    codes = ", ".join(known.list for known in draft.lists if known.state == "new") or "–"
    session.tell(
        "draft-line",
        draft=draft.draft,
        state=draft.state,
        by=draft.by,
        lists=codes,
        source=draft.source_name or draft.close or f"{draft.withdraws or '–'}",
        received_at=f"{draft.received_at:%Y-%m-%d %H:%M}",
    )


def _tell_state(session: Session, draft: DraftRecord) -> int:
    session.give({"draft": draft.draft, "state": draft.state})
    _tell_draft(session, draft)
    return DONE


def _value(text: str) -> object:
    """JSON where it is some; what is none is a text as it stands."""
    try:
        value: object = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    # A price or a number typed bare is what its field makes of it.
    return text if isinstance(value, float) else value


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


COMMANDS: tuple[click.Command, ...] = (
    drafts,
    diff,
    edit,
    carry,
    approve,
    reject,
    abandon,
    withdraw,
    close,
)

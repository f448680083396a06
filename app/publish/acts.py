"""What editors do to a home: make it, take sources in, end a list, take a release back."""

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import closing

from app.home import Home
from app.publish.drafting import Drafted, Why, draft_close, draft_file, draft_withdrawal
from app.publish.readings import Request
from app.publish.release import Candidate, Terms, publish
from app.publish.settle import settle, settle_if_free
from app.publish.wishes import Taken, Wish, held, note_overrides, terms_of, withdrawing
from app.workshop.database import Workshop
from ingest.files import open_source
from lists.errors import Refused


def take_in(
    home: Home, path: str, request: Request, *, by: str, wish: Wish | None, note: str | None = None
) -> Taken:
    """
    Draft a source, and publish it where that is wished.

    Args:
        path: Of the file; `-` is standard input.
        wish: Publish at once, where nothing blocks and no gate holds it; None to leave it a draft.

    Raises:
        SourceUnreadable: The file cannot be read; nothing is kept.
        Refused: "approvals-needed": a publish at once is wished, and this home asks for approvals.
    """
    why = Why(by, note)
    with open_source(path) as source:
        return _drafted(
            home,
            lambda workshop: draft_file(home, workshop, source, request, why=why, whole=wish is None),
            act="ingest " + source.name,
            wish=wish,
        )


def close_list(home: Home, code: str, valid_from: dt.date, *, why: Why, wish: Wish | None = None) -> Taken:
    """
    Draft the end of a list from a day on (rule 2), and publish it where that is wished.

    Raises:
        Refused: "list-not-in-force" or "approvals-needed".
    """
    return _drafted(
        home,
        lambda workshop: draft_close(home, workshop, code, valid_from, why=why),
        act="close " + code,
        wish=wish,
    )


def withdraw(
    home: Home,
    release: int,
    *,
    why: Why,
    wish: Wish | None = None,
    lists: Sequence[str] = (),
    valid_from: dt.date | None = None,
) -> Taken:
    """
    Draft what takes a release back, and publish it where that is wished; see `draft_withdrawal`.

    Raises:
        NotThere: "unknown-release" or "list-not-in-release".
        Refused: "approvals-needed".
    """
    return _drafted(
        home,
        lambda workshop: draft_withdrawal(
            home, workshop, release, why=why, lists=lists, valid_from=valid_from
        ),
        act=f"withdraw {release}",
        wish=wish,
    )


def _drafted(home: Home, make: Callable[[Workshop], Drafted], *, act: str, wish: Wish | None) -> Taken:
    """Draft something; only what is published at once has the home to itself."""
    home.require()
    home.require_own()
    with closing(Workshop(home.workshop)) as workshop:
        if wish is None:
            settle_if_free(home, workshop)
            made = make(workshop)
            return Taken(made.draft.draft, made.prepared, None, ())
        with home.publishing(act):
            settle(home, workshop)
            if workshop.approvals_needed:
                raise Refused("approvals-needed", expected=workshop.approvals_needed, found=0, draft="–")
            terms = terms_of(home, wish)  # An instant that cannot be is told before the work is done.
            return _published_at_once(home, workshop, make(workshop), wish, terms)


def _published_at_once(home: Home, workshop: Workshop, made: Drafted, wish: Wish, terms: Terms) -> Taken:
    held_by, draft = held(made.prepared, wish), made.draft
    candidates: list[Candidate] = []
    if made.prepared.editions and not held_by:
        note_overrides(workshop, made.prepared, wish, act=(draft.draft, draft.by))
        candidates.append(Candidate(draft.draft, made.prepared.additions(draft.source)))
    told = made.prepared.without_content() if candidates else made.prepared
    del made  # It holds whole lists; from here on the candidates are the last who do.
    release = publish(home, workshop, candidates, withdrawing(terms, [draft])) if candidates else None
    return Taken(draft.draft, told, release, held_by)

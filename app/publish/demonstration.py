"""Fills a home with the demonstration lists: the story's acts, published one after the other."""

import datetime as dt
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.home import Home
from app.publish.acts import close_list, take_in
from app.publish.drafting import Why
from app.publish.making import make_home
from app.publish.readings import Request
from app.publish.wishes import Taken, Wish
from app.unanswered_file import begin
from app.workshop.database import Workshop
from ingest.demo import Act, CloseList, PublishFile, coming, story
from lists.errors import Refused

STORYTELLER = "demonstration"
FILES = "demo-files"
"""Where in the home the made-up source files lie, and the next quarter's, for editors to take in."""


def fill_with_demonstration(home: Home, until: dt.date, tell: Callable[[PublishFile], None]) -> int:
    """
    Fill an empty home with the demonstration.

    It is made aside and gets the home's place only when it is whole: one that was killed halfway
    is made again from the start.

    Args:
        until: Quarter day of the last edition.
        tell: Hears of each file before it is written.

    Returns:
        The last release.

    Raises:
        Refused: "home-not-empty".
    """
    approvals = _approvals_of_empty(home)
    place = home.path.resolve()
    aside = Home(place.with_name(place.name + ".making"))
    shutil.rmtree(aside.path, ignore_errors=True)
    make_home(aside, approvals=0)
    aside.make_demonstration()
    (aside.path / FILES).mkdir()
    acts, release = story(until), 0
    for act in acts:
        if isinstance(act, PublishFile):
            tell(act)
        release = _publish(aside, act, last=act is acts[-1])
    _write(coming(until), aside.path / FILES)
    with closing(Workshop(aside.workshop)) as workshop:
        workshop.set_approvals(approvals)
    begin(aside.unanswered)
    if home.exists():
        shutil.rmtree(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    aside.path.replace(place)
    return release


def _approvals_of_empty(home: Home) -> int:
    """How many approvals an empty home asks for; none where nobody has made one yet."""
    if not home.exists():
        if home.path.exists() and any(home.path.iterdir()):
            raise Refused("home-not-empty", where=home.path)
        return 0
    with closing(Workshop(home.workshop)) as workshop:
        if home.current_release() or workshop.drafts():
            raise Refused("home-not-empty", where=home.path)
        return workshop.approvals_needed


def _publish(home: Home, act: Act, *, last: bool) -> int:
    # The edition of the coming quarter day may have to go out before its time of the year.
    published_at = act.published_at if act.published_at < dt.datetime.now(dt.UTC) else None
    if isinstance(act, CloseList):
        wish = Wish(published_at=published_at, complete=last)
        return _released(
            close_list(home, act.list, act.valid_from, why=Why(STORYTELLER, act.reason), wish=wish)
        )
    path = _write(act, home.path / FILES)
    wish = Wish(act.note, published_at, act.passes, act.note, complete=last)
    return _released(take_in(home, str(path), Request(), by=STORYTELLER, wish=wish, note=act.note))


def _write(act: PublishFile, directory: Path) -> Path:
    path = directory / act.name
    with path.open("wb") as stream:
        act.write(stream)
    return path


def _released(taken: Taken) -> int:
    if taken.held_by:
        gates = ", ".join(f"{gate.list} {gate.gate} ({gate.found})" for gate in taken.held_by)
        raise Refused("gate-failed", draft=taken.draft, gates=gates)
    if taken.release is None:
        raise Refused("draft-refused", draft=taken.draft)
    return taken.release

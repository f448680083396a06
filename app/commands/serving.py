"""Commands that fill a home with the demonstration and serve a home."""

import datetime as dt
import shutil
from pathlib import Path

import click

from app.commands.context import DONE, Session, command
from app.commands.publishing import DAY
from app.home import DEMONSTRATION, Home
from app.publish.acts import Wish, close_list, make_home, take_in
from app.publish.prepare import Request
from app.serve import serve as serve_home
from app.served import today
from ingest.demo import CloseList, PublishFile, story
from lists.days import next_quarter_day
from lists.errors import Refused

STORYTELLER = "demonstration"


@click.command()
@click.option("--until", type=DAY, help="Quarter day of the last edition; the next one by default.")
@command
def demo(session: Session, until: dt.date | None) -> int:
    """Fill an empty home with the demonstration lists."""
    home = session.home
    if home.path.exists() and any(home.path.iterdir()):
        raise Refused("home-not-empty", where=home.path)
    aside = home.path.with_name(home.path.name + ".making")
    shutil.rmtree(aside, ignore_errors=True)
    release = _tell_story(session, Home(aside), until or next_quarter_day(today()))
    # Only a whole demonstration gets the home's name: a killed one is made again from the start.
    aside.replace(home.path)
    session.give({"release": release})
    session.tell("demo-done", release=release, where=home.path)
    return DONE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port of the API and the pages.")
@click.option("--data-port", default=8001, show_default=True, help="Port of Datasette.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that answer."
)
@command
def serve(session: Session, host: str, port: int, data_port: int, workers: int) -> int:
    """Serve the API, the pages and Datasette until stopped."""
    session.home.require()
    return serve_home(session.home.path, host=host, port=port, data_port=data_port, workers=workers)


def _tell_story(session: Session, home: Home, until: dt.date) -> int:
    make_home(home, approvals=0)
    (home.path / DEMONSTRATION).write_text("The lists in this home are made up.\n", encoding="utf-8")
    files = home.path / "demo-files"
    files.mkdir()
    acts = story(until)
    release = 0
    for act in acts:
        # The edition of the coming quarter day may have to go out before its time of the year.
        published_at = act.published_at if act.published_at < dt.datetime.now(dt.UTC) else None
        wish = Wish(note=_note(act), published_at=published_at, complete=act is acts[-1])
        if isinstance(act, CloseList):
            release = close_list(home, act.list, act.valid_from, by=STORYTELLER, wish=wish)
        else:
            release = _publish_file(session, home, files / act.name, act, wish)
    return release


def _publish_file(session: Session, home: Home, path: Path, act: PublishFile, wish: Wish) -> int:
    session.tell("demo-writing", name=act.name, valid_from=act.valid_from)
    with path.open("wb") as stream:
        act.write(stream)
    taken = take_in(home, str(path), Request(), by=STORYTELLER, wish=wish, note=act.note)
    if taken.release is None:
        raise Refused("draft-refused", draft=taken.draft)
    return taken.release


def _note(act: CloseList | PublishFile) -> str:
    return act.reason if isinstance(act, CloseList) else act.note


COMMANDS: tuple[click.Command, ...] = (demo, serve)

"""Commands that fill a home with the demonstration and serve a home."""

import datetime as dt

import click

from app.commands.context import DONE, Session, command
from app.commands.values import DAY
from app.serve import serve as serve_home
from app.served import today
from lists.days import next_quarter_day

PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--until", type=DAY, help="Quarter day of the last edition; the next one by default.")
@command
def demo(session: Session, until: dt.date | None) -> int:
    """Fill an empty home with the demonstration lists."""
    from app.publish.demonstration import fill_with_demonstration  # no other command needs the story

    release = fill_with_demonstration(
        session.home,
        until or next_quarter_day(today()),
        lambda act: session.tell("demo-writing", name=act.name, valid_from=act.valid_from),
    )
    session.give({"release": release})
    session.tell("demo-done", release=release, where=session.home.path)
    return DONE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=PORT, help="Port of the API and the pages.")
@click.option("--data-port", default=8001, show_default=True, type=PORT, help="Port of Datasette.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that answer."
)
@click.option("--access-log", is_flag=True, help="Note each request on standard error; nothing of who asks.")
@command
def serve(
    session: Session,
    host: str,
    port: int,
    data_port: int,
    workers: int,
    access_log: bool,  # noqa: FBT001 click passes flags by name
) -> int:
    """Serve the API, the pages and Datasette until stopped."""
    session.home.require()
    return serve_home(
        session.home.path,
        host=host,
        port=port,
        data_port=data_port,
        workers=workers,
        access_log=access_log,
        say=session.tell,
    )


COMMANDS: tuple[click.Command, ...] = (demo, serve)

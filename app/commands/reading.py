"""Commands that ask: the answers are those of the API."""

import datetime as dt
from contextlib import closing
from pathlib import Path

import click

from app.checks import CheckQuestion
from app.commands.context import DONE, Session, command
from app.commands.values import DAY, INSTANT
from app.home import Home
from app.json_forms import read_form
from app.pages import HighlightShape, HitShape, ReleasesPage
from app.publish.verify import rebuild as rebuild_home
from app.publish.verify import verify as verify_home
from app.read.checking import checked
from app.read.day_sets import DaySets
from app.read.encoded import encoded_product
from app.read.releases import release_shapes
from app.read.search import Filters, Searched, narrow
from app.read.service import copy_shape, runners_of
from app.read.status import status_shape
from app.read.times import release_known
from app.read.view import View
from app.served import today
from app.signing.freshness import read_freshness
from app.snapshot import Snapshot, open_snapshot
from ingest.files import open_source
from lists.days import instant_text
from lists.errors import BadQuestion, HomeBroken
from search.errors import QueryTooLong
from search.find import Found

MOST_HITS = 20
MOST_BYTES = 1 << 20
"""Of a question in a file; the API takes no more either."""


@click.command()
@click.argument("varenr")
@click.option("--on", "valid_on", type=DAY, help="The day it is asked for; today in Norway by default.")
@click.option("--known-at", type=INSTANT, help="Answer as was known at this instant.")
@command
def lookup(session: Session, varenr: str, valid_on: dt.date | None, known_at: dt.datetime | None) -> int:
    """A product as it stands on a day, as the API answers it."""
    with closing(_open(session)) as snapshot:
        view = _view(snapshot, valid_on, known_at)
        session.print_json(encoded_product(view, varenr).body)
    return DONE


@click.command()
@click.argument("file")
@command
def check(session: Session, file: str) -> int:
    """Judge a dispensing: FILE holds the JSON of the API's question, `-` is standard input."""
    with open_source(file) as source, source.open() as stream:
        question = read_form(stream.read(MOST_BYTES), CheckQuestion)
    with closing(_open(session)) as snapshot:
        release = release_known(snapshot, question.known_at)
        session.print_json(checked(snapshot, question, release=release, lang=session.lang))
    return DONE


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--on", "valid_on", type=DAY, help="The day it is asked for; today in Norway by default.")
@click.option("--known-at", type=INSTANT, help="Answer as was known at this instant.")
@command
def search(
    session: Session, words: tuple[str, ...], valid_on: dt.date | None, known_at: dt.datetime | None
) -> int:
    """Find products by number, name, supplier, article number, size or group."""
    with closing(_open(session)) as snapshot:
        view = _view(snapshot, valid_on, known_at)
        found = _find(view, " ".join(words))
        searched = narrow(found.hits, DaySets(view), Filters()) if found is not None else Searched.none()
        hits = [
            HitShape(
                view.product(hit.varenr),
                hit.why,
                tuple(HighlightShape(light.field, light.start, light.end) for light in hit.highlight),
            )
            for hit in searched.page(range(min(searched.total, MOST_HITS)))
        ]
    head = {"release": view.release, "valid_on": view.valid_on, "total": searched.total}
    session.give({**head, "items": hits, "did_you_mean": found.did_you_mean if found is not None else None})
    for hit in hits:
        codes = ", ".join(dict.fromkeys(entry.list for entry in hit.product.entries))
        session.tell_text(f"{hit.product.varenr}  {hit.product.name}  [{codes}]")
    session.tell("results", count=searched.total) if hits else session.tell("no-results")
    if found is not None and found.did_you_mean is not None:
        session.tell("search-meant", query=found.did_you_mean)
    return DONE


@click.command()
@command
def releases(session: Session) -> int:
    """Every act of publishing, oldest first."""
    with closing(_open(session)) as snapshot:
        found = release_shapes(session.home, snapshot, after=0, until=snapshot.release)
        session.give(ReleasesPage(snapshot.release, tuple(found), None))
    for known in found:
        session.tell(
            "release-line",
            release=known.release,
            published_at=f"{known.published_at:%Y-%m-%d %H:%M}",
            editions=len(known.editions),
            note=known.note or "",
        )
    return DONE


@click.command()
@command
def status(session: Session) -> int:
    """What is in force, and the next day on which answers change by themselves."""
    with closing(_open(session)) as snapshot:
        home, view = session.home, _view(snapshot, None, None)
        copied = copy_shape(home, session.lang)
        session.print_json(status_shape(view, read_freshness(home), copied, runners_of(home)))
    return DONE


@click.command()
@click.argument("target", required=False)
@click.option("--key", help="Of a service: name of the key that is trusted; the oldest it shows by default.")
@command
def verify(session: Session, target: str | None, key: str | None) -> int:
    """
    Look over the whole home: hashes, row counts, index against database, manifests' chain, audit log.

    TARGET is another home's folder, or the address of a service: then all that it offers is fetched, and
    its signatures, chain, hashes, row counts and age are checked.
    """
    if target is not None and target.startswith(("http://", "https://")):
        return _verify_service(session, target, key)
    found = verify_home(Home(Path(target)) if target is not None else session.home)
    session.give(found)
    session.tell(
        "verify-done",
        release=found.release,
        sources=found.sources,
        files=found.files,
        documents=found.documents,
    )
    for path in found.left_over:
        session.tell("verify-left-over", where=path)
    return DONE


def _verify_service(session: Session, url: str, key: str | None) -> int:
    # A client of HTTP is loaded by who needs one.
    from app.following.looking_over import look_over
    from app.following.source import Source

    with Source(url) as source:
        found = look_over(source, key=key, now=dt.datetime.now(dt.UTC))
    session.give(found)
    session.tell(
        "verify-service-done",
        url=found.url,
        release=found.release,
        name=found.key,
        files=found.files,
        bytes=found.bytes,
        signed_at=instant_text(found.signed_at),
    )
    return DONE


@click.command()
@command
def rebuild(session: Session) -> int:
    """Make the current snapshot again from the kept sources."""
    session.home.require()
    release = rebuild_home(session.home)
    session.give({"release": release})
    session.tell("rebuild-done", release=release)
    return DONE


def _find(view: View, query: str) -> Found | None:
    """What answers a query; in a home where nothing is published, nothing does."""
    try:
        finder = view.snapshot.finder()
        if finder is not None:
            return finder.find(query, editions=view.ordinals)
    except QueryTooLong as error:
        raise BadQuestion("query-too-long", found=str(error.found), expected="text-query") from error
    if view.snapshot.directory is not None:
        raise HomeBroken("no-index", where=view.snapshot.directory.name)
    return None


def _open(session: Session) -> Snapshot:
    session.home.require()
    return open_snapshot(session.home, session.home.current_release())


def _view(snapshot: Snapshot, valid_on: dt.date | None, known_at: dt.datetime | None) -> View:
    release = release_known(snapshot, known_at)
    return View(snapshot, valid_on=valid_on or today(), release=release)


COMMANDS: tuple[click.Command, ...] = (lookup, check, search, releases, status, verify, rebuild)

"""What is measured in a process of its own: `python -m tests.bench.ours ACT …` does it once and times it."""

import datetime as dt
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import app.__main__  # noqa: F401 the program loads all of it too
from app.home import Home
from app.publish import release
from app.publish.documents import documents
from app.publish.drafting import Why, draft_file, look_at
from app.publish.readings import Request
from app.snapshot import LISTS, Snapshot
from app.workshop.database import Workshop
from ingest import store
from ingest.files import open_source
from search.build import build
from tests.bench.processes import say


def nothing() -> None:
    """Only what the program loads before it does anything."""


def judge(home: str, file: str) -> None:
    """Read and judge a source; store nothing."""
    with open_source(file) as source:
        prepared = look_at(Home(Path(home)), source, Request())
    assert prepared.editions, "there was nothing in it to publish"


def publish(home: str, file: str, parts: str) -> None:
    """Take a source in and publish it with these parts, by the steps of `ingest --publish`."""
    known = Home(Path(home))
    with known.publishing("bench"), closing(Workshop(known.workshop)) as workshop:
        with open_source(file) as source:
            made = draft_file(known, workshop, source, Request(), why=Why("bench"), whole=False)
        candidates = [release.Candidate(made.draft.draft, made.prepared.additions(made.draft.source))]
        del made  # As `app.publish.acts` does.
        at = dt.datetime.now(dt.UTC).replace(microsecond=0)
        release.publish(known, workshop, candidates, release.Terms(at, parts=release.Parts[parts]))


def index(snapshot: str, target: str) -> None:
    """Build the search index of a snapshot."""
    with closing(Snapshot(store.connect(Path(snapshot) / LISTS), None)) as opened:
        build(documents(opened), Path(target))


ACTS: dict[str, Callable[..., None]] = {act.__name__: act for act in (nothing, judge, publish, index)}

if __name__ == "__main__":
    _begun = time.process_time()
    ACTS[sys.argv[1]](*sys.argv[2:])
    say(_begun)

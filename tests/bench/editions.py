"""A home with many editions of a full file, published one after the other as the service does."""

import datetime as dt
from contextlib import closing
from pathlib import Path

from app.home import Home
from app.publish.release import Candidate, Parts, Terms, publish
from app.snapshot import LISTS
from app.workshop.database import Workshop
from ingest import store
from ingest.write import Addition
from tests.bench.history import following
from tests.bench.sources import FULL, empty_home, published

_DRAFT = 1


def home_of_editions(path: Path, *, editions: int) -> Home:
    """Each edition of each list changes one product in twenty; only the last release is complete."""
    home = published(empty_home(path), FULL)
    with closing(store.connect(home.snapshot(1) / LISTS)) as db:
        held = [store.read_edition(db, mark) for mark in store.editions(db)]
        at = store.releases(db)[-1].published_at
    full = [edition for edition in held if edition.entries]
    day = full[0].valid_from
    with home.publishing("bench"), closing(Workshop(home.workshop)) as workshop:
        for number in range(2, editions + 1):
            day += dt.timedelta(days=7)
            full = [following(edition, day, seed=number) for edition in full]
            candidate = Candidate(_DRAFT, tuple(map(Addition, full)))
            parts = Parts.ALL if number == editions else Parts.NONE
            publish(home, workshop, [candidate], Terms(at + dt.timedelta(seconds=number), parts=parts))
    return home

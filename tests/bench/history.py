"""What a long history costs: editions of a full file in a row, each changing one product in twenty."""

import datetime as dt
import random
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import msgspec

from app.snapshot import LISTS
from ingest import store
from ingest.write import Addition, write
from lists.edition import Edition
from lists.records import Entry
from tests.bench.clock import each
from tests.bench.rows import Row, Target, absent
from tests.bench.sources import FULL, empty_home, missing, published, shown

EDITIONS = 40
CHANGED = 0.05


def history(room: Path) -> list[Row]:
    """The database of 40 editions, the last publish of them, and asking in them."""
    gone = missing(FULL)
    if gone is not None:
        return [absent(f"{EDITIONS} editions", shown(gone))]
    one = published(empty_home(room / "home"), FULL).snapshot(1) / LISTS
    with closing(store.connect(one)) as db:
        held = [store.read_edition(db, mark) for mark in store.editions(db)]
    full = [edition for edition in held if edition.entries]
    last, seconds = _grown(room, one, full)
    sizes = one.stat().st_size, last.stat().st_size
    entries = sum(len(edition.entries) for edition in full)
    return [
        Row(
            f"database of {EDITIONS} editions",
            sizes[1],
            "MB",
            sizes[0],
            sizes[1] / sizes[0],
            Target(3.5, "ratio"),
            f"{entries:,} products; each edition gives {CHANGED:.0%} of them another name and other prices;"
            " control: the database of one edition",
        ),
        Row(
            "writing the database for the last edition",
            seconds[-1],
            "s",
            seconds[0],
            seconds[-1] / seconds[0],
            note="control: for the second edition; medians of three neighbours",
        ),
        _look_up(one, last, full[0].entries[0].varenr, full[0].terms.list),
    ]


def _grown(room: Path, former: Path, editions: list[Edition]) -> tuple[Path, list[float]]:
    """The database of the last edition, and processor seconds for the first editions and the last ones."""
    seconds = []
    day = editions[0].valid_from
    for number in range(2, EDITIONS + 1):
        day += dt.timedelta(days=7)
        editions = [following(edition, day, seed=number) for edition in editions]
        target = room / f"{number}.db"
        release = store.Release(number, dt.datetime.combine(day, dt.time(), dt.UTC))
        additions = [Addition(edition) for edition in editions]
        begun = time.process_time()
        write(target, former=former, release=release, additions=additions)
        seconds.append(time.process_time() - begun)
        if number > 2:
            former.unlink()
        former = target
    return former, [median(seconds[:3]), median(seconds[-3:])]


def following(edition: Edition, day: dt.date, *, seed: int) -> Edition:
    """The edition after one, in force from a day on, with other names and prices for some."""
    chance = random.Random(seed)
    places = set(chance.sample(range(len(edition.entries)), round(len(edition.entries) * CHANGED)))
    entries = tuple(
        _changed(entry, seed) if place in places else entry for place, entry in enumerate(edition.entries)
    )
    return msgspec.structs.replace(edition, valid_from=day, entries=entries)


def _changed(entry: Entry, seed: int) -> Entry:
    prices = tuple(msgspec.structs.replace(price, amount=price.amount + 100 * seed) for price in entry.prices)
    name = f"{entry.name.partition(' (')[0]} ({seed})"
    return msgspec.structs.replace(entry, name=name, prices=prices)


def _look_up(one: Path, many: Path, varenr: str, code: str) -> Row:
    """One product's entry in the last edition of each, read from the tables."""

    def seconds(path: Path) -> float:
        with closing(store.connect(path)) as db:
            mark = [mark for mark in store.editions(db) if mark.list == code][-1]
            return each(lambda: store.read_entry(db, mark, varenr))()

    before, measured, after = seconds(one), seconds(many), seconds(one)
    control = (before + after) / 2
    note = f"one entry from the tables; control: in the database of one edition; {EDITIONS} editions"
    return Row(
        "reading one product of the last edition", measured, "µs", control, measured / control, note=note
    )

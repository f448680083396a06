"""What growth costs: publishing 150,000 products, and look-ups among them over 200 editions."""

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from app.publish.ready import make_answers
from app.read.encoded import encoded_product
from app.read.view import View
from app.snapshot import ANSWERS, LISTS, Snapshot, first_ready_day
from ingest import store
from ingest.schema import EDITION, PRODUCT_TABLES, columns_of
from ingest.tables import Column
from lists.days import instant_text
from lists.timeline import EditionMark
from tests.bench.clock import Compared, Measure, compare, each
from tests.bench.many import many
from tests.bench.processes import run
from tests.bench.rows import Row, Target, absent, compared_row
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

PRODUCTS, EDITIONS = 150_000, 200
_LIST = "505"
_CHANGED = 200
"""Each edition has other names and prices for one product in so many."""

_SAMPLE = 500
_ROUNDS = 9
_GROWN = f"{PRODUCTS:,} products and {EDITIONS} editions"


def growth(room: Path) -> list[Row]:
    """Publishing many products once; then look-ups among them, beside those among few."""
    gone = missing(FULL, *BEFORE)
    if gone is not None:
        return [absent(_GROWN, shown(gone))]
    home = empty_home(room / "many")
    ran = run("ours", "publish", home.path, many(room / "many.xml.gz", FULL, products=PRODUCTS), "ALL")
    small = published(empty_home(room / "small"), *BEFORE, FULL, complete=True).snapshot(3)
    grown = room / "grown"
    _grow(home.snapshot(1), grown)
    shutil.rmtree(home.path)
    with _opened(small) as few, _opened(grown) as all_of_them:
        looked_up = _looking_up(few, all_of_them)
    return [
        Row(
            f"publish {PRODUCTS:,} products with everything: peak memory",
            ran.peak,
            "MB",
            target=Target(400),
            note="VmHWM; the rows of m30-full with other numbers and names, as the first release",
        ),
        Row(f"publish {PRODUCTS:,} products with everything", ran.whole, note="whole process, once"),
        *looked_up,
    ]


# --- growing -----------------------------------------------------------------


def _grow(snapshot: Path, directory: Path) -> None:
    """One list of a snapshot over many editions, as publishing them one by one would lay them down."""
    directory.mkdir()
    shutil.copyfile(snapshot / LISTS, directory / "working.db")
    with closing(sqlite3.connect(directory / "working.db")) as db:
        with db:
            day, at = map(dt.date.fromisoformat, db.execute(_BEGINNING).fetchone())
            numbers = [row[0] for row in db.execute(_NUMBERS, (_LIST,))]
            for ordinal in range(2, EDITIONS + 1):
                days = day + dt.timedelta(days=ordinal), at + dt.timedelta(days=ordinal)
                _add_edition(db, ordinal, numbers[ordinal % _CHANGED :: _CHANGED], days)
        db.execute("VACUUM INTO ?", (str(directory / LISTS),))
    (directory / "working.db").unlink()
    with closing(Snapshot(store.connect(directory / LISTS), None)) as grown:
        make_answers(grown, _today(grown), directory / ANSWERS)


def _add_edition(
    db: sqlite3.Connection, ordinal: int, numbers: Sequence[str], days: tuple[dt.date, dt.date]
) -> None:
    valid_from, released = days
    edition = EditionMark(_LIST, ordinal, valid_from, ordinal).id
    values = {
        "list": _LIST,
        "ordinal": ordinal,
        "edition": edition,
        "valid_from": valid_from.isoformat(),
        "published_at": instant_text(dt.datetime.combine(released, dt.time(), dt.UTC)),
        "numbers": msgspec.json.encode(numbers).decode(),
    }
    for statement in _ADDING:
        db.execute(statement, values)


def _next_rows(table: str, columns: Sequence[Column], other: dict[str, str]) -> str:
    cells = ", ".join(other.get(column.name, column.name) for column in columns)
    return f"INSERT INTO {table} SELECT {cells} FROM {table} WHERE list = :list"


def _adding() -> Iterator[str]:
    """The statements that add an edition: what changes is closed, opened anew, and the rest goes on."""
    yield "INSERT INTO release VALUES (:ordinal, :published_at, NULL, NULL, 0)"
    told = {name: f":{name}" for name in ("ordinal", "edition", "valid_from")}
    yield _next_rows("edition", EDITION, {**told, "release": ":ordinal"}) + " AND ordinal = :ordinal - 1"
    changed = {"name": "name || ' (' || :ordinal || ')'", "amount": "amount + 100 * :ordinal"}
    some = "varenr IN (SELECT value FROM json_each(:numbers))"
    for table in PRODUCT_TABLES:
        if table.name in ("entry", "price"):
            yield (
                f"UPDATE {table.name} SET to_ordinal = :ordinal"
                f" WHERE list = :list AND {some} AND to_ordinal IS NULL"
            )
            other = {**changed, "from_ordinal": ":ordinal", "to_ordinal": "NULL"}
            yield f"{_next_rows(table.name, columns_of(table), other)} AND {some} AND to_ordinal = :ordinal"


_BEGINNING = "SELECT max(valid_from), date(max(published_at)) FROM edition JOIN release USING (release)"
_NUMBERS = "SELECT varenr FROM entry WHERE list = ? ORDER BY varenr"
_ADDING = tuple(_adding())

# --- looking up --------------------------------------------------------------


@contextmanager
def _opened(directory: Path) -> Iterator[Snapshot]:
    with closing(Snapshot(store.connect(directory / LISTS), directory)) as snapshot:
        yield snapshot


def _looking_up(few: Snapshot, many: Snapshot) -> list[Row]:
    kept = _beside(_ready(few), _ready(many))
    sought = _beside(_ready(few, kept=False), _ready(many, kept=False))
    other = _beside(_computed(few), _computed(many))
    held = _beside(_view_of(few), _view_of(many))
    note = f"of {_GROWN}; control: of {len(_numbers(few)):,} products and {len(few.releases)} editions"
    return [
        compared_row("one product, ready answer", kept, unit="µs", most=1.3, note=note),
        compared_row(
            "one product, ready answer nobody asked before",
            sought,
            unit="µs",
            most=1.3,
            note=f"searched; {note}",
        ),
        compared_row("one product as of another day, computed", other, unit="µs", most=1.3, note=note),
        compared_row("which editions hold on another day", held, unit="µs", note=note),
    ]


def _beside(few: Measure, many: Measure) -> Compared:
    return compare(few, {"many": many}, rounds=_ROUNDS)["many"]


def _ready(snapshot: Snapshot, *, kept: bool = True) -> Measure:
    view = View(snapshot, valid_on=_today(snapshot), release=snapshot.release)
    assert snapshot.answers is not None
    ready, numbers = snapshot.answers.on(view.valid_on), _numbers(snapshot)
    assert ready.find(numbers[0]) is not None
    return _over(numbers, view, before=None if kept else ready.forget)


def _computed(snapshot: Snapshot) -> Measure:
    """As of the first day of the edition in the middle of those there are."""
    return _over(_numbers(snapshot), _in_the_middle(snapshot))


def _view_of(snapshot: Snapshot) -> Measure:
    def act() -> object:
        view = _in_the_middle(snapshot)
        return view.marks, view.coming

    return each(act)


def _in_the_middle(snapshot: Snapshot) -> View:
    marks = snapshot.timelines[_LIST].marks
    return View(snapshot, valid_on=marks[len(marks) // 2].valid_from, release=snapshot.release)


def _numbers(snapshot: Snapshot) -> list[str]:
    """The products that are on the list all the time."""
    marks = snapshot.timelines[_LIST].marks
    held = [store.numbers(snapshot.db, marks[place]) for place in (0, len(marks) // 2, -1)]
    return sorted(set.intersection(*held))


def _today(snapshot: Snapshot) -> dt.date:
    assert snapshot.published_at is not None
    return first_ready_day(snapshot.published_at, snapshot.timelines[_LIST].marks[-1].valid_from)


def _over(numbers: Sequence[str], view: View, *, before: Callable[[], None] | None = None) -> Measure:
    """Processor seconds for one of many different numbers."""
    sample = numbers[:: max(1, len(numbers) // _SAMPLE)]

    def all_of_them() -> None:
        if before is not None:
            before()
        for varenr in sample:
            encoded_product(view, varenr)

    measure = each(all_of_them)
    return lambda: measure() / len(sample)

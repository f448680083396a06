"""The snapshot a process serves: one reference, swapped between two requests when a new one is current."""

import asyncio
import datetime as dt
import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
import structlog

from app.heap import give_back, share_one_heap
from app.home import Home
from app.in_turn import InTurn
from app.kept import Kept
from app.read.compared import Compared, compared
from app.read.day_sets import DaySets
from app.read.edition_news import EditionNews, edition_news
from app.read.view import View
from app.signing.freshness import read_freshness
from app.snapshot import Snapshot, empty_snapshot, open_snapshot
from app.turns import TURNS
from app.unanswered import Unanswered
from lists.days import oslo_day
from lists.errors import ListsError
from lists.timeline import EditionMark
from search.errors import SearchError

LOOKS_PER_SECOND = 4
UNSETTLED = dt.timedelta(hours=1)
"""A release is dated when its publish begins: within this time it is served, however large it is."""
_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_HARDLY_EVER = 1_000_000
_VIEWS_KEPT = 64
_SETS_KEPT = 32
_COMPARED_KEPT = 64
_NEWS_KEPT = 4096
_FILES_BYTES = 8 << 20

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Served:
    """
    What a worker answers from.

    A request takes `snapshot` once and answers without awaiting in between, so a swap falls
    between two answers and the former snapshot can be closed at once. A new snapshot is opened
    beside the one that is served, in a thread, and all that searching needs is read before it is
    served: no request waits for that.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.snapshot: Snapshot = empty_snapshot()
        self.unanswered = Unanswered(home.unanswered)
        self._views: OrderedDict[tuple[dt.date, int], View] = OrderedDict()
        self._day_sets: OrderedDict[tuple[dt.date, int], DaySets] = OrderedDict()
        self._compared: OrderedDict[tuple[str, dt.date, int, dt.date, int], Compared] = OrderedDict()
        self._news: OrderedDict[str, EditionNews] = OrderedDict()
        self.answers: Kept[Any] = Kept()
        self.files: Kept[Any] = Kept(most_bytes=_FILES_BYTES)
        self.in_turn = InTurn()
        self.gone_over = asyncio.Event()
        self._heard: dt.datetime | None = None

    def open(self) -> None:
        """Open the current snapshot, warm, before the first request."""
        share_one_heap()
        with _no_garbage_looked_for():
            self._swap(_opened(self.home))
        self._hear()
        _LOG.info("snapshot-served", release=self.snapshot.release)
        # Nothing is garbage yet, and most of it stays for as long as the process lives. What comes later is
        # never left out: a page that was just sent would keep its snapshot for ever.
        gc.freeze()

    def settled_until(self) -> dt.datetime:
        """Before this instant no release can be dated any more that is not served here already."""
        now = dt.datetime.now(dt.UTC)
        if self.home.follows():
            now = min(now, self._heard) if self._heard is not None else _NEVER
        return now - UNSETTLED

    def _hear(self) -> None:
        """When a home that follows another was last told that what is served here is the newest."""
        word = read_freshness(self.home) if self.home.follows() else None
        if word is not None and word.release == self.snapshot.release:
            self._heard = word.signed_at

    async def follow(self) -> None:
        """Look at `current` four times a second and go over to a new snapshot; never ends by itself."""
        async with asyncio.TaskGroup() as beside:
            beside.create_task(self.unanswered.write_now_and_then())
            while True:
                await asyncio.sleep(1 / LOOKS_PER_SECOND)
                await self._look()

    async def _look(self) -> None:
        try:
            if self.home.current_release() != self.snapshot.release:
                with _beside_requests():
                    opened = await asyncio.to_thread(_opened, self.home)
                self._take(opened)
                await asyncio.to_thread(give_back)
            self._hear()
        except (ListsError, OSError) as error:
            _LOG.warning("snapshot-not-opened", error=str(error))

    def view(self, *, valid_on: dt.date, release: int) -> View:
        """The current snapshot on a day, as of a release; views are kept while their snapshot is."""
        return _kept(
            self._views,
            (valid_on, release),
            lambda: View(self.snapshot, valid_on=valid_on, release=release),
            most=_VIEWS_KEPT,
        )

    def day_sets(self, view: View) -> DaySets:
        """What products are filtered and counted by on a view's day, where the snapshot has an index."""
        return _kept(self._day_sets, (view.valid_on, view.release), lambda: DaySets(view), most=_SETS_KEPT)

    def compared(self, was: View, now: View, code: str) -> Compared:
        """What differs in a list between two views; kept for the pages that follow."""
        key = (code, was.valid_on, was.release, now.valid_on, now.release)
        return _kept(self._compared, key, lambda: compared(was, now, code), most=_COMPARED_KEPT)

    def news(self, mark: EditionMark) -> EditionNews:
        """What an edition brought; an edition never changes, so it is kept beyond its snapshot."""
        return _kept(self._news, mark.id, lambda: edition_news(self.snapshot, mark), most=_NEWS_KEPT)

    def has_news(self, mark: EditionMark) -> bool:
        """Whether `news` has it at hand."""
        return mark.id in self._news

    def keep_news(self, found: Iterable[EditionNews]) -> None:
        """Keep what was worked out beside the requests."""
        self._news.update((news.edition, news) for news in found)

    def go_over_to(self, release: int) -> None:
        """Serve the snapshot of a release at once; its index is read by whoever searches first."""
        if release != self.snapshot.release:
            self._swap(_Opened(open_snapshot(self.home, release), None))

    def close(self) -> None:
        """Write what was counted, and let go of the snapshot."""
        self.unanswered.write()
        self.let_go()

    def let_go(self) -> None:
        """Close the snapshot; nothing is answered from then on."""
        self.snapshot.close()

    def _take(self, opened: "_Opened") -> None:
        self._swap(opened)
        _LOG.info("snapshot-served", release=self.snapshot.release)
        # Pages that were just sent still lead to the former snapshot.
        gc.collect()

    def _swap(self, opened: "_Opened") -> None:
        former, self.snapshot = self.snapshot, opened.snapshot
        for kept in (self._views, self._day_sets, self._compared, self.answers, self.files):
            kept.clear()
        if opened.sets is not None:
            self._day_sets[opened.sets.view.valid_on, opened.sets.view.release] = opened.sets
        former.close()
        # Whoever waits for news is told, and whoever waits from now on waits for the next.
        told, self.gone_over = self.gone_over, asyncio.Event()
        told.set()


def today() -> dt.date:
    """The civil day in Norway now."""
    return _day_in(int(time.time() // 60))


@lru_cache(maxsize=1)
def _day_in(minute: int) -> dt.date:
    """The day of a minute since 1970: days begin with one, so within it none need be worked out again."""
    return oslo_day(dt.datetime.fromtimestamp(minute * 60, dt.UTC))


class _Opened(msgspec.Struct, frozen=True):
    """A snapshot, and what today's searches are narrowed by where it has an index that can be read."""

    snapshot: Snapshot
    sets: DaySets | None


def _opened(home: Home) -> _Opened:
    """The current snapshot with its index read."""
    snapshot = open_snapshot(home, home.current_release())
    try:
        return _Opened(snapshot, _warmed(snapshot))
    except (ListsError, SearchError, OSError) as error:
        # Everything but searching can be answered all the same.
        _LOG.warning("snapshot-not-warmed", release=snapshot.release, error=str(error))
        return _Opened(snapshot, None)


def _warmed(snapshot: Snapshot) -> DaySets | None:
    finder = snapshot.finder()
    if finder is None:
        return None
    finder.warm()
    sets = DaySets(View(snapshot, valid_on=today(), release=snapshot.release))
    sets.warm()
    return sets


@contextmanager
def _beside_requests() -> Iterator[None]:
    """While a thread opens a snapshot: requests go first, and garbage is looked for in what is new only."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, _HARDLY_EVER)
    try:
        with TURNS.working():
            yield
    finally:
        gc.set_threshold(young, middle, old)


@contextmanager
def _no_garbage_looked_for() -> Iterator[None]:
    """While an index is read: all of it is kept, and going through it again and again takes longer."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _kept(kept: "OrderedDict[_Key, _Value]", key: _Key, make: Callable[[], _Value], *, most: int) -> _Value:
    """A value made once and kept while it is among the `most` last asked for."""
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    value = kept[key] = make()
    if len(kept) > most:
        kept.popitem(last=False)
    return value


_LOG = structlog.get_logger("blaliste.served")

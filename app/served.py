"""The snapshot a process serves: one reference, swapped between two requests when a new one is current."""

import asyncio
import datetime as dt
import gc
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from app.home import Home
from app.kept import Kept
from app.read.compared import Compared, compared
from app.read.day_sets import DaySets
from app.read.view import View
from app.snapshot import Snapshot, empty_snapshot, open_snapshot
from app.unanswered import Unanswered
from lists.days import oslo_day
from lists.errors import ListsError
from search.errors import SearchError

LOOKS_PER_SECOND = 4
_VIEWS_KEPT = 64
_SETS_KEPT = 32
_COMPARED_KEPT = 64

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Served:
    """
    What a worker answers from.

    A request takes `snapshot` once and answers without awaiting in between, so a swap falls
    between two answers and the former snapshot can be closed at once. A new snapshot is served
    as soon as it is open; then it is opened once more, in a thread, with all that searching
    needs read already, so that no request waits for that.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.snapshot: Snapshot = empty_snapshot()
        self.unanswered = Unanswered(home.unanswered)
        self._views: OrderedDict[tuple[dt.date, int], View] = OrderedDict()
        self._day_sets: OrderedDict[tuple[dt.date, int], DaySets] = OrderedDict()
        self._compared: OrderedDict[tuple[str, dt.date, int, dt.date, int], Compared] = OrderedDict()
        self.answers: Kept[Any] = Kept()
        self._warm = False

    def open(self) -> None:
        """Open the current snapshot before the first request."""
        self._take(_open(self.home))

    async def follow(self) -> None:
        """Look at `current` four times a second and go over to a new snapshot; never ends by itself."""
        warming: asyncio.Task[None] | None = None
        async with asyncio.TaskGroup() as beside:
            beside.create_task(self.unanswered.write_now_and_then())
            while True:
                await asyncio.sleep(1 / LOOKS_PER_SECOND)
                await self._look()
                if not self._warm and (warming is None or warming.done()):
                    warming = beside.create_task(self._warm_up())

    async def _look(self) -> None:
        try:
            if self.home.current_release() != self.snapshot.release:
                self._take(await asyncio.to_thread(_open, self.home))
        except (ListsError, SearchError, OSError) as error:
            _LOG.warning("snapshot-not-opened", error=str(error))

    async def _warm_up(self) -> None:
        """Go over to a warm twin of the snapshot that is served; one that came too late is let go."""
        try:
            snapshot, sets = await asyncio.to_thread(_open_warm, self.home, self.snapshot.release)
        except (ListsError, SearchError, OSError) as error:
            _LOG.warning("snapshot-not-warmed", error=str(error))
            return
        if snapshot.release == self.snapshot.release:
            self._take(snapshot, warm=True)
            if sets is not None:
                self._day_sets[sets.view.valid_on, sets.view.release] = sets
        else:
            snapshot.close()

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

    def close(self) -> None:
        """Write what was counted, and let go of the snapshot."""
        self.unanswered.write()
        self.snapshot.close()

    def _take(self, snapshot: Snapshot, *, warm: bool = False) -> None:
        if not warm:
            _LOG.info("snapshot-served", release=snapshot.release)
        former, self.snapshot = self.snapshot, snapshot
        self._views.clear()
        self._day_sets.clear()
        self._compared.clear()
        self.answers.clear()
        self._warm = warm
        former.close()
        # Looking over a warm index for garbage takes longer than an answer may: until the next snapshot
        # comes, what there is now is left alone.
        gc.unfreeze()
        if warm:
            gc.freeze()


def today() -> dt.date:
    """The civil day in Norway now."""
    return oslo_day(dt.datetime.now(dt.UTC))


def _open(home: Home) -> Snapshot:
    return open_snapshot(home, home.current_release())


def _open_warm(home: Home, release: int) -> tuple[Snapshot, DaySets | None]:
    """A release's snapshot with its index read, and what today's searches are narrowed by."""
    snapshot = open_snapshot(home, release)
    finder = snapshot.finder()
    if finder is None:
        return snapshot, None
    finder.warm()
    sets = DaySets(View(snapshot, valid_on=today(), release=snapshot.release))
    sets.warm()
    return snapshot, sets


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

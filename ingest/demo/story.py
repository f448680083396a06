"""The demonstration as acts in order of publishing; the same last day gives the same acts, byte for byte."""

import datetime as dt
from collections.abc import Iterable
from typing import BinaryIO, TypeAlias

import msgspec

from ingest.demo import cast
from ingest.demo.assortment import made_up_products
from ingest.demo.medicines import medicines_at
from ingest.demo.products import entry_at
from ingest.demo.quarters import LAST, Quarters, Stage, quarters_until
from ingest.demo.terms import terms_at
from ingest.m30.write import write_m30
from lists.edition import Edition
from lists.records import Entry


class PublishFile(msgspec.Struct, frozen=True):
    """
    A file is published.

    Attributes:
        name: What the file is called.
        published_at: In UTC, some two weeks before `valid_from`; a correction's is after it.
        note: What an editor says about it, in Norwegian.
        received: HentetDato.
        editions: What it says, by list.
        passes: Gates that may fire, for what the note says of it.
    """

    name: str
    published_at: dt.datetime
    valid_from: dt.date
    note: str
    received: str
    editions: tuple[Edition, ...]
    passes: tuple[str, ...] = ()

    def write(self, stream: BinaryIO) -> None:
        """Write the file, M30."""
        write_m30(self.editions, stream, received=self.received, helfo_valid_from=self.valid_from)


class CloseList(msgspec.Struct, frozen=True):
    """A list ends with the day before `valid_from`; the reason is in Norwegian."""

    list: str
    valid_from: dt.date
    published_at: dt.datetime
    reason: str


Act: TypeAlias = PublishFile | CloseList


def story(until: dt.date) -> tuple[Act, ...]:
    """
    Everything that is published, in the order of `published_at`, which rises.

    Args:
        until: The day of the ninth and last quarterly edition; its file, and an act or two before
            it, may lie ahead of the day on which the demonstration is made.

    Raises:
        BadQuestion: "not-a-quarter-day".
    """
    quarters = quarters_until(until)
    acts: list[Act] = [*_quarterly(quarters), _closing(quarters), _correction(quarters), _lifting(quarters)]
    return tuple(sorted(acts, key=lambda act: act.published_at))


def coming(until: dt.date) -> PublishFile:
    """The file of the quarter behind the story's last, for editors to take in themselves."""
    return _quarter(quarters_until(until), LAST + 1)


def _quarterly(quarters: Quarters) -> Iterable[PublishFile]:
    notes = {
        0: "Første utgave av demonstrasjonslistene.",
        quarters.january: "Grense for geldannende granulat: 4000 per kalenderår, 1000 hver gang.",
        quarters.july: f"Artikkelgruppe {cast.RENAMED_GROUP} har fått nytt navn.",
        quarters.october: f"Artikkelgruppe {cast.SPLIT_GROUP} er delt i to.",
    }
    for index in range(LAST + 1):
        yield _quarter(quarters, index, notes.get(index))


def _quarter(quarters: Quarters, index: int, note: str | None = None) -> PublishFile:
    day = quarters.day(index)
    stage = Stage(quarters, index, day, misprinted=index == quarters.april)
    return PublishFile(
        name=f"demo-{day}.xml",
        published_at=_released(day, -14),
        valid_from=day,
        note=note or f"Kvartalsutgave fra {day}.",
        received=_fetched(day, -14),
        editions=(medicines_at(stage), *_goods(stage)),
        # A limit comes, a group that needs its own prescription is split off, five products go at once.
        passes=("group-rule-new", "products-removed"),
    )


def _closing(quarters: Quarters) -> CloseList:
    day = quarters.day(quarters.january)
    return CloseList(
        list=cast.CLOSED_LIST,
        valid_from=day,
        published_at=_released(day, -14) + dt.timedelta(minutes=30),
        reason="Sykehusene har overtatt ansvaret for dette materiellet.",
    )


def _correction(quarters: Quarters) -> PublishFile:
    """A later release for an earlier day: it speaks of one list only."""
    day = quarters.day(quarters.april)
    return PublishFile(
        name=f"demo-{day}-rettet.xml",
        published_at=_released(day, 22),
        valid_from=day,
        note=f"Rettet pris på {cast.MISPRINTED}: to sifre var byttet om.",
        received=_fetched(day, 22),
        editions=_goods(Stage(quarters, quarters.april, day), "505"),
    )


def _lifting(quarters: Quarters) -> PublishFile:
    day = quarters.november
    return PublishFile(
        name=f"demo-{day}.xml",
        published_at=_released(day, -14),
        valid_from=day,
        note="Grensen for geldannende granulat er opphevet.",
        received=_fetched(day, -14),
        editions=_goods(Stage(quarters, quarters.october, day), "505"),
    )


def _goods(stage: Stage, only: str = "") -> tuple[Edition, ...]:
    """The editions of the lists of goods, or of one of them."""
    entries: dict[str, list[Entry]] = {}
    for product in (*made_up_products(), *cast.named_products()):
        if product.listed(stage.index):
            entry = entry_at(product, stage)
            for code in sorted({placement.group[:3] for placement in entry.placements}):
                entries.setdefault(code, []).append(_on(code, entry))
    return tuple(
        Edition(terms, stage.day, tuple(entries.get(code, ())))
        for code, terms in terms_at(stage).items()
        if only in ("", code)
    )


def _on(code: str, entry: Entry) -> Entry:
    """The entry as one list has it: with its own groups only."""
    placements = tuple(place for place in entry.placements if place.group.startswith(code))
    return msgspec.structs.replace(entry, placements=placements)


def _released(day: dt.date, distance: int) -> dt.datetime:
    """A working day near so many days from `day`, in the morning."""
    near = _working_day(day, distance)
    return dt.datetime(near.year, near.month, near.day, 8, 0, tzinfo=dt.UTC)


def _fetched(day: dt.date, distance: int) -> str:
    return f"{_working_day(day, distance)}T06:00:00"


def _working_day(day: dt.date, distance: int) -> dt.date:
    near = day + dt.timedelta(days=distance)
    return near - dt.timedelta(days=max(near.weekday() - 4, 0))

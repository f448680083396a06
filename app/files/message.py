"""The lists as a FEST M30 message, which every system of the field reads already."""

import datetime as dt
from typing import BinaryIO

from app.files.content import Selection
from ingest.m30.names import is_goods_list
from ingest.m30.write import write_m30
from lists.codes import VARENR
from lists.days import OSLO


def can_be_m30(selection: Selection) -> bool:
    """Whether M30 has a place for these lists: they go by varenr, and one of them at least has not ended."""
    kinds = {selection.view.snapshot.index(mark).terms.number_kind for mark in selection.marks}
    return kinds == {VARENR} and not all(mark.closed for mark in selection.marks)


def write_message(selection: Selection, published_at: dt.datetime, stream: BinaryIO) -> int:
    """
    Write the message; returns how many products its lists have, each counted on every list.

    Raises:
        Refused: "m30-other-numbers"; "xml-character": a text that XML has no way to write.
    """
    editions = list(selection.editions())
    received = f"{published_at.astimezone(OSLO):%Y-%m-%dT%H:%M:%S}"
    write_m30(editions, stream, received=received, helfo_valid_from=_first_day(selection))
    return sum(len(edition.entries) for edition in editions)


def _first_day(selection: Selection) -> dt.date | None:
    """From when the lists of goods hold; a message says one day for all of them, or none."""
    goods = [mark for mark in selection.marks if is_goods_list(mark.list) and not mark.closed]
    days = {mark.valid_from for mark in goods}
    return days.pop() if len(days) == 1 else None

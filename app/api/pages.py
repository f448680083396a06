"""Pages of items: a cursor pins release, times and filters, so that the pages of a question fit together."""

from collections.abc import Mapping

import msgspec

from app.api.question import (
    DEFAULT_LIMIT,
    MOST,
    Cursor,
    Page,
    Time,
    decode_cursor,
    encode_cursor,
    normalized,
    read_limit,
    read_time,
)
from app.served import Served


class Asked(msgspec.Struct, frozen=True):
    """
    A question for a page, whether it is the first or a later one.

    Attributes:
        filters: As given with the first page, without those that were not.
    """

    place: str
    time: Time
    filters: dict[str, str]
    page: Page

    def filter(self, name: str) -> str | None:
        """A filter's text, None where it was not given."""
        return self.filters.get(name)


def ask(
    served: Served,
    place: str,
    filters: Mapping[str, str | None],
    *,
    limit: str | None,
    cursor: str | None,
    default: int = DEFAULT_LIMIT,
    most: int = MOST,
) -> Asked:
    """
    Read what page of what is asked for.

    Args:
        place: Names what is paged.
        filters: All filters, `valid_on` and `known_at` among them, as given.

    Raises:
        BadQuestion: A time, the limit or the cursor cannot be used, or a filter beside the cursor differs.
    """
    size = read_limit(limit, default=default, most=most, expected="limit" if most == MOST else "search-limit")
    filters = {name: normalized(value) for name, value in filters.items()}
    if cursor is None:
        time = read_time(served, filters.get("valid_on"), filters.get("known_at"))
        given = {name: value for name, value in filters.items() if value is not None}
        return Asked(place, time, given, Page(size, 0))
    known = decode_cursor(cursor, place=place, given=filters)
    read = read_time(served, known.filters.get("valid_on"), known.filters.get("known_at"))
    release = min(known.release, served.snapshot.release)
    time = msgspec.structs.replace(read, valid_on=known.valid_on, release=release)
    return Asked(place, time, known.filters, Page(size, known.after))


def next_cursor(asked: Asked, total: int) -> str | None:
    """The cursor of the page behind this one, None where this is the last."""
    after = asked.page.after + asked.page.limit
    if after >= total:
        return None
    return encode_cursor(Cursor(asked.place, asked.time.release, asked.time.valid_on, asked.filters, after))


def stretch(asked: Asked, count: int) -> range:
    """The places of the items on this page."""
    return range(min(asked.page.after, count), min(asked.page.after + asked.page.limit, count))

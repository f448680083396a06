"""A product's history in words: what each edition meant for it, the newest first."""

import datetime as dt
import re
from collections.abc import Iterator

import msgspec

from app.moves import FieldChangeShape
from app.read.product_history import Happened
from app.read.telling import became, told
from app.web.told import Words
from app.words import has
from app.words.forms import as_told
from lists.kinds import Kind

MOST_OPEN = 5
"""How many editions stand open; those before are folded."""

_TOLD_BY_KINDS = ("prices", "limits", "requirements", "conditions", "name", "group", "group_path", "entries")
"""Fields of which the kinds of a change say more than their names."""

_NO_NEWS = ("prescribe_until", "dispense_until")
_KEY = re.compile(r"\[(?:\\.|[^\]\\])*\](?:#\d+)?")


class Telling(msgspec.Struct, frozen=True):
    """
    One edition of the history.

    Attributes:
        event: "added", "changed", "removed" or "corrected".
        coming: Whether its day is ahead of the page's.
        sentences: What it meant; at least one.
    """

    valid_from: dt.date
    edition: str
    list: str
    event: str
    coming: bool
    sentences: tuple[str, ...]


def telling(one: Happened, day: dt.date, words: Words) -> Telling:
    """What one edition meant for a product, as the page of a day tells it."""
    item = one.item
    sentences = tuple(dict.fromkeys(_sentences(one, words)))
    return Telling(
        item.valid_from,
        item.edition,
        item.list,
        item.event,
        coming=item.valid_from > day,
        sentences=sentences,
    )


def _sentences(one: Happened, words: Words) -> Iterator[str]:
    if one.item.event in ("added", "removed"):
        yield words("product-event-first" if one.begins else "product-event-" + one.item.event)
        return
    phrases = [_phrase(kind, one, words) for kind in one.kinds if kind.kind != "other"]
    yield from phrases
    fields = _fields(one.item.changes, words, all_of_them=not phrases)
    if fields:
        yield words("product-described-anew", fields=", ".join(fields))
    elif not phrases:
        yield words(_of_prices(one.item.changes))


def _phrase(kind: Kind, one: Happened, words: Words) -> str:
    """The sentence that the changes of a list have for it, without its subject: the page is about that."""
    facts = {"key": one.item.edition, "list": one.item.list, "name": ""}
    sentence = told("product", words.lang, kinds=(kind,), event=one.item.event, fields=(), **facts)
    phrase = became(sentence, "product", words.lang, **facts)
    return phrase[:1].upper() + phrase[1:]


def _fields(changes: tuple[FieldChangeShape, ...], words: Words, *, all_of_them: bool) -> list[str]:
    """The names of what is described otherwise; those that kinds tell of only where no kind does."""
    found: dict[str, None] = {}
    for change in changes:
        name = _KEY.sub("", change.field).removeprefix("entries.").split(".")[0]
        known = name in _TOLD_BY_KINDS or name in _NO_NEWS
        if name != "prices" and (all_of_them or not known) and has("page", f"product-field-{name}"):
            found[_named(name, change, words)] = None
    return list(found)


def _named(name: str, change: FieldChangeShape, words: Words) -> str:
    """A field's name, with both values where these are short."""
    field = words("product-field-" + name)
    values = (change.before, change.after)
    if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in values):
        return field
    before, after = (as_told(str(value), words.lang) for value in values)
    return f"{field} ({before} → {after})" if len(before) + len(after) <= 80 else field


def _of_prices(changes: tuple[FieldChangeShape, ...]) -> str:
    """What became of prices, where what is reimbursed stayed: past ones were left out, or others moved."""
    of_prices = [change for change in changes if "prices[" in change.field]
    if not of_prices:
        return "product-event-changed"
    left_out = all(change.after is None for change in of_prices)
    return "product-prices-left-out" if left_out else "product-prices-moved"

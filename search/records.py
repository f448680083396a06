"""What goes into a search index and what comes out of it, in this room's own words."""

from typing import Literal

import msgspec

Why = Literal["exact", "prefix", "word", "base-form", "part-of-word", "spelling"]
SuggestionKind = Literal["product", "group", "supplier", "list"]


class Span(msgspec.Struct, frozen=True, array_like=True):
    """The editions of one list, by their place in publication order, in which a text holds.

    `to_ordinal` is the first edition in which it no longer does; None: it still does.
    """

    list: str
    from_ordinal: int
    to_ordinal: int | None


class GroupText(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A code and what it is called: of a group, of a list, or of a list's legal basis."""

    code: str
    text: str


class Document(msgspec.Struct, frozen=True, array_like=True):
    """
    One searchable text of one product, over all the editions in which it holds.

    A product whose texts have changed has several; they share its `varenr`.
    `groups` are its own groups and their ancestors, in any order; `own_groups` are the codes of its own.
    The lower `rank` stands first among texts that answer a query equally well.
    """

    varenr: str
    name: str
    supplier: str = ""
    article: str = ""
    size: str = ""
    pack: str = ""
    unit: str = ""
    atc: str = ""
    atc_text: str = ""
    gtins: tuple[str, ...] = ()
    groups: tuple[GroupText, ...] = ()
    own_groups: tuple[str, ...] = ()
    lists: tuple[GroupText, ...] = ()
    legal_bases: tuple[GroupText, ...] = ()
    holds: tuple[Span, ...] = ()
    rank: int = 0


class Highlight(msgspec.Struct, frozen=True):
    """
    Where a word of the query stands: characters [start, end) of one field's text (in NFC).

    `field` is a field of Document; `gtins[2]`, `groups[50509]`, `lists[505]` and
    `legal_bases[505]` name one of several.
    """

    field: str
    start: int
    end: int


class Hit(msgspec.Struct, frozen=True):
    """One product's text that answers the query, and the loosest way in which one of its words does."""

    varenr: str
    why: Why
    holds: tuple[Span, ...]
    highlight: tuple[Highlight, ...]


class Suggestion(msgspec.Struct, frozen=True, array_like=True):
    """A text to search for; `code` is the varenr, the group's or the list's code, or the supplier's name."""

    text: str
    kind: SuggestionKind
    code: str
    holds: tuple[Span, ...]


def hold_on(holds: tuple[Span, ...], editions: dict[str, int]) -> bool:
    """Whether a text holds where `editions` are in force (list → place in its publication order)."""
    for span in holds:
        ordinal = editions.get(span.list, -1)
        if span.from_ordinal <= ordinal and (span.to_ordinal is None or ordinal < span.to_ordinal):
            return True
    return False

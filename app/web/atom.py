"""Writes a feed that other programs subscribe to: Atom (RFC 4287), as little of it as is needed."""

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from xml.etree import ElementTree

import msgspec

from lists.days import instant_text

MEDIA_TYPE = "application/atom+xml"
_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""When a feed was made in which there is nothing yet."""


class Entry(msgspec.Struct, frozen=True):
    """
    Something that was published.

    Attributes:
        name: What it is, whatever is said of it and wherever it is served: its id is made of it.
        address: Where a person reads on.
    """

    name: str
    title: str
    summary: str
    address: str
    published: dt.datetime


class Feed(msgspec.Struct, frozen=True):
    """
    Entries, the newest first.

    Attributes:
        name: As for an entry.
        page: Where a person reads the same.
        itself: Its own address.
    """

    name: str
    title: str
    lang: str
    page: str
    itself: str
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """The bytes of a feed: the same for the same entries. Signs that XML cannot hold are left out."""
    root = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.lang})
    _text(root, "id", _identity(feed.name))
    _text(root, "title", feed.title)
    _text(root, "updated", instant_text(max((entry.published for entry in feed.entries), default=_NEVER)))
    _text(ElementTree.SubElement(root, "author"), "name", "Blåliste")
    ElementTree.SubElement(root, "link", {"rel": "self", "type": MEDIA_TYPE, "href": feed.itself})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.page})
    for entry in feed.entries:
        _entry(ElementTree.SubElement(root, "entry"), entry)
    ElementTree.indent(root, space="")
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(parent: ElementTree.Element, entry: Entry) -> None:
    _text(parent, "id", _identity(entry.name))
    _text(parent, "title", entry.title)
    _text(parent, "published", instant_text(entry.published))
    # What was published is never changed.
    _text(parent, "updated", instant_text(entry.published))
    ElementTree.SubElement(parent, "link", {"rel": "alternate", "type": "text/html", "href": entry.address})
    _text(parent, "summary", entry.summary)


def _text(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = _NO_XML.sub("", text)


def _identity(name: str) -> str:
    """An id that no host and no language is part of."""
    return uuid.uuid5(_OURS, name).urn


_OURS = uuid.UUID("6f0b9b1c-5c0e-5f57-9c55-0d5a2f1d8a35")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

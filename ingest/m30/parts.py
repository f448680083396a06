"""The children of an XML element by name, read in one pass: what is written there, as NFC text."""

import unicodedata
from functools import cache
from typing import TypeAlias

from lxml import etree

from ingest.m30.rows import CodedText

_MOST_NAMES = 1_000
"""So many tags are remembered; M30 has some hundred, and whatever else a file holds is not kept."""

Element: TypeAlias = etree._Element  # noqa: SLF001 the only name lxml has for it


class Parts:
    """
    The children of one element that stand in one namespace.

    Where a name stands more than once and one is asked for, it is the first.
    """

    __slots__ = ("_children", "_element", "_namespace")

    def __init__(self, element: Element | None, namespace: str) -> None:
        self._element, self._namespace = element, namespace
        self._children: dict[str, list[Element]] = {}
        if element is None:
            return
        children, names = self._children, _names_in(namespace)
        for child in element:
            name = names.get(child.tag)
            if name is None:
                name = _name(child.tag, namespace, names)
            if name in children:
                children[name].append(child)
            elif name:
                children[name] = [child]

    def __contains__(self, name: str) -> bool:
        return name in self._children

    @property
    def line(self) -> int:
        """The line the element begins on, from 1."""
        return getattr(self._element, "sourceline", None) or 0

    def part(self, name: str) -> "Parts":
        """The children of the first child of this name; none where it is absent."""
        children = self._children.get(name)
        return Parts(children[0] if children else None, self._namespace)

    def parts(self, name: str) -> "list[Parts]":
        """The children of every child of this name."""
        return [Parts(child, self._namespace) for child in self._children.get(name, ())]

    def text(self, name: str) -> str | None:
        """The text of the first child of this name."""
        children = self._children.get(name)
        return text_of(children[0]) if children else None

    def texts(self, name: str) -> tuple[str, ...]:
        """The text of every child of this name, "" for an empty one."""
        return tuple(text_of(child) or "" for child in self._children.get(name, ()))

    def attribute(self, name: str, attribute: str) -> str:
        """An attribute of the first child of this name as it stands, "" where absent."""
        children = self._children.get(name)
        return children[0].get(attribute, "") if children else ""

    def coded(self, name: str) -> CodedText | None:
        """The code that the first child of this name carries."""
        children = self._children.get(name)
        return _coded_text(children[0]) if children else None

    def codes(self, name: str) -> tuple[CodedText, ...]:
        """The code of every child of this name."""
        return tuple(_coded_text(child) for child in self._children.get(name, ()))


@cache
def _names_in(namespace: str) -> dict[str, str]:
    """The tags met in a namespace so far, each with its name; "" for those of another."""
    return {}


def _name(tag: str, namespace: str, names: dict[str, str]) -> str:
    begins = "{" + namespace + "}"
    name = tag.removeprefix(begins) if tag.startswith(begins) else ""
    if len(names) < _MOST_NAMES:
        names[tag] = name
    return name


def text_of(element: Element) -> str | None:
    """All text in an element; an empty one says as little as an absent one."""
    text = element.text if len(element) == 0 else "".join(map(str, element.itertext()))
    return _clean(text) or None if text is not None else None


def _clean(text: str) -> str:
    """NFC without blanks at the ends."""
    stripped = text.strip()
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def _coded_text(element: Element) -> CodedText:
    get = element.get
    return CodedText(_clean(get("V", "")), _clean(get("S", "")), _clean(get("DN", "")))

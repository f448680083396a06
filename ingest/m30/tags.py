"""Writes XML element by element, indented and escaped: the same bytes for the same calls."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from lists.codes import Code
from lists.errors import Refused


class Tags:
    """An XML document on its way into a stream; every element stands on a line of its own."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._depth = 0
        self._line('<?xml version="1.0" encoding="UTF-8"?>')

    @contextmanager
    def inside(self, name: str, *, namespace: str = "") -> Iterator[None]:
        """An element around what is written meanwhile; `namespace` becomes the default one from here on."""
        self._line(f'<{name} xmlns="{namespace}">' if namespace else f"<{name}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def text(self, name: str, value: object) -> None:
        """An element that holds a text; None writes none."""
        if value is not None:
            self._line(f"<{name}>{_escaped(str(value), _IN_TEXT)}</{name}>")

    def truth(self, name: str, *, holds: bool | None) -> None:
        """An element that holds `true` or `false`; None writes none."""
        if holds is not None:
            self.text(name, "true" if holds else "false")

    def coded(self, name: str, code: Code | None) -> None:
        """An element of type CV, or CS where the code names no system; None writes none."""
        if code is not None:
            self.values(name, V=code.value, S=code.system, DN=code.text)

    def values(self, name: str, **attributes: str) -> None:
        """An empty element with those attributes that are not blank."""
        written = [name]
        for key, value in attributes.items():
            if value:
                written.append(f'{key}="{_escaped(value, _IN_VALUE)}"')
        self._line(f"<{' '.join(written)}/>")

    def _line(self, line: str) -> None:
        self._stream.write(f"{'  ' * self._depth}{line}\n".encode())


def _escaped(text: str, special: "re.Pattern[str]") -> str:
    """
    The text as it may stand in XML.

    Raises:
        Refused: "xml-character": a control character, which XML has no way to write.
    """
    if _UNWRITABLE.search(text):
        raise Refused("xml-character", found=repr(text[:80]))
    return special.sub(lambda found: f"&#{ord(found[0])};", text) if special.search(text) else text


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_TEXT = re.compile(r"[&<>\r]")
_IN_VALUE = re.compile(r'[&<>"\r\n\t]')

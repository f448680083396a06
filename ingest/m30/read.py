"""Reads an M30 file as a stream of rows: bounded memory, no document type, whatever the file holds."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Literal

from lxml import etree

from ingest.m30 import names
from ingest.m30.entries import entry_row
from ingest.m30.parts import Element, text_of
from ingest.m30.rows import CatalogueRow, HeadRow, Row
from lists.errors import SourceUnreadable

CHUNK = 1 << 16
# The largest known entry is a legal basis with all its groups: under 3 MB and 50,000 elements.
ENTRY_CAP = 6 << 20
ELEMENT_CAP = 200_000
ATTRIBUTE_CAP = 100


def read(stream: BinaryIO, where: str) -> Iterator[Row]:
    """
    Read every row of an M30 file, in file order; HeadRow comes last.

    Args:
        stream: The uncompressed bytes.
        where: Name of the file, for the sentences.

    Raises:
        SourceUnreadable: "xml-not-wellformed", "xml-has-doctype", "xml-too-large" or "not-m30".

    Source:
        FEST M30, versions 2013-10-08 and 2014-12-01; full extracts.
    """
    namespace, begin = _identify(stream, where)
    parser = _pull_parser(("end",), tag=_TAGS)
    dates: dict[str, str | None] = {}
    unread = 0
    for chunk in _chunks(begin, stream):
        unread += len(chunk)
        if unread > ENTRY_CAP:
            raise _too_large(where, f"{ENTRY_CAP >> 20} MB")
        _feed(parser, chunk, where)
        for _, element in parser.read_events():
            assert isinstance(element, etree._Element)  # noqa: SLF001 events of comments are not asked for
            if unread > CHUNK:
                _refuse_bulk(element, where)
            name = etree.QName(element).localname
            if name in names.USED:
                yield entry_row(element, name, namespace)
            elif name in _CATALOGUES:
                yield CatalogueRow(name)
            elif name in _DATES:
                dates.setdefault(name, text_of(element))
            _forget(element)
            unread = 0
    root = _close(parser, where)
    if unread > CHUNK:
        _refuse_bulk(root, where)
    yield HeadRow(dates.get("HentetDato"), dates.get("GyldigFradatoHelfo"))


def _identify(stream: BinaryIO, where: str) -> tuple[str, bytes]:
    """The root's namespace, and the bytes that had to be read to see it."""
    parser = _pull_parser(("start",), resolve_entities=False)
    begin = b""
    wrong: SourceUnreadable | None = None
    while wrong is None and (chunk := stream.read(CHUNK)):
        begin += chunk
        try:
            _feed(parser, chunk, where)
        except SourceUnreadable as refused:
            wrong = refused
        for _, root in parser.read_events():
            # What is wrong behind the root is met again by the parser that reads on.
            assert isinstance(root, etree._Element)  # noqa: SLF001 events of comments are not asked for
            return _checked_root(root, where), begin
        if len(begin) > ENTRY_CAP:
            raise _too_large(where, f"{ENTRY_CAP >> 20} MB")
    if wrong is None:
        _close(parser, where)
    raise wrong or SourceUnreadable("xml-not-wellformed", where=where, line=1, found="no element at all")


def _checked_root(root: Element, where: str) -> str:
    """
    The root's namespace.

    lxml without entity resolution accepts a document type and drops what it would have replaced,
    without a word (`12&x;00` reads as 12): no such document is read at all.
    """
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceUnreadable("xml-has-doctype", where=where)
    name = etree.QName(root)
    namespace = name.namespace or ""
    if name.localname != names.ROOT or namespace not in _NAMESPACES:
        raise SourceUnreadable("not-m30", where=where, found=str(root.tag)[:200])
    return namespace


def _pull_parser(
    events: Sequence[Literal["start", "end"]], *, tag: list[str] | None = None, resolve_entities: bool = True
) -> etree.XMLPullParser:
    """
    A parser that reaches for nothing outside the bytes it is fed.

    Comments are left out because a text ends, for lxml, where a comment begins. Entities are
    resolved where no document type can declare one: an unknown one is an error then, while
    without resolution lxml goes on and says nothing. `collect_ids=False` would make lxml 6.1
    fetch the file that a document type names, whatever `load_dtd` says.
    """
    return etree.XMLPullParser(
        events=events,
        tag=tag,
        resolve_entities=resolve_entities,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _chunks(begin: bytes, stream: BinaryIO) -> Iterator[bytes]:
    chunk = begin
    while chunk:
        yield chunk
        chunk = stream.read(CHUNK)


def _feed(parser: etree.XMLPullParser, chunk: bytes, where: str) -> None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise _refusal(error, where) from error


def _close(parser: etree.XMLPullParser, where: str) -> Element:
    try:
        root: Element = parser.close()
    except etree.XMLSyntaxError as error:
        raise _refusal(error, where) from error
    return root


def _refusal(error: etree.XMLSyntaxError, where: str) -> SourceUnreadable:
    said = str(error.msg).split(", line")[0].strip()[:200]
    if getattr(error, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return _too_large(where, "256 levels" if "depth" in said else said)
    return SourceUnreadable("xml-not-wellformed", where=where, line=error.position[0] or 1, found=said)


def _too_large(where: str, limit: str) -> SourceUnreadable:
    return SourceUnreadable("xml-too-large", where=where, limit=limit)


def _refuse_bulk(element: Element, where: str) -> None:
    """Refuse what the tree holds if it is more than any entry has; what was forgotten is not in it."""
    for count, known in enumerate(element.getroottree().iter()):
        if count > ELEMENT_CAP:
            raise _too_large(where, f"{ELEMENT_CAP} elements")
        if len(known.attrib) > ATTRIBUTE_CAP:
            raise _too_large(where, f"{ATTRIBUTE_CAP} attributes")


def _forget(element: Element) -> None:
    """Free an element that was read, and all that stands before it and around it."""
    element.clear()
    known: Element | None = element
    while known is not None:
        parent = known.getparent()
        while parent is not None and known.getprevious() is not None:
            del parent[0]
        known = parent


_NAMESPACES = frozenset(names.M30 + version for version in names.VERSIONS)
_DATES = ("HentetDato", "GyldigFradatoHelfo")
_CATALOGUES = (names.GOODS_CATALOGUE, names.PACKAGE_CATALOGUE)
_TAGS = ["{*}" + name for name in (*_DATES, *_CATALOGUES, *names.USED, *names.PASSED_OVER)]

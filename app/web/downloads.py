"""The page from which people take the lists home: which files there are, how large, how they are checked."""

import datetime as dt
from decimal import Decimal
from urllib.parse import quote

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.files import told_file, why_absent
from app.files.contents import AbsentFile, Contents, ReleasedFile
from app.manifest import read_manifest
from app.read.released import release_contents
from app.served import Served, today
from app.web.addresses import page_language
from app.web.developers import NOWHERE
from app.web.frame import page_view, reader_page
from app.web.origin import origin
from app.words.forms import number_told
from lists.errors import NotThere

FORMS = (
    ("lists.xlsx", "Excel"),
    ("list.pdf", "PDF"),
    ("m30.xml", "FEST M30"),
    ("lists.json", "JSON"),
    ("products.ndjson", "NDJSON"),
)
"""The files that the page links to for each list, by name, and what their form is called."""
_NO_BREAK = "\N{NO-BREAK SPACE}"
_EXACT = 10
"""From so many MB on, tenths tell nobody anything."""


class FileLink(msgspec.Struct, frozen=True):
    """A file to take; `size` as people read it."""

    text: str
    address: str
    size: str
    rows: int | None = None
    told: str = ""


class Absence(msgspec.Struct, frozen=True):
    """A file that is not there, by what its form is called, and why in a sentence."""

    text: str
    why: str


class ListLinks(msgspec.Struct, frozen=True):
    """The files of one list; `code` is "" where it is all of them."""

    links: tuple[FileLink, ...]
    absent: tuple[Absence, ...]
    code: str = ""
    title: str = ""
    closed: bool = False


class DayLinks(msgspec.Struct, frozen=True):
    """What there is of a day; `tables` are the CSV files of all lists, their description first."""

    day: dt.date
    lists: tuple[ListLinks, ...]
    tables: tuple[FileLink, ...]


@get("/nedlasting", media_type=MediaType.HTML)
async def downloads(request: AnyRequest, served: NamedDependency[Served]) -> Response[bytes]:
    """The files of the newest release."""
    view, lang = page_view(request, served), page_language(request)
    contents = _newest(served)
    days = [_of_day(served, contents, day, lang) for day in _days_that_count(contents)] if contents else []
    return reader_page(
        request,
        "downloads.html.jinja",
        view=view,
        contents=contents,
        days=days,
        whole=_whole(contents, lang) if contents is not None else (),
        host=origin(request) or NOWHERE,
        signed_by=_signed_by(served) if contents is not None else None,
    )


def _signed_by(served: Served) -> str | None:
    """The key that signed the newest release; None where releases were not signed yet."""
    return read_manifest(served.home.sealed(served.snapshot.release)).key


def _newest(served: Served) -> Contents | None:
    try:
        return release_contents(served.home, served.snapshot, served.snapshot.release)
    except NotThere:
        return None


def _days_that_count(contents: Contents) -> tuple[dt.date, ...]:
    """The last day that is not after today, and those to come."""
    return (*contents.begun(today())[-1:], *(day for day in contents.days if day > today()))


def _of_day(served: Served, contents: Contents, day: dt.date, lang: str) -> DayLinks:
    of_all = [file for file in contents.files if (file.day, file.list) == (day, None)]
    codes = {file.list for file in contents.files if file.day == day and file.list is not None}
    marks = served.view(valid_on=day, release=contents.release).marks
    lists = [_of_list(contents, day, None, lang)]
    for code in sorted(codes):
        told = {
            "code": code,
            "title": served.snapshot.index(marks[code]).terms.title,
            "closed": marks[code].closed,
        }
        lists.append(msgspec.structs.replace(_of_list(contents, day, code, lang), **told))
    tables = [file for file in of_all if "/csv/" in file.path]
    tables.sort(key=lambda file: (file.format == "csv", file.path))
    return DayLinks(day, tuple(lists), tuple(_link(contents.release, file, lang) for file in tables))


def _of_list(contents: Contents, day: dt.date, code: str | None, lang: str) -> ListLinks:
    """The files of a list, or of all, in the order of FORMS; then those that are not there."""
    own = {_name(file): file for file in contents.files if (file.day, file.list) == (day, code)}
    missing = {_name(file): file for file in contents.absent if (file.day, file.list) == (day, code)}
    links = (
        FileLink(text, _address(contents.release, own[name].path), _size(own[name].bytes, lang))
        for name, text in FORMS
        if name in own
    )
    absent = (Absence(text, why_absent(missing[name], lang)) for name, text in FORMS if name in missing)
    return ListLinks(tuple(links), tuple(absent))


def _name(file: ReleasedFile | AbsentFile) -> str:
    return file.path.rpartition("/")[2]


def _whole(contents: Contents, lang: str) -> tuple[FileLink, ...]:
    return tuple(_link(contents.release, file, lang) for file in contents.files if file.day is None)


def _link(release: int, file: ReleasedFile, lang: str) -> FileLink:
    told = told_file(file.format, file.holds, lang)
    return FileLink(_name(file), _address(release, file.path), _size(file.bytes, lang), file.rows, told)


def _address(release: int, path: str) -> str:
    return f"/v1/releases/{release}/files/{quote(path)}"


def _size(count: int, lang: str) -> str:
    """
    A size as people read it.

    >>> [_size(count, "nb").replace(_NO_BREAK, " ") for count in (0, 5_935, 999_600, 1_449_000, 133_000_000)]
    ['1 kB', '6 kB', '1 MB', '1,4 MB', '133 MB']
    """
    kb = max(1, round(count / 1000))
    if kb < 1000:
        return f"{number_told(kb, lang)}{_NO_BREAK}kB"
    mb = round(Decimal(count) / 1_000_000, 1)
    return f"{number_told(mb if mb < _EXACT else round(mb), lang)}{_NO_BREAK}MB"

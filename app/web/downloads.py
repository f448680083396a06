"""The page from which people take the lists home: which files there are, how large, how they are checked."""

import datetime as dt
from urllib.parse import quote

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.files import told_file
from app.files.contents import Contents, ReleasedFile
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
_KIB = 1024


class FileLink(msgspec.Struct, frozen=True):
    """A file to take; `size` as people read it."""

    text: str
    address: str
    size: str
    rows: int | None = None
    told: str = ""


class ListLinks(msgspec.Struct, frozen=True):
    """The files of one list; `code` is "" where it is all of them."""

    code: str
    title: str
    links: tuple[FileLink, ...]


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
    )


def _newest(served: Served) -> Contents | None:
    try:
        return release_contents(served.home, served.snapshot, served.snapshot.release)
    except NotThere:
        return None


def _days_that_count(contents: Contents) -> tuple[dt.date, ...]:
    """The last day that is not after today, and those to come."""
    begun = [day for day in contents.days if day <= today()]
    return (*begun[-1:], *(day for day in contents.days if day > today()))


def _of_day(served: Served, contents: Contents, day: dt.date, lang: str) -> DayLinks:
    of_day = [file for file in contents.files if file.day == day]
    of_all = [file for file in of_day if file.list is None]
    lists = [_of_list(contents.release, of_all, lang), *_each_list(served, contents, day, lang)]
    tables = [file for file in of_all if "/csv/" in file.path]
    tables.sort(key=lambda file: (file.format == "csv", file.path))
    return DayLinks(day, tuple(lists), tuple(_link(contents.release, file, lang) for file in tables))


def _each_list(served: Served, contents: Contents, day: dt.date, lang: str) -> list[ListLinks]:
    by_list: dict[str, list[ReleasedFile]] = {}
    for file in contents.files:
        if file.day == day and file.list is not None:
            by_list.setdefault(file.list, []).append(file)
    marks = served.view(valid_on=day, release=contents.release).marks
    titles = {code: served.snapshot.index(marks[code]).terms.title for code in by_list}
    return [
        msgspec.structs.replace(_of_list(contents.release, files, lang), code=code, title=titles[code])
        for code, files in sorted(by_list.items())
    ]


def _of_list(release: int, files: list[ReleasedFile], lang: str) -> ListLinks:
    own = {file.path.rpartition("/")[2]: file for file in files}
    links = (
        FileLink(text, _address(release, own[name].path), _size(own[name].bytes, lang))
        for name, text in FORMS
        if name in own
    )
    return ListLinks("", "", tuple(links))


def _whole(contents: Contents, lang: str) -> tuple[FileLink, ...]:
    return tuple(_link(contents.release, file, lang) for file in contents.files if file.day is None)


def _link(release: int, file: ReleasedFile, lang: str) -> FileLink:
    name, told = file.path.rpartition("/")[2], told_file(file.format, file.holds, lang)
    return FileLink(name, _address(release, file.path), _size(file.bytes, lang), file.rows, told)


def _address(release: int, path: str) -> str:
    return f"/v1/releases/{release}/files/{quote(path)}"


def _size(count: int, lang: str) -> str:
    kib = max(1, count // _KIB)
    return f"{number_told(kib, lang)} kB" if kib < _KIB else f"{number_told(round(kib / _KIB), lang)} MB"

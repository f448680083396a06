"""The printed document of an edition, as PDF: it never changes, and its address names its bytes."""

from functools import lru_cache
from pathlib import Path

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from app.api.answer import IMMUTABLE, AnyRequest, has_it
from app.api.question import as_typed
from app.manifest import read_local, sha256_of
from app.read.view import View
from app.served import Served
from app.snapshot import printed_name
from app.web.addresses import part
from app.words.forms import number_told
from lists.timeline import EditionMark

PDF = "application/pdf"
_DIGITS = 8
_KIB = 1024


class PrintedLink(msgspec.Struct, frozen=True):
    """A link to a document; `size` as people read it."""

    edition: str
    address: str
    size: str


def printed_links(view: View, code: str, lang: str) -> tuple[PrintedLink, ...]:
    """The documents of a list's edition in force and of those to come, where the snapshot has them."""
    now = view.marks.get(code)
    marks = (*((now,) if now is not None else ()), *view.coming[code])
    return tuple(
        _link(mark, path, lang) for mark in marks if (path := view.snapshot.printed(mark)) is not None
    )


@get("/liste/{code:str}/{file:str}")
async def printed_file(
    request: AnyRequest, served: NamedDependency[Served], code: FromPath[str], file: FromPath[str]
) -> Response[bytes]:
    """The bytes of a document that the snapshot has."""
    line = served.snapshot.timelines.get(as_typed(code))
    mark = (
        next((mark for mark in line.marks if printed_name(mark) == file), None) if line is not None else None
    )
    path = served.snapshot.printed(mark) if mark is not None else None
    if path is None:
        raise NotFoundException
    tag = _sha256(path)
    named = request.url.query == tag[:_DIGITS]
    headers = {"ETag": f'"{tag[:32]}"', "Cache-Control": IMMUTABLE if named else "no-cache"}
    if has_it(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(b"", status_code=304, headers=headers, media_type=PDF)
    headers["Content-Disposition"] = f'inline; filename="{file}"'
    return Response(path.read_bytes(), headers=headers, media_type=PDF)


def _link(mark: EditionMark, path: Path, lang: str) -> PrintedLink:
    address = f"/liste/{part(mark.list)}/{part(path.name)}?{_sha256(path)[:_DIGITS]}"
    return PrintedLink(mark.id, address, f"{number_told(max(1, path.stat().st_size // _KIB), lang)} kB")


@lru_cache(maxsize=256)
def _sha256(path: Path) -> str:
    """As it was sealed: a document never changes while its snapshot is there."""
    sealed = read_local(path.parent.parent).files
    name = f"{path.parent.name}/{path.name}"
    return next((file.sha256 for file in sealed if file.path == name), "") or sha256_of(path)

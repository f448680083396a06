"""The files of a release over HTTP: what there is, and each of them, whole or in parts."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from app.api.answer import AnyRequest, answer
from app.api.answers_described import spec
from app.api.parameters import Lang, ReleaseNumber
from app.api.problems import language
from app.api.sending import send_file
from app.files.contents import MEDIA_TYPES, AbsentFile, Contents
from app.pages import AbsentFileShape, FileFormatShape, FilesAnswer, PackedShape, ReleasedFileShape
from app.read.released import release_contents, release_file
from app.served import Served, today
from app.words import say, say_error
from lists.errors import Refused

FOUND = 302
_TODAY = "/files/today/"

FilePath = Annotated[
    Path,
    PathParameter(
        description="Path of a file, as the table of contents has it; `.gz` behind it for its twin.",
        schema_extra={"format": None, "pattern": "^[0-9A-Za-z_./-]+$"},
    ),
]


@get(
    "/v1/releases/{release:int}/files",
    responses=spec(FilesAnswer, "Every file, by path.", 404),
    operation_id="files",
    summary="Files of a release",
)
async def files(
    request: AnyRequest, served: NamedDependency[Served], release: ReleaseNumber, lang: Lang = None
) -> Response[bytes]:
    """
    Table of contents: the lists whole, in every form, as they stand on each of its days.

    Take the last of `days` that is not after today. `latest` in place of the number leads to the newest
    release, and `today` there in place of a day to that one; what stands under a number never changes.
    """
    contents = release_contents(served.home, served.snapshot, release)
    response = answer(request, files_answer(contents, language(request)), release=served.snapshot.release)
    if lang is None:
        response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return response


@get(
    "/v1/releases/{release:int}/files/{path:path}",
    responses=spec(str, "The bytes of the file.", 404, 416, media_type="application/octet-stream"),
    operation_id="file",
    summary="A file of a release",
)
async def file(
    request: AnyRequest,
    served: NamedDependency[Served],
    release: ReleaseNumber,
    path: FilePath,
    lang: Lang = None,
) -> Response[Any]:
    """
    One file, under its own media type; it never changes, and its ETag is the sha256 of the bytes sent.

    `Range` asks for a part (206); who takes gzip gets the packed twin where there is one.
    """
    found = release_file(served.home, served.snapshot, release, path.as_posix().lstrip("/"))
    return send_file(request, found, release)


@get(
    [
        *("/v1/releases/latest/files", "/v1/releases/latest/files/{path:path}"),
        *("/v1/releases/latest/manifest", "/v1/releases/latest/manifest.sig"),
    ],
    include_in_schema=False,
)
async def latest(request: AnyRequest, served: NamedDependency[Served], lang: Lang = None) -> Response[bytes]:
    """The same of the newest release, whichever that is now; `files/today/` for the day it shows now."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    here = raw.partition(b"?")[0].decode("latin-1")
    release = served.snapshot.release
    there = here.replace("/releases/latest/", f"/releases/{release}/", 1)
    if _TODAY in there:
        begun = release_contents(served.home, served.snapshot, release).begun(today())
        there = there.replace(_TODAY, f"/files/{begun[-1]}/", 1) if begun else there
    query = request.scope["query_string"].decode("latin-1")
    headers = {"Location": f"{there}?{query}" if query else there, "Cache-Control": "no-cache"}
    return Response(b"", status_code=FOUND, headers=headers)


def files_answer(contents: Contents, lang: str) -> FilesAnswer:
    """The table of contents, with what each kind of file is in words."""
    kinds = dict.fromkeys((one.format, one.holds) for one in contents.files)
    return FilesAnswer(
        release=contents.release,
        published_at=contents.published_at,
        days=contents.days,
        lists=contents.lists,
        note=None if contents.days else say("page", "file-none-made", lang),
        formats=tuple(
            FileFormatShape(name, holds, MEDIA_TYPES[name], told_file(name, holds, lang))
            for name, holds in sorted(kinds)
        ),
        items=tuple(
            ReleasedFileShape(
                *(one.path, one.format, one.holds, one.day, one.list),
                *(MEDIA_TYPES[one.format], one.bytes, one.rows, one.sha256),
                PackedShape(one.gzip.bytes, one.gzip.sha256) if one.gzip is not None else None,
            )
            for one in contents.files
        ),
        absent=tuple(
            AbsentFileShape(
                *(one.path, one.format, one.holds, one.day, one.list), one.reason, why_absent(one, lang)
            )
            for one in contents.absent
        ),
    )


def why_absent(file: AbsentFile, lang: str) -> str:
    """Why a file is not there, in a sentence."""
    return say_error(Refused(file.reason, **file.facts), lang)


def told_file(name: str, holds: str, lang: str) -> str:
    """What a file of this format holds, in a sentence."""
    if name in ("csv", "parquet"):
        return say("page", "file-table-" + holds, lang)
    return say("page", "file-" + f"{name}-{holds}", lang)


ROUTES: list[Any] = [files, file, latest]

"""A file that comes with a form: received aside, under the name it came with, and gone when it was read."""

import asyncio
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType

from app.api.answer import AnyRequest
from app.home import Home
from app.questions import bad
from ingest.profiles import built_in
from ingest.reading import FirstDays
from lists.days import parse_day
from lists.errors import BadDay, BadQuestion

MOST_UPLOADED = 256 << 20
"""Bytes of a form with a file; the largest real list has 10 million."""

FIELDS = ("file", "profile", "valid_from", "note", "csrf")
_LONGEST_NAME = 120
_LONGEST_NOTE = 2000


class Received(msgspec.Struct, frozen=True):
    """A form with a file."""

    path: Path
    profile: str | None
    first_days: FirstDays
    note: str | None
    csrf: str | None


@asynccontextmanager
async def received(request: AnyRequest, home: Home) -> AsyncIterator[Received]:
    """
    The file of a form, at a path that holds while the block runs.

    Raises:
        BadQuestion: There is no file, a field is not known, or one cannot be read.
    """
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        raise bad("bad-request", "body", request.content_type[0] or "–", "form-with-file")
    fields = dict(await request.form())
    for name in fields:
        if name not in FIELDS:
            raise BadQuestion(
                "unknown-parameter", field=name, found=name, nearest="", known=", ".join(FIELDS[:-1])
            )
    file = fields.get("file")
    if not isinstance(file, UploadFile):
        raise bad("bad-request", "file", str(file or ""), "form-with-file")
    profile, note = _text(fields, "profile"), _text(fields, "note")
    if profile is not None and profile not in built_in():
        raise bad("bad-request", "profile", profile, "built-in-profile")
    if note is not None and len(note) > _LONGEST_NOTE:
        raise bad("bad-request", "note", f"{len(note)}", "short-note")
    first_days = read_first_days(_text(fields, "valid_from"))
    home.drafts.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=".upload.", dir=home.drafts))
    try:
        path = directory / plain_name(file.filename)
        await asyncio.to_thread(_copy, file, path)
        yield Received(path, profile, first_days, note, _text(fields, "csrf"))
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        await file.close()


def plain_name(name: str) -> str:
    """The last part of the name a file came with, without what could lead elsewhere."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")[-_LONGEST_NAME:]
    return plain if plain.strip(". ") else "file"


def read_first_days(text: str | None) -> FirstDays:
    """
    First days as a form gives them: a day for all lists, or LIST=DAY, apart by commas.

    Raises:
        BadQuestion: "bad-date".
    """
    every, by_list = None, {}
    for part in filter(None, (part.strip() for part in (text or "").split(","))):
        code, _, day = part.rpartition("=")
        try:
            if code:
                by_list[code.strip()] = parse_day(day.strip())
            else:
                every = parse_day(day)
        except BadDay as error:
            raise bad("bad-date", "valid_from", part, "first-days") from error
    return FirstDays(every, by_list)


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise bad("bad-request", name, "", "plain-text")
    return unicodedata.normalize("NFC", value.strip()) or None if value is not None else None


def _copy(file: UploadFile, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target)

"""The log as a page: every act, newest first, of all drafts or of one."""

import datetime as dt
import re
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from app.api.answer import AnyRequest
from app.api.draft_answers import with_workshop
from app.api.identity import require
from app.editor.frame import editor_page
from app.served import Served
from app.web.addresses import page_language, paged
from app.words import has, say
from app.workshop.audit import AuditEntry
from app.workshop.database import Workshop
from lists.days import parse_instant

ON_A_PAGE = 100
_ALL = 1 << 31


class LogRow(msgspec.Struct, frozen=True):
    """
    An act as it is shown.

    Attributes:
        drafts: The drafts it was about.
        state: What became of the draft, "" where it says nothing of one.
        detail: The rest of what stands in the log.
    """

    entry: AuditEntry
    at: dt.datetime
    act: str
    drafts: tuple[int, ...]
    state: str
    detail: str


@get("/editor/log")
async def log_page(request: AnyRequest, served: NamedDependency[Served]) -> Template:
    """A hundred acts; the head tells whether two logs are the same."""
    require(request, served.home)
    asked = request.query_params.get("draft", "").strip()

    def read(workshop: Workshop) -> tuple[str, list[AuditEntry]]:
        return workshop.log.head(), workshop.log.newest(limit=_ALL)

    head, entries = await with_workshop(served.home, read)
    chosen = [entry for entry in entries if not asked or asked in map(str, drafts_of(entry.what))]
    page = paged(request, chosen, ON_A_PAGE)
    lang = page_language(request)
    rows = [_row(entry, lang) for entry in page.items]
    return editor_page(request, "log.html.jinja", rows=rows, page=page, head=head, asked=asked)


def drafts_of(what: str) -> tuple[int, ...]:
    """
    The drafts that an entry of the log is about.

    >>> drafts_of("draft 3 open sha256 ab: x"), drafts_of("drafts 3, 12: gates passed, 4"), drafts_of("Kari")
    ((3,), (3, 12), ())
    """
    named = _DRAFTS.match(what)
    return tuple(int(number) for number in named[1].split(", ")) if named else ()


def _row(entry: AuditEntry, lang: str) -> LogRow:
    told = _TELLS.match(entry.what)
    begins = told or _DRAFTS.match(entry.what)
    detail = entry.what[begins.end() :] if begins else entry.what
    act = say("page", "act-" + entry.act, lang) if has("page", f"act-{entry.act}") else entry.act
    return LogRow(
        entry,
        parse_instant(entry.at),
        act,
        drafts_of(entry.what),
        told[1] if told else "",
        detail.removeprefix(":").strip(),
    )


_DRAFTS = re.compile(r"drafts? (\d{1,9}(?:, \d{1,9})*)\b")
_TELLS = re.compile(r"draft \d+ ([a-z]+) sha256 [0-9a-f]{64}")
ROUTES: list[Any] = [log_page]

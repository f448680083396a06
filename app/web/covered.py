"""Whether it is covered: a form that keeps nothing, and the verdict in words, judged as `/v1/check` does."""

import datetime as dt
import shlex
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, get, post
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.question import as_typed
from app.read.lists import known_lists, list_shape
from app.read.view import View
from app.served import Served, today
from app.web.addresses import page_language, part, with_lang
from app.web.covered_form import MORE_FACTS, Typed, plain_question, prefilled, read_typed
from app.web.covered_told import Verdict, verdict_told
from app.web.covered_wrong import judged, wrong_told
from app.web.forms import filled_in, kept_nowhere
from app.web.frame import page_time, page_view, reader_page
from app.web.origin import origin
from app.web.told import Words

MOST_BYTES = 1 << 16
"""Of a form that is sent: many times what its fields can hold."""

FIRST_LINES = 2
"""Rows for products that are always there to see."""


class Offered(msgspec.Struct, frozen=True):
    """A list that a prescription may name."""

    code: str
    title: str


class Opened(msgspec.Struct, frozen=True):
    """Which of the folded parts of the form stand open."""

    lines: bool
    had: bool
    facts: bool


@get("/dekning", media_type=MediaType.HTML)
async def covered_form(request: AnyRequest, served: NamedDependency[Served]) -> Response[bytes]:
    """The form, filled in with the product and the code of a link."""
    view = page_view(request, served)
    typed = prefilled({name: as_typed(value) for name, value in request.query_params.items()}, view.valid_on)
    return _page(request, view, typed)


@post("/dekning", media_type=MediaType.HTML, status_code=200, request_max_body_size=MOST_BYTES)
async def covered(request: AnyRequest, served: NamedDependency[Served]) -> Response[bytes]:
    """The verdict; nothing of the question is stored, and nobody between here and the browser keeps it."""
    typed = read_typed(await filled_in(request), today())
    plain, words = plain_question(typed), Words(page_language(request))
    release = page_time(request, served).release
    view, verdict = page_view(request, served), None
    known = next(iter(known_lists(view)), "")
    found = judged(served.snapshot, typed, plain, release=release, lang=words.lang, known=known)
    if found.question is not None and found.answer is not None:
        view = served.view(valid_on=found.question.dispensed_on, release=release)
        verdict = verdict_told(
            view, typed, found.answer, words, page_of=lambda varenr, day: _page_of(request, varenr, day)
        )
    response = _page(
        request,
        view,
        typed,
        status=400 if found.wrong else 200,
        # The day is that of the dispensing: it is no other day than the one that was asked for.
        today=view.valid_on if verdict is not None else today(),
        verdict=verdict,
        wrong=[wrong_told(error, typed, words) for error in found.wrong],
        curl=_curl(request, plain) if verdict is not None else "",
        again=list(typed.fields),
    )
    return kept_nowhere(response)


def _page(
    request: AnyRequest, view: View, typed: Typed, *, status: int = 200, **context: Any
) -> Response[bytes]:
    shown: dict[str, Any] = {"verdict": None, "wrong": [], "curl": "", "again": [], **context}
    verdict: Verdict | None = shown["verdict"]
    return reader_page(
        request,
        "covered.html.jinja",
        view=view,
        status=status,
        typed=typed,
        action=_as_known(request, with_lang(request, "/dekning")),
        errors={one.field: one.beside for one in reversed(shown["wrong"])},
        opened=_opened(typed, verdict, {one.field for one in shown["wrong"]}),
        lists=[Offered(code, list_shape(view, code).title) for code in known_lists(view)],
        **shown,
    )


def _opened(typed: Typed, verdict: Verdict | None, wrong: set[str]) -> Opened:
    """Which of the folded parts stand open: where something was typed, is wrong, or is asked for."""
    wanted = wrong | (verdict.missing if verdict is not None else frozenset())
    return Opened(
        lines=any(line.varenr for line in typed.lines[FIRST_LINES:]),
        had=any(one.varenr or one.units or one.on for one in typed.had) or "before" in wanted,
        facts=typed.more or not wanted.isdisjoint(MORE_FACTS),
    )


def _page_of(request: AnyRequest, varenr: str, day: dt.date) -> str:
    """A product's page on a day, as known when the question is judged."""
    path = with_lang(request, f"/vare/{part(varenr)}")
    if day != today():
        path += f"{'&' if '?' in path else '?'}{urlencode({'valid_on': day.isoformat()})}"
    return _as_known(request, path)


def _as_known(request: AnyRequest, path: str) -> str:
    known_at = request.query_params.get("known_at")
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'known_at': known_at})}" if known_at else path


def _curl(request: AnyRequest, plain: dict[str, Any]) -> str:
    """The very question, to be asked by a program."""
    known_at = request.query_params.get("known_at")
    asked = {**plain, "known_at": known_at} if known_at else plain
    body = msgspec.json.format(msgspec.json.encode(asked), indent=2).decode()
    address = f"{origin(request)}/v1/check?lang={page_language(request)}"
    return f"curl {shlex.quote(address)} -H 'Content-Type: application/json' -d {shlex.quote(body)}"

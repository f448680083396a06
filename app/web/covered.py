"""Whether it is covered: a form that keeps nothing, and the verdict in words, judged as `/v1/check` does."""

import shlex
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.question import as_typed, normalized
from app.read.checking import checked
from app.read.lists import known_lists, list_shape
from app.read.view import View
from app.served import Served, today
from app.web.addresses import page_language, with_lang
from app.web.covered_form import MORE_FACTS, Filled, Typed, filled, prefilled, read_typed, wrong_told
from app.web.covered_told import Verdict, verdict_told
from app.web.frame import page_time, page_view, reader_page
from app.web.origin import origin
from app.web.told import Words
from lists.errors import BadQuestion

MOST_BYTES = 1 << 16
"""Of a form that is sent: many times what its fields can hold."""

FIRST_LINES = 2
"""Rows for products that are always there to see."""

TOO_LARGE = 413


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
    values = await _values(request)
    release = page_time(request, served).release
    words = Words(page_language(request))
    form = filled(read_typed(values, today()))
    wrong, verdict, view = list(form.wrong), None, page_view(request, served)
    if form.question is not None:
        try:
            answer = checked(served.snapshot, form.question, release=release, lang=words.lang)
            view = served.view(valid_on=form.question.dispensed_on, release=release)
            verdict = verdict_told(view, form, answer, words)
        except BadQuestion as error:
            wrong.append(error)
    response = _page(
        request,
        view,
        form.typed,
        status=400 if wrong else 200,
        # The day is that of the dispensing: it is no other day than the one that was asked for.
        today=view.valid_on if verdict is not None else today(),
        verdict=verdict,
        wrong=[wrong_told(error, form.typed, words) for error in wrong],
        curl=_curl(request, form) if verdict is not None else "",
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers.pop("ETag", None)
    return response


async def _values(request: AnyRequest) -> dict[str, Any]:
    """
    The fields of the form, composed as the lists are.

    Raises:
        BadQuestion: "too-large".
    """
    try:
        form = await request.form()
    except HTTPException as error:
        if error.status_code != TOO_LARGE:
            raise
        raise BadQuestion("too-large") from error
    return {name: normalized(value) if isinstance(value, str) else "" for name, value in form.items()}


def _page(
    request: AnyRequest, view: View, typed: Typed, *, status: int = 200, **context: Any
) -> Response[bytes]:
    known_at = request.query_params.get("known_at") or ""
    shown: dict[str, Any] = {"verdict": None, "wrong": [], "curl": "", **context}
    verdict: Verdict | None = shown["verdict"]
    return reader_page(
        request,
        "covered.html.jinja",
        view=view,
        status=status,
        typed=typed,
        action=_asked(with_lang(request, "/dekning"), known_at),
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


def _asked(path: str, known_at: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'known_at': known_at})}" if known_at else path


def _curl(request: AnyRequest, form: Filled) -> str:
    """The very question, to be asked by a program."""
    known_at = request.query_params.get("known_at")
    plain = {**form.plain, "known_at": known_at} if known_at else form.plain
    body = msgspec.json.format(msgspec.json.encode(plain), indent=2).decode()
    address = f"{origin(request)}/v1/check?lang={page_language(request)}"
    return f"curl {shlex.quote(address)} -H 'Content-Type: application/json' -d {shlex.quote(body)}"

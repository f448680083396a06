"""Puts the application together: routes, refusals, headers, description; one for each worker."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from functools import cache
from time import perf_counter
from typing import cast
from urllib.parse import quote, unquote

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import HttpMethod, ScopeType
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter
from litestar.plugins.prometheus import PrometheusConfig
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from app.access import AccessLog
from app.api import (
    calendar,
    changing,
    checking,
    deciding,
    drafting,
    drafts,
    events,
    files,
    health,
    products,
    reads,
    searching,
    signing,
)
from app.api.answer import PLAIN_HEADERS, AnyRequest
from app.api.bodies import Question
from app.api.counting import Counting
from app.api.describe import describe_publishing, describe_shapes, openapi_config, static_files
from app.api.examples import show_examples
from app.api.fhir import routes as fhir_routes
from app.api.hosts import is_host
from app.api.problems import fault, internal, no_body, refusal
from app.api.question import SLASH, refuse_repeated, refuse_unknown
from app.api.quick import Quick, Way
from app.api.quick_files import QuickFiles
from app.api.sending import BODILESS
from app.beside import Beside
from app.editor import routes as editor_routes
from app.editor.frame import START
from app.home import Home
from app.ordering import Orders
from app.questions import bad
from app.scheduled import ScheduledPublishes
from app.served import Served
from app.web.routes import ROUTES as READERS_PAGES
from app.web.templates import template_config
from app.words import LANGUAGES
from lists.errors import ListsError

MAX_BODY = 1 << 20
_ASCII = bytes(range(128))
EDITOR_HEADERS = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
        b" frame-ancestors 'none'",
    ),
)
"""What an editor sees stays nowhere, and loads nothing from elsewhere."""


def create_app(home: Home, *, access_log: AccessLog | None = None) -> "Front":
    """
    The application over one home.

    It follows the home's `current` by itself, and answers HEAD wherever it answers GET.

    Args:
        access_log: Where each request is noted; None notes none.
    """
    served, scheduled, orders = Served(home), ScheduledPublishes(home), Orders(home)
    beside = Beside(served)
    metrics = PrometheusConfig(app_name="blaliste", prefix="blaliste", group_path=True)
    app = Litestar(
        route_handlers=[
            *reads.ROUTES,
            *products.ROUTES,
            *searching.ROUTES,
            *checking.ROUTES,
            *changing.ROUTES,
            *drafts.ROUTES,
            *drafting.ROUTES,
            *deciding.ROUTES,
            *calendar.ROUTES,
            *files.ROUTES,
            *signing.ROUTES,
            *events.ROUTES,
            *fhir_routes.ROUTES,
            *health.ROUTES,
            *READERS_PAGES,
            *editor_routes.ROUTES,
            *static_files(),
        ],
        dependencies={
            "served": Provide(lambda: served, sync_to_thread=False),
            "beside": Provide(lambda: beside, sync_to_thread=False),
            "orders": Provide(lambda: orders, sync_to_thread=False),
            "scheduled": Provide(lambda: scheduled, sync_to_thread=False),
        },
        lifespan=[lambda _: _following(served, beside, access_log)],
        exception_handlers={
            ListsError: refusal,
            ValidationException: no_body,
            HTTPException: fhir_routes.not_served,
            sqlite3.OperationalError: fault,
            Exception: internal,
        },
        before_request=_read_common_parameters,
        request_class=Question,
        openapi_config=openapi_config(),
        request_max_body_size=MAX_BODY,
        middleware=[metrics.middleware],
        template_config=template_config(),
        state=State({"home": home}),
        logging_config=None,
    )
    describe_shapes(app)
    describe_publishing(app)
    show_examples(app)
    ways = [
        Way(path, _parameters_of(handler), tell)
        for handler, tell in (*products.QUICK, *searching.QUICK)
        for path in handler.paths
    ]
    counting = Counting(metrics)
    quick = Quick(served, ways, counting, files=QuickFiles(served, counting))
    return Front(app, quick, access_log)


class Front:
    """
    What every request passes first: what has a short way and is plain enough for it goes no further.

    For all others HEAD is GET without its body, `%2F` stays within its part, letters that a client did not
    escape in its query are read as if it had, and every answer gets its headers.
    """

    def __init__(self, app: Litestar, quick: Quick, access_log: AccessLog | None = None) -> None:
        self.app = app
        self.quick = quick
        self.access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
        elif self.access_log is not None:
            await self._noted(scope, receive, send, self.access_log)
        elif not await self.quick.answer(scope, send):
            await self._answer(scope, receive, send)

    async def _noted(self, scope: HTTPScope, receive: Receive, send: Send, log: AccessLog) -> None:
        begun, status = perf_counter(), 0

        async def send_seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if not await self.quick.answer(scope, send_seen):
                await self._answer(scope, receive, send_seen)
        finally:
            log.note(scope["method"], scope["path"], status, perf_counter() - begun)

    async def _answer(self, asked: HTTPScope, receive: Receive, send: Send) -> None:
        scope = cast(HTTPScope, {**asked, "headers": _usable(asked["headers"])})
        send = _with_headers(send)
        raw = scope.get("raw_path") or b""
        if b"%2f" in raw.lower():
            parts = raw.split(b"?")[0].decode("ascii", "replace").split("/")
            scope["path"] = "/".join(unquote(part).replace("/", SLASH) for part in parts)
        if scope["path"].lstrip("/").startswith(START[1:]):
            send = _kept_by_nobody(send)
        if not scope["query_string"].isascii():
            scope["query_string"] = quote(scope["query_string"], safe=_ASCII).encode()
        if scope["method"] == HttpMethod.HEAD:
            scope["method"], scope["extensions"] = HttpMethod.GET.value, {BODILESS: {}}
            send = _without_body(send)
        await self.app(scope, receive, send)


def _usable(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """A host that is none is as good as no host: no answer depends on it."""
    return [(name, value) for name, value in headers if name != b"host" or is_host(value.decode("latin-1"))]


def _with_headers(send: Send) -> Send:
    """Every answer, refusals among them, says how it may be shown."""

    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = [
                (name, _with_head(value) if name == b"allow" else value) for name, value in message["headers"]
            ]
            names = {name.lower() for name, _ in given}
            message["headers"] = [*given, *(header for header in PLAIN_HEADERS if header[0] not in names)]
        await send(message)

    return send_with


def _kept_by_nobody(send: Send) -> Send:
    """What an editor sees, refusals among it, whatever an answer itself says."""
    ours = dict(EDITOR_HEADERS)

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [header for header in message["headers"] if header[0].lower() not in ours]
            message["headers"] = [*others, *EDITOR_HEADERS]
        await send(message)

    return send_private


def _with_head(allowed: bytes) -> bytes:
    """HEAD is answered wherever GET is."""
    return allowed.replace(b"GET", b"GET, HEAD") if b"HEAD" not in allowed else allowed


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head


@asynccontextmanager
async def _following(served: Served, beside: Beside, access_log: AccessLog | None) -> AsyncIterator[None]:
    served.open()
    tasks = [asyncio.create_task(served.follow())]
    if access_log is not None:
        tasks.append(asyncio.create_task(access_log.write_now_and_then()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if access_log is not None:
            access_log.write()
        beside.close()
        served.close()


async def _read_common_parameters(request: AnyRequest) -> None:
    """A parameter that an endpoint of the API does not have is a slip, and is named; so is a language."""
    if request.scope["path_template"].startswith("/v1/"):
        refuse_unknown(request.query_params, _parameters_of(request.route_handler))
        refuse_repeated(request.query_params.multi_items())
        lang = request.query_params.get("lang")
        if lang is not None and lang not in LANGUAGES:
            raise bad("bad-request", "lang", lang, "lang")


@cache
def _parameters_of(handler: BaseRouteHandler) -> frozenset[str]:
    """The names of the query parameters that an endpoint has."""
    fields = handler.parsed_fn_signature.parameters.items()
    kinds = ((name, field.kwarg_definition) for name, field in fields)
    return frozenset(kind.name or name for name, kind in kinds if isinstance(kind, QueryParameter))

"""Puts the application together: routes, refusals, headers, description; one for each worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import unquote

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.plugins.prometheus import PrometheusConfig
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.api import health, reads, searching
from app.api.describe import openapi_config, static_files
from app.api.problems import http_refusal, internal, refusal
from app.api.question import SLASH, refuse_unknown
from app.home import Home
from app.served import Served
from app.web import pages
from lists.errors import ListsError

MAX_BODY = 1 << 20
PLAIN_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def create_app(home: Home) -> ASGIApp:
    """
    The application over one home.

    It follows the home's `current` by itself, and answers HEAD wherever it answers GET.
    """
    served = Served(home)
    app = Litestar(
        route_handlers=[*reads.ROUTES, *searching.ROUTES, *health.ROUTES, *pages.ROUTES, *static_files()],
        dependencies={"served": Provide(lambda: served, sync_to_thread=False)},
        lifespan=[lambda _: _following(served)],
        exception_handlers={ListsError: refusal, HTTPException: http_refusal, Exception: internal},
        before_request=_refuse_unknown_parameters,
        after_request=_with_headers,
        openapi_config=openapi_config(),
        request_max_body_size=MAX_BODY,
        middleware=[PrometheusConfig(app_name="blaliste", prefix="blaliste", group_path=True).middleware],
        template_config=pages.template_config(),
        logging_config=None,
    )
    return Front(app)


class Front:
    """What every request passes first: HEAD is answered as GET without its body, and `%2F` stays within its part."""

    def __init__(self, app: Litestar) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        raw = scope.get("raw_path") or b""
        if b"%2f" in raw.lower():
            parts = raw.split(b"?")[0].decode("ascii", "replace").split("/")
            scope["path"] = "/".join(unquote(part).replace("/", SLASH) for part in parts)
        if scope["method"] == "HEAD":
            scope["method"] = HttpMethod.GET
            send = _without_body(send)
        await self.app(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head


@asynccontextmanager
async def _following(served: Served) -> AsyncIterator[None]:
    served.open()
    follower = asyncio.create_task(served.follow())
    try:
        yield
    finally:
        follower.cancel()
        with suppress(asyncio.CancelledError):
            await follower
        served.close()


def _refuse_unknown_parameters(request: Request[Any, Any, Any]) -> None:
    """A parameter that an endpoint of the API does not have is a slip, and is named."""
    handler = request.route_handler
    if request.url.path.startswith("/v1/"):
        known = {
            getattr(field.kwarg_definition, "name", None) or name
            for name, field in handler.parsed_fn_signature.parameters.items()
        }
        refuse_unknown(request.query_params, known - _NO_PARAMETERS)


async def _with_headers(response: Response[Any]) -> Response[Any]:
    for name, value in PLAIN_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


_NO_PARAMETERS = {"request", "served", "data", "varenr", "code"}

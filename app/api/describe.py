"""The API's description: OpenAPI 3.1, and a page to read and try it that loads nothing from outside."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from litestar import Litestar
from litestar.enums import RequestEncodingType
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPI,
    OpenAPIMediaType,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.static_files import create_static_files_router

from app import checks, drafts, manifest, moves, pages, reports, shapes
from app.api.draft_answers import TAG as PUBLISHING
from app.api.identity import COOKIE
from app.api.products import LookupQuestion
from lists import impact

Saying: TypeAlias = Callable[[OpenAPI], None]

_FILES = "/schema-files"
_TOKEN, _SESSION = "token", "session"
_ABOUT = """\
What is reimbursed on a blue prescription, on which list, on which day.

* Reading needs no key; publishing needs a token or a session, and a role.
* Nothing about a patient is asked for or stored.
* `valid_on` is a civil day in Norway; `known_at` answers as was known at an instant.
* Every answer names its `release` and every entry its `edition`; old questions give old answers.
* The same in FHIR R4 stands below `/fhir`, which describes itself at `/fhir/metadata`.
* Errors are `application/problem+json`; their sentences follow `lang` or `Accept-Language`.
"""


class _LocalSwagger(SwaggerRenderPlugin):
    """Swagger UI from the package that carries it, without a validator service outside."""

    def __init__(self) -> None:
        super().__init__(
            js_url=f"{_FILES}/swagger-ui-bundle.js",
            css_url=f"{_FILES}/swagger-ui.css",
            standalone_preset_js_url=f"{_FILES}/swagger-ui-standalone-preset.js",
            path="/",
            favicon=f'<link rel="icon" type="image/png" href="{_FILES}/favicon-32x32.png">',
        )


class _Described(OpenAPI):
    """A description that is finished when it is shown."""

    left_to_say: Sequence[Saying] = ()

    def to_schema(self) -> dict[str, Any]:
        for say in self.left_to_say:
            say(self)
        self.left_to_say = ()
        return super().to_schema()


@dataclass
class _Describing(OpenAPIConfig):
    """How the API is described: by the framework, and by what is said besides."""

    sayings: list[Saying] = field(default_factory=list)

    def to_openapi_schema(self) -> OpenAPI:
        made = super().to_openapi_schema()
        described = _Described(**{one.name: getattr(made, one.name) for one in fields(made)})
        described.left_to_say = self.sayings
        return described


def openapi_config() -> OpenAPIConfig:
    """
    The description and its page at `/schema`; the document itself is `/schema/openapi.json`.

    It is made when somebody asks for it: a service is ready without it.
    """
    return _Describing(
        title="Blåliste",
        version=version("blaliste"),
        description=_ABOUT,
        path="/schema",
        render_plugins=[_LocalSwagger()],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                _TOKEN: SecurityScheme(
                    type="http", scheme="bearer", description="A token from `blaliste token add`."
                ),
                _SESSION: SecurityScheme(
                    type="apiKey",
                    security_scheme_in="cookie",
                    name=COOKIE,
                    description="Signed in at /editor; what changes something needs X-CSRF-Token too.",
                ),
            }
        ),
    )


def when_described(app: Litestar, say: Saying) -> None:
    """Have something said in the description when that is made."""
    assert isinstance(app.openapi_config, _Describing)
    app.openapi_config.sayings.append(say)


def describe_shapes(app: Litestar) -> None:
    """Give every shape in the description the sentence that stands above it in the code."""
    when_described(app, _describe_shapes)


def describe_publishing(app: Litestar) -> None:
    """Say of each endpoint for editors how one shows who one is, and what the form with a file holds."""
    when_described(app, _describe_publishing)


def _describe_shapes(described: OpenAPI) -> None:
    docs = {name: inspect.getdoc(kind) for name, kind in _structs()}
    for name, schema in (described.components.schemas or {}).items():
        schema.description = docs[name]


def _describe_publishing(described: OpenAPI) -> None:
    upload = (described.paths or {})["/v1/drafts"].post
    assert upload is not None
    upload.request_body = RequestBody(
        content={RequestEncodingType.MULTI_PART.value: OpenAPIMediaType(schema=_FORM)}, required=True
    )
    for item in (described.paths or {}).values():
        for operation in (item.get, item.post, item.patch):
            if operation is not None and operation.tags == PUBLISHING:
                operation.security = [{_TOKEN: []}, {_SESSION: []}]


_FORM = Schema(
    type=OpenAPIType.OBJECT,
    required=["file"],
    properties={
        "file": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, description="The source file."),
        "profile": Schema(type=OpenAPIType.STRING, description="Built-in profile of a table; none for M30."),
        "valid_from": Schema(
            type=OpenAPIType.STRING, description="A day for all lists, or LIST=DAY, several apart by commas."
        ),
        "note": Schema(
            type=OpenAPIType.STRING, max_length=2000, description="What readers are told about the release."
        ),
    },
)


def _structs() -> Iterator[tuple[str, type[msgspec.Struct]]]:
    yield LookupQuestion.__name__, LookupQuestion
    for module in (shapes, pages, checks, moves, drafts, reports, impact, manifest):
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, msgspec.Struct):
                yield name, value


def static_files() -> list[Any]:
    """The files of the description's page."""
    package = find_spec("swagger_ui")  # Only its files: the package itself is not loaded.
    assert package is not None
    assert package.origin is not None
    directory = Path(package.origin).parent / "static"
    return [create_static_files_router(path=_FILES, directories=[directory], include_in_schema=False)]

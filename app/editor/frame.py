"""The frame of every editors' page: who is signed in, where one is, in which language; and its refusals."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from litestar import Router
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect, Response, Template
from litestar.types import ControllerRouterHandler

from app.api.answer import AnyRequest
from app.api.identity import Person, identified, require_meant, role_keys
from app.api.problems import STATUS, internal, name_of
from app.editor.fields import field_title
from app.home import Home
from app.web.addresses import Link, language_links, page_language, with_lang
from app.web.told import Words, plain_told
from app.words import say, say_error
from app.words.forms import instant_told
from lists.errors import ListsError, NotSignedIn

START, SIGN_IN = "/editor", "/editor/sign-in"
PLACES = (
    ("/editor", "editor-drafts"),
    ("/editor/calendar", "editor-calendar"),
    ("/editor/releases", "editor-releases"),
    ("/editor/log", "editor-log"),
)
"""The pages that every page leads to, and what they are called."""


def editor_page(request: AnyRequest, template: str, /, *, status: int = 200, **context: Any) -> Template:
    """
    A page in its frame.

    Args:
        template: Its name below `app/editor/templates`; it extends "editor/page.html.jinja" and fills
            the blocks `title` and `main`. There `t` says words, `person` is who is signed in, `csrf` the
            value of the hidden field of that name in every form, and `to(path)` keeps the language.
    """
    lang = page_language(request)
    found: Person | None = request.state.get("person")
    frame = {
        "t": Words(lang),
        "person": found,
        "csrf": found.session.csrf if found and found.session else "",
        "roles": [say("expected", key, lang) for key in role_keys(found.roles)] if found else [],
        "places": _places(request, lang),
        "languages": language_links(request, lang),
        "to": lambda path: with_lang(request, path),
        "instant": instant_told,
        "plain": plain_told,
        "thousandths": thousandths_told,
        "field_title": lambda path: field_title(path, lang),
        "rule_title": lambda rule: say("rule", rule, lang, part="title"),
        "gate_title": lambda gate: say("gate", gate, lang, part="title"),
        "demonstration": found is not None and request.app.state.home.is_demonstration(),
    }
    return Template(f"editor/{template}", context={**frame, **context}, status_code=status)


def thousandths_told(value: int | None) -> str:
    """Thousandths as a decimal number; nothing where there is no bound."""
    return "" if value is None else f"{value // 1000}.{value % 1000:03d}".rstrip("0").rstrip(".")


async def form_of(request: AnyRequest, home: Home, role: str | None = None) -> tuple[Person, FormMultiDict]:
    """
    Who sent a form, and the form; it is not even read before they may send it.

    Raises:
        NotSignedIn, NotAllowed: See `app.api.identity.require`.
    """
    found = identified(request, home, role)
    form = await request.form()
    require_meant(request, found, csrf=text_of(form, "csrf"))
    return found, form


def text_of(form: FormMultiDict, name: str) -> str:
    """A field of a form as text; "" where it is absent or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def own_path(address: str) -> str:
    """
    A path of the editors' pages as it was given; their first page where it leads anywhere else.

    >>> own_path("/editor/drafts/3?lang=nn"), own_path("//evil.example/editor"), own_path("/editor/../v1")
    ('/editor/drafts/3?lang=nn', '/editor', '/editor')
    >>> own_path("/editor\\\\evil"), own_path("/editors"), own_path("https://evil.example/editor")
    ('/editor', '/editor', '/editor')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return START
    plain = address.isprintable() and address.isascii() and "\\" not in address and ".." not in parts.path
    below = parts.path == START or parts.path.startswith(f"{START}/")
    is_own = plain and below and not parts.scheme and not parts.netloc and "//" not in parts.path
    return address if is_own and parts.path != SIGN_IN else START


def editor_router(handlers: list[ControllerRouterHandler]) -> Router:
    """The routes of the editors' pages; what is refused there is told on a page."""
    return Router(
        path="/",
        route_handlers=handlers,
        include_in_schema=False,
        exception_handlers={ListsError: _refused, NotSignedIn: _to_sign_in},
    )


def _places(request: AnyRequest, lang: str) -> list[Link]:
    path = request.url.path.rstrip("/")
    within = [place for place, _ in PLACES[1:] if path == place or path.startswith(f"{place}/")]
    # A list is ended from the page of the releases.
    here = within[0] if within else "/editor/releases" if path.startswith("/editor/lists/") else START
    return [
        Link(with_lang(request, place), say("page", key, lang), here=place == here) for place, key in PLACES
    ]


def _to_sign_in(request: AnyRequest, _error: NotSignedIn) -> Redirect:
    """Whoever signs in comes back to the page that was asked for, or that the form stood on."""
    came_from = request.headers.get("referer", "")
    parts = urlsplit(came_from if came_from.isascii() else "")
    seen = f"{parts.path}?{parts.query}" if parts.query else parts.path
    query = request.url.query
    asked = f"{request.url.path}?{query}" if query else request.url.path
    again = own_path(asked if request.method == "GET" else seen)
    return Redirect(with_lang(request, f"{SIGN_IN}?{urlencode({'next': again})}"), status_code=303)


def _refused(request: AnyRequest, error: ListsError) -> Response[Any]:
    """A refusal as a page of its own; where a form can tell it, its handler does so first."""
    name = name_of(error)
    if name == "internal":
        return internal(request, error)
    lang = page_language(request)
    title = say("reason", name, lang, part="title")
    page = {"title": title, "told": say_error(error, lang)}
    return editor_page(request, "refused.html.jinja", status=STATUS[name], **page)

"""Who asks, over HTTP: a token or a session, the role an act needs, and that a browser meant it."""

import datetime as dt
from contextlib import closing
from urllib.parse import urlsplit

import msgspec

from app.api.answer import AnyRequest
from app.api.problems import language
from app.home import Home
from app.words import say
from app.workshop.accounts import ADMIN, APPROVER, EDITOR, ROLES
from app.workshop.database import Workshop
from app.workshop.sessions import Sessions, same_text
from app.workshop.tokens import Tokens
from lists.errors import NotAllowed, NotSignedIn

__all__ = (
    "ADMIN",
    "APPROVER",
    "COOKIE",
    "EDITOR",
    "Person",
    "SessionMark",
    "person",
    "require",
    "require_origin",
)

COOKIE = "blaliste-session"
CSRF_HEADER = "X-CSRF-Token"
READING = ("GET", "HEAD", "OPTIONS")
_ROLE_WORDS = {EDITOR: "role-editor", APPROVER: "role-approver", ADMIN: "role-admin"}
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SessionMark(msgspec.Struct, frozen=True):
    """What the forms of a signed-in person carry in their field `csrf`, scripts in `X-CSRF-Token`."""

    csrf: str


class Person(msgspec.Struct, frozen=True):
    """
    Who asks.

    Attributes:
        name: As the log has it.
        session: None where a token was sent.
    """

    name: str
    roles: frozenset[str]
    session: SessionMark | None = None


def person(request: AnyRequest, home: Home) -> Person | None:
    """
    Who asks, None where that is nobody we know.

    A token wins: where one is sent that does not hold, a cookie does not help.
    """
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    secret = request.cookies.get(COOKIE)
    if scheme.lower() != "bearer" and not secret:
        return None
    now = dt.datetime.now(dt.UTC)
    with closing(Workshop(home.workshop)) as workshop:
        # Whoever writes for long keeps no reader of this worker waiting.
        workshop.db.conn.execute("PRAGMA busy_timeout = 200")
        if scheme.lower() == "bearer":
            bearer = Tokens(workshop).bearer(token.strip(), now=now)
            return Person(bearer.name, bearer.roles) if bearer else None
        known = Sessions(workshop).signed_in(secret or "", now=now)
        return Person(known.name, known.roles, SessionMark(known.csrf)) if known else None


def require(request: AnyRequest, home: Home, role: str | None = None, *, csrf: str | None = None) -> Person:
    """
    Who asks, where they may do it.

    Args:
        role: EDITOR, APPROVER or ADMIN; None where being signed in is enough.
        csrf: The field `csrf` of a form; the header `X-CSRF-Token` where absent.

    Raises:
        NotSignedIn: "not-signed-in".
        NotAllowed: "not-allowed", "csrf-missing" or "origin-other".
    """
    found = identified(request, home, role)
    require_meant(request, found, csrf=csrf)
    return found


def identified(request: AnyRequest, home: Home, role: str | None = None) -> Person:
    """As `require`, before the form has been read; `require_meant` must follow where something is changed."""
    found = person(request, home)
    if found is None:
        raise NotSignedIn("not-signed-in")
    # The frame of the page says who is signed in.
    request.state.person = found
    if role is not None and role not in found.roles:
        lang = language(request, default="nb" if is_page(request) else "en")
        had = ", ".join(say("expected", key, lang) for key in role_keys(found.roles))
        raise NotAllowed("not-allowed", expected=_ROLE_WORDS[role], found=had or "–")
    return found


def require_meant(request: AnyRequest, found: Person, *, csrf: str | None = None) -> None:
    """
    Refuse what a browser was led to send from elsewhere; a token is never sent by itself.

    Raises:
        NotAllowed: "csrf-missing" or "origin-other".
    """
    if found.session is None or request.method in READING:
        return
    require_origin(request)
    given = csrf if csrf is not None else request.headers.get(CSRF_HEADER, "")
    if not same_text(given, found.session.csrf):
        raise NotAllowed("csrf-missing")


def require_origin(request: AnyRequest) -> None:
    """
    Raises:
        NotAllowed: "origin-other": the page that sent this is not ours.
    """
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(origin, request.headers.get("host", "")):
        raise NotAllowed("origin-other", found=origin)


def role_keys(roles: frozenset[str]) -> list[str]:
    """The keys of what roles are called, in their order."""
    return [_ROLE_WORDS[role] for role in ROLES if role in roles]


def is_page(request: AnyRequest) -> bool:
    """Whether a person's browser is answered with a page, Norwegian first."""
    return request.url.path.startswith("/editor")


def _is_ours(origin: str, host: str) -> bool:
    """
    Whether an `Origin` is the host that was asked; a proxy may have changed the scheme, never the host.

    >>> _is_ours("https://a.no", "a.no"), _is_ours("https://a.no:443", "a.no"), _is_ours("null", "a.no")
    (True, True, False)
    >>> _is_ours("http://a.no:81", "a.no"), _is_ours("http://b.no", "a.no"), _is_ours("http://", "")
    (False, False, False)
    """
    try:
        given = urlsplit(origin)
        asked = urlsplit(f"{given.scheme}://{host}")
        default = _DEFAULT_PORTS[given.scheme]
        ports = (given.port or default, asked.port or default)
    except (ValueError, KeyError):
        return False
    return bool(given.hostname) and given.hostname == asked.hostname and ports[0] == ports[1]

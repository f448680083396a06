"""Every page a reader can open, with the home in which each has something to show, hostile names among it."""

from pathlib import Path

from litestar import MediaType

from app.home import DEMONSTRATION, Home
from app.web.routes import ROUTES
from tests.app.builders import HOSTILE_NAME, Good, an_empty_home, first_file, publish_file, stoma_file

LONGEST = "Æ" * 4000
WORDY = "Ord " * 1000
DAY = "2026-06-15"

PAGES = {
    "/": (
        *("/", "/?q=pose", "/?q=600014", "/?q=600015", "/?q=600016", "/?q=zzzzqqqq", "/?q=psoe"),
        *("/?q=pose&list=505&has_limit=true", "/?q=pose&price_from=x", "/?q=pose&status=odd"),
    ),
    "/utvikler": ("/utvikler",),
    "/nedlasting": ("/nedlasting",),
    "/tilgjengelighet": ("/tilgjengelighet",),
    "/problems/{name}": ("/problems/not-listed",),
    "/vare/{varenr}": (
        *("/vare/600007", "/vare/600014", "/vare/600015", "/vare/600016"),
        *("/vare/600007?valid_on=2026-01-15",),
    ),
    "/gruppe/{code}": (
        *("/gruppe/505?list=505", "/gruppe/50501?list=505", "/gruppe/5050101?list=505"),
        *("/gruppe/5050101?list=505&q=ord", "/gruppe/5050102"),
    ),
    "/liste/{code}": ("/liste/505", "/liste/505?print=whole", "/liste/604"),
    "/hvor-mye/{code}": (
        *("/hvor-mye/5050101?list=505", "/hvor-mye/5050102", "/hvor-mye/6040101"),
        *("/hvor-mye/5050101?list=505&varenr=600007&packs=2&used=3",),
    ),
    "/dekning": ("/dekning", "/dekning?varenr=600007&code=505", "/dekning?varenr=600014"),
    "/endringer": (
        *("/endringer", "/endringer?list=505", "/endringer?list=505&from=2026-01-15&to=2026-02-15"),
        *("/endringer?from=2026-01-15&to=2026-02-15", "/endringer?list=505&from=x&to=y"),
    ),
}
"""By the path of its route: how each page is opened."""
REFUSED = ("/vare/600099", "/gruppe/9999999", "/liste/999", "/hvor-mye/9999999", "/nothing-here")
HOSTILE = ("600014", "600015", "600016")


def addresses(lang: str, *, refused: bool = False) -> list[str]:
    """All of them that there are, in a language, on the day the story is told from."""
    known = reader_paths()
    wanted = [one for path, several in PAGES.items() if path in known for one in several]
    return [asked(one, lang) for one in (*wanted, *(REFUSED if refused else ()))]


def asked(address: str, lang: str) -> str:
    """An address in a language, on that day where it names no other."""
    day = "" if "valid_on" in address else f"&valid_on={DAY}"
    return f"{address}{'&' if '?' in address else '?'}lang={lang}{day}"


def reader_paths() -> set[str]:
    """The paths of the pages, `{name:str}` as `{name}`: whatever is sent as HTML."""
    return {
        route.path.replace(":str", "")
        for route in ROUTES[0].routes
        if any(handler.media_type == MediaType.HTML for handler in route.route_handlers)
    }


def make_hostile_home(path: Path) -> Home:
    """Two releases; in the second, names that are markup, that turn text around, and that do not end."""
    made = an_empty_home(path)
    publish_file(made, first_file(), at="2025-12-20")
    goods = [
        Good("600007", ("5050101", "5050102"), price="14.00"),
        Good("600014", name=HOSTILE_NAME, supplier="&lt;b&gt;Ond &amp; \u202eliB AS"),
        Good("600015", name=LONGEST),
        Good("600016", name=WORDY),
    ]
    publish_file(made, stoma_file(goods, helfo="2026-02-01"), complete=True)
    (made.path / DEMONSTRATION).touch()
    return made

"""The real files that are measured, where they lie beside the project, and homes made from them."""

from pathlib import Path

from app.home import Home
from app.publish.acts import take_in
from app.publish.making import make_home
from app.publish.readings import Request
from app.publish.wishes import Wish

ROOT = Path(__file__).resolve().parent.parent.parent
FEST = ROOT.parent / "shared" / "data" / "fest"
FULL = FEST / "m30-full-2026-01.xml.gz"
BEFORE = (FEST / "m30-full-2025-11.xml.gz", FEST / "m30-full-2025-12.xml.gz")
SCHEMA = FEST / "xsd" / "m30" / "ER-M30-2014-12-01.xsd"


def shown(path: Path) -> str:
    """A path as the table names it."""
    return "../" + path.relative_to(ROOT.parent).as_posix()


def missing(*paths: Path) -> Path | None:
    """The first of these that is not on this machine."""
    return next((path for path in paths if not path.is_file()), None)


def empty_home(path: Path) -> Home:
    """A new home that asks for no approvals."""
    home = Home(path)
    make_home(home, approvals=0)
    return home


def published(home: Home, *files: Path, complete: bool = False) -> Home:
    """The home after these files were published in it, the last with index and ready answers where wished."""
    for file in files:
        last = complete and file is files[-1]
        taken = take_in(home, str(file), Request(), by="bench", wish=Wish(complete=last))
        assert taken.release is not None, f"{file.name} was not published: {taken.held_by}"
    return home

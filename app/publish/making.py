"""Makes an empty home: from then on what is published there stays."""

from contextlib import closing

from app.home import Home, sync_directory
from app.signing.keys import make_key
from app.workshop.database import Workshop
from lists.errors import Refused


def make_home(home: Home, *, approvals: int, signs: bool = True) -> None:
    """
    Make an empty home.

    Args:
        signs: It has a key of its own; one that follows another home has none.

    Raises:
        Refused: "home-exists".
    """
    if home.exists():
        raise Refused("home-exists", where=home.path)
    for directory in (home.path, home.sources, home.releases, home.snapshots):
        directory.mkdir(parents=True, exist_ok=True)
    aside = home.path / ".workshop.part"
    for left in home.path.glob(aside.name + "*"):
        left.unlink()
    with closing(Workshop(aside)) as workshop:
        workshop.set_approvals(approvals)
    if signs:
        make_key(home)
    # The workshop makes it a home: it comes last, and whole.
    aside.replace(home.workshop)
    sync_directory(home.path)

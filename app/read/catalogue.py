"""Reads what a catalogue tells: the lists in force today, and the newest release's files of each."""

from collections.abc import Iterable

from app.catalogue.told import Catalogue, Places, ToldList
from app.files.contents import Contents, ReleasedFile
from app.operator import read_operator
from app.publisher import publisher_of
from app.read.lists import known_lists, list_shape
from app.read.released import release_contents
from app.read.view import View
from app.served import Served
from app.shapes import ListShape
from lists.codes import VARENR
from lists.errors import NotThere

NORWEGIAN, ENGLISH = "nb", "en"


def whole_catalogue(served: Served, view: View, places: Places) -> Catalogue:
    """All lists in force on a view's day with their files."""
    shapes = [list_shape(view, code) for code in known_lists(view)]
    return catalogue(served, view, shapes, places=places, contents=newest_contents(served))


def catalogue(
    served: Served, view: View, shapes: Iterable[ListShape], *, places: Places, contents: Contents | None
) -> Catalogue:
    """
    Some of the lists; those that are not in force, or closed, are left out.

    Args:
        places: What addresses and names begin with.
        contents: The files of the newest release; None where they are not told.

    Raises:
        HomeBroken: "operator-broken", "following-broken".
    """
    snapshot, home = view.snapshot, served.home
    told = (
        _told(view, shape, contents) for shape in shapes if shape.in_force is not None and not shape.closed
    )
    kinds = {snapshot.index(mark).terms.number_kind for mark in view.marks.values()}
    norwegian = not kinds - {VARENR}
    return Catalogue(
        places=places,
        operator=read_operator(home),
        publisher=publisher_of(home),
        release=snapshot.release,
        issued=snapshot.release_marks[0].published_at if snapshot.release_marks else None,
        published_at=snapshot.published_at,
        language=NORWEGIAN if norwegian else ENGLISH,
        norwegian=norwegian,
        made_up=home.is_demonstration(),
        lists=tuple(told),
    )


def newest_contents(served: Served) -> Contents | None:
    """The files of the newest release; None where nothing is published."""
    try:
        return release_contents(served.home, served.snapshot, served.snapshot.release)
    except NotThere:
        return None


def _told(view: View, shape: ListShape, contents: Contents | None) -> ToldList:
    snapshot = view.snapshot
    public = {mark.release: mark.published_at for mark in snapshot.release_marks}
    first = min(mark.release for mark in snapshot.timelines[shape.list].marks)
    assert shape.in_force is not None
    files = _files(contents, view, shape.list)
    return ToldList(shape, public[first], public[shape.in_force.release], files)


def _files(contents: Contents | None, view: View, code: str) -> tuple[ReleasedFile, ...]:
    """The files of one list that tell of the day: those of the last day that is not after it."""
    days = [day for day in contents.days if day <= view.valid_on] if contents is not None else []
    if contents is None or not days:
        return ()
    return tuple(file for file in contents.files if file.list == code and file.day == days[-1])

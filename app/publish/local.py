"""What a node built beside an earlier snapshot: as far as it is still so, the next one need not build it."""

from pathlib import Path

from app.manifest import LOCAL, read_local, sha256_of
from lists.errors import HomeBroken


def as_built(snapshot: Path, part: str) -> dict[str, Path]:
    """
    The files of one part of a snapshot, by name: all of them as they were built, or none.

    Args:
        snapshot: Its directory; nothing may lie there.
        part: Its name below that, such as "index".
    """
    if not (snapshot / LOCAL).is_file():
        return {}
    try:
        built = {file.path: file.sha256 for file in read_local(snapshot).files}
    except HomeBroken:
        return {}
    place = snapshot / part
    found = {path.name: path for path in place.iterdir()} if place.is_dir() else {}
    sealed = {path: sha256 for path, sha256 in built.items() if path.startswith(f"{part}/")}
    now = {f"{part}/{name}": sha256_of(path) for name, path in found.items() if path.is_file()}
    return found if now == sealed else {}

"""What a process of this program that we start is told of its surroundings."""

import os
from pathlib import Path

import app


def environment() -> dict[str, str]:
    """Ours, with the way to this very package; a process that outlives us shall not end with us."""
    root = str(Path(app.__file__).resolve().parent.parent)
    kept = {name: value for name, value in os.environ.items() if name != "BLALISTE_PARENT"}
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}

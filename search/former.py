"""An index of the same documents by the same program is the same: the former one's files are linked."""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

MADE_OF = "made-of.txt"
"""Says beside an index which documents it is of, and which program built it."""
_LIBRARIES = ("simplemma", "whoosh-reloaded", "msgspec")


def made_of(documents: Iterable[bytes], languages: Iterable[str]) -> str:
    """What tells one index from another: every byte of its documents in rank order, and of the program."""
    digest = hashlib.sha256()
    for content in documents:
        digest.update(len(content).to_bytes(8, "little") + content)
    return f"{digest.hexdigest()} {_program()} {' '.join(languages)}\n"


def take_over(former: Path, told: str, directory: Path) -> bool:
    """Link the files of a former index, where it was made of the same; whether it was."""
    try:
        same = (former / MADE_OF).read_text(encoding="utf-8") == told
    except (OSError, UnicodeDecodeError):
        return False
    for path in sorted(former.iterdir()) if same else ():
        os.link(path, directory / path.name)
    return same


@cache
def _program() -> str:
    digest = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()

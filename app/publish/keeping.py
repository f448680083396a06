"""What a home keeps for ever: source files and profiles, each under the sha256 of its bytes."""

import hashlib
from pathlib import Path

from app.home import Home, alone_in, sync_directory, write_whole
from app.manifest import sha256_of
from ingest.files import SourceFile
from ingest.profiles import profile_path
from lists.errors import HomeBroken


def keep_source(home: Home, source: SourceFile) -> None:
    """Keep a source; a file that is there already stays."""
    target = home.source(source.sha256)
    with alone_in(home.sources):
        if target.exists():
            return
        aside = target.with_name(f".{target.name}.part")
        aside.unlink(missing_ok=True)
        source.copy_to(aside)
        aside.replace(target)
        sync_directory(home.sources)


def keep_profile(home: Home, profile: str | None) -> str | None:
    """Keep the profile a source was read with; returns the hash it lies under."""
    if profile is None:
        return None
    content = profile_path(profile).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    with alone_in(home.sources):
        if not home.source(sha256).exists():
            write_whole(content, home.source(sha256))
    return sha256


def kept(home: Home, sha256: str) -> Path:
    """
    The path of a kept file that is still what it was.

    Raises:
        HomeBroken: "file-missing" or "file-differs".
    """
    path, where = home.source(sha256), f"sources/{sha256}"
    if not path.is_file():
        raise HomeBroken("file-missing", where=where)
    found = sha256_of(path)
    if found != sha256:
        raise HomeBroken("file-differs", where=where, found=found, expected=sha256)
    return path

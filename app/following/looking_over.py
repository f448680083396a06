"""A service looked over from outside: all that it offers is fetched and checked, and nothing is kept."""

import datetime as dt
import tempfile
from pathlib import Path

import msgspec

from app.files.contents import sealed_marks
from app.following.fetching import fetch_release
from app.following.source import Source
from app.home import Home
from app.manifest import read_manifest
from app.signing.freshness import verify_freshness
from lists.errors import Refused


class LookedOver(msgspec.Struct, frozen=True):
    """
    What a service offers, all of it as it was signed.

    Attributes:
        key: Whom we trusted.
        releases: So many manifests follow each other.
        files, bytes: Of the newest release.
        signed_at: When it was last said to be the newest.
    """

    url: str
    key: str
    release: int
    releases: int
    files: int
    bytes: int
    signed_at: dt.datetime


def look_over(source: Source, *, key: str | None, now: dt.datetime) -> LookedOver:
    """
    Fetch the newest release and every manifest before it, and check signatures, chain, hashes and rows.

    Args:
        key: Name of the key that is trusted; None for the oldest that the service shows.

    Raises:
        Refused: As `catch_up`: the first thing that is not as it was signed.
    """
    ring = source.keyring()
    trusted = key or (ring.keys[0].key if ring.keys else "")
    if ring.find(trusted) is None:
        shown = ", ".join(one.key for one in ring.keys)
        raise Refused("key-not-shown", where=source.url, found=trusted, expected=shown)
    ring = ring.trusted_from(trusted)
    word = source.freshness()
    verify_freshness(word, ring, now=now, where=source.url)
    files: list[int] = []
    if word.release:
        with tempfile.TemporaryDirectory(prefix="blaliste-verify-") as place:
            directory = fetch_release(Home(Path(place)), source, ring, word, all_of_it=True)
            files = [file.bytes for file in sealed_marks(directory, read_manifest(directory))]
    return LookedOver(source.url, trusted, word.release, word.release, len(files), sum(files), word.signed_at)

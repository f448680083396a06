"""Catching up: fetch what is missing, check all of it, build what every node builds itself, then switch."""

import datetime as dt
import shutil
from contextlib import closing
from pathlib import Path

import msgspec

from app.following.fetching import FETCHED, fetch_release
from app.following.record import Following
from app.following.source import Source
from app.home import Home, switch, sync_directory, sync_tree, write_whole
from app.manifest import MANIFEST, as_document, read_manifest, sha256_of
from app.publish.release import build_local
from app.publish.settle import settle
from app.signing.freshness import Freshness, keep_freshness, read_freshness, verify_freshness
from app.signing.keys import KEYRING, Keyring
from app.signing.manifests import SIGNATURE
from app.snapshot import ANSWERS, INDEX, PRINTED
from app.workshop.database import Workshop
from lists.days import instant_text
from lists.errors import Refused


class CaughtUp(msgspec.Struct, frozen=True):
    """What was in force before and what is now; the word that says it is the newest."""

    before: int
    release: int
    freshness: Freshness


def catch_up(home: Home, following: Following, source: Source, *, now: dt.datetime) -> CaughtUp:
    """
    Make a home what the one it follows is. The caller holds the home's lock.

    Raises:
        Refused: "source-away", "source-slow", "source-answer"; "key-unknown", "freshness-wrong",
            "freshness-expired", "source-went-back", "source-differs", "source-file-differs",
            "source-wrong": it is not what a key that is trusted has signed. Nothing has changed.
    """
    # What a try that was killed after the switch has left to do.
    _settle(home)
    _keep_passed_over(home)
    ring = source.keyring().trusted_from(following.key)
    word = source.freshness()
    verify_freshness(word, ring, now=now, where=source.url)
    before = home.current_release()
    _refuse_older(home, word, source)
    _keep_keys(home, ring)
    if word.release > before:
        directory = fetch_release(home, source, ring, word, all_of_it=False)
        _put_in_force(home, directory, word.release)
    elif word.release and sha256_of(home.release(before) / MANIFEST) != word.manifest_sha256:
        raise Refused("source-differs", where=source.url, found=word.release)
    else:
        # Of a try that was killed when all but this was done.
        shutil.rmtree(home.work / FETCHED, ignore_errors=True)
    keep_freshness(home, word)
    return CaughtUp(before, word.release, word)


def _refuse_older(home: Home, word: Freshness, source: Source) -> None:
    """A home never goes back: not behind what it serves, and not behind what it was told before."""
    known, current = read_freshness(home), home.current_release()
    told = known.release if known is not None else 0
    if word.release < max(current, told):
        raise Refused("source-went-back", where=source.url, found=word.release, expected=max(current, told))
    if known is not None and word.signed_at < known.signed_at:
        found, expected = instant_text(word.signed_at), instant_text(known.signed_at)
        raise Refused("source-went-back", where=source.url, found=found, expected=expected)


def _keep_keys(home: Home, ring: Keyring) -> None:
    home.keys.mkdir(mode=0o700, exist_ok=True)
    write_whole(as_document(ring), home.keys / KEYRING)


def _put_in_force(home: Home, directory: Path, release: int) -> None:
    if read_manifest(directory).demonstration is True:
        home.make_demonstration()
    for half_built in (ANSWERS, INDEX, PRINTED):
        shutil.rmtree(directory / half_built, ignore_errors=True)
    build_local(home, directory)
    sync_tree(directory.parent)
    shutil.rmtree(home.snapshot(release), ignore_errors=True)
    home.snapshots.mkdir(exist_ok=True)
    directory.rename(home.snapshot(release))
    sync_directory(home.snapshots)
    switch(home, release)
    _settle(home)
    _keep_passed_over(home)
    shutil.rmtree(home.work / FETCHED, ignore_errors=True)


def _settle(home: Home) -> None:
    with closing(Workshop(home.workshop)) as workshop:
        settle(home, workshop)


def _keep_passed_over(home: Home) -> None:
    """Of releases that were passed over the manifests are kept: each is the one that the next one names."""
    for release in range(home.current_release() - 1, 0, -1):
        fetched, kept = home.work / FETCHED / f"{release:06d}", home.release(release)
        if (kept / MANIFEST).is_file() or not (fetched / MANIFEST).is_file():
            continue
        if sha256_of(fetched / MANIFEST) == read_manifest(home.release(release + 1)).previous:
            _keep(fetched, kept)
    sync_directory(home.releases)


def _keep(fetched: Path, kept: Path) -> None:
    """The manifest comes last: where it is, its signature is too."""
    kept.mkdir(parents=True, exist_ok=True)
    for name in (SIGNATURE, MANIFEST):
        if (fetched / name).is_file():
            write_whole((fetched / name).read_bytes(), kept / name)

"""A source that lies, or somebody on the way who does: it is told, and nothing changes."""

import base64
import datetime as dt
import gzip
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.home import Home
from app.manifest import MANIFEST, as_document, read_manifest, write_json
from app.signing.freshness import read_freshness, sign_freshness
from app.signing.keys import PublicKey, make_key, read_keyring, signer, vouching_text
from app.signing.manifests import SIGNATURE, sign_manifest
from tests.app import homes
from tests.crash.between import Between, says
from tests.crash.copies import (
    FRESHNESS_AT,
    KEYS_AT,
    MANIFEST_AT,
    assert_the_same,
    assert_unchanged,
    follow_once,
)

pytestmark = pytest.mark.crash

Lies = dict[str, bytes]
"""What is said at a path in place of the truth."""


@pytest.fixture(scope="module")
def forged(at_four: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same release in the hands of somebody who has none of its private keys, and has made one."""
    home = homes.a_copy(at_four, tmp_path_factory.mktemp("forged") / "home")
    shutil.rmtree(home.keys)
    forger, directory = make_key(home), home.snapshot(4)
    manifest = msgspec.structs.replace(read_manifest(directory), note="Changed", key=forger.public.key)
    write_json(manifest, directory / MANIFEST)
    sign_manifest(directory, forger)
    sign_freshness(home, forger, dt.datetime.now(dt.UTC))
    return home


def a_changed_manifest(forged: Home, true: Home) -> Lies:
    return {MANIFEST_AT: with_a_note(true, key=true_key(true))}


def a_manifest_of_another_key(forged: Home, true: Home) -> Lies:
    directory = forged.snapshot(4)
    return {
        MANIFEST_AT: (directory / MANIFEST).read_bytes(),
        f"{MANIFEST_AT}.sig": (directory / SIGNATURE).read_bytes(),
        KEYS_AT: keys_told(true, vouched_for_by_itself(true, forged)),
    }


def a_manifest_of_no_key(forged: Home, true: Home) -> Lies:
    return {MANIFEST_AT: with_a_note(true, key=None)}


def a_whole_release_of_another_key(forged: Home, true: Home) -> Lies:
    return {**a_manifest_of_another_key(forged, true), FRESHNESS_AT: forged.freshness.read_bytes()}


def other_keys(forged: Home, true: Home) -> Lies:
    return {KEYS_AT: keys_told(forged)}


def a_word_that_another_key_signed_in_our_name(forged: Home, true: Home) -> Lies:
    word = read_freshness(forged)
    assert word is not None
    return {FRESHNESS_AT: as_document(msgspec.structs.replace(word, key=true_key(true)))}


def an_older_word(forged: Home, true: Home) -> Lies:
    """Signed by the right key, of the release that is followed to, an hour before the last that was seen."""
    return {FRESHNESS_AT: signed_hours_ago(true, 1)}


def a_word_that_holds_no_more(forged: Home, true: Home) -> Lies:
    return {FRESHNESS_AT: signed_hours_ago(true, 7)}


LIES = {
    a_changed_manifest: "000004/manifest.json does not fit what was signed. Nothing was changed here.",
    a_manifest_of_another_key: "000004/manifest.json: it was signed by key '{forger}', which nobody who is",
    a_manifest_of_no_key: "000004/manifest.json does not fit what was signed. Nothing was changed here.",
    a_whole_release_of_another_key: "{at}: it was signed by key '{forger}', which nobody who is trusted has",
    other_keys: "{at}: the key '{ours}' that is to be trusted is not among the keys shown there: {forger}.",
    a_word_that_another_key_signed_in_our_name: "{at}: the word on what is newest was not signed by key",
    an_older_word: "was shown before. Nothing was changed here: a copy never goes back.",
    a_word_that_holds_no_more: "{at}: that this is the newest was last signed at ",
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_is_told_and_changes_nothing(lie, forged, honest_source, at_four, copy, run):
    way = run(closing(Between(honest_source.port)))
    way.instead = {path: says(content) for path, content in lie(forged, at_four).items()}
    following = run(follow_once(copy, way.address))
    told = LIES[lie].format(at=way.address, forger=true_key(forged), ours=true_key(at_four))

    assert following.wait() == 1, following.said
    assert told in following.said
    assert_unchanged(copy)
    way.instead = {}
    assert run(follow_once(copy, way.address)).wait() == 0
    assert_the_same(copy, at_four)


def test_what_comes_packed_without_having_been_asked_for_is_not_unpacked(honest_source, copy, run):
    """Of a few bytes anything may come."""
    way = run(closing(Between(honest_source.port)))
    packed = gzip.compress(bytes(1 << 20))
    way.instead = {FRESHNESS_AT: says(packed, "Content-Encoding: gzip")}
    following = run(follow_once(copy, way.address))

    assert following.wait() == 1, following.said
    told = f"{way.address}{FRESHNESS_AT}: the answer is not what was expected: Content-Encoding: gzip."
    assert told in following.said
    assert_unchanged(copy)


def true_key(home: Home) -> str:
    """The name of the first key of a home."""
    return read_keyring(home).keys[0].key


def with_a_note(home: Home, *, key: str | None) -> bytes:
    """The manifest of release 4, changed, that names this key."""
    changed = msgspec.structs.replace(read_manifest(home.snapshot(4)), note="Changed", key=key)
    return as_document(changed)


def keys_told(home: Home, *others: PublicKey) -> bytes:
    """What a service says of the keys of a home, and of others that it shows as well."""
    keys = (*read_keyring(home).keys, *others)
    return msgspec.json.encode({"items": keys})


def vouched_for_by_itself(true: Home, forged: Home) -> PublicKey:
    """The forger's key, which says that the true one vouches for it."""
    forger = signer(forged)
    voucher = base64.b64encode(forger.sign(vouching_text(forger.public))).decode()
    return msgspec.structs.replace(forger.public, vouched_by=true_key(true), voucher=voucher)


def signed_hours_ago(home: Home, hours: int) -> bytes:
    """The word of a home as it was some hours ago; the home itself keeps the one it has."""
    with tempfile.TemporaryDirectory() as directory:
        same = homes.a_copy(home, Path(directory) / "home")
        sign_freshness(same, signer(same), dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours))
        return same.freshness.read_bytes()

"""Signed releases: whoever has the public key can tell, without us, that a copy is ours and not old."""

import base64
import datetime as dt
import json
import subprocess
from contextlib import closing, suppress

import msgspec
import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st
from litestar.testing import TestClient

from app.api.application import create_app
from app.manifest import MANIFEST
from app.publish.settle import settle
from app.publish.verify import rebuild, verify
from app.signing.freshness import (
    HOLDS,
    SIGNED_ANEW,
    Freshness,
    needs_signing,
    read_freshness,
    sign_freshness,
    verify_freshness,
)
from app.signing.keys import KEYRING, Keyring, as_keyring, make_key, may_sign, read_keyring, signer
from app.signing.manifests import SIGNATURE, verify_signature
from app.workshop.database import Workshop
from lists.errors import HomeBroken, Refused
from tests.app import homes

NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Three releases, signed by one key."""
    return homes.make_three_releases(tmp_path_factory.mktemp("signed"))


@pytest.fixture
def home(sealed, tmp_path):
    return homes.a_copy(sealed, tmp_path / "copy")


@pytest.fixture
def rotated(home):
    """The home, and the names of its former key and the new one."""
    former = signer(home).public.key
    return home, former, make_key(home).public.key


# --- manifests ----------------------------------------------------------------


def test_every_release_is_signed_where_it_stays_and_where_it_is_served(home):
    ring = read_keyring(home)
    for release in (1, 2, 3):
        verify_signature(home.release(release), ring)
        verify_signature(home.snapshot(release), ring)
    assert verify(home).release == 3


def test_a_manifest_that_was_changed_is_not_ours_any_more(home):
    path = home.release(2) / MANIFEST
    path.write_bytes(path.read_bytes().replace(b'"backfilled"', b'"backfilled" '))
    with pytest.raises(HomeBroken) as refused:
        verify_signature(home.release(2), read_keyring(home))
    assert refused.value.reason == "signature-wrong"


def test_a_manifest_of_another_home_is_not_ours(home, tmp_path):
    other = homes.make_three_releases(tmp_path / "other")
    with pytest.raises(Refused) as refused:
        verify_signature(other.release(1), read_keyring(home))
    assert refused.value.reason == "key-unknown"
    assert refused.value.facts["expected"] == read_keyring(home).keys[0].key


def test_a_signature_that_is_gone_is_missed(home):
    (home.release(1) / SIGNATURE).unlink()
    with pytest.raises(HomeBroken) as refused:
        verify(home)
    assert (refused.value.reason, refused.value.facts["where"]) == (
        "signature-missing",
        "000001/manifest.json",
    )


def test_a_kill_before_the_manifest_was_kept_heals_with_its_signature(home):
    kept = home.release(3)
    (kept / MANIFEST).unlink()
    (kept / SIGNATURE).unlink()
    with closing(Workshop(home.workshop)) as workshop, home.publishing("test"):
        settle(home, workshop)
    verify_signature(kept, read_keyring(home))


def test_a_rebuilt_snapshot_has_the_signature_it_had(home):
    before = (home.snapshot(3) / SIGNATURE).read_bytes()
    rebuild(home)
    assert (home.snapshot(3) / SIGNATURE).read_bytes() == before
    assert verify(home).release == 3


def test_openssl_checks_a_manifest_without_us(home, tmp_path):
    (tmp_path / "key.pem").write_bytes(read_keyring(home).keys[0].pem())
    words = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "key.pem"), "-rawin"]
    files = ["-in", str(home.release(3) / MANIFEST), "-sigfile", str(home.release(3) / SIGNATURE)]
    ran = subprocess.run([*words, *files], capture_output=True, text=True, check=False)
    assert (ran.returncode, "Verified Successfully" in ran.stdout) == (0, True), ran.stderr


# --- keys ---------------------------------------------------------------------


def test_nobody_but_the_owner_may_read_the_private_half(home):
    path = home.keys / f"{signer(home).public.key}.key"
    assert path.stat().st_mode & 0o077 == 0
    assert home.keys.stat().st_mode & 0o077 == 0


def test_a_new_key_signs_and_the_old_one_has_vouched_for_it(rotated):
    home, former, new = rotated
    ring = read_keyring(home)
    assert [key.key for key in ring.keys] == [former, new]
    assert signer(home).public.key == new
    assert not (home.keys / f"{former}.key").exists()
    assert ring.trusted_from(former) == ring
    assert ring.trusted_from(new).keys == ring.keys[1:]
    assert verify(home).release == 3


def test_whoever_trusts_nobody_of_a_ring_trusts_no_key_of_it(rotated):
    home, *_ = rotated
    assert read_keyring(home).trusted_from("0" * 16) == Keyring()


@pytest.mark.parametrize("field", ["voucher", "vouched_by", "since"])
def test_a_key_that_nobody_vouched_for_is_not_trusted(rotated, field):
    home, former, _ = rotated
    ring = read_keyring(home)
    other = {"voucher": base64.b64encode(bytes(64)).decode(), "vouched_by": "0" * 16, "since": NOW}
    forged = msgspec.structs.replace(ring.keys[1], **{field: other[field]})
    assert Keyring((ring.keys[0], forged)).trusted_from(former).keys == ring.keys[:1]


def test_a_key_that_calls_itself_by_the_name_of_another_is_refused(rotated):
    home, former, new = rotated
    swapped = (home.keys / KEYRING).read_bytes().replace(former.encode(), new.encode())
    with pytest.raises(msgspec.DecodeError, match="is not named after its bytes"):
        as_keyring(swapped)


@given(st.binary(max_size=200))
@example(b"}")
def test_whatever_is_sent_instead_of_a_keyring_gives_no_key(content):
    with suppress(msgspec.DecodeError):
        assert as_keyring(b"{" + content) == Keyring()


def test_a_home_without_the_private_half_signs_nothing(home):
    (home.keys / f"{signer(home).public.key}.key").unlink()
    assert not may_sign(home)
    with pytest.raises(HomeBroken) as refused:
        signer(home)
    assert refused.value.reason == "key-missing"


# --- freshness ----------------------------------------------------------------


def test_a_publish_says_that_it_is_the_newest(home):
    word = read_freshness(home)
    assert word is not None
    assert word.release == 3
    with time_machine.travel(word.signed_at, tick=False):
        verify_freshness(word, read_keyring(home), now=word.signed_at, where="home")


def test_it_is_signed_anew_every_hour_and_when_something_else_is_in_force(home):
    word = sign_freshness(home, signer(home), NOW)
    assert not needs_signing(home, NOW + SIGNED_ANEW - dt.timedelta(seconds=1))
    assert needs_signing(home, NOW + SIGNED_ANEW)
    home.freshness.write_bytes(msgspec.json.encode(msgspec.structs.replace(word, release=2)))
    assert needs_signing(home, NOW)
    home.freshness.unlink()
    assert needs_signing(home, NOW)


def test_a_word_that_nobody_signs_anew_expires(home):
    word = sign_freshness(home, signer(home), NOW)
    ring = read_keyring(home)
    verify_freshness(word, ring, now=NOW + HOLDS - dt.timedelta(seconds=1), where="here")
    with pytest.raises(Refused) as refused:
        verify_freshness(word, ring, now=NOW + HOLDS, where="here")
    assert refused.value.reason == "freshness-expired"
    assert refused.value.facts["found"] == "2026-06-15T12:00:00Z"


@pytest.mark.parametrize(
    "change",
    [{"release": 4}, {"expires": NOW + 2 * HOLDS}, {"manifest_sha256": "0" * 64}, {"signature": "?"}],
)
def test_a_word_that_was_changed_is_not_believed(home, change):
    word = msgspec.structs.replace(sign_freshness(home, signer(home), NOW), **change)
    with pytest.raises(Refused) as refused:
        verify_freshness(word, read_keyring(home), now=NOW, where="here")
    assert refused.value.reason == "freshness-wrong"


# --- over HTTP ----------------------------------------------------------------


def test_all_that_is_needed_to_check_a_copy_is_served(rotated):
    home, former, new = rotated
    with TestClient(create_app(home)) as api:
        keys = api.get("/v1/keys").json()["items"]
        assert [(key["key"], key["signs"]) for key in keys] == [(former, False), (new, True)]
        ring = msgspec.convert(
            {"keys": [{name: key[name] for name in _FIELDS} for key in keys]}, Keyring, strict=False
        )
        assert ring == read_keyring(home)
        assert api.get(f"/v1/keys/{new}").content == ring.keys[1].pem()
        assert api.get("/v1/keys/newest").content == ring.keys[1].pem()
        assert api.get("/v1/keys/0").status_code == 404
        manifest = api.get("/v1/releases/3/manifest")
        signature = api.get("/v1/releases/3/manifest.sig")
        named = ring.find(json.loads(manifest.content)["key"])
        assert named is not None
        assert named.signed(manifest.content, signature.content)
        assert manifest.headers["cache-control"] == "public, max-age=31536000, immutable"
        again = api.get("/v1/releases/3/manifest", headers={"If-None-Match": manifest.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        told = api.get("/v1/freshness").json()
        word = read_freshness(home)
        assert word is not None
        assert msgspec.convert(told, Freshness, strict=False) == word
        assert told["signed"] == word.signed
        assert api.get("/v1/status").json()["signed_at"] == told["signed_at"]


_FIELDS = ("key", "public", "since", "vouched_by", "voucher")


@pytest.mark.parametrize("release", [0, 4, 999])
@pytest.mark.parametrize("name", ["manifest", "manifest.sig"])
def test_a_release_that_is_not_there_has_no_manifest(api, release, name):
    if release == 4:
        release = api.get("/v1/status").json()["release"] + 1
    refused = api.get(f"/v1/releases/{release}/{name}")
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/unknown-release")


def test_before_anything_was_signed_that_is_said(empty_api):
    refused = empty_api.get("/v1/freshness")
    assert refused.status_code == 404
    assert refused.json()["detail"].startswith("No word on which release is the newest has been signed yet.")


def test_a_word_that_has_expired_says_so_itself(home):
    sign_freshness(home, signer(home), NOW)
    with TestClient(create_app(home)) as api:
        with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
            assert api.get("/v1/freshness").json()["expired"] is False
        with time_machine.travel(NOW + HOLDS, tick=False):
            assert api.get("/v1/freshness").json()["expired"] is True

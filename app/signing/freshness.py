"""Freshness: a signed word, never old, of which release is the newest: by it an old copy is seen."""

import base64
import binascii
import datetime as dt

import msgspec

from app.home import Home, alone_in, write_whole
from app.manifest import MANIFEST, as_document, sha256_of
from app.signing.keys import Keyring, Signer, require_key
from lists.days import instant_text
from lists.errors import HomeBroken, Refused

SIGNED_ANEW = dt.timedelta(hours=1)
HOLDS = dt.timedelta(hours=6)
"""Several times may a signing fail before anybody is told that what he has may be old."""


class Freshness(msgspec.Struct, frozen=True):
    """
    Which release was the newest, and when.

    Attributes:
        manifest_sha256: Of its manifest; "" while nothing is published.
        signed_at: When it was so.
        expires: From then on nobody should rely on it: whoever signs has stopped, or a copy of it has.
        key: Name of the key that signed.
        signature: Over the text that `signed` gives, base64.
    """

    release: int
    manifest_sha256: str
    signed_at: dt.datetime
    expires: dt.datetime
    key: str
    signature: str

    @property
    def signed(self) -> str:
        """The text that is signed, for whoever checks it with tools of their own."""
        return (
            f"blaliste freshness\nrelease {self.release}\nmanifest {self.manifest_sha256}\n"
            f"signed_at {instant_text(self.signed_at)}\nexpires {instant_text(self.expires)}\n"
            f"key {self.key}\n"
        )


def sign_freshness(home: Home, by: Signer, now: dt.datetime) -> Freshness:
    """Sign which release is in force now, and keep it in the home."""
    # Alone: whoever signs last has looked last, so that no word of an older release comes after a newer one.
    with alone_in(home.keys):
        release = home.current_release()
        manifest = sha256_of(home.snapshot(release) / MANIFEST) if release else ""
        at = now.replace(microsecond=0)
        word = Freshness(release, manifest, at, at + HOLDS, by.public.key, "")
        signature = base64.b64encode(by.sign(word.signed.encode())).decode()
        signed = msgspec.structs.replace(word, signature=signature)
        keep_freshness(home, signed)
    return signed


def keep_freshness(home: Home, word: Freshness) -> None:
    """Keep what was signed here, or by the home that this one follows."""
    write_whole(as_document(word), home.freshness)


def read_freshness(home: Home) -> Freshness | None:
    """
    The last word that is kept; None where there is none yet.

    Raises:
        HomeBroken: "freshness-broken".
    """
    try:
        return msgspec.json.decode(home.freshness.read_bytes(), type=Freshness)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise HomeBroken("freshness-broken", where=home.freshness.name, found=error) from error


def needs_signing(home: Home, now: dt.datetime) -> bool:
    """Whether the word in a home is of another release, or an hour old."""
    word = read_freshness(home)
    return word is None or word.release != home.current_release() or now - word.signed_at >= SIGNED_ANEW


def verify_freshness(word: Freshness, ring: Keyring, *, now: dt.datetime, where: str) -> None:
    """
    Check that a word was signed by a key that is trusted, and still holds.

    Raises:
        Refused: "key-unknown", "freshness-wrong", "freshness-expired".
    """
    key = require_key(ring, word.key, where=where)
    try:
        signature = base64.b64decode(word.signature, validate=True)
    except binascii.Error:
        signature = b""
    if not key.signed(word.signed.encode(), signature):
        raise Refused("freshness-wrong", where=where, found=word.key)
    if now >= word.expires:
        signed_at = instant_text(word.signed_at)
        raise Refused("freshness-expired", where=where, found=signed_at, expected=instant_text(word.expires))

"""The keys of a home: one signs, and each is vouched for by the one before it, which stays known."""

import base64
import binascii
import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.home import Home, sync_directory, write_whole
from app.manifest import as_document
from lists.days import instant_text
from lists.errors import HomeBroken, Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEYRING = "keyring.json"


class PublicKey(msgspec.Struct, frozen=True):
    """
    A key that signs or once signed.

    Attributes:
        key: Its name: the first 16 hex digits of the sha256 of its 32 bytes.
        public: The 32 bytes, base64.
        since: When it was made.
        vouched_by: Name of the key it follows, which signed `vouching_text`; None for the first.
        voucher: That signature, base64.
    """

    key: str
    public: str
    since: dt.datetime
    vouched_by: str | None = None
    voucher: str | None = None

    def pem(self) -> bytes:
        """As `openssl` reads it."""
        from app.signing.ed25519 import public_pem

        return public_pem(_raw(self))

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether a signature over these bytes is of this key."""
        from app.signing.ed25519 import is_signed

        return is_signed(_raw(self), content, signature)


class Keyring(msgspec.Struct, frozen=True):
    """All keys of a home, the oldest first; the last one signs."""

    keys: tuple[PublicKey, ...] = ()

    def find(self, name: str | None) -> PublicKey | None:
        """The key of a name."""
        return next((known for known in self.keys if known.key == name), None)

    def trusted_from(self, name: str) -> "Keyring":
        """
        What can be trusted by whoever trusts the key of this name: it, and those vouched for after it.

        A key whose voucher is not as it must be ends the chain.
        """
        found: list[PublicKey] = []
        for known in self.keys:
            if known.key == name or (found and _is_vouched_for(known, found[-1])):
                found.append(known)
            elif found:
                break
        return Keyring(tuple(found))


class Signer:
    """The key that signs in a home."""

    def __init__(self, public: PublicKey, private: "Ed25519PrivateKey") -> None:
        self.public = public
        self._private = private

    def sign(self, content: bytes) -> bytes:
        """64 bytes; the same for the same content."""
        return self._private.sign(content)


def read_keyring(home: Home) -> Keyring:
    """
    The keys of a home, none where none were made.

    Raises:
        HomeBroken: "keyring-broken".
    """
    try:
        return as_keyring((home.keys / KEYRING).read_bytes())
    except FileNotFoundError:
        return Keyring()
    except (OSError, msgspec.DecodeError) as error:
        raise HomeBroken("keyring-broken", where=f"{home.keys.name}/{KEYRING}", found=error) from error


def as_keyring(content: bytes) -> Keyring:
    """
    A keyring as it is written and sent; each key has the name that its bytes give it.

    Raises:
        msgspec.DecodeError: It is none.
    """
    ring = msgspec.json.decode(content, type=Keyring)
    for known in ring.keys:
        if known.key != _name_of(_raw(known)):
            raise msgspec.DecodeError(f"key {known.key} is not named after its bytes")
    return ring


def signer(home: Home) -> Signer:
    """
    Who signs in a home; a home that has no key yet is given one. The caller holds the home's lock.

    Raises:
        HomeBroken: "keyring-broken"; "key-missing": the private half of the last key is not there.
    """
    ring = read_keyring(home)
    return _signer(home, ring.keys[-1]) if ring.keys else make_key(home)


def may_sign(home: Home) -> bool:
    """Whether the private half of the last key is here: a copy that follows another home has none."""
    ring = read_keyring(home)
    return bool(ring.keys) and _private_path(home, ring.keys[-1].key).is_file()


def make_key(home: Home) -> Signer:
    """
    Make a key that signs from now on, vouched for by the one before it, whose private half goes.

    Raises:
        HomeBroken: As `signer`.
    """
    from app.signing.ed25519 import new_private, public_bytes

    ring = read_keyring(home)
    private = new_private()
    raw = public_bytes(private)
    public = PublicKey(
        _name_of(raw), base64.b64encode(raw).decode(), dt.datetime.now(dt.UTC).replace(microsecond=0)
    )
    former = _signer(home, ring.keys[-1]) if ring.keys else None
    if former is not None:
        voucher = base64.b64encode(former.sign(vouching_text(public))).decode()
        public = msgspec.structs.replace(public, vouched_by=former.public.key, voucher=voucher)
    home.keys.mkdir(mode=0o700, exist_ok=True)
    _write_private(home, public.key, private)
    keyring = Keyring((*ring.keys, public))
    write_whole(as_document(keyring), home.keys / KEYRING)
    if former is not None:
        _private_path(home, former.public.key).unlink()
    return Signer(public, private)


def vouching_text(key: PublicKey) -> bytes:
    """What the key before signs of the one that follows it."""
    return f"blaliste key\nkey {key.key}\npublic {key.public}\nsince {instant_text(key.since)}\n".encode()


def require_key(ring: Keyring, name: str | None, *, where: str) -> PublicKey:
    """
    The key of a name.

    Raises:
        Refused: "key-unknown": nobody who is trusted has vouched for it.
    """
    known = ring.find(name)
    if known is None:
        expected = ", ".join(key.key for key in ring.keys)
        raise Refused("key-unknown", where=where, found=name or "", expected=expected)
    return known


def _is_vouched_for(key: PublicKey, by: PublicKey) -> bool:
    try:
        voucher = base64.b64decode(key.voucher or "", validate=True)
    except binascii.Error:
        return False
    return key.vouched_by == by.key and by.signed(vouching_text(key), voucher)


def _signer(home: Home, public: PublicKey) -> Signer:
    from app.signing.ed25519 import private_from

    path = _private_path(home, public.key)
    try:
        private = private_from(path.read_bytes())
    except (OSError, ValueError) as error:
        raise HomeBroken("key-missing", where=f"{home.keys.name}/{path.name}", found=public.key) from error
    return Signer(public, private)


def _write_private(home: Home, name: str, private: "Ed25519PrivateKey") -> None:
    """Nobody but the home's owner may read it, not even for an instant."""
    from app.signing.ed25519 import private_pem

    path = _private_path(home, name)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(private_pem(private))
        handle.flush()
        os.fsync(handle.fileno())
    sync_directory(home.keys)


def _private_path(home: Home, name: str) -> Path:
    return home.keys / f"{name}.key"


def _raw(key: PublicKey) -> bytes:
    try:
        raw = base64.b64decode(key.public, validate=True)
    except binascii.Error as error:
        raise msgspec.DecodeError(f"key {key.key} is no base64") from error
    if len(raw) != _BYTES:
        raise msgspec.DecodeError(f"key {key.key} has {len(raw)} bytes instead of {_BYTES}")
    return raw


def _name_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]


_BYTES = 32
